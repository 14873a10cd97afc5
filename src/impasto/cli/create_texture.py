"""The command `create texture`: a texture learned from one picture."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from impasto.cli.options import Force, MaxPixels
from impasto.cli.records import RecordCommand
from impasto.cli.stoppable import Stoppable
from impasto.cli.terminal import say

if TYPE_CHECKING:
    from impasto.creation.texture.settings import TextureSettings
else:  # pydantic takes too long for `impasto --help`
    TextureSettings = object

Content = Annotated[
    Path, typer.Argument(help="The picture; its middle square is learned.", show_default=False)
]
Output = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        help="Where to keep the texture, such as weave.texture.",
        show_default=False,
    ),
]


class TextureCommand(RecordCommand):
    """A command whose settings come from the record of learning a texture."""

    @staticmethod
    def record() -> type[TextureSettings]:
        """The record of the verb."""
        from impasto.creation.texture.settings import TextureSettings as Record

        return Record


def texture(
    content: Content,
    *,
    output: Output,
    size: Annotated[int, typer.Option("--size")],
    turns: Annotated[int, typer.Option("--turns")],
    seed: Annotated[int, typer.Option("--seed")],
    force: Force = False,
    max_pixels: MaxPixels = None,
) -> None:
    """Learn a texture that grows and mends itself.

    impasto create texture weave.jpg -o weave.texture
    """
    from impasto.creation.texture.files import texture_file
    from impasto.creation.texture.settings import TextureSettings as Record
    from impasto.settings import checked

    settings = checked(Record, {"size": size, "turns": turns, "seed": seed})
    with Stoppable(content.name) as shown:
        made = texture_file(
            content, output, settings=settings, force=force, max_pixels=max_pixels, on_step=shown
        )
    say(made)
    if shown.asked:
        raise KeyboardInterrupt

"""The command `create like`: new pictures from the patches of one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from impasto.cli.options import Force, MaxPixels, Quality
from impasto.cli.records import RecordCommand
from impasto.cli.stoppable import Stoppable
from impasto.cli.terminal import say

if TYPE_CHECKING:
    from impasto.creation.patches.settings import LikeSettings
else:  # pydantic takes too long for `impasto --help`
    LikeSettings = object

LONG = 10.0
"""Seconds from which on it is said beforehand how long it will take."""

Content = Annotated[
    Path, typer.Argument(help="The picture whose patches are taken.", show_default=False)
]
Output = Annotated[
    str,  # a Path would drop the slash that tells a folder
    typer.Option(
        "--output",
        "-o",
        metavar="PATH",
        help="A folder; for a single picture a file, too: .jpg, .png, .webp or .tif.",
        show_default=False,
    ),
]
Other = Annotated[
    Path | None,
    typer.Option("--with", help="A second picture for a collage of both.", show_default=False),
]
Count = Annotated[
    int, typer.Option(min=1, max=10_000, help="Make so many, each with the next seed.")
]
Seed = Annotated[
    int, typer.Option(min=0, help="Where chance begins; the same seed, the same picture.")
]
Sheet = Annotated[
    Path | None,
    typer.Option(help="Lay all of them out on a contact sheet, too.", show_default=False),
]


class LikeCommand(RecordCommand):
    """A command whose settings come from the record of new pictures."""

    @staticmethod
    def record() -> type[LikeSettings]:
        """The record of the verb."""
        from impasto.creation.patches.settings import LikeSettings as Record

        return Record


def like(
    content: Content,
    *,
    output: Output,
    other: Other = None,
    size: Annotated[str | None, typer.Option(metavar="WxH", show_default=False)] = None,
    freedom: Annotated[float, typer.Option("--freedom")],
    patch: Annotated[int, typer.Option("--patch")],
    tileable: Annotated[bool, typer.Option("--tileable")],
    count: Count = 1,
    seed: Seed = 0,
    sheet: Sheet = None,
    quality: Quality = 92,
    force: Force = False,
    max_pixels: MaxPixels = None,
) -> None:
    """Make new pictures from the patches of one.

    impasto create like painting.jpg --size 1024x512 --count 6 --seed 7 -o out/
    """
    from impasto.creation.patches.files import like_files
    from impasto.creation.patches.like import settings_of
    from impasto.jobs.saving import Saving

    settings = settings_of(size=size, freedom=freedom, patch=patch, tileable=tileable)
    with Stoppable(content.name) as shown:
        made = like_files(
            content,
            output,
            other=other,
            settings=settings,
            count=count,
            seed=seed,
            sheet=sheet,
            saving=Saving(quality=quality, force=force),
            max_pixels=max_pixels,
            on_begin=announce,
            on_step=shown,
        )
    for path in made:
        say(path)
    if sheet and made:
        say(sheet)
    if len(made) < count:
        raise KeyboardInterrupt


def announce(seconds: float) -> None:
    """Say how long it will take, where somebody would wonder."""
    if seconds >= LONG:
        words = f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"
        typer.echo(f"about {words} on two cores; Ctrl-C keeps what is finished", err=True)

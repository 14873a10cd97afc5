"""The commands `inspect` and `again`: how a picture was made, and making it once more."""

from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from impasto.cli.options import Force, KeepGps, MaxPixels, Quality
from impasto.cli.progress import bar
from impasto.cli.terminal import say, table

if TYPE_CHECKING:
    from impasto.picture import Recipe
else:  # takes a second to import, which `impasto --help` does not have
    Recipe = object

Made = Annotated[Path, typer.Argument(help="A picture that Impasto made.", show_default=False)]
Output = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        help="Where to write: .jpg, .png, .webp or .tif; .gif, .mp4 or .svg where it was such.",
        show_default=False,
    ),
]


def inspect(
    picture: Made,
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Say everything, the numbers of the styles, too.")
    ] = False,
) -> None:
    """Show how a picture was made."""
    from impasto.picture import read_recipe

    recipe = read_recipe(picture)
    if as_json:
        typer.echo(recipe.to_json())
    else:
        table(rows(recipe))


def again(
    picture: Made,
    *,
    output: Output,
    content: Annotated[
        Path | None,
        typer.Option(
            help="The picture, texture or run it was made from, where that has moved.",
            show_default=False,
        ),
    ] = None,
    masks: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="The folder of masks, or of a collage's second picture; the first's unless named.",
            show_default=False,
        ),
    ] = None,
    quality: Quality = 92,
    force: Force = False,
    keep_gps: KeepGps = False,
    max_pixels: MaxPixels = None,
) -> None:
    """Make a picture once more, the way it was made.

    impasto again out.png -o same.png
    """
    from impasto.jobs.again import again as make_again
    from impasto.jobs.saving import Saving

    saving = Saving(quality=quality, force=force, keep_gps=keep_gps)
    with bar(picture.name) as shown:
        make_again(
            picture,
            output,
            content=content,
            masks=masks,
            saving=saving,
            max_pixels=max_pixels,
            on_step=shown.within,
        )
    say(output)


def rows(recipe: Recipe) -> Iterator[tuple[str, str]]:
    """Say what a recipe holds, a line each."""
    yield "made with", f"impasto {recipe.version}, torch {recipe.torch}, {recipe.threads} threads"
    yield "command", recipe.verb
    for name, value in recipe.settings.items():
        if name == "others":
            yield from (("with", str(other.get("name", ""))) for other in _named(value))
        elif name != "masks":
            yield name.replace("_", " "), str(value)
    for style, mask in zip(recipe.styles, _masks(recipe), strict=False):
        where = f", where {mask} is white" if mask else ""
        yield "style", f"{style.name} ({len(style.tensor())} numbers){where}"
    if not recipe.finished:
        yield "finished", "no, it was stopped before its end"
    if recipe.seed is not None:
        yield "seed", str(recipe.seed)
    if recipe.content:
        yield "photograph", recipe.content.name
        yield "its sha256", recipe.content.sha256
    for network, digest in recipe.weights.items():
        yield f"{network} sha256", digest
    yield "kind of source", recipe.source_type


def _named(value: object) -> list[dict[str, object]]:
    return [other for other in value if isinstance(other, dict)] if isinstance(value, list) else []


def _masks(recipe: Recipe) -> Iterator[str]:
    """Name the mask of each style; nothing where there is none."""
    masks = recipe.settings.get("masks")
    listed = masks if isinstance(masks, list) else []
    names = [str(m.get("name", "")) if isinstance(m, dict) else "" for m in listed]
    return chain(names, repeat(""))

"""The options that commands share."""

from pathlib import Path
from typing import Annotated

import typer


def completed(incomplete: str) -> list[str]:
    """Complete the name of a style, or the path of a painting."""
    from impasto.styling import shelf

    start = Path(incomplete)
    here = start if incomplete.endswith("/") else start.parent
    beside = sorted(here.iterdir()) if here.is_dir() else []
    paths = [f"{path}/" if path.is_dir() else str(path) for path in beside]
    return [word for word in shelf.names() + paths if word.startswith(incomplete)]


Content = Annotated[Path, typer.Argument(help="The photograph.", show_default=False)]
Photo = Annotated[
    Path | None,
    typer.Option(help="The photograph on the sheet; a cat unless given.", show_default=False),
]
Output = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        help="Where to write; the ending chooses the format: .jpg, .png, .webp or .tif.",
        show_default=False,
    ),
]
StyleName = Annotated[str, typer.Argument(help="The name to keep it under.", show_default=False)]
_STYLE = typer.Option(
    "--style",
    "-s",
    help="A style's name, a painting, or a saved style; several are mixed.",
    autocompletion=completed,
    show_default=False,
)
Styles = Annotated[list[str], _STYLE]
AnyStyles = Annotated[list[str] | None, _STYLE]
Weights = Annotated[
    str | None, typer.Option(help="How much of each style, such as 0.6,0.4.", show_default=False)
]
Force = Annotated[bool, typer.Option("--force", "-f", help="Replace what exists.")]
KeepGps = Annotated[bool, typer.Option("--keep-gps", help="Keep where the photograph was taken.")]
MaxPixels = Annotated[
    int | None, typer.Option(min=1, help="Refuse larger pictures; raise it to paint a giant.")
]
Quality = Annotated[
    int,
    typer.Option(min=1, max=100, help="Of JPEG and WebP: 100 is the best and the largest file."),
]

Strength = Annotated[float, typer.Option("--strength")]
Stroke = Annotated[float, typer.Option("--stroke")]
KeepColors = Annotated[bool, typer.Option("--keep-colors")]
Several = Annotated[str, typer.Option()]
"""These four take help and range, the first three the default, too, from a settings record: see
`records`."""

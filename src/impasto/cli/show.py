"""One photograph in many styles, on a sheet."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from impasto.cli.progress import bar
from impasto.cli.terminal import say

if TYPE_CHECKING:
    from impasto.styling.parts import Style
else:  # takes a second to import, which `impasto --help` does not have
    Style = object


def show(styles: Sequence[Style], output: Path, *, photo: Path | None, force: bool) -> None:
    """Paint a photograph, or the one that comes with Impasto, in every style; write the sheet."""
    from impasto.picture import check_output, write
    from impasto.report import sample_photo
    from impasto.styling.sheets import sheet

    check_output(output, force=force, inputs=[photo])
    with bar("painting", total=1) as shown:
        page = sheet(photo or sample_photo(), styles, on_step=shown.within)
    write(page, output, force=force)
    say(output)

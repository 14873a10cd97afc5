"""The command `sweep`: previews to choose from."""

from impasto.cli import values
from impasto.cli.options import Content, Force, Output, Quality, Several, Styles, Weights
from impasto.cli.progress import bar
from impasto.cli.terminal import say


def sweep(
    content: Content,
    *,
    output: Output,
    style: Styles,
    weights: Weights = None,
    strength: Several = "0.25,0.5,0.75,1",
    stroke: Several = "0.5,1,2",
    keep_colors: Several = "no",
    quality: Quality = 92,
    force: Force = False,
) -> None:
    """Lay out previews of several settings on one sheet, to choose from.

    impasto sweep photo.jpg --style great-wave --strength 0.2,0.6,1 -o sheet.png
    """
    from impasto.picture import check_output, write
    from impasto.styling.sheets import sweep as make

    check_output(output, force=force, inputs=[content, *style])
    shares = values.shares(weights, styles=len(style))
    with bar(content.name) as shown:
        page = make(
            content,
            style,
            weights=shares,
            strength=values.numbers(strength, option="--strength"),
            stroke=values.numbers(stroke, option="--stroke"),
            keep_colors=values.choices(keep_colors, option="--keep-colors"),
            on_step=shown.within,
        )
    write(page, output, quality=quality, force=force)
    say(output)

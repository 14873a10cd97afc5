"""The page: the figure, and every number with how to read it and where it comes from."""

from collections.abc import Sequence

from impasto.analysis.single.figure import figure
from impasto.analysis.single.reading import Reading
from impasto.analysis.single.words import Line, groups
from impasto.report.page import bullets, folded, page, section, text

SOURCES = {
    "Palette": "k-means (Lloyd 1982, doi:10.1109/TIT.1982.1056489) in CIELAB; names from the color "
    "survey of xkcd.com (2010, CC0) by CIEDE2000 (Sharma, Wu, Dalal 2005, doi:10.1002/col.20070)",
    "Harmony": "templates of Cohen-Or et al. 2006, doi:10.1145/1179352.1141933, and triads",
    "Colorfulness": "Hasler, Suesstrunk 2003, doi:10.1117/12.477378",
    "Warmth": "Ou et al. 2004, doi:10.1002/col.20010",
    "Contrast": "Peli 1990, doi:10.1364/JOSAA.7.002032",
    "Where the eye is drawn": "image signature, Hou, Harel, Koch 2012, doi:10.1109/TPAMI.2011.146",
    "Thirds": "Liu et al. 2010, doi:10.1111/j.1467-8659.2009.01616.x",
    "Horizon": "columns vote, after the Hough transform, doi:10.1145/361237.361242",
    "Symmetry": "after Mayer, Landwehr 2018, doi:10.1037/aca0000187",
    "Balance": "after Huebner, Fillinger 2016, doi:10.3389/fpsyg.2016.00335",
    "Edges": "Sobel; density as in Rosenholtz, Li, Nakano 2007, doi:10.1167/7.2.17",
    "Entropy": "Shannon 1948, doi:10.1002/j.1538-7305.1948.tb01338.x",
    "JPEG, fractal dimension": "Forsythe et al. 2011, doi:10.1348/000712610X498958",
    "Self-similarity": "Braun et al. 2013, doi:10.3389/fpsyg.2013.00808",
    "Kind, border, key": "rules of our own, set by eye",
}
"""Where each measure comes from; how it differs from its source is said in the code."""

FIGURE = """<style>
main > figure > svg { width: 100%; height: auto; }
.said { width: 100%; table-layout: fixed; } .said th { width: 24%; font-weight: 600; }
.said td { width: 33%; } .said .how { width: 43%; opacity: .75; }
</style>"""


def report(reading: Reading) -> str:
    """Lay a reading out on one page that asks no other machine for anything."""
    tables = [section(title, [_lines(lines)]) for title, lines in groups(reading).items()]
    parts = [
        FIGURE,
        f"<figure>{figure(reading).to_svg()}</figure>",
        section("Palette", [_palette(reading)]),
        *tables,
        folded(
            "Where each measure comes from",
            bullets(f"{name}: {source}." for name, source in SOURCES.items()),
        ),
    ]
    return page(reading.heading, parts)


def _lines(lines: Sequence[Line]) -> str:
    """Lay lines out: what was measured, what came out, how to read it."""
    rows = "".join(
        f'<tr><th scope="row">{text(line.name)}</th><td>{text(line.value)}</td>'
        f'<td class="how">{text(line.meaning)}</td></tr>'
        for line in lines
    )
    return f'<div class="scroll"><table class="said"><tbody>{rows}</tbody></table></div>'


def _palette(reading: Reading) -> str:
    """List the colors, each beside itself."""
    rows = "".join(
        f'<tr><td style="background:{swatch.color};width:3rem"></td>'
        f'<th scope="row">{text(swatch.name)}</th><td>{swatch.color}</td>'
        f'<td class="number">{swatch.share:.1%}</td><td class="number">{swatch.off:.1f}</td></tr>'
        for swatch in reading.palette.swatches
    )
    heads = ("color", "nearest name", "value", "share", "name is off by")
    top = "".join(f'<th scope="col">{head}</th>' for head in heads)
    return (
        f'<div class="scroll"><table><thead><tr>{top}</tr></thead><tbody>{rows}</tbody>'
        "</table></div>"
    )

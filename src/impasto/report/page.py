"""Pages that are one file each, need no network, and show what comes from outside as text."""

import base64
import io
from collections.abc import Iterable, Sequence
from html import escape

from jaxtyping import UInt8
from PIL import Image
from torch import Tensor

from impasto.errors import printable

LONGEST = 300
"""Characters shown of any name from outside."""

STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8883; --mark: #2f6f8f; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
h1, h2 { line-height: 1.2; overflow-wrap: anywhere; } h2 { margin-top: 2.5rem; }
p, li, summary { overflow-wrap: anywhere; }
table { border-collapse: collapse; }
caption { text-align: left; padding: .3rem 0; max-width: calc(100vw - 2.5rem); }
th, td { padding: .25rem .7rem; border-bottom: 1px solid var(--line); text-align: left; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
tbody th { position: sticky; left: 0; background: Canvas; } .whole { white-space: nowrap; }
.scroll { overflow-x: auto; } figure { margin: 1rem 0; }
svg { max-width: 100%; height: auto; overflow: visible; } svg text { font-size: 12px; }
.works { display: flex; flex-wrap: wrap; gap: .7rem; } .works figure { width: 9rem; margin: 0; }
.works img { width: 100%; } figcaption { font-size: .85rem; overflow-wrap: anywhere; }
details { margin: .3rem 0; } summary { cursor: pointer; padding: .1rem 0; }
@media (max-width: 600px) { th, td { padding: .25rem .4rem; } svg text { font-size: 16px; } }
"""


def text(value: object) -> str:
    """Make text from outside safe to stand in a page."""
    return escape(printable(value, limit=LONGEST))


def page(title: str, parts: Iterable[str]) -> str:
    """Lay parts out on a page that asks no other machine for anything."""
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{text(title)}</title><style>{STYLE}</style></head><body><main>",
            f"<h1>{text(title)}</h1>",
            *parts,
            "</main></body></html>",
            "",
        ]
    )


def section(title: str, parts: Iterable[str]) -> str:
    """Put parts under a heading."""
    return "\n".join([f"<section><h2>{text(title)}</h2>", *parts, "</section>"])


def paragraph(words: object) -> str:
    """Say something."""
    return f"<p>{text(words)}</p>"


def bullets(lines: Iterable[object]) -> str:
    """List lines."""
    return "<ul>" + "".join(f"<li>{text(line)}</li>" for line in lines) + "</ul>"


def table(head: Sequence[object], rows: Iterable[Sequence[object]], *, caption: str = "") -> str:
    """Lay out rows; every column but the first is taken for numbers."""
    kinds = ["", *[' class="number"'] * (len(head) - 1)]
    tops = "".join(f'<th scope="col"{k}>{text(h)}</th>' for k, h in zip(kinds, head, strict=True))
    lines = [
        f'<tr><th scope="row">{text(row[0])}</th>'
        + "".join(f'<td class="number">{_figure(cell)}</td>' for cell in row[1:])
        + "</tr>"
        for row in rows
    ]
    said = f"<caption>{text(caption)}</caption>" if caption else ""
    body = "\n".join(lines)
    return (
        f'<div class="scroll"><table>{said}<thead><tr>{tops}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _figure(cell: object) -> str:
    """Keep an interval on one line; between the figure and it there may be a new one."""
    figure, bracket, rest = text(cell).partition(" [")
    return f'{figure} <span class="whole">[{rest}</span>' if bracket else figure


def folded(summary: object, body: str) -> str:
    """Hide a part until somebody opens it."""
    return f"<details><summary>{text(summary)}</summary>{body}</details>"


def works(pictures: Iterable[tuple[UInt8[Tensor, "c h w"] | None, str]]) -> str:
    """Show works side by side, each with a line; without a picture only the line."""
    figures = []
    for picture, line in pictures:
        shown = "" if picture is None else f'<img alt="" src="{data_url(picture)}">'
        figures.append(f"<figure>{shown}<figcaption>{_breakable(line)}</figcaption></figure>")
    return f'<div class="works">{"".join(figures)}</div>'


def _breakable(line: str) -> str:
    """Let the name of a file go on in a new line after its folder, and between its words."""
    return text(line).replace("/", "/<wbr>").replace("_", "_<wbr>")


def data_url(picture: UInt8[Tensor, "c h w"]) -> str:
    """Put a small picture into the page itself, as JPEG."""
    array = picture.permute(1, 2, 0).contiguous().numpy()
    image = Image.fromarray(array[..., 0] if array.shape[2] == 1 else array)
    image.thumbnail((144, 144))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode('ascii')}"

"""Fill the pages that are made from the package itself, so that they cannot fall behind it.

A line `<!-- generated: commands -->` in a page becomes the command reference, as typer writes it;
`<!-- generated: cards -->` becomes the model cards that ship beside the weights,
`<!-- generated: losses -->` the table of losses, and `<!-- generated: settings -->` that of the
settings of a training.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from sphinx.application import Sphinx

SOURCE = Path(__file__).resolve().parents[2] / "src" / "impasto"
MARK = re.compile(r"^<!-- generated: (\w+) -->$", re.MULTILINE)


def demote(markdown: str) -> str:
    """Put every heading one level lower, leaving code blocks as they are."""
    fenced = False
    lines = []
    for line in markdown.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        lines.append(f"#{line}" if line.startswith("#") and not fenced else line)
    return "\n".join(lines)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; a bar within a cell is a bar, not the end of it."""
    lines = [head, ["---"] * len(head), *([cell.replace("|", r"\|") for cell in r] for r in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def commands() -> str:
    """The reference of every command and option."""
    generate = [sys.executable, "-m", "typer", "impasto.cli", "utils", "docs", "--name", "impasto"]
    done = subprocess.run(generate, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"typer could not describe the command line:\n{done.stderr}")
    return demote(done.stdout)


def cards() -> str:
    """Every model card, in the order of the names."""
    found = sorted((SOURCE / "weights").glob("*.md"))
    return "\n\n".join(demote(card.read_text(encoding="utf-8")) for card in found)


def losses() -> str:
    """Every loss of the catalog: what it is for, what it computes, and where it is from."""
    from impasto.losses.catalog import LOSSES

    rows = [
        (f"`{row.name}`", ", ".join(row.tasks), f"`{row.formula}`", row.use, _linked(row.paper))
        for row in LOSSES
    ]
    return table(["loss", "task", "formula", "when", "from"], rows)


def _linked(paper: str) -> str:
    """Lead to a paper that has a number; the name of a function is code."""
    found = re.search(r"(arXiv:|doi:)(\S+)$", paper)
    if found is None:
        return f"`{paper}`"
    site = {"arXiv:": "https://arxiv.org/abs/", "doi:": "https://doi.org/"}[found[1]]
    return f"[{paper}]({site}{found[2]})"


def settings() -> str:
    """Every setting of a training, in the order of the steps."""
    from impasto.learning.settings import STEPS, TrainSettings

    rows = []
    for name, field in TrainSettings.model_fields.items():
        extra = field.json_schema_extra
        step = str(extra["step"]) if isinstance(extra, dict) else ""
        usual = "" if field.default is None else f"`{field.default}`"
        rows.append((step, f"`{name}`", field.description or "", usual))
    rows.sort(key=lambda row: STEPS.index(row[0]))
    return table(["step", "setting", "what it is", "usually"], rows)


PARTS: dict[str, Callable[[], str]] = {
    "commands": commands,
    "cards": cards,
    "losses": losses,
    "settings": settings,
}


def fill(_app: Sphinx, _page: str, source: list[str]) -> None:
    """Replace the marks of a page by what they stand for."""
    source[0] = MARK.sub(lambda mark: PARTS[mark[1]](), source[0])


def outdated(app: Sphinx, *_: object) -> list[str]:
    """Read these pages at every build: what they are made of lies outside the docs."""
    texts = {page: Path(app.env.doc2path(page)) for page in app.env.found_docs}
    return [page for page, path in texts.items() if MARK.search(path.read_text(encoding="utf-8"))]


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.connect("source-read", fill)
    app.connect("env-get-outdated", outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

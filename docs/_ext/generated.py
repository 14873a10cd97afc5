"""Fill the pages that are made from the package itself, so that they cannot fall behind it.

A line `<!-- generated: commands -->` in a page becomes the command reference, as typer writes it;
`<!-- generated: cards -->` becomes the model cards that ship beside the weights.
"""

import re
import subprocess
import sys
from collections.abc import Callable
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


PAGES: dict[str, Callable[[], str]] = {"commands": commands, "cards": cards}


def fill(_app: Sphinx, _page: str, source: list[str]) -> None:
    """Replace the marks of a page by what they stand for."""
    source[0] = MARK.sub(lambda mark: PAGES[mark[1]](), source[0])


def outdated(app: Sphinx, *_: object) -> list[str]:
    """Read these pages at every build: what they are made of lies outside the docs."""
    return [page for page in PAGES if page in app.env.found_docs]


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.connect("source-read", fill)
    app.connect("env-get-outdated", outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Everything public is documented, and what is documented is there."""

import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")])
PUBLIC = ("impasto", "impasto.picture")


def find(pattern: str, page: Path) -> list[str]:
    """Every match in a page; ^ and $ are the ends of lines."""
    return re.findall(pattern, page.read_text(encoding="utf-8"), re.MULTILINE)


@cache
def commands() -> dict[str, set[str]]:
    """Every command that is not hidden, as one types it, with its options."""
    typer = pytest.importorskip("typer")
    app = importlib.import_module("impasto.cli").app

    def walk(command: Any, path: str) -> Iterator[tuple[str, set[str]]]:
        options = {opt for param in command.params for opt in (*param.opts, *param.secondary_opts)}
        yield path, {option for option in options if option.startswith("-")} | {"--help"}
        for name, below in getattr(command, "commands", {}).items():
            if not below.hidden:
                yield from walk(below, f"{path} {name}")

    return dict(walk(typer.main.get_command(app), "impasto"))


def test_the_site_builds_and_names_everything_public(tmp_path: Path) -> None:
    inventory = pytest.importorskip("sphinx.util.inventory")
    build = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q"]
    done = subprocess.run(
        [*build, "-d", tmp_path / "trees", DOCS, tmp_path / "html"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr

    objects = inventory.InventoryFile.loads((tmp_path / "html/objects.inv").read_bytes(), uri="")
    documented = {name for names in objects.data.values() for name in names}
    public = {
        f"{module}.{name}": getattr(importlib.import_module(module), name)
        for module in PUBLIC
        for name in importlib.import_module(module).__all__
        if not name.startswith("_")
    }
    seen = {id(value) for name, value in public.items() if name in documented}
    missing = [name for name, value in public.items() if id(value) not in seen]
    assert not missing, f"not in docs/python.md: {missing}"

    reference = re.sub(r"<[^>]+>", "", (tmp_path / "html/commands.html").read_text())
    assert [command for command in commands() if command not in reference] == []


def test_every_command_is_shown_in_a_guide() -> None:
    guides = "\n".join(page.read_text(encoding="utf-8") for page in DOCS.glob("*.md"))
    missing = [command for command in commands() if not re.search(rf"{command}\b", guides)]
    assert not missing, f"shown in no page of docs/: {missing}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_that_a_page_shows_exist(page: Path) -> None:
    known = commands()
    for line in find(r"^(?:\$ )?(impasto .*)$", page):
        words = line.split("#")[0].split()
        command = next(c for n in (3, 2, 1) if (c := " ".join(words[:n])) in known)
        assert command != "impasto" or words[1].startswith("-"), line
        options = {word for word in words if re.match(r"--?[a-z]", word)}
        assert options <= known[command], line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    local = [link for link in find(r"\]\(([^)#\s]+)", page) if not re.match(r"[a-z]+:", link)]
    assert [link for link in local if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_make_targets_that_a_page_names_exist(page: Path) -> None:
    targets = set(find(r"^([a-z]+):", ROOT / "Makefile"))
    assert {*find(r"`make ([a-z]+)", page), *find(r"^(?:\$ )?make ([a-z]+)", page)} <= targets


def test_both_readmes_show_the_same_code() -> None:
    english, chinese = (
        [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
        for blocks in (
            find(r"^```.*\n([^`]*)^```", ROOT / name) for name in ("README.md", "README.zh.md")
        )
    )
    assert len(english) > 10
    assert english == chinese

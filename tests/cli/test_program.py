"""The program as a whole: help, spelling, start, completion, and what a failure looks like."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from impasto.cli import main, program
from impasto.cli.program import app, run
from impasto.cli.progress import bar
from impasto.errors import PictureError
from impasto.progress import Step
from impasto.styling.settings import StylizeSettings
from impasto.version import __version__


def commands(command: Any = None, path: str = "impasto") -> Iterator[tuple[str, Any]]:
    """Every command, with how it is called."""
    command = command or typer.main.get_command(app)
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, f"{path} {name}")


def options(path: str) -> dict[str, Any]:
    command = dict(commands())[path]
    return {p.name: p for p in command.get_params(typer.Context(command))}


@pytest.mark.parametrize("path", [path for path, _ in commands()])
def test_everything_has_help(path: str) -> None:
    command = dict(commands())[path]
    assert command.help
    assert command.get_short_help_str()
    missing = [name for name, option in options(path).items() if not option.help]
    assert not missing


@pytest.mark.parametrize("path", [path for path, _ in commands()])
def test_help_is_shown(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*path.split()[1:], "--help"]) == 0
    assert path in capsys.readouterr().out


@pytest.mark.parametrize("path", ["impasto stylize", "impasto styles walk"])
def test_settings_are_those_of_the_record(path: str) -> None:
    offered = options(path)
    for name, field in StylizeSettings.model_fields.items():
        assert field.description
        assert field.description in offered[name].help
        assert offered[name].default == field.default
        assert not offered[name].required
        assert offered[name].opts == [f"--{name.replace('_', '-')}"]
    assert "0.25 to 4" in offered["stroke"].help


def test_a_sweep_tries_all_settings_as_the_verb_does() -> None:
    from inspect import signature

    from impasto.cli.values import choices, numbers
    from impasto.styling.sheets import sweep

    offered, verb = options("impasto sweep"), signature(sweep).parameters
    for name in StylizeSettings.model_fields:
        read = choices if name == "keep_colors" else numbers
        assert read(offered[name].default, option=name) == verb[name].default


def test_without_words_the_commands_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    assert "stylize" in capsys.readouterr().out


def test_version(impasto: Any) -> None:
    assert impasto("--version").out == f"impasto {__version__}\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["paint"], "No such command 'paint'"),
        (["stylise", "x.jpg"], "Missing option '--output' / '-o' (see impasto stylize --help)"),
        (["stylize", "-o", "x.png"], "Missing argument 'content' (see impasto stylize --help)"),
        (["sweep", "a.png", "-o", "b.png"], "Missing option '--style' / '-s'"),
        (["stylize", "a.png", "-o", "b.png", "--nope"], "No such option: --nope"),
        (["stylize", "a.png", "-o", "b.png"], "name a style, such as --style great-wave"),
        (["stylize", "a.png", "-o", "b.png", "-s", "x", "--strength", "much"], "--strength"),
        (["stylize", "a.png", "-o", "b.png", "-s", "x", "--strength", "2"], "strength: "),
        (["stylize", "a.png", "-o", "b.png", "--region", "sky.png"], "expected MASK=STYLE"),
        (["sweep", "a", "-o", "b.png", "-s", "x", "--stroke", "1;2"], "numbers with commas"),
        (["sweep", "a", "-o", "b.png", "-s", "x", "--keep-colors", "maybe"], "expected yes, no"),
        (["styles", "invent"], "name it to keep it"),
    ],
)
def test_what_is_not_understood_is_one_line(impasto: Any, words: list[str], message: str) -> None:
    outcome = impasto(*words)
    assert message in outcome.line
    assert outcome.line.startswith("impasto: ")
    assert (outcome.code, outcome.out) == (2, "")


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (PictureError("a\nb\x1b[31m"), 1, "impasto: a\\nb\\x1b[31m"),
        (MemoryError(), 1, "not enough memory"),
        (OSError(13, "Permission denied", "x"), 1, "x: Permission denied"),
        (KeyError("x"), 1, "a mistake of our own (KeyError: 'x')"),
        (KeyboardInterrupt(), 130, "impasto: stopped"),
    ],
)
def test_whatever_goes_wrong_is_one_line(
    impasto: Any, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, message: str
) -> None:
    broken = typer.Typer()
    broken.callback()(lambda: None)

    @broken.command()
    def fail() -> None:
        raise error

    monkeypatch.setattr(program, "app", broken)
    outcome = impasto("fail")
    assert message in outcome.line
    assert outcome.code == code


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from impasto.cli.program import run; run(['--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert not loaded & {"torch", "numpy", "pydantic", "PIL", "pyvips", "filelock", "safetensors"}


@pytest.fixture
def completions(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], list[str]]:
    """What the shell offers after these words."""

    def call(words: str) -> list[str]:
        monkeypatch.setenv("_IMPASTO_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
        with pytest.raises(SystemExit):
            run([])
        return capsys.readouterr().out.split()

    return call


def test_the_shell_completes_commands(completions: Callable[[str], list[str]]) -> None:
    assert completions("impasto sty") == ["stylize", "styles"]


def test_the_shell_completes_styles_and_paintings(
    completions: Callable[[str], list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "great").mkdir()
    (tmp_path / "great" / "one.jpg").touch()
    monkeypatch.chdir(tmp_path)
    assert completions("impasto stylize x.jpg --style gre") == ["great-wave", "great/"]
    assert completions("impasto stylize x.jpg --style great/") == ["great/one.jpg"]


def test_the_program_runs_what_was_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["impasto", "--version"])
    assert main() == 0
    assert capsys.readouterr().out == f"impasto {__version__}\n"


def test_ctrl_c_is_clean_from_the_first_moment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(program, "start", interrupted)
    assert main() == 130
    assert capsys.readouterr().err == "impasto: stopped\n"


def test_a_mistake_of_ours_can_be_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = typer.Typer()
    broken.command()(lambda: {}["x"])
    monkeypatch.setattr(program, "app", broken)
    monkeypatch.setenv("IMPASTO_DEBUG", "1")
    with pytest.raises(KeyError):
        run(["--"])


def test_a_bar_shows_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # what rich takes for a terminal
    with bar("[bold]\x1b[5m.jpg", total=4) as shown:
        shown.step(Step(1, 4))
        shown.within(Step(1, 2))
        assert shown.bar.tasks[0].completed == 1.5
        shown.say("out.png")
        shown.step(Step(4, 4))
    said = capsys.readouterr()
    assert said.out == "out.png\n"
    assert "[bold]\\x1b[5m.jpg" in said.err
    assert "100%" in said.err

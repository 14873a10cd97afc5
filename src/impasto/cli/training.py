"""The commands of the six steps: train, resume, test, predict, compare."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from impasto.cli.options import Force
from impasto.cli.progress import bar
from impasto.cli.stoppable import Stoppable, Watched
from impasto.cli.terminal import explain, say, table
from impasto.errors import SettingsError, printable

if TYPE_CHECKING:
    from impasto.learning.clustering.judging import Grouped
    from impasto.learning.run import Run
    from impasto.learning.testing import Tested

RunFolder = Annotated[Path, typer.Argument(help="The folder of a run.", show_default=False)]
Moved = Annotated[
    str | None,
    typer.Option("--source", help="Where its works lie now, if they moved.", show_default=False),
]
LearningCurve = Annotated[
    bool, typer.Option(help="Train with fewer works, too: would more of them help?")
]
Source = Annotated[
    str,
    typer.Argument(
        help="mnist; a folder or table of pictures; a folder of .npz drawings; or a recipe, .toml.",
        show_default=False,
    ),
]
Text = Annotated[str | None, typer.Option()]
Whole = Annotated[int | None, typer.Option()]
Number = Annotated[float | None, typer.Option()]
Truth = Annotated[bool | None, typer.Option()]
"""These four take help, range and default from the settings record: see `records`."""


def train(
    source: Source,
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="The run's folder; runs/NAME unless given.", show_default=False
        ),
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option(help="Only write the recipe into this file.", show_default=False),
    ] = None,
    force: Force = False,
    task: Text = None,
    label: Annotated[str | None, typer.Option("--label", "--target")] = None,
    split_by: Text = None,
    at_least: Whole = None,
    groups_at_least: Whole = None,
    data: Text = None,
    size: Whole = None,
    network: Text = None,
    method: Text = None,
    clusters: Whole = None,
    loss: Text = None,
    balance: Truth = None,
    optimizer: Text = None,
    rate: Number = None,
    schedule: Text = None,
    batch: Whole = None,
    precision: Text = None,
    augment: Truth = None,
    epochs: Whole = None,
    iterations: Whole = None,
    until: Text = None,
    patience: Whole = None,
    minutes: Number = None,
    seed: Whole = None,
) -> None:
    """Train a network on a collection of your own, step by step.

    impasto train paintings/ --label movement --split-by artist --until accuracy=0.6
    """
    values = {k: v for k, v in locals().items() if k not in {"source", "output", "write", "force"}}
    from impasto.learning.settings import read_recipe, settings_from, write_recipe
    from impasto.learning.train import train as learn

    given = {name: value for name, value in values.items() if value is not None}
    recipe = Path(source)
    if recipe.suffix == ".toml":
        source, known = read_recipe(recipe)
        given = known.model_dump(exclude_unset=True) | given
    settings = settings_from(given)
    if write is not None:
        _write(write, write_recipe(source, settings), force=force)
        return
    folder = output or Path("runs") / (Path(source).resolve().name if source != "mnist" else source)
    with Watched(f"training {source}", reading="reading pictures") as watched:
        run = learn(source, folder, settings=settings, on_line=watched.say, on_step=watched)
    _ended(run, folder, watched)


def resume(run: RunFolder, *, source: Moved = None) -> None:
    """Go on with a training that was stopped, as if it never had been."""
    from impasto.learning.train import resume as go_on

    with Watched(f"training {run.name}", reading="reading pictures") as watched:
        ended = go_on(run, source=source, on_line=watched.say, on_step=watched)
    _ended(ended, run, watched)


def test(
    run: RunFolder,
    *,
    source: Moved = None,  # noqa: PT028  a verb
    learning_curve: LearningCurve = False,  # noqa: PT028
) -> None:
    """Judge a network by works that it has never seen; writes report.html and report.json."""
    from impasto.learning.page import write_page
    from impasto.learning.run import REPORT
    from impasto.learning.testing import test as judge

    with bar(f"testing {run.name}") as shown:
        tested = judge(
            run,
            source=source,
            learning_curve=learning_curve,
            on_line=shown.say,
            on_step=shown.within,
        )
    _show(tested)
    say(write_page(tested, run, name=REPORT))


def predict(
    run: RunFolder,
    pictures: Annotated[
        list[Path], typer.Argument(help="Pictures, or folders of them.", show_default=False)
    ],
    *,
    form: Annotated[
        Literal["text", "csv", "json"], typer.Option("--format", help="How to write the answers.")
    ] = "text",
    confidence: Annotated[
        float | None,
        typer.Option(
            help="How often the set of classes shall hold the truth; 0.9 unless given.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Ask a trained network about pictures: how probable each class is, and which it may be.

    impasto predict runs/movements picture.jpg folder/ --format csv
    """
    from impasto.learning.answers import written
    from impasto.learning.predict import predict as ask

    with bar("asking") as shown:
        answers = ask(run, pictures, confidence=confidence, on_line=explain, on_step=shown.within)
    for line in written([a for a in answers if not a.problem], form):
        typer.echo(line)
    bad = [a for a in answers if a.problem]
    for answer in bad:
        explain(answer.problem)
    if bad:
        raise typer.Exit(1)


def compare(
    first: RunFolder,
    second: Annotated[Path, typer.Argument(help="Another.", show_default=False)],
) -> None:
    """Say whether the difference between two tested runs is real: paired, with its interval."""
    from impasto.learning.compare import compare as weigh

    found = weigh(first, second)
    table(
        [
            (str(first), f"{found.metric} {found.first}"),
            (str(second), f"{found.metric} {found.second}"),
            ("difference", f"{found.difference} on {found.works} works"),
        ]
    )
    say(found.verdict)


def _ended(run: "Run", folder: Path, watched: Stoppable) -> None:
    """Say what to do next; exits as an interrupted program does where Ctrl-C ended it."""
    if watched.asked and run.reason.startswith("stopped: asked to"):
        say(f"impasto resume {folder} goes on")
        raise typer.Exit(130)
    say(f"{run.seconds:.0f} s; impasto test {folder} says how good it is")


def _write(path: Path, text: str, *, force: bool) -> None:
    from impasto.picture.files import replace_atomically

    with replace_atomically(path, force=force) as aside:
        aside.write_text(text, encoding="utf-8")
    say(path)


def _show(tested: "Tested | Grouped") -> None:
    from impasto.learning.page import row_name, shown

    for name, figure in tested.figures.items():
        beside = ", ".join(
            f"{row_name(row, tested)} {figures[name].value:.3f}"
            for row, figures in tested.rows.items()
            if name in figures
        )
        say(f"{name.replace('_', ' ')} {shown(figure)}{f'  ({beside})' if beside else ''}")
    notes = sorted({figure.note for figure in tested.figures.values() if figure.note})
    for line in [*notes, *tested.lines()]:
        say(line)
    if (curve := getattr(tested, "curve", None)) is not None:
        say(curve.sentence)
    if not tested.figures:
        raise SettingsError(f"nothing was measured in {printable(tested.run.source)}; train anew")

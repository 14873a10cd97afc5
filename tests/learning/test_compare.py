"""The verb `compare`: differences that could be chance are called so."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from impasto.errors import DataError, TrainingError
from impasto.learning.compare import compare


@pytest.fixture
def other(learned: Path, tmp_path: Path) -> Path:
    """A copy of a tested run, to be changed."""
    return Path(shutil.copytree(learned, tmp_path / "other"))


def table(run: Path, rows: list[tuple[Any, ...]]) -> None:
    lines = ["name,group,truth,prediction,score", *(",".join(map(str, row)) for row in rows)]
    (run / "predictions.csv").write_text("\n".join(lines) + "\n")


def test_a_run_and_itself(learned: Path) -> None:
    found = compare(learned, learned)
    assert (found.metric, found.difference.value) == ("accuracy", 0)
    assert (found.difference.low, found.difference.high) == (0, 0)
    assert found.verdict == "no difference: both score the same on these works"
    assert found.works == len((learned / "predictions.csv").read_text().splitlines()) - 1


def test_a_real_difference(learned: Path, other: Path, tmp_path: Path) -> None:
    third = Path(shutil.copytree(learned, tmp_path / "third"))
    right = [(f"w{i}", "", "red", "red" if i else "blue", 1.0) for i in range(40)]
    wrong = [(f"w{i}", "", "red", "red" if i % 5 == 0 else "blue", 0.4) for i in range(40)]
    table(other, right)
    table(third, wrong)
    assert compare(other, third).verdict == "the first run is better: the interval excludes 0"
    assert compare(third, other).verdict == "the second run is better: the interval excludes 0"
    assert compare(other, third).difference.value == pytest.approx(0.775)


def of_task(run: Path, task: str) -> None:
    known = json.loads((run / "run.json").read_text())
    known["settings"]["task"] = task
    known["classes"] = [] if task == "regress" else known["classes"]
    (run / "run.json").write_text(json.dumps(known))


@pytest.mark.parametrize(("task", "metric"), [("regress", "error"), ("distribution", "emd")])
def test_less_of_an_error_is_better(
    learned: Path, other: Path, tmp_path: Path, task: str, metric: str
) -> None:
    third = Path(shutil.copytree(learned, tmp_path / "third"))
    for run, far in ((other, 2.0), (third, 9.0)):
        of_task(run, task)
        table(run, [(f"w{i}", "", 1800, 1800, -far * (1 + i % 3)) for i in range(40)])
    found = compare(other, third)
    assert (found.metric, found.difference.value) == (metric, pytest.approx(-13.825))
    assert found.verdict.startswith("the first run is better")


def test_one_group_says_nothing_of_others(other: Path, learned: Path, tmp_path: Path) -> None:
    third = Path(shutil.copytree(learned, tmp_path / "third"))
    table(other, [(f"w{i}", "Monet", "red", "red", 1.0) for i in range(9)])
    table(third, [(f"w{i}", "Monet", "red", "blue", 0.1) for i in range(9)])
    assert compare(other, third).verdict.startswith("too few works to say: only one group")


def test_different_tasks(learned: Path, other: Path) -> None:
    of_task(other, "regress")
    with pytest.raises(TrainingError, match="one run is to classify and the other to regress"):
        compare(learned, other)


def test_one_that_was_not_tested(learned: Path, other: Path) -> None:
    (other / "predictions.csv").unlink()
    with pytest.raises(TrainingError, match=r"was not tested yet; impasto test .* does it"):
        compare(learned, other)


@pytest.mark.parametrize(
    ("rows", "apart"),
    [
        ([("w0", "", "red", "red", 1.0), ("w1", "", "red", "red", 1.0)], "1 of 3"),
        ([(f"w{i}", "", "blue" if i else "red", "red", 1.0) for i in range(3)], "2 of 3"),
        ([("elsewhere", "", "red", "red", 1.0)], "4 of 4"),
    ],
)
def test_other_works(learned: Path, other: Path, tmp_path: Path, rows: Any, apart: str) -> None:
    third = Path(shutil.copytree(learned, tmp_path / "third"))
    table(other, [(f"w{i}", "", "red", "red", 1.0) for i in range(3)])
    table(third, rows)
    for pair in ((other, third), (third, other)):
        with pytest.raises(DataError, match=f"tested on different works: {apart} are .*; train"):
            compare(*pair)


def test_too_few_works_give_no_verdict(learned: Path, other: Path, tmp_path: Path) -> None:
    third = Path(shutil.copytree(learned, tmp_path / "third"))
    for groups in ([""] * 4, list("abcd")):
        table(other, [(f"w{i}", g, "red", "red", 1.0) for i, g in enumerate(groups)])
        table(third, [(f"w{i}", g, "red", "blue", 0.1) for i, g in enumerate(groups)])
        found = compare(other, third)
        assert (found.difference.low, found.difference.high) == (1, 1)
        assert found.verdict.startswith("too few works to say: only 4")
        assert "the same in every draw" in found.verdict


def test_groups_of_either_run_and_either_order(learned: Path, other: Path, tmp_path: Path) -> None:
    third = Path(shutil.copytree(learned, tmp_path / "third"))
    rows = [(f"w{i}", "", "red", "red" if i % 3 else "blue", 0.5) for i in range(60)]
    table(other, rows)
    table(third, [(n, f"g{i % 12}", t, "red", 0.5) for i, (n, _, t, *_) in enumerate(rows)][::-1])
    found, turned = compare(other, third), compare(third, other)
    assert (found.difference.low, found.difference.high) == (
        -turned.difference.high,
        -turned.difference.low,
    )
    table(other, [(n, f"g{i % 12}", *rest) for i, (n, _, *rest) in enumerate(rows)])
    assert compare(other, third) == found
    table(other, [(n, f"g{i % 20}", *rest) for i, (n, _, *rest) in enumerate(rows)])
    with pytest.raises(DataError, match=r"put 48 of 60 works into different groups; train both"):
        compare(other, third)


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "name,group,truth,prediction,score\nx,y\n", "\xff"])
def test_a_damaged_table(learned: Path, other: Path, text: str) -> None:
    (other / "predictions.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(TrainingError, match=r"is damaged; impasto test .* writes it anew"):
        compare(learned, other)


def test_a_score_that_is_no_number(learned: Path, other: Path, tmp_path: Path) -> None:
    of_task(other, "regress")
    table(other, [(f"w{i}", "", 1, 2, "far") for i in range(3)])
    with pytest.raises(TrainingError, match="is damaged"):
        compare(other, other)

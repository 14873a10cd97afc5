"""A run goes on after a bad picture, stops when told to, and keeps what is done."""

import errno
from pathlib import Path

import pytest

from impasto.errors import OutputError, PictureError, StyleError
from impasto.jobs.batch import run_batch
from impasto.jobs.items import Failure, Item
from impasto.jobs.outputs import Plan
from impasto.progress import Step


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return Plan(tuple(Item(Path(f"in/{n}.png"), tmp_path / n / f"{n}.png") for n in "abcd"))


def make(item: Item) -> None:
    item.output.write_text(item.input.name)


def failing(name: str, error: BaseException):
    def work(item: Item) -> None:
        if item.input.stem == name:
            raise error
        make(item)

    return work


def names(paths: tuple[Path, ...]) -> str:
    return "".join(path.stem for path in paths)


def test_all_is_done(plan: Plan) -> None:
    steps: list[Step] = []
    result = run_batch(plan, make, on_step=steps.append)
    assert names(result.done) == "abcd"
    assert all(path.read_text() for path in result.done)
    assert (result.failed, result.left, result.interrupted) == ((), (), False)
    assert [(s.done, s.total, s.label) for s in steps] == [
        (i + 1, 4, f"{n}.png") for i, n in enumerate("abcd")
    ]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PictureError("not a picture"), "not a picture"),
        (MemoryError(), "not enough memory"),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried"), "not enough memory"),
        (OSError(errno.EIO, "Input/output error", "b.png"), "b.png: Input/output error"),
    ],
)
def test_a_bad_picture_is_listed_and_the_rest_done(
    plan: Plan, error: Exception, reason: str
) -> None:
    result = run_batch(plan, failing("b", error))
    assert names(result.done) == "acd"
    assert [f.path.stem for f in result.failed] == ["b"]
    assert reason in result.failed[0].reason


@pytest.mark.parametrize(
    "error", [KeyError("x"), RuntimeError("shape"), StyleError("other weights")]
)
def test_what_is_wrong_with_the_run_ends_it(plan: Plan, error: Exception) -> None:
    with pytest.raises(type(error)):
        run_batch(plan, failing("b", error))


def test_a_full_disk_ends_the_run(plan: Plan) -> None:
    full = OutputError("the disk is full")
    full.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    result = run_batch(plan, failing("b", full))
    assert (names(result.done), names(result.left)) == ("a", "cd")
    assert result.failed == (Failure(Path("in/b.png"), "the disk is full"),)


def test_ctrl_c_keeps_what_is_done(plan: Plan) -> None:
    result = run_batch(plan, failing("c", KeyboardInterrupt()))
    assert (names(result.done), names(result.left)) == ("ab", "cd")
    assert result.interrupted
    assert all(path.exists() for path in result.done)


def test_the_listener_stops_the_run(plan: Plan) -> None:
    result = run_batch(plan, make, on_step=lambda step: step.done == 2)
    assert (names(result.done), names(result.left)) == ("ab", "cd")
    assert not result.interrupted


def test_what_was_known_before_is_passed_on(plan: Plan) -> None:
    locked = Failure(Path("in/locked"), "can't be listed")
    result = run_batch(Plan(plan.todo[:2], plan.todo[2:], (locked,)), make)
    assert (names(result.done), names(result.skipped), names(result.left)) == ("ab", "cd", "")
    assert result.failed == (locked,)

"""What is said of a generator: in figures, in words, and on a page."""

import math
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from impasto.creation.collection.inspecting import create_inspect
from impasto.creation.collection.judging import Examiner, apart, painted
from impasto.creation.collection.page import write_page
from impasto.creation.collection.run import Run
from impasto.creation.collection.settings import GeneratorSettings
from impasto.creation.collection.stopping import Enough, collapsed, copies
from impasto.creation.collection.words import copying_words, look_line, variety_words
from impasto.creation.collection.works import gather
from impasto.errors import DataError, SettingsError
from impasto.metrics.intervals import Estimate
from impasto.networks.flow import noise_of
from impasto.progress import Step
from impasto.training.plan import Plan
from impasto.training.stopping import Progress

Learned = tuple[Path, Run, list[str], list[Step]]


def test_it_says_how_good_how_varied_how_much_copied_and_when(learned: Learned) -> None:
    said: list[str] = []
    found = create_inspect(learned[0], count=20, on_line=said.append)
    assert said == found.lines()
    for word in ("KID", "precision", "recall", "of real works", "step", "only 4 works"):
        assert any(word in line for line in said), word
    assert found.kid.low < found.kid.value < found.kid.high
    assert found.floor.value < found.kid.value
    assert len(found.pictures) == 20
    assert found.best_step in (0, 3, 6)
    figures = found.as_dict()
    assert figures["copy_rate"]["interval"][0] <= figures["copy_rate"]["value"]


def test_the_page_shows_samples_beside_the_nearest_works(learned: Learned, tmp_path: Path) -> None:
    found = create_inspect(learned[0], count=16)
    page = write_page(found, tmp_path).read_text()
    assert page.count("<img") == 16 + 2 * 12
    assert page.count("<svg") == 3
    assert "work-<wbr>" in page or "work-" in page
    assert "http" not in page.replace("http-equiv", "")


def test_inspecting_says_what_is_wrong(learned: Learned, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="count from 16"):
        create_inspect(learned[0], count=3)
    with pytest.raises(DataError, match="stopped"):
        create_inspect(learned[0], count=16, on_step=lambda step: True)
    fewer = tmp_path / "fewer"
    shutil.copytree(learned[0].parent / "works", fewer)
    (fewer / "work-00.png").unlink()
    with pytest.raises(DataError, match="have changed"):
        create_inspect(learned[0], source=fewer)
    moved = shutil.copytree(learned[0], tmp_path / "moved")
    replace(learned[1], source="gone", place="").save(moved)
    with pytest.raises(DataError, match=r"not at gone; .* name its new place with --source"):
        create_inspect(moved)


def test_copies_of_works_are_called_copies(learned: Learned, tmp_path: Path) -> None:
    """A generator that only returned works it learned from would be found out."""
    works = gather(
        learned[0].parent / "works", GeneratorSettings(size=32), cache=tmp_path / "cache"
    )
    examiner = Examiner(works)
    copied = examiner(works.pixels[works.learned].flip(3))
    assert copied.copying.rate.value == 1
    assert copied.copying.work.tolist() == list(range(16))
    assert copies(copied.values())
    assert abs(copied.spread - 1) < 0.2
    one = examiner(works.pixels[:1].expand(9, -1, -1, -1))
    assert one.spread < 0.05
    assert math.isfinite(one.kid.value)


def row(**more: float) -> dict[str, float]:
    usual = {"kid": 1.0, "kid_low": 0.9, "kid_high": 1.1, "copies": 0.04, "copies_low": 0.02}
    return usual | {"copies_high": 0.08, "spread": 0.9} | more


PLAN = Plan(steps=1000)


def reached(rows: list[dict[str, float]], until: Enough | None = None) -> Progress:
    progress, until = Progress(), until or Enough()
    for each in rows:
        progress.step += 100
        until.judge(each, progress)
        progress.conclude(each, epoch=0, rate=0.1)
    return progress


def test_the_best_has_the_least_kid_and_does_not_copy() -> None:
    progress = reached([row(kid=3), row(kid=2), row(kid=1, copies_low=0.2), row(kid=2.5)])
    assert (progress.best, progress.best_step, progress.since) == (2, 200, 2)
    assert reached([row(kid=math.nan)]).best is None


def test_it_ends_for_copying_collapse_and_want_of_progress() -> None:
    until = Enough(patience=4)
    assert until.reason(reached([row(kid=3)] * 2), PLAN) == ""
    copying = reached([row(kid=2), *[row(copies_low=0.2)] * 3], until)
    assert until.reason(copying, PLAN) == (
        "stopped: it copies; the best is that of iteration 100 (KID 2.000)"
    )
    assert until.reason(reached([row(copies_low=0.2)] * 2 + [row()]), PLAN) == ""
    flat = reached([row(), *[row(kid=2, spread=0.1)] * 3])
    assert until.reason(flat, PLAN).startswith("stopped: it collapsed")
    early = reached([row(kid=9 - i, spread=0.1) for i in range(6)])
    assert until.reason(early, PLAN) == ""  # it never was varied: it has just begun
    tired = reached([row(kid=1), *[row(kid=2)] * 4], until)
    assert "4 looks found nothing better" in until.reason(tired, PLAN)
    late = reached([row()])
    late.seconds = 61
    assert "1 minutes are over" in Enough(minutes=1).reason(late, PLAN)
    assert not collapsed([row(spread=0.1)] * 3)


def test_alarms_are_words() -> None:
    assert look_line(100, row(), best=100).endswith("variety 90%; the best so far")
    assert "COPYING" in look_line(300, row(copies_low=0.3), best=100)
    assert "COLLAPSE" in look_line(300, row(spread=0.2), best=100)
    assert "the best was at 100" in look_line(300, row(), best=100)
    assert copying_words(Estimate(0.3, 0.2, 0.4)).startswith("it copies")
    assert copying_words(Estimate(0.05, 0.02, 0.09)).startswith("no sign of copying")
    assert copying_words(Estimate(0.01, 0.0, 0.03)).startswith("it doesn't copy")
    assert variety_words(0.1, Estimate(0, 0, 0.1)).startswith("it collapsed")


def test_pictures_apart_by_hand() -> None:
    assert apart(torch.eye(3)) == 1
    assert apart(torch.ones(4, 1)) == 0
    assert apart(torch.tensor([[1.0, 0], [0, 1], [1, 0]])) == pytest.approx(2 / 3)


def test_painting_for_a_look_comes_from_the_noise_alone(learned: Learned) -> None:
    from impasto.creation.collection.generator import opened

    network = opened(learned[0]).network
    noise = noise_of(network.size, 5, seed=1)
    assert torch.equal(noise[:2], noise_of(network.size, 2, seed=1))
    assert torch.equal(painted(network, noise), painted(network, noise))

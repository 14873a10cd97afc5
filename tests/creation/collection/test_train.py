"""Training a generator: from works to weights, stopped, killed, resumed, and refused."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from impasto.creation.collection.generator import made_from, opened
from impasto.creation.collection.run import CACHE, Run, load
from impasto.creation.collection.settings import GeneratorSettings
from impasto.creation.collection.teaching import Teaching
from impasto.creation.collection.train import create_train
from impasto.creation.collection.works import LEAST, gather
from impasto.errors import DataError, OutputError, SettingsError, TrainingError
from impasto.jobs import memory
from impasto.jobs.preview import Preview
from impasto.picture import read_recipe
from impasto.progress import Step
from impasto.training.checkpoint import facts_of

Learned = tuple[Path, Run, list[str], list[Step]]
Make = Callable[..., Path]


def tiny(**more: object) -> GeneratorSettings:
    """Settings of a training that is over at once."""
    values = {"size": 32, "batch": 4, "steps": 6, "look": 3} | more
    return GeneratorSettings(**values)


def test_it_learns_looks_and_ends(learned: Learned) -> None:
    folder, run, lines, told = learned
    assert run.reason == "stopped: all 6 iterations are done"
    assert load(folder) == run
    looks = [line for line in lines if line.startswith("step ")]
    assert [line.split(":")[0] for line in looks] == ["step 3", "step 6"]
    assert all("KID" in line and "copies" in line and "variety" in line for line in looks)
    assert "16 works to learn from, 4 held out to judge by; from 30 on" in lines[0]
    steps = [step for step in told if step.values]
    assert [step.done for step in steps] == [1, 2, 3, 4, 5, 6]
    assert [isinstance(step, Preview) for step in steps] == [False, False, True] * 2
    assert steps[-1].preview.shape == (12, 3, 32, 32)
    history = facts_of(folder / "last.safetensors")["progress"]["history"]
    assert [row["step"] for row in history] == [3, 6]
    assert {"validation_kid", "validation_copies_low", "validation_spread"} <= history[0].keys()


def test_sheets_and_weights_of_the_looks_are_kept(learned: Learned) -> None:
    folder = learned[0] / "looks"
    stems = {"step-0000003", "step-0000006"}
    assert {path.name for path in folder.iterdir()} == {
        f"{stem}.{kind}" for stem in stems for kind in ("jpg", "safetensors")
    }
    recipe = read_recipe(folder / "step-0000003.jpg")
    assert (recipe.verb, recipe.source_type) == ("create-look", "trainedAlgorithmicMedia")
    whole, kept = opened(learned[0]), opened(folder / "step-0000006.safetensors")
    best = facts_of(learned[0] / "best.safetensors")["progress"]["best_step"]
    if best == 6:
        noise = whole.noise(1).expand(8, -1, -1, -1)
        assert (made_from(whole.network, noise) - made_from(kept.network, noise)).abs().max() < 0.01


def test_the_weights_have_moved(learned: Learned) -> None:
    folder, run = learned[:2]
    works = gather(run.source, run.settings, cache=folder / CACHE)
    teaching = Teaching(run, folder, works, print, None)
    begun = teaching.begin().state_dict()
    assert all(torch.equal(v, begun[k]) for k, v in teaching.begin().state_dict().items())
    trained = load_file(folder / "last.safetensors")
    moved = [k for k, v in begun.items() if not torch.equal(trained[f"model.{k}"], v)]
    assert len(moved) > 0.9 * len(begun)


def test_stopped_and_resumed_equals_never_stopped(works: Path, tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"

    def second(step: Step) -> bool:
        return step.done == 2 and bool(step.values)

    create_train(works, whole, settings=tiny())
    run = create_train(works, parts, settings=tiny(), on_step=second)
    assert run.reason == "stopped: asked to at iteration 2"
    run = create_train(None, parts, resume=True)
    assert run.reason == "stopped: all 6 iterations are done"
    for name in ("last.safetensors", "best.safetensors"):
        one, other = load_file(whole / name), load_file(parts / name)
        assert one.keys() == other.keys()
        assert all(torch.equal(one[k], other[k]) for k in one)


# A training that is killed in the middle and begun again, until it is through.
KILLED = """
import os, random, signal, sys, time
from pathlib import Path
import scipy.stats, sklearn.model_selection, torch  # once, for all children
from impasto.creation.collection import teaching
from impasto.creation.collection.run import FILE
from impasto.creation.collection.settings import GeneratorSettings
from impasto.creation.collection.train import create_train
from impasto.networks import flow

torch.set_num_threads(1)
teaching.SHOWN, teaching.SAVED, flow.STEPS = 6, 0.2, 2
works, folder = sys.argv[1], Path(sys.argv[2])
settings = GeneratorSettings(size=32, batch=4, steps=14, look=2)  # the last looks have an early one

def begin(where):  # in a child: what decodes has threads of its own, which a fork would lose
    child = os.fork()
    if child:
        return child
    begun = (folder / where / "last.safetensors").exists()
    create_train(works, folder / where, settings=None if begun else settings, resume=begun)
    os._exit(0)

def saved():
    last = folder / "parts" / "last.safetensors"
    return last.stat().st_mtime_ns if last.exists() else 0

assert os.waitpid(begin("whole"), 0)[1] == 0
chance, kills, finished = random.Random(3), 0, False
while not finished:
    child = begin("parts")
    before, ended = saved(), (0, 0)
    while kills < 3 and saved() == before and not ended[0]:
        time.sleep(0.01)
        ended = os.waitpid(child, os.WNOHANG)
    if kills < 3 and not ended[0]:  # it has saved something and goes on
        time.sleep(chance.uniform(0.0, 0.4))
        os.kill(child, signal.SIGKILL)
        kills += 1
    finished = (ended[1] if ended[0] else os.waitpid(child, 0)[1]) == 0
print(kills)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs os.fork")
def test_killed_at_any_moment_it_ends_with_the_same_weights(works: Path, tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", KILLED, works, tmp_path],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert told.returncode == 0, told.stderr
    assert int(told.stdout) >= 2
    for name in ("last.safetensors", "best.safetensors"):
        whole, parts = (load_file(tmp_path / run / name) for run in ("whole", "parts"))
        assert whole.keys() == parts.keys()
        assert all(torch.equal(whole[k], parts[k]) for k in whole)
        rows = [
            [{k: v for k, v in row.items() if k != "seconds"} for row in facts["history"]]
            for facts in (facts_of(tmp_path / run / name)["progress"] for run in ("whole", "parts"))
        ]
        assert rows[0] == rows[1]


def test_what_cannot_be_used_is_listed(works: Path, tmp_path: Path) -> None:
    (works / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing")
    shutil.copy(works / "work-03.png", works / "zz-once-more.png")
    with Image.open(works / "work-04.png") as picture:  # the same in another size and format
        picture.resize((80, 80)).save(works / "zz-larger.jpg", quality=90)
    lines: list[str] = []
    create_train(works, tmp_path / "run", settings=tiny(steps=1), on_line=lines.append)
    said = "\n".join(lines)
    assert "broken.jpg can't be used: " in said
    assert "zz-once-more.png is left out: it is work-03.png once more" in said
    assert "zz-larger.jpg is left out: it is work-04.png once more" in said
    assert "16 works to learn from" in said
    table = (tmp_path / "run" / "failed.csv").read_text()
    assert table.count("\n") == 2
    assert "broken.jpg" in table


def test_the_fewest_works_are_enough_to_judge_by(tmp_path: Path, draw: Make) -> None:
    for i in range(LEAST):
        draw(tmp_path / "few" / f"{i}.png", i)
    create_train(tmp_path / "few", tmp_path / "run", settings=tiny(steps=1))


def test_a_run_among_its_works_is_refused(works: Path) -> None:
    with pytest.raises(SettingsError, match="of which it shall learn; choose another folder"):
        create_train(works, works / "runs" / "mine", settings=tiny(steps=1))
    assert not (works / "runs").exists()


def test_a_collection_that_is_none(tmp_path: Path, draw: Make) -> None:
    run = tmp_path / "run"
    draw(tmp_path / "one" / "a.png", 1)
    with pytest.raises(DataError, match=r"at least 15 different works.* got 1; add works"):
        create_train(tmp_path / "one", run)
    for i in range(12):
        draw(tmp_path / "same" / f"{i}.png", 1)
    with pytest.raises(DataError, match=r"got 1 \(of 12 files: 11 duplicates\)"):
        create_train(tmp_path / "same", run)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "a.png").write_text("no picture")
    with pytest.raises(DataError, match="none of the 1 pictures can be read"):
        create_train(tmp_path / "broken", run)
    with pytest.raises(DataError, match="no folder and no table"):
        create_train(tmp_path / "nowhere", run)
    with pytest.raises(SettingsError, match="name one"):
        create_train(None, run)
    assert not (run / "generator.json").exists()


def test_a_size_that_does_not_fit_is_refused_before_anything(
    works: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "installed", lambda: 2_000_000_000)
    settings = GeneratorSettings(size=256, batch=4096)
    with pytest.raises(SettingsError, match=r"256 pixels in batches of 20 need about \d+\.\d GB"):
        create_train(works, tmp_path / "run", settings=settings)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "wrong", [{"size": 48}, {"shape": "round"}, {"batch": 0}, {"steps": 0}, {"colour": 1}]
)
def test_wrong_settings(wrong: dict[str, object]) -> None:
    from impasto.settings import checked

    with pytest.raises(SettingsError, match=next(iter(wrong))):
        checked(GeneratorSettings, wrong)


def test_a_run_is_left_alone_and_never_made_of_other_works(
    learned: Learned, tmp_path: Path, fill: Make
) -> None:
    folder = learned[0]
    with pytest.raises(OutputError, match="--resume"):
        create_train(folder.parent / "works", folder)
    with pytest.raises(SettingsError, match="keeps its settings"):
        create_train(None, folder, settings=tiny(), resume=True)
    other = fill(tmp_path / "other", 21)
    with pytest.raises(DataError, match="have changed"):
        create_train(other, folder, resume=True)
    with pytest.raises(DataError, match=r"not at .*nowhere"):
        create_train(tmp_path / "nowhere", folder, resume=True)
    with pytest.raises(TrainingError, match="no generator"):
        create_train(None, tmp_path, resume=True)


def test_a_damaged_run_says_so(learned: Learned, tmp_path: Path) -> None:
    broken = tmp_path / "run"
    shutil.copytree(learned[0], broken)
    (broken / "generator.json").write_text('{"source": 1')
    with pytest.raises(TrainingError, match="is damaged"):
        create_train(None, broken, resume=True)
    (broken / "generator.json").write_text('{"source": "x", "settings": {"size": 7}}')
    with pytest.raises(TrainingError, match="is damaged"):
        load(broken)


def test_works_that_moved_are_found(learned: Learned, tmp_path: Path) -> None:
    moved, run = tmp_path / "moved", tmp_path / "run"
    shutil.copytree(learned[0].parent / "works", moved)
    shutil.copytree(learned[0], run)
    again = create_train(moved, run, resume=True)
    assert again.reason == learned[1].reason
    assert again.place == str(moved)


def test_stopped_while_works_are_read_nothing_is_begun(works: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="stopped while works were read"):
        create_train(works, tmp_path / "run", settings=tiny(), on_step=lambda step: True)
    assert not (tmp_path / "run" / "generator.json").exists()

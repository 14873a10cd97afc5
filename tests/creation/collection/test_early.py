"""What a generator was early: kept while it learns, and kept away from when it paints."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from impasto.creation.collection.early import EARLY, early_in
from impasto.creation.collection.files import sample_files
from impasto.creation.collection.generator import guided, opened
from impasto.creation.collection.judging import painted
from impasto.creation.collection.run import keep_weights
from impasto.creation.collection.settings import GeneratorSettings
from impasto.creation.collection.train import create_train
from impasto.errors import RecipeError, WeightsError
from impasto.jobs.again import again
from impasto.networks import flow
from impasto.networks.flow import Flow, Guided
from impasto.picture import read
from impasto.picture.files import sha256_of
from impasto.progress import Step


@pytest.fixture
def run(works: Path, tmp_path: Path) -> Path:
    """A run of seven looks that paints with its last weights."""
    settings = GeneratorSettings(size=32, batch=4, steps=7, look=1, keep=True)
    create_train(works, tmp_path / "run", settings=settings)
    (tmp_path / "run" / "best.safetensors").unlink()
    return tmp_path / "run"


def test_the_latest_weights_that_are_early_enough(run: Path, tmp_path: Path) -> None:
    kept = sorted(path.name for path in (run / EARLY).iterdir())
    assert kept == [f"step-000000{step}.safetensors" for step in (1, 2, 3, 4, 6)]
    found = [early_in(run, step) for step in (0, 1, 2, 5, 11, 12, 18, 24, 100)]
    assert [path and int(path.stem[-1]) for path in found] == [None, None, 1, 1, 1, 2, 3, 4, 6]
    assert early_in(tmp_path / "nowhere", 100) is None


def test_a_run_that_learned_for_long_enough_is_guided(run: Path) -> None:
    whole = opened(run)
    assert isinstance(whole.network, Guided)
    early = opened(run / EARLY / "step-0000001.safetensors")
    assert isinstance(early.network, Flow)
    for name, weight in whole.network.early.state_dict().items():
        assert torch.equal(weight, early.network.state_dict()[name])
    assert not torch.equal(whole.network.late.end.weight, whole.network.early.end.weight)


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep so far away that it shows after seven steps."""
    monkeypatch.setattr(flow, "AWAY", 30.0)
    return


@pytest.mark.usefixtures("far")
def test_looks_see_guided_pictures(works: Path, tmp_path: Path) -> None:
    shown: list[torch.Tensor] = []

    def keep(step: Step) -> None:
        if getattr(step, "preview", None) is not None:
            shown.append(step.preview)

    settings = GeneratorSettings(size=32, batch=4, steps=7, look=1, keep=True)
    folder = tmp_path / "run"
    create_train(works, folder, settings=settings, on_step=keep)
    late = opened(folder / "looks" / "step-0000007.safetensors").network
    noise = flow.noise_of(32, len(shown[-1]), 7_919)
    both = guided(late, early_in(folder, 7))
    with_early, without = (painted(each, noise).float() for each in (both, late))
    away = [(shown[-1].float() - each).abs().mean() for each in (with_early, without)]
    assert away[0] < 0.2 * away[1], away


@pytest.mark.usefixtures("far")
def test_a_picture_names_both_weights_and_is_repeated_with_both(run: Path, tmp_path: Path) -> None:
    (made,) = sample_files(run, tmp_path / "made.png", seed=3)
    same = again(made, tmp_path / "same.png", content=run)
    assert torch.equal(read(same).pixels, read(made).pixels)
    assert opened(run).sha256 != sha256_of(run / "last.safetensors")
    shutil.rmtree(run / EARLY)
    assert opened(run).sha256 == sha256_of(run / "last.safetensors")
    with pytest.raises(RecipeError, match="weights"):
        again(made, tmp_path / "other.png", content=run)


def test_early_weights_that_are_damaged_or_of_another_size_are_named(run: Path) -> None:
    early = run / EARLY / "step-0000001.safetensors"
    keep_weights(early, Flow(64).state_dict(), {"generator": {"size": 64}}, step=1)
    with pytest.raises(WeightsError, match=r"step-0000001\S+ is of a generator of 64 pixels"):
        opened(run)
    early.write_bytes(b"broken")
    with pytest.raises(WeightsError, match=r"step-0000001\S+ is damaged; bring it back"):
        opened(run)


def test_what_is_no_early_weights_is_passed_over(run: Path) -> None:
    (run / EARLY / "step-².safetensors").touch()
    (run / EARLY / "step-0000005.safetensors").mkdir()
    assert early_in(run, 1000) == run / EARLY / "step-0000006.safetensors"


def test_a_training_that_begins_anew_is_not_guided_by_another(run: Path, works: Path) -> None:
    (run / "last.safetensors").unlink()
    create_train(works, run, settings=GeneratorSettings(size=32, batch=4, steps=1))
    assert early_in(run, 1000) is None

"""Networks that see by an encoder: it rests, its head learns, and together they read pictures."""

from pathlib import Path
from typing import Any

import pytest
import torch

from impasto.data.examples import Examples
from impasto.errors import DataError, SettingsError, TrainingError
from impasto.learning import run as runs
from impasto.learning.predict import predict
from impasto.learning.seeing import Seer, encoder_of, look, seen, weights_of
from impasto.learning.settings import TrainSettings
from impasto.learning.testing import test as judge
from impasto.learning.train import resume, train
from impasto.networks import catalog
from impasto.networks.head import Head
from impasto.progress import Step
from impasto.training.checkpoint import LAST, averaged


def asked(**values: Any) -> TrainSettings:
    return TrainSettings(**{"size": 48, "batch": 8, "epochs": 6, "rate": 0.01, **values})


def some(count: int, *, channels: int = 3) -> Examples:
    generator = torch.Generator().manual_seed(0)
    pictures = torch.randint(0, 256, (count, channels, 40, 40), generator=generator).byte()
    return Examples(tuple(map(str, range(count))), pictures, torch.zeros(count))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A head that learned to tell three colors apart, by what the eye sees."""
    from tests.learning.conftest import COLORS, _paint

    folder = tmp_path_factory.mktemp("seen")
    for kind, (label, color) in enumerate(COLORS.items()):
        for i in range(10):
            _paint(folder / "works" / label / f"{i:02}.png", color, seed=100 * kind + i)
    train(str(folder / "works"), folder / "run", settings=asked())
    return folder / "run"


def test_the_eye_is_what_pictures_get_by_default(run: Path) -> None:
    known = runs.load(run)
    assert known.network == "eye"
    assert known.weights == catalog.row("eye").sha256


def test_only_the_head_learns_and_is_kept(run: Path) -> None:
    kept = averaged(run / LAST)
    assert sum(value.numel() for value in kept.values()) == 384 * 3 + 3 + 2 * 384


def test_it_tells_colors_apart(run: Path) -> None:
    assert judge(run).figures["accuracy"].value == 1.0


def test_it_predicts_from_files(run: Path) -> None:
    found = predict(run, run.parent / "works" / "red")
    assert [answer.label for answer in found].count("red") >= 8
    assert all(abs(sum((answer.probabilities or {}).values()) - 1) < 1e-5 for answer in found)


def test_a_resumed_one_ends_with_the_same_weights(run: Path, tmp_path: Path) -> None:
    def stop(step: Step) -> bool:
        return bool(step.values) and step.done == 7

    works = str(run.parent / "works")
    train(works, tmp_path / "run", settings=asked(), on_step=stop)
    resume(tmp_path / "run")
    whole, parts = averaged(run / LAST), averaged(tmp_path / "run" / LAST)
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_a_run_of_another_eye_is_refused(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "weights_of", lambda network: "0" * 64)
    with pytest.raises(TrainingError, match="other weights"):
        runs.load(run)


def test_seen_in_batches_or_alone_is_the_same() -> None:
    works = some(35)
    whole = seen(encoder_of("eye"), works).inputs
    assert whole.shape == (35, 384)
    alone = look(encoder_of("eye"), works.inputs[33:34].float() / 255)
    assert float((alone * whole[33]).sum()) > 0.995


def test_gray_pictures_have_three_equal_colors() -> None:
    gray = torch.rand(2, 1, 40, 40)
    seer = Seer(encoder_of("eye"), Head(384, 4))
    torch.testing.assert_close(seer(gray), seer(gray.expand(-1, 3, -1, -1)))


def test_looking_can_be_stopped() -> None:
    with pytest.raises(DataError, match="begin again"):
        seen(encoder_of("eye"), some(40), on_step=lambda step: True)


def test_networks_of_ones_own_name_no_weights() -> None:
    assert weights_of("cnn") == weights_of("hub:any/model") == ""


def test_the_hubs_model_must_be_named() -> None:
    with pytest.raises(SettingsError, match="as in hub:facebook/dinov2-small"):
        encoder_of("hub:")

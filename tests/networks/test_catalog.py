"""Every row of the catalog builds, fits its file, and runs."""

import hashlib

import pytest
import torch

from impasto.errors import WeightsError
from impasto.networks import catalog
from impasto.networks.brush import Brush
from impasto.networks.eye import Eye
from impasto.networks.flow import Flow, paint
from impasto.networks.pen import Pen, start

MOST = 6_000_000


@pytest.mark.parametrize("weights", catalog.CATALOG, ids=lambda w: w.name)
def test_the_file_is_the_one_named(weights: catalog.Weights) -> None:
    assert hashlib.sha256(weights.path.read_bytes()).hexdigest() == weights.sha256
    assert weights.path.stat().st_size <= MOST
    assert weights.path.with_suffix(".md").is_file()


@pytest.mark.parametrize("weights", catalog.CATALOG, ids=lambda w: w.name)
def test_the_network_fills_and_runs(weights: catalog.Weights) -> None:
    network, photo = catalog.load(weights), torch.rand(1, 3, 40, 24)
    if isinstance(network, Brush):
        assert network(photo, network.style(photo)).shape == photo.shape
    elif isinstance(network, Pen):
        told, _ = network.draw(start(2), torch.zeros(2, 64), network.recall(torch.zeros(2, 64)))
        assert told.isfinite().all()
        assert 0 < network.scale < 1
    elif isinstance(network, Flow):
        assert paint(network, torch.randn(1, 3, 64, 64), steps=1).shape == (1, 3, 64, 64)
    else:
        assert isinstance(network, Eye)
        torch.testing.assert_close(network(photo).norm(), torch.tensor(1.0))


def test_names_work_with_and_without_the_version() -> None:
    assert catalog.row("brush") is catalog.row("brush-5")


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(WeightsError, match="brush-5"):
        catalog.row("eraser")


def test_a_foreign_file_is_refused(tmp_path, monkeypatch) -> None:
    (tmp_path / "brush.safetensors").write_bytes(b"not weights")
    monkeypatch.setattr(catalog, "FOLDER", tmp_path)
    with pytest.raises(WeightsError, match="install"):
        catalog.load(catalog.row("brush"))

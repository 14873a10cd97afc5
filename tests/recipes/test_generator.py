"""The recipe of the generator that ships."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open

from impasto.creation.collection import teaching
from impasto.creation.collection.sample import create_sample
from impasto.creation.collection.settings import GeneratorSettings
from impasto.errors import WeightsError
from impasto.jobs.again import again
from impasto.networks import catalog
from impasto.networks.flow import Flow
from impasto.picture import read, write
from impasto.recipes import generator


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A folder of large files with fifteen tiny paintings in it."""
    paintings = tmp_path / "shared" / "data" / "paintings"
    paintings.mkdir(parents=True)
    for seed in range(15):
        spots = np.random.default_rng(seed).integers(0, 256, (5, 5, 3), dtype=np.uint8)
        Image.fromarray(spots).resize((36, 36)).save(paintings / f"{seed}.png")
    return tmp_path / "shared"


def test_it_trains_goes_on_and_ships(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setattr(teaching, "SHOWN", 6)
    settings = GeneratorSettings(size=64, batch=2, steps=2, look=1)
    run = generator.run(shared, tmp_path / "run", settings)
    (tmp_path / "run" / "best.safetensors").unlink(
        missing_ok=True
    )  # those of the end have an early one
    assert generator.run(shared, tmp_path / "run", settings).reason == run.reason
    path = tmp_path / "generator.safetensors"
    sums = generator.ship(tmp_path / "run", path)
    with safe_open(path, "pt") as file:
        names = set(file.keys())
        assert file.metadata() == {"network": "generator"}
        weights = {name: file.get_tensor(name) for name in names}
    assert {str(w.dtype) for w in weights.values()} == {"torch.float16"}
    files = path, tmp_path / "generator_early.safetensors"
    assert max(file.stat().st_size for file in files) < 6_000_000
    row = replace(catalog.row("eye"), network=Flow)
    rows = [
        replace(row, name=f"{file.stem}-1", file=str(file), sha256=sha256)
        for file, sha256 in zip(files, sums, strict=True)
    ]
    monkeypatch.setattr(catalog, "CATALOG", (*rows, *catalog.CATALOG))
    offline, own = (create_sample(of, seed=3)[0] for of in (None, tmp_path / "run"))
    assert (offline.pixels - own.pixels).abs().max() < 0.02  # half precision
    made = write(offline, tmp_path / "made.png")
    assert torch.equal(read(again(made, tmp_path / "same.png")).pixels, read(made).pixels)
    shutil.copytree(tmp_path / "run", tmp_path / "short", ignore=lambda *_: ["early"])
    with pytest.raises(WeightsError, match="train it for longer"):
        generator.ship(tmp_path / "short", path)
    monkeypatch.setattr(generator, "LARGEST", 1000)
    with pytest.raises(WeightsError, match="may ship"):
        generator.ship(tmp_path / "run", path)

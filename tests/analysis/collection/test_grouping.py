"""Groups: found where works lie close, told apart by their labels, tested by resampling."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from impasto.analysis.collection import grouping
from impasto.analysis.collection.adding import add
from impasto.analysis.collection.gallery import Gallery, open_gallery
from impasto.analysis.collection.grouping import NONE, clusters, grouped, overlap, reduced
from impasto.analysis.collection.seeing import Sight
from impasto.errors import DataError, SettingsError


def blobs(sizes: tuple[int, ...], *, spread: float = 0.05) -> np.ndarray:
    random = np.random.default_rng(0)
    middles = random.standard_normal((len(sizes), 384))
    rows = np.concatenate(
        [
            middle + spread * random.standard_normal((n, 384))
            for middle, n in zip(middles, sizes, strict=True)
        ]
    )
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_groups_are_where_works_lie_close() -> None:
    vectors = blobs((12, 30, 20))
    lonely = blobs((1,) * 5)[3:]
    groups = grouped(reduced(np.concatenate([vectors, lonely]), 10), 8)
    assert groups[:62].tolist() == [2] * 12 + [0] * 30 + [1] * 20
    assert groups[62:].tolist() == [NONE] * 2


def test_overlap_of_groups() -> None:
    first, second = np.array([0, 0, 0, 1, 1, -1]), np.array([1, 1, 1, 0, -1, 0])
    assert overlap(first, second, 2).tolist() == [1, pytest.approx(1 / 3)]
    assert overlap(first, np.full(6, NONE), 2).tolist() == [0, 0]


def test_clusters_of_a_collection(
    tmp_path: Path, draw: Any, sight: Sight, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "museum"
    for seed in range(30):
        draw(folder / f"{'sea' if seed < 16 else 'land'}-{seed:02}" / "x.png", seed, size=(8, 6))
    rows = [f"{p.parent.name}/x.png,{p.parent.name[:3]}" for p in sorted(folder.rglob("*.png"))]
    (folder / "labels.csv").write_text("\n".join(["path,subject", *rows]))
    add("museum", folder, sight=sight)
    names = [paths[0].parent.name for paths in open_gallery("museum").paths]
    vectors = blobs((14, 16))[[i - 14 if i >= 30 else i for i in range(30)]]
    assert [name[:3] for name in names] == ["lan"] * 14 + ["sea"] * 16
    monkeypatch.setattr(Gallery, "vectors", vectors)
    found = clusters("museum", least=5, draws=20)
    assert [len(group.works) for group in found.groups] == [16, 14]
    assert (found.rest, found.works, found.draws) == ((), 30, 20)
    assert [group.verdict for group in found.groups] == ["stable"] * 2
    assert [group.traits[0].value for group in found.groups] == ["sea", "lan"]
    assert clusters("museum", least=5, draws=20) == found
    few = clusters("museum", least=5, draws=4, on_step=lambda step: True)
    assert few.draws == 1
    assert [group.verdict for group in few.groups] == ["no verdict"] * 2
    with monkeypatch.context() as more:
        more.setattr(grouping, "LEAST_WORKS", 31)
        assert clusters("museum", least=5).groups[0].verdict == "no verdict"
    with pytest.raises(SettingsError, match="expected at most 10"):
        clusters("museum", least=11)
    assert clusters("museum", least=5, draws=0).groups[0].verdict == "not tested"


def test_too_few_works_and_strange_settings(tmp_path: Path, draw: Any, sight: Sight) -> None:
    draw(tmp_path / "museum" / "a.png")
    add("museum", tmp_path / "museum", sight=sight)
    with pytest.raises(DataError, match="too few"):
        clusters("museum")
    with pytest.raises(SettingsError, match="least"):
        clusters("museum", least=1)

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
from impasto.analysis.collection.store import Store
from impasto.analysis.collection.traits import Trait, traits
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


def labelled(folder: Path, count: int) -> Gallery:
    """Works of which the first ten are seascapes, painted late."""
    ids = tuple(f"{i:064x}" for i in range(count))
    subjects = {key: "sea" if i < 10 else "land" for i, key in enumerate(ids)}
    years = {key: (1890 if i < 10 else 1800) + i % 5 for i, key in enumerate(ids)}
    titles = {key: f"title {i}" for i, key in enumerate(ids)}
    labels: Any = {"subject": subjects, "year": years, "title": titles}
    paths = tuple((Path(key),) for key in ids)
    return Gallery("museum", Store(folder), ids, paths, ((1, 1),) * count, labels)


def test_what_sets_a_group_apart(tmp_path: Path) -> None:
    inside, gallery = np.arange(40) < 10, labelled(tmp_path, 40)
    found = {trait.column: trait for trait in traits(gallery, inside)}
    assert set(found) == {"subject", "year"}
    assert (found["subject"].value, found["subject"].inside, found["subject"].outside) == (
        "sea",
        1,
        0,
    )
    assert (found["year"].inside, found["year"].outside) == (1892, 1802)
    # 2 tests of words and 1 of numbers; the first is one choice out of 40 over 10
    assert found["subject"].chance == pytest.approx(3 / 847660528)
    assert str(found["subject"]) == "subject sea 100% (others 0%)"
    assert str(found["year"]) == "year 1892 (others 1802)"
    (first, *_) = traits(gallery, inside, groups=4)
    assert first.chance == pytest.approx(4 * found["subject"].chance)
    assert list(traits(gallery, np.arange(40) % 4 == 0)) == []


def test_a_label_must_be_shared_in_the_group_itself(tmp_path: Path) -> None:
    """Two of two works with a label that few others have are no more than two."""
    gallery = labelled(tmp_path, 400)
    pair = np.isin(np.arange(400), [0, 1])
    assert [trait.column for trait in traits(gallery, pair)] == []
    three = np.isin(np.arange(400), [0, 1, 2])
    assert "subject" in [trait.column for trait in traits(gallery, three)]


def test_figures_that_look_alike_say_nothing(tmp_path: Path) -> None:
    gallery = labelled(tmp_path, 400)
    inside = np.arange(400) < 100
    lows = [1000.0 + (i % 10) / 10 if i < 100 else 1000.0 + (i % 40) / 10 for i in range(400)]
    sames = [5 if i % 100 < 60 else (4 if i < 100 else 6) for i in range(400)]
    more: Any = {
        "low": dict(zip(gallery.ids, lows, strict=True)),
        "same": dict(zip(gallery.ids, sames, strict=True)),
    }
    gallery.labels.update(more)
    found = [trait.column for trait in traits(gallery, inside)]
    assert "low" in found
    assert "same" not in found  # both medians are 5, though the numbers differ
    assert str(Trait("inv", "", 1234567.0, 1234568.5, 0.0)) == "inv 1234567 (others 1234568.5)"


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

"""Searching: the nearest by vector, by color, by condition; exact."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from impasto.analysis.collection import finding, indexing
from impasto.analysis.collection.adding import add
from impasto.analysis.collection.finding import nearest, read_color, search
from impasto.analysis.collection.seeing import Sight
from impasto.analysis.collection.sheets import works_sheet
from impasto.errors import DataError, PictureError, SettingsError


@pytest.fixture
def museum(tmp_path: Path, draw: Any, sight: Sight) -> Path:
    folder = tmp_path / "museum"
    for seed in range(6):
        draw(folder / f"{seed}.png", seed)
    for name in ("red", "navy"):
        Image.new("RGB", (40, 40), name).save(folder / f"{name}.png")
    rows = [f"{seed}.png,{1800 + 20 * seed}" for seed in range(6)]
    (folder / "labels.csv").write_text("\n".join(["path,year", *rows]))
    add("museum", folder, sight=sight)
    return folder


def test_a_work_is_most_like_itself(museum: Path, sight: Sight) -> None:
    for seed in range(6):
        found = search("museum", like=museum / f"{seed}.png", sight=sight)
        assert found.hits[0].path.name == f"{seed}.png"
        assert found.hits[0].score == pytest.approx(1, abs=1e-3)
        scores = [hit.score for hit in found.hits]
        assert scores == sorted(scores, reverse=True)
    assert (len(found.hits), found.works, found.among, found.exact) == (8, 8, 8, True)


def test_a_part_of_a_picture(museum: Path, sight: Sight, tmp_path: Path) -> None:
    both = Image.new("RGB", (104, 60), "white")
    both.paste(Image.open(museum / "3.png"), (40, 12))
    both.save(tmp_path / "both.png")
    whole = {"like": tmp_path / "both.png", "sight": sight}
    assert search("museum", crop="40,12,64,48", **whole).hits[0].path.name == "3.png"
    assert search("museum", crop=(40, 12, 64, 48), **whole).hits[0].path.name == "3.png"
    for crop in ("1,2,3", "0,0,0,5", "90,0,20,20", "a,b,c,d", "-1,0,5,5"):
        with pytest.raises(SettingsError, match=r"crop|part"):
            search("museum", crop=crop, **whole)


def test_a_color(museum: Path) -> None:
    assert search("museum", color="#000080").hits[0].path.name == "navy.png"
    assert search("museum", color="ff0000").hits[0].path.name == "red.png"
    first, second, *_ = search("museum", color="red").hits
    assert first.score == pytest.approx(1, abs=0.01)
    assert second.score < 0.5
    for bad in ("#12", "no-such", "hsl(0,1%,1%)", "red;", ""):
        with pytest.raises(SettingsError, match="expected a color"):
            search("museum", color=bad)


def test_a_condition(museum: Path, sight: Sight) -> None:
    found = search("museum", where="year >= 1840 and year < 1900")
    assert [hit.path.name for hit in found.hits] == ["2.png", "3.png", "4.png"]
    assert found.among == 3
    best = search("museum", like=museum / "0.png", where="year > 1800", top=2, sight=sight)
    assert len(best.hits) == 2
    assert "0.png" not in [hit.path.name for hit in best.hits]
    assert search("museum", where="year < 0").hits == ()
    assert search("museum", where="name contains red").hits[0].labels == {}


def test_a_picture_and_a_color_count_both(museum: Path, sight: Sight) -> None:
    hits = search("museum", like=museum / "red.png", color="red", sight=sight).hits
    assert hits[0].path.name == "red.png"
    assert hits[0].score == pytest.approx(1, abs=0.01)


def test_what_cannot_be_asked(museum: Path, sight: Sight) -> None:
    with pytest.raises(SettingsError, match="what to look for"):
        search("museum")
    with pytest.raises(SettingsError, match="top"):
        search("museum", color="red", top=0)
    with pytest.raises(SettingsError, match="a crop is a part"):
        search("museum", color="red", crop="0,0,1,1")
    with pytest.raises(PictureError):
        search("museum", like="missing.png", sight=sight)
    with pytest.raises(DataError, match="another eye"):
        search("museum", like=museum / "0.png", sight=Sight(sight.see, "b" * 64))


def test_the_nearest_are_those_of_sorting() -> None:
    random = np.random.default_rng(0)
    for count in (1, 5, 1000):
        scores = random.integers(0, 50, count).astype(np.float32)
        expected = np.argsort(-scores, kind="stable")[:10]
        assert nearest(scores, 10).tolist() == expected.tolist()


def test_a_large_collection_has_an_index(
    museum: Path, sight: Sight, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "EXACT", 5)
    exact = search("museum", like=museum / "1.png", where="width > 0", sight=sight)
    store = finding.open_gallery("museum").store
    indexing.keep_index(store, 8, exact=5)
    assert [index.columns for index in store.table("works").list_indices()] == [["vector"]]
    found = search("museum", like=museum / "1.png", sight=sight)
    assert not found.exact
    assert [hit.path for hit in found.hits] == [hit.path for hit in exact.hits]
    np.testing.assert_allclose(
        [h.score for h in found.hits], [h.score for h in exact.hits], atol=1e-3
    )


def test_colors_are_read() -> None:
    assert read_color("navy") == (0, 0, 128 / 255)


def test_a_sheet_shows_what_is_lost_as_a_card(museum: Path) -> None:
    sheet = works_sheet([museum / "0.png", museum / "gone.png"], ["one", "two"])
    assert sheet.shape[1] == 3
    with pytest.raises(SettingsError, match="nothing to put"):
        works_sheet([], [])

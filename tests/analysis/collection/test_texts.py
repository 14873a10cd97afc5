"""Searching by words: a small CLIP that knows three colors finds the works that have them."""

import importlib.util
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from impasto.analysis.collection.adding import add
from impasto.analysis.collection.finding import Found, search
from impasto.analysis.collection.gallery import open_gallery
from impasto.analysis.collection.keeping import remove
from impasto.analysis.collection.places import alone
from impasto.analysis.collection.seeing import Sight
from impasto.analysis.collection.texts import table_name
from impasto.errors import DataError, OutputError, SettingsError, WeightsError
from impasto.networks.clip import load_clip
from impasto.progress import Step
from smallclip import WORDS, save

MISSING = not all(map(importlib.util.find_spec, ("transformers", "huggingface_hub")))
needed = pytest.mark.skipif(MISSING, reason="needs transformers, which is not installed")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A model that has learned what red, green and navy look like."""
    if MISSING:
        pytest.skip("needs transformers, which is not installed")
    return str(save(tmp_path_factory.mktemp("small"), steps=40))


@pytest.fixture
def museum(tmp_path: Path, sight: Sight) -> Path:
    """A collection of two pictures of each color, one of them a scroll, with their years."""
    folder = tmp_path / "museum"
    folder.mkdir()
    rows = ["path,year"]
    for i, word in enumerate(WORDS):
        for year, size in ((1800 + i, (40, 40)), (1900 + i, (20, 90))):
            Image.new("RGB", size, word).save(folder / f"{word} {year}.png")
            rows.append(f"{word} {year}.png,{year}")
    (folder / "labels.csv").write_text("\n".join(rows))
    add("museum", folder, sight=sight)
    return folder


def names(found: Found) -> list[str]:
    return [hit.path.stem for hit in found.hits]


def looked(model: str, **how: Any) -> tuple[Found, list[Step]]:
    """Search, and tell which works were looked at for it."""
    steps: list[Step] = []
    found = search("museum", text="red", model=model, on_step=steps.append, **how)
    return found, steps


def test_words_find_what_they_say(museum: Path, model: str) -> None:
    for word in WORDS:
        found = search("museum", text=word, model=model)
        assert {name.split()[0] for name in names(found)[:2]} == {word}
        assert (len(found.hits), found.works, found.among, found.unseen) == (6, 6, 6, 0)
        assert found.exact
        scores = [hit.score for hit in found.hits]
        assert scores == sorted(scores, reverse=True)
        assert all(-1.001 <= score <= 1.001 for score in scores)


def test_scores_are_cosines(museum: Path, model: str) -> None:
    clip = load_clip(model)
    for hit in search("museum", text="navy", model=model).hits:
        pixels = np.asarray(Image.open(hit.path), np.float32).transpose(2, 0, 1) / 255
        import torch

        seen = clip(torch.from_numpy(pixels)[None])[0]
        assert hit.score == pytest.approx(float(seen @ clip.read(["navy"])[0]), abs=1e-4)


def test_works_are_looked_at_once(museum: Path, model: str, sight: Sight) -> None:
    first, steps = looked(model)
    assert [(step.done, step.total) for step in steps] == [(6, 6)]
    again, steps = looked(model)
    assert steps == []
    assert [hit.score for hit in again.hits] == [hit.score for hit in first.hits]
    Image.new("RGB", (30, 30), (250, 5, 0)).save(museum / "new.png")
    add("museum", museum, sight=sight)
    found, steps = looked(model)
    assert [(step.done, step.total, step.label) for step in steps] == [(1, 1, "new.png")]
    assert found.works == 7
    assert "new" in names(found)[:3]


def test_the_table_is_named_by_the_model(museum: Path, model: str) -> None:
    search("museum", text="red", model=model)
    store = open_gallery("museum").store
    (name,) = (n for n in store.database.list_tables().tables if n.startswith("words-"))
    assert name == table_name(model, load_clip(model).sha256)
    assert set(store.rows(name, ["id"])["id"].to_pylist()) == store.ids()


def test_another_model_looks_for_itself(museum: Path, model: str, tmp_path: Path) -> None:
    before = looked(model)[0]
    other = str(save(tmp_path / "other"))
    assert len(looked(other)[1]) == 1
    after, steps = looked(model)
    assert steps == []
    assert [hit.score for hit in after.hits] == [hit.score for hit in before.hits]


def test_a_model_that_moved_is_the_same_by_its_sum(
    museum: Path, model: str, tmp_path: Path
) -> None:
    before = looked(model)[0]
    found, steps = looked(str(shutil.copytree(model, tmp_path / "elsewhere")))
    assert steps == []
    assert [hit.score for hit in found.hits] == [hit.score for hit in before.hits]


def test_with_a_condition(museum: Path, model: str) -> None:
    found = search("museum", text="red", model=model, where="year >= 1900", top=2)
    assert names(found)[0] == "red 1900"
    assert len(found.hits) == 2
    assert (found.works, found.among) == (6, 3)
    assert search("museum", text="red", model=model, where="year < 0").hits == ()


def test_works_that_went_are_forgotten(museum: Path, model: str) -> None:
    looked(model)
    remove("museum", [museum / "red 1800.png"])
    found, steps = looked(model)
    assert steps == []
    assert "red 1800" not in names(found)
    store = open_gallery("museum").store
    (name,) = (n for n in store.database.list_tables().tables if n.startswith("words-"))
    assert set(store.rows(name, ["id"])["id"].to_pylist()) == store.ids()


def test_works_that_can_not_be_looked_at(museum: Path, model: str) -> None:
    (museum / "red 1800.png").unlink()
    Image.new("RGB", (9, 9)).save(museum / "green 1801.png")  # another picture of that name
    (museum / "navy 1802.png").write_bytes(b"broken")
    found = looked(model)[0]
    assert (found.unseen, found.works, len(found.hits)) == (3, 6, 3)
    assert set(names(found)) == {"red 1900", "green 1901", "navy 1902"}


def test_all_of_them_are_gone(museum: Path, model: str) -> None:
    shutil.rmtree(museum)
    found = looked(model)[0]
    assert (found.hits, found.unseen) == ((), 6)


def test_a_work_that_lies_in_two_places(museum: Path, model: str, sight: Sight) -> None:
    shutil.copy(museum / "red 1800.png", museum / "a copy.png")
    add("museum", museum, sight=sight)
    (museum / "a copy.png").unlink()
    found = looked(model)[0]
    assert (found.works, found.unseen) == (6, 0)


def test_it_can_be_stopped_and_goes_on(
    museum: Path, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("impasto.analysis.collection.texts.AT_ONCE", 2)
    found = search("museum", text="red", model=model, on_step=lambda step: True)
    assert (len(found.hits), found.unseen) == (2, 4)
    _, steps = looked(model)
    assert [(step.done, step.total) for step in steps] == [(2, 4), (4, 4)]


def test_two_do_not_write_at_once(museum: Path, model: str) -> None:
    folder = open_gallery("museum").store.folder
    with alone(folder), pytest.raises(OutputError, match="another process is writing"):
        looked(model)
    looked(model)
    with alone(folder):  # whoever only reads waits for nobody
        assert len(looked(model)[0].hits) == 6


def test_what_can_not_be_asked(museum: Path, model: str) -> None:
    red = museum / "red 1800.png"
    for how, said in (
        ({"text": " ", "model": model}, "expected words to look for"),
        ({"text": "", "model": model}, "expected words to look for"),
        ({"text": "red", "model": model, "color": "red"}, "measured by another scale"),
        ({"text": "red", "model": model, "like": red}, "measured by another scale"),
        ({"color": "red", "model": model}, "the model reads words"),
        ({"text": "red", "crop": "0,0,1,1"}, "a crop is a part"),
        ({"text": "a very long story", "model": model}, "make it shorter"),
        ({"text": "red", "model": model, "top": 0}, "top"),
        ({}, r"words \(--text\)"),
    ):
        with pytest.raises(SettingsError, match=said):
            search("museum", **how)
    with pytest.raises(DataError, match="there is no collection"):
        search("no-such", text="red", model=model)
    with pytest.raises(SettingsError, match="there is no column"):
        search("museum", text="red", model=model, where="colour = 1")
    with pytest.raises(WeightsError, match="is not on this computer"):
        search("museum", text="red", model="nobody/no-such-model")


def test_without_the_extra(museum: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(WeightsError, match=r"pip install 'impasto\[hub\]'"):
        search("museum", text="red")
    assert search("museum", color="red").hits


def test_the_names_of_tables() -> None:
    digest = "0123456789abcdef" * 4
    assert table_name("../../../etc/passwd", digest) == "words-etc-passwd-0123456789ab"
    assert table_name("///", digest) == "words-0123456789ab"
    assert table_name("drop table; --\x00é", digest) == "words-drop-table-0123456789ab"
    assert len(table_name("x" * 500, digest)) < 80

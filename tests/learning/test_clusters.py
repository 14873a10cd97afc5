"""Groups among works without labels: chosen, found again by the same seed, judged and shown."""

import html
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from impasto.data.decoding import square
from impasto.errors import DataError, OutputError, SettingsError, TrainingError
from impasto.learning.clustering import choosing, clusters
from impasto.learning.clustering.cluster_page import report
from impasto.learning.clustering.clusters import Wish, cluster
from impasto.learning.clustering.colors import color_words, colors, small, strip
from impasto.learning.clustering.groups import by_hdbscan, by_kmeans, space_of
from impasto.learning.clustering.judging import Grouped, judge, measured
from impasto.learning.clustering.keeping import FILE, Grouping, load_groups, namer
from impasto.learning.clustering.works import gathered
from impasto.learning.settings import TrainSettings
from impasto.picture import read
from impasto.progress import Step


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try fewer candidates, and each less often."""
    monkeypatch.setattr(choosing, "MOST", 5)
    monkeypatch.setattr(choosing, "SIZES", (5, 8))
    monkeypatch.setattr(choosing, "CLOUDS", 20)
    monkeypatch.setattr(choosing, "HALVINGS", 6)


def asked(**values: Any) -> TrainSettings:
    return TrainSettings(
        **{"network": "autoencoder", "size": 16, "epochs": 8, "batch": 8, **values}
    )


def blobs(kinds: int, each: int = 20, *, apart: float = 12.0) -> np.ndarray:
    g = np.random.default_rng(0)
    middles = apart * np.eye(6)[:kinds]
    return np.concatenate([g.normal(size=(each, 6)) + middle for middle in middles])


@pytest.fixture
def found(catalog: Any, tmp_path: Path) -> tuple[Path, Grouped]:
    """Groups of pictures of three colors, with labels that nobody looked at."""
    source, folder = catalog(), tmp_path / "run"
    settings = asked(label="movement", split_by="artist")
    run = cluster(str(source), folder, settings=settings, wish=Wish())
    return folder, judge(run, folder)


def test_three_colors_are_three_groups(found: tuple[Path, Grouped], paint: Any) -> None:
    folder, grouped = found
    assert grouped.grouping.choice.chosen.groups == 3
    assert grouped.grouping.choice.sentence.startswith("3 groups: they stand out")
    assert grouped.grouping.choice.sentence in grouped.run.lines
    for name in ("silhouette", "ari", "nmi"):
        figure = grouped.figures[name]
        assert figure.low <= figure.value <= figure.high <= 1
    assert grouped.figures["ari"].value == 1
    chance = grouped.rows["chance"]["ari"]
    assert chance.low <= 0 <= chance.high < 0.3
    assert grouped.rows["shallow"]["ari"].value > 0.9
    assert {t.value for g in grouped.groups for t in g.traits if t.column == "movement"} == {
        "red",
        "green",
        "blue",
    }
    assert any("warmer than the others" in word for g in grouped.groups for word in g.colors)
    name = namer(grouped.run, folder)
    known = {row[0].split("/")[1][:3]: row[3] for row in grouped.table()}
    for i, (kind, color) in enumerate({"red": (190, 50, 40), "blu": (20, 50, 210)}.items()):
        picture = square(read(paint(folder / f"new{i}.png", color, seed=900 + i)), size=16)
        assert name(picture[None]) == [known[kind]]


def test_the_report_shows_pictures_and_names_as_text(found: tuple[Path, Grouped]) -> None:
    _, grouped = found
    page = report(grouped)
    for heading in ("How many groups there are", "How good they are", "Groups and labels"):
        assert heading in page
    assert page.count("data:image/jpeg;base64,") > 20
    assert page.count("<details>") == page.count("<summary>") == 3
    assert not re.search(r"https?://(?!www\.w3\.org)", page)
    kept = json.loads(json.dumps(grouped.as_dict(), allow_nan=False))
    assert kept["ari"]["interval"][0] <= kept["ari"]["value"]
    assert sum(group["works"] for group in kept["groups"]) == kept["works"] == 30
    assert kept["choice"]["why"] in kept["said"]
    assert len(kept["choice"]["candidates"]) == 4


def test_stopped_and_resumed_it_finds_the_very_same_groups(paintings: Any, tmp_path: Path) -> None:
    source, settings = str(paintings(6)), asked(epochs=3)
    cluster(source, tmp_path / "whole", settings=settings)

    def stop(step: Step) -> bool:
        return "loss" in step.values and step.done == 4

    begun = cluster(source, tmp_path / "run", settings=settings, on_step=stop)
    assert begun.reason == "stopped: asked to at iteration 4"
    with pytest.raises(TrainingError, match="has found no groups yet; impasto resume"):
        load_groups(tmp_path / "run")
    ended = cluster(source, tmp_path / "run", settings=settings, begun=begun)
    assert not ended.unfinished
    assert (tmp_path / "run" / FILE).read_bytes() == (tmp_path / "whole" / FILE).read_bytes()
    with pytest.raises(OutputError, match="is a run already"):
        cluster(source, tmp_path / "run", settings=settings)
    Path(source, "red", "00.png").unlink()
    with pytest.raises(DataError, match="the works have changed"):
        judge(ended, tmp_path / "run")


def test_stopped_while_the_number_is_chosen(paintings: Any, tmp_path: Path) -> None:
    told: list[Step] = []

    def stop(step: Step) -> bool:
        told.append(step)
        return "groups" in step.values

    run = cluster(str(paintings(5)), tmp_path / "run", settings=asked(epochs=1), on_step=stop)
    assert run.reason.startswith("stopped: asked to while the number of groups was chosen")
    assert told[-1].values["groups"] == 2
    assert not (tmp_path / "run" / FILE).exists()


def test_no_label_is_needed_and_none_clear_is_said(tmp_path: Path, paint: Any) -> None:
    for i in range(24):
        paint(tmp_path / "works" / f"{i}<b>.png", (120, 120, 120), seed=i)
    run = cluster(str(tmp_path / "works"), tmp_path / "run", settings=asked(epochs=1))
    grouped = judge(run, tmp_path / "run")
    assert "no label is known" in run.lines[1]
    assert grouped.grouping.choice.sentence.startswith("there are no clear groups: the works pass")
    assert set(grouped.figures) == {"silhouette"}
    page = report(grouped)
    assert "There are no clear groups" in page
    assert html.escape("<b>") in page
    assert "<b>" not in page


def test_as_many_groups_as_there_are() -> None:
    places = blobs(4)
    choice = choosing.choose(space_of(places, "kmeans").of(places), "kmeans", seed=1)
    assert choice is not None
    assert choice.chosen.asked == 4
    assert choice.chosen.clear
    assert choice.chosen.stability == 1
    assert choosing.as_choice(json.loads(json.dumps(choice.as_dict()))) == choice


def test_hdbscan_is_tried_with_the_sizes_of_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 480 works 60 are drawn: groups of 5 among these are groups of 40 among all."""
    monkeypatch.setattr(choosing, "SAMPLE", 60)
    assert choosing.candidates_for("hdbscan", 60, wished=None) == [5, 8]
    assert choosing.candidates_for("hdbscan", 480, wished=None) == [40, 64]
    places, sizes, plain = blobs(3, 160), list[int](), choosing.finder

    def noting(method: Any, size: int, **values: Any) -> Any:
        sizes.append(size)
        return plain(method, size, **values)

    monkeypatch.setattr(choosing, "finder", noting)
    choice = choosing.choose(places, "hdbscan")
    assert choice is not None
    assert [each.asked for each in choice.candidates] == [40, 64]
    assert set(sizes) == {5, 8, 2, 4}  # and of the halves
    assert choice.chosen.groups == len(by_hdbscan(places, choice.chosen.asked)) == 3


def test_the_sentence_counts_the_groups_that_were_made() -> None:
    choice = choosing.choose(blobs(3), "hdbscan")
    assert choice is not None
    same, other, none = (replace(choice, made=made) for made in (3, 7, 0))
    assert same.clear
    assert same.sentence == choice.sentence
    assert not other.clear
    assert other.as_dict()["clear"] is False
    assert other.sentence.startswith("it cannot be said whether there are clear groups: all works ")
    assert "fall into 7 of at least" in other.sentence
    assert other.sentence.endswith("but into 3 those that were drawn to try it out")
    assert not none.clear
    assert choosing.as_choice(json.loads(json.dumps(other.as_dict()))) == other


def test_all_works_are_grouped_as_those_it_was_tried_with(
    paintings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (choosing, clusters):
        monkeypatch.setattr(module, "SAMPLE", 30)
    source, run = str(paintings(20)), tmp_path / "run"
    made = cluster(source, run, settings=asked(epochs=2), wish=Wish("hdbscan"))
    kept = load_groups(run)
    assert kept.choice.made == len(kept.groups)
    assert {each.asked for each in kept.choice.candidates} == {10}
    assert "their number was tried out with 30 of the 60 works, drawn by lot" in made.lines
    with pytest.raises(SettingsError, match="between 2 and 15 clusters of 60 works, which are tri"):
        cluster(source, tmp_path / "many", settings=asked(), wish=Wish(clusters=16))
    assert not (tmp_path / "many" / "run.json").exists()


def test_fewer_groups_than_asked_for_are_said() -> None:
    places = np.repeat(5.0 * np.eye(4), 10, axis=0)
    choice = choosing.choose(places, "kmeans", wished=9)
    assert choice is not None
    assert choice.sentence.startswith("9 groups were asked for, and 4 were found, ")


def test_another_number_can_be_asked_for() -> None:
    choice = choosing.choose(blobs(3), "kmeans", wished=7)
    assert choice is not None
    assert choice.chosen.groups == 7
    assert choice.sentence.startswith("7 groups were asked for, which are not clear")
    assert "3 groups: they stand out" in choice.sentence
    with pytest.raises(SettingsError, match="between 2 and 30 clusters of 60 works, got 31"):
        choosing.choose(blobs(3), "kmeans", wished=31)


@pytest.mark.parametrize("method", ["kmeans", "hdbscan"])
def test_a_cloud_has_no_clear_groups(method: Any) -> None:
    for places in (
        np.random.default_rng(3).normal(size=(80, 3)) * [9, 2, 1],
        np.random.default_rng(3).uniform(size=(80, 2)),
    ):
        choice = choosing.choose(places, method)
        assert choice is not None
        assert not any(each.clear for each in choice.candidates)
        assert choice.sentence.startswith("there are no clear groups")


def test_hdbscan_leaves_lonely_works_alone() -> None:
    g = np.random.default_rng(1)
    lonely = g.uniform(-40, 60, (12, 6))
    places = np.concatenate([blobs(3), lonely])
    groups = by_hdbscan(places, 8)
    assert groups.sizes() == [20, 20, 20]
    assert (groups.numbers[60:] == -1).all()
    assert (groups.of(places) == groups.numbers).all()
    near, far = places[:3] + 0.05, places[:3] + 15
    assert (groups.of(near) == groups.numbers[:3]).all()
    assert (groups.of(far) == -1).all()
    choice = choosing.choose(places, "hdbscan")
    assert choice is not None
    assert choice.chosen.groups == 3
    assert choice.chosen.none == pytest.approx(12 / 72)
    nothing = by_hdbscan(lonely, 8)
    assert len(nothing) == 0
    assert (nothing.of(places) == -1).all()


def test_hdbscan_is_reported_with_the_share_in_no_group(catalog: Any, tmp_path: Path) -> None:
    source, settings = str(catalog()), asked(label="movement", epochs=1)
    run = cluster(source, tmp_path / "run", settings=settings, wish=Wish("hdbscan"))
    works = gathered(source, settings, "autoencoder", cache=tmp_path / "run" / "cache")
    places = np.concatenate([blobs(2, 12), np.random.default_rng(0).uniform(-50, 50, (6, 6))])
    choice = choosing.choose(places, "hdbscan")
    assert choice is not None
    groups = by_hdbscan(places, choice.chosen.asked)
    grouped = measured(run, works, Grouping(space_of(places, "hdbscan"), groups, choice))
    assert grouped.figures["in_a_group"].value == pytest.approx(24 / 30)
    assert len(grouped.outside) == 6
    assert [row[3] for row in grouped.table()].count("none") == 6
    page = report(grouped)
    assert "6 works (20 %) lie in no group" in page
    assert "smallest group" in page


def test_the_largest_group_is_the_first_and_coinciding_works_are_one() -> None:
    places = np.repeat([[0.0, 0.0], [5.0, 5.0], [9.0, 0.0]], [3, 9, 6], axis=0)
    groups = by_kmeans(places, 5, seed=0)
    assert groups.sizes() == [9, 6, 3]
    assert groups.of(np.array([[8.0, 1.0]])).tolist() == [1]


def test_the_spread_of_halvings_is_no_interval(found: tuple[Path, Grouped]) -> None:
    _, grouped = found
    one = grouped.grouping.choice.chosen
    assert "stability" not in grouped.figures
    (line,) = [each for each in grouped.lines() if each.startswith("stability ")]
    assert line.endswith("(a spread, no interval)")
    kept = grouped.as_dict()["stability"]
    assert kept == {"value": one.stability, "spread": [one.stability_low, one.stability_high]}
    page = report(grouped)
    assert "(a spread, no interval)" in page
    assert "a spread, no interval</caption>" in page


def test_colors_by_hand() -> None:
    pictures = torch.zeros(4, 3, 8, 8, dtype=torch.uint8)
    pictures[0, 0], pictures[1, 2], pictures[2] = 255, 255, 255
    found = colors(small(pictures))
    assert found["warmth"].tolist() == [1, -1, 0, 0]
    assert found["lightness"].tolist() == pytest.approx([0.299, 0.114, 1, 0])
    assert found["contrast"].tolist() == pytest.approx([0, 0, 0, 0], abs=1e-6)
    assert found["colorfulness"][2:].tolist() == [0, 0]
    words = color_words(found, np.array([True, False, False, False]))
    assert any(word.startswith("warmer than the others (warmth 1.00") for word in words)
    painted = strip(small(pictures[[0, 2]]))
    assert painted.shape == (3, 24, 144)
    assert painted[:, 0, [0, -1]].T.tolist() == [[255, 0, 0], [255, 255, 255]]


@pytest.mark.parametrize(
    ("values", "wish", "said"),
    [
        ({"network": "cnn"}, Wish(), "the network cnn learns by labels"),
        ({"label": "epoch"}, Wish(), "there is no column 'epoch'"),
        ({"split_by": "school"}, Wish(), "there is no column 'school'"),
        ({"until": "accuracy=0.5"}, Wish(), "can stop by its loss, not by accuracy"),
        ({}, Wish("hdbscan", 3), "hdbscan finds the number of groups itself"),
        ({}, Wish(clusters=1), "expected 2 clusters or more, got 1"),
    ],
)
def test_what_does_not_fit_is_refused(
    catalog: Any, tmp_path: Path, values: Any, wish: Wish, said: str
) -> None:
    with pytest.raises((SettingsError, DataError), match=said):
        cluster(str(catalog(4)), tmp_path / "run", settings=asked(**values), wish=wish)
    assert not (tmp_path / "run" / "run.json").exists()


def test_works_that_cannot_be_grouped(drawings: Path, paintings: Any, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds drawings, and only pictures are grouped"):
        cluster(str(drawings), tmp_path / "run", settings=asked())
    with pytest.raises(DataError, match=r"expected 10 works or more .* got 3"):
        cluster(str(paintings(1)), tmp_path / "run", settings=asked())


def test_a_damaged_file_is_told(found: tuple[Path, Grouped]) -> None:
    folder, grouped = found
    whole = (folder / FILE).read_bytes()
    for broken in (whole[:-40], b"", whole.replace(b"candidates", b"candidatex", 1)):
        (folder / FILE).write_bytes(broken)
        with pytest.raises(TrainingError, match="is damaged"):
            judge(grouped.run, folder)


def test_digits_are_grouped_by_an_autoencoder(digits: Path, tmp_path: Path) -> None:
    settings = TrainSettings(data=str(digits), epochs=1)
    run = cluster("mnist", tmp_path / "run", settings=settings, wish=Wish(clusters=4))
    assert run.network == "autoencoder"
    assert judge(run, tmp_path / "run").figures["ari"].value > -0.5

"""The verb `explain`: maps that find what decided, and checks that find maps out."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from jaxtyping import Float
from kornia.color import rgb_to_lab
from PIL import Image, ImageFont
from torch import Tensor, nn

from impasto.data.examples import Examples
from impasto.errors import DataError, PictureError, SettingsError, TrainingError
from impasto.learning.explain import explain
from impasto.learning.explaining.checks import (
    Deletion,
    alike,
    area,
    curves,
    delete,
    flat,
    moved,
    ranked,
    unlearned,
)
from impasto.learning.explaining.colors import colored, overlay, scaled
from impasto.learning.explaining.explanation import Explanation, Map, Neighbor, doubt
from impasto.learning.explaining.figure import WIDE, figure, wrapped
from impasto.learning.explaining.maps import (
    Question,
    filling,
    grad_cam,
    last_map,
    occlusion,
    patches,
)
from impasto.learning.explaining.works import features, nearest, same
from impasto.learning.run import load
from impasto.learning.settings import TrainSettings
from impasto.learning.train import train
from impasto.networks.cnn import Cnn
from impasto.networks.eye import Eye
from impasto.networks.head import Head
from impasto.networks.resnet import ResNet
from impasto.picture import Picture, read
from impasto.progress import Step


class Reddish(nn.Module):
    """Says "red" the surer the more red there is anywhere: what decides is known."""

    def __init__(self) -> None:
        super().__init__()
        self.look = nn.Sequential(nn.Conv2d(3, 2, 1), nn.ReLU(inplace=True), nn.AvgPool2d(4))
        self.decide = nn.Linear(2, 2)
        with torch.no_grad():
            self.look[0].weight.copy_(torch.tensor([[1.0, -1, -1], [-1, -1, 1]])[..., None, None])
            self.look[0].bias.zero_()
            self.decide.weight.copy_(40 * torch.eye(2))
            self.decide.bias.zero_()
        self.requires_grad_(False)

    def forward(self, picture: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b 2"]:
        """Decide."""
        decided: Tensor = self.decide(self.look(picture).mean((2, 3)))
        return decided


RED = Question(Reddish(), 0)


@pytest.fixture
def spot() -> Tensor:
    """A gray picture, 32 × 32, with a red spot at the upper right."""
    picture = torch.full((1, 3, 32, 32), 0.5)
    picture[0, :, 4:12, 20:28] = torch.tensor([0.9, 0.1, 0.1])[:, None, None]
    return picture


def on_the_spot(values: Tensor) -> bool:
    """Whether a map's most important place lies on the red spot."""
    row, column = divmod(int(values.argmax()), values.shape[1])
    return 4 <= row < 12 and 20 <= column < 28


def networks() -> dict[str, nn.Module]:
    """One of each kind, untrained."""
    made = {
        "resnet": ResNet(3),
        "cnn": Cnn((3, 40, 40), 3),
        "cnn-deep": Cnn((3, 40, 40), 3, deep=True),
        "eye": nn.Sequential(Eye(), Head(384, 3)),
    }
    return {name: each.eval().requires_grad_(False) for name, each in made.items()}


@pytest.mark.parametrize("method", [occlusion, grad_cam])
def test_a_map_finds_what_decides(method: Any, spot: Tensor) -> None:
    values = method(RED, spot)
    assert values.shape == (32, 32)
    assert on_the_spot(values)
    found = delete(RED, spot, values, generator=torch.Generator().manual_seed(0))
    assert found.p_value == 0.025
    assert found.area < found.others_area - 0.05


def test_occlusion_against_hiding_by_hand(spot: Tensor) -> None:
    whole, total = RED.logs(spot), torch.zeros(32, 32)
    count = torch.zeros(32, 32)
    for top in range(-4, 32, 4):
        for left in range(-4, 32, 4):
            hidden, box = spot.clone(), torch.zeros(32, 32, dtype=torch.bool)
            box[max(0, top) : top + 8, max(0, left) : left + 8] = True
            hidden[..., box] = spot.mean((2, 3))[..., None]
            total[box] += whole - RED.logs(hidden)
            count[box] += 1
    torch.testing.assert_close(occlusion(RED, spot, sizes=(1 / 4,)), total / count)


def test_grad_cam_by_hand(spot: Tensor) -> None:
    """One logit's gradient is 40 a place of the pooled map, shared by its 64 places."""
    pooled = RED.network.look(spot.clone())  # type: ignore[operator, union-attr]
    expected = nn.functional.interpolate(pooled[:, :1] * 40 / 64, (32, 32), mode="bilinear")
    torch.testing.assert_close(grad_cam(RED, spot), expected[0, 0])


@pytest.mark.parametrize(("height", "width"), [(32, 32), (7, 50), (1, 1), (3, 2)])
def test_patches_cover_everything(height: int, width: int) -> None:
    masks = patches(height, width, size=1 / 4)
    assert masks.any(0).all()
    assert masks.flatten(1).any(1).all()


def test_the_last_map_of_each_network() -> None:
    picture = torch.rand(1, 3, 40, 40)
    for name, network in networks().items():
        place = last_map(network, picture)
        assert place is not None, name
        values = grad_cam(Question(network, 1), picture)
        assert values is not None
        assert values.shape == (40, 40)
        assert not flat(values), name
        assert not any(layer._forward_hooks for layer in network.modules())
    assert last_map(networks()["eye"], picture)[0].__class__ is nn.Sequential  # type: ignore[index]


def test_a_network_that_thinks_after_its_convolutions_has_no_map() -> None:
    picture = torch.rand(1, 3, 8, 8)
    thinker = nn.Sequential(
        nn.Conv2d(3, 4, 4, 4), nn.Flatten(), nn.Linear(16, 8), nn.GELU(), nn.Linear(8, 2)
    )
    for network in (thinker, nn.Sequential(nn.Flatten(), nn.Linear(192, 2))):
        assert grad_cam(Question(network.requires_grad_(False), 0), picture) is None


def test_deletion_begins_with_the_picture_and_ends_with_nothing(spot: Tensor) -> None:
    values = torch.rand(2, 32, 32)
    made = curves(RED, spot, values)
    ends = RED.sure(torch.cat([spot, filling(spot)]))
    torch.testing.assert_close(made[:, [0, -1]], ends.expand(2, 2))


def test_a_map_upside_down_fails_the_deletion_test(spot: Tensor) -> None:
    values = -occlusion(RED, spot)
    found = delete(RED, spot, values, generator=torch.Generator().manual_seed(0))
    assert found.p_value > 0.5
    assert any("deleting what it marks" in r for r in Map("occlusion", values, found, 0.1).reasons)


def test_the_area_by_hand() -> None:
    assert float(area(torch.tensor([[1.0, 0.5, 0.0]]))) == 0.5
    found = Deletion(torch.tensor([1.0, 0.2, 0]), torch.tensor([[1.0, 0.2, 0], [1.0, 1, 0]]))
    assert found.p_value == pytest.approx(2 / 3)


def test_regions_elsewhere_have_the_same_shape() -> None:
    values = torch.rand(6, 9)
    other = moved(values, torch.Generator().manual_seed(3))
    assert (other != values).any()
    assert torch.equal(other.flatten().sort().values, values.flatten().sort().values)
    assert ranked(torch.tensor([[3.0, 1.0], [2.0, 4.0]])).tolist() == [[0.25, 0.75], [0.5, 0.0]]


def test_weights_drawn_anew() -> None:
    picture = torch.rand(2, 3, 40, 40)
    for name, network in networks().items():
        before = {k: v.clone() for k, v in network.state_dict().items()}
        one, two, three = (unlearned(network, torch.Generator().manual_seed(s)) for s in (0, 0, 1))
        assert all(torch.equal(v, before[k]) for k, v in network.state_dict().items()), name
        said = one(picture)
        assert said.isfinite().all(), name
        assert torch.equal(said, two(picture)), name
        assert not torch.equal(said, three(picture)), name
        assert not torch.allclose(said, network(picture)), name


def test_maps_alike() -> None:
    values = torch.rand(8, 8)
    assert alike(values, 3 * values) == pytest.approx(1)
    assert alike(values, -values) == pytest.approx(1)
    assert alike(values, torch.zeros(8, 8)) == 0
    assert alike(torch.rand(64, 64), torch.rand(64, 64)) < 0.1


def judged(*, values: Tensor | None = None, p: float = 0.025, blank: float = 0.1) -> Map:
    """A map with the outcome of its checks."""
    others = torch.ones(39, 3)
    others[: round(40 * p) - 1] = 0
    deletion = Deletion(torch.tensor([1.0, 0.5, 0]), others)
    return Map("occlusion", torch.rand(4, 4) if values is None else values, deletion, blank)


def test_the_verdict_in_words() -> None:
    good = judged()
    assert good.trusted
    assert good.verdict.startswith("trusted: deleting what it marks makes the network less sure")
    assert "p = 0.025, 39 regions" in good.verdict
    for bad, why in (
        (judged(values=torch.ones(4, 4)), "it is the same everywhere"),
        (judged(values=torch.full((4, 4), torch.nan)), "it is the same everywhere"),
        (judged(p=0.5), "elsewhere (p = 0.50)"),
        (judged(blank=0.9), "random weights, which have learned nothing, give nearly the same"),
    ):
        assert bad.verdict.startswith("the map is not to be trusted because ")
        assert why in bad.verdict
    assert " and because " in judged(p=0.5, blank=0.9).verdict


def answer(**changed: Any) -> Explanation:
    """An explanation made by hand."""
    maps = {"occlusion": judged(), "grad-cam": replace(judged(), name="grad-cam")}
    found = Explanation(torch.rand(1, 3, 40, 40), "red", {"red": 0.9, "blue": 0.1}, maps)
    return replace(found, **changed)


def test_the_verdict_on_both() -> None:
    good, bad = judged(), judged(p=0.5)
    for maps, said in (
        ((good, good), "both maps can be trusted"),
        ((good, bad), "only the map made by hiding parts of it can be trusted"),
        ((bad, bad), "the maps are not to be trusted"),
        ((bad,), "the map is not to be trusted"),
        ((good,), "the map can be trusted"),
        ((), "there is no map"),
    ):
        named = dict(zip(("occlusion", "grad-cam"), maps, strict=False))
        found = answer(maps=named)
        assert found.verdict == said
        assert found.trusted == (good in maps)


def test_sets_in_words() -> None:
    assert doubt((), 4) == "cannot say: it looks like none of the classes"
    assert doubt(("a",), 4) == "almost surely a"
    assert doubt(("a", "b"), 4) == "nine times of ten it is one of: a, b"
    assert doubt(("a", "b", "c"), 4) == "cannot say: it may be any of 3 classes of 4"


def test_features_are_what_the_last_layer_is_given() -> None:
    network, pictures = networks()["resnet"], torch.randint(0, 255, (70, 3, 40, 40)).byte()
    works = Examples(tuple(map(str, range(70))), pictures, torch.zeros(70, dtype=torch.long))
    seen = network.features(pictures.float() / 255)  # type: ignore[operator]
    told: list[Step] = []
    torch.testing.assert_close(features(network, works, on_step=told.append), seen)
    assert [(s.done, s.total) for s in told] == [(64, 70), (70, 70)]
    with pytest.raises(DataError, match="stopped"):
        features(network, works, on_step=lambda step: True)


def test_a_picture_is_explained(learned: Path, tmp_path: Path, paint: Any) -> None:
    red, told = paint(tmp_path / "red.png", (200, 40, 30), seed=7, size=33), list[Step]()
    found = explain(learned, red, on_step=told.append)
    assert found.label == "red"
    assert sum(found.probabilities.values()) == pytest.approx(1, abs=1e-5)
    assert list(found.maps) == ["occlusion", "grad-cam"]
    assert all(each.values.shape == (16, 16) for each in found.maps.values())
    assert [s.label for s in told[:2]] == ["occlusion", "grad-cam"]
    known = load(learned)
    assert len(found.nearest) == 5
    assert {each.name for each in found.nearest} <= set(known.split["training"])
    assert {each.label for each in found.nearest} == {"red"}
    likeness = [each.likeness for each in found.nearest]
    assert likeness == sorted(likeness, reverse=True)
    assert found.labels is not None
    assert found.picture.shape == (1, 3, 33, 33)
    again = explain(learned, red)
    assert again.as_dict() == found.as_dict()
    assert torch.equal(again.maps["grad-cam"].values, found.maps["grad-cam"].values)


def test_a_work_that_it_learned_from_is_not_its_own_neighbor(learned: Path) -> None:
    split = load(learned).split
    name = split["training"][3]
    found = explain(learned, learned.parent / name)
    assert name not in {each.name for each in found.nearest}
    assert len(found.nearest) == 5
    assert found.lines[0].startswith("it learned from this very picture: ")
    assert (
        "chosen by this very" in explain(learned, learned.parent / split["validation"][0]).lines[0]
    )
    for line in explain(learned, learned.parent / split["test"][0]).lines:
        assert "very picture" not in line


def test_works_that_are_only_copies_of_the_picture() -> None:
    picture = torch.randint(0, 255, (1, 3, 40, 40)).byte()
    works = Examples(
        ("a", "b"), picture.repeat(2, 1, 1, 1), torch.zeros(2, dtype=torch.long), ("x",)
    )
    assert same(works.take([0]), works).tolist() == [0, 1]
    assert nearest(networks()["resnet"], works.take([0]), works) == ()


def test_from_another_folder(
    paintings: Any, tmp_path: Path, paint: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    red = paint(tmp_path / "red.png", (200, 40, 30), seed=7)
    works = paintings(6)
    monkeypatch.chdir(tmp_path)
    train(works.name, "run", settings=TrainSettings(size=16, batch=8, epochs=1))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    found = explain(tmp_path / "run", red)
    assert len(found.nearest) == 5
    assert found.labels is not None
    works.rename(elsewhere / "moved")
    lost = explain(tmp_path / "run", red)
    assert "--source" in lost.lines[-1]
    assert explain(tmp_path / "run", red, source="moved").as_dict() == found.as_dict()


def test_another_class_has_other_maps(learned: Path, tmp_path: Path, paint: Any) -> None:
    red = paint(tmp_path / "red.png", (200, 40, 30), seed=7)
    one, other = explain(learned, red), explain(learned, red, class_="blue")
    assert other.label == "blue"
    assert other.probabilities == one.probabilities
    assert not torch.equal(one.maps["occlusion"].values, other.maps["occlusion"].values)
    with pytest.raises(SettingsError, match="no class is called 'mauve'; there are blue, green"):
        explain(learned, red, class_="mauve")


def test_every_kind_of_picture_says_the_same(learned: Path, tmp_path: Path, paint: Any) -> None:
    path = paint(tmp_path / "red.png", (200, 40, 30), seed=7)
    picture = read(path)
    found = explain(learned, path).as_dict()
    with Image.open(path) as opened:
        for given in (str(path), picture, picture.pixels, opened):
            assert explain(learned, given).as_dict() == found


def test_pictures_that_show_nothing(learned: Path) -> None:
    for sides in ((1, 1), (1, 40), (16, 16)):
        found = explain(learned, torch.full((3, *sides), 0.5))
        assert not found.trusted
        assert "it is the same everywhere" in found.maps["occlusion"].verdict
        assert figure(found).isfinite().all()


def test_it_can_be_stopped(learned: Path, tmp_path: Path, paint: Any) -> None:
    red = paint(tmp_path / "red.png", (200, 40, 30), seed=7)
    found = explain(learned, red, on_step=lambda step: True)
    assert list(found.maps) == ["occlusion"]
    assert found.nearest == ()
    assert found.labels is None


def test_works_that_are_gone(learned: Path, tmp_path: Path, paint: Any) -> None:
    run = shutil.copytree(learned, tmp_path / "run")
    replace(load(run), source=str(tmp_path / "gone"), place="", reason="").save(run)
    red = paint(tmp_path / "red.png", (200, 40, 30), seed=7, size=20)
    found = explain(run, red)
    assert len(found.maps) == 2
    assert found.nearest == ()
    assert "not finished" in found.lines[0]
    assert found.lines[-1].startswith("the nearest works are not known: ")


def test_digits_are_gray(digits: Path, tmp_path: Path, paint: Any) -> None:
    train("mnist", tmp_path / "run", settings=TrainSettings(data=str(digits), iterations=1))
    red = paint(tmp_path / "red.png", (200, 40, 30), seed=7, size=60)
    found = explain(tmp_path / "run", red)
    assert found.label in set("0123456789")
    assert (found.picture[:, 0] == found.picture[:, 2]).all()
    assert len(found.nearest) == 5
    assert figure(found).shape[-1] == WIDE


def test_what_can_not_be_explained(
    catalog: Any, drawings: Path, learned: Path, tmp_path: Path
) -> None:
    settings = TrainSettings(task="regress", label="year", size=16, network="cnn", iterations=1)
    train(str(catalog()), tmp_path / "years", settings=settings)
    train(str(drawings), tmp_path / "strokes", settings=TrainSettings(iterations=1))
    for run, why in (("years", "regress"), ("strokes", "classify drawings")):
        with pytest.raises(DataError, match=f"this one learned to {why}"):
            explain(tmp_path / run, torch.rand(3, 20, 20))
    with pytest.raises(TrainingError, match="is no run"):
        explain(tmp_path, torch.rand(3, 20, 20))
    with pytest.raises(PictureError, match=r"none\.png"):
        explain(learned, tmp_path / "none.png")
    Image.new("1", (14000, 14000)).save(tmp_path / "vast.png")
    with pytest.raises(PictureError, match=r"178,000,000 in all; make it smaller$"):
        explain(learned, tmp_path / "vast.png")


def test_lighter_is_always_more() -> None:
    light = rgb_to_lab(colored(torch.linspace(0, 1, 101).expand(1, -1)))[0, 0, 0]
    steps = light.diff()
    assert (steps > 0).all()
    assert steps.max() < 2.5 * steps.min()
    assert colored(torch.tensor([[0.0, 1.0]]))[0, 0, 0, 0] == 0


def test_maps_as_colors() -> None:
    assert scaled(torch.tensor([[-3.0, 0, 2, 4]])).tolist() == [[0, 0, 0.5, 1]]
    assert scaled(torch.zeros(2, 2)).tolist() == [[0, 0], [0, 0]]
    assert not scaled(torch.full((2, 2), torch.nan)).any()
    laid = overlay(torch.rand(1, 3, 30, 20), torch.rand(3, 2))
    assert laid.shape == (1, 3, 30, 20)
    assert laid.min() >= 0
    assert laid.max() <= 1


def test_the_figure_holds_what_it_is_given() -> None:
    near = Neighbor("deep/\x1b[31m\udcff.jpg" + "x" * 900, "red", 0.5, torch.zeros(1, 8, 8).byte())
    hostile = {"<b>" * 50 + "\u202e": 0.5, "red": 0.5}
    plain, full = (
        figure(answer()),
        figure(
            answer(probabilities=hostile, nearest=(near,) * 7, labels=("red",), lines=("a line",))
        ),
    )
    assert plain.shape[:2] == full.shape[:2] == (1, 3)
    assert plain.shape[-1] == full.shape[-1] == WIDE
    assert full.shape[-2] > plain.shape[-2] + 200
    assert figure(answer(maps={})).shape[-1] == WIDE


def test_lines_are_broken_where_they_fit() -> None:
    font = ImageFont.load_default(14)
    text = "a few words and a-name-with_many-joints_" + "y" * 80
    lines = wrapped(text, font, 100)
    assert all(font.getlength(line) <= 100 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert "a few words" in lines[0]
    assert wrapped("", font, 100) == []


def test_a_page_can_be_written(tmp_path: Path) -> None:
    made = Picture.from_tensor(figure(answer()))
    assert np.asarray(made.to_pil()).std() > 1

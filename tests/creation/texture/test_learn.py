"""Learning a texture from one picture."""

import pytest
import torch

from impasto.creation.texture.learn import create_texture
from impasto.creation.texture.lesson import prepared, quartered
from impasto.creation.texture.teaching import KEPT, Teaching, beyond, blended, made
from impasto.creation.texture.texture import Texture
from impasto.errors import PictureError, SettingsError
from impasto.jobs.preview import Preview
from impasto.picture import Picture, read


def test_the_source_is_at_no_distance_from_itself(cloth: torch.Tensor) -> None:
    lesson, chance = prepared(cloth, size=64), torch.Generator().manual_seed(0)
    assert lesson.loss(lesson.quarters, chance) < 1e-5
    assert lesson.loss(lesson.quarters.flip(0), chance) < 1e-5  # in whatever order
    assert lesson.loss(1 - lesson.quarters, chance) > 0.01
    assert lesson.loss(torch.full_like(lesson.quarters, 0.5), chance) > 1


def test_the_middle_square_is_learned(cloth: torch.Tensor) -> None:
    wide = torch.cat([torch.zeros(1, 3, 64, 10), cloth, torch.ones(1, 3, 64, 10)], 3)
    assert torch.allclose(prepared(wide, size=64).quarters, prepared(cloth, size=64).quarters)


def test_quarters() -> None:
    square = torch.arange(16.0).view(1, 1, 4, 4)
    assert [part.flatten()[0].item() for part in quartered(square)] == [0, 2, 8, 10]


def test_the_eye_looks_at_four_scales(cloth: torch.Tensor) -> None:
    lesson = prepared(cloth, size=64)
    assert [tuple(layer.shape) for layer in lesson.seen] == [
        (1, 32, 32, 128), (1, 64, 16, 64), (1, 128, 8, 32), (1, 192, 4, 16)
    ]  # fmt: skip


def test_it_learns(cloth: torch.Tensor) -> None:
    red = 0.2 * cloth + torch.tensor([0.7, 0.2, 0.1]).view(1, 3, 1, 1)
    teaching = Teaching(prepared(red, size=64), turns=40, seed=0)
    before, _ = teaching.trial()
    for _ in range(40):
        teaching.turn()
    after, shown = teaching.trial()
    assert after < 0.7 * before
    assert shown[:, 0].mean() > shown[:, 1:].mean() + 0.2


def test_the_same_seed_the_same_texture(cloth: torch.Tensor, texture: Texture) -> None:
    torch.manual_seed(99)  # nobody else's chance matters
    assert create_texture(cloth, size=64, turns=12).content == texture.content
    assert create_texture(cloth, size=64, turns=12, seed=1).sha256 != texture.sha256


def test_what_changes_is_not_the_callers_chance() -> None:
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    made(3)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_it_reports_and_stops_with_the_best_so_far(cloth: torch.Tensor) -> None:
    seen: list[Preview] = []

    def listen(step: object) -> bool:
        assert isinstance(step, Preview)
        seen.append(step)
        return len(seen) == 3

    stopped = create_texture(cloth, size=64, turns=12, on_step=listen)
    assert [(step.done, step.total) for step in seen] == [(1, 12), (2, 12), (3, 12)]
    assert all(step.values["loss"] > 0 for step in seen)
    assert stopped.facts.turns_taken == 3
    assert stopped.facts.settings.turns == 12


def test_a_preview_comes_now_and_then(cloth: torch.Tensor, monkeypatch: pytest.MonkeyPatch) -> None:
    from impasto.creation.texture import learn

    monkeypatch.setattr(learn, "EVERY", 2)
    seen: list[Preview] = []
    create_texture(cloth, size=64, turns=3, on_step=seen.append)  # type: ignore[arg-type]
    assert [step.preview is None for step in seen] == [True, True, False]
    assert seen[2].preview is not None
    assert seen[2].preview.shape == (1, 3, 64, 64)
    assert seen[2].values["distance"] > 0


def test_where_it_comes_from_is_known(weave: object, cloth: torch.Tensor) -> None:
    picture = read(str(weave))
    facts = create_texture(picture, size=64, turns=1).facts
    assert facts.source is not None
    assert (facts.source.name, facts.source.sha256) == ("weave.png", picture.sha256)
    assert create_texture(cloth, size=64, turns=1).facts.source is None


def test_gray_and_transparent_pictures_are_learned(cloth: torch.Tensor) -> None:
    gray = cloth.mean(1, keepdim=True).expand(1, 3, 64, 64)
    half = Picture.from_tensor(gray, alpha=torch.full((1, 1, 64, 64), 0.5))
    assert create_texture(half, size=64, turns=1).facts.turns_taken == 1


@pytest.mark.parametrize(
    ("shape", "message"), [((1, 3, 15, 40), "16 or more"), ((1, 3, 40, 40), "single color")]
)
def test_what_shows_no_texture_is_refused(shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(PictureError, match=message):
        create_texture(torch.full(shape, 0.3), turns=1)


@pytest.mark.parametrize("wrong", [{"size": 63}, {"size": 300}, {"turns": 0}, {"seed": -1}])
def test_settings_out_of_range(cloth: torch.Tensor, wrong: dict[str, int]) -> None:
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        create_texture(cloth, **wrong)


def test_leaving_the_range_costs() -> None:
    values = torch.tensor([-1.5, 0.0, 1.0, 3.0]).view(1, 2, 1, 2)
    assert beyond(values, -1, 1).item() == pytest.approx((0.5 + 2.0) / 2)


def test_averaged_weights_forget_the_first_ones() -> None:
    averaged, newest = torch.zeros(3), torch.ones(3)
    assert torch.allclose(blended(averaged, newest, 1), torch.full((3,), 1 - 2 / 11))
    assert torch.allclose(blended(averaged, newest, 10_000), torch.full((3,), 1 - KEPT))

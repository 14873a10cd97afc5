"""The verb `create_texture`: learn a texture from one picture."""

from torch import Tensor

from impasto.creation.texture.lesson import prepared
from impasto.creation.texture.settings import LEAST, TextureSettings
from impasto.creation.texture.teaching import EVERY, Teaching, made
from impasto.creation.texture.texture import Facts, Texture
from impasto.errors import PictureError
from impasto.jobs.preview import Preview
from impasto.networks import catalog
from impasto.networks.automaton import Automaton
from impasto.picture import AnyPicture, Picture, as_picture
from impasto.picture.provenance import ContentRecord
from impasto.progress import OnStep, Watch
from impasto.settings import checked


def create_texture(
    picture: AnyPicture | Tensor,
    *,
    size: int = 128,
    turns: int = 2200,
    seed: int = 0,
    on_step: OnStep | None = None,
) -> Texture:
    """Learn a texture from one picture, to be grown to any size with `create_grow`.

    Args:
        picture: A path, a `Picture`, a PIL image, or a tensor ``(1, 3, h, w)`` in 0..1; its middle
            square is learned.
        size: Pixels to which its shorter side is brought: marks of 2 to 30 pixels are learned best.
        turns: How often it practices.
        seed: Where chance begins; the same seed, the same texture.
        on_step: Told of each turn with a `Preview`, which carries a preview now and then; returning
            True stops the work, and the best until then comes back.

    Raises:
        PictureError: If the picture can't be read, has a side of less than 16 pixels, or shows a
            single color.
        SettingsError: If a value is out of its range.
    """
    settings = checked(TextureSettings, {"size": size, "turns": turns, "seed": seed})
    return learned(as_picture(picture), settings, on_step)


def learned(picture: Picture, settings: TextureSettings, on_step: OnStep | None = None) -> Texture:
    """Learn a texture; see `create_texture`."""
    if min(picture.size) < LEAST:
        width, height = picture.size
        raise PictureError(
            f"the picture has {width} × {height} pixels; a texture is learned from one with sides "
            f"of {LEAST} or more"
        )
    lesson = prepared(picture.on_white, size=settings.size)
    teaching = Teaching(lesson, turns=settings.turns, seed=settings.seed)
    best = practiced(teaching, Watch(on_step))
    automaton = made(settings.seed).requires_grad_(False)
    automaton.load_state_dict(best)
    return Texture(automaton, _facts(picture, settings, automaton, teaching.done))


def practiced(teaching: Teaching, watch: Watch) -> dict[str, Tensor]:
    """Take the turns and return the weights that grew what was nearest to the source.

    Every hundred turns a field is grown from nothing: what counts is how good that is.
    """
    nearest, best, preview = float("inf"), _copied(teaching.best), None
    values: dict[str, float] = {}
    while teaching.done < teaching.turns and not watch.stopped:
        values["loss"] = teaching.turn()
        stopped = watch(Preview(teaching.done, teaching.turns, values, preview=preview))
        if stopped or teaching.done % EVERY == 0 or teaching.done == teaching.turns:
            away, preview = teaching.trial()
            values["distance"] = away
            if away < nearest:
                nearest, best = away, _copied(teaching.best)
    return best


def _copied(automaton: Automaton) -> dict[str, Tensor]:
    return {name: weight.detach().clone() for name, weight in automaton.state_dict().items()}


def _facts(picture: Picture, settings: TextureSettings, automaton: Automaton, turns: int) -> Facts:
    known = picture.name is not None and picture.sha256 is not None
    return Facts(
        channels=automaton.channels,
        hidden=automaton.decide.out_features,
        painted=automaton.mix.out_features,
        settings=settings,
        turns_taken=turns,
        source=ContentRecord.of(str(picture.name), str(picture.sha256)) if known else None,
        eye=catalog.row("eye").sha256,
    )

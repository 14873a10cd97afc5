"""Steps 2 to 5 for works that are grouped: the numbers by which they are compared."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Shaped
from torch import Tensor, nn

from impasto.data.examples import Examples
from impasto.errors import SettingsError, TrainingError, printable
from impasto.learning.clustering.works import Works, pictures_of
from impasto.learning.place import MNIST
from impasto.learning.run import Run
from impasto.learning.seeing import EYE, HUB, encoder_of, look, rests, seen
from impasto.learning.settings import TrainSettings, target_of
from impasto.networks.autoencoder import NAME as AUTOENCODER
from impasto.networks.autoencoder import Autoencoder
from impasto.progress import OnStep
from impasto.training.batches import Batches
from impasto.training.checkpoint import BEST, LAST, averaged
from impasto.training.claim import Claim
from impasto.training.loop import Losses, fit
from impasto.training.optimizers import Optimizer
from impasto.training.plan import Plan
from impasto.training.stopping import Until

EPOCHS = 20
"""Rounds through all works where nobody says when to stop."""

HELD = 10
"""One work in so many is never learned to be painted: how well it is shows when to stop."""

CODE = 64
"""How many numbers sum a picture up."""

AT_ONCE = 1 << 20
"""Pixels that are summed up at a time."""

Encode = Callable[[Tensor], Float[np.ndarray, "m d"]]
"""Sums up pictures ``(m, c, h, w)`` of bytes."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What was seen in works.

    Attributes:
        features: Of each work; None if the training was stopped before.
        reason: Why the training ended.
        lines: What is to be said of it.
    """

    features: Float[np.ndarray, "n d"] | None
    reason: str
    lines: tuple[str, ...] = ()


def network_of(source: str, settings: TrainSettings) -> str:
    """Name what sees the works: as asked, or the eye; an autoencoder for digits, too small for it.

    Raises:
        SettingsError: If it is none that sees without labels.
    """
    name = settings.network or (AUTOENCODER if source == MNIST else EYE)
    if name != AUTOENCODER and not rests(name):
        raise SettingsError(
            f"the network {printable(name)} learns by labels, and groups are sought without; "
            f"choose {EYE}, {AUTOENCODER}, or {HUB}NAME"
        )
    return name


def until(settings: TrainSettings) -> Until:
    """Say when the training of an autoencoder ends.

    Raises:
        SettingsError: If a limit can't be read, or the metric is none that it has.
    """
    target = target_of(settings.until)
    if target is not None and target[0] != "loss":
        raise SettingsError(
            f"an autoencoder can stop by its loss, not by {printable(target[0])}; see --until"
        )
    limits = (settings.epochs, settings.iterations, settings.minutes)
    return Until(
        epochs=settings.epochs if any(limits) else EPOCHS,
        iterations=settings.iterations,
        target=target,
        patience=settings.patience,
        minutes=settings.minutes,
    )


def see(run: Run, works: Works, claim: Claim, *, on_step: OnStep | None = None) -> Seen:
    """Sum up all works in numbers; an autoencoder learns to, first, or goes on learning.

    Args:
        run: What sees, and how it is trained.
        works: To see.
        claim: On the run's folder.
        on_step: Told of each picture, or of each step of the training with its loss.

    Raises:
        TrainingError: If the loss is no number any more.
        WeightsError: If the encoder can't be loaded.
        DataError: If somebody stopped an encoder that rests.
    """
    if rests(run.network):
        found = seen(encoder_of(run.network), works.examples, on_step=on_step).inputs
        return Seen(found.double().numpy(), "all works were seen")
    return _learned(run, works.examples, claim, on_step)


def _learned(run: Run, examples: Examples, claim: Claim, on_step: OnStep | None) -> Seen:
    """Train the autoencoder, and sum up by the best of it."""
    settings, (learn, held) = run.settings, _held_back(examples, run.settings.seed)
    deal = Batches(len(learn), settings.batch, seed=settings.seed)

    def losses_at(network: nn.Module, step: int, generator: torch.Generator) -> Losses:
        del generator
        pictures = pictures_of(learn, deal(step))
        return {"loss": (network(pictures) - pictures).square().mean()}

    found = fit(
        _empty(run),
        losses_at,
        _plan(settings, deal.per_epoch),
        claim.folder,
        until=until(settings),
        validate=lambda network: {"loss": repainted(network, held)},
        on_step=on_step,
        claim=claim,
    )
    if found.reason.startswith("stopped: asked to"):
        return Seen(None, found.reason)
    network = _filled(run, claim.folder)
    encode = encoder(network)
    return Seen(encode(examples.inputs), found.reason, (_repaints(network, learn, held),))


def _held_back(examples: Examples, seed: int) -> tuple[Examples, Examples]:
    """Divide works in those to learn from, and a few to judge by."""
    order = torch.randperm(len(examples), generator=torch.Generator().manual_seed(seed))
    many = max(1, len(examples) // HELD)
    return examples.take(order[many:].sort().values), examples.take(order[:many].sort().values)


def _repaints(network: nn.Module, learn: Examples, held: Examples) -> str:
    """Say how well works are painted again that it has not learned from."""
    some = torch.arange(0, len(learn), max(1, len(learn) // 1000))
    mean = pictures_of(learn, some).mean((0, 2, 3), keepdim=True)
    plain = float((pictures_of(held, torch.arange(len(held))) - mean).square().mean())
    return (
        f"{len(held)} works that it never saw it paints again with a mean squared error of "
        f"{repainted(network, held):.4f}; the mean color alone: {plain:.4f}"
    )


@torch.no_grad()
def repainted(network: nn.Module, works: Examples) -> float:
    """How far works, painted again from their summaries, are from what they were: 0 is the same."""
    total = 0.0
    for part in _parts(works.inputs):
        pictures = pictures_of(works, part)
        total += float((network(pictures) - pictures).square().mean()) * len(part)
    return total / len(works)


def _parts(pictures: Shaped[Tensor, "n c h w"]) -> tuple[Tensor, ...]:
    many = max(1, AT_ONCE // pictures[0].numel())
    return torch.split(torch.arange(len(pictures)), many)


def _empty(run: Run) -> Autoencoder:
    channels, height, width = run.shape
    return Autoencoder((channels, height, width), code=CODE, seed=run.settings.seed)


def _plan(settings: TrainSettings, per_epoch: int) -> Plan:
    return Plan(
        steps=until(settings).steps(per_epoch, otherwise=EPOCHS),
        rate=settings.rate,
        average=None,
        seed=settings.seed,
        optimizer=Optimizer(settings.optimizer, epsilon=1e-7),
        schedule=settings.schedule or "cosine",
        epoch=per_epoch,
        precision=settings.precision,
    )


def _filled(run: Run, folder: Path) -> Autoencoder:
    """Build the autoencoder with what it learned; raises `TrainingError` if it is damaged."""
    path = next((p for p in (folder / BEST, folder / LAST) if p.is_file()), None)
    if path is None:
        raise TrainingError(
            f"{printable(folder)} has learned nothing yet; impasto resume goes on with it"
        )
    network = _empty(run)
    try:
        network.load_state_dict(averaged(path))
    except RuntimeError as error:
        raise TrainingError(
            f"{printable(path)} is of another network than this run's; train anew"
        ) from error
    return network.eval().requires_grad_(False)


def encoder_for(run: Run, folder: Path) -> Encode:
    """Find what sees pictures as the run's works were seen.

    Raises:
        TrainingError: If an autoencoder learned nothing yet, or its file is damaged.
        WeightsError: If the encoder can't be loaded.
    """
    return encoder(encoder_of(run.network) if rests(run.network) else _filled(run, folder))


def encoder(network: nn.Module) -> Encode:
    """Make what sums up pictures, some at a time."""

    @torch.no_grad()
    def encode(pictures: Tensor) -> Float[np.ndarray, "m d"]:
        found = [_summary(network, pictures[part].float() / 255) for part in _parts(pictures)]
        return np.asarray(torch.cat(found).double())

    return encode


def _summary(network: nn.Module, pictures: Float[Tensor, "b c h w"]) -> Float[Tensor, "b d"]:
    if isinstance(network, Autoencoder):
        return network.encode(pictures)
    return look(network, pictures)

"""Step 2, build: the networks by name, sized to the works, and how each likes to be trained."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn

from impasto.data.examples import Examples
from impasto.errors import SettingsError, printable
from impasto.learning.settings import TrainSettings
from impasto.networks.cnn import Cnn
from impasto.networks.resnet import ResNet
from impasto.networks.rnn import Rnn

Build = Callable[[Examples, int, int], nn.Module]
"""Makes a network for examples, a number of outputs, and a seed."""


@dataclass(frozen=True)
class Kind:
    """A network that can be named.

    Attributes:
        build: Makes it.
        reads: What it can read: pictures, or pictures and strokes.
        schedule: How its rate changes unless the person says otherwise.
        clip: Largest norm of its gradient, or None.
        augment: Whether it sees works changed unless the person says otherwise.
    """

    build: Build
    reads: tuple[str, ...] = ("pictures",)
    schedule: str = "constant"
    clip: float | None = None
    augment: bool = False


def kind_of_inputs(examples: Examples) -> str:
    """Say what the examples are: pictures or strokes."""
    return "pictures" if examples.inputs.ndim == 4 else "strokes"


def shape_of(examples: Examples) -> tuple[int, int, int]:
    """Channels, height and width of pictures."""
    channels, height, width = examples.inputs.shape[1:]
    return channels, height, width


def _rnn(examples: Examples, outputs: int, seed: int) -> nn.Module:
    if kind_of_inputs(examples) == "strokes":
        return Rnn(examples.inputs.shape[-1], outputs, both=True, seed=seed)
    channels, _, width = shape_of(examples)
    return Rnn(channels * width, outputs, seed=seed)


NETWORKS: dict[str, Kind] = {
    "cnn": Kind(lambda given, outputs, seed: Cnn(shape_of(given), outputs, seed=seed)),
    "cnn-deep": Kind(
        lambda given, outputs, seed: Cnn(shape_of(given), outputs, deep=True, seed=seed),
        schedule="one-cycle",
    ),
    "resnet": Kind(
        lambda given, outputs, seed: ResNet(outputs, channels=shape_of(given)[0], seed=seed),
        schedule="cosine",
        clip=1.0,
        augment=True,
    ),
    "rnn": Kind(_rnn, reads=("pictures", "strokes"), schedule="cosine", clip=1.0),
}
"""Every network by its name."""


def choose(settings: TrainSettings, examples: Examples) -> str:
    """Name the network: the one asked for, or the one that suits the works.

    Raises:
        SettingsError: If there is none of that name, or it can't read the works.
    """
    inputs = kind_of_inputs(examples)
    if settings.network is None:
        small = inputs == "pictures" and max(shape_of(examples)[1:]) < 48
        return "rnn" if inputs == "strokes" else "cnn" if small else "resnet"
    if settings.network not in NETWORKS:
        known = ", ".join(NETWORKS)
        raise SettingsError(
            f"no network is called {printable(repr(settings.network))}; there are {known}"
        )
    if inputs not in NETWORKS[settings.network].reads:
        fitting = [name for name, kind in NETWORKS.items() if inputs in kind.reads]
        raise SettingsError(
            f"the network {settings.network} reads no {inputs}; choose {' or '.join(fitting)}"
        )
    return settings.network


def build(name: str, examples: Examples, *, outputs: int, seed: int) -> nn.Module:
    """Make a network for works like these."""
    return NETWORKS[name].build(examples, outputs, seed)


def inputs_of(examples: Examples, indices: Tensor) -> tuple[Tensor, ...]:
    """Take a batch as a network reads it: pictures in 0..1, or strokes with their lengths."""
    batch = examples.inputs[indices]
    if examples.lengths is not None:
        return batch, examples.lengths[indices]
    return ((batch.float() / 255 if not batch.is_floating_point() else batch),)

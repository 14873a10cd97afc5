"""Step 2, build: the networks by name, sized to the works, and how each likes to be trained."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn

from impasto.data.examples import Examples
from impasto.errors import SettingsError, printable
from impasto.learning.seeing import EYE, HUB
from impasto.learning.settings import TrainSettings
from impasto.networks.cnn import Cnn
from impasto.networks.head import Head
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
        size: Side in pixels of the pictures it reads unless the person says otherwise.
        epochs: Rounds through all works where nobody says when to stop.
    """

    build: Build
    reads: tuple[str, ...] = ("pictures",)
    schedule: str = "constant"
    clip: float | None = None
    augment: bool = False
    size: int = 96
    epochs: int = 20


def kind_of_inputs(examples: Examples) -> str:
    """Say what the examples are: pictures, strokes, or what an encoder saw in pictures."""
    return {2: "features", 3: "strokes", 4: "pictures"}[examples.inputs.ndim]


def shape_of(examples: Examples) -> tuple[int, int, int]:
    """Channels, height and width of pictures."""
    channels, height, width = examples.inputs.shape[1:]
    return channels, height, width


def _rnn(examples: Examples, outputs: int, seed: int) -> nn.Module:
    if kind_of_inputs(examples) == "strokes":
        return Rnn(examples.inputs.shape[-1], outputs, both=True, seed=seed)
    channels, _, width = shape_of(examples)
    return Rnn(channels * width, outputs, seed=seed)


def _head(examples: Examples, outputs: int, seed: int) -> nn.Module:
    return Head(examples.inputs.shape[1], outputs, dropout=0.5, seed=seed)


SEEING = Kind(_head, schedule="cosine", size=224, epochs=40)
"""A head on what an encoder sees, which learned before and rests."""

NETWORKS: dict[str, Kind] = {
    EYE: SEEING,
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
"""Every network by its name; those of the hub are named by `HUB` and their own name."""


def kind_of(network: str) -> Kind:
    """Find a network by its name.

    Raises:
        SettingsError: If there is none of that name.
    """
    if network.startswith(HUB):
        return SEEING
    if network not in NETWORKS:
        known = ", ".join(NETWORKS)
        raise SettingsError(
            f"no network is called {printable(repr(network))}; there are {known}, and models of "
            f"the hub, as in {HUB}facebook/dinov2-small"
        )
    return NETWORKS[network]


def size_for(settings: TrainSettings) -> int:
    """Say to how many pixels pictures are brought: as asked, or as the network likes it."""
    return settings.size or kind_of(settings.network or EYE).size


def choose(settings: TrainSettings, examples: Examples) -> str:
    """Name the network: the one asked for, or the one that suits the works.

    Raises:
        SettingsError: If there is none of that name, or it can't read the works.
    """
    inputs = kind_of_inputs(examples)
    if settings.network is None:
        small = inputs == "pictures" and max(shape_of(examples)[1:]) < 48
        return "rnn" if inputs == "strokes" else "cnn" if small else EYE
    if inputs not in kind_of(settings.network).reads:
        fitting = [name for name, kind in NETWORKS.items() if inputs in kind.reads]
        raise SettingsError(
            f"the network {settings.network} reads no {inputs}; choose {' or '.join(fitting)}"
        )
    return settings.network


def build(name: str, examples: Examples, *, outputs: int, seed: int) -> nn.Module:
    """Make a network for works like these; of one that sees by an encoder, the head."""
    return kind_of(name).build(examples, outputs, seed)


def inputs_of(examples: Examples, indices: Tensor) -> tuple[Tensor, ...]:
    """Take a batch as a network reads it: pictures in 0..1, or strokes with their lengths."""
    batch = examples.inputs[indices]
    if examples.lengths is not None:
        return batch, examples.lengths[indices]
    return ((batch.float() / 255 if not batch.is_floating_point() else batch),)

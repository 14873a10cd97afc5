"""Networks that see by an encoder which learned before: it rests, and only their head learns."""

from dataclasses import replace
from functools import cache

import torch
from jaxtyping import Float
from torch import Tensor, nn

from impasto.data.examples import Examples
from impasto.device import keep_buffers
from impasto.errors import DataError, SettingsError
from impasto.jobs.embedding import the_eye
from impasto.networks import catalog, hub
from impasto.progress import OnStep, Step, Watch

EYE, HUB = "eye", "hub:"
"""The encoder that ships; and how one of the hub is named, as in ``hub:facebook/dinov2-small``."""

AT_ONCE = 32
"""Pictures that an encoder looks at together."""


class Seer(nn.Module):
    """An encoder, and the head that decides by what it sees.

    Accepts pictures ``(b, c, h, w)`` in 0..1, gray ones too, and returns what the head does.

    Args:
        encoder: Turns pictures into features ``(b, d)``; it never learns.
        head: Takes the features.
    """

    def __init__(self, encoder: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.encoder, self.head = encoder, head

    def forward(self, pictures: Float[Tensor, "b c h w"]) -> Float[Tensor, "b n"]:
        """Look, and decide."""
        decided: Tensor = self.head(look(self.encoder, pictures))
        return decided


def look(encoder: nn.Module, pictures: Float[Tensor, "b c h w"]) -> Float[Tensor, "b d"]:
    """See pictures as numbers; gray ones have three equal colors."""
    colored = pictures.expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)
    seen: Tensor = encoder(colored)
    return seen.float()


def rests(network: str) -> bool:
    """Tell whether a network of this name sees by an encoder that rests."""
    return network == EYE or network.startswith(HUB)


@cache
def encoder_of(network: str) -> nn.Module:
    """Load the encoder that a network of this name sees by, in the precision it runs best in.

    Raises:
        SettingsError: If the hub's model isn't named.
        WeightsError: If it can't be loaded.
    """
    if network == EYE:
        return the_eye()
    if network == HUB:
        raise SettingsError("name the model of the hub, as in hub:facebook/dinov2-small")
    return hub.load_encoder(network.removeprefix(HUB))


def features_of(network: str) -> int:
    """How many numbers its encoder sees a picture as; raises as `encoder_of` does."""
    return int(encoder_of(network).size)  # type: ignore[arg-type]  # as `networks.interface` says


def weights_of(network: str) -> str:
    """The sha256 of the weights it sees by, by which runs name them; empty for other networks."""
    return catalog.row(EYE).sha256 if network == EYE else ""


def seen(encoder: nn.Module, works: Examples, *, on_step: OnStep | None = None) -> Examples:
    """Look at all works once: what the encoder sees takes the place of the pictures.

    Args:
        encoder: Turns pictures into features.
        works: Pictures.
        on_step: Told of each batch, named by its first work.

    Raises:
        DataError: If somebody stopped it.
    """
    keep_buffers()
    watch, found, total = Watch(on_step), list[Tensor](), len(works)
    for begin in range(0, total, AT_ONCE):
        batch = works.inputs[begin : begin + AT_ONCE]
        with torch.inference_mode():
            found.append(look(encoder, batch.float() / 255))
        step = Step(min(begin + AT_ONCE, total), total, label=works.names[begin])
        if watch(step):
            raise DataError("stopped before all pictures were seen; begin again to see them")
    return replace(works, inputs=torch.cat(found).clone())

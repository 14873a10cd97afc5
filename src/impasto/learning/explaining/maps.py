"""Maps of what in a picture spoke for an answer: by hiding parts of it, and by Grad-CAM."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

AT_ONCE = 64 * 96 * 96
"""Pixels that a network is asked about together: 64 pictures of 96 × 96."""

SIZES = (1 / 4, 1 / 8)
"""Sides of the patches that hide a part, as shares of the picture's shorter side."""


@dataclass(frozen=True, eq=False)
class Question:
    """How sure is this network that a picture belongs to this class?

    Attributes:
        network: From pictures ``(b, c, h, w)`` in 0..1 to logits ``(b, k)``; it doesn't learn.
        label: The number of the class.
        temperature: By which logits are divided.
    """

    network: nn.Module
    label: int
    temperature: float = 1.0

    @torch.no_grad()
    def sure(self, pictures: Float[Tensor, "n c h w"]) -> Float[Tensor, " n"]:
        """Ask about pictures: probabilities of the class, 0..1."""
        return self.logs(pictures).exp()

    @torch.no_grad()
    def logs(self, pictures: Float[Tensor, "n c h w"]) -> Float[Tensor, " n"]:
        """Ask about pictures: logarithms of the probabilities."""
        many = max(1, AT_ONCE // pictures[0, 0].numel())
        made = [self.network(part).float() for part in torch.split(pictures, many)]
        return (torch.cat(made) / self.temperature).log_softmax(1)[:, self.label]


def filling(picture: Float[Tensor, "1 c h w"]) -> Float[Tensor, "1 c h w"]:
    """What stands where a part is hidden: the picture's mean color, everywhere."""
    return picture.mean((2, 3), keepdim=True).expand_as(picture)


def occlusion(
    question: Question,
    picture: Float[Tensor, "1 c h w"],
    *,
    sizes: tuple[float, ...] = SIZES,
) -> Float[Tensor, "h w"]:
    """Hide part after part of a picture, and see by how much the network becomes less sure.

    Args:
        question: Of which network, and about which class.
        picture: 0..1.
        sizes: Sides of the patches, as shares of the shorter side; they move by half of it.

    Returns:
        How far the logarithm of the probability falls where a pixel is hidden, on average over the
        patches that hide it; below 0 where hiding makes it surer. Sizes weigh the same.

    Notes:
        Zeiler, Fergus 2014, section 4.2, arXiv:1311.2901. Differs: patches of several sizes,
        relative to the picture, filled with its mean color instead of gray, which would add a
        color of its own; the logarithm, since a probability near 1 hardly falls.
    """
    filled, whole = filling(picture), question.logs(picture)
    made = []
    for size in sizes:
        masks = patches(*picture.shape[2:], size=size)
        fallen = whole - _hidden(question, picture, filled, masks)
        made.append(torch.einsum("n,nhw->hw", fallen, masks.float()) / masks.sum(0))
    return torch.stack(made).mean(0)


def _hidden(
    question: Question,
    picture: Float[Tensor, "1 c h w"],
    filled: Float[Tensor, "1 c h w"],
    masks: Bool[Tensor, "n h w"],
) -> Float[Tensor, " n"]:
    """Hide each of the parts in turn; never all these pictures are held at once."""
    parts = torch.split(masks, max(1, AT_ONCE // masks[0].numel()))
    return torch.cat([question.logs(torch.where(m[:, None], filled, picture)) for m in parts])


def patches(height: int, width: int, *, size: float) -> Bool[Tensor, "n {height} {width}"]:
    """Cover a picture with overlapping squares; every pixel lies in some."""
    side = max(1, round(size * min(height, width)))
    rows, columns = _places(height, side), _places(width, side)
    masks = torch.zeros(len(rows) * len(columns), height, width, dtype=torch.bool)
    for mask, (top, left) in zip(masks, product(rows, columns), strict=True):
        mask[max(0, top) : top + side, max(0, left) : left + side] = True
    return masks


def _places(length: int, side: int) -> list[int]:
    """Where patches begin: half of one apart, the first half outside, so that edges count too."""
    step = max(1, side // 2)
    return list(range(step - side, length, step))


def grad_cam(question: Question, picture: Float[Tensor, "1 c h w"]) -> Float[Tensor, "h w"] | None:
    """See which places of the last feature map speak for a class, by the gradient of its logit.

    Args:
        question: Of which network, and about which class.
        picture: 0..1.

    Returns:
        What speaks for the class, with that which speaks against below 0, any unit, brought to the
        picture's size; None for a network that has no such map, as it doesn't convolve to the end.

    Notes:
        Selvaraju et al. 2017, eq. 1 and 2, arXiv:1610.02391. Differs: what speaks against keeps its
        minus instead of becoming 0, so that the deletion test can put all places in order.
    """
    place = last_map(question.network, picture)
    if place is None:
        return None
    with torch.enable_grad(), _held(place) as held:
        logit = question.network(picture)[0, question.label].float()
    (features,) = held
    (gradient,) = torch.autograd.grad(logit, features)
    weights = gradient.float().mean((2, 3), keepdim=True)
    seen = (weights * features.detach().float()).sum(1, keepdim=True)
    return F.interpolate(seen, picture.shape[2:], mode="bilinear", align_corners=False)[0, 0]


Place = tuple[nn.Module, int]
"""A layer of a network, and which of its calls, counted from 0."""


@torch.no_grad()
def last_map(network: nn.Module, picture: Float[Tensor, "1 c h w"]) -> Place | None:
    """Find the layer that returns the last feature map ``(1, c, h, w)`` of more than one place.

    None if more than half of the layers come after it: a network that convolves once and then
    thinks in other ways, as a transformer does, has no map of what it decides by.
    """
    calls: dict[nn.Module, int] = {}
    found: list[tuple[Place, int]] = []
    leaves = 0

    def after(layer: nn.Module, inputs: object, output: object) -> None:
        nonlocal leaves
        del inputs
        calls[layer] = calls.get(layer, -1) + 1
        leaves += not any(layer.children())
        if isinstance(output, Tensor) and output.ndim == 4 and output[0, 0].numel() > 1:
            found.append(((layer, calls[layer]), leaves))

    hooks = [layer.register_forward_hook(after) for layer in network.modules()]
    try:
        network(picture)
    finally:
        for hook in hooks:
            hook.remove()
    if not found or 2 * found[-1][1] < leaves:
        return None
    return found[-1][0]


@contextmanager
def _held(place: Place) -> Iterator[list[Tensor]]:
    """Hold a layer's output as the start of the gradient; what comes before needs none."""
    layer, wanted = place
    held: list[Tensor] = []
    count = -1

    def after(module: nn.Module, inputs: object, output: Tensor) -> Tensor:
        nonlocal count
        del module, inputs
        count += 1
        if count != wanted:
            return output
        held.append(output.detach().requires_grad_())
        return held[0].clone()  # the next layer may change what it is given

    hook = layer.register_forward_hook(after)
    try:
        yield held
    finally:
        hook.remove()

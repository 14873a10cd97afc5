"""Whether a map is to be trusted: the deletion test, and a network that has learned nothing."""

import copy
from dataclasses import dataclass

import torch
from jaxtyping import Float
from scipy.stats import spearmanr
from torch import Tensor, nn

from impasto.learning.explaining.maps import Question, filling

STEPS = 16
"""Parts that a picture is deleted in."""

REGIONS = 39
"""Random regions beside a map's: with them a p-value can be as small as 0.025."""

FLAT = 1e-9
"""A map that varies by no more says nothing."""


@dataclass(frozen=True, eq=False)
class Deletion:
    """What became of the probability when a map's most important places were deleted first.

    Attributes:
        curve: Probability of the class after each part, from all there to all deleted.
        others: The same for regions of the same shape elsewhere, a row each.
    """

    curve: Float[Tensor, " steps"]
    others: Float[Tensor, "regions steps"]

    @property
    def area(self) -> float:
        """Area under the curve, 0..1: lower is better, as it fell faster."""
        return float(area(self.curve[None]))

    @property
    def others_area(self) -> float:
        """The same for the regions elsewhere, on average."""
        return float(area(self.others).mean())

    @property
    def p_value(self) -> float:
        """How likely a region elsewhere does as well: 0..1, small is good."""
        better = int((area(self.others) <= area(self.curve[None]) + 1e-7).sum())
        return (1 + better) / (1 + len(self.others))


def area(curves: Float[Tensor, "n steps"]) -> Float[Tensor, " n"]:
    """Area under curves over the share that is deleted, by the trapezoid rule."""
    return (curves[:, 1:] + curves[:, :-1]).mean(1) / 2


def delete(
    question: Question,
    picture: Float[Tensor, "1 c h w"],
    values: Float[Tensor, "h w"],
    *,
    generator: torch.Generator,
    regions: int = REGIONS,
) -> Deletion:
    """Delete what a map calls important first, and beside it regions of the same shape elsewhere.

    Args:
        question: Of which network, and about which class.
        picture: 0..1; what is deleted takes its mean color.
        values: The map: larger is more important.
        generator: Says where the regions elsewhere lie.
        regions: How many of them.

    Notes:
        Petsiuk, Das, Saenko 2018, section 3.3, arXiv:1806.07421. Differs: compared with the same
        map moved around the picture and mirrored at random, not with single random pixels, which
        any smooth map would beat; filled with the mean color.
    """
    others = [moved(values, generator) for _ in range(regions)]
    made = curves(question, picture, torch.stack([values, *others]))
    return Deletion(made[0], made[1:])


def curves(
    question: Question, picture: Float[Tensor, "1 c h w"], maps: Float[Tensor, "n h w"]
) -> Float[Tensor, "n steps"]:
    """Probabilities of the class while the most important places of each map are deleted."""
    filled = filling(picture)
    shares = torch.linspace(0, 1, STEPS + 1)[1:-1, None, None]
    ends = question.sure(torch.cat([picture, filled]))
    made = []
    for values in maps:
        gone = ranked(values) < shares
        between = question.sure(torch.where(gone[:, None], filled, picture))
        made.append(torch.cat([ends[:1], between, ends[1:]]))
    return torch.stack(made)


def ranked(values: Float[Tensor, "h w"]) -> Float[Tensor, "h w"]:
    """Put places in order: 0 for the most important one, up to almost 1."""
    flat = values.flatten()
    ranks = torch.empty(len(flat))
    ranks[flat.argsort(descending=True, stable=True)] = torch.arange(len(flat)) / len(flat)
    return ranks.view_as(values)


def moved(values: Float[Tensor, "h w"], generator: torch.Generator) -> Float[Tensor, "h w"]:
    """Move a map around the picture, and mirror it or not: the same shapes at other places."""
    height, width = values.shape
    down, across, flip, turn = torch.rand(4, generator=generator).tolist()
    sides = [axis for axis, drawn in enumerate((flip, turn)) if drawn < 0.5]
    return values.flip(sides).roll((int(down * height), int(across * width)), (0, 1))


def unlearned(network: nn.Module, generator: torch.Generator) -> nn.Module:
    """Copy a network and draw its weights anew, as if it had never learned anything.

    Notes:
        Weights of two axes or more are normal with the variance 2 / inputs (He et al. 2015, eq.
        10, arXiv:1502.01852); normalizations do nothing; biases are 0.
    """
    blank = copy.deepcopy(network)
    with torch.no_grad():
        for layer in blank.modules():
            for name, weight in layer.named_parameters(recurse=False):
                _redraw(name, weight, generator)
            if isinstance(layer, nn.modules.batchnorm._NormBase):  # noqa: SLF001  as torch has no public name for all of them
                layer.reset_running_stats()
    return blank


def _redraw(name: str, weight: Tensor, generator: torch.Generator) -> None:
    if weight.ndim < 2:
        weight.fill_(float(name == "weight"))
    else:
        inputs = weight[0].numel()
        drawn = torch.randn(weight.shape, generator=generator) * (2 / inputs) ** 0.5
        weight.copy_(drawn)


def flat(values: Float[Tensor, "h w"]) -> bool:
    """Tell whether a map is the same everywhere, or no numbers at all."""
    if not bool(values.isfinite().all()):
        return True
    return float(values.max() - values.min()) <= FLAT


def alike(one: Float[Tensor, "h w"], other: Float[Tensor, "h w"]) -> float:
    """Compare the order in which two maps put places: 1 the same or reversed, 0 unrelated.

    Notes:
        Spearman's rank correlation without its sign, as in Adebayo et al. 2018, section 3,
        arXiv:1810.03292: with random weights the sign is chance. Flat maps are unrelated to all.
    """
    if flat(one) or flat(other):
        return 0.0
    return abs(float(spearmanr(one.flatten().numpy(), other.flatten().numpy()).statistic))

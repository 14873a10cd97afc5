"""What a painter and a critic owe each other."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor


def critic_loss(works: Float[Tensor, "b n"], painted: Float[Tensor, "m n"]) -> Float[Tensor, ""]:
    """Weigh a critic: works shall get more than 1, what was painted less than -1.

    Args:
        works: What it says of works, any real number,
        painted: and of what was painted.

    Returns:
        0 where each is clearly on its side; about 2 for a critic that can't tell them apart.

    Notes:
        The hinge loss: Lim, Ye 2017, arXiv:1705.02894.
    """
    return F.relu(1 - works).mean() + F.relu(1 + painted).mean()


def painter_loss(painted: Float[Tensor, "b n"]) -> Float[Tensor, ""]:
    """Weigh a painter: the critic shall take what it paints for works; less is better."""
    return -painted.mean()


def rebuild_loss(
    drawn: Float[Tensor, "b 3 h w"], works: Float[Tensor, "b 3 H W"]
) -> Float[Tensor, ""]:
    """Weigh what a critic draws of works from memory: mean absolute difference, 0 for the same.

    Args:
        drawn: 0..1, small.
        works: As it saw them; they are shrunk to the same size.

    Notes:
        Liu et al. 2021, eq. 4, arXiv:2101.04775. Differs: pixels are compared, and how they change
        from place to place, instead of features of a perceptual network.
    """
    with torch.no_grad():
        wanted = F.adaptive_avg_pool2d(works, (drawn.shape[2], drawn.shape[3]))
    off = drawn - wanted
    edges = (off.diff(dim=2).abs().mean() + off.diff(dim=3).abs().mean()) / 2
    return off.abs().mean() + edges

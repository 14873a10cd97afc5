"""Changes that a gradient passes through: works and what is painted are judged after the same."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

SHIFT = 1 / 8
"""Farthest move to either side, as a share of the side."""

HOLE = 1 / 2
"""Side of the patch that is covered, as a share of the side."""


def differentiable(
    pictures: Float[Tensor, "b 3 h w"], generator: torch.Generator
) -> Float[Tensor, "b 3 h w"]:
    """Change each picture in its own way: its light and color, its place, a patch that is covered.

    A critic that sees works and what a painter made only after such changes can't learn the works
    by heart, and the painter doesn't learn to paint the changes.

    Args:
        pictures: 0..1; they are left as they are.
        generator: Source of every choice, on the processor.

    Returns:
        About 0..1; what moved in from outside, and what is covered, is gray.

    Notes:
        Zhao et al. 2020, arXiv:2006.10738: the policy of color, translation and cutout.
    """
    draws = torch.rand(len(pictures), 7, generator=generator).to(pictures)
    return _covered(_moved(_relit(pictures, draws[:, :3]), draws[:, 3:5]), draws[:, 5:])


def _relit(x: Float[Tensor, "b 3 h w"], draws: Float[Tensor, "b 3"]) -> Float[Tensor, "b 3 h w"]:
    """Change brightness by a quarter either way, saturation up to twice, contrast by a half."""
    light, saturation, contrast = draws.T[:, :, None, None, None]
    x = x + (light - 0.5) / 2
    gray = x.mean(1, keepdim=True)
    x = gray + (x - gray) * (2 * saturation)
    middle = x.mean((1, 2, 3), keepdim=True)
    changed: Tensor = middle + (x - middle) * (contrast + 0.5)
    return changed


def _moved(x: Float[Tensor, "b 3 h w"], draws: Float[Tensor, "b 2"]) -> Float[Tensor, "b 3 h w"]:
    """Shift by whole pixels; gray comes in from outside."""
    height, width = x.shape[2:]
    most = [round(SHIFT * side) for side in (height, width)]
    around = F.pad(x - 0.5, (most[1], most[1], most[0], most[0])) + 0.5
    down, right = (
        (draw * (2 * far + 1)).long().clamp(max=2 * far)
        for draw, far in zip(draws.T, most, strict=True)
    )
    rows = down[:, None] + torch.arange(height, device=x.device)
    columns = right[:, None] + torch.arange(width, device=x.device)
    which = torch.arange(len(x), device=x.device)[:, None, None]
    there = around.permute(0, 2, 3, 1)[which, rows[:, :, None], columns[:, None]]
    back: Tensor = there.permute(0, 3, 1, 2)
    return back


def _covered(x: Float[Tensor, "b 3 h w"], draws: Float[Tensor, "b 2"]) -> Float[Tensor, "b 3 h w"]:
    """Cover a square of half the side, wherever its middle lies."""
    height, width = x.shape[2:]
    rows, columns = (
        (torch.arange(side, device=x.device) + 0.5 - draw[:, None] * side).abs() < HOLE * side / 2
        for draw, side in zip(draws.T, (height, width), strict=True)
    )
    hole = (rows[:, :, None] & columns[:, None])[:, None]
    return torch.where(hole, torch.tensor(0.5, device=x.device, dtype=x.dtype), x)

"""How much of a photograph a painting of it keeps."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from impasto.networks.layers import moments
from impasto.picture.color import luminance


def standardize(x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c h w"]:
    """Take away each channel's mean and divide by its deviation: what is left is the drawing."""
    mean, deviation = moments(x)[..., None, None].chunk(2, 1)
    return (x - mean) / deviation


def content_loss(
    given: Float[Tensor, "b c h w"], wanted: Float[Tensor, "b c h w"]
) -> Float[Tensor, ""]:
    """Say how unlike the drawing of two pictures is, whatever their colors; 0 is the same.

    Args:
        given: Features of one deep layer of the pictures made.
        wanted: Those of the photographs.

    Notes:
        Gatys et al. 2015, eq. 1, on features standardized per channel as in Huang, Belongie 2017,
        arXiv:1703.06868, so that a change of manner alone costs nothing.
    """
    return F.mse_loss(standardize(given.float()), standardize(wanted.float()))


def luminance_loss(
    given: Float[Tensor, "b 3 h w"], wanted: Float[Tensor, "b 3 h w"], *, scale: int = 4
) -> Float[Tensor, ""]:
    """Say how far light and shade have moved, contrast and brightness aside; 0 is not at all.

    Without it a style may turn a white horse dark: `content_loss` doesn't see the sign.

    Args:
        given: The pictures made, 0..1.
        wanted: The photographs.
        scale: Both are compared at this fraction of their size, so that marks are free.
    """
    made, photo = (standardize(F.avg_pool2d(luminance(p), scale)) for p in (given, wanted))
    return F.mse_loss(made, photo)


def structure_loss(
    given: Float[Tensor, "b 3 h w"], wanted: Float[Tensor, "b 3 h w"]
) -> Float[Tensor, ""]:
    """Say how much of the drawing, dark beside light, is lost near each place: 0 none, 1 all.

    What was dark and is light instead costs up to 2. Larger surfaces may become lighter or darker,
    as `luminance_loss` does not let them.

    Args:
        given: The pictures made, 0..1; sides of at least 11 pixels.
        wanted: The photographs.

    Notes:
        Structural similarity: Wang et al. 2004, eq. 13, in its window. Differs: without the factor
        for brightness. What learns from it is not to be judged by that measure alone.
    """
    with torch.autocast(given.device.type, enabled=False):
        a, b = luminance(given.float()), luminance(wanted.float())
        means = torch.split(_around(torch.cat([a, b, a * a, b * b, a * b], 1)), 1, 1)
        variances = means[2] - means[0] ** 2 + means[3] - means[1] ** 2
        together = means[4] - means[0] * means[1]
        kept: Tensor = (2 * together + _FAINT) / (variances + _FAINT)
        return 1 - kept.mean()


_FAINT = 0.03**2  # variance in which no drawing is seen


def _around(maps: Float[Tensor, "b n h w"]) -> Float[Tensor, "b n _ _"]:
    """Take the mean near each place, in a window of 11 pixels that weighs its center most."""
    places = torch.arange(-5.0, 6.0, device=maps.device)
    weights = torch.softmax(-places.square() / (2 * 1.5**2), 0).expand(maps.shape[1], 1, 11)
    across = F.conv2d(maps, weights[:, :, None], groups=maps.shape[1])
    return F.conv2d(across, weights[..., None], groups=maps.shape[1])


def total_variation(picture: Float[Tensor, "b c h w"]) -> Float[Tensor, ""]:
    """Measure how restless neighboring pixels are: mean absolute step, in units of the picture."""
    across = (picture[..., 1:] - picture[..., :-1]).abs().mean()
    return across + (picture[..., 1:, :] - picture[..., :-1, :]).abs().mean()


def unrest(
    given: Float[Tensor, "b 3 h w"], photo: Float[Tensor, "b 3 h w"], *, calm: float = 0.03
) -> Float[Tensor, ""]:
    """Measure how restless a picture is where the photograph is quiet: its skies, its walls.

    What a style asks for is asked of the whole picture; this leaves it to the busy parts.

    Args:
        given: The pictures made, 0..1.
        photo: The photographs.
        calm: Mean step between neighboring pixels, near a place, at which it counts a third.

    Returns:
        Mean absolute step, across and down, in units of the picture.
    """
    light = luminance(photo)
    steps = F.pad((light[..., 1:] - light[..., :-1]).abs(), (0, 1)) + F.pad(
        (light[..., 1:, :] - light[..., :-1, :]).abs(), (0, 0, 0, 1)
    )
    quiet = (-F.avg_pool2d(steps, 9, 1, 4, count_include_pad=False) / calm).exp()
    across = (quiet[..., 1:] * (given[..., 1:] - given[..., :-1]).abs()).mean()
    return across + (quiet[..., 1:, :] * (given[..., 1:, :] - given[..., :-1, :]).abs()).mean()

"""How a current from noise to pictures is learned: straight ways, and which noise goes where."""

import numpy as np
import torch
from jaxtyping import Float
from scipy.optimize import linear_sum_assignment
from torch import Tensor


def paired(noise: Float[Tensor, "b ..."], works: Float[Tensor, "b ..."]) -> Float[Tensor, "b ..."]:
    """Put noise into the order in which it lies nearest to the works of a batch.

    Ways that cross less are straighter, and a straight way takes few steps.

    Args:
        noise: As many as works, on the processor.
        works: Of the same shape.

    Returns:
        The same noise in another order.

    Notes:
        Minibatch optimal transport: Pooladian et al. 2023, arXiv:2304.14772; Tong et al. 2023,
        arXiv:2302.00482. Exact within the batch, by scipy.
    """
    away = torch.cdist(works.flatten(1), noise.flatten(1)).square()
    _, order = linear_sum_assignment(np.asarray(away))
    return noise[torch.from_numpy(order)]


def moments_between(count: int, generator: torch.Generator) -> Float[Tensor, " count"]:
    """Draw times between noise, 0, and pictures, 1: the middle, where most is decided, more often.

    Notes:
        Logit-normal times: Esser et al. 2024, section 3.1, arXiv:2403.03206.
    """
    return torch.randn(count, generator=generator).sigmoid()


def between(
    noise: Float[Tensor, "b ..."], works: Float[Tensor, "b ..."], times: Float[Tensor, " b"]
) -> Float[Tensor, "b ..."]:
    """Go along the straight way from noise to works until a time, 0..1."""
    share = times.view(-1, *[1] * (works.ndim - 1))
    return torch.lerp(noise, works, share)


def matching_loss(
    velocity: Float[Tensor, "b ..."], noise: Float[Tensor, "b ..."], works: Float[Tensor, "b ..."]
) -> Float[Tensor, ""]:
    """Weigh a velocity: the mean square by which it misses that of the straight way.

    Notes:
        Lipman et al. 2023, eq. 23 with σ = 0, arXiv:2210.02747; Liu et al. 2023, eq. 1,
        arXiv:2209.03003.
    """
    return (velocity - (works - noise)).square().mean()

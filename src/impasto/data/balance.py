"""Class imbalance: when one painter has two hundred works and another ten."""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from impasto.errors import DataError, printable


def class_weights(targets: Int64[Tensor, " n"], classes: int) -> Float[Tensor, " classes"]:
    """Weigh classes so that each counts the same in the loss, however many works it has.

    Args:
        targets: The class of each work that is learned from.
        classes: How many classes there are.

    Returns:
        Works over classes times works of the class; their mean over the works is 1.

    Raises:
        DataError: If a class has no work.

    Notes:
        scikit-learn's ``class_weight="balanced"``, after King and Zeng, "Logistic Regression in
        Rare Events Data", 2001.
    """
    counts = torch.bincount(targets, minlength=classes)
    if len(counts) > classes or not counts.all():
        empty = (counts == 0).nonzero().flatten().tolist()
        raise DataError(
            f"expected works of all the {classes} classes to learn from, got none of the classes "
            f"numbered {empty}; leave them out, or split so that each has some"
        )
    return len(targets) / (classes * counts.float())


def balanced_order(targets: Int64[Tensor, " n"], generator: torch.Generator) -> Int64[Tensor, " n"]:
    """Draw an epoch in which every class is as likely as any other; rare works come repeatedly.

    Args:
        targets: The class of each work.
        generator: Source of the draw.

    Returns:
        As many indices as there are works, drawn with replacement.
    """
    counts = torch.bincount(targets)
    odds = 1.0 / counts[targets].double()
    drawn = torch.rand(len(targets), dtype=torch.float64, generator=generator)
    edges = odds.cumsum(0)  # multinomial takes no more than 2^24 works
    return torch.searchsorted(edges, drawn * edges[-1], right=True).clamp_(max=len(targets) - 1)


def balance_line(targets: Int64[Tensor, " n"], classes: Sequence[str]) -> str:
    """Say in one line how unequal the classes are.

    Examples:
        >>> balance_line(torch.tensor([0, 0, 0, 1]), ["oil", "ink"])
        '2 classes of 1 (ink) to 3 (oil) works, 3.0 to 1; the largest is 75 % of all'
    """
    counts = torch.bincount(targets, minlength=len(classes)).tolist()
    least, most = min(counts), max(counts)
    few, many = (printable(classes[counts.index(n)], limit=40) for n in (least, most))
    ratio = f"{most / least:.1f} to 1" if least else "one of them empty"
    return (
        f"{len(classes)} classes of {least} ({few}) to {most} ({many}) works, {ratio}; "
        f"the largest is {most / len(targets):.0%} of all".replace("%", " %")
    )

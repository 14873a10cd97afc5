"""Batches: which examples a step sees."""

import torch
from jaxtyping import Int64
from torch import Tensor

from impasto.errors import SettingsError


class Batches:
    """Deal the examples out, every one once an epoch, in an order that is new in each.

    Called with a step it returns the numbers of the examples of that step. They follow from the
    seed and the step alone, so that a training that goes on after a stop sees what it would have
    seen. The last batch of an epoch is not left with a handful: all are as large as each other,
    but for one example.

    Args:
        count: How many examples there are.
        size: How many a step sees, at most.
        seed: Source of the orders.
        rank: Which of the processes this is, if several train together,
        ranks: and how many they are; they share every batch.

    Raises:
        SettingsError: If there is no example, or a batch would hold none.

    Examples:
        >>> deal = Batches(5, 2, seed=1)
        >>> deal.per_epoch
        3
        >>> sorted(torch.cat([deal(step) for step in range(3)]).tolist())
        [0, 1, 2, 3, 4]
    """

    def __init__(
        self, count: int, size: int, *, seed: int = 0, rank: int = 0, ranks: int = 1
    ) -> None:
        if count < 1 or size < 1:
            raise SettingsError(
                f"a batch holds 1 example or more of 1 or more, not {size} of {count}"
            )
        self.count, self.seed, self.rank, self.ranks = count, seed, rank, ranks
        self.per_epoch = -(-count // size)
        self._dealt = (-1, torch.empty(0, dtype=torch.long))

    def __call__(self, step: int) -> Int64[Tensor, " n"]:
        """Return the numbers of one step's examples; steps count from zero, through all epochs."""
        epoch, place = divmod(step, self.per_epoch)
        begin, end = (self.count * p // self.per_epoch for p in (place, place + 1))
        return self.order(epoch)[begin + self.rank : end : self.ranks]

    def order(self, epoch: int) -> Int64[Tensor, " count"]:
        """Shuffle the examples for an epoch, counted from zero."""
        if self._dealt[0] != epoch:
            generator = torch.Generator().manual_seed(self.seed * 1_000_003 + epoch)
            self._dealt = epoch, torch.randperm(self.count, generator=generator)
        return self._dealt[1]

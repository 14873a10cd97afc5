"""The catalog of losses: which there are, for which task, and what they compute."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from impasto.errors import SettingsError
from impasto.losses.classify import cross_entropy, focal
from impasto.losses.graded import earth_movers, ordinal
from impasto.losses.numbers import huber, mean_squared_error


@dataclass(frozen=True)
class Loss:
    """A row of the catalog.

    Attributes:
        name: What a person calls it.
        function: Of a network's output and the targets; returns one number.
        tasks: What it can be trained for.
        formula: What it computes; p is the softmax of the logits, y the target, F and G are sums
            of p and of the shares from the first class on.
        use: When to choose it.
        paper: Where it is from.
    """

    name: str
    function: Callable[..., Tensor]
    tasks: tuple[str, ...]
    formula: str
    use: str
    paper: str


LOSSES = (
    Loss(
        name="cross-entropy",
        function=cross_entropy,
        tasks=("classify",),
        formula="mean of -log p[y]",
        use="classes without an order; the usual choice",
        paper="torch.nn.functional.cross_entropy",
    ),
    Loss(
        name="focal",
        function=focal,
        tasks=("classify",),
        formula="mean of -(1 - p[y])^2 log p[y]",
        use="a few easy classes drown the hard ones",
        paper="arXiv:1708.02002",
    ),
    Loss(
        name="mse",
        function=mean_squared_error,
        tasks=("regress",),
        formula="mean of (x - y)^2",
        use="numbers without outliers; the usual choice",
        paper="torch.nn.functional.mse_loss",
    ),
    Loss(
        name="huber",
        function=huber,
        tasks=("regress",),
        formula="mean of e^2 / 2 where |e| <= 1, else |e| - 1/2, with e = x - y",
        use="numbers of which some are far off",
        paper="torch.nn.functional.huber_loss",
    ),
    Loss(
        name="ordinal",
        function=ordinal,
        tasks=("classify",),
        formula="mean of the sum over j of -log F[j] where y <= j, else -log(1 - F[j])",
        use="classes with an order, such as marks or centuries",
        paper="Tödter, Ahrens 2012, doi:10.1175/MWR-D-11-00266.1",
    ),
    Loss(
        name="emd",
        function=earth_movers,
        tasks=("distribution",),
        formula="mean of the sum over j of (F[j] - G[j])^2",
        use="shares of votes; the usual choice",
        paper="arXiv:1611.05916",
    ),
)


def losses_for(task: str) -> tuple[Loss, ...]:
    """List the losses of a task, the usual choice first; none for an unknown one."""
    return tuple(loss for loss in LOSSES if task in loss.tasks)


def loss(name: str) -> Loss:
    """Find a row of the catalog by its name.

    Raises:
        SettingsError: If there is none.
    """
    for row in LOSSES:
        if row.name == name:
            return row
    known = ", ".join(row.name for row in LOSSES)
    raise SettingsError(f"no loss is called {name!r}; there are {known}")

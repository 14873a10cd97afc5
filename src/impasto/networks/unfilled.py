"""Networks built without drawing their weights, which then come from a file."""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

_DRAW = (Tensor.normal_, Tensor.uniform_)


class Unfilled(TorchFunctionMode):
    """Within it nothing is drawn for the weights of a network: a caller's random state stays.

    The meta device is for this, too; but what draws there (PyTorch 2.13) imports the compiler
    first: a second, as long as all else takes that a picture needs.
    """

    def __torch_function__(
        self,
        func: Callable[..., object],
        types: Sequence[type],
        args: Sequence[object] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        """Return a tensor that was to be filled as it is; do anything else."""
        given = dict(kwargs or {})
        if func is torch.linalg.qr:  # of `orthogonal_`: numbers that nobody drew need no order
            return args[0], args[0]
        if func in _DRAW or getattr(func, "__module__", "") == torch.nn.init.__name__:
            return args[0] if args else given["tensor"]
        return func(*args, **given)

"""Which named styles a picture is near to, as the brush sees it."""

from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.analysis.single.records import Near, Styles
from impasto.analysis.single.seen import Seen
from impasto.networks import catalog
from impasto.networks.brush import Brush
from impasto.networks.styles import named_styles

SHOWN = 3


def styles(seen: Seen, known: Mapping[str, Float[Tensor, " v"]] | None = None) -> Styles:
    """Find the styles whose marks and colors are nearest to a picture's.

    Args:
        seen: The picture.
        known: Style vectors of the present brush by name; those that ship unless given.

    Notes:
        Root mean square of the differences between style vectors, each number measured by how much
        it usually differs, as the brush itself measures them (`Brush.usual`). Marks are looked at
        on the small version, and so only roughly as large as in the styles.
    """
    brush = catalog.load_named("brush")
    assert isinstance(brush, Brush)
    if known is None:
        known = {name: style.values for name, style in named_styles().items()}
    with torch.inference_mode():
        own = brush.usual(brush.style(seen.pixels))
        others = brush.usual(torch.stack(list(known.values())))
    far = _far(others, own).flatten().tolist()
    near = sorted(map(Near, known, far), key=lambda each: each.distance)
    pairs = torch.triu_indices(len(known), len(known), 1)
    among = _far(others[pairs[0]], others[pairs[1]])
    return Styles(tuple(near[:SHOWN]), float(among.median()) if len(among) else 0.0)


def _far(first: Tensor, second: Tensor) -> Float[Tensor, " n"]:
    return (first - second).square().mean(-1).sqrt()

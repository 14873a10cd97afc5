"""The catalog of weights: what ships, where it lies, and what made it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from pathlib import Path

from safetensors import SafetensorError, safe_open
from torch import nn

from impasto.errors import WeightsError
from impasto.networks.brush import Brush
from impasto.networks.eye import Eye
from impasto.networks.flow import Flow
from impasto.networks.pen import Pen
from impasto.networks.unfilled import Unfilled

FOLDER = Path(str(files("impasto") / "weights"))


@dataclass(frozen=True)
class Weights:
    """A row of the catalog.

    Attributes:
        name: Name with version.
        network: Builds what the weights fill.
        file: Name of the safetensors file in `impasto/weights`.
        sha256: Of that file.
        license: Under which the weights may be used.
        trained_on: What they have seen.
        paper: Where the idea is from.
        recipe: The command that made them.
    """

    name: str
    network: Callable[[], nn.Module]
    file: str
    sha256: str
    license: str
    trained_on: str
    paper: str
    recipe: str

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return FOLDER / self.file


CATALOG = (
    Weights(
        name="brush-5",
        network=Brush,
        file="brush.safetensors",
        sha256="c1981976f366a5fc7f4a47d3fd1238bf5f54529028f419e0fc3d3e53aeb3408a",
        license="Apache-2.0",
        trained_on="1,795 paintings of PeopleArt in the public domain; "
        "1,646 photographs of BSDS500, COCO and ImageNet",
        paper="arXiv:1703.06868",
        recipe="python -m impasto.recipes.brush",
    ),
    Weights(
        name="eye-1",
        network=Eye,
        file="eye.safetensors",
        sha256="3825665e75749d7c10985ee0188815641d286b8fdc50fbbf5939e931c364ebd4",
        license="Apache-2.0",
        trained_on="1,458 paintings of PeopleArt in the public domain; "
        "1,646 photographs of BSDS500, COCO and ImageNet; teacher: MobileNetV2",
        paper="arXiv:2106.05237",
        recipe="python -m impasto.recipes.eye",
    ),
    Weights(
        name="pen-2",
        network=partial(Pen, drawing=512),
        file="pen.safetensors",
        sha256="0777fdf2ba89c6ab81ee29cf47d29eac6994fa98931292524752d44afe52df32",
        license="Apache-2.0",
        trained_on="30,000 drawings of Omniglot (MIT)",
        paper="arXiv:1704.03477",
        recipe="python -m impasto.recipes.pen",
    ),
    Weights(
        name="pen_kanji-1",
        network=Pen,
        file="pen_kanji.safetensors",
        sha256="4903e2bce02460230623f81e5d18d8bb04db01f4efcc73402ddd8fdf8bb04ddd",
        license="CC-BY-SA-3.0",
        trained_on="10,000 drawings of KanjiVG (CC BY-SA 3.0)",
        paper="arXiv:1704.03477",
        recipe="python -m impasto.recipes.pen --kind kanji",
    ),
    Weights(
        name="generator-2",
        network=Flow,
        file="generator.safetensors",
        sha256="8e19837847ebb6fc6044ea96fa60b60e23d015e828ff8116fd5433910114a354",
        license="Apache-2.0",
        trained_on="1,795 paintings of PeopleArt in the public domain",
        paper="arXiv:2210.02747",
        recipe="python -m impasto.recipes.generator",
    ),
    Weights(
        name="generator_early-2",
        network=Flow,
        file="generator_early.safetensors",
        sha256="cf4cf36975fd4b59ba09eb9083ac17a4e0a0c61fe0b8fad7f4ebba46607f9e2d",
        license="Apache-2.0",
        trained_on="1,795 paintings of PeopleArt in the public domain",
        paper="arXiv:2406.02507",
        recipe="python -m impasto.recipes.generator",
    ),
)


def row(name: str) -> Weights:
    """Find a row of the catalog by its name, with or without the version.

    Raises:
        WeightsError: If there is none.
    """
    for weights in CATALOG:
        if name in (weights.name, weights.name.rsplit("-", 1)[0]):
            return weights
    known = ", ".join(w.name for w in CATALOG)
    raise WeightsError(f"no weights are called {name!r}; there are {known}")


def load(weights: Weights) -> nn.Module:
    """Build the network of a row and fill it, in float32, ready for use.

    Raises:
        WeightsError: If the file is missing or doesn't fit the network.
    """
    with Unfilled():
        network = weights.network()
    try:
        with safe_open(weights.path, "pt") as file:
            tensors = {k: file.get_tensor(k).float() for k in file.keys()}  # noqa: SIM118
        network.load_state_dict(tensors, assign=True)
    except (OSError, RuntimeError, SafetensorError) as error:
        raise WeightsError(f"{weights.path} can't be loaded; install impasto again") from error
    return network.eval().requires_grad_(False)


@cache
def load_named(name: str) -> nn.Module:
    """Like `load`, by name, and only once in a process."""
    return load(row(name))

"""Recipe of the brush: an arbitrary-style network, trained on a CPU or a GPU.

    python -m impasto.recipes.brush ../shared runs/brush --begin WEIGHTS    trains, or goes on
    python -m impasto.recipes.brush ../shared runs/brush --ship     writes the package's file

What ships began with the weights that shipped before; it can begin from nothing, too.
Paper: Huang, Belongie 2017, arXiv:1703.06868, with the losses of `impasto.losses`.
"""

import argparse
import sys
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as F
from jaxtyping import Float
from safetensors.torch import load_file
from torch import Tensor

from impasto.data.pool import Pool, find_pictures
from impasto.device import best_device, channels_last, keep_buffers
from impasto.losses.color import color_loss, random_directions
from impasto.losses.content import (
    content_loss,
    luminance_loss,
    structure_loss,
    total_variation,
    unrest,
)
from impasto.losses.style import style_loss
from impasto.networks import catalog
from impasto.networks.brush import Brush
from impasto.networks.vgg import SlimVGG
from impasto.recipes.shipping import write_weights
from impasto.training import checkpoint
from impasto.training.checkpoint import LAST
from impasto.training.logs import log_to
from impasto.training.loop import Losses, Plan, train


@dataclass(frozen=True)
class BrushRecipe:
    """Everything that decides what the brush becomes.

    Attributes:
        size: Side of the crops in pixels.
        batch: Pairs of a photograph and a painting in a step.
        plan: Rates, averaging and so on.
        settled: The share of the steps from which on the encoder rests, and with it what a vector
            means: the averaged decoder would otherwise be asked in a language that it half forgot.
        enlarge: How much photographs are enlarged at most before they are cropped: smooth surfaces,
            as large photographs have them, are where a brush must invent its marks. Paintings are
            not: enlarged they are blurred, as hardly one is that a brush meets later.
        collage: The share of the paintings of which a part is another painting: a manner between
            two, so that there are more manners than paintings.
        shrink: Every other step paints so much larger than the crop and shrinks what is painted,
            as is done with small photographs.
        layers: Weights of the layers in the style loss, finest first.
        style: Weight of the style loss.
        content: Weight of the content loss.
        structure: Weight of the structure loss, which keeps the drawing.
        light: Weight of the luminance loss, which keeps light light.
        color: Weight of the color loss.
        noise: Weight of the total variation.
        quiet: Weight of the marks where the photograph has none.
        identity: Weight of painting a picture in its own manner, which must return it.
    """

    size: int = 256
    batch: int = 4
    plan: Plan = field(
        default_factory=lambda: Plan(
            steps=2_200, rate=3e-4, warmup=20, schedule="linear", decay=0.7, average=0.998
        )
    )
    settled: float = 0.9
    enlarge: float = 2.0
    collage: float = 0.4
    shrink: float = 9 / 8
    layers: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0, 1.0)
    style: float = 6.0
    content: float = 0.08
    structure: float = 0.55
    light: float = 0.03
    color: float = 4.0
    noise: float = 0.3
    quiet: float = 0.7
    identity: float = 2.0


class Task:
    """The loss of the brush on random photographs and paintings."""

    def __init__(self, recipe: BrushRecipe, photos: Pool, paintings: Pool, eyes: SlimVGG) -> None:
        self.recipe, self.photos, self.paintings, self.eyes = recipe, photos, paintings, eyes

    def __call__(self, brush: Brush, step: int, generator: torch.Generator) -> Losses:
        """Paint a batch and weigh it."""
        recipe = self.recipe
        for part in (brush.encoder, brush.tower):
            part.requires_grad_(step < recipe.settled * recipe.plan.steps)
        larger = round(recipe.size * (recipe.shrink if step % 2 else 1))
        photos, paintings = self.draw(larger, generator)
        alike = max(1, recipe.batch // 8)
        with torch.autocast(photos.device.type, torch.bfloat16):
            vectors = torch.cat([brush.style(paintings), brush.style(photos[:alike])])
            made = brush(torch.cat([photos, photos[:alike]]), vectors).float()
            same = (made[recipe.batch :] - photos[:alike]).abs().mean()
            painted, photos = (shrunk(p, recipe.size) for p in (made[: recipe.batch], photos))
            losses = self.losses(painted, photos, paintings, generator)
        return losses | {"identity": recipe.identity * same}

    def draw(self, larger: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw photographs, of so many pixels, and paintings."""
        recipe = self.recipe
        photos = self.photos.crops(
            recipe.batch, larger, generator=generator, zoom=recipe.enlarge, enlarge=recipe.enlarge
        )
        paintings = self.paintings.crops(recipe.batch, recipe.size, generator=generator)
        photos, paintings = (p.to(memory_format=torch.channels_last) for p in (photos, paintings))
        return photos, collages(paintings, recipe.collage, generator)

    def losses(
        self, painted: Tensor, photos: Tensor, paintings: Tensor, generator: torch.Generator
    ) -> Losses:
        """What painting one batch costs, each loss times its weight."""
        with torch.no_grad():
            seen, wanted = self.eyes(photos), self.eyes(paintings)
        given, weigh, small = self.eyes(painted), self.recipe, partial(F.avg_pool2d, kernel_size=4)
        return {
            "style": weigh.style * style_loss(given, wanted, weights=weigh.layers),
            "content": weigh.content
            * (content_loss(given[2], seen[2]) + content_loss(given[3], seen[3])),
            "structure": weigh.structure * structure_loss(painted, photos),
            "light": weigh.light * luminance_loss(painted, photos),
            "color": weigh.color
            * color_loss(
                small(painted), small(paintings), directions=random_directions(32, generator)
            ),
            "noise": weigh.noise * total_variation(painted),
            "unrest": weigh.quiet * unrest(painted, photos),
        }


def collages(
    paintings: Float[Tensor, "b 3 h w"], share: float, generator: torch.Generator
) -> Float[Tensor, "b 3 h w"]:
    """Put a part of the painting before it, a fifth to four fifths, into a share of the paintings.

    Notes:
        Yun et al. 2019, CutMix, arXiv:1905.04899. Differs: what is learned from a mixture, its
        manner, is measured on the mixture itself.
    """
    made, others = paintings.clone(), paintings.roll(1, 0)
    count = int(len(paintings) * share + torch.rand(1, generator=generator).item())
    for painting, other in zip(made[:count], others, strict=False):
        part, across = torch.rand(2, generator=generator).tolist()
        side = 2 if across < 0.5 else 1
        end = round(painting.shape[side] * (0.2 + 0.6 * part))
        painting.narrow(side, 0, end).copy_(other.narrow(side, 0, end))
    return made


def shrunk(pictures: Tensor, size: int) -> Tensor:
    """Bring square pictures to a size as `impasto.picture.resize` does, but leave 0..1 free."""
    if pictures.shape[-1] == size:
        return pictures
    return F.interpolate(pictures, (size, size), mode="bicubic", antialias=True)


def pools(shared: Path, device: torch.device) -> tuple[Pool, Pool]:
    """Load the photographs a brush may learn from, and the pictures whose manner it learns.

    Those are the paintings and every other photograph: the more manners it learns, the better it
    meets one that it never saw. The first ten of bsds are kept for tests.
    """
    photos = shared / "data" / "photos"
    kept = set(find_pictures(photos / "bsds")[:10])
    learned = [p for p in find_pictures(photos) if p not in kept]
    manners = [*find_pictures(shared / "data" / "paintings"), *learned[::2]]
    return Pool(learned, device), Pool(manners, device)


def run(shared: Path, folder: Path, recipe: BrushRecipe, begin: Path | None = None) -> Brush:
    """Train the brush, or go on with a training that was stopped.

    Args:
        shared: Where data and weights lie.
        folder: Where the run is kept.
        recipe: What to do.
        begin: Weights to begin with, such as those that ship, or another run; chance unless given.
    """
    keep_buffers()
    torch.manual_seed(recipe.plan.seed)
    brush, device = channels_last(Brush()).to(best_device()), best_device()
    if begin is not None:
        known = checkpoint.averaged(begin / LAST) if begin.is_dir() else load_file(begin)
        brush.load_state_dict(known)
    eyes = SlimVGG.load(shared / "weights" / "vgg19_distilled_16x.safetensors").to(device)
    task = Task(recipe, *pools(shared, device), channels_last(eyes.bfloat16()))
    folder.mkdir(parents=True, exist_ok=True)
    return train(brush, task, recipe.plan, folder, on_step=log_to(folder / "log.jsonl"))


def ship(folder: Path, path: Path) -> str:
    """Write the averaged weights of a run as the package carries them; returns their sha256."""
    learned = checkpoint.averaged(folder / LAST)
    return write_weights(learned, path, network="brush")


def main() -> None:
    """Read where the data lies and where to work, and train or ship."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--ship", action="store_true", help="write what is learned into the package"
    )
    parser.add_argument("--begin", type=Path, help="weights, or a run, to begin with")
    chosen = parser.parse_args()
    if chosen.ship:
        sha256 = ship(chosen.folder, catalog.row("brush").path)
        sys.stdout.write(f"The catalog's row needs sha256={sha256!r}; then run recipes.styles.\n")
    else:
        run(chosen.shared, chosen.folder, BrushRecipe(), chosen.begin)


if __name__ == "__main__":
    main()

"""Recipe of the brush: an arbitrary-style network, from scratch, on two CPU cores.

    python -m impasto.recipes.brush ../shared runs/brush            trains, or goes on
    python -m impasto.recipes.brush ../shared runs/brush --ship     writes the package's file

Paper: Huang, Belongie 2017, arXiv:1703.06868, with the losses of `impasto.losses`.
"""

import argparse
import sys
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from impasto.data.pool import Pool, find_pictures
from impasto.device import channels_last, keep_buffers
from impasto.losses.color import color_loss, random_directions
from impasto.losses.content import content_loss, luminance_loss, total_variation, unrest
from impasto.losses.style import style_loss
from impasto.networks import catalog
from impasto.networks.brush import Brush
from impasto.networks.vgg import SlimVGG
from impasto.recipes.shipping import write_weights
from impasto.training import checkpoint
from impasto.training.logs import log_to
from impasto.training.loop import Losses, Plan, train


@dataclass(frozen=True)
class Stage:
    """A part of the training.

    Attributes:
        until: The step before which it ends.
        size: Side of the crops in pixels.
        batch: Pairs of a photograph and a painting in a step.
        style: Weight of the style loss.
        light: Weight of the luminance loss, which keeps light light, and holds marks back.
        identity: Weight of painting a picture in its own manner, which must return it.
        zoom: How much larger than the crop, at most, a picture is before cropping.
        enlarge: How much photographs are enlarged for that, at most: smooth surfaces, as large
            photographs have them, are where a brush must invent its marks.
        quiet: Weight of the marks where the photograph has none.
    """

    until: int
    size: int
    batch: int
    style: float
    light: float
    identity: float
    zoom: float
    enlarge: float
    quiet: float = 0.0


@dataclass(frozen=True)
class BrushRecipe:
    """Everything that decides what the brush becomes.

    Attributes:
        stages: One after the other.
        plan: Rates, averaging and so on.
        settled: The step from which on the encoder rests, and with it what a vector means: the
            averaged decoder would otherwise be asked in a language that it half forgot.
        content: Weight of the content loss.
        color: Weight of the color loss.
        noise: Weight of the total variation.
    """

    stages: tuple[Stage, ...] = (
        Stage(5_500, size=192, batch=6, style=6, light=1, identity=2, zoom=2, enlarge=2),
        Stage(7_955, size=256, batch=4, style=6, light=0.7, identity=2, zoom=2, enlarge=2),
        Stage(11_200, 256, batch=4, style=6, light=0.7, identity=2, zoom=2, enlarge=2, quiet=1.5),
    )
    plan: Plan = field(
        default_factory=lambda: Plan(steps=11_200, rate=1e-3, schedule="square", decay=0.65)
    )
    settled: int = 7_500
    content: float = 0.5
    color: float = 4.0
    noise: float = 0.3

    def stage_at(self, step: int) -> Stage:
        """The part of the training that a step belongs to."""
        return next((s for s in self.stages if step < s.until), self.stages[-1])


class Task:
    """The loss of the brush on random photographs and paintings."""

    def __init__(self, recipe: BrushRecipe, photos: Pool, paintings: Pool, eyes: SlimVGG) -> None:
        self.recipe, self.photos, self.paintings, self.eyes = recipe, photos, paintings, eyes

    def __call__(self, brush: Brush, step: int, generator: torch.Generator) -> Losses:
        """Paint a batch and weigh it."""
        stage = self.recipe.stage_at(step)
        for part in (brush.encoder, brush.tower):
            part.requires_grad_(step < self.recipe.settled)
        photos, paintings = self.draw(stage, generator)
        directions = random_directions(8, generator)
        same = (paintings if step % 2 else photos)[:1]
        with torch.autocast("cpu", torch.bfloat16):
            vectors = brush.style(torch.cat([paintings, same]))
            made = brush(torch.cat([photos, same]), vectors).float()
            losses = self.losses(stage, made[: len(photos)], photos, paintings, directions)
        return losses | {"identity": stage.identity * (made[len(photos) :] - same).abs().mean()}

    def draw(self, stage: Stage, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw photographs and paintings."""
        draw = partial(Pool.crops, count=stage.batch, size=stage.size, generator=generator)
        photos = draw(self.photos, zoom=stage.zoom, enlarge=stage.enlarge)
        paintings = draw(self.paintings, zoom=stage.zoom)
        layout = torch.channels_last
        return photos.to(memory_format=layout), paintings.to(memory_format=layout)

    def losses(
        self,
        stage: Stage,
        painted: Tensor,
        photos: Tensor,
        paintings: Tensor,
        directions: Tensor,
    ) -> Losses:
        """What painting one batch costs, each loss times its weight."""
        with torch.no_grad():
            seen, wanted = self.eyes(photos), self.eyes(paintings)
        given, weigh, small = self.eyes(painted), self.recipe, partial(F.avg_pool2d, kernel_size=4)
        return {
            "style": stage.style * style_loss(given, wanted),
            "content": weigh.content
            * (content_loss(given[2], seen[2]) + content_loss(given[3], seen[3])),
            "light": stage.light * luminance_loss(painted, photos),
            "color": weigh.color
            * color_loss(small(painted), small(paintings), directions=directions),
            "noise": weigh.noise * total_variation(painted),
            "unrest": stage.quiet * unrest(painted, photos),
        }


def pools(shared: Path) -> tuple[Pool, Pool]:
    """Load the photographs and paintings a brush may learn from; the first ten of bsds are kept."""
    photos = shared / "data" / "photos"
    kept = set(find_pictures(photos / "bsds")[:10])
    learned = [p for p in find_pictures(photos) if p not in kept]
    return Pool(learned), Pool(find_pictures(shared / "data" / "paintings"))


def run(shared: Path, folder: Path, recipe: BrushRecipe) -> Brush:
    """Train the brush, or go on with a training that was stopped."""
    keep_buffers()
    torch.manual_seed(recipe.plan.seed)
    brush = channels_last(Brush())
    eyes = SlimVGG.load(shared / "weights" / "vgg19_distilled_16x.safetensors")
    task = Task(recipe, *pools(shared), channels_last(eyes.bfloat16()))
    folder.mkdir(parents=True, exist_ok=True)
    return train(brush, task, recipe.plan, folder, on_step=log_to(folder / "log.jsonl"))


def ship(folder: Path, path: Path) -> str:
    """Write the averaged weights of a run as the package carries them; returns their sha256."""
    learned = checkpoint.averaged(folder / "last.safetensors")
    return write_weights(learned, path, network="brush")


def main() -> None:
    """Read where the data lies and where to work, and train or ship."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--ship", action="store_true", help="write what is learned into the package"
    )
    chosen = parser.parse_args()
    if chosen.ship:
        sha256 = ship(chosen.folder, catalog.row("brush").path)
        sys.stdout.write(f"The catalog's row needs sha256={sha256!r}; then run recipes.styles.\n")
    else:
        run(chosen.shared, chosen.folder, BrushRecipe())


if __name__ == "__main__":
    main()

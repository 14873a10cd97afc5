"""Recipe of the brush: an arbitrary-style network, on a GPU, and finished anywhere.

    python -m impasto.recipes.brush ../shared runs/brush --begin WEIGHTS    trains, or goes on
    python -m impasto.recipes.brush ../shared runs/fine --begin runs/brush --finish
    python -m impasto.recipes.brush ../shared runs/fine --ship     writes the package's file

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
from safetensors.torch import load_file
from torch import Tensor

from impasto.data.pool import Pool, find_pictures
from impasto.device import best_device, channels_last, keep_buffers
from impasto.losses.color import color_loss, random_directions
from impasto.losses.content import content_loss, luminance_loss, total_variation, unrest
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
class Stage:
    """A part of the training.

    Attributes:
        until: The share of all steps at which it ends.
        size: Side of the crops in pixels.
        batch: Pairs of a photograph and a painting in a step.
    """

    until: float
    size: int
    batch: int


@dataclass(frozen=True)
class BrushRecipe:
    """Everything that decides what the brush becomes.

    Attributes:
        stages: One after the other.
        plan: Rates, averaging and so on.
        settled: The share of the steps from which on the encoder rests, and with it what a vector
            means: the averaged decoder would otherwise be asked in a language that it half forgot.
        enlarge: How much photographs, and paintings, are enlarged at most before they are cropped:
            smooth surfaces, as large photographs have them, are where a brush must invent its
            marks, and a large painting's marks are larger.
        shrink: Every other step paints so much larger than the crop and shrinks what is painted,
            as is done with small photographs.
        layers: Weights of the layers in the style loss, finest first.
        style: Weight of the style loss.
        content: Weight of the content loss.
        light: Weight of the luminance loss, which keeps light light, and holds marks back.
        color: Weight of the color loss.
        noise: Weight of the total variation.
        quiet: Weight of the marks where the photograph has none.
        identity: Weight of painting a picture in its own manner, which must return it.
    """

    stages: tuple[Stage, ...] = (Stage(0.6, size=256, batch=32), Stage(1.0, size=384, batch=16))
    plan: Plan = field(
        default_factory=lambda: Plan(
            steps=4_196, rate=1e-3, warmup=300, schedule="square", decay=0.7
        )
    )
    settled: float = 0.7
    enlarge: tuple[float, float] = (2.0, 1.6)
    shrink: float = 9 / 8
    layers: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0, 1.0)
    style: float = 6.0
    content: float = 0.5
    light: float = 0.7
    color: float = 4.0
    noise: float = 0.3
    quiet: float = 1.0
    identity: float = 2.0

    def stage_at(self, step: int) -> Stage:
        """The part of the training that a step belongs to."""
        return next((s for s in self.stages if step < s.until * self.plan.steps), self.stages[-1])


FINISH = BrushRecipe(
    stages=(Stage(1.0, size=256, batch=4),),
    plan=Plan(steps=500, rate=3e-4, warmup=20, schedule="linear", decay=0.7, average=0.99),
    settled=0.0,
)
"""A last, short training with an encoder that rests all along: what was averaged while it still
moved is forgotten."""


class Task:
    """The loss of the brush on random photographs and paintings."""

    def __init__(self, recipe: BrushRecipe, photos: Pool, paintings: Pool, eyes: SlimVGG) -> None:
        self.recipe, self.photos, self.paintings, self.eyes = recipe, photos, paintings, eyes

    def __call__(self, brush: Brush, step: int, generator: torch.Generator) -> Losses:
        """Paint a batch and weigh it."""
        recipe, stage = self.recipe, self.recipe.stage_at(step)
        for part in (brush.encoder, brush.tower):
            part.requires_grad_(step < recipe.settled * recipe.plan.steps)
        larger = round(stage.size * (recipe.shrink if step % 2 else 1))
        photos, paintings = self.draw(stage, larger, generator)
        alike = max(1, stage.batch // 8)
        with torch.autocast(photos.device.type, torch.bfloat16):
            vectors = torch.cat([brush.style(paintings), brush.style(photos[:alike])])
            made = brush(torch.cat([photos, photos[:alike]]), vectors).float()
            same = (made[stage.batch :] - photos[:alike]).abs().mean()
            painted, photos = (shrunk(p, stage.size) for p in (made[: stage.batch], photos))
            losses = self.losses(painted, photos, paintings, generator)
        return losses | {"identity": recipe.identity * same}

    def draw(self, stage: Stage, larger: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw photographs, of so many pixels, and paintings."""
        drawn = [
            pool.crops(stage.batch, size, generator=generator, zoom=zoom, enlarge=zoom)
            for pool, size, zoom in zip(
                (self.photos, self.paintings),
                (larger, stage.size),
                self.recipe.enlarge,
                strict=True,
            )
        ]
        photos, paintings = (p.to(memory_format=torch.channels_last) for p in drawn)
        return photos, paintings

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
            "light": weigh.light * luminance_loss(painted, photos),
            "color": weigh.color
            * color_loss(
                small(painted), small(paintings), directions=random_directions(32, generator)
            ),
            "noise": weigh.noise * total_variation(painted),
            "unrest": weigh.quiet * unrest(painted, photos),
        }


def shrunk(pictures: Tensor, size: int) -> Tensor:
    """Bring square pictures to a size as `impasto.picture.resize` does, but leave 0..1 free."""
    if pictures.shape[-1] == size:
        return pictures
    return F.interpolate(pictures, (size, size), mode="bicubic", antialias=True)


def pools(shared: Path, device: torch.device) -> tuple[Pool, Pool]:
    """Load the photographs and paintings a brush may learn from; the first ten of bsds are kept."""
    photos = shared / "data" / "photos"
    kept = set(find_pictures(photos / "bsds")[:10])
    learned = [p for p in find_pictures(photos) if p not in kept]
    return Pool(learned, device), Pool(find_pictures(shared / "data" / "paintings"), device)


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
    parser.add_argument("--finish", action="store_true", help="train shortly, to finish")
    chosen = parser.parse_args()
    if chosen.ship:
        sha256 = ship(chosen.folder, catalog.row("brush").path)
        sys.stdout.write(f"The catalog's row needs sha256={sha256!r}; then run recipes.styles.\n")
    else:
        recipe = FINISH if chosen.finish else BrushRecipe()
        run(chosen.shared, chosen.folder, recipe, chosen.begin)


if __name__ == "__main__":
    main()

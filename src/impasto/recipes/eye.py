"""Recipe of the eye: an encoder of 384 numbers, from scratch, on two CPU cores.

    python -m impasto.recipes.eye ../shared runs/eye --teach 20     asks the teacher, or goes on
    python -m impasto.recipes.eye ../shared runs/eye                trains, or goes on
    python -m impasto.recipes.eye ../shared runs/eye --ship         writes the package's file

It learns to say what its teacher sees in the same square of a picture, who painted a painting, and
of which movement it is.

Paper: Beyer et al. 2021, Knowledge distillation: a good teacher is patient and consistent,
arXiv:2106.05237. Differs: what the teacher sees is computed once, on a few views of each picture.
"""

import argparse
import csv
import hashlib
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int64, UInt8
from torch import Tensor, nn

from impasto.data.pool import find_pictures, load
from impasto.device import channels_last, keep_buffers
from impasto.networks import catalog
from impasto.networks.eye import SIZE, Eye
from impasto.progress import OnStep
from impasto.recipes.shipping import write_weights
from impasto.recipes.teacher import Teacher, Views, cut, look_again
from impasto.training import checkpoint
from impasto.training.logs import log_to
from impasto.training.loop import Losses, Plan, train
from impasto.training.optimizers import Optimizer

NOBODY = -100
"""The number of a painter or a movement that the eye isn't told, as cross-entropy takes it."""


@dataclass(frozen=True)
class EyeRecipe:
    """Everything that decides what the eye becomes.

    Attributes:
        plan: Rates, averaging and so on.
        sizes: Sides of the crops in pixels, each from a step on.
        batch: Crops in a step,
        paintings: and how many of them are of paintings.
        works: A painter is learned by name from so many works on.
        labels: Weight of the painters and of the movements each.
        jitter: How far brightness, contrast and saturation may go from what they are.
    """

    plan: Plan = field(
        default_factory=lambda: Plan(
            steps=11_000,
            rate=1.5e-3,
            decay=0.5,
            average=0.998,
            clip=5.0,
            optimizer=Optimizer("adamw", betas=(0.9, 0.99), decay=0.05),
            precision="bfloat16",
        )
    )
    sizes: tuple[tuple[int, int], ...] = ((0, 128), (6_000, 192))
    batch: int = 64
    paintings: int = 40
    works: int = 5
    labels: float = 0.3
    jitter: float = 0.2

    def size_at(self, step: int) -> int:
        """The side of the crops of a step."""
        return next(size for begin, size in reversed(self.sizes) if step >= begin)


@dataclass(frozen=True)
class Work:
    """A picture the eye may learn from, or is tested on.

    Attributes:
        path: Where it lies.
        name: What a painting is called in its collection; empty for photographs.
        artist: Who painted it; empty for photographs.
        movement: Of which movement it is; likewise.
    """

    path: Path
    name: str = ""
    artist: str = ""
    movement: str = ""

    @property
    def kept(self) -> bool:
        """Whether it is kept for tests."""
        return bool(self.name) and held_out(self.name)


def held_out(path: str) -> bool:
    """Tell whether a painting, named by its path in the collection, is kept for tests: a fifth."""
    return hashlib.sha256(path.encode()).digest()[0] % 5 == 0


def untold(artist: str) -> bool:
    """Tell whether the eye never learns of which movement a painter is: a third of them.

    Only they can show that it recognizes the movement of a painter it was told nothing about.
    """
    return hashlib.sha256(artist.encode()).digest()[0] % 3 == 0


def works(shared: Path) -> list[Work]:
    """List the photographs, without the first ten of bsds, and then all paintings."""
    photos, paintings = shared / "data" / "photos", shared / "data" / "paintings"
    tests = set(find_pictures(photos / "bsds")[:10])
    found = [Work(path) for path in find_pictures(photos) if path not in tests]
    with (paintings / "labels.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            named = row["path"], row["artist"], row["movement"]
            found.append(Work(paintings / row["path"], *named))
    return found


def numbered(names: Sequence[str], *, least: int) -> Int64[Tensor, " n"]:
    """Number the names that occur often enough; the others, and the empty ones, are nobody's."""
    often = sorted(n for n, count in Counter(names).items() if n and count >= least)
    return torch.tensor([often.index(n) if n in often else NOBODY for n in names])


class Student(nn.Module):
    """The eye, and what reads its numbers while it learns.

    Args:
        targets: How many numbers describe what the teacher sees.
        painters: How many painters there are,
        movements: and how many movements.
    """

    def __init__(self, targets: int, painters: int, movements: int) -> None:
        super().__init__()
        self.eye = Eye(normalized=True)
        self.heads = nn.ModuleList(nn.Linear(SIZE, n) for n in (targets, painters, movements))

    def forward(self, pictures: Float[Tensor, "b 3 h w"]) -> list[Tensor]:
        """Guess what the teacher sees, who painted it, and of which movement it is."""
        seen = self.eye(pictures) * SIZE**0.5
        with torch.autocast(pictures.device.type, enabled=False):
            return [head(seen) for head in self.heads]


@dataclass(frozen=True, eq=False)
class Goal:
    """What the teacher sees, put so that each direction in which pictures differ counts.

    Attributes:
        mean: Of the square roots of its numbers; few are large, and roots bring them together.
        basis: Principal directions, each scaled by a power of its deviation.
    """

    mean: Float[Tensor, " f"]
    basis: Float[Tensor, "f n"]

    @classmethod
    def of(cls, views: Views, *, size: int = SIZE, whiten: float = 0.5) -> "Goal":
        """Find the directions; `whiten` 0 leaves them their size, 1 makes all of them alike."""
        roots = views.seen.float().sqrt()
        spread, mean = torch.std_mean(roots, 0)
        scaled = (roots - mean) / (spread + 0.05)
        values, directions = torch.linalg.eigh(scaled.T @ scaled / len(scaled))
        scales = values[-size:].clamp_min(1e-6) ** (-whiten / 2)
        basis = directions[:, -size:] * scales / (spread + 0.05)[:, None]
        reached = (values[-size:] * scales**2).mean().sqrt()
        return cls(mean, basis / reached)

    def __call__(self, seen: Float[Tensor, "v f"]) -> Float[Tensor, "v n"]:
        """Put what the teacher sees; the mean square over all views is one."""
        return (seen.sqrt() - self.mean) @ self.basis


class Task:
    """The loss of a student on random views.

    Args:
        recipe: What to draw and how to weigh.
        known: All pictures,
        pictures: decoded.
        views: Of those that may be learned from.
    """

    def __init__(
        self,
        recipe: EyeRecipe,
        known: Sequence[Work],
        pictures: Sequence[UInt8[Tensor, "3 _ _"]],
        views: Views,
    ) -> None:
        self.recipe, self.pictures = recipe, pictures
        told = [not work.kept for work in known]
        learned = torch.tensor(told)[views.pictures]
        self.views = Views(*(value[learned] for value in vars(views).values()))
        self.goal = Goal.of(self.views.first(sum(told)))
        painters = [work.artist if ok else "" for work, ok in zip(known, told, strict=True)]
        movements = [
            w.movement if a and not untold(a) else "" for w, a in zip(known, painters, strict=True)
        ]
        self.painters = numbered(painters, least=recipe.works)
        self.movements = numbered(movements, least=1)
        painted = torch.tensor([bool(work.name) for work in known])[self.views.pictures]
        self.kinds = [(~painted).nonzero()[:, 0], painted.nonzero()[:, 0]]
        self.threads = ThreadPoolExecutor(2)

    def student(self) -> Student:
        """Make a student that has learned nothing yet."""
        painters, movements = (int(t.max()) + 1 for t in (self.painters, self.movements))
        return Student(self.goal.basis.shape[1], painters, movements)

    def __call__(self, student: nn.Module, step: int, generator: torch.Generator) -> Losses:
        """Show a batch of views and weigh what the student says."""
        recipe = self.recipe
        chosen = self.draw(generator)
        crops = self.crops(chosen, recipe.size_at(step))
        taught, painter, movement = student(jitter(crops, recipe.jitter, generator=generator))
        works = self.views.pictures[chosen]
        return {
            "teacher": F.mse_loss(taught, self.goal(self.views.seen[chosen].float())),
            "painter": recipe.labels * cross_entropy(painter, self.painters[works]),
            "movement": recipe.labels * cross_entropy(movement, self.movements[works]),
        }

    def draw(self, generator: torch.Generator) -> Int64[Tensor, " b"]:
        """Draw views of photographs and of paintings."""
        counts = self.recipe.batch - self.recipe.paintings, self.recipe.paintings
        return torch.cat(
            [
                kind[torch.randint(len(kind), (count,), generator=generator)]
                for kind, count in zip(self.kinds, counts, strict=True)
            ]
        )

    def crops(self, chosen: Int64[Tensor, " b"], size: int) -> Float[Tensor, "b 3 {size} {size}"]:
        """Cut views out of their pictures."""
        views = self.views

        def one(view: int) -> Tensor:
            return cut(self.pictures[int(views.pictures[view])], views.boxes[view], size)

        stacked = torch.stack(list(self.threads.map(one, chosen.tolist())))
        return stacked.contiguous(memory_format=torch.channels_last) / 255


def cross_entropy(said: Float[Tensor, "b k"], true: Int64[Tensor, " b"]) -> Float[Tensor, ""]:
    """Weigh wrong names, softened a little; whom nobody knows costs nothing."""
    known = (true != NOBODY).sum().clamp_min(1)
    total = F.cross_entropy(said, true, ignore_index=NOBODY, label_smoothing=0.1, reduction="sum")
    return total / known


def jitter(
    pictures: Float[Tensor, "b 3 h w"], amount: float, *, generator: torch.Generator
) -> Float[Tensor, "b 3 h w"]:
    """Change brightness, contrast and saturation of each picture; hues stay what they are."""
    drawn = torch.rand(3, len(pictures), 1, 1, 1, generator=generator)
    light, contrast, color = 1 + amount * (2 * drawn - 1)
    gray = pictures.mean(1, keepdim=True)
    middle = gray.mean((2, 3), keepdim=True)
    colored = gray + (pictures - gray) * color
    changed: Tensor = (colored - middle) * contrast + middle * light
    return changed.clamp(0, 1)


def decode(paths: Sequence[Path]) -> list[UInt8[Tensor, "3 _ _"]]:
    """Decode pictures, which stay in memory."""
    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(load, paths))


def teach(shared: Path, folder: Path, until: int) -> None:
    """Let the teacher look at one more view of each picture, until there are so many."""
    teacher = Teacher(shared / "weights" / "mobilenet_v2_1.0_224_quant.tflite")
    known = works(shared)
    pictures = decode([work.path for work in known])
    learned = [i for i, work in enumerate(known) if not work.kept]
    path = folder / "views.safetensors"
    views = Views.load(path) if path.exists() else None
    first = 0 if views is None else 1 + (len(views.pictures) - len(known)) // len(learned)
    for number in range(first, until):
        chosen = learned if number else range(len(known))
        more = look_again(teacher, pictures, chosen, number)
        views = more if views is None else views + more
        views.save(path)


def run(shared: Path, folder: Path, recipe: EyeRecipe, *, on_step: OnStep | None = None) -> Student:
    """Train the eye, or go on with a training that was stopped.

    Raises:
        OutputError: If the teacher wasn't asked before.
        TrainingError: If the training fails, as `impasto.training.loop.fit` says.
    """
    keep_buffers()
    torch.manual_seed(recipe.plan.seed)
    known = works(shared)
    views = Views.load(folder / "views.safetensors")
    task = Task(recipe, known, decode([work.path for work in known]), views)
    student = channels_last(task.student())
    return train(student, task, recipe.plan, folder, on_step=on_step)


def learned(path: Path) -> Eye:
    """Read the eye of a checkpoint, averaged and folded, ready for use.

    Raises:
        TrainingError: If the file is damaged, or no checkpoint of an eye.
    """
    tensors = checkpoint.averaged(path)
    eye = Eye(normalized=True)
    eye.load_state_dict({k.removeprefix("eye."): v for k, v in tensors.items() if "eye." in k})
    return eye.eval().folded()


def ship(folder: Path, path: Path) -> str:
    """Write the averaged, folded eye of a run as the package carries it; returns its sha256."""
    weights = learned(folder / "last.safetensors").state_dict()
    return write_weights(weights, path, network="eye")


def main() -> None:
    """Read where the data lies and where to work, and ask the teacher, train or ship."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--teach", type=int, metavar="N", help="let the teacher see N views of each"
    )
    parser.add_argument(
        "--ship", action="store_true", help="write what is learned into the package"
    )
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    if chosen.teach:
        teach(chosen.shared, chosen.folder, chosen.teach)
    elif chosen.ship:
        sha256 = ship(chosen.folder, catalog.row("eye").path)
        sys.stdout.write(f"The catalog's row needs sha256={sha256!r}.\n")
    else:
        log = log_to(chosen.folder / "log.jsonl")
        run(chosen.shared, chosen.folder, EyeRecipe(), on_step=log)


if __name__ == "__main__":
    main()

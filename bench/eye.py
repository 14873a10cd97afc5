"""Test the eye beside its teacher and a color histogram, on paintings that it never learned from.

    python bench/eye.py [--weights runs/eye/last.safetensors] [--side 224] [--skip speed,...]

A fifth of the paintings, chosen by a hash of their paths, was kept from the eye; every accuracy is
over works of that fifth. Prints

painters    logistic regression finds the painter among those with 20 works or more. It learns on
            the other four fifths; standardized; its C is chosen there by three folds.
movements   likewise the movement, among the 16 that three painters or more have. Five folds by
            painter: whoever painted a tested work is unknown to the regression. The eye, though,
            learned from other works of most of these painters, told of their movement; of a third
            of the painters it never was, and a second table is over those alone.
neighbors   the nearest works, of the four fifths, to five of the fifth: to look at.
speed       pictures a second, beside the teacher's, and all 1,795 paintings from their files.

Differences are the eye's accuracy minus another's on the same works, with 95 % bootstrap
intervals: over works for painters, over painters for movements. Needs ../shared and
ai-edge-litert. Takes a few minutes on two quiet cores.
"""

import argparse
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedGroupKFold,
    StratifiedKFold,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from impasto.data.pool import load
from impasto.data.threads import in_order
from impasto.device import best_dtype, channels_last
from impasto.networks import catalog
from impasto.networks.eye import Eye
from impasto.recipes.eye import Work, learned, untold, works
from impasto.recipes.teacher import SIDE, Teacher, center, cut, resize

SHARED = Path(__file__).resolve().parents[2] / "shared"
STRENGTHS = (0.003, 0.01, 0.03, 0.1, 0.3)
"""What C is chosen from."""


def the_eye(weights: Path | None) -> Eye:
    """The eye that ships, or one of a checkpoint, in the precision it runs in."""
    eye = catalog.load(catalog.row("eye")) if weights is None else learned(weights)
    return channels_last(eye.to(best_dtype()).requires_grad_(False))


def shown(picture: Tensor, side: int) -> Tensor:
    """Bring the shorter side to so many pixels."""
    height, width = picture.shape[1:]
    scale = side / min(height, width)
    return resize(picture, round(height * scale), round(width * scale))


def embed(eye: Eye, paths: Sequence[Path], side: int) -> np.ndarray:
    """Look at files, those of one shape together; ``(n, 384)``."""
    waiting: dict[tuple[int, ...], list[tuple[int, Tensor]]] = defaultdict(list)
    seen = torch.empty(len(paths), 384)

    def look(some: list[tuple[int, Tensor]]) -> None:
        batch = torch.stack([p for _, p in some]).to(memory_format=torch.channels_last)
        seen[[i for i, _ in some]] = eye(batch / 255)
        some.clear()

    with torch.inference_mode(), ThreadPoolExecutor(2) as threads:
        pictures = in_order(threads, lambda path: shown(load(path), side), paths)
        for i, picture in enumerate(pictures):
            alike = waiting[tuple(picture.shape)]
            alike.append((i, picture))
            if len(alike) == 16:
                look(alike)
        for alike in waiting.values():
            if alike:
                look(alike)
    return seen.numpy()


def taught(teacher: Teacher, paths: Sequence[Path]) -> np.ndarray:
    """What the teacher sees in the middle square of files; ``(n, 1280)``."""

    def one(path: Path) -> Tensor:
        picture = load(path)
        return teacher(cut(picture, center(picture), SIDE))

    with ThreadPoolExecutor(2) as threads:
        return torch.stack(list(in_order(threads, one, paths))).float().numpy()


def histograms(paths: Sequence[Path]) -> np.ndarray:
    """Square roots of the shares of 512 colors; ``(n, 512)``."""

    def one(path: Path) -> np.ndarray:
        bins = (load(path) // 32).flatten(1).int()
        counts = np.bincount((bins[0] * 64 + bins[1] * 8 + bins[2]).numpy(), minlength=512)
        return np.sqrt(counts / counts.sum())

    with ThreadPoolExecutor(2) as threads:
        return np.stack(list(in_order(threads, one, paths)))


def probe(strength: float = 0.01) -> object:
    """Logistic regression on standardized numbers."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=1000, tol=1e-3))


def best_strength(seen: np.ndarray, names: np.ndarray, groups: np.ndarray | None) -> float:
    """Choose C on works that the eye may know."""
    kind = StratifiedKFold if groups is None else StratifiedGroupKFold
    folds = kind(3, shuffle=True, random_state=0).split(seen, names, groups)
    grid = {"logisticregression__C": STRENGTHS}
    found = GridSearchCV(probe(), grid, cv=list(folds)).fit(seen, names)
    return float(found.best_params_["logisticregression__C"])


def right_painters(seen: np.ndarray, names: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Which of the kept works get their painter's name."""
    strength = best_strength(seen[~kept], names[~kept], None)
    found = probe(strength).fit(seen[~kept], names[~kept])
    print(f"  C = {strength}", end="", flush=True)
    return found.predict(seen[kept]) == names[kept]


def right_movements(
    seen: np.ndarray, names: np.ndarray, kept: np.ndarray, artists: np.ndarray
) -> np.ndarray:
    """Which of the kept works get their movement's name, with their painters unknown."""
    strength = best_strength(seen[~kept], names[~kept], artists[~kept])
    print(f"  C = {strength}", end="", flush=True)
    right = np.zeros(len(seen), bool)
    for known, asked in StratifiedGroupKFold(5, shuffle=True, random_state=0).split(
        seen, names, artists
    ):
        found = probe(strength).fit(seen[known], names[known])
        right[asked] = found.predict(seen[asked]) == names[asked]
    return right[kept]


def interval(values: np.ndarray, groups: np.ndarray, draws: int = 10_000) -> tuple[float, float]:
    """The 95 % bootstrap interval of a mean, drawing whole groups of works."""
    _, group = np.unique(groups, return_inverse=True)
    sums, sizes = np.bincount(group, values), np.bincount(group)
    picks = np.random.default_rng(0).integers(len(sizes), size=(draws, len(sizes)))
    low, high = np.percentile(sums[picks].sum(1) / sizes[picks].sum(1), (2.5, 97.5))
    return float(low), float(high)


def show(right: dict[str, np.ndarray], groups: np.ndarray, names: np.ndarray) -> None:
    """Print every accuracy, and the eye's differences to the others."""
    most = Counter(names.tolist()).most_common(1)[0][1] / len(names)
    print(f"  {len(names)} works of {len(set(groups.tolist()))} groups; most frequent: {most:.1%}")
    for name, values in right.items():
        low, high = interval(values.astype(float), groups)
        print(f"  {name:10s} {values.mean():6.1%} [{low:.1%}, {high:.1%}]")
    for name in list(right)[1:]:
        differences = right["eye"].astype(float) - right[name]
        low, high = (100 * bound for bound in interval(differences, groups))
        mean = 100 * differences.mean()
        print(f"  eye - {name:10s} {mean:+.1f} points [{low:+.1f}, {high:+.1f}]")


def painters(known: Sequence[Work], seen: dict[str, np.ndarray]) -> None:
    """Find painters."""
    counts = Counter(work.artist for work in known)
    chosen = np.array([counts[work.artist] >= 20 for work in known])
    names = np.array([work.artist for work in known])[chosen]
    kept = np.array([work.kept for work in known])[chosen]
    print(f"\npainters: which of {len(set(names))}? Learned on {sum(~kept)} works")
    right = {name: right_painters(s[chosen], names, kept) for name, s in seen.items()}
    print()
    show(right, np.arange(kept.sum()), names[kept])


def movements(known: Sequence[Work], seen: dict[str, np.ndarray]) -> None:
    """Find movements of painters unknown to the regression."""
    painters_of = defaultdict(set)
    for work in known:
        painters_of[work.movement].add(work.artist)
    chosen = np.array([len(painters_of[work.movement]) >= 3 for work in known])
    names, artists = (
        np.array([getattr(work, column) for work in known])[chosen]
        for column in ("movement", "artist")
    )
    kept = np.array([work.kept for work in known])[chosen]
    print(f"\nmovements: which of {len(set(names))}? Split by painter")
    right = {name: right_movements(s[chosen], names, kept, artists) for name, s in seen.items()}
    print()
    show(right, artists[kept], names[kept])
    clean = np.array([untold(artist) for artist in artists[kept]])
    print("  Only painters whose movement the eye was never told:")
    show({name: r[clean] for name, r in right.items()}, artists[kept][clean], names[kept][clean])


def neighbors(known: Sequence[Work], seen: np.ndarray) -> None:
    """Print the works nearest to five."""
    kept = np.array([work.kept for work in known])
    asked = np.random.default_rng(3).choice(np.flatnonzero(kept), 5, replace=False)
    print("\nneighbors, by the eye, among the works it learned from")
    for i in asked:
        nearest = np.flatnonzero(~kept)[np.argsort(-(seen[~kept] @ seen[i]))[:4]]
        print(f"  {known[i].name}")
        for j in nearest:
            print(f"      {seen[i] @ seen[j]:.2f}  {known[j].name}")


def seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """The median time of some work."""
    work()
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return median(times)


def speed(eye: Eye, teacher: Teacher, paths: Sequence[Path], side: int) -> None:
    """Time the networks alone, in turn, and all paintings from their files."""
    batch = torch.rand(32, 3, 224, 224).to(memory_format=torch.channels_last)
    views = [torch.randint(256, (3, 224, 224), dtype=torch.uint8) for _ in range(32)]

    def teach() -> list[Tensor]:
        with ThreadPoolExecutor(2) as threads:
            return list(in_order(threads, teacher, views))

    with torch.inference_mode():
        own, theirs = seconds(lambda: eye(batch)) / 32, seconds(teach) / 32
    print(f"\nspeed at 224 px, 32 at a time, {torch.get_num_threads()} threads, {best_dtype()}")
    print(f"  eye      {1 / own:.0f} pictures a second")
    print(f"  teacher  {1 / theirs:.0f} pictures a second; the eye takes {own / theirs:.2f} of it")
    taken = seconds(lambda: embed(eye, paths, side), repeats=1)
    print(f"  {len(paths)} paintings from their files to vectors: {taken:.1f} s")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--side", type=int, default=224)
    parser.add_argument("--skip", default="", help="some of speed,painters,movements,neighbors")
    chosen = parser.parse_args()
    if chosen.weights is None and all(row.network is not Eye for row in catalog.CATALOG):
        print("no eye ships yet; name the checkpoint of a training with --weights")
        return
    warnings.simplefilter("ignore")  # some movements have fewer works than there are folds
    known = [work for work in works(SHARED) if work.name]
    paths = [work.path for work in known]
    teacher = Teacher(SHARED / "weights" / "mobilenet_v2_1.0_224_quant.tflite")
    eye = the_eye(chosen.weights)
    seen = {
        "eye": embed(eye, paths, chosen.side),
        "teacher": taught(teacher, paths),
        "colors": histograms(paths),
    }
    print(f"{len(paths)} paintings, {sum(w.kept for w in known)} of them kept; side {chosen.side}")
    parts: dict[str, Callable[[], None]] = {
        "painters": lambda: painters(known, seen),
        "movements": lambda: movements(known, seen),
        "neighbors": lambda: neighbors(known, seen["eye"]),
        "speed": lambda: speed(eye, teacher, paths, chosen.side),
    }
    for name, part in parts.items():
        if name not in chosen.skip.split(","):
            part()


if __name__ == "__main__":
    main()

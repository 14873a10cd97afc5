"""The map: time to draw it, sizes, and how the page behaves in a real browser.

    python bench/map.py [--data FOLDER] [--keep FOLDER] [--many 30000]

For the 1,795 paintings, seen by the eye where its weights are installed and by their colors
otherwise, and for many synthetic works. Times on this machine's processor are in CPU seconds, which
other programs do not change; what a person waits for is in seconds, and the load at that moment
stands beside it. The browser renders in software. Needs a Chromium for its part.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image

from impasto.analysis.mapping import (
    Layout,
    Made,
    MapSettings,
    Works,
    arrange,
    draw_poster,
    map_works,
    save_layout,
)
from impasto.data.collection import read_collection
from impasto.errors import WeightsError
from impasto.jobs.embedding import embed

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data" / "paintings"
sys.path.insert(0, str(ROOT / "tests" / "analysis" / "mapping"))

import chromium  # noqa: E402

WALKED = 5000
"""Most works for which all ways by arrow keys are tried; it takes the square of their number."""

DRAWN = "document.documentElement?.dataset.drawn === 'true'"
REACH = """(() => {
  const keys = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];
  const seen = new Set([0]), queue = [0];
  while (queue.length) {
    const i = queue.pop();
    for (const key of keys) {
      const j = impasto.neighbor(i, key, impasto.shown);
      if (j >= 0 && !seen.has(j)) { seen.add(j); queue.push(j); }
    }
  }
  return seen.size;
})()"""
ZOOM = """new Promise((done) => {
  const begun = performance.now(), times = [], work = [];
  impasto.everything();
  const frame = (now) => {
    times.push(now);
    work.push(impasto.frames.time);
    const t = (now - begun) / SECONDS / 1000;
    if (t > 1) return done([times, work]);
    impasto.zoomAt(700, 330, t < 0.5 ? FACTOR : 1 / FACTOR);
    requestAnimationFrame(frame);
  };
  setTimeout(() => requestAnimationFrame(frame), 600);
})"""


@contextmanager
def timed(name: str) -> Iterator[None]:
    begun = time.process_time()
    yield
    print(f"  {name:34s} {time.process_time() - begun:7.1f} CPU seconds", flush=True)


def paintings(data: Path) -> Works:
    """The paintings, as a collection would hand them over."""
    found = read_collection(data)
    titles = tuple((title or "").replace("-", " ") for title in found.columns["title"])
    labels = {name: list(found.columns[name]) for name in ("movement", "artist", "year")}
    vectors = seen(found.paths)
    return Works(found.names, titles, found.paths, vectors, labels)


def seen(paths: tuple[Path, ...]) -> np.ndarray:
    try:
        with timed("seen by the eye"):
            return embed(list(paths)).numpy()
    except WeightsError:
        print("  the eye's weights are not installed: colors, projected at random, take its place")
    counts = np.array([histogram(path) for path in paths])
    return (counts - counts.mean(0)) @ np.random.default_rng(0).normal(size=(512, 384))


def histogram(path: Path) -> np.ndarray:
    with Image.open(path) as file:
        small = file.convert("RGB").convert("LAB")
    small.thumbnail((64, 64))
    bins = np.asarray(small).reshape(-1, 3).astype(int) // 32 @ [64, 8, 1]
    return np.sqrt(np.bincount(bins, minlength=512) / len(bins))


def synthetic(count: int, folder: Path) -> Works:
    """Works of sixty groups, their pictures soft spots of 256 kinds."""
    dice = np.random.default_rng(0)
    groups = dice.integers(0, 60, count)
    vectors = dice.normal(size=(60, 384))[groups] + 1.2 * dice.normal(size=(count, 384))
    files = [folder / f"{k}.jpg" for k in range(256)]
    for file in files:
        spots = dice.integers(0, 256, (5, 5, 3), dtype=np.uint8)
        size = ((256, 180), (190, 256), (256, 256))[dice.integers(3)]
        Image.fromarray(spots).resize(size, Image.Resampling.BICUBIC).save(file)
    return Works(
        tuple(map(str, range(count))),
        tuple(f"Work {k}" for k in range(count)),
        tuple(files[(4 * g + k) % 256] for k, g in enumerate(groups.tolist())),
        vectors,
        {"group": [f"Group {g}" for g in groups], "year": (1500 + groups * 8).tolist()},
    )


def laid(works: Works, extra: int) -> Layout:
    """Lay works out, the last of them when the others have their places."""
    count = len(works) - extra
    fewer = Works(*(part[:count] for part in (works.ids, works.titles, works.paths, works.vectors)))
    with timed(f"{count:,} works laid out from nothing"):
        before = arrange(fewer)
    with timed(f"{extra} works placed among them"):
        after = arrange(works, before)
    moved = np.abs(after.positions[:count] - before.positions).max()
    cells = np.abs(after.cells[:count] - before.cells).max()
    print(f"  the others moved by {moved:g}, on the grid by {cells}")
    return after


def drawn(works: Works, layout: Layout, folder: Path, name: str) -> Made:
    settings, places, thumbs = MapSettings(title=name), folder / f"{name}.places", folder / "thumbs"
    save_layout(places, layout, force=True)
    with timed("page, with its pictures"):
        made = map_works(
            works,
            folder / f"{name}.html",
            settings=settings,
            places=places,
            thumbs=thumbs,
            force=True,
        )
    beside = f", folder {made.folder_bytes / 1e6:.1f} MB" if made.folder else ""
    print(f"  page {made.page_bytes / 1e6:.1f} MB{beside}")
    with timed("poster, 6,000 pixels"):
        poster = folder / f"{name}.png"
        draw_poster(works, layout, poster, settings=settings, thumbs=thumbs, force=True)
    return made


def browsed(made: Made, picture: Path) -> None:
    """Open the page three times, walk through it, zoom in and out."""
    if chromium.program() is None:
        print("  no Chromium is installed: the page was not opened")
        return
    with chromium.Browser() as browser:
        print(f"  load of this machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        waits, cpus = [], []
        for _ in range(3):
            before = browser.cpu()
            tab = browser.open(made.page.as_uri())
            tab.wait(DRAWN)
            waits.append(tab.run("performance.getEntriesByName('drawn')[0].startTime") / 1000)
            cpus.append(browser.cpu() - before)
        print(f"  opens in {min(waits):.2f} s (best of 3), {min(cpus):.2f} CPU seconds")
        if tab.run("impasto.count") <= WALKED:
            print(f"  arrows reach {tab.run(REACH):,} of {tab.run('impasto.count'):,} works")
        zoomed(tab)
        browser.listen(1)
        outside = [url for url in tab.requests if not url.startswith("file://")]
        print(f"  console: {tab.complaints or 'silent'}; requests to others: {outside or 'none'}")
        tab.picture(picture)


def zoomed(tab: chromium.Tab) -> None:
    """Zoom in and out for four seconds, and count frames."""
    times, work = tab.run(ZOOM.replace("SECONDS", "4").replace("FACTOR", "1.025"))
    steps = np.diff(times)
    print(
        f"  zooming in and out, rendered in software: {1000 / np.mean(steps):.0f} frames/s in the "
        f"mean, in the slowest tenth {1000 / np.quantile(steps, 0.9):.0f}; the script takes "
        f"{median(work):.1f} ms a frame (median), {max(work):.1f} at most"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--keep", type=Path, help="where pages and pictures are kept")
    parser.add_argument("--many", type=int, default=30_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as aside:
        folder = chosen.keep or Path(aside)
        folder.mkdir(parents=True, exist_ok=True)
        if chosen.data.is_dir():
            print("paintings")
            measured(paintings(chosen.data), folder, "paintings")
        if chosen.many:
            print(f"{chosen.many:,} synthetic works")
            (folder / "spots").mkdir(exist_ok=True)
            measured(synthetic(chosen.many, folder / "spots"), folder, "synthetic")


def measured(works: Works, folder: Path, name: str) -> None:
    made = drawn(works, laid(works, min(100, len(works) // 10)), folder, name)
    browsed(made, folder / f"{name}-page.png")


if __name__ == "__main__":
    main()

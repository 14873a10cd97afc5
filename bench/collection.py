"""Time `collection add`: the paintings from nothing, and 100 works into 30,000; kill it, and go on.

    python bench/collection.py [--skip paintings,large,kill] [--moments 20]

paintings  all 1,795 from their files: seconds and pictures a second. The bar: 40 s, 45 a second.
large      100 paintings into 30,000 works of random vectors. The bar: 60 s.
kill       `impasto collection add` of 300 paintings is killed (SIGKILL) at moments drawn at random,
           then begun again: every work is there exactly once, and no file without its work.

Needs ../shared and the eye's weights. The numbers are for two quiet cores.
"""

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from argparse import RawTextHelpFormatter as Raw
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from impasto.analysis.collection.adding import add
from impasto.analysis.collection.gallery import open_gallery
from impasto.analysis.collection.seeing import the_sight
from impasto.analysis.collection.store import Entry, Store, Work

PAINTINGS = Path(__file__).resolve().parents[2] / "shared" / "data" / "paintings"
PROGRAM = [sys.executable, "-c", "from impasto.cli import main; raise SystemExit(main())"]


def paintings(folder: Path) -> None:
    start = time.perf_counter()
    added = add(folder / "paintings", PAINTINGS)
    seconds = time.perf_counter() - start
    print(f"{added.new} works in {seconds:.1f} s: {added.new / seconds:.1f} a second", flush=True)
    start = time.perf_counter()
    again = add(folder / "paintings", PAINTINGS)
    print(f"again, {again.known} known: {time.perf_counter() - start:.1f} s", flush=True)


def large(folder: Path, *, works: int = 30_000) -> None:
    draws, eye, store = np.random.default_rng(0), the_sight().sha256, Store(folder / "large")
    store.prepare()
    flat = np.zeros((6, 4), np.float32)
    vectors = draws.standard_normal((works, 384)).astype(np.float32)
    for start in range(0, works, 5000):
        some = range(start, start + 5000)
        store.put_works(Work(f"{i:064x}", eye, 1, 1, (0,) * 6, flat, vectors[i]) for i in some)
        store.put_entries(Entry(Path(f"/none/{i}"), 1, 1, f"{i:064x}") for i in some)
    new = folder / "new"
    copy(sorted(PAINTINGS.glob("*/*.jpg"))[:100], new)
    start_of = time.perf_counter()
    added = add(folder / "large", new)
    print(f"{added.new} works into {works:,}: {time.perf_counter() - start_of:.1f} s", flush=True)


def kill(folder: Path, *, moments: int, seed: int = 0) -> None:
    """Kill and begin again; the moments are spread over the whole run, its start left out."""
    source, draws = folder / "some", np.random.default_rng(seed)
    copy(sorted(PAINTINGS.glob("*/*.jpg"))[::6][:300], source)
    words = [*PROGRAM, "collection", "add", str(folder / "killed"), str(source)]
    start = time.perf_counter()
    subprocess.run(words, check=True, capture_output=True)
    whole = time.perf_counter() - start
    expected = {p for paths in open_gallery(folder / "killed").paths for p in paths}
    for moment in range(moments):
        shutil.rmtree(folder / "killed")
        adding = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = draws.uniform(0.05, 1.0) * whole
        time.sleep(after)
        adding.send_signal(signal.SIGKILL)
        adding.wait()
        before = held(folder / "killed")
        subprocess.run(words, check=True, capture_output=True)
        gallery = open_gallery(folder / "killed")
        ids = Counter(gallery.store.rows("works", ["id"])["id"].to_pylist())
        entries = gallery.store.entries()
        assert set(ids.values()) == {1}, "a work is there more than once"
        assert set(entries) == expected, "a file is missing"
        assert {entry.id for entry in entries.values()} == set(ids), "a file without its work"
        print(f"{moment + 1}: killed after {after:.1f} s with {before} works; whole", flush=True)


def held(folder: Path) -> int:
    """Works that a killed run left."""
    there = (folder / "impasto-collection.json").exists()
    return len(open_gallery(folder)) if there else 0


def copy(paths: Sequence[Path], folder: Path) -> None:
    folder.mkdir()
    for path in paths:
        shutil.copy(path, folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=Raw)
    parser.add_argument("--skip", default="")
    parser.add_argument("--moments", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if "paintings" not in given.skip:
            paintings(Path(folder))
        if "large" not in given.skip:
            large(Path(folder))
        if "kill" not in given.skip:
            kill(Path(folder), moments=given.moments)


if __name__ == "__main__":
    main()

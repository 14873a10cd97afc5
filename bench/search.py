"""Time an exact search among 100,000 works of random vectors, and check it against a full sort.

    python bench/search.py [--works 100000] [--index]

Prints the median, the 95th percentile and the recall of the ten nearest, of 100 queries. With
--index the same works lie in a collection of 200,000, and LanceDB's index is asked: its recall and
time are for information. The bar: exact in 25 ms, recall 1.000.
"""

import argparse
import tempfile
import time
from argparse import RawTextHelpFormatter as Raw
from pathlib import Path

import numpy as np

from impasto.analysis.collection.finding import by_index, likeness, nearest
from impasto.analysis.collection.gallery import open_gallery
from impasto.analysis.collection.indexing import keep_index
from impasto.analysis.collection.places import MARK
from impasto.analysis.collection.store import Entry, Store, Work

QUERIES, TOP = 100, 10


def unit(count: int, random: np.random.Generator) -> np.ndarray:
    """Directions in as many clumps as paintings have, so that an index has something to find."""
    middles = random.standard_normal((200, 384)).astype(np.float32)
    rows = middles[random.integers(200, size=count)]
    rows += random.standard_normal((count, 384)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def exact(works: np.ndarray, queries: np.ndarray) -> list[list[int]]:
    found, times = [], []
    for query in queries:
        start = time.perf_counter()
        best = nearest(likeness(works, query), TOP)
        times.append(time.perf_counter() - start)
        found.append(best.tolist())
    truth = [np.argsort(-(works @ query), kind="stable")[:TOP].tolist() for query in queries]
    tell("exact", times, recall(found, truth))
    return truth


def recall(found: list[list[int]], truth: list[list[int]]) -> float:
    return float(np.mean([len(set(f) & set(t)) / TOP for f, t in zip(found, truth, strict=True)]))


def tell(name: str, times: list[float], found: float) -> None:
    middle, late = 1000 * np.median(times), 1000 * np.quantile(times, 0.95)
    print(f"{name}: {middle:.1f} ms (95 %: {late:.1f}), recall of {TOP}: {found:.3f}")


def indexed(works: np.ndarray, queries: np.ndarray, truth: list[list[int]], folder: Path) -> None:
    store = Store(folder)
    store.prepare()
    flat = np.zeros((6, 4), np.float32)
    for start in range(0, len(works), 10_000):
        some = range(start, min(start + 10_000, len(works)))
        store.put_works(Work(f"{i:064x}", "a", 1, 1, (0,) * 6, flat, works[i]) for i in some)
        store.put_entries(Entry(Path(f"/{i:08}"), 1, 1, f"{i:064x}") for i in some)
    start = time.perf_counter()
    keep_index(store, len(works))
    print(f"index made in {time.perf_counter() - start:.0f} s; {folder / MARK}")
    gallery, found, times = open_gallery(folder), [], []
    for query in queries:
        start = time.perf_counter()
        hits = by_index(gallery, query, TOP).hits
        times.append(time.perf_counter() - start)
        found.append([int(hit.id, 16) for hit in hits])
    tell("index", times, recall(found, truth))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=Raw)
    parser.add_argument("--works", type=int, default=100_000)
    parser.add_argument("--index", action="store_true")
    given = parser.parse_args()
    random = np.random.default_rng(0)
    both = unit(given.works * (2 if given.index else 1) + QUERIES, random)
    works, queries = both[:-QUERIES], both[-QUERIES:]
    print(f"{len(works[: given.works]):,} works")
    truth = exact(works[: given.works], queries)
    if given.index:
        print(f"{len(works):,} works")
        truth = exact(works, queries)
        with tempfile.TemporaryDirectory() as folder:
            indexed(works, queries, truth, Path(folder))


if __name__ == "__main__":
    main()

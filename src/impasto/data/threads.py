"""Work done on several cores at a time, and its results in their order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from itertools import islice
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

_AHEAD = 8  # results that may wait; pictures are large


def in_order(
    threads: Executor, work: Callable[[Given], Made], items: Iterable[Given]
) -> Iterator[Made]:
    """Do the work on each item and give the results in the items' order, a few ahead at most.

    Whoever stops asking stops the work: `Executor.map` would go through all of them.
    """
    rest = iter(items)
    waiting: deque[Future[Made]] = deque(threads.submit(work, i) for i in islice(rest, _AHEAD))
    while waiting:
        made = waiting.popleft().result()
        waiting.extend(threads.submit(work, item) for item in islice(rest, 1))
        yield made

"""Work on several threads: results in order, and a stop that stops."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from impasto.data.threads import in_order


def test_results_come_in_the_order_of_the_items():
    def work(n):
        time.sleep((n % 3) / 1000)
        return n * n

    with ThreadPoolExecutor(3) as threads:
        assert list(in_order(threads, work, range(30))) == [n * n for n in range(30)]


def test_whoever_stops_asking_stops_the_work():
    done = []
    with ThreadPoolExecutor(2) as threads:
        results = in_order(threads, done.append, range(1000))
        next(results)
    assert len(done) < 20


def test_errors_arrive():
    with ThreadPoolExecutor(2) as threads, pytest.raises(ZeroDivisionError):
        list(in_order(threads, lambda n: 1 / n, [1, 0]))

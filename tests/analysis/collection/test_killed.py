"""A power cut at any moment: add again, and every work is there exactly once."""

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from impasto.analysis.collection.gallery import open_gallery
from impasto.errors import DataError

ADD = """
import sys, torch
torch.set_num_threads(1)
from impasto.analysis.collection import adding
from impasto.analysis.collection.seeing import Sight
from impasto.networks.eye import Eye
torch.manual_seed(0)
eye = Eye().eval().requires_grad_(False)
none = torch.empty(0, 384)
see = lambda pictures: torch.cat([none, *(eye(picture[..., ::4, ::4]) for picture in pictures)])
adding.BATCH = 4
print("ready", flush=True)
adding.add(sys.argv[1], sys.argv[2], sight=Sight(see, "a" * 64))
"""


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_killed_at_random_moments(tmp_path: Path, draw: Any) -> None:
    for seed in range(40):
        draw(tmp_path / "scans" / f"{seed:02}.png", seed)
    words = [sys.executable, "-c", ADD, tmp_path / "museum", tmp_path / "scans"]
    moments = np.random.default_rng(0)
    longest = 3.0
    for _ in range(20):
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as adding:
            assert adding.stdout is not None
            assert adding.stdout.readline() == "ready\n"
            time.sleep(moments.uniform(0, longest))
            adding.kill()
        some = works(tmp_path / "museum")
        assert set(some.values()) <= {1}
        start = time.perf_counter()
        subprocess.run(words, check=True, capture_output=True)
        longest = min(longest, time.perf_counter() - start)
        found = works(tmp_path / "museum")
        assert len(found) == 40
        assert set(found.values()) == {1}
        entries = open_gallery(tmp_path / "museum").store.entries()
        assert len(entries) == 40
        assert {entry.id for entry in entries.values()} == set(found)
        for path in sorted((tmp_path / "scans").iterdir())[:20]:
            draw(path, int(moments.integers(2**31)))  # half of the works are other ones now


def works(folder: Path) -> Counter[str]:
    try:
        gallery = open_gallery(folder)
    except DataError:
        return Counter()
    return Counter(gallery.store.rows("works", ["id"])["id"].to_pylist())

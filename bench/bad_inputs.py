"""What reading does with a corpus of broken, hostile and odd files.

Bar: no crash, no hang, at most 2 s each, memory growth of at most 400 MB over the loaded process,
and no error but ours.

    python bench/bad_inputs.py [folder]
"""

import resource
import sys
import time
from collections import Counter
from pathlib import Path

import torch

from impasto.errors import PictureError, printable
from impasto.picture import read

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "bad-inputs"


def peak() -> float:
    """The most memory that this process had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def outcome(path: Path) -> str:
    """What becomes of a file."""
    try:
        read(path)
    except PictureError:
        return "refused with a line"
    except Exception as error:  # noqa: BLE001  this is what we look for
        return f"{type(error).__name__}: {printable(error, limit=80)}"
    return "read"


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED
    if not folder.is_dir():
        print(f"skipped: there is no folder {folder}")
        return
    torch.set_num_threads(1)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    before, counts, times = peak(), Counter(), []
    for path in files:
        wall, used = time.perf_counter(), time.process_time()
        counts[outcome(path)] += 1
        times.append((time.perf_counter() - wall, time.process_time() - used, path))
    wall, used, slowest = max(times)
    print(f"files        {len(files)}")
    for what, count in counts.most_common():
        print(f"  {count:5}  {what}")
    print(f"slowest      {wall:.2f} s ({used:.2f} s of processor time)  {printable(slowest.name)}")
    print(f"growth       {peak() - before:.0f} MB over {before:.0f} MB")


if __name__ == "__main__":
    main()

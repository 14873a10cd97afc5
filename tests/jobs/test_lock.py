"""Two runs never write into one folder."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from impasto.errors import OutputError
from impasto.jobs.lock import NAME, claim

HOLD = """
import sys, time
from pathlib import Path
from impasto.jobs.lock import claim
with claim(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_folder_is_made_and_left_clean(tmp_path: Path) -> None:
    with claim(tmp_path / "a" / "b") as folder:
        assert (folder / NAME).exists()
    assert list(folder.iterdir()) == []


def test_one_after_the_other_is_fine(tmp_path: Path) -> None:
    for _ in range(3):
        with claim(tmp_path):
            pass


def test_an_exception_gives_the_folder_back(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), claim(tmp_path):
        raise KeyboardInterrupt
    with claim(tmp_path):
        pass


def test_a_second_process_is_refused_until_the_first_dies(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(OutputError, match="another run is writing"), claim(tmp_path):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert (tmp_path / NAME).exists()
    with claim(tmp_path):
        pass


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(OutputError, match="can't be written to"), claim(tmp_path / "out"):
        pass

"""The other end of the line: a process that decodes, as the one that asks sees it."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import IO

from impasto.errors import SettingsError, printable
from impasto.picture import apart_wire

_PATIENCE = 60.0  # seconds within which the process must be ready; usually it is after 0.3
_GLANCE = 0.2  # seconds after which we look whether it still lives
_START = (
    "import sys; given = sys.argv[1:4]; sys.path[:] = sys.argv[4:];"
    "from impasto.picture.apart_worker import main;"
    "main(int(given[0]), memory=int(given[1]), seconds=int(given[2]))"
)
_ALONE = {"OMP_NUM_THREADS": "1", "VIPS_CONCURRENCY": "1", "MALLOC_ARENA_MAX": "2"}


_MOMENT = 2.0  # seconds that a process which hung up gets to be gone


class Lost(Exception):  # noqa: N818  becomes a PictureError that names the picture
    """There is no answer, and the process is gone."""


class Died(Lost):
    """The process ended by itself, or spoke nonsense."""


class Hung(Lost):
    """The process was still at work when its time was over."""


class Child:
    """A process that decodes.

    Args:
        memory: Bytes that it may take beyond what it needs to be there.
        seconds: Patience with one request.

    Raises:
        SettingsError: If it does not start.
    """

    def __init__(self, *, memory: int, seconds: float) -> None:
        self._seconds = seconds
        ours, theirs = socket.socketpair()
        self._line = ours
        with theirs, tempfile.TemporaryFile() as said:
            self._process = _start(theirs, memory, seconds, said)
            try:
                self._until = time.monotonic() + _PATIENCE
                apart_wire.receive(self._fill, largest=0)
            except (EOFError, OSError, apart_wire.Garbled) as error:
                raise SettingsError(_never_started(self._obituary(), memory, said)) from error

    def lives(self) -> bool:
        """Tell whether the process is still there."""
        return self._process.poll() is None

    def ask(
        self, request: Mapping[str, object], *, largest: int
    ) -> tuple[dict[str, object], bytearray]:
        """Ask for something, and wait for the answer.

        Args:
            request: What `apart_worker` understands.
            largest: Bytes that the answer's body may have.

        Raises:
            Hung: If there is no answer in time.
            Died: If the process ended instead. In both cases it is gone now.
        """
        self._until = time.monotonic() + self._seconds
        try:
            self._line.settimeout(self._seconds)
            apart_wire.send(self._line, request)
            return apart_wire.receive(self._fill, largest=largest)
        except TimeoutError:
            self.end()
            raise Hung(
                f"it was not decoded within {self._seconds:g} s; if it is worth the wait, raise "
                "the limit with seconds=, else save it anew from another program"
            ) from None
        except (EOFError, OSError, apart_wire.Garbled) as error:
            raise Died(
                f"the process that decoded it {self._obituary()}; if the file opens elsewhere, "
                "save it anew from there, else leave it out"
            ) from error
        except BaseException:
            self.end()  # or the answer to this request would be taken for that to the next
            raise

    def end(self) -> None:
        """End the process, whatever it does."""
        self._line.close()
        self._process.kill()
        self._process.wait()

    def forget(self) -> None:
        """Let go of it in a process that was forked off, to which it does not belong."""
        self._line.close()
        self._process.poll()

    def _obituary(self) -> str:
        """Tell how it ended, and see to it that it has; one that hung up gets a moment to go."""
        code = None
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(_MOMENT)
        self.end()
        return "gave no sensible answer" if code is None else _told(code)

    def _fill(self, room: memoryview) -> int:
        """Read what is there; looks meanwhile whether the process lives and time is left.

        The end of the line alone would not do: a process forked off in a bad moment may hold it.
        """
        while True:
            left = self._until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            alive = self.lives()
            self._line.settimeout(min(left, _GLANCE) if alive else 0.01)
            try:
                return self._line.recv_into(room)
            except TimeoutError:
                if not alive:
                    raise EOFError from None


def _start(
    line: socket.socket, memory: int, seconds: float, said: IO[bytes]
) -> subprocess.Popen[bytes]:
    """Start Python anew: a fork would carry the locks of threads that are not there."""
    given = [str(line.fileno()), str(memory), str(2 * int(seconds) + 10)]
    return subprocess.Popen(  # noqa: S603  ourselves
        [sys.executable, "-I", "-c", _START, *given, *sys.path],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=said,
        pass_fds=[line.fileno()],
        env={**os.environ, **_ALONE},
        start_new_session=True,
    )


def _never_started(how: str, memory: int, said: IO[bytes]) -> str:
    said.seek(0)
    last = said.read()[-1000:].decode(errors="replace").strip().split("\n")[-1]
    return (
        f"the process that decodes pictures {how} before it was ready "
        f"({printable(last) or 'it said nothing'}); it may take {memory >> 20:,} MB: "
        "give it more with memory= if that is little"
    )


def _told(code: int) -> str:
    if code >= 0:
        return f"ended by itself with code {code}"
    name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
    more = ", perhaps for want of memory" if -code == signal.SIGKILL else ""
    return f"was ended by the signal {name}{more}"

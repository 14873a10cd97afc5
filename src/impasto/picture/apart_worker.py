"""The process that decodes for another one: it has limits, opens what it is told to, and answers.

It imports no torch, so that it starts in a quarter of a second and is small.
"""

import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import cast

from PIL import Image

from impasto.errors import PictureError, printable
from impasto.picture import apart_wire, small

if sys.platform != "win32":
    import resource


def main(descriptor: int, *, memory: int, seconds: int) -> None:
    """Answer requests until the other side hangs up.

    Args:
        descriptor: A socket's.
        memory: Bytes that may be taken beyond what is in use at the start.
        seconds: After so many at one picture it ends itself, should nobody be left to do so.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever asks
    with socket.socket(fileno=descriptor) as line:
        Image.init()  # Pillow's readers, loaded while there is no limit yet
        limit(memory)
        apart_wire.send(line, {"ready": True})
        with suppress(EOFError, OSError, apart_wire.Garbled):
            while _serve(line, memory=memory, seconds=seconds):
                pass


def _serve(line: socket.socket, *, memory: int, seconds: int) -> bool:
    """Wait for a request and answer it; tells whether another one can be served."""
    request, _ = apart_wire.receive(line.recv_into, largest=0)
    signal.alarm(seconds)  # with nobody left to kill us, the system does
    able = _answer(line, request, memory)
    signal.alarm(0)
    return able


def limit(memory: int) -> None:
    """Let this process take so much more memory, write no file, and leave no core behind."""
    _silence()
    os.environ["VIPS_DISC_THRESHOLD"] = "1t"  # or libvips would write large pictures to files
    sys.dont_write_bytecode = True
    _set("RLIMIT_CORE", 0)
    _set("RLIMIT_FSIZE", 0)
    for name, used in _used().items():
        _set(name, used + memory)


def _silence() -> None:
    """Close the door for what decoders print; what went wrong before now has been said."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _used() -> dict[str, int]:
    """Tell which limits there are, and how much of each is in use; Linux alone keeps to them."""
    found: dict[str, int] = {}
    with suppress(OSError):
        for row in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            name = {"VmSize:": "RLIMIT_AS", "VmData:": "RLIMIT_DATA"}.get(row[:7])
            if name:
                found[name] = int(row.split()[1]) << 10
    return found


def _set(name: str, value: int) -> None:
    """Set a limit where the system has it and allows it; one that is lower already stays."""
    kind = getattr(resource, name, None)
    if kind is not None:
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (value, value))


def _answer(line: socket.socket, request: dict[str, object], memory: int) -> bool:
    """Answer one request; tells whether there is memory for more."""
    try:
        made = _decoded(request)
    except MemoryError:
        apart_wire.send(line, {"error": _too_little(memory), "full": True})
        return False
    except PictureError as error:
        apart_wire.send(line, {"error": printable(error, limit=2000)})
        return True
    height, width, _ = made.pixels.shape
    shape = {"height": height, "width": width, "whole": [made.width, made.height]}
    apart_wire.send(line, {**shape, "sha256": made.sha256}, made.pixels.tobytes())
    return True


def _decoded(request: dict[str, object]) -> small.Small:
    """Decode what was asked for; the requests come from our own side and are not doubted."""
    decode = cast("Callable[..., small.Small]", small.decode_small)
    sizes = {name: request[name] for name in ("shorter", "longest", "max_pixels")}
    try:
        return decode(request["path"], **sizes)
    except PictureError as error:
        if isinstance(error.__cause__, MemoryError) or "out of memory" in str(error):
            raise MemoryError from error
        raise


def _too_little(memory: int) -> str:
    return (
        f"it needs more than the {memory >> 20:,} MB of memory that decoding may take; "
        "make it smaller, or raise the limit with memory="
    )

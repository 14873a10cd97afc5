"""What the two processes say to each other: lengths, JSON and plain bytes; never pickle.

A message is four bytes of length, a JSON object of that length, and as many bytes as ``bytes`` in
it says. Whoever reads it believes nothing: what is too long or has another form ends the talk.
"""

import json
import socket
import struct
from collections.abc import Callable, Mapping

LONGEST = 1 << 16  # bytes of a message's JSON

Receive = Callable[[memoryview], int]
"""Fills a buffer as far as it can; returns how many bytes it got, 0 at the end."""


class Garbled(Exception):  # noqa: N818  said between the two processes, never to a person
    """The other side said what nobody says here."""


def send(
    line: socket.socket, message: Mapping[str, object], body: bytes | memoryview = b""
) -> None:
    """Say something.

    Raises:
        OSError: If the other side is gone.
    """
    text = json.dumps({**message, "bytes": len(body)}).encode("ascii")
    line.sendall(struct.pack(">I", len(text)) + text)
    line.sendall(body)


def receive(fill: Receive, *, largest: int) -> tuple[dict[str, object], bytearray]:
    """Hear what the other side says.

    Args:
        fill: Reads from the line.
        largest: Bytes that may follow the JSON.

    Raises:
        EOFError: If it ends.
        Garbled: If it is no message.
    """
    (length,) = struct.unpack(">I", _exactly(fill, 4))
    if length > LONGEST:
        raise Garbled(f"a message of {length} bytes")
    message = _parsed(_exactly(fill, length))
    size = message.pop("bytes", None)
    if type(size) is not int or not 0 <= size <= largest:
        raise Garbled(f"a body of {size} bytes")
    return message, _exactly(fill, size)


def _exactly(fill: Receive, count: int) -> bytearray:
    data = bytearray(count)
    room = memoryview(data)
    while room:
        got = fill(room)
        if not got:
            raise EOFError
        room = room[got:]
    return data


def _parsed(text: bytearray) -> dict[str, object]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Garbled("no JSON") from error
    if not isinstance(found, dict):
        raise Garbled("no JSON object")
    return found

"""One question to a server and its answer, with limits on everything that may be without end."""

import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from impasto.data.fetch_addresses import Address, Socket
from impasto.errors import DataError

_BLOCK = 1 << 16


@dataclass(frozen=True)
class Limits:
    """What one answer may take.

    Attributes:
        seconds: From the connection to the last byte.
        largest: Bytes of the body, packed and unpacked.
    """

    seconds: float
    largest: int


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a server sent.

    Attributes:
        address: Who sent it, after all redirects.
        status: HTTP's number, 200 if all is well.
        headers: By names in small letters.
        body: Unpacked.
    """

    address: Address
    status: int
    headers: dict[str, str]
    body: bytes


def exchange(
    address: Address,
    places: Sequence[Socket],
    *,
    headers: dict[str, str],
    limits: Limits,
    approve: Callable[[str], None],
) -> Answer:
    """Ask for what lies at an address.

    Args:
        address: What to ask for.
        places: Where its host lies, already checked; the first that answers is asked. Its name is
            not resolved again: a second answer of the name server would not be checked.
        headers: To send.
        limits: For the answer.
        approve: Told the IP address that we are connected to, before anything is said; raises if
            it is not to be asked.

    Returns:
        The answer, with a body if its status is 200.

    Raises:
        DataError: If the answer is larger than allowed, or packed in a way that nobody asked for.
        OSError: If nobody answers, or the time is over.
        HTTPException: If the answer makes no sense.
    """
    until = time.monotonic() + limits.seconds
    with _connected(places, until) as plain, _secured(plain, address) as line, _ending(line, until):
        approve(str(line.getpeername()[0]))
        if isinstance(line, ssl.SSLSocket):
            line.do_handshake()
        response = _asked(line, address, headers)
        given = {name.lower(): value for name, value in response.getheaders()}
        body = _body(response, given, limits.largest) if response.status == 200 else b""
    return Answer(address=address, status=response.status, headers=given, body=body)


def _asked(
    line: socket.socket, address: Address, headers: dict[str, str]
) -> http.client.HTTPResponse:
    secure = address.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(address.host, address.port)
    connection.sock = line  # it would resolve the name itself
    connection.request("GET", address.target, headers={**headers, "Connection": "close"})
    return connection.getresponse()


@contextmanager
def _connected(places: Sequence[Socket], until: float) -> Iterator[socket.socket]:
    """Connect to the first place that answers."""
    error: OSError = ConnectionError("nobody is there")
    for family, place in places:
        with socket.socket(family, socket.SOCK_STREAM) as line:
            try:
                line.settimeout(max(0.01, until - time.monotonic()))
                line.connect(place)
            except OSError as found:
                error = found
                continue
            yield line
            return
    raise error


def _secured(line: socket.socket, address: Address) -> socket.socket:
    """Put encryption on a connection, and have the server prove its name."""
    if address.scheme == "http":
        return line
    context = ssl.create_default_context()
    return context.wrap_socket(line, server_hostname=address.host, do_handshake_on_connect=False)


@contextmanager
def _ending(line: socket.socket, until: float) -> Iterator[None]:
    """Hang up when the time is over, however slowly and steadily the bytes drip."""
    over = threading.Event()

    def hang_up() -> None:
        over.set()
        with suppress(OSError):
            socket.socket.shutdown(line, socket.SHUT_RDWR)  # past encryption, which would wait

    watch = threading.Timer(max(0.0, until - time.monotonic()), hang_up)
    watch.daemon = True
    watch.start()
    try:
        yield
    except (OSError, ValueError, http.client.HTTPException) as error:
        if over.is_set():
            raise TimeoutError("it took too long") from error
        raise
    finally:
        watch.cancel()
    if over.is_set():
        raise TimeoutError("it took too long")


def _body(response: http.client.HTTPResponse, headers: dict[str, str], largest: int) -> bytes:
    packing = headers.get("content-encoding", "identity").strip().lower()
    if packing not in {"", "identity", "gzip", "x-gzip"}:
        raise DataError(f"it comes packed as {packing!r:.30}, which we did not ask for")
    if (response.length or 0) > largest:
        raise _too_large(largest)
    packed = _raw(response, largest)
    return _unpacked(packed, largest) if "gzip" in packing else packed


def _raw(response: http.client.HTTPResponse, largest: int) -> bytes:
    """Read a body to its end, and see that it is the end that was announced."""
    data = bytearray()
    while block := response.read(_BLOCK):
        data += block
        if len(data) > largest:
            raise _too_large(largest)
    if response.length:
        raise ConnectionError("it ended too early")
    return bytes(data)


def _unpacked(packed: bytes, largest: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        data = unpacker.decompress(packed, largest + 1)
    except zlib.error as error:
        raise ConnectionError("it is packed wrongly") from error
    if len(data) > largest:
        raise _too_large(largest)
    if not unpacker.eof:
        raise ConnectionError("it ended too early")
    return data


def _too_large(largest: int) -> DataError:
    return DataError(f"it is larger than {largest / 1e6:,.3g} MB; raise the limit with largest=")

"""Which addresses may be asked: those of the web, and nobody's private network.

A manifest from a stranger names addresses, and whoever fetches them does it from inside: from the
museum's network, beside the printer and the router. So every name is resolved here, what it
resolves to is checked, and the connection goes to what was checked and nowhere else.
"""

import ipaddress
import socket
from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from impasto.errors import DataError, printable

PORTS = {"http": 80, "https": 443}
_KEPT = "%/:=&?~+!$,;'@()*[]|"  # signs of a path or a query that are left as they are
_LONGEST = 8000  # characters of an address
_INSIDE = [  # networks that carry an older address in them, or are private by a newer rule
    *map(ipaddress.ip_network, ("64:ff9b:1::/48", "fec0::/10", "::/96", "192.0.0.0/24")),
    *map(ipaddress.ip_network, ("192.88.99.0/24", "3fff::/20", "5f00::/16")),
]
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Socket = tuple[socket.AddressFamily, tuple[str, int] | tuple[str, int, int, int]]
"""A family and an address of it, as the system connects to."""


class Address(NamedTuple):
    """An address of the web, taken apart.

    Attributes:
        scheme: ``http`` or ``https``.
        host: A name in ASCII, or an IP address.
        port: 1 to 65,535.
        target: Path and query, quoted.
    """

    scheme: str
    host: str
    port: int
    target: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.target}"

    def joined(self, location: str) -> "Address":
        """Follow a link from here.

        Raises:
            DataError: If it leads where we do not go.
        """
        found = parse(urljoin(str(self), location.strip()))
        if self.scheme == "https" and found.scheme == "http":
            raise DataError(
                f"{printable(self)} leads on to {printable(found)}, which is not encrypted any "
                "more; ask the museum for a manifest with https addresses"
            )
        return found


def is_web(source: str) -> bool:
    """Tell whether this is meant as an address of the web and not as a file."""
    return source.strip()[:8].lower().startswith(("http://", "https://"))


def parse(url: str) -> Address:
    """Take an address apart.

    Raises:
        DataError: If it is none of the web, or holds a password.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
        name = host if ":" in host else host.encode("idna").decode("ascii")
    except ValueError as error:  # UnicodeError is one, too
        raise _refused(url, printable(error, limit=80)) from error
    if parts.scheme not in PORTS or not name or len(url) > _LONGEST:
        raise _refused(url, "expected http:// or https:// and a name")
    if parts.username is not None or parts.password is not None:
        raise DataError("an address with a name or a password in it is not fetched; leave it out")
    target = quote(parts.path or "/", safe=_KEPT)
    if parts.query:
        target += "?" + quote(parts.query, safe=_KEPT)
    return Address(parts.scheme, name, PORTS[parts.scheme] if port is None else port, target)


def resolve(address: Address, *, allow_private: bool | Collection[str] = False) -> list[Socket]:
    """Look up where a name lies, and refuse it if that is not in public.

    Args:
        address: Whose host is looked up.
        allow_private: True if any may be private; or the hosts that may.

    Returns:
        At least one, all of them checked.

    Raises:
        DataError: If one of them is private, loopback, link-local, reserved or multicast.
        OSError: If the name is unknown, or there is no network.
    """
    found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    sockets = [(family, place) for family, _, _, _, place in found]
    for _, place in sockets:
        check(address, str(place[0]), allow_private=allow_private)
    return sockets  # type: ignore[return-value]  # the families that have ports have these


def check(address: Address, ip: str, *, allow_private: bool | Collection[str]) -> None:
    """Let an IP address pass if it is public, or its host may be private.

    Raises:
        DataError: If not.
    """
    allowed = allow_private if isinstance(allow_private, bool) else address.host in allow_private
    if not (allowed or is_public(ip)):
        raise DataError(
            f"{printable(address.host)} lies in a private network ({printable(ip)}), and is not "
            "asked because a stranger may have named it; if it is yours, allow it with "
            "allow_private= (--allow-private)"
        )


def is_public(ip: str) -> bool:
    """Tell whether an IP address belongs to the internet that everybody sees.

    Examples:
        >>> is_public("93.184.216.34"), is_public("10.0.0.1"), is_public("::ffff:127.0.0.1")
        (True, False, False)
    """
    try:
        found = ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:
        return False
    inner = _carried(found)
    return _is_global(found if inner is None else inner)


def _is_global(ip: IP) -> bool:
    return (
        ip.is_global
        and not (ip.is_multicast or ip.is_reserved)
        and not any(ip.version == net.version and ip in net for net in _INSIDE)
    )


def _carried(ip: IP) -> IP | None:
    """Find the older address that a newer one stands for: the packets end up there."""
    if isinstance(ip, ipaddress.IPv4Address):
        return None
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


def _refused(url: str, reason: str) -> DataError:
    return DataError(f"{printable(url)} is no address that we fetch ({reason}); check it")

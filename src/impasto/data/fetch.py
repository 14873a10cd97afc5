"""Fetching from museums as a guest: slowly, a little at a time, by name, and from nobody's cellar.

A server is asked twice a second at most, told who asks, and left alone for as long as it says.
"""

import http.client
import ssl
import threading
import time
from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial

from impasto.data.fetch_addresses import Address, check, parse, resolve
from impasto.data.fetch_exchange import Answer, Limits, exchange
from impasto.errors import DataError, SettingsError, printable
from impasto.version import __version__

AGENT = f"Impasto/{__version__} (a studio for art; fetches what one person asked for)"
"""What servers are told about who asks."""

_REDIRECTS = {301, 302, 303, 307, 308}
_LATER = {429, 502, 503, 504}
_HOPS = 5
_ENOUGH = 5  # failures of a host in a row, after which it is not asked any more


class Fetcher:
    """Fetches what lies at addresses of the web.

    Args:
        pause: Seconds between two questions to the same host.
        seconds: Patience with one answer, from the connection to its last byte.
        largest: Bytes of one answer, packed and unpacked.
        tries: How often something is asked for if the host is busy or the connection breaks.
        patience: Seconds of waiting that a host may ask for; one that asks for more has its way.
        allow_private: True if addresses in private networks may be asked, too; or the names of the
            hosts that may. Only for what you know: the addresses come from the manifest.

    Raises:
        SettingsError: If a value is out of its range.
    """

    def __init__(
        self,
        *,
        pause: float = 0.5,
        seconds: float = 60.0,
        largest: int = 64 << 20,
        tries: int = 3,
        patience: float = 60.0,
        allow_private: bool | Collection[str] = False,
    ) -> None:
        if not (pause >= 0 and 0 < seconds < 1e6 and largest > 0 and tries > 0 and patience >= 0):
            raise SettingsError(
                "expected pause and patience of 0 or more, and seconds, largest and tries above 0; "
                f"got {pause=}, {seconds=}, {largest=}, {tries=}, {patience=}"
            )
        self.tries = tries
        self.patience = patience
        self.allow_private = allow_private
        self.limits = Limits(seconds, largest)
        self._pace = _Pace(pause)
        self._failures: Counter[str] = Counter()

    def get(self, url: str, *, accept: str = "*/*") -> Answer:
        """Fetch what lies at an address.

        Args:
            url: Of the web; others are refused, and so is what a redirect leads to.
            accept: The kind that is asked for, as HTTP writes it.

        Returns:
            The answer; its status is 200.

        Raises:
            DataError: If it can't be had, for whatever reason.
        """
        asked = parse(url)
        try:
            return self._patiently(asked, accept)
        except DataError as error:
            raise DataError(f"cannot fetch {printable(asked)}: {error}") from error

    def _patiently(self, address: Address, accept: str) -> Answer:
        """Ask again, later, as long as there is hope."""
        for left in reversed(range(self.tries)):
            if self._failures[address.host] >= _ENOUGH:
                raise DataError(
                    f"{printable(address.host)} failed {_ENOUGH} times in a row and is not asked "
                    "any more; try again later"
                )
            try:
                answer = self._follow(address, accept)
            except _Later as later:
                if not left or later.seconds > self.patience:
                    self._failures[address.host] += 1
                    raise DataError(f"{later}; try again later") from later
                self._pace.hold(address.host, later.seconds or 2.0 ** (self.tries - left - 1))
            else:
                self._failures[address.host] = 0
                return answer
        raise AssertionError("the last try returns or raises")

    def _follow(self, address: Address, accept: str) -> Answer:
        """Ask, and go where we are sent, checking each place as if it were the first."""
        for _ in range(_HOPS + 1):
            answer = self._once(address, accept)
            if answer.status == 200:
                return answer
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                raise _said(answer)
            address = address.joined(answer.headers["location"])
        raise DataError(f"it leads on and on, more than {_HOPS} times; check the address")

    def _once(self, address: Address, accept: str) -> Answer:
        headers = {"User-Agent": AGENT, "Accept": accept, "Accept-Encoding": "gzip"}
        approve = partial(check, address, allow_private=self.allow_private)
        self._pace.wait(address.host)
        try:
            places = resolve(address, allow_private=self.allow_private)
            return exchange(address, places, headers=headers, limits=self.limits, approve=approve)
        except ssl.SSLCertVerificationError as error:
            raise DataError(
                f"its certificate is not valid ({printable(error.verify_message, limit=80)}), so "
                "it may be somebody else; look at it in a browser"
            ) from error
        except (OSError, UnicodeError, http.client.HTTPException) as error:
            raise _Later(_reason(error)) from error


class _Later(Exception):  # noqa: N818  becomes a DataError when the tries are used up
    """It may work later.

    Args:
        reason: Why not now.
        seconds: What the host asks us to wait, 0 if it says nothing.
    """

    def __init__(self, reason: str, seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.seconds = seconds


class _Pace:
    """Keeps questions to a host apart; several threads wait in a row."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._free: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, host: str) -> None:
        """Wait for this host's next turn, and take it."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._free.get(host, now))
            self._free[host] = turn + self._pause
        if turn > now:
            time.sleep(turn - now)

    def hold(self, host: str, seconds: float) -> None:
        """Leave a host alone for so long."""
        with self._lock:
            until = time.monotonic() + seconds
            self._free[host] = max(until, self._free.get(host, until))


def _said(answer: Answer) -> DataError | _Later:
    """Put a refusal in words."""
    status = answer.status
    reason = f"the server answers {status} ({http.client.responses.get(status, 'unknown')})"
    if status in _LATER:
        seconds = _retry_after(answer.headers.get("retry-after", ""))
        more = f" and asks to wait {seconds:.0f} s" if seconds else ""
        return _Later(reason + more, seconds)
    if status in {401, 403}:
        return DataError(f"{reason}; it wants a login, or no visitors: ask the museum")
    return DataError(f"{reason}; check the address")


def _retry_after(value: str) -> float:
    """Read what a host asks us to wait: seconds, or a date."""
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "the answer took too long"
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"no answer ({printable(said, limit=100)})"

"""Fetching: politely, within limits, and never from a private network that nobody allowed."""

import email.utils
import gzip
import shutil
import socket
import ssl
import subprocess
import time
import zlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from itertools import pairwise

import pytest

from impasto.data.fetch import AGENT, Fetcher, _retry_after
from impasto.data.fetch_addresses import is_public, parse, resolve
from impasto.errors import DataError, SettingsError


def fetcher(**settings) -> Fetcher:
    return Fetcher(**{"pause": 0, "tries": 1, "allow_private": {"127.0.0.1"}, **settings})


# ---------------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    "ip",
    [
        *("127.0.0.1", "127.255.0.9", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254"),
        *("0.0.0.0", "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1"),
        *("192.0.2.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "2001:db8::1", "fec0::1"),
        *("64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::"),
        *("2001:0:4136:e378:8000:63bf:f5ff:fffe", "no address", ""),
    ],
)
def test_private_addresses_in_all_their_clothes(ip):
    assert not is_public(ip)


@pytest.mark.parametrize(
    "ip", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"]
)
def test_public_addresses(ip):
    assert is_public(ip)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "file:///etc/passwd",
            "ftp://museum.org/a",
            "gopher://127.0.0.1",
            "//museum.org",
            "a.json",
        ),
        *("http://", "http:///a", "http://museum.org:99999/", "http://[::1", "javascript:alert(1)"),
        *("http://" + "a" * 70 + ".org/", "http://museum.org/" + "a" * 9000, "", "http://a..b/"),
    ],
)
def test_what_is_no_address_of_the_web(url):
    with pytest.raises(DataError, match="is no address that we fetch"):
        parse(url)


def test_passwords_are_not_repeated():
    with pytest.raises(DataError) as caught:
        parse("https://me:secret@museum.org/")
    assert "secret" not in str(caught.value)


def test_addresses_are_quoted_and_cannot_smuggle_headers():
    found = parse("https://Müsli.example/a b/ü?q=ä\r\nHost: evil#part")
    assert str(found) == "https://xn--msli-0ra.example/a%20b/%C3%BC?q=%C3%A4Host:%20evil"
    assert str(parse("http://[::1]:8080")) == "http://[::1]:8080/"
    assert parse("https://museum.org/iiif/a%2Fb/full/!9,9/0/x.jpg").target.count("%2F") == 1


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_this_computer_by_all_its_names_is_refused(museum, host):
    port = museum.address.rpartition(":")[2]
    with pytest.raises(DataError, match=r"lies in a private network.*allow_private"):
        Fetcher(pause=0).get(f"http://{host}:{port}/a")
    assert museum.asked == []


def test_all_addresses_of_a_name_are_checked(monkeypatch):
    """A name that has a public and a private address is refused: the system might take either."""
    both = [("93.184.216.34", 80), ("10.0.0.1", 80)]
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place) for place in both]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)
    with pytest.raises(DataError, match=r"10\.0\.0\.1"):
        resolve(parse("http://museum.example/"))


def test_the_name_is_resolved_once_and_what_was_checked_is_asked(museum, monkeypatch):
    """DNS rebinding: the second answer of the name server is never asked for."""
    port = int(museum.address.rpartition(":")[2])
    museum.publish("/a", b"here")
    asked = []

    def resolver(host, *_, **__):
        asked.append(host)
        place = ("127.0.0.1", port) if len(asked) == 1 else ("10.0.0.1", port)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place)]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    patient = fetcher(allow_private={"museum.example"})
    assert patient.get(f"http://museum.example:{port}/a").body == b"here"
    assert asked == ["museum.example"]
    assert museum.headers[0]["host"] == f"museum.example:{port}"


# ---------------------------------------------------------------------- redirects


def to(location: str, status: int = 302):
    return status, {"Location": location}, b""


def test_redirects_are_followed_to_the_end(museum):
    museum.pages["/a"] = to("/b", 301)
    museum.pages["/b"] = to(f"{museum.address}/c", 308)
    museum.publish("/c", b"here")
    answer = fetcher().get(f"{museum.address}/a")
    assert answer.body == b"here"
    assert str(answer.address) == f"{museum.address}/c"


@pytest.mark.parametrize("host", ["localhost", "[::1]", "127.0.0.2", "169.254.169.254"])
def test_a_redirect_to_where_nobody_may_go_is_refused(museum, host):
    port = museum.address.rpartition(":")[2]
    museum.pages["/a"] = to(f"http://{host}:{port}/secret")
    museum.publish("/secret", b"secret")
    with pytest.raises(DataError, match=rf"fetch http://127\.0\.0\.1:{port}/a: .*private network"):
        fetcher().get(f"{museum.address}/a")
    assert museum.asked == ["/a"]


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://museum.org/", "data:text/plain,a"]
)
def test_a_redirect_out_of_the_web_is_refused(museum, location):
    museum.pages["/a"] = to(location)
    with pytest.raises(DataError, match="is no address that we fetch"):
        fetcher().get(f"{museum.address}/a")


def test_a_redirect_never_gives_up_encryption():
    with pytest.raises(DataError, match="not encrypted any more"):
        parse("https://museum.org/a").joined("http://museum.org/a")


def test_redirects_in_a_circle_end(museum):
    museum.pages["/a"] = to("/a")
    with pytest.raises(DataError, match="leads on and on"):
        fetcher().get(f"{museum.address}/a")
    assert len(museum.asked) == 6


# ---------------------------------------------------------------------- limits


def test_large_answers_are_refused_before_and_while_they_come(museum):
    museum.publish("/said", b"a" * 2000)
    museum.pages["/unsaid"] = unsaid(b"a" * 2000)
    for path in ("/said", "/unsaid"):
        with pytest.raises(DataError, match="larger than"):
            fetcher(largest=1000).get(museum.address + path)
        assert len(fetcher(largest=2000).get(museum.address + path).body) == 2000


def unsaid(body: bytes):
    """A body whose length nobody announces."""

    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(body)

    return page


def test_packed_answers_are_unpacked_up_to_the_limit(museum):
    packed = gzip.compress(b"a" * 5_000_000)
    assert len(packed) < 10_000
    museum.pages["/a"] = 200, {"Content-Encoding": "gzip"}, packed
    with pytest.raises(DataError, match="larger than"):
        fetcher(largest=100_000).get(f"{museum.address}/a")
    assert len(fetcher().get(f"{museum.address}/a").body) == 5_000_000
    museum.pages["/a"] = 200, {"Content-Encoding": "br"}, b"1234"
    with pytest.raises(DataError, match="did not ask for"):
        fetcher().get(f"{museum.address}/a")
    for broken in (b"no gzip", packed[:-9], zlib.compress(b"a")):
        museum.pages["/a"] = 200, {"Content-Encoding": "gzip"}, broken
        with pytest.raises(DataError, match=r"packed wrongly|too early"):
            fetcher().get(f"{museum.address}/a")


def test_an_answer_that_ends_early_is_none(museum):
    museum.pages["/a"] = 200, {"Content-Length": "100"}, b"short"
    with pytest.raises(DataError, match="too early"):
        fetcher().get(f"{museum.address}/a")


def dripping(headers: bool):
    """A body, or its headers, of which a byte comes now and then, for ever."""

    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        if not headers:
            handler.end_headers()
        handler.flush_headers()
        for _ in range(100):
            handler.wfile.write(b"a")
            time.sleep(0.05)

    return page


@pytest.mark.parametrize("headers", [True, False])
def test_an_answer_that_drips_ends_when_the_time_is_over(museum, headers):
    museum.pages["/a"] = dripping(headers)
    begun = time.monotonic()
    with pytest.raises(DataError, match="took too long"):
        fetcher(seconds=0.4).get(f"{museum.address}/a")
    assert time.monotonic() - begun < 2


def test_nonsense_is_one_clear_line(museum):
    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"\x00\x01\x1b[31m no HTTP\r\n\r\n")

    museum.pages["/a"] = page
    with pytest.raises(DataError) as caught:
        fetcher().get(f"{museum.address}/a")
    assert str(caught.value).isprintable()


# ---------------------------------------------------------------------- manners


def test_it_says_who_it_is_and_comes_slowly(museum):
    museum.publish("/a", b"here")
    slow = fetcher(pause=0.15)
    for _ in range(4):
        slow.get(f"{museum.address}/a", accept="text/plain")
    assert all(later - sooner > 0.12 for sooner, later in pairwise(museum.times))
    assert museum.headers[0]["user-agent"] == AGENT
    assert AGENT.startswith("Impasto/")
    assert museum.headers[0]["accept"] == "text/plain"


def busy(times: int, status: int, retry_after: str):
    """A server that is busy a few times, and then is not."""
    left = [times]

    def page(_: BaseHTTPRequestHandler):
        left[0] -= 1
        headers = {"Retry-After": retry_after} if retry_after else {}
        return (status, headers, b"") if left[0] >= 0 else (200, {}, b"here")

    return page


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(museum, status):
    museum.pages["/a"] = busy(1, status, "1")
    assert fetcher(tries=2).get(f"{museum.address}/a").body == b"here"
    assert 0.9 < museum.times[1] - museum.times[0] < 3


def test_who_asks_for_too_much_patience_has_its_way(museum):
    museum.pages["/a"] = busy(9, 429, "3600")
    begun = time.monotonic()
    with pytest.raises(DataError, match=r"429 .*asks to wait 3600 s; try again later"):
        fetcher(tries=3).get(f"{museum.address}/a")
    assert time.monotonic() - begun < 1
    assert len(museum.asked) == 1


def test_retry_after_may_be_a_date():
    assert _retry_after("7") == 7
    soon = email.utils.formatdate(time.time() + 100, usegmt=True)
    assert 95 < _retry_after(soon) <= 101
    assert _retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert [_retry_after(text) for text in ("", "soon", "-5", "1e9", "٣")] == [0] * 5


def test_a_host_that_never_answers_is_given_up(museum):
    museum.pages["/a"] = 503, {}, b""
    patient = fetcher()
    for _ in range(5):
        with pytest.raises(DataError, match="503"):
            patient.get(f"{museum.address}/a")
    with pytest.raises(DataError, match="failed 5 times in a row"):
        patient.get(f"{museum.address}/a")
    assert len(museum.asked) == 5


@pytest.mark.parametrize(("status", "reason"), [(404, "check the address"), (403, "wants a login")])
def test_other_answers_are_final(museum, status, reason):
    museum.pages["/a"] = status, {}, b""
    with pytest.raises(DataError, match=rf"{status} .*{reason}"):
        fetcher(tries=3).get(f"{museum.address}/a")
    assert len(museum.asked) == 1


def test_nobody_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/"
        with pytest.raises(DataError, match=r"no answer \(.*refused"):
            fetcher().get(address)


def test_a_server_without_a_certificate_is_not_believed(museum):
    with pytest.raises(DataError, match="no answer"):
        fetcher().get(museum.address.replace("http:", "https:") + "/a")


@pytest.fixture
def secured(museum, tmp_path, monkeypatch) -> Callable[[bool], str]:
    """Makes a server with encryption of the museum's own, known to this computer or not."""
    openssl = shutil.which("openssl") or pytest.skip("needs openssl to make a certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=test"
    named = [
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        str(key),
        "-out",
        str(certificate),
    ]
    subprocess.run([openssl, *command.split(), *named], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def known(trusted: bool) -> str:
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        museum.secure(context)
        return museum.address

    return known


def test_an_encrypted_server_proves_its_name(museum, secured):
    address = secured(True)
    museum.publish("/a", b"here")
    assert fetcher().get(f"{address}/a").body == b"here"
    museum.pages["/b"] = to(address.replace("https:", "http:") + "/a")
    with pytest.raises(DataError, match="not encrypted any more"):
        fetcher().get(f"{address}/b")
    museum.pages["/slow"] = dripping(headers=False)
    with pytest.raises(DataError, match="took too long"):
        fetcher(seconds=0.4).get(f"{address}/slow")


def test_an_encrypted_server_that_nobody_knows_is_refused(museum, secured):
    address = secured(False)
    museum.publish("/a", b"here")
    with pytest.raises(DataError, match="certificate is not valid"):
        fetcher(tries=3).get(f"{address}/a")
    assert museum.asked == []


@pytest.mark.parametrize("wrong", [{"pause": -1}, {"seconds": 0}, {"largest": 0}, {"tries": 0}])
def test_settings_out_of_range(wrong):
    with pytest.raises(SettingsError, match="expected pause"):
        Fetcher(**wrong)

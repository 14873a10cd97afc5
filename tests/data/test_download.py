"""MNIST fetched: from a real server on loopback, and checked."""

import gzip
import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from impasto.data.download import _SHA256, _is_good, fetch_mnist
from impasto.data.idx import MNIST, mnist
from impasto.errors import DataError, OutputError


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and the address under which a server gives its files away."""
    folder = tmp_path / "served"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_wrong_bytes_are_not_kept(served, tmp_path):
    folder, address = served
    (folder / f"{MNIST[0]}.gz").write_bytes(gzip.compress(b"something else"))
    with pytest.raises(DataError, match=r"not those expected.*--data FOLDER"):
        fetch_mnist(tmp_path / "out", mirrors=[address])
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("data", [b"", b"plain", b"\x1f\x8b\x08broken"])
def test_broken_bytes_are_not_kept(served, tmp_path, data):
    folder, address = served
    (folder / f"{MNIST[0]}.gz").write_bytes(data)
    with pytest.raises(DataError, match="not those expected"):
        fetch_mnist(tmp_path / "out", mirrors=[address])


def test_a_server_without_the_files_is_one_clear_line(served, tmp_path):
    with pytest.raises(DataError, match=r"404.*put the four files"):
        fetch_mnist(tmp_path / "out", mirrors=[served[1]])


def test_no_network_is_one_clear_line(tmp_path):
    with pytest.raises(DataError, match="can't be downloaded"):
        fetch_mnist(tmp_path / "out", mirrors=["http://127.0.0.1:9/"])


def test_a_folder_that_cannot_be(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError):
        fetch_mnist(tmp_path / "file", mirrors=[])


def test_the_second_mirror_is_tried_and_steps_are_told(served, tmp_path, monkeypatch):
    folder, address = served
    for name in MNIST:
        (folder / f"{name}.gz").write_bytes(gzip.compress(name.encode()))
        monkeypatch.setitem(_SHA256, name, hashlib.sha256(name.encode()).hexdigest())
    steps = []
    mirrors = ["http://127.0.0.1:9/", address]
    out = fetch_mnist(tmp_path / "out", mirrors=mirrors, on_step=lambda s: steps.append(s.done))
    assert steps == [1, 2, 3, 4]
    assert gzip.decompress((out / f"{MNIST[0]}.gz").read_bytes()) == MNIST[0].encode()
    fetch_mnist(out, mirrors=[])  # all there: nothing is fetched
    (out / f"{MNIST[3]}.gz").write_bytes(b"damaged")
    stopped = fetch_mnist(out, mirrors=[address], on_step=lambda _: True)
    assert (stopped / f"{MNIST[3]}.gz").read_bytes() == b"damaged"
    fetch_mnist(out, mirrors=[address])
    assert gzip.decompress((out / f"{MNIST[3]}.gz").read_bytes()) == MNIST[3].encode()


def test_the_sums_are_those_of_the_real_digits(shared):
    for name in MNIST:
        assert _is_good(name, (shared / "data" / "mnist" / f"{name}.gz").read_bytes())


@pytest.mark.network
def test_the_mirrors_have_it(tmp_path):
    assert len(mnist(fetch_mnist(tmp_path))[0]) == 60_000

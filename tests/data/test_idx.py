"""IDX files: read strictly; the real digits where they are there."""

import gzip
import struct
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.data.idx import MNIST, mnist, read_idx
from impasto.errors import DataError


def idx(values: torch.Tensor, *, kind: int = 8) -> bytes:
    head = bytes([0, 0, kind, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
    return head + values.numpy().tobytes()


def put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    pictures = torch.arange(3 * 784).reshape(3, 28, 28).to(torch.uint8)
    labels = torch.tensor([5, 0, 9], dtype=torch.uint8)
    put(tmp_path / MNIST[0], idx(pictures))
    put(tmp_path / f"{MNIST[1]}.gz", gzip.compress(idx(labels)))
    put(tmp_path / "t10k-images.idx3-ubyte", idx(pictures[:2]))
    put(tmp_path / MNIST[3], idx(labels[:2]))
    return tmp_path


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=4), st.booleans())
def test_what_is_written_is_read_back(tmp_path_factory, shape, packed):
    values = torch.randint(256, shape, dtype=torch.uint8)
    data = gzip.compress(idx(values)) if packed else idx(values)
    assert torch.equal(read_idx(put(tmp_path_factory.mktemp("idx") / "x", data)), values)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no IDX file"),
        (b"\x89PNG", "no IDX file"),
        (b"\0\0\x08\x00", "no IDX file"),
        (b"\0\0\x08\xff" + b"\0" * 1020, "no IDX file"),
        (b"\0\0\x0d\x01\0\0\0\x01\0\0\0\0", r"unsigned bytes \(type 8\).* got type 13"),
        (b"\0\0\x08\x02\0\0\0\x01", "ends within its header"),
        (b"\0\0\x08\x01\0\0\0\x03ab", "should hold 3 bytes, got 2"),
        (b"\0\0\x08\x01\0\0\0\x03abcd", "should hold 3 bytes, got more"),
        (b"\0\0\x08\x02\xff\xff\xff\xff\xff\xff\xff\xff", "the limit is 1,073,741,824"),
        (gzip.compress(b"\0\0\x08\x01\0\0\0\x03abc", mtime=0)[:-9], "broken or incomplete"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\0\xff\xff\xff", "broken or incomplete"),
        (b"\x1f\x8b", "broken or incomplete"),
    ],
)
def test_a_bad_file_is_one_clear_line(tmp_path, data, said):
    with pytest.raises(DataError, match=said) as caught:
        read_idx(put(tmp_path / "x", data))
    assert str(caught.value).isprintable()


def test_a_small_file_that_unpacks_to_a_large_one_is_not_unpacked(tmp_path):
    bomb = gzip.compress(b"\0\0\x08\x01\0\0\0\x03" + bytes(1 << 22))
    with pytest.raises(DataError, match="got more"):
        read_idx(put(tmp_path / "x", bomb))


def test_a_limit_of_ones_own(tmp_path):
    with pytest.raises(DataError, match="the limit is 2"):
        read_idx(put(tmp_path / "x", b"\0\0\x08\x01\0\0\0\x03abc"), most=2)


def test_a_missing_file(tmp_path):
    with pytest.raises(DataError, match="can't be read"):
        read_idx(tmp_path / "x")


def test_the_four_files_are_two_sets(digits):
    train, test = mnist(str(digits))
    assert train.inputs.shape == (3, 1, 28, 28)
    assert train.inputs.dtype == torch.uint8
    assert train.targets.tolist() == [5, 0, 9]
    assert train.targets.dtype == torch.int64
    assert test.names == ("test/0", "test/1")
    assert test.classes == tuple("0123456789")


def test_missing_files_are_named_with_what_to_do(tmp_path):
    with pytest.raises(DataError, match=f"lacks {MNIST[0]}.*--data FOLDER"):
        mnist(tmp_path)


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        (MNIST[0], torch.zeros(3, 8, 8), "pictures of 28 × 28"),
        (MNIST[0], torch.zeros(0, 28, 28), "pictures of 28 × 28"),
        (MNIST[0], torch.zeros(4, 28, 28), "expected 4 labels"),
        (MNIST[3], torch.full((2,), 10), "labels 0 to 9.*got 10"),
        (MNIST[3], torch.zeros(2, 1), "expected 2 labels"),
    ],
)
def test_files_that_do_not_fit_are_refused(digits, name, values, said):
    put(digits / name, idx(values.to(torch.uint8)))
    with pytest.raises(DataError, match=said):
        mnist(digits)


def test_the_real_digits(shared):
    train, test = mnist(shared / "data" / "mnist")
    assert (len(train), len(test)) == (60_000, 10_000)
    assert train.inputs.shape == (60_000, 1, 28, 28)
    assert train.targets[:5].tolist() == [5, 0, 4, 1, 9]
    assert torch.bincount(test.targets)[0] == 980

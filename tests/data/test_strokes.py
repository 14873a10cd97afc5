"""Strokes from .npz: read, padded, refused."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.data.strokes import deviation, drawn, pad, read_drawings
from impasto.errors import DataError

POINTS = np.array([[0, 0, 0], [3, 4, 1], [1, 1, 0], [2, 0, 0], [0, 2, 1]], np.int16)


def saved(folder: Path, **arrays: object) -> Path:
    np.savez(folder / "d.npz", **arrays)
    return folder / "d.npz"


def test_points_are_divided_into_drawings(tmp_path):
    path = saved(tmp_path, train_points=POINTS, train_lengths=[2, 3], names=np.array(["x"]))
    found = read_drawings(str(path))
    assert list(found) == ["train"]
    assert [d.tolist() for d in found["train"]] == [POINTS[:2].tolist(), POINTS[2:].tolist()]


@pytest.mark.parametrize(
    ("points", "lengths", "said"),
    [
        (POINTS, [2, 2], "add up to the 5 points"),
        (POINTS, [5, 0], "must be 1 or more"),
        (POINTS, [6, -1], "must be 1 or more"),
        (POINTS, np.zeros(0, int), "must be 1 or more"),
        (POINTS, [2.0, 3.0], "row of whole numbers"),
        (POINTS, [[2, 3]], "row of whole numbers"),
        (POINTS[:, :2], [5], "of 3 columns"),
        (POINTS.astype(str), [5], "of 3 columns"),
        (POINTS + np.float32([0, 0, 1]), [5], "0 or 1 in the third column"),
        (np.where(POINTS == 4, np.nan, POINTS), [5], "NaN or infinity"),
        (np.where(POINTS == 4, np.inf, POINTS), [5], "NaN or infinity"),
    ],
)
def test_numbers_that_are_no_strokes_are_refused(tmp_path, points, lengths, said):
    with pytest.raises(DataError, match=said) as caught:
        read_drawings(saved(tmp_path, train_points=points, train_lengths=lengths))
    assert str(caught.value).isprintable()


def test_pickled_objects_are_never_loaded(tmp_path):
    objects = np.empty(2, object)
    objects[:] = [POINTS, POINTS]
    with pytest.raises(DataError, match="pickled objects, which can run programs"):
        read_drawings(saved(tmp_path, train_points=objects))


def test_missing_arrays_are_refused(tmp_path):
    with pytest.raises(DataError, match="holds no drawings; expected the arrays"):
        read_drawings(saved(tmp_path, train=POINTS))
    with pytest.raises(DataError, match="expected valid_lengths"):
        read_drawings(saved(tmp_path, valid_points=POINTS))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"\x93NUMPY\x01\0", b"\x80\x04."])
def test_broken_files_are_one_clear_line(tmp_path, data):
    (tmp_path / "d.npz").write_bytes(data)
    with pytest.raises(DataError, match=r"can't be read as an \.npz") as caught:
        read_drawings(tmp_path / "d.npz")
    assert str(caught.value).isprintable()
    with pytest.raises(DataError, match=r"can't be read as an \.npz"):
        read_drawings(tmp_path / "nowhere.npz")


def test_a_shape_that_no_memory_holds_is_refused(tmp_path):
    import io
    import zipfile

    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        head, {"descr": "<f8", "fortran_order": False, "shape": (1 << 44, 3)}
    )
    with zipfile.ZipFile(tmp_path / "d.npz", "w") as archive:
        archive.writestr("train_points.npy", head.getvalue())
    with pytest.raises(DataError, match=r"can't be read as an \.npz"):
        read_drawings(tmp_path / "d.npz")


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("impasto.data.strokes._LARGEST", 1000)
    np.savez_compressed(tmp_path / "d.npz", train_points=np.zeros((999, 3)))
    with pytest.raises(DataError, match=r"claims 24,.* the limit is 1,000"):
        read_drawings(tmp_path / "d.npz")


def test_padding_by_hand():
    strokes, lengths = pad([POINTS[:2], POINTS[2:]], 9, scale=2.0)
    assert lengths.tolist() == [2, 3]
    assert strokes.dtype == torch.float32
    assert strokes[0].tolist() == [[0, 0, 0], [1.5, 2, 1], [0, 0, 0]]
    assert strokes[1].tolist() == [[0.5, 0.5, 0], [1, 0, 0], [0, 1, 1]]


def test_long_drawings_are_cut():
    strokes, lengths = pad([POINTS], 2)
    assert strokes.shape == (1, 2, 3)
    assert lengths.tolist() == [2]


def test_the_deviation_is_over_both_directions():
    assert deviation([POINTS]) == pytest.approx(POINTS[:, :2].std())
    assert deviation([np.zeros((4, 3))]) == 1


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(1, 12))
def test_padded_strokes_end_in_zeros(sizes, most):
    drawings = [np.ones((size, 3), np.float32) for size in sizes]
    strokes, lengths = pad(drawings, most)
    for row, length, size in zip(strokes, lengths.tolist(), sizes, strict=True):
        assert length == min(size, most)
        assert not row[length:].any()
        assert row[:length].all()


@pytest.mark.parametrize(
    ("drawings", "most", "scale"), [([], 3, None), ([POINTS], 0, None), ([POINTS], 1, 0.0)]
)
def test_padding_wants_something(drawings, most, scale):
    with pytest.raises(DataError, match="at least one point and a positive scale"):
        pad(drawings, most, scale=scale)


def test_kinds_become_examples():
    made = drawn({"cat": [POINTS[:2]], "dog": [POINTS[2:], POINTS]}, 4)
    assert made.names == ("cat/0", "dog/0", "dog/1")
    assert made.targets.tolist() == [0, 1, 1]
    assert made.classes == ("cat", "dog")
    assert made.lengths is not None
    assert made.take([1]).lengths.tolist() == [3]


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("omniglot", [30_000, 1000, 1000]),
        ("kanji_short", [10_000, 600, 500]),
        ("sheep", [7400, 300, 300]),
    ],
)
def test_the_shared_drawings(shared, name, counts):
    found = read_drawings(shared / "data" / "sketches" / f"{name}.npz")
    assert [len(each) for each in found.values()] == counts

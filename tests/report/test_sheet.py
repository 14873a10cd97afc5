"""A contact sheet shows every picture, unharmed, at its place."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from impasto.errors import SettingsError
from impasto.report import contact_sheet
from impasto.report.sheet import NIGHT, PAPER, shrink


def flat(red: float, height: int = 40, width: int = 60) -> Tensor:
    picture = torch.zeros(1, 3, height, width)
    picture[:, 0] = red
    return picture


def count(sheet: Tensor, picture: Tensor) -> int:
    """How many pixels of the sheet have the flat picture's color."""
    return int((sheet - picture[..., :1, :1]).abs().amax(1).lt(1e-4).sum())


def test_every_picture_is_there_in_full() -> None:
    pictures = [flat(0.2), flat(0.5), flat(0.9)]
    sheet = contact_sheet(pictures, columns=2)
    assert [count(sheet, p) for p in pictures] == [40 * 60] * 3


def test_order_is_along_the_rows() -> None:
    pictures = [flat(i / 10) for i in range(1, 5)]
    sheet = contact_sheet(pictures, columns=2)
    places = [(sheet - p[..., :1, :1]).abs().sum(1)[0].lt(1e-4).nonzero()[0] for p in pictures]
    rows, columns = zip(*(p.tolist() for p in places), strict=True)
    assert rows[0] == rows[1] < rows[2] == rows[3]
    assert columns[0] == columns[2] < columns[1] == columns[3]


@pytest.mark.parametrize(("dark", "ground"), [(False, PAPER), (True, NIGHT)])
def test_ground_and_margins(dark: bool, ground: tuple[int, int, int]) -> None:
    sheet = contact_sheet([flat(0.5)], columns=1, dark=dark)
    edge = torch.cat([sheet[..., :20, :].flatten(2), sheet[..., :20].flatten(2)], 2)
    assert torch.equal(edge, (torch.tensor(ground) / 255)[None, :, None].expand_as(edge))


def test_fewer_pictures_than_columns_leave_no_hole() -> None:
    assert torch.equal(contact_sheet([flat(0.5)], columns=9), contact_sheet([flat(0.5)], columns=1))


def test_labels_make_room_and_leave_the_pictures_alone() -> None:
    pictures = [flat(0.3), flat(0.6)]
    bare = contact_sheet(pictures, columns=2)
    names = {"labels": ["dusk", "dawn"], "column_labels": ["a", "b"], "row_labels": ["r"]}
    named = contact_sheet(pictures, columns=2, **names)
    assert named.shape[-2] > bare.shape[-2]
    assert named.shape[-1] > bare.shape[-1]
    assert [count(named, p) for p in pictures] == [40 * 60] * 2
    assert count(named, torch.tensor(PAPER).view(1, 3, 1, 1) / 255) < named[0, 0].numel() - 4800


LABELS = ["x" * 500, "", "two\nlines", "\x1b[31m\u202e", "波 🎨", "\udcff"]


@pytest.mark.parametrize("label", LABELS)
def test_labels_may_be_anything(label: str) -> None:
    sheet = contact_sheet([flat(0.5)] * 2, columns=2, labels=[label, label], row_labels=[label])
    assert count(sheet, flat(0.5)) == 2 * 40 * 60


def test_large_pictures_are_shrunk_in_shape() -> None:
    assert shrink(torch.rand(1, 3, 300, 600), 100).shape == (1, 3, 50, 100)
    assert shrink(torch.rand(1, 3, 3, 5000), 100).shape == (1, 3, 1, 100)


def test_small_pictures_are_left_alone() -> None:
    picture = torch.rand(1, 3, 20, 30)
    assert shrink(picture, 100) is picture


@pytest.mark.parametrize(("pictures", "columns"), [([], 2), ([flat(0.5)], 0)])
def test_nothing_to_show_is_refused(pictures: list[Tensor], columns: int) -> None:
    with pytest.raises(SettingsError, match="at least one"):
        contact_sheet(pictures, columns=columns)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 90), st.integers(1, 90)), min_size=1, max_size=7),
    st.integers(1, 8),
)
def test_any_sizes_fit(sizes: list[tuple[int, int]], columns: int) -> None:
    sheet = contact_sheet([torch.rand(1, 3, h, w) for h, w in sizes], columns=columns, cell=64)
    assert 0 <= sheet.min() <= sheet.max() <= 1

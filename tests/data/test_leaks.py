"""Leaks: what parts share, and what a look-up of the group alone would score."""

import pytest
import torch

from impasto.data.hashing import as_hashes
from impasto.data.leaks import leaks
from impasto.data.splits import Split
from impasto.errors import DataError

NAMES = list("abcdefgh")
SPLIT = Split(torch.tensor([0, 1, 2, 3]), torch.tensor([4]), torch.tensor([5, 6, 7]))


def test_a_look_up_of_the_group_by_hand():
    report = leaks(
        SPLIT,
        names=NAMES,
        groups=["x", "x", "x", "y", "z", "x", "y", ""],
        targets=torch.tensor([0, 0, 1, 1, 0, 0, 1, 1]),
    )
    assert report.groups == ("x", "y")
    assert (report.test, report.shared) == (3, 2)
    assert report.lookup == pytest.approx(2 / 3)
    assert report.majority == pytest.approx(1 / 3)
    lookup = (
        "a look-up of the group alone, without looking at the picture, is right on 66.7 % of the "
        "test works (always the most frequent class: 33.3 %)"
    )
    assert report.lines() == [
        "the same file lies in different parts: not looked for",
        "two works that look the same lie in different parts: not looked for",
        "groups across parts: 2 (x, y); 2 of 3 test works are of a group that was learned from",
        lookup,
    ]


def test_duplicates_across_parts_are_named():
    one = (1 << 63, 1 << 63)
    hashes = as_hashes([one, (3, 3), (1 << 40, 7 << 20), one, (0, 0), one, (0, 0), (3, 2)])
    report = leaks(
        SPLIT, names=NAMES, sums=["s", "t", "u", "s", "", "s", "", "v"], hashes=hashes, distance=1
    )
    assert report.exact == (("a", "f"), ("d", "f"))
    assert report.near == (("b", "h"),)
    assert report.lookup is None
    lines = report.lines()
    assert lines[0] == "the same file lies in different parts: 2 times (a = f, d = f)"
    assert lines[1].endswith("1 times (b = h)")
    assert lines[2] == "groups across parts: not known, so nobody can say"


def test_a_clean_split_says_so():
    groups = ["p", "p", "q", "q", "r", "s", "s", "t"]
    report = leaks(SPLIT, names=NAMES, groups=groups, sums=NAMES, targets=torch.tensor([0, 1] * 4))
    assert report.groups == ()
    assert report.exact == ()
    assert report.lookup == report.majority
    assert report.lines()[0].endswith("never")
    assert report.lines()[2] == "groups across parts: none"


def test_numbers_have_no_look_up():
    report = leaks(SPLIT, names=NAMES, groups=NAMES, targets=torch.rand(8))
    assert report.lookup is None
    assert report.majority is None


def test_works_outside_the_split_do_not_count():
    part = Split(torch.tensor([0]), torch.tensor([1]), torch.tensor([2]))
    assert leaks(part, names=NAMES, sums=["s"] * 8).exact == (("a", "b"), ("a", "c"), ("b", "c"))


def test_names_are_escaped():
    report = leaks(SPLIT, names=["\x1b[31m", *NAMES[1:]], sums=["s", *"tuvw", "s", *"xy"])
    assert all(line.isprintable() for line in report.lines())


@pytest.mark.parametrize(
    "options", [{"groups": ["a"]}, {"sums": ["a"]}, {"hashes": as_hashes([(1, 1)])}]
)
def test_one_of_each_is_wanted(options):
    with pytest.raises(DataError, match=f"not so: {next(iter(options))}"):
        leaks(SPLIT, names=NAMES, **options)


def test_the_look_up_on_the_shared_paintings_is_high_at_random(shared):
    """A random split of movements: the painter alone says most of it."""
    from impasto.data.collection import read_collection
    from impasto.data.splits import split
    from impasto.data.targets import classes_of, groups_of

    works = read_collection(shared / "data" / "paintings")
    found = classes_of(works, "movement")
    made = split(works.names, how="stratified", targets=found.targets)
    report = leaks(
        made, names=works.names, groups=groups_of(works, "artist"), targets=found.targets
    )
    assert report.lookup is not None
    assert report.lookup > 0.7
    assert report.majority < 0.2

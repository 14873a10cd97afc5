"""Targets: classes, numbers, votes, and what is left out."""

from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.data.collection import Collection
from impasto.data.targets import classes_of, groups_of, numbers_of, votes_of
from impasto.errors import DataError


def collection(**columns: list[str | None]) -> Collection:
    count = len(next(iter(columns.values())))
    paths = tuple(Path(f"/r/{i}.jpg") for i in range(count))
    return Collection(Path("/r"), paths, {k: tuple(v) for k, v in columns.items()})


def test_classes_are_numbered_by_name_and_the_rest_is_counted():
    found = classes_of(collection(kind=["oil", None, "ink", "oil", "wax"]), "kind", at_least=1)
    assert found.classes == ("ink", "oil", "wax")
    assert found.indices.tolist() == [0, 2, 3, 4]
    assert found.targets.tolist() == [1, 0, 1, 2]
    assert found.unlabeled == 1
    assert found.lines() == [
        "4 of 5 works have a kind that is learned from",
        "1 works have no kind and are left out",
    ]


def test_small_classes_are_left_out_and_reported():
    found = classes_of(collection(kind=["a", "b", "a", "c", "b"]), "kind", at_least=2)
    assert found.classes == ("a", "b")
    assert (found.rare, found.dropped) == (1, ("c",))
    assert "1 works of 1 classes that are too small are left out: c" in found.lines()[1]


def test_classes_of_few_groups_are_left_out():
    works = collection(
        movement=["x", "x", "y", "y", "z", "z", "z"],
        artist=["p", "q", "p", "p", None, None, "q"],
    )
    found = classes_of(works, "movement", group="artist", groups_at_least=2)
    assert found.classes == ("x", "z")
    assert found.dropped == ("y",)
    assert found.rare == 2
    assert groups_of(works, "artist")[3:6] == ("p", "?4.jpg", "?5.jpg")


def test_one_painter_written_in_several_ways_is_one():
    spelled = ["Artist 00", " Artist  00\t", "Artist\u00a000", "Jos\u00e9", "Jose\u0301", " "]
    works = collection(artist=spelled, kind=["oil ", "oil", "ink", " ink", None, "\n"])
    assert groups_of(works, "artist") == (*["Artist 00"] * 3, *["Jos\u00e9"] * 2, "?5.jpg")
    found = classes_of(works, "kind", group="artist")
    assert (found.classes, found.targets.tolist()) == (("ink", "oil"), [1, 1, 0, 0])
    assert found.unlabeled == 2


def test_grades_stand_in_their_order():
    found = classes_of(collection(grade=["10", "9", "10", "1.5"]), "grade")
    assert found.classes == ("1.5", "9", "10")


@pytest.mark.parametrize(
    ("column", "options", "said"),
    [
        (["a", "a", None], {}, r"at least two classes in the column k, got 1 \(a\)"),
        (["a", "b", "c"], {}, r"has one picture only \(a, b, c\)"),
        ([None, None], {}, r"got 0 \(none\)"),
        (["a", "a", "b"], {"at_least": 2}, "got 1 of 2 are large enough"),
    ],
)
def test_classes_that_teach_nothing_are_refused(column, options, said):
    with pytest.raises(DataError, match=said):
        classes_of(collection(k=column), "k", **options)


def test_an_unknown_column_is_refused():
    with pytest.raises(DataError, match="no column 'artist'; choose one of: k"):
        classes_of(collection(k=["a"]), "artist")


def test_numbers_keep_their_value():
    found = numbers_of(collection(year=["1888", None, "-1.5e2", " 3 "]), "year")
    assert found.targets.tolist() == [1888, -150, 3]
    assert found.indices.tolist() == [0, 2, 3]
    assert (found.unlabeled, found.classes) == (1, ())


@pytest.mark.parametrize("bad", ["c. 1888", "nan", "inf", "1_000", "0x10"])
def test_a_value_that_is_no_number_is_named_with_its_work(bad):
    with pytest.raises(DataError, match=f"column year, got '{bad}' for 1.jpg"):
        numbers_of(collection(year=["1", bad, "worse"]), "year")


@pytest.mark.parametrize("column", [["3", "3"], [None, None], ["1", None]])
def test_numbers_that_never_change_teach_nothing(column):
    with pytest.raises(DataError, match="at least two different numbers"):
        numbers_of(collection(n=column), "n")


def test_votes_become_shares():
    found = votes_of({"one": ["1", "0", None], "two": ["3", "2", "1"]}, ["one", "two"])
    assert found.targets.tolist() == [[0.25, 0.75], [0, 1]]
    assert found.indices.tolist() == [0, 1]
    assert (found.unlabeled, found.classes) == (1, ("one", "two"))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(*[st.integers(0, 1000)] * 3).filter(any), min_size=2, max_size=9))
def test_shares_sum_to_one(rows):
    columns = {k: [str(v) for v in c] for k, c in zip("abc", zip(*rows, strict=True), strict=True)}
    shares = votes_of(columns, ["a", "b", "c"]).targets
    torch.testing.assert_close(shares.sum(1), torch.ones(len(rows)))
    assert (shares >= 0).all()


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        (["1", "-1"], ["1", "3"], "votes of 0 or more, got -1 for row 2"),
        (["1", "0"], ["1", "0"], "for row 2 add up to 0"),
        (["1", "x"], ["1", "1"], "got 'x' for row 2"),
        (["1", None], ["1", "1"], "at least two works, got 1"),
        (["1e308", "1"], ["1e308", "1"], "add up to inf"),
    ],
)
def test_votes_that_are_none_are_refused(a, b, said):
    with pytest.raises(DataError, match=said):
        votes_of({"a": a, "b": b}, ["a", "b"])


@pytest.mark.parametrize("votes", [[], ["a"], ["a", "a"]])
def test_votes_need_two_columns(votes):
    with pytest.raises(DataError, match="two or more different columns"):
        votes_of({"a": ["1"]}, votes)


def test_the_shared_votes(shared):
    from impasto.data.tables import read_table

    table = read_table(shared / "data" / "ratings" / "koniq_votes.csv.gz")
    columns = {name: column[:500] for name, column in table.items()}
    found = votes_of(columns, ["c1", "c2", "c3", "c4", "c5"], names=columns["image_name"])
    assert len(table["c1"]) == 10073
    assert found.targets.shape == (500, 5)

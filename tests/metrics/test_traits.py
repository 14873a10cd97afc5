"""What sets a group apart from other works."""

import numpy as np
import pytest
from scipy.stats import fisher_exact

from impasto.metrics.traits import Trait, Value, traits


def labelled(count: int) -> dict[str, list[Value]]:
    """Works of which the first ten are seascapes, painted late."""
    return {
        "subject": ["sea" if i < 10 else "land" for i in range(count)],
        "year": [(1890 if i < 10 else 1800) + i % 5 for i in range(count)],
        "title": [f"title {i}" for i in range(count)],
    }


def test_what_sets_a_group_apart() -> None:
    inside = np.arange(40) < 10
    (alone,) = traits(labelled(40), [inside])
    found = {trait.column: trait for trait in alone}
    assert set(found) == {"subject", "year"}
    sea, year = found["subject"], found["year"]
    assert (sea.value, sea.inside, sea.outside) == ("sea", 1, 0)
    assert (year.inside, year.outside) == (1892, 1802)
    # 2 tests of words and 1 of numbers; the first is one choice out of 40 over 10
    assert sea.chance == pytest.approx(3 / 847660528)
    assert str(sea) == "subject sea 100% (others 0%)"
    assert str(year) == "year 1892 (others 1802)"
    assert traits(labelled(40), [np.arange(40) % 4 == 0]) == [()]


def test_the_chance_is_fishers() -> None:
    inside = np.arange(40) < 10
    column = ["cubist"] * 9 + ["other"] + ["cubist"] + ["other"] * 28 + [None]
    ((trait,),) = traits({"movement": column}, [inside])
    table = [[9, 1], [1, 28]]  # the work of which nothing is known is left out
    exact = fisher_exact(table, alternative="greater").pvalue
    assert trait.chance == pytest.approx(2 * exact)
    assert trait.outside == pytest.approx(1 / 29)


def test_labels_of_many_groups_have_to_be_surer() -> None:
    """Each of 30 groups is looked at: what is rare in one is no wonder in one of 30."""
    numbers = np.arange(300) // 10
    columns = {"kind": ["x" if i < 4 or 100 < i < 110 else "y" for i in range(300)]}
    alone = traits(columns, [numbers == 0])
    among = traits(columns, [numbers == k for k in range(30)])
    assert [trait.value for trait in alone[0]] == ["x"]
    assert among[0] == ()
    assert [trait.value for trait in among[10]] == ["x"]
    assert among[10][0].chance == pytest.approx(30 * traits(columns, [numbers == 10])[0][0].chance)


def test_a_label_must_be_shared_in_the_group_itself() -> None:
    """Two of two works with a label that few others have are no more than two."""
    pair, three = (np.arange(400) < count for count in (2, 3))
    found = traits(labelled(400), [pair])[0]
    assert [trait.column for trait in found] == []
    assert "subject" in [trait.column for trait in traits(labelled(400), [three])[0]]


def test_figures_that_look_alike_say_nothing() -> None:
    inside = np.arange(400) < 100
    lows = [1000.0 + (i % 10) / 10 if i < 100 else 1000.0 + (i % 40) / 10 for i in range(400)]
    sames = [5 if i % 100 < 60 else (4 if i < 100 else 6) for i in range(400)]
    found = [trait.column for trait in traits({"low": lows, "same": sames}, [inside])[0]]
    assert found == ["low"]  # both medians of the other are 5, though the numbers differ
    assert str(Trait("inv", "", 1234567.0, 1234568.5, 0.0)) == "inv 1234567 (others 1234568.5)"

"""Splits: complete, disjoint, stable, and refused where they would fool somebody."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.data.splits import Split, folds, split
from impasto.errors import DataError, SettingsError

NAMES = [f"{i}.jpg" for i in range(200)]


def everything(made: Split) -> list[int]:
    return sorted(torch.cat([made.train, made.validation, made.test]).tolist())


def test_a_random_split_has_its_shares():
    made = split(NAMES, seed=1)
    assert everything(made) == list(range(200))
    assert [len(part) for part in made.parts().values()] == [140, 30, 30]


def test_the_seed_decides():
    assert torch.equal(split(NAMES, seed=1).test, split(NAMES, seed=1).test)
    assert not torch.equal(split(NAMES, seed=1).test, split(NAMES, seed=2).test)


def test_the_test_set_stays_whatever_else_is_asked_for():
    before = split(NAMES).test
    targets = torch.arange(200) % 2
    assert torch.equal(before, split(NAMES, targets=targets, shares=(0.8, 0.05, 0.15)).test)


def test_order_and_new_works_move_few():
    names = NAMES[::-1]
    before = {NAMES[i] for i in split(NAMES).test.tolist()}
    assert before == {names[i] for i in split(names).test.tolist()}
    more = [*NAMES, "new.jpg", "newer.jpg"]
    after = {more[i] for i in split(more).test.tolist()}
    assert len(before - after) <= 2


def test_every_class_is_divided_when_stratified():
    targets = torch.tensor([0] * 140 + [1] * 40 + [2] * 20)
    made = split(NAMES, how="stratified", targets=targets)
    assert torch.bincount(targets[made.test]).tolist() == [21, 6, 3]
    assert torch.bincount(targets[made.validation]).tolist() == [21, 6, 3]


def test_small_classes_stay_in_training_first():
    targets = torch.tensor([0] * 195 + [1] * 3 + [2] * 2)
    made = split(NAMES, how="stratified", targets=targets)
    assert torch.bincount(targets[made.train])[1:].tolist() == [1, 1]
    assert torch.bincount(targets[made.test])[1:].tolist() == [1, 1]


def test_groups_stay_together():
    groups = [f"g{i % 20}" for i in range(200)]
    made = split(NAMES, how="group", groups=groups)
    assert everything(made) == list(range(200))
    parts = [{groups[i] for i in part.tolist()} for part in made.parts().values()]
    assert sum(map(len, parts)) == 20
    assert [len(part) for part in parts] == [14, 3, 3]


def test_every_class_of_three_groups_is_in_all_parts():
    groups = [f"g{i % 60}" for i in range(200)]
    targets = torch.tensor([(i % 60) // 3 for i in range(200)])
    made = split(NAMES, how="group", groups=groups, targets=targets)
    for part in made.parts().values():
        assert set(targets[part].tolist()) == set(range(20))


def test_works_of_an_unknown_group_are_each_their_own():
    made = split(NAMES, how="group", groups=[""] * 200)
    assert [len(part) for part in made.parts().values()] == [140, 30, 30]


def test_classes_of_one_group_are_named():
    groups = ["Martin"] * 50 + [f"g{i % 9}" for i in range(150)]
    targets = torch.tensor([0] * 50 + [1] * 150)
    with pytest.raises(DataError, match=r"one group only.*: Divisionism; .*groups-at-least 3"):
        split(NAMES, how="group", groups=groups, targets=targets, classes=["Divisionism", "x"])


def test_a_class_that_is_never_learned_from_is_refused():
    def single(seed: int) -> torch.Tensor:
        targets = torch.zeros(200, dtype=torch.long)
        targets[split(NAMES, seed=seed).test[0]] = 1
        return targets

    with pytest.raises(
        DataError, match="test works are never learned from: rare; split stratified"
    ):
        split(NAMES, targets=single(3), classes=["often", "rare"], seed=3)


@pytest.mark.parametrize("how", ["random", "group"])
@pytest.mark.parametrize("count", [1, 2])
def test_too_few_works_are_refused(how, count):
    with pytest.raises(DataError, match=f"{count} works are too few"):
        split(NAMES[:count], how=how)


def test_three_works_are_enough():
    assert everything(split(NAMES[:3])) == [0, 1, 2]


def test_numbers_are_divided_like_nothing():
    numbers = torch.rand(200)
    assert torch.equal(split(NAMES, targets=numbers).test, split(NAMES).test)
    split(NAMES, how="group", groups=["a", "b", "c", "d"] * 50, targets=numbers)
    with pytest.raises(DataError, match="needs classes"):
        split(NAMES, how="stratified", targets=numbers)


@pytest.mark.parametrize(
    ("names", "options", "said"),
    [
        ([], {}, "got none"),
        (["a", "a", "b"], {}, "some twice"),
        (["a", "b"], {"groups": ["x"]}, "a group for each of 2 works, got 1"),
        (["a", "b"], {"targets": torch.tensor([1])}, "a class for each of 2 works, got 1"),
    ],
)
def test_what_does_not_fit_is_refused(names, options, said):
    with pytest.raises(DataError, match=said):
        split(names, **options)


@pytest.mark.parametrize("shares", [(0.5, 0.5, 0.0), (0.7, 0.2, 0.2), (1.2, -0.1, -0.1)])
def test_shares_add_up(shares):
    with pytest.raises(SettingsError, match="add up to 1"):
        split(NAMES, shares=shares)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3)), min_size=3, max_size=60),
    st.sampled_from(["random", "stratified", "group"]),
    st.integers(0, 9),
)
def test_a_split_is_whole_and_honest_or_refused(works, how, seed):
    names = [str(i) for i in range(len(works))]
    groups = [f"g{g}" if g else "" for g, _ in works]
    targets = torch.tensor([t for _, t in works])
    try:
        made = split(names, how=how, targets=targets, groups=groups, seed=seed)
    except DataError:
        return
    assert everything(made) == list(range(len(works)))
    learned = set(targets[made.train].tolist())
    assert set(targets[made.test].tolist()) <= learned
    assert all(len(part) for part in made.parts().values())
    if how == "group":
        parts = [{groups[i] or names[i] for i in p.tolist()} for p in made.parts().values()]
        assert len(set.union(*parts)) == sum(map(len, parts))


@pytest.mark.parametrize("how", ["random", "stratified", "group"])
def test_folds_test_every_work_once(how):
    groups = [f"g{i % 20}" for i in range(200)]
    targets = torch.arange(200) % 20 % 3
    made = folds(NAMES, count=5, how=how, targets=targets, groups=groups, seed=4)
    assert len(made) == 5
    assert sorted(torch.cat([test for _, test in made]).tolist()) == list(range(200))
    for train, test in made:
        assert not set(train.tolist()) & set(test.tolist())
        if how == "group":
            assert not {groups[i] for i in train} & {groups[i] for i in test}
        if how == "stratified":
            assert (torch.bincount(targets[test]) - 40 / 3).abs().max() < 2


def test_folds_by_group_without_classes_and_with_rare_ones():
    groups = [f"g{i % 20}" for i in range(200)]
    assert len(folds(NAMES, how="group", groups=groups)) == 5
    targets = torch.tensor([0] * 198 + [1] * 2)
    assert len(folds(NAMES, how="stratified", targets=targets)) == 5
    assert len(folds(NAMES, how="group", groups=groups, targets=targets)) == 5


@pytest.mark.parametrize(
    ("count", "options", "said"),
    [
        (1, {}, "between 2 and 200 folds"),
        (201, {}, "between 2 and 200 folds"),
        (5, {"how": "group", "groups": ["a", "b"] * 100}, "between 2 and 2 folds"),
        (5, {"how": "stratified", "targets": torch.rand(200)}, "needs classes"),
        (5, {"how": "stratified", "targets": torch.arange(200)}, "between 2 and 1 folds"),
    ],
)
def test_folds_that_cannot_be_are_refused(count, options, said):
    with pytest.raises(DataError, match=said):
        folds(NAMES, count=count, **options)


def test_the_shared_paintings_by_artist(shared):
    from impasto.data.collection import read_collection
    from impasto.data.targets import classes_of, groups_of

    works = read_collection(shared / "data" / "paintings")
    found = classes_of(works, "movement", group="artist", groups_at_least=3)
    assert len(found.classes) == 16
    artists = groups_of(works, "artist")
    made = split(
        [works.names[i] for i in found.indices.tolist()],
        how="group",
        targets=found.targets,
        classes=found.classes,
        groups=[artists[i] for i in found.indices.tolist()],
    )
    assert set(found.targets[made.test].tolist()) == set(range(16))
    assert len(made.train) > 0.4 * len(found)

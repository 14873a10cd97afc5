"""What stands beside every figure: chance, the commonest answer, and a look at the colors alone.

Each function predicts as a network would, so that one `summary` measures them all.
"""

import warnings
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int, Shaped, UInt8
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, GroupKFold, KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from impasto.data.examples import Examples
from impasto.errors import DataError, SettingsError
from impasto.metrics.intervals import Estimate
from impasto.metrics.summary import Figures, summary

Predictions = Shaped[np.ndarray, "n ..."]
STRENGTHS = (0.001, 0.01, 0.1, 1.0)  # C of the logistic regression, whose inputs are standardized
PENALTIES = (1.0, 10.0, 100.0, 1000.0)
FOLDS = 3


def answers(task: str, train: Examples, test: Examples, *, seed: int = 0) -> dict[str, Predictions]:
    """Predict as the three do that any network must beat: "chance", "constant" and "shallow".

    Args:
        task: "classify", "regress" or "distribution".
        train: Works to learn from; their groups keep the inner choice honest.
        test: Works to predict.
        seed: Source of every random choice.

    Raises:
        DataError: If there are no works, or all that are learned from are of one class.
        SettingsError: If the task isn't one of these.
    """
    return {
        "chance": chance(task, train, test, seed=seed),
        "constant": constant(task, train, test),
        "shallow": shallow(task, train, test, seed=seed),
    }


def rows(
    task: str,
    train: Examples,
    test: Examples,
    *,
    given: Mapping[str, Predictions] | None = None,
    draws: int = 2000,
    seed: int = 0,
) -> dict[str, Figures]:
    """Measure the three that any network must beat, on the works that it is measured on.

    Args:
        task: "classify", "regress" or "distribution".
        train: Works to learn from; their groups keep the inner choice honest.
        test: Works to be measured on; over their groups go the intervals.
        given: What the three predict, if `answers` was asked already.
        draws: How many test sets are drawn for the intervals.
        seed: Source of every random choice.

    Returns:
        Figures of "chance", "constant" and "shallow", as `summary` names them. The accuracy of
        chance is the one to be expected: exactly one over the number of classes.

    Raises:
        DataError: If there are no works, or all that are learned from are of one class.
        SettingsError: If the task isn't one of these.
    """
    predictions = answers(task, train, test, seed=seed) if given is None else given
    found = {
        name: summary(task, p, test.targets, groups=test.groups, draws=draws, seed=seed)
        for name, p in predictions.items()
    }
    if task == "classify":
        share = 1 / _columns(train)
        found["chance"]["accuracy"] = Estimate(share, share, share)
    return found


def chance(task: str, train: Examples, test: Examples, *, seed: int = 0) -> Predictions:
    """Guess blindly: every class alike, or the number of some training work, or even shares.

    The expected accuracy is one over the number of classes, as `rows` says; one blind guess lies
    near it.
    """
    _check(task)
    generator = np.random.default_rng(seed)
    if task == "regress":
        return np.asarray(generator.choice(_targets(train), len(test)))
    even = np.full((len(test), _columns(train)), 1 / _columns(train))
    if task == "distribution":
        return even
    nudged = even * (1 + 1e-6 * generator.random(even.shape))  # ties are broken by lot
    return np.asarray(nudged / nudged.sum(1, keepdims=True))


def constant(task: str, train: Examples, test: Examples) -> Predictions:
    """Say the same of every work: the commonest class, the mean number, or the mean shares.

    Raises:
        DataError: If there are no works to learn from.
    """
    _check(task)
    if not len(train):
        raise DataError("expected works to learn from, got none; choose a larger training split")
    known = _targets(train)
    if task == "classify":
        known = np.eye(_columns(train))[known]
    return np.repeat(known.mean(0, keepdims=True), len(test), axis=0)


def lookup(train: Examples, test: Examples) -> Int[np.ndarray, " n"]:
    """Name what the works of the same group mostly are, without looking at a picture.

    Of a group that was not learned from: what most works are.

    Args:
        train: Works to learn from, of classes, with their groups.
        test: Works to predict, with theirs; an empty group is not known.

    Raises:
        DataError: If there are no works to learn from.
    """
    if not len(train):
        raise DataError("expected works to learn from, got none; choose a larger training split")
    seen: dict[str, Counter[int]] = defaultdict(Counter)
    known = train.groups or ("",) * len(train)
    for group, target in zip(known, train.targets.tolist(), strict=True):
        seen[""][target] += 1
        if group:
            seen[group][target] += 1
    best = {group: min(found, key=lambda k: (-found[k], k)) for group, found in seen.items()}
    return np.array([best.get(group, best[""]) for group in test.groups or ("",) * len(test)])


def shallow(task: str, train: Examples, test: Examples, *, seed: int = 0) -> Predictions:
    """Predict from a few plain numbers of each work: logistic or ridge regression.

    Args:
        task: "classify", "regress" or "distribution".
        train: Works to learn from.
        test: Works to predict.
        seed: Source of every random choice.

    Returns:
        Probabilities ``(n, k)``, numbers ``(n,)`` or shares ``(n, k)``.

    Raises:
        DataError: If all works to learn from are of one class, or there are fewer than two.

    Notes:
        scikit-learn. The numbers are `plain`, standardized; how strongly the regression is held
        back is chosen by cross-validation within the training works, by group where groups are
        known.
    """
    _check(task)
    known = _targets(train)
    if len(train) < 2 or (task == "classify" and len(np.unique(known)) < 2):
        raise DataError("expected works of two classes to learn from, got fewer; label more works")
    model = _chosen(task, plain(train), known, train, seed)
    inputs = plain(test)
    if task == "classify":
        found = np.zeros((len(test), _columns(train)))
        found[:, model.classes_] = model.predict_proba(inputs)
        return found
    predicted = np.asarray(model.predict(inputs))
    return _as_shares(predicted) if task == "distribution" else predicted


def _chosen(
    task: str, inputs: Float[np.ndarray, "n d"], known: np.ndarray, train: Examples, seed: int
) -> Any:  # noqa: ANN401  scikit-learn has no types
    classify = task == "classify"
    learner = LogisticRegression(max_iter=300, tol=1e-3) if classify else Ridge()
    grid = {"logisticregression__C": STRENGTHS} if classify else {"ridge__alpha": PENALTIES}
    search = GridSearchCV(
        make_pipeline(StandardScaler(), learner), grid, cv=_folds(train, seed), error_score=-1e9
    )
    with warnings.catch_warnings():  # a rare class may be missing from a fold: that is no news
        warnings.simplefilter("ignore")
        search.fit(inputs, known, groups=train.groups or None)
    return search


def _folds(train: Examples, seed: int) -> GroupKFold | KFold:
    many = len(set(train.groups))
    if many >= 2:
        return GroupKFold(min(FOLDS, many))
    return KFold(min(FOLDS, len(train)), shuffle=True, random_state=seed)


def _as_shares(values: Float[np.ndarray, "n k"]) -> Float[np.ndarray, "n k"]:
    kept = np.clip(values, 1e-9, None)
    return np.asarray(kept / kept.sum(1, keepdims=True))


def plain(works: Examples) -> Float[np.ndarray, "n d"]:
    """Return the plain numbers of works: of pictures colors, of drawings lengths and extents.

    Features are what they are.

    Raises:
        DataError: If the inputs are none of these.
    """
    inputs = works.inputs
    if inputs.ndim == 4:
        return color_histogram(inputs).double().numpy()
    if inputs.ndim == 3:
        lengths = works.lengths
        full = torch.full((len(works),), inputs.shape[1])
        return stroke_numbers(inputs, full if lengths is None else lengths).double().numpy()
    if inputs.ndim == 2:
        return inputs.double().numpy()
    raise DataError(
        f"expected pictures, drawings or features, got inputs of shape {tuple(inputs.shape)}; "
        "give (n, c, h, w), (n, t, 3) or (n, d)"
    )


def color_histogram(
    pictures: UInt8[Tensor, "n c h w"], *, levels: int = 8
) -> Float[Tensor, "n bins"]:
    """Measure how much of each color a picture has, wherever it stands.

    Args:
        pictures: Bytes, sRGB or gray.
        levels: Steps of each channel; all together make ``levels ** c`` colors.

    Returns:
        Square roots of the shares, 0..1, so that rare colors are heard (the Hellinger distance);
        their squares sum to 1.

    Notes:
        Swain, Ballard 1991, Color Indexing.
    """
    count, channels = pictures.shape[:2]
    bins = levels**channels
    found = torch.empty(count, bins)
    for i, picture in enumerate(pictures):  # one at a time: a collection of bytes stays bytes
        steps = (picture.flatten(1).int() * levels) >> 8
        place = steps[0]
        for step in steps[1:]:
            place = place * levels + step
        found[i] = torch.bincount(place, minlength=bins)
    return (found / found.sum(1, keepdim=True)).sqrt()


def stroke_numbers(
    strokes: Float[Tensor, "n t 3"], lengths: Int[Tensor, " n"]
) -> Float[Tensor, "n 6"]:
    """Measure a drawing without looking at it: how many strokes and points, how long, how large.

    Args:
        strokes: Stroke-3: steps dx, dy, and 1 where the pen is lifted after the step.
        lengths: How many points each has.

    Returns:
        Strokes, points, length of all steps, of the drawn ones, width and height.
    """
    used = (torch.arange(strokes.shape[1]) < lengths[:, None]).float()
    steps = strokes[..., :2] * used[..., None]
    lifted = strokes[..., 2] * used
    lengths_of_steps = steps.norm(dim=2)
    before = torch.cat([torch.zeros(len(strokes), 1), lifted[:, :-1]], 1)
    drawn = (lengths_of_steps * (1 - before)).sum(1)
    places = steps.cumsum(1)  # what is filled up stays where the drawing ended
    extent = places.amax(1) - places.amin(1)
    columns = [lifted.sum(1), used.sum(1), lengths_of_steps.sum(1), drawn, *extent.unbind(1)]
    return torch.stack(columns, 1)


def _targets(works: Examples) -> Shaped[np.ndarray, "n ..."]:
    found = works.targets.numpy()
    return found.astype(np.float64) if found.dtype.kind == "f" else found


def _columns(works: Examples) -> int:
    return works.targets.shape[1] if works.targets.ndim == 2 else len(works.classes)


def _check(task: str) -> None:
    if task not in ("classify", "regress", "distribution"):
        raise SettingsError(
            f"expected a task of classify, regress or distribution, got {task!r}; clusters have "
            "no baseline"
        )

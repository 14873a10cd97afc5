"""Step 1, prepare: from what a person names to examples, divided in three."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from impasto.data.balance import balance_line
from impasto.data.cleaning import Findings
from impasto.data.collection import Collection, read_collection
from impasto.data.decoding import Decoded, decoded
from impasto.data.download import fetch_mnist, mnist_folder
from impasto.data.examples import Examples
from impasto.data.idx import mnist
from impasto.data.leaks import leaks
from impasto.data.splits import How, Split, split
from impasto.data.tables import few
from impasto.data.targets import Labelled, classes_of, groups_of, numbers_of, votes_of
from impasto.errors import DataError, printable
from impasto.learning.build import size_for
from impasto.learning.drawings import drawings_in
from impasto.learning.findings import lines_of, look_through
from impasto.learning.place import MNIST
from impasto.learning.run import Run
from impasto.learning.settings import TrainSettings
from impasto.progress import OnStep, Watch

NAMED = 5
"""Files that can't be read up to which each is named."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """Examples divided in three, and what is to be said about them.

    Attributes:
        train: To learn from.
        validation: To choose and stop by; None where nothing is chosen.
        test: To be judged by.
        lines: In plain words: what was found, left out, and shared by the parts.
        grouped: Whether works of a group stay together.
        paths: The file of each work, by name, where there are any.
        findings: What is wrong with the works, if they are pictures of a collection and that was
            looked for.
    """

    train: Examples
    validation: Examples | None
    test: Examples
    lines: tuple[str, ...]
    grouped: bool = False
    paths: dict[str, Path] | None = None
    findings: Findings | None = None

    def parts(self) -> dict[str, Examples]:
        """Those of the three that are there, by name."""
        three = {"training": self.train, "validation": self.validation, "test": self.test}
        return {name: part for name, part in three.items() if part is not None}

    def names(self) -> dict[str, list[str]]:
        """What the works of each part are called; nothing for sets that come divided."""
        return {k: list(part.names) for k, part in self.parts().items() if self.paths}

    def sums(self) -> dict[str, str]:
        """Add up the bytes of each part, inputs and targets, to tell it from every other."""
        return {name: _sum_of(part) for name, part in self.parts().items()}


def prepare(
    source: str,
    settings: TrainSettings,
    *,
    cache: Path,
    look: bool = True,
    on_step: OnStep | None = None,
) -> Prepared:
    """Read a source and divide it.

    Args:
        source: ``mnist``, a folder or table of pictures, or a folder of drawings, as `drawings_in`
            takes them.
        settings: What to learn, and how to divide.
        cache: Where decoded pictures are kept.
        look: Look for what is wrong with the works, and for what the parts share, and say it.
        on_step: Told of each picture decoded.

    Raises:
        DataError: If the source can't be used.
        SettingsError: If a setting doesn't fit the source.
    """
    if source == MNIST:
        return _digits(settings)
    if drawings := drawings_in(Path(source), settings):
        return Prepared(*drawings.parts, drawings.lines)
    return _pictures(read_collection(source), settings, cache, look=look, on_step=on_step)


def _sum_of(part: Examples) -> str:
    total = hashlib.sha256()
    for tensor in (part.inputs, part.targets, part.lengths):
        if tensor is not None:
            total.update(f"{tensor.dtype} {tuple(tensor.shape)}".encode())
            total.update(tensor.contiguous().numpy().reshape(-1).view(np.uint8).data)
    return total.hexdigest()


def _digits(settings: TrainSettings) -> Prepared:
    """Take the digits; some are held back only if something is decided by them."""
    train, test = mnist(settings.data or fetch_mnist(mnist_folder()))
    lines = [f"{len(train):,} digits to learn from, {len(test):,} to be judged by"]
    if settings.until is None and settings.patience is None:
        return Prepared(train, None, test, tuple(lines))
    held = len(train) // 12
    lines.append(f"the last {held:,} of those to learn from are held back to decide when to stop")
    first, last = range(len(train) - held), range(len(train) - held, len(train))
    return Prepared(train.take(first), train.take(last), test, tuple(lines))


def _pictures(
    works: Collection,
    settings: TrainSettings,
    cache: Path,
    *,
    look: bool,
    on_step: OnStep | None,
) -> Prepared:
    """Decode the works that have a target, divide them, and look for what the parts share."""
    found = _labelled(works, settings)
    groups = groups_of(works, settings.split_by) if settings.split_by else ()
    chosen = found.indices.tolist()
    files = [works.paths[i] for i in chosen]
    watch = Watch(on_step)
    made = decoded(files, size=size_for(settings), folder=cache, on_step=watch)
    if watch.stopped:
        raise DataError("stopped before all pictures were read; begin again to read them")
    kept = made.kept(files)
    names = tuple(works.names[chosen[i]] for i in kept)
    examples = Examples(
        names,
        made.pictures,
        found.targets[kept],
        found.classes,
        tuple(groups[chosen[i]] for i in kept) if groups else (),
    )
    parts = divide(examples, settings)
    paths = {name: works.paths[chosen[i]] for name, i in zip(names, kept, strict=True)}
    broken = [(works.names[chosen[i]], why) for i, why in _broken(made, files)]
    findings = (
        look_through(names, made.pictures, list(paths.values()), broken=broken) if look else None
    )
    train, validation, test = (examples.take(part) for part in parts.parts().values())
    return Prepared(
        train,
        validation,
        test,
        lines=(*found.lines(), *_left_out(made), *_looked(examples, parts, findings)),
        grouped=bool(settings.split_by),
        paths=paths,
        findings=findings,
    )


def _broken(made: Decoded, files: Sequence[Path]) -> list[tuple[int, str]]:
    """Say which of the files can't be read, and why."""
    place = {path: i for i, path in enumerate(files)}
    return [(place[path], why) for path, why in made.failures]


def _left_out(made: Decoded) -> list[str]:
    """Name the first files that can't be read, each with its reason, and count the rest."""
    said = [f"left out: {printable(path)}: {why}" for path, why in made.failures[:NAMED]]
    rest = len(made.failures) - NAMED
    return [*said, *([f"left out: {rest:,} more that can't be read"] if rest > 0 else [])]


def _looked(examples: Examples, parts: Split, findings: Findings | None) -> list[str]:
    """Say what is wrong with the works, how unequal the classes are, and what the parts share."""
    if findings is None:
        return []
    chosen = examples.targets.dtype == torch.long
    balance = [balance_line(examples.targets, examples.classes)] if chosen else []
    report = leaks(
        parts,
        names=examples.names,
        groups=examples.groups,
        targets=examples.targets,
        sums=findings.sums,
        hashes=findings.hashes if findings.sums else None,
    )
    return [*lines_of(findings), *balance, *report.lines()]


def divide(examples: Examples, settings: TrainSettings) -> Split:
    """Divide works as the settings ask: by group, or class by class, or at random."""
    how: How = "group" if settings.split_by else shuffled(examples)
    return split(
        examples.names,
        how=how,
        targets=examples.targets,
        classes=examples.classes,
        groups=examples.groups,
        seed=settings.seed,
    )


def shuffled(examples: Examples) -> How:
    """Say how works are divided whose groups don't matter: class by class if there are any."""
    return "stratified" if examples.targets.dtype == torch.long else "random"


def _labelled(works: Collection, settings: TrainSettings) -> Labelled:
    labels = [label.strip() for label in (settings.label or "label").split(",")]
    if settings.task == "distribution":
        _check_columns(works, labels)
        return votes_of(works.columns, labels, names=works.names)
    label = settings.label or "label"
    _check_columns(works, [label])
    if settings.task == "regress":
        return numbers_of(works, label)
    return classes_of(
        works,
        label,
        at_least=settings.at_least,
        group=settings.split_by,
        groups_at_least=settings.groups_at_least or (3 if settings.split_by else 1),
    )


def _check_columns(works: Collection, labels: Sequence[str]) -> None:
    missing = [label for label in labels if label not in works.columns]
    if missing and not works.columns:
        raise DataError(
            f"nothing is known of the {len(works)} works; put them into a sub-folder for each "
            "label, or write a labels.csv"
        )
    if missing:
        raise DataError(
            f"there is no column {printable(missing[0])} to learn; choose with --label: "
            f"{few(works.columns, most=8)}"
        )


def scale_of(train: Examples) -> tuple[float, float]:
    """Mean and deviation of the numbers to learn, by which a network sees them."""
    numbers = train.targets.double()
    return float(numbers.mean()), max(float(numbers.std(correction=0)), 1e-9)


def check_same(works: Prepared, run: Run) -> None:
    """Make sure that works are the same as in training, divided as they were, and mean the same.

    Args:
        works: As they are now.
        run: What it noted of them: names, classes, and the sum of each part's bytes.

    Raises:
        DataError: If they aren't.
    """
    now = works.names()
    for part, names in run.split.items():
        changed = set(names).symmetric_difference(now.get(part, []))
        if names and (changed or list(names) != now.get(part)):
            raise _changed(f"{part}: {printable(min(changed, default=names[0]))}")
    if tuple(run.classes) != works.train.classes:
        changed = set(run.classes).symmetric_difference(works.train.classes)
        raise DataError(
            f"the classes have changed since the training began ({few(sorted(changed))}); put them "
            "back, or train anew"
        )
    if run.sums and (apart := _apart(run.sums, works.sums())):
        raise _changed(f"{' and '.join(apart)}: pictures, drawings or what is learned of them")


def _apart(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    return sorted(p for p in before.keys() | now.keys() if before.get(p) != now.get(p))


def _changed(what: str) -> DataError:
    return DataError(
        f"the works have changed since the training began ({what}), so that some of the test may "
        "have been learned from; put them back, or train anew"
    )

"""Predictions as text, CSV or JSON, for a person or for the next program."""

import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence

from impasto.errors import printable
from impasto.learning.predict import Prediction
from impasto.learning.testing import harmless


def written(answers: Sequence[Prediction], form: str) -> Iterator[str]:
    """Write predictions, line by line."""
    return {"text": _text, "csv": _csv, "json": _json}[form](answers)


def _text(answers: Sequence[Prediction]) -> Iterator[str]:
    for answer in answers:
        shares = sorted((answer.probabilities or {}).items(), key=lambda pair: -pair[1])
        others = ", ".join(f"{printable(name)} {share:.0%}" for name, share in shares[:3])
        yield f"{printable(answer.path)}: {others or printable(answer.label)}"


def _csv(answers: Sequence[Prediction]) -> Iterator[str]:
    classes = list(answers[0].probabilities or {}) if answers else []
    yield _row(["path", "prediction", *classes])
    for answer in answers:
        shares = [f"{(answer.probabilities or {})[name]:.6f}" for name in classes]
        yield _row([str(answer.path), answer.label, *shares])


def _json(answers: Sequence[Prediction]) -> Iterator[str]:
    for answer in answers:
        known = {"path": str(answer.path), "prediction": answer.label}
        yield json.dumps(known | {"probabilities": answer.probabilities}, ensure_ascii=True)


def _row(cells: Sequence[str]) -> str:
    """Write cells that neither command a terminal nor are taken for formulas."""
    line = io.StringIO()
    safe = [printable(harmless(cell), limit=sys.maxsize) for cell in cells]
    csv.writer(line, lineterminator="").writerow(safe)
    return line.getvalue()

"""Predictions as text, CSV or JSON, for a person or for the next program."""

import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence

from impasto.errors import printable
from impasto.learning.predict import Prediction
from impasto.learning.testing import harmless

BETWEEN = "; "
"""What stands between the classes of a set in a table."""


def written(answers: Sequence[Prediction], form: str) -> Iterator[str]:
    """Write predictions, line by line."""
    return {"text": _text, "csv": _csv, "json": _json}[form](answers)


def _text(answers: Sequence[Prediction]) -> Iterator[str]:
    for answer in answers:
        shares = sorted((answer.probabilities or {}).items(), key=lambda pair: -pair[1])
        others = ", ".join(f"{printable(name)} {share:.0%}" for name, share in shares[:3])
        doubt = f"; {answer.doubt}" if answer.doubt else ""
        yield f"{printable(answer.path)}: {others or printable(answer.label)}{doubt}"


def _csv(answers: Sequence[Prediction]) -> Iterator[str]:
    classes = list(answers[0].probabilities or {}) if answers else []
    doubt = ["set", "cannot_say"] if any(answer.labels is not None for answer in answers) else []
    yield _row(["path", "prediction", *doubt, *classes])
    for answer in answers:
        shares = [f"{(answer.probabilities or {})[name]:.6f}" for name in classes]
        held = [BETWEEN.join(answer.labels or ()), str(answer.cannot_say).lower()]
        yield _row([str(answer.path), answer.label, *(held if doubt else []), *shares])


def _json(answers: Sequence[Prediction]) -> Iterator[str]:
    for answer in answers:
        known = {"path": str(answer.path), "prediction": answer.label}
        shares = {"probabilities": answer.probabilities}
        yield json.dumps(known | shares | _doubt(answer), ensure_ascii=True)


def _doubt(answer: Prediction) -> dict[str, object]:
    """Say which classes it may be; nulls where that isn't known."""
    held = answer.labels
    return {
        "set": None if held is None else list(held),
        "cannot_say": None if held is None else answer.cannot_say,
        "confidence": answer.confidence,
    }


def _row(cells: Sequence[str]) -> str:
    """Write cells that neither command a terminal nor are taken for formulas."""
    line = io.StringIO()
    safe = [printable(harmless(cell), limit=sys.maxsize) for cell in cells]
    csv.writer(line, lineterminator="").writerow(safe)
    return line.getvalue()

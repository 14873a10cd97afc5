"""Making again, whichever verb made it."""

from pathlib import Path

import pytest

from impasto.creation.pen.files import draw_file
from impasto.errors import OutputError
from impasto.jobs.again import again
from impasto.progress import Step


def test_what_is_stopped_is_not_written(tmp_path: Path) -> None:
    """Not even where the verb itself would write what is finished."""
    told: list[Step] = []

    def stop(step: Step) -> bool:
        told.append(step)
        return step.done == 1

    drawn = draw_file(tmp_path / "drawn.svg", count=2)
    with pytest.raises(OutputError, match=r"same\.svg is not written: the work was stopped"):
        again(drawn, tmp_path / "same.svg", on_step=stop)
    assert [step.done for step in told] == [1]
    assert [path.name for path in tmp_path.iterdir()] == ["drawn.svg"]
    assert again(drawn, tmp_path / "same.svg", on_step=lambda step: step.done == 2).exists()

"""The bar of a training shows how good it is by now, not only how the last batch went."""

from impasto.cli.progress import Bar
from impasto.progress import Step


def test_what_was_validated_last_stays_in_sight() -> None:
    bar = Bar("training", 3)
    told: list[str] = []
    for done, values in enumerate(
        (
            {"loss": 0.9},
            {"loss": 0.8, "validation_accuracy": 0.61},
            {"loss": 0.7},
            {"loss": 0.6, "validation_accuracy": 0.65},
        ),
        1,
    ):
        bar.training(Step(done, 4, values))
        told.append(bar.bar.tasks[0].description)
    assert told == [
        "loss 0.9",
        "loss 0.8, validation accuracy 0.61",
        "loss 0.7, validation accuracy 0.61",
        "loss 0.6, validation accuracy 0.65",
    ]

"""The settings of a training: one record behind Python, the command line and the recipe file."""

import json
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from impasto.errors import SettingsError, printable
from impasto.settings import checked

Task = Literal["classify", "regress", "distribution", "cluster"]

STEPS = ("prepare", "build", "loss", "optimize", "train")
"""The tables of a recipe file, one a step; the sixth, to test, has nothing to set beforehand."""


Extra = dict[str, Any]
PREPARE, BUILD, LOSS, OPTIMIZE, TRAIN = (Extra(step=step) for step in STEPS)


class TrainSettings(BaseModel):
    """What a training is made of, step by step."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: Task = Field(
        "classify",
        description="What to learn: classify, regress (a number), distribution (votes), cluster.",
        json_schema_extra=PREPARE,
    )
    label: str | None = Field(
        None,
        description="Column to learn, several for votes: a,b,c. Of a folder, its sub-folders.",
        json_schema_extra=PREPARE,
    )
    split_by: str | None = Field(
        None,
        description="Keep works with the same value together, such as artist.",
        json_schema_extra=PREPARE,
    )
    at_least: int = Field(
        2, description="Leave out classes of fewer works.", ge=1, json_schema_extra=PREPARE
    )
    groups_at_least: int | None = Field(
        None,
        description="Leave out classes of fewer groups; 3 with --split-by, one for each part.",
        ge=1,
        json_schema_extra=PREPARE,
    )
    data: str | None = Field(
        None,
        description="Folder of the four MNIST files; fetched unless given.",
        json_schema_extra=PREPARE,
    )
    size: int | None = Field(
        None,
        description="Side in pixels to which pictures are brought, unless the network's own.",
        ge=16,
        le=512,
        json_schema_extra=PREPARE,
    )
    network: str | None = Field(
        None,
        description="Which network: eye, cnn, cnn-deep, resnet, rnn, or hub:NAME of the hub.",
        json_schema_extra=BUILD,
    )
    method: Literal["kmeans", "hdbscan"] = Field(
        "kmeans",
        description="How to cluster: kmeans, or hdbscan, which leaves lonely works out.",
        json_schema_extra=BUILD,
    )
    clusters: int | None = Field(
        None,
        description="How many clusters by kmeans, unless as many as the works suggest.",
        ge=2,
        le=500,
        json_schema_extra=BUILD,
    )
    loss: str | None = Field(
        None,
        description="What is made small: cross-entropy, focal, ordinal; mse, huber; emd.",
        json_schema_extra=LOSS,
    )
    balance: bool = Field(
        False,
        description="Let rare classes weigh as much as frequent ones.",
        json_schema_extra=LOSS,
    )
    optimizer: Literal["sgd", "momentum", "adam", "adamw"] = Field(
        "adam",
        description="How weights move: sgd, momentum, adam or adamw.",
        json_schema_extra=OPTIMIZE,
    )
    rate: float = Field(1e-3, description="Learning rate.", gt=0, le=10, json_schema_extra=OPTIMIZE)
    schedule: Literal["constant", "linear", "cosine", "one-cycle"] | None = Field(
        None,
        description="How the rate changes: constant, linear, cosine or one-cycle.",
        json_schema_extra=OPTIMIZE,
    )
    batch: int = Field(
        32, description="Works in a step.", ge=1, le=4096, json_schema_extra=OPTIMIZE
    )
    precision: Literal["float32", "bfloat16"] = Field(
        "float32",
        description="Numbers to compute with: float32, or bfloat16, faster on some machines.",
        json_schema_extra=OPTIMIZE,
    )
    augment: bool | None = Field(
        None, description="Show works mirrored, turned and cropped, too.", json_schema_extra=TRAIN
    )
    epochs: int | None = Field(
        None,
        description="Stop after so many rounds through all works.",
        ge=1,
        json_schema_extra=TRAIN,
    )
    iterations: int | None = Field(
        None, description="Stop after so many steps.", ge=1, json_schema_extra=TRAIN
    )
    until: str | None = Field(
        None,
        description="Stop at a value on the validation: accuracy=0.6.",
        json_schema_extra=TRAIN,
    )
    patience: int | None = Field(
        None,
        description="Stop after so many epochs without a better.",
        ge=1,
        json_schema_extra=TRAIN,
    )
    minutes: float | None = Field(
        None,
        description="Stop after so many minutes.",
        gt=0,
        allow_inf_nan=False,
        json_schema_extra=TRAIN,
    )
    seed: int = Field(
        0, description="Source of every random choice.", ge=0, lt=2**31, json_schema_extra=TRAIN
    )


def settings_from(values: dict[str, Any]) -> TrainSettings:
    """Check settings by name; those that are missing keep their defaults.

    Raises:
        SettingsError: If one is unknown or out of its range.
    """
    return checked(TrainSettings, values)


def target_of(text: str | None) -> tuple[str, float] | None:
    """Read ``accuracy=0.6``.

    Raises:
        SettingsError: If it is something else.
    """
    if text is None:
        return None
    metric, _, value = text.partition("=")
    try:
        return metric.strip(), float(value)
    except ValueError:
        raise SettingsError(
            f"until: expected a metric and its value, such as accuracy=0.6; got {printable(text)}"
        ) from None


def write_recipe(source: str, settings: TrainSettings) -> str:
    """Write the steps down as TOML, a table each; what is not set is left out.

    Raises:
        SettingsError: If the source's name is no Unicode, which TOML can't hold.
    """
    lines = [f"source = {_toml(source)}"]
    for step in STEPS:
        lines += ["", f"[{step}]"]
        lines += [
            f"{name} = {_toml(value)}  # {_says(name)}"
            for name, value in settings.model_dump(exclude_none=True).items()
            if _step(name) == step
        ]
    return "\n".join([*lines, ""])


def read_recipe(path: Path) -> tuple[str, TrainSettings]:
    """Read the source and the settings that `write_recipe` wrote, or a person did.

    Raises:
        SettingsError: If the file can't be read, or a table or setting is unknown.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{printable(path)} can't be read ({printable(error)})") from error
    source = tables.pop("source", None)
    if not isinstance(source, str):
        raise SettingsError(f'{printable(path)} names no source; begin it with source = "folder"')
    values: dict[str, Any] = {}
    for step, table in tables.items():
        if step not in STEPS or not isinstance(table, dict):
            raise SettingsError(
                f"{printable(path)} has no step {printable(step)}; expected {', '.join(STEPS)}"
            )
        if strange := [name for name in table if _step(name) != step]:
            raise SettingsError(
                f"{printable(path)}: {printable(strange[0])} is no setting of the step {step}"
            )
        values |= table
    return source, settings_from(values)


def _step(name: str) -> str:
    field = TrainSettings.model_fields.get(name)
    extra = field.json_schema_extra if field else None
    return str(extra["step"]) if isinstance(extra, dict) else ""


def _says(name: str) -> str:
    return TrainSettings.model_fields[name].description or ""


def _toml(value: object) -> str:
    """Write a value as TOML, whose strings, numbers and truths are nearly those of JSON."""
    written = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if not written.isascii() and any("\ud800" <= char <= "\udfff" for char in written):
        raise SettingsError(f"the name {printable(written)} is no Unicode; rename it")
    return written

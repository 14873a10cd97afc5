"""The record of a training, and the recipe file that holds it."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.errors import SettingsError
from impasto.learning.settings import (
    STEPS,
    TrainSettings,
    read_recipe,
    settings_from,
    target_of,
    write_recipe,
)


def test_a_recipe_read_back_is_the_same(tmp_path: Path) -> None:
    asked = TrainSettings(label="movement", until="accuracy=0.6", minutes=1e-5, balance=True)
    (tmp_path / "recipe.toml").write_text(write_recipe("paintings", asked), encoding="utf-8")
    assert read_recipe(tmp_path / "recipe.toml") == ("paintings", asked)


def test_a_recipe_has_a_table_a_step() -> None:
    tables = tomllib.loads(write_recipe("paintings", TrainSettings()))
    assert tuple(tables) == ("source", *STEPS)
    assert tables["optimize"]["rate"] == 0.001


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(codec="utf-8")))
def test_every_name_can_stand_in_a_recipe(name: str) -> None:
    assert tomllib.loads(write_recipe(name, TrainSettings(label=name)))["source"] == name


def test_a_name_that_is_no_unicode() -> None:
    with pytest.raises(SettingsError, match="is no Unicode; rename it"):
        write_recipe("caf\udce9", TrainSettings())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[train]\nepochs = 3\n", 'names no source; begin it with source = "folder"'),
        ("source = 3\n", "names no source"),
        ('source = "a"\n[dream]\nepochs = 3\n', "has no step dream; expected prepare, build,"),
        ('source = "a"\ntrain = 3\n', "has no step train"),
        ('source = "a"\n[train]\nrate = 0.1\n', "rate is no setting of the step train"),
        ('source = "a"\n[train]\nmagic = 1\n', "magic is no setting of the step train"),
        ('source = "a"\n[train]\nepochs = 0\n', "epochs: input should be greater than or equal"),
        ('source = "a"\n[train]\nepochs = "many"\n', "epochs: input should be a valid integer"),
        ('source = "a"\n[train]\nminutes = inf\n', "minutes: input should be a finite number"),
        ('source = "a\n', "can't be read"),
    ],
)
def test_a_recipe_that_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "recipe.toml").write_text(text)
    with pytest.raises(SettingsError, match=said) as caught:
        read_recipe(tmp_path / "recipe.toml")
    assert "\n" not in str(caught.value)


def test_a_recipe_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="can't be read"):
        read_recipe(tmp_path / "recipe.toml")
    (tmp_path / "recipe.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="can't be read"):
        read_recipe(tmp_path / "recipe.toml")


def test_settings_by_name() -> None:
    assert settings_from({"epochs": 3}) == TrainSettings(epochs=3)
    with pytest.raises(SettingsError, match="optimizer: input should be 'sgd'"):
        settings_from({"optimizer": "magic"})


def test_a_target() -> None:
    assert target_of(None) is None
    assert target_of(" accuracy = 0.6") == ("accuracy", 0.6)
    for text in ("accuracy", "accuracy=high", ""):
        with pytest.raises(SettingsError, match=r"such as accuracy=0\.6"):
            target_of(text)

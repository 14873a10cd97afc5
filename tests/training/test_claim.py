"""A folder is held once, by whoever holds it from the first look to the last word."""

from pathlib import Path

import pytest
import torch
from torch import nn

from impasto.errors import OutputError
from impasto.training.claim import alone_in, claimed
from impasto.training.loop import Plan, fit

PLAN = Plan(steps=3, warmup=1)


def losses(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, torch.Tensor]:
    return {"loss": model(torch.rand(4, 1, generator=generator)).square().mean()}


def test_a_claim_is_shown_and_not_made_twice(tmp_path: Path) -> None:
    with alone_in(tmp_path) as claim:
        fit(nn.Linear(1, 1), losses, PLAN, tmp_path / "." / "", claim=claim)
        assert claim.covers(tmp_path)  # the training didn't drop it
        with pytest.raises(OutputError, match="another training is writing"):
            fit(nn.Linear(1, 1), losses, PLAN, tmp_path)
    fit(nn.Linear(1, 1), losses, PLAN, tmp_path)


def test_a_claim_on_something_else_is_our_own_mistake(tmp_path: Path) -> None:
    with alone_in(tmp_path / "a") as claim, pytest.raises(AssertionError, match="the claim is on"):
        claimed(tmp_path / "b", claim)
    with pytest.raises(AssertionError, match="was dropped"):
        claimed(tmp_path / "a", claim)


def test_without_a_claim_the_folder_is_held(tmp_path: Path) -> None:
    with claimed(tmp_path, None), pytest.raises(OutputError, match="another training is writing"):
        claimed(tmp_path, None).__enter__()

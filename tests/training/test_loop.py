"""The loop learns, stops, resumes bit for bit, and keeps the last good weights."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from impasto.errors import TrainingError
from impasto.progress import Step
from impasto.training.loop import Plan, follow, train

PLAN = Plan(steps=40, rate=0.05, warmup=5, average=0.5)


def line() -> nn.Module:
    torch.manual_seed(0)
    return nn.Linear(1, 1)


def losses(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
    x = torch.rand(16, 1, generator=generator)
    return {"squares": (model(x) - (2 * x - 1)).square().mean()}


def test_it_learns_a_line(tmp_path: Path) -> None:
    plan = Plan(steps=400, rate=0.05, warmup=5, average=0.9)
    learned = train(line(), losses, plan, tmp_path)
    assert learned.weight.item() == pytest.approx(2, abs=0.05)
    assert learned.bias.item() == pytest.approx(-1, abs=0.05)


def test_stopped_and_resumed_equals_never_stopped(tmp_path: Path) -> None:
    whole = train(line(), losses, PLAN, tmp_path / "whole")
    for stop in (7, 8, 23):
        train(line(), losses, PLAN, tmp_path / "parts", on_step=lambda s, n=stop: s.done == n)
    parts = train(line(), losses, PLAN, tmp_path / "parts")
    for a, b in zip(whole.parameters(), parts.parameters(), strict=True):
        assert torch.equal(a, b)


def test_each_step_is_told(tmp_path: Path) -> None:
    told: list[Step] = []
    train(line(), losses, PLAN, tmp_path, on_step=told.append)
    assert [s.done for s in told] == list(range(1, 41))
    assert all(s.total == 40 and set(s.values) == {"squares", "gradient"} for s in told)


def test_no_number_stops_it_and_keeps_what_is_good(tmp_path: Path) -> None:
    def spoiled(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
        return {
            k: v * (float("nan") if step == 9 else 1)
            for k, v in losses(model, 0, generator).items()
        }

    with pytest.raises(TrainingError, match="step 10"):
        train(line(), spoiled, Plan(steps=20, every=0), tmp_path)
    weights = train(line(), losses, Plan(steps=9, every=0), tmp_path)
    assert all(torch.isfinite(p).all() for p in weights.parameters())


def test_a_gradient_that_is_no_number_does_not_reach_the_weights(tmp_path: Path) -> None:
    def spoiled(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
        return {"root": (model(torch.zeros(1, 1)) * 0).abs().sqrt().sum()}

    model = line()
    with pytest.raises(TrainingError, match="gradient"):
        train(model, spoiled, Plan(steps=2, every=0.0), tmp_path)
    assert all(torch.isfinite(p).all() for p in model.parameters())


def test_the_rate_rises_stays_and_falls() -> None:
    plan = Plan(steps=100, rate=1.0, warmup=10, decay=0.5)
    assert plan.rate_at(0) == pytest.approx(0.1)
    assert plan.rate_at(30) == 1
    assert plan.rate_at(75) == pytest.approx(0.5)


def test_follow_moves_part_of_the_way() -> None:
    kept, now = nn.Linear(1, 1), nn.Linear(1, 1)
    before = kept.weight.item()
    follow(kept, now, 0.75)
    assert kept.weight.item() == pytest.approx(0.75 * before + 0.25 * now.weight.item())

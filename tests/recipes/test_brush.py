"""The recipe of the brush runs for real, on a few small pictures."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors import safe_open

from impasto.data.pool import Pool
from impasto.networks.brush import Brush
from impasto.networks.vgg import SlimVGG
from impasto.recipes.brush import BrushRecipe, Task, collages, ship
from impasto.training.logs import log_to
from impasto.training.loop import Plan, train

RECIPE = BrushRecipe(size=32, batch=2, plan=Plan(steps=8), settled=0.75)


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    for name, color in (("a", (200, 40, 40)), ("b", (30, 60, 210))):
        Image.effect_mandelbrot((64, 48), (-2, -1.2, 1, 1.2), 30).convert("RGB").resize(
            (64, 48)
        ).save(tmp_path / f"{name}.png")
        Image.new("RGB", (50, 50), color).save(tmp_path / f"{name}{name}.png")
    return Pool(sorted(tmp_path.glob("*.png")))


def test_it_trains_logs_and_ships(pool: Pool, tmp_path: Path) -> None:
    torch.manual_seed(0)
    task = Task(RECIPE, pool, pool, SlimVGG().requires_grad_(False))
    folder = tmp_path / "run"
    folder.mkdir()
    train(Brush(), task, RECIPE.plan, folder, on_step=log_to(folder / "log.jsonl", every=4))
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [4, 8]
    assert {"style", "content", "light", "color", "noise", "structure", "identity"} <= set(lines[0])
    sha256 = ship(folder, tmp_path / "brush.safetensors")
    assert len(sha256) == 64
    with safe_open(tmp_path / "brush.safetensors", "pt") as file:
        assert file.get_tensor("encoder.0.weight").dtype == torch.float16


def test_a_share_of_the_paintings_has_a_part_of_another() -> None:
    paintings = torch.arange(8.0)[:, None, None, None].expand(8, 3, 20, 20).contiguous()
    made = collages(paintings, 0.5, torch.Generator().manual_seed(0))
    for index, picture in enumerate(made):
        foreign = (picture == (index - 1) % 8).float().mean().item()
        assert ((picture == index).float().mean().item()) == pytest.approx(1 - foreign)
        assert (0.2 <= foreign <= 0.8) if index < 4 else foreign == 0
    assert torch.equal(paintings[:, 0, 0, 0], torch.arange(8.0))
    assert torch.equal(collages(paintings, 0.0, torch.Generator()), paintings)


def test_the_encoder_rests_from_the_step_on_that_the_recipe_names(pool: Pool) -> None:
    task, brush = Task(RECIPE, pool, pool, SlimVGG().requires_grad_(False)), Brush()
    for step, learns in ((0, True), (5, True), (6, False)):
        task(brush, step, torch.Generator().manual_seed(step))
        assert brush.encoder[0].weight.requires_grad is learns
        assert brush.tower[0].weight.requires_grad is learns
        assert brush.reader[0].weight.requires_grad


def test_a_perfect_copy_pays_only_for_style(pool: Pool) -> None:
    torch.manual_seed(0)
    task = Task(replace(RECIPE), pool, pool, SlimVGG().requires_grad_(False))

    class Copy(Brush):
        def forward(self, content, style=None, touch=None):
            return content

    losses = task(Copy(), 0, torch.Generator().manual_seed(0))
    assert losses["content"] == 0
    assert losses["light"] == 0
    assert losses["structure"] == pytest.approx(0, abs=1e-5)
    assert losses["identity"] == 0
    assert losses["style"] > 0

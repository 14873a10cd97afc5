"""The loop learns, stops, resumes bit for bit, and keeps the last good weights."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from impasto.errors import OutputError, TrainingError
from impasto.progress import Step
from impasto.training.checkpoint import averaged, facts_of
from impasto.training.claim import alone_in
from impasto.training.loop import Plan, Until, fit, follow, train
from impasto.training.optimizers import Optimizer

PLAN = Plan(steps=40, rate=0.05, warmup=5, average=0.5)

Losses = dict[str, Tensor]


def line() -> nn.Module:
    torch.manual_seed(0)
    return nn.Linear(1, 1)


def losses(model: nn.Module, step: int, generator: torch.Generator) -> Losses:
    x = torch.rand(16, 1, generator=generator)
    return {"squares": (model(x) - (2 * x - 1)).square().mean()}


def off(model: nn.Module) -> dict[str, float]:
    """How far the line is from the right one."""
    assert not model.training
    x = torch.linspace(0, 1, 9)[:, None]
    return {"mae": (model(x) - (2 * x - 1)).abs().mean().item()}


def test_it_learns_a_line(tmp_path: Path) -> None:
    plan = Plan(steps=400, rate=0.05, warmup=5, average=0.9)
    learned = train(line(), losses, plan, tmp_path)
    assert learned.weight.item() == pytest.approx(2, abs=0.05)
    assert learned.bias.item() == pytest.approx(-1, abs=0.05)


@pytest.mark.parametrize("name", ["sgd", "momentum", "adam", "adamw"])
@pytest.mark.parametrize("average", [None, 0.9])
def test_every_optimizer_learns_it(tmp_path: Path, name, average) -> None:
    rate = 0.3 if name in {"sgd", "momentum"} else 0.05
    plan = Plan(
        200,
        rate,
        average=average,
        clip=None,
        optimizer=Optimizer(name),
        schedule="cosine",
        warmup=5,
    )
    assert off(train(line(), losses, plan, tmp_path))["mae"] < 0.05


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


def test_whoever_listens_may_stop_it(tmp_path: Path) -> None:
    done = fit(line(), losses, PLAN, tmp_path, on_step=lambda s: s.done == 7)
    assert done.reason == "stopped: asked to at iteration 7"
    assert done.progress.step == facts_of(tmp_path / "last.safetensors")["progress"]["step"] == 7


def test_it_validates_logs_and_keeps_the_best(tmp_path: Path) -> None:
    plan = Plan(steps=30, rate=0.5, warmup=1, average=None, epoch=10)
    told: list[Step] = []
    found = fit(line(), losses, plan, tmp_path, validate=off, facts={"a": 1}, on_step=told.append)
    rows = list(csv.DictReader((tmp_path / "log.csv").read_text().splitlines()))
    assert [(row["step"], row["epoch"]) for row in rows] == [("10", "1"), ("20", "2"), ("30", "3")]
    values = [float(row["validation_mae"]) for row in rows]
    assert found.progress.best == min(values)
    assert found.best == tmp_path / "best.safetensors"
    assert [s.done for s in told if "validation_mae" in s.values] == [10, 20, 30]
    best = line()
    best.load_state_dict(averaged(found.best))
    assert off(best.eval())["mae"] == min(values)
    facts = facts_of(found.best)
    assert (facts["a"], facts["plan"]["rate"]) == (1, 0.5)
    assert float(rows[0]["squares"]) == pytest.approx(
        sum(s.values["squares"] for s in told[:10]) / 10
    )


def test_the_log_forgets_what_lies_beyond_the_checkpoint(tmp_path: Path) -> None:
    plan = Plan(steps=30, rate=0.05, epoch=10)
    whole = fit(line(), losses, plan, tmp_path / "whole", validate=off)
    folder = tmp_path / "parts"
    fit(line(), losses, plan, folder, validate=off, on_step=lambda s: s.done == 15)
    with (folder / "log.csv").open("a") as file:
        file.write("20,2,0.1,0.1,0.1,0.1,9\n")
    parts = fit(line(), losses, plan, folder, validate=off)
    rows = list(csv.DictReader((folder / "log.csv").read_text().splitlines()))
    assert [row["step"] for row in rows] == ["10", "20", "30"]
    strip = [{k: v for k, v in row.items() if k != "seconds"} for row in whole.progress.history]
    assert strip == [
        {k: v for k, v in row.items() if k != "seconds"} for row in parts.progress.history
    ]


def test_it_trains_until_the_target_and_not_again(tmp_path: Path) -> None:
    plan = Plan(steps=500, rate=0.1, epoch=10)
    until = Until(target=("mae", 0.1))
    found = fit(line(), losses, plan, tmp_path, until=until, validate=off)
    assert found.reason.startswith("stopped: mae reached 0.0")
    assert found.progress.step < 500
    again = fit(line(), losses, plan, tmp_path, until=until, validate=off)
    assert (again.reason, again.progress.step) == (found.reason, found.progress.step)
    further = fit(line(), losses, plan, tmp_path, until=Until(iterations=490), validate=off)
    assert further.progress.step == 490


def test_patience_survives_a_stop(tmp_path: Path) -> None:
    def stuck(model: nn.Module) -> dict[str, float]:
        return {"accuracy": 0.5}

    plan, until = Plan(steps=100, epoch=10), Until(patience=3, metric="accuracy")
    fit(line(), losses, plan, tmp_path, until=until, validate=stuck, on_step=lambda s: s.done == 25)
    found = fit(line(), losses, plan, tmp_path, until=until, validate=stuck)
    assert found.progress.step == 40
    assert "nothing better than 0.5 for 3 validations in epoch 4" in found.reason


def test_minutes_add_up_over_stops(tmp_path: Path) -> None:
    until = Until(minutes=1e-9)
    found = fit(line(), losses, PLAN, tmp_path, until=until)
    assert found.progress.step == 1
    assert "minutes are over" in found.reason
    assert fit(line(), losses, PLAN, tmp_path, until=until).progress.step == 1


def test_validating_leaves_every_part_as_it_was_set(tmp_path: Path) -> None:
    model = nn.Sequential(line(), nn.Dropout(0.5)).train()
    model[1].eval()  # a part at rest
    seen: list[tuple[bool, bool]] = []

    def watched(model: nn.Module, step: int, generator: torch.Generator) -> Losses:
        seen.append((model.training, model[1].training))
        return losses(model, step, generator)

    fit(model, watched, Plan(steps=3, validate=1, average=None), tmp_path, validate=off)
    assert set(seen) == {(True, False)}


def test_the_worlds_randomness_is_left_alone(tmp_path: Path) -> None:
    model = nn.Sequential(line(), nn.Dropout(0.5))
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    train(model, losses, PLAN, tmp_path)
    assert torch.equal(torch.rand(3), expected)


def test_half_precision_keeps_whole_weights(tmp_path: Path) -> None:
    plan = Plan(steps=200, rate=0.05, warmup=5, average=None, precision="bfloat16")
    learned = train(line(), losses, plan, tmp_path)
    assert learned.weight.dtype == torch.float32
    assert off(learned)["mae"] < 0.05


def test_no_number_stops_it_and_keeps_what_is_good(tmp_path: Path) -> None:
    def spoiled(model: nn.Module, step: int, generator: torch.Generator) -> Losses:
        return {
            k: v * (float("nan") if step == 9 else 1)
            for k, v in losses(model, 0, generator).items()
        }

    with pytest.raises(TrainingError, match=r"step 10 .*squares is nan.*step 9 .* is good"):
        train(line(), spoiled, Plan(steps=20, every=0), tmp_path)
    weights = train(line(), losses, Plan(steps=9, every=0), tmp_path)
    assert all(torch.isfinite(p).all() for p in weights.parameters())


def test_a_gradient_that_is_no_number_does_not_reach_the_weights(tmp_path: Path) -> None:
    def spoiled(model: nn.Module, step: int, generator: torch.Generator) -> Losses:
        return {"root": (model(torch.zeros(1, 1)) * 0).abs().sqrt().sum()}

    model = line()
    with pytest.raises(TrainingError, match=r"gradient is nan in weight.*root.*nothing was saved"):
        train(model, spoiled, Plan(steps=2, every=0.0), tmp_path)
    assert all(torch.isfinite(p).all() for p in model.parameters())


def test_inputs_that_are_no_numbers_are_named(tmp_path: Path) -> None:
    def spoiled(model: nn.Module, step: int, generator: torch.Generator) -> Losses:
        return {"squares": model(torch.full((4, 1), float("inf"))).square().mean()}

    with pytest.raises(TrainingError, match=r"inputs that are not finite; clean the data"):
        train(line(), spoiled, PLAN, tmp_path)


@pytest.mark.parametrize("every", [0.0, 1e9])
def test_a_rate_far_too_high_is_named_and_never_saved(tmp_path: Path, every) -> None:
    plan = Plan(
        steps=300,
        rate=1e6,
        schedule="constant",
        clip=None,
        average=None,
        every=every,
        optimizer=Optimizer("sgd"),
    )
    with pytest.raises(TrainingError, match=r"learning rate|lower the rate") as caught:
        train(line(), losses, plan, tmp_path)
    assert "\n" not in str(caught.value)
    if every == 0:
        kept = load_file(tmp_path / "last.safetensors")
        assert all(torch.isfinite(v).all() for v in kept.values())


def test_two_processes_never_write_one_run(tmp_path: Path) -> None:
    with alone_in(tmp_path), pytest.raises(OutputError, match="another training is writing"):
        train(line(), losses, PLAN, tmp_path)
    train(line(), losses, PLAN, tmp_path)


def test_a_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        train(line(), losses, PLAN, tmp_path / "file" / "run")


def test_follow_moves_part_of_the_way() -> None:
    kept, now = nn.Linear(1, 1), nn.Linear(1, 1)
    now.bias.requires_grad_(False)
    before = kept.weight.item()
    follow(kept, now, 0.75)
    assert kept.weight.item() == pytest.approx(0.75 * before + 0.25 * now.weight.item())
    assert kept.bias.item() == now.bias.item()


# A small training with all that may go wrong: dropout, batch normalization, channels last,
# averages, validations, patience. Its children are killed in the middle and begun again.
KILLED = """
import os, random, signal, sys, time
from pathlib import Path
import torch
from torch import nn
from impasto.device import channels_last
from impasto.training.batches import Batches
from impasto.training.loop import Plan, Until, fit
from impasto.training.optimizers import Optimizer

torch.set_num_threads(1)
folder, average, precision = Path(sys.argv[1]), sys.argv[2] == "average", sys.argv[3]
source = torch.Generator().manual_seed(0)
x, y = torch.rand(50, 2, 8, 8, generator=source), torch.randint(3, (50,), generator=source)
deal = Batches(50, 8, seed=1)

def network():
    torch.manual_seed(0)
    return channels_last(nn.Sequential(nn.Conv2d(2, 8, 3), nn.BatchNorm2d(8), nn.ReLU(),
        nn.Conv2d(8, 8, 3), nn.Flatten(), nn.Dropout(0.5), nn.Linear(128, 3)))

def losses(model, step, generator):
    time.sleep(0.002)
    chosen = deal(step)
    noise = 0.1 * torch.randn(len(chosen), 2, 8, 8, generator=generator)
    return {"cross_entropy": nn.functional.cross_entropy(model(x[chosen] + noise), y[chosen])}

def validate(model):
    return {"loss": nn.functional.cross_entropy(model(x), y).item()}

def run(where):
    plan = Plan(steps=140, rate=0.01, warmup=5, every=0.02, epoch=deal.per_epoch, clip=1.0,
        average=0.9 if average else None, optimizer=Optimizer("adam" if average else "momentum"),
        precision=precision)
    return fit(network(), losses, plan, folder / where, until=Until(patience=15), validate=validate)

whole = run("whole")
chance, kills, finished = random.Random(int(sys.argv[4])), 0, False
while not finished:
    child = os.fork()
    if child == 0:
        run("parts")
        os._exit(0)
    if kills < 5:
        time.sleep(chance.uniform(0.05, 0.35))
        os.kill(child, signal.SIGKILL)
        kills += 1
    finished = os.waitpid(child, 0)[1] == 0
parts = run("parts")
print(kills, parts.progress.step, whole.progress.step, parts.reason == whole.reason)
"""


def without_time(path: Path) -> list[dict[str, float]]:
    rows = facts_of(path)["progress"]["history"]
    return [{k: v for k, v in row.items() if k != "seconds"} for row in rows]


@pytest.mark.skipif(sys.platform == "win32", reason="needs os.fork")
@pytest.mark.parametrize(
    ("average", "precision", "seed"),
    [
        ("average", "float32", 1),
        pytest.param("none", "bfloat16", 2, marks=pytest.mark.slow),
    ],
)
def test_killed_at_any_moment_it_ends_with_the_same_weights(
    tmp_path: Path, average, precision, seed
) -> None:
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", KILLED, tmp_path, average, precision, str(seed)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    kills, steps, expected, same = told.stdout.split()
    assert (steps, same) == (expected, "True")
    assert int(kills) >= 3
    for name in ("last.safetensors", "best.safetensors"):
        whole, parts = (load_file(tmp_path / run / name) for run in ("whole", "parts"))
        assert whole.keys() == parts.keys()
        assert all(torch.equal(whole[k], parts[k]) for k in whole)
        assert without_time(tmp_path / "whole" / name) == without_time(tmp_path / "parts" / name)


# Two processes on one machine, each with half of every batch.
TOGETHER = """
import json, sys
from pathlib import Path
import torch
import torch.distributed as dist
from impasto.training.batches import Batches
from impasto.training.loop import Plan, Until, fit

torch.set_num_threads(1)
folder, rank = Path(sys.argv[1]), int(sys.argv[2])
dist.init_process_group("gloo", init_method=f"file://{folder}/meet", rank=rank, world_size=2)
torch.manual_seed(0)
model = torch.nn.Linear(1, 1)
x = torch.linspace(0, 1, 40)[:, None]
deal = Batches(40, 10, rank=rank, ranks=2)

def losses(model, step, generator):
    chosen = deal(step)
    return {"squares": (model(x[chosen]) - 2 * x[chosen]).square().mean()}

plan = Plan(20, 0.05, epoch=deal.per_epoch, average=None)
found = fit(model, losses, plan, folder / "run", until=Until(epochs=4),
    validate=lambda m: {"mae": (m(x) - 2 * x).abs().mean().item()},
    on_step=(lambda s: s.done == 13) if rank == 0 else None)
(folder / f"{rank}.json").write_text(json.dumps(
    [found.reason, found.network.weight.item(), found.progress.step]))
dist.destroy_process_group()
"""


@pytest.mark.slow
@pytest.mark.skipif(not torch.distributed.is_available(), reason="needs torch.distributed")
def test_processes_that_train_together_end_alike(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-c", TOGETHER, str(tmp_path)]
    both = [
        subprocess.Popen([*command, rank], stderr=subprocess.PIPE, env=dict(os.environ))
        for rank in ("0", "1")
    ]
    told = [process.communicate(timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    first, second = (json.loads((tmp_path / f"{rank}.json").read_text()) for rank in (0, 1))
    assert first == second
    assert first[2] == 13
    # the same as one alone with the whole batches, but for rounding
    from impasto.training.batches import Batches

    x, deal = torch.linspace(0, 1, 40)[:, None], Batches(40, 10)
    alone = train(
        line(),
        lambda m, s, g: {"squares": (m(x[deal(s)]) - 2 * x[deal(s)]).square().mean()},
        Plan(20, 0.05, epoch=4, average=None),
        tmp_path / "alone",
        on_step=lambda s: s.done == 13,
    )
    assert alone.weight.item() == pytest.approx(first[1], abs=1e-5)

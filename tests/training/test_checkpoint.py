"""Checkpoints come back as they went, and what is none is refused in one line."""

import errno
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from impasto.device import channels_last
from impasto.errors import OutputError, TrainingError
from impasto.training import checkpoint
from impasto.training.checkpoint import State, averaged, facts_of, restore, save
from impasto.training.loop import Plan, train
from impasto.training.optimizers import Optimizer


def state(*, width: int = 4, name: str = "adamw", average: bool = True) -> State:
    torch.manual_seed(0)
    model = channels_last(nn.Sequential(nn.Conv2d(2, width, 3), nn.BatchNorm2d(width)))
    kept = channels_last(nn.Sequential(nn.Conv2d(2, width, 3), nn.BatchNorm2d(width)))
    return State(
        model, kept if average else None, Optimizer(name).build(model.parameters(), rate=0.1)
    )


def descend(given: State, steps: int) -> None:
    for _ in range(steps):
        given.progress.step += 1
        x = torch.rand(2, 2, 8, 8, generator=torch.Generator().manual_seed(given.progress.step))
        given.optimizer.zero_grad()
        torch.autograd.backward(given.model(x).square().sum() + given.model(x).sum())
        given.optimizer.step()


@pytest.mark.parametrize("name", ["sgd", "momentum", "adam", "adamw"])
def test_everything_comes_back(tmp_path: Path, name) -> None:
    whole = state(name=name)
    descend(whole, 3)
    save(tmp_path / "last.safetensors", whole, facts={"plan": 7})
    back = state(name=name)
    descend(back, 1)
    assert restore(tmp_path / "last.safetensors", back) == 3
    assert back.progress == whole.progress
    assert facts_of(tmp_path / "last.safetensors")["plan"] == 7
    for given in (whole, back):
        descend(given, 3)
    for one, other in zip(whole.model.parameters(), back.model.parameters(), strict=True):
        assert torch.equal(one, other)


def test_momenta_are_laid_out_as_the_weights_are(tmp_path: Path) -> None:
    """A fused step walks through memory: in another layout it mixes the momenta up."""
    given = state()
    descend(given, 1)
    save(tmp_path / "last.safetensors", given)
    restore(tmp_path / "last.safetensors", given)
    weight = given.model[0].weight
    assert not weight.is_contiguous()
    assert given.optimizer.state[weight]["exp_avg"].stride() == weight.stride()


def test_a_file_of_the_first_version_is_read(tmp_path: Path) -> None:
    """Those had no JSON: the brush was trained so."""
    given = state()
    descend(given, 2)
    tensors = {"step": torch.tensor(2)}
    tensors |= {f"model.{k}": v.contiguous() for k, v in given.model.state_dict().items()}
    tensors |= {f"average.{k}": v.contiguous() for k, v in given.average.state_dict().items()}
    for index, momenta in given.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{k}": v.contiguous() for k, v in momenta.items()}
    save_file(tensors, tmp_path / "last.safetensors")
    back = state()
    assert restore(tmp_path / "last.safetensors", back) == 2
    for one, other in zip(given.model.parameters(), back.model.parameters(), strict=True):
        assert torch.equal(one, other)
    assert averaged(tmp_path / "last.safetensors").keys() == given.average.state_dict().keys()


def test_without_an_average_the_weights_themselves_are_the_ones_to_use(tmp_path: Path) -> None:
    given = state(average=False)
    save(tmp_path / "last.safetensors", given)
    assert torch.equal(averaged(tmp_path / "last.safetensors")["0.weight"], given.model[0].weight)


def one_line(caught: pytest.ExceptionInfo[TrainingError]) -> bool:
    return "\n" not in str(caught.value)


@pytest.mark.parametrize("spoil", [b"", b"nonsense", b"\x08" + b"\0" * 7 + b"{}      " * 3])
def test_a_corrupt_file_is_refused(tmp_path: Path, spoil) -> None:
    path = tmp_path / "last.safetensors"
    path.write_bytes(spoil)
    with pytest.raises(TrainingError, match=r"delete it|belongs") as caught:
        restore(path, state())
    assert one_line(caught)
    assert path.read_bytes() == spoil


def test_half_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "last.safetensors"
    save(path, state())
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(TrainingError, match="delete it to begin anew") as caught:
        averaged(path)
    assert one_line(caught)


@pytest.mark.parametrize("trained", [0, 2])
def test_another_network_or_optimizer_is_refused(tmp_path: Path, trained) -> None:
    path = tmp_path / "last.safetensors"
    given = state()
    descend(given, trained)
    save(path, given)
    with pytest.raises(TrainingError, match="belongs to another network") as caught:
        restore(path, state(width=5))
    assert one_line(caught)
    with pytest.raises(TrainingError, match="the optimizer AdamW"):
        restore(path, state(name="sgd"))
    save_file({"x": torch.zeros(1)}, path)
    with pytest.raises(TrainingError, match="belongs to"):
        averaged(path)
    with pytest.raises(TrainingError, match="belongs to"):
        restore(path, state())


def test_a_full_disk_leaves_the_old_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "last.safetensors"
    save(path, state())
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(checkpoint.os, "fsync", full)
    with pytest.raises(OutputError, match="the disk is full"):
        save(path, state(width=8))
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["last.safetensors"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_disk_that_really_is_full(tmp_path: Path) -> None:
    (tmp_path / "last.partial").symlink_to("/dev/full")
    with pytest.raises(OutputError, match="the disk is full"):
        save(tmp_path / "last.safetensors", state())


def test_a_corrupt_run_is_not_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / "last.safetensors").write_bytes(b"x" * 40)
    with pytest.raises(TrainingError, match="can't be read"):
        train(nn.Linear(1, 1), lambda *_: {}, Plan(steps=3), tmp_path)

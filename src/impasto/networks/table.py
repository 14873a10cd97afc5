"""The table of a network's layers: what each does, how large it is, and what it costs."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import torch
from torch import Tensor, nn

KINDS = (
    nn.Conv2d,
    nn.Linear,
    nn.LSTM,
    nn.GRU,
    nn.BatchNorm2d,
    nn.BatchNorm1d,
    nn.LayerNorm,
    nn.GroupNorm,
    nn.MaxPool2d,
    nn.AvgPool2d,
    nn.AdaptiveAvgPool2d,
)
"""Layers that get a row; what has weights and is none of these gets one, too."""


@dataclass(frozen=True)
class LayerRow:
    """One layer.

    Attributes:
        name: Where it is in the network.
        kind: What it is, as PyTorch calls it.
        output_shape: What comes out; the first number counts the pictures.
        parameters: Numbers that are learned in it.
        multiply_adds: Multiplications, each with its addition, for all the pictures given.
    """

    name: str
    kind: str
    output_shape: tuple[int, ...]
    parameters: int
    multiply_adds: int


def layer_table(network: nn.Module, example_inputs: Tensor | Sequence[Tensor]) -> list[LayerRow]:
    """Let an example through a network and note what each layer makes of it.

    Args:
        network: Set for use meanwhile, and set back.
        example_inputs: What the network is called with, such as one picture ``(1, c, h, w)``.

    Returns:
        A row for each layer, in the order in which they are used; one that is used twice has two,
        the second without its parameters.
    """
    given = [example_inputs] if isinstance(example_inputs, Tensor) else list(example_inputs)
    rows: list[LayerRow] = []
    modes = [(part, part.training) for part in network.modules()]
    with ExitStack() as hooks, torch.no_grad():
        for name, layer in network.named_modules():
            if _has_row(layer):
                hooks.callback(layer.register_forward_hook(_noting(name, rows)).remove)
        network.eval()(*given)
    for part, training in modes:
        part.training = training
    return rows


def totals(rows: Sequence[LayerRow]) -> tuple[int, int]:
    """Add up the parameters and the multiply-adds."""
    return sum(row.parameters for row in rows), sum(row.multiply_adds for row in rows)


def lines(rows: Sequence[LayerRow]) -> list[str]:
    """Write the table down: a heading, a line for each layer, and the totals."""
    parameters, multiply_adds = totals(rows)
    cells = [("layer", "kind", "output", "parameters", "multiply-adds")]
    cells += [
        (
            row.name,
            row.kind,
            " × ".join(map(str, row.output_shape)),
            f"{row.parameters:,}",
            f"{row.multiply_adds:,}",
        )
        for row in rows
    ]
    cells += [("total", "", "", f"{parameters:,}", f"{multiply_adds:,}")]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place < 3 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]


def _has_row(layer: nn.Module) -> bool:
    return isinstance(layer, KINDS) or bool(list(layer.parameters(recurse=False)))


def _noting(
    name: str, rows: list[LayerRow]
) -> Callable[[nn.Module, tuple[object, ...], object], None]:
    def note(layer: nn.Module, given: tuple[object, ...], made: object) -> None:
        out = _tensor(made)
        known = any(row.name == name for row in rows)
        parameters = 0 if known else sum(p.numel() for p in layer.parameters())
        cost = _multiply_adds(layer, _tensor(given), out)
        rows.append(LayerRow(name, type(layer).__name__, tuple(out.shape), parameters, cost))

    return note


def _tensor(value: object) -> Tensor:
    """Find the first tensor in what a layer took or returned."""
    while not isinstance(value, Tensor):
        assert isinstance(value, tuple | list)  # a packed sequence is a tuple, too
        value = value[0]
    return value


def _multiply_adds(layer: nn.Module, given: Tensor, made: Tensor) -> int:
    """Count what a layer multiplies; what only adds, compares or scales counts nothing.

    Notes:
        A convolution: kernel area times inputs of its group, for each number that comes out. A
        dense layer: its inputs, for each. A recurrent one: its matrices, for each time.
    """
    if isinstance(layer, nn.Conv2d):
        return made.numel() * layer.weight[0].numel()
    if isinstance(layer, nn.Linear):
        return made.numel() * layer.in_features
    if isinstance(layer, nn.LSTM | nn.GRU):
        matrices = sum(p.numel() for p in layer.parameters() if p.ndim == 2)
        return given.numel() // given.shape[-1] * matrices
    return 0

"""The recurrent network: rows of pictures, and drawings of different lengths."""

import pytest
import torch

from impasto.errors import SettingsError
from impasto.networks.rnn import Rnn


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("layers", [1, 2])
def test_it_reads_pictures_and_strokes(cell, both, layers, generator: torch.Generator) -> None:
    rows = Rnn(28, 10, cell=cell, hidden=8, both=both, layers=layers)
    assert rows(torch.rand(2, 1, 28, 28, generator=generator)).shape == (2, 10)
    points = Rnn(3, 4, cell=cell, hidden=8, both=both, layers=layers)
    strokes = torch.randn(3, 9, 3, generator=generator)
    made = points(strokes, torch.tensor([9, 1, 5]))
    assert made.shape == (3, 4)
    made.square().sum().backward()
    assert all(p.grad is not None for p in points.parameters())


@pytest.mark.parametrize("both", [False, True])
def test_what_fills_a_drawing_up_is_not_read(both, generator: torch.Generator) -> None:
    network = Rnn(3, 4, hidden=8, both=both)
    strokes = torch.randn(2, 9, 3, generator=generator)
    lengths = torch.tensor([4, 6])
    other = strokes.clone()
    other[0, 4:], other[1, 6:] = 99.0, -99.0
    assert torch.equal(network(strokes, lengths), network(other, lengths))
    alone = network(strokes[:1, :4])
    assert torch.allclose(network(strokes, lengths)[:1], alone, atol=1e-6)


def test_rows_are_read_from_top_to_bottom(generator: torch.Generator) -> None:
    """Without the mean, the order alone makes the difference."""
    network, picture = Rnn(6, 2, hidden=8), torch.rand(1, 2, 5, 3, generator=generator)
    rows = torch.stack([torch.cat([picture[0, 0, r], picture[0, 1, r]]) for r in range(5)])
    assert torch.allclose(network(picture), network(rows[None]))
    assert not torch.allclose(network(picture), network(picture.flip(2)))


def test_a_drawing_without_points_counts_as_one_point() -> None:
    assert torch.isfinite(Rnn(3, 2, hidden=4)(torch.zeros(1, 2, 3), torch.tensor([0]))).all()


def test_the_forget_gate_begins_open() -> None:
    network = Rnn(3, 2, hidden=4)
    assert network.memory.bias_ih_l0.tolist() == [0] * 4 + [1] * 4 + [0] * 8
    assert torch.equal(network.decide.weight, Rnn(3, 2, hidden=4).decide.weight)


def test_an_unknown_memory_is_refused() -> None:
    with pytest.raises(SettingsError, match="choose lstm or gru"):
        Rnn(3, 2, cell="elephant")

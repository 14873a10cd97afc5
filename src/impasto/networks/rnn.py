"""A recurrent network: it reads a drawing as it was drawn, or a picture row by row."""

import math

import torch
from jaxtyping import Float, Integer
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from impasto.errors import SettingsError, printable

CELLS: dict[str, type[nn.LSTM | nn.GRU]] = {"lstm": nn.LSTM, "gru": nn.GRU}
"""The kinds of memory, by name."""


class Rnn(nn.Module):
    """Read one line after the other, remember, and decide at the end.

    Accepts pictures ``(b, c, h, w)`` in 0..1, whose rows it reads from top to bottom, or strokes
    ``(b, t, 3)`` with the number of points of each drawing ``(b,)``, whose points it reads in the
    order in which they were drawn; returns ``(b, outputs)``: logits of classes, or numbers. It
    decides by what it remembers at the end and by the mean of what it thought on the way; what
    fills a short drawing up is not read.

    Args:
        inputs: Numbers of a row, ``c * w``, or of a point, 3.
        outputs: How many classes, or numbers.
        cell: Kind of memory, ``lstm`` or ``gru``.
        hidden: How many numbers it remembers.
        layers: How many of them read each other.
        both: Read from the end, too.
        dropout: Share of the numbers that training leaves out between layers, 0..1.
        seed: Source of the first weights.

    Raises:
        SettingsError: If the kind of memory is unknown.

    Notes:
        LSTM: Hochreiter, Schmidhuber 1997. GRU: Cho et al. 2014, arXiv:1406.1078. Differs: the
        forget gate begins open (Jozefowicz et al. 2015), and the mean helps the last state.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        *,
        cell: str = "lstm",
        hidden: int = 128,
        layers: int = 1,
        both: bool = False,
        dropout: float = 0.0,
        seed: int = 0,
    ) -> None:
        super().__init__()
        if cell not in CELLS:
            raise SettingsError(f"no memory is named {printable(cell)}; choose lstm or gru")
        self.memory = CELLS[cell](
            inputs,
            hidden,
            layers,
            batch_first=True,
            bidirectional=both,
            dropout=dropout if layers > 1 else 0.0,
        )
        self.rest = nn.Dropout(dropout)
        self.decide = nn.Linear(hidden * (2 if both else 1) * 2, outputs)
        self.begin(seed)

    def begin(self, seed: int) -> None:
        """Draw the first weights; the forget gate of an LSTM begins open."""
        generator = torch.Generator().manual_seed(seed)
        for name, weight in self.memory.named_parameters():
            if weight.ndim == 1:
                nn.init.zeros_(weight)
            else:
                bound = 1 / math.sqrt(weight.shape[1])
                nn.init.uniform_(weight, -bound, bound, generator=generator)
            if name.startswith("bias_ih") and isinstance(self.memory, nn.LSTM):
                hidden = self.memory.hidden_size
                nn.init.ones_(weight.detach()[hidden : 2 * hidden])
        nn.init.xavier_uniform_(self.decide.weight, generator=generator)
        nn.init.zeros_(self.decide.bias)

    def forward(
        self,
        given: Float[Tensor, "b c h w"] | Float[Tensor, "b t n"],
        lengths: Integer[Tensor, " b"] | None = None,
    ) -> Float[Tensor, "b k"]:
        """Read and decide.

        Args:
            given: Pictures or strokes.
            lengths: How many points each drawing has, from 1; without them all are read.
        """
        rows = given.transpose(1, 2).flatten(2) if given.ndim == 4 else given
        thought, last = self.read(rows, lengths)
        decided: Tensor = self.decide(self.rest(torch.cat([thought, last], 1)))
        return decided

    def read(self, rows: Float[Tensor, "b t n"], lengths: Tensor | None) -> tuple[Tensor, Tensor]:
        """Return the mean thought and the last memory of each."""
        if lengths is None:
            thoughts, state = self.memory(rows)
            return thoughts.mean(1), self.last(state)
        known = lengths.clamp(1, rows.shape[1])
        packed = pack_padded_sequence(rows, known.cpu(), batch_first=True, enforce_sorted=False)
        thoughts, state = self.memory(packed)
        thoughts, _ = pad_packed_sequence(thoughts, batch_first=True)
        return thoughts.sum(1) / known.to(rows)[:, None], self.last(state)

    def last(self, state: Tensor | tuple[Tensor, Tensor]) -> Float[Tensor, "b d"]:
        """Take the last layer's memory, of both directions."""
        hidden = state[0] if isinstance(state, tuple) else state
        directions = 2 if self.memory.bidirectional else 1
        return torch.cat(list(hidden[-directions:]), 1)

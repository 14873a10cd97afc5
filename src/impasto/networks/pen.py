"""The pen: one network that draws stroke after stroke, of its own or as it was begun."""

import torch
from jaxtyping import Float, Integer, Shaped
from torch import Tensor, nn

TOLERANCE = 0.015
"""How closely drawings are followed, as a share of their longer side; see `strokes.tidied`."""

ON, LIFTED, DONE, START = range(4)
"""The state after a point: the pen goes on, it is lifted, or it is lifted and the drawing is done;
and the state before the first point."""

Memory = tuple[Float[Tensor, "1 b h"], Float[Tensor, "1 b h"]]
"""What a pen keeps in mind between two points."""

Rows = Shaped[Tensor, "b t 3"]
"""Way across, way down, and state; steps in the network's unit."""


class Pen(nn.Module):
    """Draw as somebody draws: from each point to the next, until the drawing is done.

    Accepts drawings ``(b, t, 3)``: steps across and down, divided by `scale`, and the state after
    each (0 goes on, 1 lifted, 2 done), and how many points each has ``(b,)``. Returns, for every
    point, what the pen expected of it: ``(b, t, 6 m + 3)``; see `impasto.losses.drawing`.

    An encoder reads a drawing both ways and says in a few numbers what it is: an idea. A decoder
    draws from an idea: it sees the point before and tells how likely each next point is, as a
    mixture of Gaussians, and whether the pen is lifted.

    Args:
        ideas: How many numbers an idea has.
        reading: Memory of the encoder, each way.
        drawing: Memory of the decoder.
        mixtures: Gaussians of each step.
        dropout: Share of what the decoder tells that training leaves out, 0..1.

    Notes:
        Sketch-RNN: Ha, Eck 2017, arXiv:1704.03477. Differs: new ideas are drawn from a Gaussian
        that was fitted to those of the drawings learned from (Ghosh et al. 2020, arXiv:1903.12436),
        which aren't quite as normal as they should be; the last point says that the drawing
        is done, instead of a point more; the first has no place, as a drawing begins there;
        dropout is on the decoder's output, not in its memory, so that the fast kernels serve.
    """

    def __init__(
        self,
        *,
        ideas: int = 64,
        reading: int = 128,
        drawing: int = 384,
        mixtures: int = 20,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.ideas, self.mixtures = ideas, mixtures
        self.ahead = nn.LSTM(6, reading, batch_first=True)
        self.back = nn.LSTM(6, reading, batch_first=True)
        self.idea = nn.Linear(2 * reading, 2 * ideas)
        self.begin = nn.Linear(ideas, 2 * drawing)
        self.memory = nn.LSTM(6 + ideas, drawing, batch_first=True)
        self.rest = nn.Dropout(dropout)
        self.tell = nn.Linear(drawing, 6 * mixtures + 3)
        self.scale: Tensor
        self.usual: Tensor
        self.reach: Tensor
        self.register_buffer("scale", torch.ones(()))
        self.register_buffer("usual", torch.zeros(ideas))
        self.register_buffer("reach", torch.eye(ideas))
        for lstm in (self.ahead, self.back, self.memory):
            _open(lstm)

    def read(
        self, rows: Rows, lengths: Integer[Tensor, " b"]
    ) -> tuple[Float[Tensor, "b z"], Float[Tensor, "b z"]]:
        """Read drawings; returns the middle and the logarithm of the variance of their ideas."""
        seen = coded(rows)
        last = (lengths - 1)[:, None]
        order = (last - torch.arange(rows.shape[1], device=rows.device)).clamp(min=0)
        backwards = seen.gather(1, order[..., None].expand_as(seen))
        ends = []
        for lstm, given in ((self.ahead, seen), (self.back, backwards)):
            thoughts = lstm(given)[0]
            ends.append(thoughts.gather(1, last[..., None].expand(-1, 1, thoughts.shape[2]))[:, 0])
        middle, spread = self.idea(torch.cat(ends, 1)).chunk(2, 1)
        return middle, spread

    def imagine(self, noise: Float[Tensor, "b z"]) -> Float[Tensor, "b z"]:
        """Turn normal noise into ideas such as drawings had that were learned from."""
        return self.usual + noise @ self.reach.T

    def commonness(self, ideas: Float[Tensor, "b z"]) -> Float[Tensor, " b"]:
        """Tell how likely `imagine` is to have ideas: the logarithm, but for a constant."""
        apart = (ideas - self.usual).T
        noise: Tensor = torch.linalg.solve_triangular(self.reach, apart, upper=False)
        return -0.5 * (noise**2).sum(0) - self.reach.diagonal().log().sum()

    def recall(self, ideas: Float[Tensor, "b z"]) -> Memory:
        """Tell what the pen has in mind before the first point."""
        hidden, cell = torch.tanh(self.begin(ideas))[None].chunk(2, 2)
        return hidden.contiguous(), cell.contiguous()

    def draw(
        self, before: Rows, ideas: Float[Tensor, "b z"], memory: Memory
    ) -> tuple[Float[Tensor, "b t p"], Memory]:
        """Tell what comes after each of some points, and what is then kept in mind."""
        wide = ideas[:, None].expand(-1, before.shape[1], -1)
        thoughts, memory = self.memory(torch.cat([coded(before), wide], 2), memory)
        with torch.autocast(thoughts.device.type, enabled=False):  # places need all their digits
            told: Tensor = self.tell(self.rest(thoughts).float())
        return told, memory

    def forward(
        self, rows: Rows, lengths: Integer[Tensor, " b"], generator: torch.Generator | None = None
    ) -> tuple[Float[Tensor, "b t p"], Float[Tensor, "b z"], Float[Tensor, "b z"]]:
        """Read drawings and draw them again, each point after those that were there.

        Args:
            rows: Drawings, filled up with anything.
            lengths: Points of each.
            generator: Source of how far ideas lie from their middle; without it they don't.

        Returns:
            What was expected of each point; the middle and log variance of the ideas.
        """
        middle, spread = self.read(rows, lengths)
        ideas = middle
        if generator is not None:
            noise = torch.randn(middle.shape, generator=generator).to(middle)
            ideas = middle + noise * torch.exp(spread / 2)
        before = torch.cat([start(len(rows)).to(rows), rows[:, :-1]], 1)
        return self.draw(before, ideas, self.recall(ideas))[0], middle, spread


def start(count: int) -> Float[Tensor, "b 1 3"]:
    """Make the row that stands before the first point."""
    return torch.tensor([0.0, 0.0, START]).repeat(count, 1, 1)


def ended(strokes: Rows, lengths: Integer[Tensor, " b"]) -> Rows:
    """Say at the last point of each drawing that it is done, where the pen was only lifted."""
    rows = strokes.clone()
    rows[torch.arange(len(rows)), lengths - 1, 2] = DONE
    return rows


def coded(rows: Rows) -> Float[Tensor, "b t 6"]:
    """Write the state as four numbers, of which one is 1."""
    states = torch.arange(4, device=rows.device, dtype=rows.dtype)
    return torch.cat([rows[..., :2], (rows[..., 2:] == states).to(rows)], -1)


def _open(lstm: nn.LSTM) -> None:
    """Let it remember at first: the forget gate begins open (Jozefowicz et al. 2015)."""
    hidden = lstm.hidden_size
    for name, weight in lstm.named_parameters():
        if name.startswith("bias"):
            nn.init.zeros_(weight)
        if name.startswith("bias_ih"):
            nn.init.ones_(weight.detach()[hidden : 2 * hidden])
        if name.startswith("weight_hh"):
            for gate in weight.detach().split(hidden):  # type: ignore[no-untyped-call]
                nn.init.orthogonal_(gate)

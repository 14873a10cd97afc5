"""Letting a pen draw."""

from itertools import islice

import pytest
import torch

from impasto.creation.pen.pens import Known
from impasto.creation.pen.sampling import AT_ONCE, chance, chosen, drawn, from_idea, sampled
from impasto.losses.drawing import expected
from impasto.networks.pen import DONE

MOST = 12


def drawings(pen: Known, seeds: range, temperature: float = 0.8) -> dict[int, torch.Tensor]:
    begins = (from_idea(pen.pen, (c := chance(pen.pen, seed, MOST)).idea, c) for seed in seeds)
    return {seeds[n]: rows for n, rows in drawn(pen.pen, begins, temperature)}


def test_a_seed_draws_the_same_whatever_is_drawn_beside_it(pen: Known) -> None:
    many = drawings(pen, range(3 * AT_ONCE + 5))
    assert len(many) == 3 * AT_ONCE + 5
    for seed in (0, 7, AT_ONCE, 3 * AT_ONCE + 1):
        assert torch.equal(drawings(pen, range(seed, seed + 1))[seed], many[seed])
    for seed, rows in drawings(pen, range(9, 50)).items():
        assert torch.equal(rows, many[seed])
    long = [tuple(rows.flatten().tolist()) for rows in many.values() if len(rows) > 1]
    assert len(set(long)) == len(long) > 50


def test_a_drawing_begins_at_zero_and_ends_when_it_is_done(pen: Known) -> None:
    for rows in drawings(pen, range(60)).values():
        assert rows[0, :2].tolist() == [0, 0]
        assert len(rows) <= MOST
        assert (rows[:-1, 2] != DONE).all()
        assert rows[-1, 2] == DONE or len(rows) == MOST


def test_those_that_are_finished_come_first(pen: Known) -> None:
    begins = (from_idea(pen.pen, (c := chance(pen.pen, s, MOST)).idea, c) for s in range(90))
    lengths = [len(rows) for _, rows in islice(drawn(pen.pen, begins, 1.0), 5)]
    assert lengths == sorted(lengths)


def test_chosen_as_often_as_likely() -> None:
    logs = torch.tensor([0.5, 0.0, 0.3, 0.2]).log().expand(4000, -1)
    luck = torch.rand(4000, generator=torch.Generator().manual_seed(0))
    shares = torch.bincount(chosen(logs, luck), minlength=4) / 4000
    assert shares.tolist() == pytest.approx([0.5, 0, 0.3, 0.2], abs=0.03)
    assert chosen(logs[:2], torch.tensor([0.0, 1.0])).tolist() == [0, 3]


def test_steps_lie_as_the_gaussian_does() -> None:
    """Of one Gaussian: mean, deviation and slant are those that were told; heat is its square."""
    generator = torch.Generator().manual_seed(0)
    told = torch.tensor([0, 1.0, -2.0, 0.3, -0.7, 0.6, 0, 0, 0]).expand(20_000, -1)
    luck = torch.cat(
        [torch.rand(20_000, 2, generator=generator), torch.randn(20_000, 2, generator=generator)], 1
    )
    seen = expected(told[0])
    for temperature in (1.0, 0.25):
        made = sampled(told, luck, temperature)
        torch.testing.assert_close(made[:, :2].mean(0), seen.means[0], atol=0.03, rtol=0)
        wanted = seen.spreads[0].exp() * temperature**0.5
        torch.testing.assert_close(made[:, :2].std(0), wanted, atol=0.02, rtol=0)
        slant = torch.corrcoef(made[:, :2].T)[0, 1]
        assert slant.item() == pytest.approx(seen.slant.item(), abs=0.02)
        assert torch.bincount(made[:, 2].long()).tolist() == pytest.approx([6667] * 3, rel=0.05)

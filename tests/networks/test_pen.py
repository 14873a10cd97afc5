"""The pen: it reads and draws, and what fills a batch up changes nothing."""

import pytest
import torch

from impasto.networks.pen import DONE, START, Pen, coded, ended, start


@pytest.fixture(scope="module")
def pen() -> Pen:
    torch.manual_seed(0)
    return Pen(ideas=6, reading=8, drawing=16, mixtures=3).eval()


@pytest.fixture
def rows(generator: torch.Generator) -> torch.Tensor:
    rows = torch.randn(3, 9, 3, generator=generator)
    rows[..., 2] = torch.randint(2, (3, 9), generator=generator)
    return rows


def test_shapes(pen: Pen, rows: torch.Tensor) -> None:
    told, middle, spread = pen(rows, torch.tensor([9, 5, 2]))
    assert told.shape == (3, 9, 21)
    assert middle.shape == spread.shape == (3, 6)


def test_what_fills_up_is_never_read(pen: Pen, rows: torch.Tensor) -> None:
    lengths = torch.tensor([9, 5, 2])
    spoiled = rows.clone()
    spoiled[1, 5:], spoiled[2, 2:] = 5, -3
    for seen, same in zip(pen.read(rows, lengths), pen.read(spoiled, lengths), strict=True):
        assert torch.equal(seen, same)
    alone = pen.read(rows[1:2, :5], torch.tensor([5]))[0]
    torch.testing.assert_close(alone[0], pen.read(rows, lengths)[0][1])


def test_each_point_is_expected_from_those_before_it_alone(pen: Pen, rows: torch.Tensor) -> None:
    ideas = torch.zeros(3, 6)
    told = pen.draw(rows, ideas, pen.recall(ideas))[0]
    spoiled = rows.clone()
    spoiled[:, 6:] = 2
    again = pen.draw(spoiled, ideas, pen.recall(ideas))[0]
    assert torch.equal(told[:, :6], again[:, :6])
    assert not torch.equal(told[:, 6:], again[:, 6:])


def test_drawing_in_parts_is_drawing_at_once(pen: Pen, rows: torch.Tensor) -> None:
    ideas = torch.randn(3, 6, generator=torch.Generator().manual_seed(1))
    whole = pen.draw(rows, ideas, pen.recall(ideas))[0]
    first, memory = pen.draw(rows[:, :4], ideas, pen.recall(ideas))
    second, _ = pen.draw(rows[:, 4:], ideas, memory)
    torch.testing.assert_close(torch.cat([first, second], 1), whole)


def test_ideas_are_drawn_around_their_middle_only_when_asked(
    pen: Pen, rows: torch.Tensor, generator: torch.Generator
) -> None:
    lengths = torch.tensor([9, 5, 2])
    assert torch.equal(pen(rows, lengths)[0], pen(rows, lengths)[0])
    assert not torch.equal(pen(rows, lengths, generator)[0], pen(rows, lengths)[0])


def test_states_are_written_as_one_of_four() -> None:
    seen = coded(torch.cat([start(1), torch.tensor([[[0.5, 0.25, DONE]]])], 1))
    assert seen.tolist() == [[[0, 0, 0, 0, 0, 1], [0.5, 0.25, 0, 0, 1, 0]]]
    assert start(2)[:, 0, 2].tolist() == [START, START]


def test_the_last_point_says_that_the_drawing_is_done(rows: torch.Tensor) -> None:
    done = ended(rows, torch.tensor([9, 5, 2]))
    assert [done[i, n - 1, 2].item() for i, n in enumerate((9, 5, 2))] == [DONE] * 3
    assert (done[..., 2] == DONE).sum() == 3
    assert torch.equal(done[..., :2], rows[..., :2])


def test_it_learns(pen: Pen, rows: torch.Tensor) -> None:
    """Every weight takes part."""
    fresh = Pen(ideas=6, reading=8, drawing=16, mixtures=3)
    told, middle, spread = fresh(rows, torch.tensor([9, 5, 2]), torch.Generator().manual_seed(0))
    (told.square().sum() + middle.sum() + spread.square().sum()).backward()
    assert all(w.grad is not None and w.grad.abs().sum() > 0 for w in fresh.parameters())


def test_ideas_are_imagined_as_they_lie(pen: Pen, generator: torch.Generator) -> None:
    fitted = Pen(ideas=6, reading=8, drawing=16, mixtures=3)
    root = torch.tril(torch.randn(6, 6, generator=generator)) + 3 * torch.eye(6)
    fitted.reach.copy_(root)
    fitted.usual.copy_(torch.arange(6.0))
    ideas = fitted.imagine(torch.randn(50_000, 6, generator=generator)).detach()
    torch.testing.assert_close(ideas.mean(0), torch.arange(6.0), atol=0.1, rtol=0)
    torch.testing.assert_close(torch.cov(ideas.T), root @ root.T, atol=0.4, rtol=0.05)
    normal = torch.distributions.MultivariateNormal(fitted.usual, scale_tril=root)
    constant = 3 * torch.log(torch.tensor(2 * torch.pi))
    torch.testing.assert_close(fitted.commonness(ideas[:9]) - constant, normal.log_prob(ideas[:9]))
    assert torch.equal(pen.imagine(ideas[:3]), ideas[:3])  # before anything is fitted


def test_places_keep_their_digits_where_the_rest_is_computed_in_half_precision() -> None:
    pen = Pen(drawing=16)
    with torch.autocast("cpu", torch.bfloat16):
        told, _ = pen.draw(start(2), torch.zeros(2, 64), pen.recall(torch.zeros(2, 64)))
    assert told.dtype == torch.float32

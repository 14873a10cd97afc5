"""The parts: scales, patches, where they lie, and how they are found."""

import pytest
import torch

from impasto.creation.patches import search
from impasto.creation.patches.bank import Bank, eyes_for
from impasto.creation.patches.grid import Field, Grid
from impasto.creation.patches.making import passes
from impasto.creation.patches.pyramid import enlarged, scales, shrunk_to_match
from impasto.creation.patches.settings import LikeSettings


def test_scales_end_at_the_full_size_and_begin_with_a_layout() -> None:
    found = scales([(256, 256)], (256, 512))
    assert found[-1].sources == ((256, 256),)
    assert found[-1].made == (256, 512)
    assert 28 <= min(found[0].sources[0]) < 28 / 0.75
    assert len(scales([(1, 1)], (5, 5))) == 1


def test_nothing_is_enlarged_and_nothing_holds_more_than_the_picture() -> None:
    wide, tiny = shrunk_to_match([torch.rand(1, 3, 100, 400), torch.rand(1, 3, 5, 5)], (50, 200))
    assert tuple(wide.shape[-2:]) == (50, 200)
    assert tuple(tiny.shape[-2:]) == (5, 5)


def test_enlarging_goes_around_the_edge(small: torch.Tensor) -> None:
    large = enlarged(small, (96, 128), wrap=True)
    rolled = enlarged(small.roll((8, 16), (-2, -1)), (96, 128), wrap=True)
    assert torch.allclose(large.roll((16, 32), (-2, -1)), rolled, atol=1e-4)
    inner = enlarged(small, (96, 128), wrap=False)
    apart = (large - inner)[..., 8:-8, 8:-8].abs()  # two cubic kernels, of a = -0.75 and -0.5
    assert apart.mean() < 0.01
    assert apart.max() < 0.1


def test_a_bank_knows_its_patches_by_number(small: torch.Tensor) -> None:
    other = torch.rand(1, 3, 9, 11)
    bank = Bank.of([small, other], 5)
    cut = torch.cat([torch.nn.functional.unfold(s, 5)[0] for s in (small, other)], 1)
    numbers = torch.tensor([0, 7, cut.shape[1] - 1, 44 * 60, 44 * 60 - 1])
    assert torch.equal(bank.copies(numbers), cut[:, numbers])
    assert torch.equal(bank.numbers(*bank.places(numbers)), numbers)
    outside = bank.numbers(torch.tensor([0]), torch.tensor([-3]), torch.tensor([1000]))
    assert outside.tolist() == [59]


@pytest.mark.parametrize("wrap", [False, True])
@pytest.mark.parametrize(("size", "stride"), [((48, 64), 1), ((47, 50), 2), ((20, 31), 3)])
def test_patches_laid_where_they_came_from_are_the_picture(
    size: tuple[int, int], stride: int, wrap: bool
) -> None:
    picture = torch.rand(1, 3, *size)
    grid = Grid(size, 7, stride, wrap)
    around = grid.padded(picture)
    bank = Bank.of([around], 7)
    rows, columns = (torch.arange(n) * stride for n in grid.counts)
    numbers = (rows[:, None] * (around.shape[-1] - 6) + columns).flatten()
    assert torch.allclose(grid.laid(numbers, bank), picture, atol=1e-6)
    assert len(eyes_for([picture], 7, torch.Generator())(around, stride)) == len(numbers)


def test_searching_everywhere_finds_each_patch_itself(small: torch.Tensor) -> None:
    known = eyes_for([small], 7, torch.Generator().manual_seed(0))(small)
    chosen = torch.arange(0, len(known), 17)
    found = search.everywhere(known[chosen], known, scale=147)
    assert (known[found] - known[chosen]).square().sum(1).max() < 1e-3


def test_patches_shared_out_evenly_keep_the_proportions_of_the_source() -> None:
    """A picture that is too dark takes as many bright patches as the source has, a quarter."""
    known = torch.tensor([[0.0]] * 30 + [[1.0]] * 10)
    seen = torch.linspace(0, 0.4, 80)[:, None]
    bright = search.evenly(seen, known) >= 30
    assert 15 <= bright.sum() <= 25
    assert torch.equal(bright, bright.sort().values), "the brightest ones are those that take them"
    assert (search.everywhere(seen, known, scale=1.0) >= 30).sum() > 60


def test_patches_shared_out_evenly_are_themselves(small: torch.Tensor) -> None:
    known = eyes_for([small], 7, torch.Generator().manual_seed(0))(small)[::3]
    order = torch.randperm(len(known), generator=torch.Generator().manual_seed(0))
    assert (search.evenly(known[order], known) == order).float().mean() > 0.85


@pytest.mark.parametrize(("asked", "offered"), [(1, 1), (1, 50), (50, 1), (50, 50)])
@pytest.mark.parametrize("contrast", [0.0, 1e-6, 1.0, 1e6])
def test_any_patches_can_be_shared_out(asked: int, offered: int, contrast: float) -> None:
    generator = torch.Generator().manual_seed(0)
    seen, known = (contrast * torch.randn(n, 32, generator=generator) for n in (asked, offered))
    found = search.evenly(seen, known)
    assert found.shape == (asked,)
    assert found.max() < offered
    assert not contrast or found.unique().numel() >= 0.6 * min(asked, offered)


def test_patches_are_shared_out_where_the_layout_is_decided() -> None:
    def searched(size: tuple[int, int]) -> list[str]:
        return [plan.search for plan in passes([size], size, LikeSettings())]

    assert searched((256, 256)) == ["evenly", *["everywhere"] * 3, *["nearby"] * 4]
    assert searched((30, 20_000))[0] == "everywhere", "too many pairs to be held"


def test_distances_by_one_product(small: torch.Tensor) -> None:
    known = eyes_for([small], 7, torch.Generator().manual_seed(0))(small)
    seen = known[::50] + 0.1
    asked, offered = search._to_multiply(seen, known)
    wanted = torch.cdist(seen, known).square()
    assert torch.allclose(asked @ offered, wanted, atol=1e-3)


def test_what_nothing_resembles_is_preferred() -> None:
    """Of two patches nearly as near, the one is taken that no other patch took."""
    known = torch.tensor([[0.0], [1.0]])
    seen = torch.tensor([[0.0], [0.45]])
    assert search.everywhere(seen, known, scale=1.0).tolist() == [0, 1]


def test_a_field_carried_to_a_larger_scale_shows_the_same_place(small: torch.Tensor) -> None:
    """The picture itself, found in itself, is found in itself again at twice the size."""
    large = enlarged(small, (96, 128), wrap=False)
    grids = [Grid((48, 64), 7, 1, wrap=False), Grid((96, 128), 7, 3, wrap=False)]
    banks = [Bank.of([picture], 7) for picture in (small, large)]
    field = Field(torch.arange(42 * 58), grids[0], banks[0])
    _, row, column = banks[1].places(field.carried(grids[1], banks[1], (0, 0)))
    wanted_rows = torch.arange(grids[1].counts[0]).repeat_interleave(grids[1].counts[1]) * 3
    wanted_columns = torch.arange(grids[1].counts[1]).repeat(grids[1].counts[0]) * 3
    assert (row - wanted_rows.clamp_max(89)).abs().max() <= 1
    assert (column - wanted_columns.clamp_max(121)).abs().max() <= 1
    known = eyes_for([large], 7, torch.Generator().manual_seed(0))(large)
    seen = eyes_for([large], 7, torch.Generator().manual_seed(0))(grids[1].padded(large), 3)
    found = search.nearby(seen, known, field, grids[1], banks[1])
    inner = (wanted_rows <= 89) & (wanted_columns <= 121)
    assert (known[found] - seen).square().sum(1)[inner].max() < 1e-3

"""Enlarging by windows: no seams, exact at the same size, close to torch's own bicubic."""

import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.picture.enlarge import enlarge_window


def test_the_same_size_is_the_same_picture() -> None:
    small = torch.rand(1, 3, 9, 7)
    window = enlarge_window(small, size=(9, 7), rows=(2, 8), columns=(0, 7))
    assert torch.equal(window, small[..., 2:8, :])


@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 60), st.integers(1, 60))
@settings(max_examples=30, deadline=None)
def test_windows_meet_without_a_seam(top: int, height: int, left: int, width: int) -> None:
    small = torch.rand(1, 2, 11, 13, generator=torch.Generator().manual_seed(0))
    whole = enlarge_window(small, size=(80, 120), rows=(0, 80), columns=(0, 120))
    window = enlarge_window(
        small, size=(80, 120), rows=(top, top + height), columns=(left, left + width)
    )
    part = whole[..., top : top + height, left : left + width]
    assert torch.allclose(window, part, atol=1e-6)


def test_a_slope_stays_a_slope_and_a_constant_a_constant() -> None:
    slope = torch.arange(10.0).expand(1, 1, 4, 10)
    made = enlarge_window(slope, size=(8, 40), rows=(0, 8), columns=(8, 32))
    assert torch.allclose(made.diff(dim=-1), torch.full_like(made.diff(dim=-1), 0.25), atol=1e-5)
    flat = enlarge_window(torch.full((1, 1, 1, 1), 0.3), size=(5, 6), rows=(0, 5), columns=(0, 6))
    assert torch.allclose(flat, torch.full((1, 1, 5, 6), 0.3))


def test_close_to_torch_bicubic() -> None:
    small = torch.rand(1, 3, 12, 12)
    theirs = F.interpolate(small, (60, 60), mode="bicubic", antialias=True)  # a = -0.5, too
    ours = enlarge_window(small, size=(60, 60), rows=(0, 60), columns=(0, 60))
    assert (theirs - ours)[..., 12:-12, 12:-12].abs().max() < 1e-4

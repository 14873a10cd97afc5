"""Fingerprints: the same picture again is near, another one is not."""

import numpy as np
import pytest
import torch
from PIL import Image

from impasto.data.hashing import as_hashes, fingerprint, joined, near
from impasto.picture import read, resize


def distances(a: tuple[int, int], b: tuple[int, int]) -> list[int]:
    return [(x ^ y).bit_count() for x, y in zip(a, b, strict=True)]


def test_smaller_and_compressed_copies_are_near(photo, tmp_path):
    picture = read(photo).pixels
    Image.open(photo).convert("RGB").resize((200, 200)).save(tmp_path / "c.jpg", quality=40)
    copy = read(tmp_path / "c.jpg").pixels
    assert max(distances(fingerprint(picture), fingerprint(copy))) <= 4
    assert max(distances(fingerprint(picture), fingerprint(picture * 0.8 + 0.05))) <= 4


def test_other_pictures_are_far(photo):
    picture = read(photo).pixels
    assert min(distances(fingerprint(picture), fingerprint(picture.flip(3)))) > 16
    assert min(distances(fingerprint(picture), fingerprint(picture.mT))) > 16


def test_a_ramp_by_hand():
    ramp = torch.linspace(0, 1, 64).expand(1, 3, 64, 64)
    assert fingerprint(ramp)[0] == (1 << 64) - 1
    assert fingerprint(ramp.flip(3))[0] == 0


def test_flat_pictures_resemble_none():
    assert fingerprint(torch.full((1, 3, 20, 20), 0.5)) == (0, 0)
    assert near(as_hashes([(0, 0), (0, 0)])) == []


def test_the_waves_are_those_of_an_outside_reference(generator):
    """imagehash.phash: scipy's dct along both axes, the 8 × 8 lowest, against their median."""
    from scipy.fftpack import dct

    noise = torch.rand(1, 3, 32, 32, generator=generator)
    gray = (noise[0] * torch.tensor([0.299, 0.587, 0.114])[:, None, None]).sum(0).double()
    waves = dct(dct(gray.numpy(), axis=0), axis=1)[:8, :8]
    expected = waves > np.median(waves)
    got = np.array([int(b) for b in f"{fingerprint(noise)[1]:064b}"]).reshape(8, 8)
    assert (got != expected).sum() <= 1


def test_pairs_are_found_across_blocks(generator):
    bits = torch.randint(1 << 62, (600, 2), generator=generator).numpy().astype(np.uint64)
    bits[599] = bits[3] ^ np.uint64(0b1111)
    bits[300] = bits[299]
    assert near(bits) == [(3, 599), (299, 300)]
    assert near(bits, distance=3) == [(299, 300)]


def test_both_hashes_must_be_near():
    assert near(as_hashes([(1, 1), (1, (1 << 64) - 1)])) == []


def test_nothing_is_near_nothing():
    assert near(as_hashes([])) == []
    assert joined([], 3) == []


def test_links_join_groups():
    assert joined([(0, 4), (4, 2), (1, 3)], 6) == [[0, 2, 4], [1, 3]]


@pytest.mark.parametrize("side", [1, 5, 31])
def test_tiny_pictures_have_fingerprints(side, generator):
    assert len(fingerprint(torch.rand(1, 3, side, side, generator=generator))) == 2


def test_size_matters_little(photo):
    picture = read(photo).pixels
    small = resize(picture, size=(64, 64))
    assert max(distances(fingerprint(picture), fingerprint(small))) <= 4

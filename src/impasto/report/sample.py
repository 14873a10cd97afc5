"""The photograph that shows what styles do where nobody names one."""

from pathlib import Path


def sample_photo() -> Path:
    """Find the photograph that comes with Impasto: a cat, 451 × 300.

    Notes:
        Chelsea, by Stéfan van der Walt, CC0; from scikit-image's samples.
    """
    return Path(__file__).with_name("sample.jpg")

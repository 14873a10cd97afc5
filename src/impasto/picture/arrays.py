"""Decoded pixels as numpy holds them; nothing here needs torch."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.uint8] | NDArray[np.uint16]
"""Shape ``(h, w, c)``: gray, gray and alpha, RGB, or RGBA."""

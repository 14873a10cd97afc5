"""How large a picture may be: asked before anything is decoded."""

from impasto.errors import PictureError

_SURE = 16_000_000  # pixels that are decoded without asking whether the file can hold them
_DENSEST = 10_000  # pixels a byte; PNG and GIF stay below on an empty page


def check_size(width: int, height: int, *, size: int, max_pixels: int) -> None:
    """Refuse a picture that would fill the memory, or that only claims to be large.

    Args:
        width: Pixels across, as the header says.
        height: Pixels down.
        size: Bytes of the file.
        max_pixels: The most pixels allowed.

    Raises:
        PictureError: If it is larger, or its file is far too small for what it claims.
    """
    pixels = width * height
    shape = f"{width:,} × {height:,} pixels"
    if pixels > max_pixels:
        raise PictureError(
            f"it has {shape}, and the limit is {max_pixels:,} in all; make it smaller, or raise "
            "the limit with max_pixels= (--max-pixels) if you trust the file"
        )
    if pixels > _SURE and pixels > size * _DENSEST:
        raise PictureError(
            f"it claims {shape} in {size:,} bytes, so it is broken or a trap; "
            "if it is real, save it as PNG from another program"
        )

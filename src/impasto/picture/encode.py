"""Pixels into files, by libvips, row by row."""

import errno
import os
import shutil
import struct
import zlib
from dataclasses import dataclass
from io import BufferedRandom
from pathlib import Path

from impasto.picture import vips
from impasto.picture.info import Info

_MM_AN_INCH = 25.4
_SCREEN = 72  # pixels an inch where nobody said anything
_FOUR_GB = 4_000_000_000  # above, TIFF needs 64-bit offsets
_SMALL = 16_000_000  # pixels; to optimize its code, JPEG holds all of them in memory, 12 bytes each
_HEAD = 33  # bytes of a PNG up to the end of its first chunk


@dataclass(frozen=True, kw_only=True)
class Encoder:
    """How one file is written.

    Attributes:
        form: The format's name, as in `formats`.
        quality: 1 to 100, for JPEG and WebP; 100 makes WebP lossless.
        info: Profile and resolution go into the file.
        xmp: The packet that goes into the file.
    """

    form: str
    quality: int
    info: Info
    xmp: bytes | None

    def encode(self, image: vips.Image, path: Path) -> None:
        """Write a picture into a file that is there and empty.

        Raises:
            OSError: If it cannot be written, with the system's number where the disk is full.
        """
        scale = (self.info.dpi or _SCREEN) / _MM_AN_INCH
        fields = {"icc-profile-data": self.info.icc, "xmp-data": self.xmp}
        image = vips.tagged(image.copy(xres=scale, yres=scale), fields)
        try:
            with path.open("rb+") as file:
                self._save(image, file)
        except vips.Error as error:
            raise _as_os_error(error, path.parent) from error

    def _save(self, image: vips.Image, file: BufferedRandom) -> None:
        match self.form:
            case "JPEG":
                _save_jpeg(image, file, self.quality)
            case "PNG":
                _save_png(image, file, self.xmp)
            case "WebP":
                _save_webp(image, file, self.quality)
            case _:
                _save_tiff(image, file)


def _save_jpeg(image: vips.Image, file: BufferedRandom, quality: int) -> None:
    image.jpegsave_target(
        vips.Target.new_to_descriptor(file.fileno()),
        Q=quality,
        optimize_coding=image.width * image.height <= _SMALL,
        subsample_mode="off" if quality >= 90 else "on",
    )


def _save_webp(image: vips.Image, file: BufferedRandom, quality: int) -> None:
    image.webpsave_target(
        vips.Target.new_to_descriptor(file.fileno()),
        Q=quality,
        lossless=quality == 100,
        exact=True,  # colors survive under full transparency
    )


def _save_tiff(image: vips.Image, file: BufferedRandom) -> None:
    size = image.width * image.height * image.bands * (2 if image.format == "ushort" else 1)
    image.tiffsave_target(
        vips.Target.new_to_descriptor(file.fileno()),
        compression="deflate",
        level=2,  # as small as 6 within 2 %, at two thirds of the time
        predictor="horizontal",
        tile=True,
        tile_width=256,
        tile_height=256,
        resunit="inch",
        bigtiff=size > _FOUR_GB,
    )


def _save_png(image: vips.Image, file: BufferedRandom, xmp: bytes | None) -> None:
    """Write a PNG whose XMP lies where the standard says: in an iTXt chunk before the pixels.

    libvips would put it into a zTXt chunk, where no other program looks. So it begins late
    enough in the file that its first chunk can be moved to the front and ours be put behind.
    """
    text = _itxt(b"XML:com.adobe.xmp", xmp) if xmp else b""
    file.seek(len(text))
    target = vips.Target.new_to_descriptor(file.fileno())
    image.pngsave_target(target, compression=3, filter="paeth", keep="icc")
    file.seek(len(text))
    head = file.read(_HEAD)
    file.seek(0)
    file.write(head + text)


def _itxt(key: bytes, text: bytes) -> bytes:
    body = b"iTXt" + key + b"\0\0\0\0\0" + text
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


def _as_os_error(error: vips.Error, folder: Path) -> OSError:
    """Find the system's error in libvips's words; a nearly full disk explains all others."""
    text = str(error)
    for code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        if os.strerror(code) in text:
            return OSError(code, os.strerror(code))
    if shutil.disk_usage(folder).free < 1 << 16:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return OSError(text)

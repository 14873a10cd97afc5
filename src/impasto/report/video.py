"""A film: frames one after the other, as an MP4 that browsers and phones show."""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
from jaxtyping import Float
from torch import Tensor

from impasto.errors import SettingsError
from impasto.picture import replace_atomically
from impasto.picture.mp4 import xmp_box
from impasto.report.frames import NO_FRAMES, Image, check_seconds, in_bytes

FILMS = (".mp4",)
"""Endings of files for which the extra is needed."""

HELD = 24
"""Frames that the encoder has in memory at most, measured."""

LONGEST = 16_384
"""Pixels of a side that the encoder takes, at most."""

ENCODING = {
    "crf": "18",  # the eye sees no loss
    "bf": "0",  # no frame before its turn: players that mind no edit list would begin late
    "threads": "4",  # as many everywhere: the bytes depend on it
    "rc-lookahead": "10",  # frames that wait in memory, of which 40 are usual
}
"""What x264 is told."""

BT709, SRGB, VIDEO_RANGE = 1, 13, 1
"""ITU-T H.273's numbers for primaries and matrix, for the transfer curve; FFmpeg's for 16..235."""


def check_extra(path: Path) -> None:
    """Refuse a film, before the work and not after, where nothing could write it.

    Args:
        path: Where to; files that aren't films pass.

    Raises:
        SettingsError: If the extra isn't installed.
    """
    if path.suffix.lower() in FILMS and find_spec("av") is None:
        raise SettingsError('writing MP4 needs an extra: pip install "impasto[video]"')


def save_mp4(
    frames: Iterable[Float[Tensor, "1 3 h w"]],
    path: Path,
    *,
    seconds_per_frame: float = 0.2,
    pingpong: bool = False,
    xmp: Callable[[], bytes] | None = None,
    force: bool = False,
) -> Path:
    """Save frames as a film without sound, one after the other as they come.

    Args:
        frames: In their order; 0..1, all of one size. Only a few are in memory at the same time.
        path: Where to; ends in ``.mp4``.
        seconds_per_frame: How long each stays, 0.02 to 60; thousandths count.
        pingpong: Go back the way it came, so that the end meets the beginning; until then the
            frames lie in a hidden file beside the film.
        xmp: Gives metadata to put into the file, an XMP packet in UTF-8, when all frames have come.
        force: Replace a file that is already there.

    Returns:
        The path.

    Raises:
        SettingsError: If the extra isn't installed; there are no frames, they are too large or not
            of one size; or they would stay too short or too long.
        OutputError: If the file exists and `force` is off, or can't be written.

    Notes:
        H.264 with half as many colors across and down, the only kind that plays everywhere; it
        wants even sides, so the last column or row is shown twice where one is odd. Whether it
        begins again is up to the player. XMP lies where Adobe's specification, part 3, puts it: in
        a ``uuid`` box beside the others.
    """
    check_seconds(seconds_per_frame)
    check_extra(path)
    stay = Fraction(seconds_per_frame).limit_denominator(1000)
    with replace_atomically(path, force=force) as aside:
        images = _images(frames)
        _encode(_there_and_back(images, path.parent) if pingpong else images, aside, stay)
        if xmp and (packet := xmp()):
            with aside.open("ab") as file:
                file.write(xmp_box(packet))
    return path


def _images(frames: Iterable[Float[Tensor, "1 3 _ _"]]) -> Iterator[Image]:
    """Bring frames to 8 bits and even sides."""
    size = None
    for frame in frames:
        height, width = frame.shape[-2:]
        size = size or (height, width)
        if (height, width) != size:
            raise SettingsError("expected frames that are all of one size")
        if max(size) > LONGEST:
            raise SettingsError(
                f"a film has at most {LONGEST:,} pixels a side, not {width:,} × {height:,}; make "
                "the pictures smaller"
            )
        yield np.pad(in_bytes(frame), ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")


def _there_and_back(images: Iterator[Image], folder: Path) -> Iterator[Image]:
    """Follow images by all but the two at the ends in reverse; they wait on the disk."""
    with TemporaryFile(dir=folder) as file:
        count = 0
        for image in images:
            file.write(image.tobytes())
            count += 1
            yield image
        for index in range(count - 2, 0, -1):
            file.seek(index * image.nbytes)
            yield np.frombuffer(file.read(image.nbytes), np.uint8).reshape(image.shape)


def _encode(images: Iterator[Image], path: Path, stay: Fraction) -> None:
    """Write images of one size as they come."""
    import av

    first = next(images, None)
    if first is None:
        raise SettingsError(NO_FRAMES)
    options = {"movflags": "faststart"}  # the table of contents first: browsers begin sooner
    # An absolute path: FFmpeg takes a relative one that begins with "name:" for an address.
    with av.open(str(path.absolute()), "w", format="mp4", options=options) as film:
        stream = film.add_stream("libx264", rate=1 / stay, options=ENCODING)
        stream.height, stream.width = first.shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.color_primaries, stream.colorspace = BT709, BT709
        stream.color_trc, stream.color_range = SRGB, VIDEO_RANGE
        for number, image in enumerate(chain([first], images)):
            frame = av.VideoFrame.from_ndarray(image).reformat(
                format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG"
            )
            frame.pts, frame.time_base, frame.duration = number, stay, 1
            film.mux(stream.encode(frame))
        film.mux(stream.encode())

"""A moving picture: frames one after the other, in a file that moves."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from jaxtyping import Float
from PIL import Image
from torch import Tensor

from impasto.errors import SettingsError
from impasto.picture import Picture, replace_atomically, write
from impasto.report.frames import NO_FRAMES, check_seconds, in_bytes
from impasto.report.sheet import contact_sheet
from impasto.report.video import FILMS, HELD, check_extra, save_mp4

XMP = b"\x21\xff\x0bXMP DataXMP"
XMP_END = bytes([1, *range(255, -1, -1), 0])
"""The run of falling bytes that leads a reader of blocks out of a packet that isn't in blocks."""


MOVING = (".gif", *FILMS)
"""Endings of files that can move; every other is a picture's."""


def save_frames(
    frames: Iterable[Picture],
    path: Path,
    *,
    seconds_per_frame: float = 0.2,
    pingpong: bool = False,
    quality: int = 92,
    force: bool = False,
) -> Path:
    """Save pictures one after the other if the file can move, else side by side.

    Args:
        frames: In their order, all of one size; what the last says of its making is kept. If
            they are made while they are saved, no more than two are in memory at full depth.
        path: Ends in ``.gif`` or ``.mp4``, or as pictures do.
        seconds_per_frame: How long each stays, if they move.
        pingpong: Go back the way it came, if they move.
        quality: 1..100, for JPEG and WebP, if they don't.
        force: Replace a file that is already there.

    Returns:
        The path.

    Raises:
        SettingsError: As for `save_gif` and `save_mp4`.
        OutputError: If the file exists and `force` is off, or can't be written.
    """
    check_extra(path)
    rest = iter(frames)
    first = next(rest, None)
    if first is None:
        raise SettingsError(NO_FRAMES)
    first.xmp()  # a recipe that is too large is refused before the work
    last = first

    def pixels() -> Iterator[Float[Tensor, "1 3 h w"]]:
        nonlocal last
        for last in chain([first], rest):
            yield last.pixels

    suffix = path.suffix.lower()
    if suffix not in MOVING:
        page = contact_sheet(pixels(), columns=9)
        return write(replace(last, pixels=page, alpha=None), path, quality=quality, force=force)
    save = save_mp4 if suffix in FILMS else save_gif
    return save(
        pixels(),
        path,
        seconds_per_frame=seconds_per_frame,
        pingpong=pingpong,
        xmp=lambda: last.xmp() or b"",
        force=force,
    )


def waiting(path: Path, size: tuple[int, int], frames: int, *, pingpong: bool = False) -> int:
    """Bytes of memory in which frames wait until they are written, measured.

    Args:
        path: Where to; a GIF is written all at the end, a film nearly as the frames come.
        size: Width and height of a frame.
        frames: How many.
        pingpong: Whether they go back the way they came.
    """
    suffix = path.suffix.lower()
    if suffix not in MOVING:
        return 0
    if suffix in FILMS:
        return 3 * min(frames, HELD) * size[0] * size[1]
    return (4 if pingpong else 3) * frames * size[0] * size[1]  # of them and of their copies


def save_gif(
    frames: Iterable[Float[Tensor, "1 3 h w"]],
    path: Path,
    *,
    seconds_per_frame: float = 0.2,
    pingpong: bool = False,
    xmp: Callable[[], bytes] | None = None,
    force: bool = False,
) -> Path:
    """Save frames as a picture that moves and begins again when it is over.

    Args:
        frames: In their order; 0..1, all of one size. Each is brought to 8 bits when it comes.
        path: Where to; ends in ``.gif``.
        seconds_per_frame: How long each stays, 0.02 to 60; the format counts hundredths.
        pingpong: Go back the way it came, so that the end meets the beginning.
        xmp: Gives metadata to put into the file, an XMP packet in UTF-8, when all frames have come.
        force: Replace a file that is already there.

    Returns:
        The path.

    Raises:
        SettingsError: If there are no frames, or they would stay too short or too long.
        OutputError: If the file exists and `force` is off, or can't be written.

    Notes:
        Each frame has its own 256 colors, chosen from a thumbnail by median cut refined by k-means,
        and is dithered (Floyd, Steinberg 1976). XMP lies where Adobe's specification, part 3, 1.1.2
        puts it.
    """
    check_seconds(seconds_per_frame)
    images = [_palette(frame) for frame in frames]
    if not images:
        raise SettingsError(NO_FRAMES)
    if pingpong:
        images += images[-2:0:-1]
    with replace_atomically(path, force=force) as aside:
        _save(images, aside, round(seconds_per_frame * 100) * 10)
        if xmp and (packet := xmp()):
            _add_xmp(aside, packet)
    return path


def _palette(frame: Float[Tensor, "1 3 h w"]) -> Image.Image:
    """Choose the frame's 256 colors, then draw it with them."""
    image = Image.fromarray(in_bytes(frame))
    sample = image.resize((128, 128))
    colors = sample.quantize(256, method=Image.Quantize.MEDIANCUT, kmeans=1)
    return image.quantize(palette=colors, dither=Image.Dither.FLOYDSTEINBERG)


def _save(images: Sequence[Image.Image], path: Path, milliseconds: int) -> None:
    images[0].save(
        path,
        format="GIF",
        save_all=True,
        append_images=images[1:],
        duration=milliseconds,
        loop=0,
        optimize=False,
    )


def _add_xmp(path: Path, packet: bytes) -> None:
    """Put a packet before the byte that ends the file."""
    with path.open("r+b") as file:
        file.seek(-1, 2)
        file.write(XMP + packet + XMP_END + b";")

"""A picture: pixels, and what belongs to them."""

from dataclasses import dataclass, fields, replace

from jaxtyping import Float, Shaped
from PIL import Image
from torch import Tensor

from impasto.errors import PictureError
from impasto.picture import pillow
from impasto.picture.arrays import Array
from impasto.picture.info import Info, found_in
from impasto.picture.planes import over_white, planes, quantize

_SLACK = 1e-3  # what rounding may add


@dataclass(frozen=True, eq=False)
class Picture(Info):
    """A picture in memory, upright and in sRGB, with what its file said about it.

    Attributes:
        pixels: Colors, 0..1, sRGB-encoded.
        alpha: How much each pixel covers, 0..1, or None for an opaque picture.
    """

    pixels: Float[Tensor, "1 3 h w"]
    alpha: Float[Tensor, "1 1 h w"] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[3], self.pixels.shape[2]

    @property
    def on_white(self) -> Float[Tensor, "1 3 h w"]:
        """Its pixels on white paper, which shows where it is transparent."""
        return self.pixels if self.alpha is None else over_white(self.pixels, self.alpha)

    @property
    def info(self) -> Info:
        """What belongs to it, without the pixels."""
        return Info(**{field.name: getattr(self, field.name) for field in fields(Info)})

    @classmethod
    def from_tensor(
        cls,
        pixels: Shaped[Tensor, "..."],
        *,
        alpha: Shaped[Tensor, "..."] | None = None,
        bits: int = 8,
    ) -> "Picture":
        """Make a picture from a network's output.

        Args:
            pixels: ``(3, h, w)`` or ``(1, 3, h, w)``, 0..1.
            alpha: ``(1, h, w)`` or ``(1, 1, h, w)``, 0..1, of the same size.
            bits: Bits a channel when it is written, 8 or 16.

        Raises:
            PictureError: If the shapes are others, or values lie outside 0..1.
        """
        colors = _checked(pixels, channels=3)
        cover = None if alpha is None else _checked(alpha, channels=1)
        if cover is not None and cover.shape[2:] != colors.shape[2:]:
            raise PictureError(
                f"alpha has the size {tuple(cover.shape[2:])}, and the picture "
                f"{tuple(colors.shape[2:])}; make them equal"
            )
        return cls(colors, cover, bits=bits)

    @classmethod
    def from_pil(cls, image: Image.Image) -> "Picture":
        """Make a picture from Pillow's, upright and in sRGB.

        Raises:
            PictureError: If its samples are neither 8 nor 16 bits.
        """
        with pillow.quiet():
            array, icc = pillow.decode(image)
            info = found_in(image)
        return cls.from_array(array, info=replace(info, icc=icc))

    @classmethod
    def from_array(cls, array: Array, *, info: Info) -> "Picture":
        """Make a picture from a decoder's pixels ``(h, w, c)``, one to four channels of sRGB."""
        pixels, alpha = planes(array)
        return cls(pixels, alpha, **vars(replace(info, bits=array.dtype.itemsize * 8)))

    def to_pil(self) -> Image.Image:
        """Hand the picture to Pillow, as RGB or RGBA with 8 bits a channel."""
        image = Image.fromarray(quantize(self.pixels, self.alpha))
        if self.icc:
            image.info["icc_profile"] = self.icc
        return image


def _checked(values: Shaped[Tensor, "..."], *, channels: int) -> Float[Tensor, "1 c h w"]:
    """Bring a tensor to the shape that pictures have, or say what is wrong with it."""
    if not values.is_floating_point():
        raise PictureError(f"expected floats from 0 to 1, got {values.dtype}; divide by 255")
    batch = values[None] if values.ndim == 3 else values
    if batch.ndim != 4 or batch.shape[:2] != (1, channels) or not batch.numel():
        raise PictureError(
            f"expected a tensor of shape ({channels}, h, w) or (1, {channels}, h, w), "
            f"got {tuple(values.shape)}; pass one picture at a time"
        )
    lowest, highest = batch.aminmax()
    if not (lowest >= -_SLACK and highest <= 1 + _SLACK):
        raise PictureError(
            f"expected values from 0 to 1, got {lowest:.3g} to {highest:.3g}; "
            "divide 8-bit values by 255, or use .clamp(0, 1)"
        )
    return batch.float().clamp(0, 1)

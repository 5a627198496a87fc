"""Pictures of pages: decoding with a limit, and the cheap views that reading starts from."""

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt
import simplejpeg
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

MAX_PIXELS = 120_000_000
"""Pictures above this many pixels are not decoded: an A4 page at 600 dpi has 35 million."""

LARGE_PX = 5300
"""Pictures with a longer side (A4 above 450 dpi) are halved while they are decoded: at a quarter of
the time and memory, every stroke still has what :mod:`ocr.cells` cuts out. Bilevel ones are not,
or they would look like grey ones."""

A4_LONG_MM = 297.0

REDUCED_PX_PER_MM = 4.0
"""Aim for the resolution of the small view (100 dpi): the coarsest at which zxing reads a 20 mm
code of 33 modules (2.4 px a module)."""

PAPER_BLOCK_PX = 16
"""Side of a block of the paper map, in pixels of the small view: about 4 mm."""

PAPER_SAMPLES = 4
"""A block of the paper map is judged by this many samples a side: 16 in all. The paper is the
fourth brightest of them, so text may cover half of the block."""

GREY_CHROMA = 3
"""Largest difference of channels (grey levels) in a picture of a grey page saved as colour. Colour
scanners give even black ink on white paper more in its edges."""

COLOUR_SHARE = 5e-4
"""Share of pixels with a larger difference from which on a scan has colour."""

Pixels = npt.NDArray[np.uint8]


class ImageUnreadable(Exception):
    """The bytes are no picture, or a damaged one."""


class ImageTooLarge(Exception):
    """The picture has more than :data:`MAX_PIXELS` pixels; it was not decoded."""


@dataclass(frozen=True, eq=False)
class PageImage:
    """One scanned page as it came from the scanner.

    ``pixels`` is uint8 (H, W) grey or (H, W, 3) BGR, paper bright and ink dark; ``dpi`` is what
    the file claims, None when it says nothing.
    """

    pixels: Pixels
    dpi: float | None = None

    @cached_property
    def grey(self) -> Pixels:
        """(H, W) uint8."""
        if self.pixels.ndim == 2:
            return self.pixels
        return _u8(cv2.cvtColor(self.pixels, cv2.COLOR_BGR2GRAY))

    def halved(self, area: tuple[slice, slice]) -> Pixels:
        """An area of the picture at half the resolution, the mean of 2 x 2 pixels each: as if the
        whole were halved and then ``[area]`` of it taken."""
        if self.reduction == 2 and self.pixels.ndim == 2:
            return self.reduced[area]
        rows, columns = (slice(2 * part.start, 2 * part.stop) for part in area)
        return _reduced(self.pixels[rows, columns], 2)

    @property
    def px_per_mm(self) -> float:
        """Of a sheet of A4 that fills the picture: roughly, until the page has been found."""
        return float(max(self.pixels.shape[:2])) / A4_LONG_MM

    @property
    def reduction(self) -> int:
        """How many pixels a side go into one of :attr:`reduced`."""
        return max(1, round(self.px_per_mm / REDUCED_PX_PER_MM))

    @cached_property
    def reduced(self) -> Pixels:
        """(H // n, W // n) uint8 grey, n = :attr:`reduction`; pixel i lies over the middle of the
        pixels n*i .. n*i + n - 1 of the whole image."""
        return _reduced(self.grey, self.reduction)

    @cached_property
    def paper(self) -> Pixels:
        """The brightness of the paper, uint8, grey or BGR as ``pixels``; one pixel covers
        :attr:`paper_step` pixels of the image a side. Printing, marks and shadows of lines up to a
        few mm are not in it, shades of the whole page are.
        """
        samples = _paper_samples(self.pixels, self.reduction)
        if samples.ndim == 2:
            return _paper(samples)
        return np.dstack([_paper(samples[..., k]) for k in range(3)])

    @property
    def paper_step(self) -> int:
        """Pixels of the image a pixel of :attr:`paper`."""
        return self.reduction * PAPER_BLOCK_PX

    @cached_property
    def is_colour(self) -> bool:
        """Whether the scan has colour: a grey page saved as BGR has none."""
        if self.pixels.ndim == 2:
            return False
        # Every eighth pixel of every eighth row, at a quarter of the cost of slicing.
        samples = cv2.resize(self.pixels, None, fx=1 / 8, fy=1 / 8, interpolation=cv2.INTER_NEAREST)
        blue, green, red = cv2.split(samples)
        brightest = cv2.max(cv2.max(blue, green), red)
        chroma = cv2.subtract(brightest, cv2.min(cv2.min(blue, green), red))
        return bool((chroma > GREY_CHROMA).mean() > COLOUR_SHARE)

    @cached_property
    def is_bilevel(self) -> bool:
        """Whether the scanner decided black or white (nearly no pixel in between)."""
        # In one piece first: comparing samples that lie apart costs twice as much.
        samples = np.ascontiguousarray(self.grey[::8, ::8])
        between = np.count_nonzero((samples > 8) & (samples < 247))
        return bool(between / samples.size < 0.002)


def decode(data: bytes, dpi: float | None = None) -> PageImage:
    """Decode a JPEG or PNG. ``dpi``, when given, overrides what the file claims. Pictures larger
    than :data:`LARGE_PX` come out at half their size and dpi.

    The number of pixels is read from the header first. Raises :class:`ImageTooLarge` and
    :class:`ImageUnreadable` (which carries what is wrong, for developers).
    """
    with _opened(data) as header:
        _refuse_too_large(header.size)
        claimed = dpi if dpi is not None else _claimed_dpi(header)
        is_grey, is_large = header.mode == "L", max(header.size) > LARGE_PX
        if header.mode not in ("L", "RGB") or (is_large and header.format != "JPEG"):
            return from_pillow(header, claimed)
        is_plain = header.format == "JPEG" and not is_large and _is_upright(header)
    pixels = _plain_jpeg(data, is_grey) if is_plain else None
    if pixels is None:
        pixels = _by_opencv(data, is_grey, is_large)
    return _page(pixels, claimed / 2 if claimed and is_large else claimed)


def _plain_jpeg(data: bytes, is_grey: bool) -> Pixels | None:
    """The pixels of a whole JPEG, the same that OpenCV gives at 0.94 (grey) and 0.83 (colour) of
    the cost; None when anything is wrong with it, be it harmless or not: OpenCV tells."""
    try:
        decoded = simplejpeg.decode_jpeg(data, "GRAY" if is_grey else "BGR")
    except ValueError:
        return None
    return _u8(decoded[..., 0] if is_grey else decoded)


def _by_opencv(data: bytes, is_grey: bool, is_large: bool) -> Pixels:
    """The pixels of a JPEG or PNG, turned as it asks to be; of a large JPEG only the coarser half
    of the frequencies. Raises :class:`ImageUnreadable`."""
    flags = cv2.IMREAD_GRAYSCALE if is_grey else cv2.IMREAD_COLOR
    if is_large:
        flags = cv2.IMREAD_REDUCED_GRAYSCALE_2 if is_grey else cv2.IMREAD_REDUCED_COLOR_2
    try:
        decoded = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as error:
        raise ImageUnreadable(str(error)) from error
    if decoded is None:
        raise ImageUnreadable("the data behind the header cannot be decoded")
    return _u8(decoded)


def _is_upright(picture: Image.Image) -> bool:
    """Whether the file does not ask to be turned or mirrored; one whose Exif data are damaged asks
    for nothing."""
    if "exif" not in picture.info:
        return True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return bool(picture.getexif().get(ExifTags.Base.Orientation, 1) == 1)


def from_pillow(picture: Image.Image, dpi: float | None = None) -> PageImage:
    """A page from any picture that Pillow has opened: 1-bit, grey, 16-bit, palette, RGB, CMYK, with
    or without transparency (laid on white).

    ``dpi``, when given, overrides what the picture claims. Pictures larger than :data:`LARGE_PX`
    that are not 1-bit come out at half their size and dpi. Raises :class:`ImageTooLarge` and
    :class:`ImageUnreadable`.
    """
    _refuse_too_large(picture.size)
    claimed = dpi if dpi is not None else _claimed_dpi(picture)
    try:
        upright = ImageOps.exif_transpose(picture)
        if max(upright.size) > LARGE_PX and upright.mode in ("L", "RGB", "CMYK"):
            upright = upright.reduce(2)
            claimed = claimed / 2 if claimed else None
        if upright.mode.startswith("I") or upright.mode == "F":
            return PageImage(_from_wide(np.asarray(upright, dtype=np.float64)), claimed)
        if upright.has_transparency_data:
            white = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(white, upright.convert("RGBA")).convert("RGB")
        if upright.mode in ("1", "L"):
            return PageImage(np.array(upright.convert("L"), dtype=np.uint8), claimed)
        rgb = np.asarray(upright.convert("RGB"), dtype=np.uint8)
    except (OSError, ValueError, SyntaxError) as error:
        raise ImageUnreadable(str(error)) from error
    return _page(np.ascontiguousarray(rgb[..., ::-1]), claimed)


def _page(pixels: Pixels, dpi: float | None) -> PageImage:
    """The page, grey where a grey one was saved as colour: a third of the cost of all that
    follows."""
    page = PageImage(pixels, dpi)
    return page if page.is_colour or pixels.ndim == 2 else PageImage(page.grey, dpi)


def _opened(data: bytes) -> Image.Image:
    """Read the header only."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            # Damaged Exif data.
            warnings.simplefilter("ignore", UserWarning)
            return Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
    except Image.DecompressionBombError as error:
        raise ImageTooLarge(str(error)) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise ImageUnreadable(str(error)) from error


def _refuse_too_large(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MAX_PIXELS:
        raise ImageTooLarge(f"{size[0]} x {size[1]} px")


def _claimed_dpi(picture: Image.Image) -> float | None:
    """The resolution of the file if it is one a scanner can have had."""
    try:
        dpi = float(picture.info["dpi"][0])
    except (KeyError, TypeError, ValueError, IndexError, ZeroDivisionError):
        return None
    # 72 and 96 are what programs write that do not know.
    return dpi if 100 <= dpi <= 2400 else None


def _from_wide(values: npt.NDArray[np.float64]) -> Pixels:
    """16- and 32-bit grey to 8 bits by its own range."""
    top = 65535.0 if values.max(initial=0.0) > 255.0 else 255.0
    return np.clip(values * (255.0 / top), 0, 255).astype(np.uint8)


def _reduced(pixels: Pixels, n: int) -> Pixels:
    if n == 1:
        return pixels
    height, width = pixels.shape[0] // n, pixels.shape[1] // n
    return _u8(
        cv2.resize(
            pixels[: height * n, : width * n], (width, height), interpolation=cv2.INTER_LINEAR
        )
    )


def _paper_samples(pixels: Pixels, n: int) -> Pixels:
    """The samples (4 R, 4 C) or (4 R, 4 C, 3) of the R x C blocks of the paper map, each the middle
    of a pixel of the small view, ``n`` pixels a side. The last blocks may reach beyond the picture
    and repeat its edge."""
    blocks = [-(-(length // n) // PAPER_BLOCK_PX) for length in pixels.shape[:2]]
    rows, columns = (PAPER_SAMPLES * count for count in blocks)
    step = PAPER_BLOCK_PX // PAPER_SAMPLES
    right, down = 1.5 * n - 0.5, (step + 1) / 2 * n - 0.5
    samples = cv2.warpAffine(
        pixels,
        np.array([[step * n, 0, right], [0, step * n, down]]),
        (columns, rows),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return _u8(samples)


def _paper(samples: Pixels) -> Pixels:
    """The paper map (R, C) of the samples (4 R, 4 C) of one channel."""
    level = _fourth_brightest(samples)
    # A seal, a corner mark or the code may fill whole blocks: the median of 5 x 5 (20 mm) has not
    # seen them. Of floats: OpenCV takes eight times as long for bytes.
    return np.maximum(cv2.medianBlur(level.astype(np.float32), 5), 1).astype(np.uint8)


def _fourth_brightest(samples: Pixels) -> Pixels:
    """Of each square of 4 x 4 samples the fourth brightest, by a network of comparisons: all
    squares at once, at a fifth of the cost of ranking one after the other."""
    lines = _in_order([samples[k::4] for k in range(4)])
    for _ in range(2):
        # Of two lists in order, these are the four brightest.
        both = [
            np.maximum(one[:, ::2], other[:, 1::2])
            for one, other in zip(lines, reversed(lines), strict=True)
        ]
        lines = _in_order(both)
    return lines[-1]


def _in_order(four: Sequence[Pixels]) -> list[Pixels]:
    """Four pictures, pixel by pixel the brightest first."""
    a, b, c, d = four
    a, b, c, d = np.maximum(a, b), np.minimum(a, b), np.maximum(c, d), np.minimum(c, d)
    a, c, b, d = np.maximum(a, c), np.minimum(a, c), np.maximum(b, d), np.minimum(b, d)
    return [a, np.maximum(b, c), np.minimum(b, c), d]


def _u8(array: npt.NDArray[np.generic]) -> Pixels:
    return array.astype(np.uint8, copy=False)

"""Find the code that says which page this is, anywhere on the picture, in any orientation.

Only codes of our own shape count; other QR codes on the page are not ours to read.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
import zxingcpp

from ocr.code import PageCode, parse_code
from ocr.geometry import Points, Rect
from ocr.images import PageImage, Pixels
from ocr.layout import PageLayout

CROP_MARGIN_MM = 20.0
"""How far from its printed place a code is looked for first: a page laid 15 mm askew and skewed by
3 degrees still has its code in there."""

CROP_ENLARGED = 2.0
"""Magnification at which a small or blurred code is tried again."""


QUIET_PX = 24
"""White added around a crop, px: 4 modules of 0.5 mm at 300 dpi."""

FORMAT_PLACES = (
    *((8, k) for k in (0, 1, 2, 3, 4, 5, 7, 8)),
    *((k, 8) for k in (7, *range(5, -1, -1))),
)
"""Column and row of the modules of a symbol that hold its 15 format bits (ISO/IEC 18004:2015,
figure 25)."""

_QR_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


@dataclass(frozen=True, slots=True, eq=False)
class FoundCode:
    """A code and where it is: ``corners`` (4, 2) image px of the symbol's outer edges, in the
    symbol's own order: top left, top right, bottom right, bottom left."""

    code: PageCode
    corners: Points


def find_codes(image: PageImage) -> tuple[FoundCode, ...]:
    """All different codes of our shape that the small view of the page shows: the quick way, which
    suffices for nearly every scan. More than one means that the page cannot be told."""
    n = image.reduction
    # By one threshold for the whole page first, which shadows defeat, at two fifths of the cost.
    for binarizer in (zxingcpp.Binarizer.GlobalHistogram, zxingcpp.Binarizer.LocalAverage):
        found = _distinct(_read(image.reduced, (0.0, 0.0), n, binarizer, thorough=False))
        if found:
            break
    return found


def find_hidden_codes(image: PageImage, pages: Iterable[PageLayout]) -> tuple[FoundCode, ...]:
    """The same at full resolution, for what the small view does not show.

    First where the codes of these pages are printed (any way up), as scanned and made easier to
    read in several ways; then on the whole page. The first attempt that finds something ends the
    search.
    """
    places = {(page.code, page.width_mm, page.height_mm) for page in pages}
    for rect, width_mm, height_mm in places:
        for crop, origin in _crops(image.grey, rect, (width_mm, height_mm)):
            for picture, scale in _attempts(crop):
                found = _distinct(_read(picture, origin, 1 / scale, thorough=True))
                if found:
                    return found
    for picture in (image.grey, _smoothed(image.grey, 1.2)):
        found = _distinct(_read(picture, (0.0, 0.0), 1.0, thorough=True))
        if found:
            return found
    return ()


def _read(
    picture: Pixels,
    origin: tuple[float, float],
    px_per_px: float,
    binarizer: zxingcpp.Binarizer = zxingcpp.Binarizer.LocalAverage,
    *,
    thorough: bool,
) -> list[FoundCode]:
    """Codes of our shape in a view whose first pixel covers the image from ``origin`` on, and
    whose every pixel covers ``px_per_px`` image pixels a side."""
    found = []
    for barcode in zxingcpp.read_barcodes(
        picture,
        formats=_QR_ONLY,
        binarizer=binarizer,
        try_downscale=thorough,
        try_invert=False,
    ):
        code = parse_code(barcode.text)
        # Typing is forgiven small letters; a symbol must say it exactly.
        if code is None or code.text != barcode.text:
            continue
        place = barcode.position
        corners = [
            (float(point.x), float(point.y))
            for point in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        ]
        if _is_mirrored(picture, corners, barcode.extra):
            continue
        found.append(FoundCode(code, (np.array(corners) + 0.5) * px_per_px - 0.5 + origin))
    return found


def _is_mirrored(picture: Pixels, corners: Sequence[tuple[float, float]], facts: Any) -> bool:
    """Whether a symbol is seen from behind: zxing reads those too, and on the back of a thin page
    the code of its front shows through.

    ``facts`` are zxing's extra facts about the symbol, by name. Told by the 15 format bits, which
    stand along row 8 and column 8: seen from behind the two are exchanged (ISO/IEC 18004:2015, 7.9
    and figure 25).
    """
    side = 17 + 4 * int(facts["Version"])
    bits = _format_bits("MLHQ".index(facts["ECLevel"]), int(facts["DataMask"]))
    # Over one symbol perspective moves no module by half of its size: an affine map does.
    top_left, top_right, bottom_right, bottom_left = (complex(*corner) for corner in corners)
    right = (top_right - top_left + bottom_right - bottom_left) / (2 * side)
    down = (bottom_left - top_left + bottom_right - top_right) / (2 * side)
    middle = (top_left + top_right + bottom_right + bottom_left) / 4
    first = middle - (right + down) * ((side - 1) / 2)
    as_printed, from_behind = (
        _darkness(picture, [first + c * along + r * across for c, r in FORMAT_PLACES], bits)
        for along, across in ((right, down), (down, right))
    )
    return from_behind > as_printed


def _darkness(picture: Pixels, places: Sequence[complex], bits: Sequence[int]) -> float:
    """How much darker than the mean of all these places those are of which the bit is 1, grey
    levels in sum."""
    levels = [_level_at(picture, place) for place in places]
    mean = sum(levels) / len(levels)
    return sum(mean - level for level, bit in zip(levels, bits, strict=True) if bit)


def _level_at(picture: Pixels, place: complex) -> int:
    """The grey level at a place, x + y j px, or at the edge of the picture next to it."""
    height, width = picture.shape
    x, y = round(place.real), round(place.imag)
    return picture.item(min(max(y, 0), height - 1), min(max(x, 0), width - 1))


@cache
def _format_bits(error_level: int, mask: int) -> tuple[int, ...]:
    """The 15 format bits of a symbol, the least significant first, dark = 1: a BCH (15, 5) code
    (ISO/IEC 18004:2015, 7.9.1 and annex C). ``error_level``: M 0, L 1, H 2, Q 3."""
    data = error_level << 3 | mask
    rest = data << 10
    for bit in range(14, 9, -1):
        if rest >> bit & 1:
            rest ^= 0b10100110111 << (bit - 10)
    word = (data << 10 | rest) ^ 0b101010000010010
    return tuple(word >> bit & 1 for bit in range(15))


def _distinct(found: list[FoundCode]) -> tuple[FoundCode, ...]:
    """One of each: a copy of the same code on the page is no contradiction."""
    return tuple({one.code.text: one for one in reversed(found)}.values())


def _crops(
    grey: Pixels, rect: Rect, page_mm: tuple[float, float]
) -> Iterator[tuple[Pixels, tuple[float, float]]]:
    """Cuts of the image where the code would be if the image is the page, in the two orientations
    that fit its shape: upright and upside down, or turned left and right."""
    height, width = grey.shape
    left, right = rect.x_mm / page_mm[0], rect.right_mm / page_mm[0]
    top, bottom = rect.y_mm / page_mm[1], rect.bottom_mm / page_mm[1]
    if (width > height) == (page_mm[0] > page_mm[1]):
        boxes = [(left, top, right, bottom), (1 - right, 1 - bottom, 1 - left, 1 - top)]
    else:
        boxes = [(1 - bottom, left, 1 - top, right), (top, 1 - right, bottom, 1 - left)]
    margin = CROP_MARGIN_MM / max(page_mm) * max(width, height)
    for x0, y0, x1, y1 in boxes:
        first_x, last_x = max(0, int(x0 * width - margin)), int(x1 * width + margin)
        first_y, last_y = max(0, int(y0 * height - margin)), int(y1 * height + margin)
        # A scan that ends in the quiet zone is given one.
        crop = grey[first_y:last_y, first_x:last_x]
        padded = np.pad(crop, QUIET_PX, constant_values=255)
        yield padded, (first_x - QUIET_PX, first_y - QUIET_PX)


def _attempts(crop: Pixels) -> Iterator[tuple[Pixels, float]]:
    """The crop as it is and made easier to read, with the magnification."""
    yield crop, 1.0
    smooth = _smoothed(crop, 1.2)
    yield smooth, 1.0
    large = cv2.resize(
        crop, None, fx=CROP_ENLARGED, fy=CROP_ENLARGED, interpolation=cv2.INTER_CUBIC
    )
    yield large.astype(np.uint8), CROP_ENLARGED
    sharp = cv2.addWeighted(large, 2.5, cv2.GaussianBlur(large, (0, 0), 3.0), -1.5, 0)
    yield sharp.astype(np.uint8), CROP_ENLARGED
    # Stains, folds and shadows over the symbol: what is dark beside its neighbourhood of 5 mm.
    side = max(3, crop.shape[0] // 12) | 1
    local = cv2.adaptiveThreshold(
        smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, side, 8
    )
    yield local.astype(np.uint8), 1.0
    # Worn toner: dark modules in pieces, closed by what is darkest around, or by black and white
    # after as much smoothing as the modules bear. Of 27 such codes by another simulation, which
    # none of the above reads, these read 24.
    closed = cv2.erode(crop, np.ones((3, 3), np.uint8)).astype(np.uint8)
    yield _smoothed(closed, 1.2), 1.0
    for deviation in (1.8, 2.5):
        _, black = cv2.threshold(_smoothed(crop, deviation), 0, 255, cv2.THRESH_OTSU)
        yield black.astype(np.uint8), 1.0


def _smoothed(picture: Pixels, deviation: float) -> Pixels:
    """The picture under a Gaussian of this deviation, px."""
    return cv2.GaussianBlur(picture, (0, 0), deviation).astype(np.uint8)

"""Ink in a signature area that no pen left, by its colour and its width: seals, coffee, markers."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cells import INK_PX_PER_MM, CellImage
from ocr.ink import NOISE_WEIGHT, WEAK_INK, Bytes, as_bytes, mask_above

SHARE_OF_GREEN, SHARE_OF_BLUE = 0.6, 0.7
"""Darkness in the red channel over that in the green and in the blue one, around a pixel, from
which on the ink is a pen's. Blue and black ink have 0.8 to 1.1 of the green, red ink 0.1 to 0.5.
All pens have 0.9 to 1.8 of the blue, coffee has 0.4 to 0.5, pale one to 0.7, yellow and orange
markers have less than 0.4 (samples' maker, seeds 950,000 on)."""

AROUND_PX = 5
"""Side of the square over which the channels are compared, 1.25 mm: scanners keep the colour at
half the resolution, so that the edges of thin red lines are nearly grey."""

PAPER_FLAW = 10
"""Darkness of a channel that is the paper's: its colour, noise and shades."""

WIDE_PX = 7
"""Width of a line from which on no pen drew it, 1.75 mm: felt pens leave 0.8 mm, blur adds 0.4;
markers have 2 mm and more."""

EDGE_PX = 1
"""How far beyond a wide line its blurred edge reaches."""

CORE = np.ones((WIDE_PX, WIDE_PX), np.uint8)
SPREAD = np.ones((WIDE_PX + 2 * EDGE_PX, WIDE_PX + 2 * EDGE_PX), np.uint8)


def pen_ink(area: CellImage, noise: float) -> tuple[Bytes, Bytes]:
    """Where the ink has the colour of a pen, or there is none, and where it is darker than the wide
    strokes and patches that it lies on, as a pen's line is on a marker's or in the shade of a fold.

    Both are uint8 (h, w), 1 = so, at :data:`ocr.cells.INK_PX_PER_MM`; a scan without colour has
    the colour of a pen everywhere. ``noise`` is that of :class:`ocr.cells.PageTone`.
    """
    dark = _darkness(area, area.grey)
    has_colour = np.ones_like(dark)
    is_above = has_colour
    is_wide = cv2.erode(dark, CORE).max() > WEAK_INK
    if is_wide:
        is_above = mask_above(_above_ground(dark), WEAK_INK + int(NOISE_WEIGHT * noise))
    if area.colour is not None:
        of_channels = _darkness(area, area.colour)
        has_colour = _pen_coloured(of_channels, is_wide)
    return has_colour, is_above


def _darkness(area: CellImage, pixels: Bytes) -> Bytes:
    """How far the pixels of an area, grey or BGR, are from white, at the resolution of ink."""
    factor = round(area.px_per_mm / INK_PX_PER_MM)
    if factor > 1:
        size = pixels.shape[1] // factor, pixels.shape[0] // factor
        pixels = as_bytes(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
    return 255 - pixels


def _above_ground(dark: Bytes) -> Bytes:
    """The darkness without that of wide strokes and patches (what a morphological opening leaves)
    and of their blurred edges."""
    return as_bytes(cv2.subtract(dark, cv2.dilate(cv2.erode(dark, CORE), SPREAD)))


def _pen_coloured(dark: Bytes, is_wide: bool) -> Bytes:
    """Where the ink around is not red, brown or yellow; ``dark`` is the darkness of blue, green and
    red (h, w, 3). What is above a wide yellow or brown stroke is judged without that."""
    blue, green, red = _around(dark)
    is_pen = red >= SHARE_OF_BLUE * blue
    if is_wide:
        blue, _, above = _around(_above_ground(dark))
        is_pen |= above > SHARE_OF_BLUE * blue
    is_pen &= red >= SHARE_OF_GREEN * green
    return is_pen.view(np.uint8)


def _around(dark: Bytes) -> Sequence[npt.NDArray[np.float32]]:
    """The darkness of each channel around every pixel, without the paper's."""
    ink = cv2.subtract(dark, np.full_like(dark, PAPER_FLAW))
    # Sums in whole numbers: OpenCV takes ten times as long to split channels of floats.
    sums = cv2.boxFilter(ink, cv2.CV_16U, (AROUND_PX, AROUND_PX), normalize=False)
    return [channel.astype(np.float32) for channel in cv2.split(sums)]

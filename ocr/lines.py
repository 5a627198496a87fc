"""Straight lines in an area that no pen drew: streaks of the scanner's glass, creases of a fold."""

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cells import INK_PX_PER_MM
from ocr.ink import Bytes, as_bytes

TILT = 0.06
"""Slope against the area's sides, either way, of streaks and folds: pages lie askew by up to 3
degrees, 0.052, and what stretches them adds a little."""

BAND_PX = 15
"""A line is followed in bands of this length: over one of them it strays by less than a pixel."""

BAND_SHARE = 0.5
"""Share of every band that the line must cover; dirt that comes and goes leaves gaps."""

LINE_SHARE = 0.8
"""Share of all bands together. A hand does not write straight from margin to margin, so this needs
not be near 1."""

HALF_WIDTH_PX = 2
"""What is erased on both sides of a line, 0.5 mm: a streak is 0.1 to 0.4 mm wide, blur adds 0.2."""

MOST_LINES = 3
"""Lines erased in each direction; who finds more has no scan to read."""

BESIDES_MM2 = 1.0
"""Ink beside a line from which on there may be a mark too: the smallest tick has 2 mm²."""

RULE_MM = 0.75
"""Extent across of a component that is a piece of a straight line, beside what its tilt adds."""


def without_lines(mask: Bytes) -> Bytes:
    """The ink of an area without the straight lines that run through it from edge to edge, upright
    or level.

    ``mask`` is uint8 (h, w), 1 = ink, at :data:`ocr.cells.INK_PX_PER_MM`, with the margins of the
    area: what a hand writes does not run through both of them. Gives the mask itself when there is
    no such line, else a copy; strokes that cross a line are cut by it.
    """
    for axis in (0, 1):
        for _ in range(MOST_LINES):
            upright = mask if axis == 0 else mask.T
            line = _line_through(upright)
            if line is None:
                break
            mask = mask.copy()
            upright = mask if axis == 0 else mask.T
            near = line[:, None] + np.arange(-HALF_WIDTH_PX, HALF_WIDTH_PX + 1)
            rows = np.arange(len(line))[:, None]
            upright[rows, near.clip(0, upright.shape[1] - 1)] = 0
    return mask


def is_streak(mask: Bytes) -> bool:
    """Whether the ink (h, w) is a straight line, upright or level, from side to side, first and
    last row or column included, and little besides: a streak, a crease, no mark."""
    ends = ((mask[0], mask[-1]), (mask[:, 0], mask[:, -1]))
    if not any(first.any() and last.any() for first, last in ends):
        return False
    left = without_lines(mask)
    besides = cv2.countNonZero(np.ascontiguousarray(left)) / INK_PX_PER_MM**2
    return left is not mask and besides < BESIDES_MM2


def is_rule(
    height: npt.NDArray[np.int64 | np.float64], width: npt.NDArray[np.int64 | np.float64]
) -> npt.NDArray[np.bool_]:
    """Whether components of these extents (px) are pieces of upright or level straight lines."""
    least, most = np.minimum(height, width), np.maximum(height, width)
    return np.asarray(least <= RULE_MM * INK_PX_PER_MM + TILT * most)


def _line_through(mask: Bytes) -> npt.NDArray[np.int64] | None:
    """The column at every row of the plainest line from the first row to the last, or None."""
    count = mask.shape[0] // BAND_PX
    band = -(-mask.shape[0] // count)
    if not (mask[:band].any() and mask[-band:].any()):
        return None
    size = (mask.shape[1], count)
    # Spread by a pixel, since a tilted line changes its column within a band.
    spread = as_bytes(cv2.dilate(np.ascontiguousarray(mask), np.ones((1, 3), np.uint8)))
    bands = _in_bands(spread, size)
    if bands.max(axis=1).min() < BAND_SHARE * 255:
        return None
    reach = int(np.ceil(TILT * mask.shape[0] / 2))
    middle = np.arange(count) - (count - 1) / 2
    tilts = np.linspace(-TILT, TILT, 2 * reach + 1)
    shifts = np.rint(tilts[:, None] * middle * BAND_PX).astype(np.int64) + reach
    columns = shifts[:, :, None] + np.arange(size[0])
    band = np.arange(count)[:, None]
    covered = np.pad(bands, ((0, 0), (reach, reach)))[band, columns]
    share = np.where(covered.min(axis=1) >= BAND_SHARE * 255, covered.mean(axis=1), 0) / 255
    if share.max() < LINE_SHARE:
        return None
    # Among lines that lie within a wide one, or beside it, the one with the most ink of its own.
    own = np.pad(_in_bands(mask, size), ((0, 0), (reach, reach)))[band, columns].mean(axis=1)
    best = np.where(share >= LINE_SHARE, own, -1)
    tilt, column = np.unravel_index(int(best.argmax()), share.shape)
    row = np.arange(mask.shape[0]) - (mask.shape[0] - 1) / 2
    line: npt.NDArray[np.int64] = np.rint(column + tilts[tilt] * row).astype(np.int64)
    return line


def _in_bands(mask: Bytes, size: tuple[int, int]) -> Bytes:
    """How much of each column of each band is ink, 0..255, (columns, bands) = ``size``."""
    return as_bytes(
        cv2.resize(np.ascontiguousarray(mask) * 255, size, interpolation=cv2.INTER_AREA)
    )

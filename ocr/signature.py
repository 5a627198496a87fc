"""Whether a signature area carries ink: never whose."""

from collections.abc import Sequence

import cv2
import numpy as np

from ocr.cells import INK_PX_PER_MM, CellImage, PageTone
from ocr.ink import InkStack, Ints, ink_of
from ocr.lines import is_rule, without_lines
from ocr.reading import SignatureReading
from ocr.seal import pen_ink, shows_seal
from ocr.strokes import OwnInk, own_ink

LEAST_STROKE_MM = 4.0
"""Extent of a component from which on it is a stroke of a signature: specks are below 1 mm, and
two or three of them may touch."""

LEAST_INK_MM2 = 3.0
"""Ink of such components from which on there is a signature: the shortest initials have 5 mm² of
0.4 mm pen."""

NO_INK_MM2 = 1.0
"""Ink of such components up to which the area is empty; between the two it is open."""

SEAL_RED_MM2 = 3.0
"""Red ink from which on a seal may lie over the area: beneath it thin or red pens may be hidden,
and its edges look like a pen's. Paper without red has less than 0.1 mm² of it."""

LEAST_DARKNESS = 33
"""Darkness (0..255) that a tenth of the ink of a pen exceeds: in 433 signed areas of the samples'
maker (seeds 940,000 on; pencil and dry pens on poor scans among them) that tenth had 42 or more,
print that showed through from the back 24."""

DARK_SHARE = 0.1
"""The share of ink that is meant there."""


def read_signature(name: str, area: CellImage, page: PageTone) -> SignatureReading:
    """Find pen strokes in the area, red ink left out when the scan has colour.

    ``present`` is None when there is a little ink only, or ink only of straight upright or level
    lines (a fold, dirt of the scanner), when red is all there is (a seal without a signature, or a
    red pen), or when a scan without colour shows what may be a seal.
    """
    return read_signatures([(name, area)], page)[0]


def read_signatures(
    areas: Sequence[tuple[str, CellImage]], page: PageTone
) -> tuple[SignatureReading, ...]:
    """All signature areas of a page at once, by name."""
    if not areas:
        return ()
    cells = [area for _, area in areas]
    ink = ink_of(cells, page)
    red = np.array([_leave_strokes(ink, index, cell) for index, cell in enumerate(cells)])
    own = own_ink(ink)
    inked = _inked(own, len(areas)) / INK_PX_PER_MM**2
    # Print that shows through from the back is nowhere as dark as the faintest pen.
    seen = ink.darkness.ravel()[own.at] >= LEAST_DARKNESS
    dark = np.bincount(own.cell, seen, len(areas))
    faint = dark < DARK_SHARE * np.bincount(own.cell, minlength=len(areas))
    # What is too faint counts as lines do: it keeps the area from being empty, and signs nothing.
    strokes, lines = inked
    measured = np.vstack([np.where(faint, 0, strokes), lines + np.where(faint, strokes, 0), red])
    return tuple(
        _reading(name, ink, index, measured[:, index].tolist(), page)
        for index, (name, _) in enumerate(areas)
    )


def _leave_strokes(ink: InkStack, index: int, cell: CellImage) -> float:
    """Take what no pen drew out of the weak mask of an area: a seal's edges, lines right through.
    Gives the red ink there was (mm²), pale or not."""
    factor = round(cell.px_per_mm / INK_PX_PER_MM)
    height, width = (side // factor for side in cell.grey.shape)
    weak = ink.weak[index, :height, :width]
    red = float(ink.red_mm2[index])
    before = cv2.countNonZero(weak)
    if cell.colour is not None and before >= NO_INK_MM2 * INK_PX_PER_MM**2:
        weak &= pen_ink(cell.colour, factor)
        red += (before - cv2.countNonZero(weak)) / INK_PX_PER_MM**2
    weak[:] = without_lines(weak)
    return red


def _reading(
    name: str, ink: InkStack, index: int, measured: list[float], page: PageTone
) -> SignatureReading:
    """What the ink of one area says: mm² of strokes, of pieces of straight lines, and of red."""
    top, bottom = int(ink.top[index]), int(ink.bottom[index])
    left, right = int(ink.left[index]), int(ink.right[index])
    strokes, lines, red = measured
    share = strokes * INK_PX_PER_MM**2 / max((bottom - top) * (right - left), 1)
    present: bool | None = strokes >= LEAST_INK_MM2
    if not present and (red >= SEAL_RED_MM2 or strokes + lines > NO_INK_MM2):
        present = None
    if present and not page.colour:
        darkness = np.ascontiguousarray(ink.darkness[index, top:bottom, left:right])
        present = None if shows_seal(darkness) else present
    return SignatureReading(name, present, share)


def _inked(own: OwnInk, count: int) -> Ints:
    """Ink pixels (2, count) of the components of each area that are as long as a stroke: of
    strokes, and of what is straight, upright or level."""
    if not len(own.component):
        return np.zeros((2, count), np.int64)
    order = np.argsort(own.component, kind="stable")
    component = own.component[order]
    starts = np.flatnonzero(np.diff(component, prepend=-1))
    row, column = own.row[order], own.column[order]
    height, width = (
        np.maximum.reduceat(place, starts) - np.minimum.reduceat(place, starts) + 1
        for place in (row, column)
    )
    is_long = np.hypot(height, width) >= LEAST_STROKE_MM * INK_PX_PER_MM
    straight = is_rule(height, width)
    pixels = np.diff(starts, append=len(component))
    cell = own.cell[order][starts]
    kinds = [
        np.bincount(cell[chosen], pixels[chosen], count)
        for chosen in (is_long & ~straight, is_long & straight)
    ]
    return np.array(kinds, np.int64)

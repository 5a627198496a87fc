"""Whether a signature area carries ink: never whose."""

from collections.abc import Sequence

import numpy as np

from ocr.cells import INK_PX_PER_MM, CellImage, PageTone
from ocr.ink import InkStack, Ints, ink_of
from ocr.reading import SignatureReading
from ocr.seal import shows_seal
from ocr.strokes import OwnInk, own_ink

LEAST_STROKE_MM = 4.0
"""Extent of a component from which on it is a stroke of a signature: specks are below 1 mm, and
two or three of them may touch."""

LEAST_INK_MM2 = 3.0
"""Ink of such components from which on there is a signature: the shortest initials have 5 mm² of
0.4 mm pen."""

NO_INK_MM2 = 1.0
"""Ink of such components up to which the area is empty; between the two it is open."""

SEAL_RED_MM2 = 15.0
"""Red ink from which on a seal lies over the area; beneath it thin or red pens may be hidden."""


def read_signature(name: str, area: CellImage, page: PageTone) -> SignatureReading:
    """Find pen strokes in the area, red ink left out when the scan has colour.

    ``present`` is None when there is a little ink only, when red is all there is (a seal without a
    signature, or a red pen), or when a scan without colour shows what may be a seal.
    """
    return read_signatures([(name, area)], page)[0]


def read_signatures(
    areas: Sequence[tuple[str, CellImage]], page: PageTone
) -> tuple[SignatureReading, ...]:
    """All signature areas of a page at once, by name."""
    if not areas:
        return ()
    ink = ink_of([area for _, area in areas], page)
    stroke_px = _stroke_px(own_ink(ink), len(areas))
    return tuple(
        _reading(name, ink, index, int(stroke_px[index]), page)
        for index, (name, _) in enumerate(areas)
    )


def _reading(
    name: str, ink: InkStack, index: int, stroke_px: int, page: PageTone
) -> SignatureReading:
    """What the ink of one area says."""
    top, bottom = int(ink.top[index]), int(ink.bottom[index])
    left, right = int(ink.left[index]), int(ink.right[index])
    ink_mm2 = stroke_px / INK_PX_PER_MM**2
    share = stroke_px / max((bottom - top) * (right - left), 1)
    red = float(ink.red_mm2[index]) >= SEAL_RED_MM2
    few = NO_INK_MM2 < ink_mm2 < LEAST_INK_MM2
    if few or (red and ink_mm2 < LEAST_INK_MM2):
        return SignatureReading(name, None, share)
    if not page.colour and ink_mm2 >= LEAST_INK_MM2:
        darkness = np.ascontiguousarray(ink.darkness[index, top:bottom, left:right])
        if shows_seal(darkness):
            return SignatureReading(name, None, share)
    return SignatureReading(name, ink_mm2 >= LEAST_INK_MM2, share)


def _stroke_px(own: OwnInk, count: int) -> Ints:
    """Ink pixels (count,) of the components of each area that are as long as a stroke."""
    if not len(own.component):
        return np.zeros(count, np.int64)
    order = np.argsort(own.component, kind="stable")
    component = own.component[order]
    starts = np.flatnonzero(np.diff(component, prepend=-1))
    row, column = own.row[order], own.column[order]
    height, width = (
        np.maximum.reduceat(place, starts) - np.minimum.reduceat(place, starts) + 1
        for place in (row, column)
    )
    is_stroke = np.hypot(height, width) >= LEAST_STROKE_MM * INK_PX_PER_MM
    pixels = np.diff(starts, append=len(component))
    cell = own.cell[order][starts]
    return np.bincount(cell[is_stroke], pixels[is_stroke], count).astype(np.int64)

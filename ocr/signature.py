"""Whether a signature area carries ink: never whose."""

import numpy as np

from ocr.cells import CellImage, PageTone
from ocr.ink import INK_PX_PER_MM, ink_of
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
    ink = ink_of([area], page)
    own = own_ink(ink)
    height, width = ink.bottom[0] - ink.top[0], ink.right[0] - ink.left[0]
    ink_mm2 = _stroke_px(own) / INK_PX_PER_MM**2
    share = float(ink_mm2 * INK_PX_PER_MM**2 / max(height * width, 1))
    red = float(ink.red_mm2[0]) >= SEAL_RED_MM2
    few = NO_INK_MM2 < ink_mm2 < LEAST_INK_MM2
    inside = np.s_[ink.top[0] : ink.bottom[0], ink.left[0] : ink.right[0]]
    if few or (red and ink_mm2 < LEAST_INK_MM2):
        return SignatureReading(name, None, share)
    if not page.colour and ink_mm2 >= LEAST_INK_MM2 and shows_seal(ink.darkness[0][inside]):
        return SignatureReading(name, None, share)
    return SignatureReading(name, ink_mm2 >= LEAST_INK_MM2, share)


def _stroke_px(own: OwnInk) -> int:
    """Ink pixels of the components that are as long as a stroke."""
    total = 0
    for component in np.unique(own.component):
        chosen = own.component == component
        extent_px = float(np.hypot(np.ptp(own.row[chosen]) + 1, np.ptp(own.column[chosen]) + 1))
        if extent_px >= LEAST_STROKE_MM * INK_PX_PER_MM:
            total += int(chosen.sum())
    return total

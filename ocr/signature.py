"""Whether a signature area carries ink: never whose."""

import numpy as np

from ocr.cells import CellImage, PageTone
from ocr.ink import INK_PX_PER_MM, ink_of
from ocr.reading import SignatureReading
from ocr.strokes import own_ink

LEAST_STROKE_MM = 3.0
"""Extent of a component from which on it is a stroke of a signature: specks are below 1 mm."""

LEAST_INK_MM2 = 3.0
"""Ink of such components from which on there is a signature: the shortest initials have 5 mm² of
0.4 mm pen."""

NO_INK_MM2 = 1.0
"""Ink of such components up to which the area is empty; between the two it is open."""

SEAL_MM = 24.0
"""Extent of a component that may be a seal in a grey scan: the smallest official seals are round
with 30 mm (thông tư 08/2012/TT-BCA has 30-42 mm), of which worn ones leave arcs."""

SEAL_RED_MM2 = 15.0
"""Red ink from which on a seal lies over the area; beneath it thin or red pens may be hidden."""


def read_signature(name: str, area: CellImage, page: PageTone) -> SignatureReading:
    """Find pen strokes in the area, red ink left out when the scan has colour.

    ``present`` is None when there is a little ink only, when red is all there is (a seal without a
    signature, or a red pen), or when a scan without colour shows what may be a seal.
    """
    ink = ink_of([area], page)
    own = own_ink(ink)
    size_mm = (ink.bottom[0] - ink.top[0]) * (ink.right[0] - ink.left[0]) / INK_PX_PER_MM**2
    stroke_px, largest_mm = 0, 0.0
    for component in np.unique(own.component):
        chosen = own.component == component
        height = np.ptp(own.row[chosen]) + 1
        width = np.ptp(own.column[chosen]) + 1
        extent_mm = float(np.hypot(height, width)) / INK_PX_PER_MM
        if extent_mm >= LEAST_STROKE_MM:
            stroke_px += int(chosen.sum())
            if min(height, width) > 0.6 * max(height, width):
                largest_mm = max(largest_mm, extent_mm / np.sqrt(2))
    ink_mm2 = stroke_px / INK_PX_PER_MM**2
    share = float(ink_mm2 / max(size_mm, 1e-9))
    red = float(ink.red_mm2[0]) >= SEAL_RED_MM2
    seal = not page.colour and largest_mm >= SEAL_MM
    if seal or NO_INK_MM2 < ink_mm2 < LEAST_INK_MM2 or (red and ink_mm2 < LEAST_INK_MM2):
        return SignatureReading(name, None, share)
    return SignatureReading(name, ink_mm2 >= LEAST_INK_MM2, share)

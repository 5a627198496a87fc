"""The last word on a built form: its pixels. A box that a hand fills has a dark line on all four
sides and nothing inside, whatever the PDF's operators may say."""

import numpy as np
import numpy.typing as npt
import pypdfium2

from ocr.geometry import MM_PER_INCH, Rect
from ocr.layout import Box, Layout

DPI = 300
DARK = 128
"""Grey below this is a line (0.75 pt lines at 300 dpi: 3 px, at most 40)."""
BLANK = 245
"""Grey below this inside a box is print."""
LINE_REACH_MM = 0.5
"""A line is sought this far outside the inner edge."""
INSIDE_MM = 0.25
"""Kept off the edge when looking inside: anti-aliasing."""
SIDE_SHARE = 0.97
"""Share of a side that must be dark; corners may be rounded off by a pixel."""

Grey = npt.NDArray[np.uint8]
"""(height, width) uint8, 0 black, 255 white."""


def raster_faults(base_pdf: bytes, layout: Layout) -> list[str]:
    """What is wrong with the boxes of a base PDF as printed; one sentence a box, empty if none."""
    faults = []
    document = pypdfium2.PdfDocument(base_pdf)
    try:
        for page in layout.pages:
            bitmap = document[page.number - 1].render(scale=DPI / 72, grayscale=True)
            grey: Grey = np.asarray(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
            unions = {total.name for total in page.totals}
            for box in page.boxes:
                if box.name not in unions:
                    fault = _fault(grey, box)
                    faults += [f"ô {box.name} (trang {page.number}): {fault}"] if fault else []
    finally:
        document.close()
    return faults


def _fault(grey: Grey, box: Box) -> str:
    rows, columns = _pixels(box.rect.grown(-INSIDE_MM))
    if (grey[rows, columns] < BLANK).any():
        return "bên trong phải trắng"
    if box.name.startswith("signature/"):
        return ""
    outer_rows, outer_columns = _pixels(box.rect.grown(LINE_REACH_MM))
    sides = (
        grey[outer_rows.start : rows.start, columns].min(axis=0),
        grey[rows.stop : outer_rows.stop, columns].min(axis=0),
        grey[rows, outer_columns.start : columns.start].min(axis=1),
        grey[rows, columns.stop : outer_columns.stop].min(axis=1),
    )
    if any(float((side < DARK).mean()) < SIDE_SHARE for side in sides):
        return "phải có đường kẻ đen ở cả bốn cạnh"
    return ""


def _pixels(rect: Rect) -> tuple[slice, slice]:
    """Rows and columns of a rectangle in page mm."""
    scale = DPI / MM_PER_INCH
    return (
        slice(round(rect.y_mm * scale), round(rect.bottom_mm * scale)),
        slice(round(rect.x_mm * scale), round(rect.right_mm * scale)),
    )

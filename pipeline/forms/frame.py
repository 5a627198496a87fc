"""What stands on every page of every answer form for the reader's sake: four corner marks, the
place of the QR code, the footer. Drawn by the program, not by the template, so that a clerk's
change of a template cannot move it.

The top right stays free for the agency's digital signature (Nghị định 30/2020/NĐ-CP, Phụ lục I);
the QR stands in the binding margin of 30 mm, clear of punched holes (2 or 4 holes at 80 mm) and of
the folds of a letter. All in page millimetres.
"""

import io

from reportlab.pdfgen.canvas import Canvas

from ocr.geometry import Rect
from ocr.layout import Box, Fiducial
from pipeline.forms.typeface import REGULAR

PAGE_WIDTH_MM, PAGE_HEIGHT_MM = 210.0, 297.0
PT_PER_MM = 72 / 25.4

FIDUCIAL_MM = 4.0
FIDUCIAL_INSET_MM = 7.0
"""From the paper's edge to the mark's outer edge: office printers leave up to 5 mm blank."""
FIDUCIAL_LINE_MM = 0.9
"""Stroke of the hollow mark: a hole of 2.2 mm is plain at 150 dpi (13 px)."""
FIDUCIAL_CLEAR_MM = 2.5

CODE = Rect(8.8, 241.0, 18.0, 18.0)
"""The modules of the QR; 37 characters at level M are 25 modules of 0.72 mm. As far from the edge
of the paper as the table allows: with 20 mm at 6.5 mm, scans that were skewed by 3 degrees and
shifted by 3 mm lost a part of it (5 of 60)."""
CODE_QUIET_MM = 2.9
"""Four modules, as ISO/IEC 18004 wants them."""

FOOTER_Y_MM, FOOTER_HEIGHT_MM = 285.5, 4.5
FOOTER_NAME = Rect(30.0, FOOTER_Y_MM, 52.0, FOOTER_HEIGHT_MM)
FOOTER_CODE = Rect(84.0, FOOTER_Y_MM, 77.0, FOOTER_HEIGHT_MM)
FOOTER_LABEL = Rect(163.0, FOOTER_Y_MM, 32.0, FOOTER_HEIGHT_MM)
FOOTER_SIZE_PT = 9.0
FOOTER_BASELINE_MM = 1.4
"""Above the lower edge of the footer's areas."""


def fiducials() -> tuple[Fiducial, ...]:
    """The corner marks; the one at the bottom right is hollow, so the page's turn is plain."""
    near = FIDUCIAL_INSET_MM
    right = PAGE_WIDTH_MM - FIDUCIAL_INSET_MM - FIDUCIAL_MM
    bottom = PAGE_HEIGHT_MM - FIDUCIAL_INSET_MM - FIDUCIAL_MM
    return tuple(
        Fiducial(corner, Rect(x, y, FIDUCIAL_MM, FIDUCIAL_MM), hollow=corner == "bottom_right")
        for corner, x, y in (
            ("top_left", near, near),
            ("top_right", right, near),
            ("bottom_right", right, bottom),
            ("bottom_left", near, bottom),
        )
    )


def footer_fields() -> tuple[Box, ...]:
    """The areas of the footer that the printer fills on every page."""
    return Box("footer/name", FOOTER_NAME), Box("footer/code", FOOTER_CODE)


def reserved() -> tuple[Box, ...]:
    """Where a template must print nothing."""
    marks = tuple(
        Box(f"fiducial/{mark.corner}", mark.rect.grown(FIDUCIAL_CLEAR_MM)) for mark in fiducials()
    )
    label = Box("footer/label", FOOTER_LABEL)
    return (*marks, Box("code", CODE.grown(CODE_QUIET_MM)), *footer_fields(), label)


def draw_frame(form_id: str, pages: int) -> bytes:
    """A PDF with the corner marks and the footer's fixed words for each page of a form."""
    target = io.BytesIO()
    canvas = Canvas(
        target,
        pagesize=(PAGE_WIDTH_MM * PT_PER_MM, PAGE_HEIGHT_MM * PT_PER_MM),
        initialFontName=REGULAR,
        invariant=1,
    )
    for number in range(1, pages + 1):
        for mark in fiducials():
            _draw_fiducial(canvas, mark)
        canvas.setFont(REGULAR, FOOTER_SIZE_PT)
        canvas.drawRightString(
            FOOTER_LABEL.right_mm * PT_PER_MM,
            from_top_pt(FOOTER_LABEL.bottom_mm - FOOTER_BASELINE_MM),
            f"Mẫu {form_id} – Trang {number}/{pages}",
        )
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def from_top_pt(y_mm: float) -> float:
    """A height in page mm (from the top) as PDF points (from the bottom)."""
    return (PAGE_HEIGHT_MM - y_mm) * PT_PER_MM


def _draw_fiducial(canvas: Canvas, mark: Fiducial) -> None:
    line = FIDUCIAL_LINE_MM if mark.hollow else 0.0
    area = mark.rect.grown(-line / 2)
    canvas.setLineWidth(line * PT_PER_MM)
    canvas.rect(
        area.x_mm * PT_PER_MM,
        from_top_pt(area.bottom_mm),
        area.w_mm * PT_PER_MM,
        area.h_mm * PT_PER_MM,
        stroke=int(mark.hollow),
        fill=int(not mark.hollow),
    )

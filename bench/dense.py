"""A dense page: as many rows of marks as a page holds, printed and read as the forms are.

The large counts need hundreds of thousands of rows; a real page has 8 to 12 of a side. This form of
its own has 115 a page: five pairs of columns with cells of the sizes of 03A and 03B (16.7 mm wide,
9.4 to 22.8 mm high) under the corner marks and the code of the real forms, drawn by the same
functions. It has no text, totals or signatures: those are measured on the real sheets only.

A pair of columns is two sides (``1a``, ``1b``, ...), upper and lower half, so that a hand fills as
many rows here as on a page of the real forms.
"""

import hashlib
import io
from functools import cache

import numpy as np
import pikepdf
import pypdfium2 as pdfium

from ocr.code import SHEET_ID_LENGTH, PageCode, base32, signed
from ocr.geometry import Rect
from ocr.layout import Box, Layout, PageLayout
from pipeline.config import DEMO_KEY
from pipeline.forms.frame import (
    CODE,
    PAGE_HEIGHT_MM,
    PAGE_WIDTH_MM,
    PT_PER_MM,
    draw_frame,
    fiducials,
    footer_fields,
    from_top_pt,
)
from pipeline.forms.stamp import draw_code
from pipeline.forms.typeface import register
from pipeline.programs.fonts import font_folder
from samples.ink import Image
from samples.paper import MASTER_DPI

VALUES = ("dat", "chua_dat")
PAIRS = 5
RULE_MM = 0.265
"""The ruled lines of the built forms: 0.75 pt."""
WIDTH_MM = 16.74
HEIGHTS_MM = (
    *(9.402, 9.402, 13.882, 9.402, 9.402, 9.402, 18.362, 9.402, 9.402, 9.402, 13.882, 9.402),
    *(9.402, 9.402, 22.807, 9.402, 9.402, 9.402, 13.882, 9.402, 18.362, 9.402, 9.402),
)
"""Heights of the rows: those of the built forms, most often the lowest, as it is the hardest."""
LEFT_MM, TOP_MM = 29.8, 14.5
ROWS = len(HEIGHTS_MM)
UPPER_ROWS = 12
"""So many rows of a pair of columns belong to the first of its two sides."""


@cache
def dense_layout() -> Layout:
    """The layout of the dense form: one page."""
    boxes = tuple(
        Box(f"r{row:02}/{side_of(pair, row)}/{value}", cell_rect(pair, row, column))
        for row in range(ROWS)
        for pair in range(PAIRS)
        for column, value in enumerate(VALUES)
    )
    page = PageLayout(
        number=1,
        width_mm=PAGE_WIDTH_MM,
        height_mm=PAGE_HEIGHT_MM,
        boxes=boxes,
        fields=footer_fields(),
        fiducials=fiducials(),
        code=CODE,
    )
    return Layout("BENCH", "D", "DENSE1", (page,))


def side_of(pair: int, row: int) -> str:
    """The side that a row of a pair of columns belongs to: ``1a`` .. ``5b``."""
    return f"{pair + 1}{'a' if row < UPPER_ROWS else 'b'}"


def cell_rect(pair: int, row: int, column: int) -> Rect:
    """The inside of a cell; ``column`` is 0 or 1."""
    x = LEFT_MM + RULE_MM + (2 * pair + column) * (WIDTH_MM + RULE_MM)
    y = TOP_MM + RULE_MM + sum(HEIGHTS_MM[:row]) + row * RULE_MM
    return Rect(x, y, WIDTH_MM, HEIGHTS_MM[row])


def dense_code(number: int) -> PageCode:
    """The code of a dense page; every number has its own sheet."""
    layout = dense_layout()
    sheet = base32(hashlib.sha256(b"dense %d" % number).digest(), SHEET_ID_LENGTH)
    return signed(PageCode(*layout.key, sheet, 1), DEMO_KEY)


def dense_page(code: PageCode) -> Image:
    """The printed page at :data:`samples.paper.MASTER_DPI`, (H, W, 3) RGB."""
    with pikepdf.open(io.BytesIO(_base())) as pdf:
        pdf.pages[0].contents_add(pdf.make_stream(draw_code(code.text, CODE)))
        target = io.BytesIO()
        pdf.save(target)
    document = pdfium.PdfDocument(target.getvalue())
    try:
        bitmap = document[0].render(scale=MASTER_DPI / 72, rev_byteorder=True)
        return np.ascontiguousarray(bitmap.to_numpy()[..., :3])
    finally:
        document.close()


@cache
def _base() -> bytes:
    """The PDF of the form: corner marks, footer, rules."""
    register(font_folder())
    with pikepdf.open(io.BytesIO(draw_frame("D", 1))) as pdf:
        pdf.pages[0].contents_add(pdf.make_stream(_rules()))
        target = io.BytesIO()
        pdf.save(target)
    return target.getvalue()


def _rules() -> bytes:
    """PDF operators that draw the lines of the table as filled rectangles."""
    bottom = cell_rect(0, ROWS - 1, 0).bottom_mm + RULE_MM
    right = cell_rect(PAIRS - 1, 0, 1).right_mm + RULE_MM
    level = [cell_rect(0, row, 0).y_mm - RULE_MM for row in range(ROWS)] + [bottom - RULE_MM]
    upright = [
        cell_rect(pair, 0, column).x_mm - RULE_MM for pair in range(PAIRS) for column in (0, 1)
    ] + [right - RULE_MM]
    rects = [Rect(LEFT_MM, y, right - LEFT_MM, RULE_MM) for y in level]
    rects += [Rect(x, TOP_MM, RULE_MM, bottom - TOP_MM) for x in upright]
    drawn = " ".join(
        f"{r.x_mm * PT_PER_MM:.3f} {from_top_pt(r.bottom_mm):.3f} "
        f"{r.w_mm * PT_PER_MM:.3f} {r.h_mm * PT_PER_MM:.3f} re"
        for r in rects
    )
    return f"q 0 g {drawn} f Q\n".encode()

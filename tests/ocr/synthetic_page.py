"""A small form drawn by hand, for what must be tested without a real one: its layout and its
picture at any resolution."""

import cv2
import numpy as np
import numpy.typing as npt
import segno

from ocr.code import PageCode, signed
from ocr.geometry import Rect
from ocr.layout import Box, Fiducial, Layout, PageLayout

KEY = b"key of the tests"
WIDTH_MM, HEIGHT_MM = 210.0, 297.0
RULE_MM = 0.18
CODE_RECT = Rect(7.0, 250.0, 20.0, 20.0)
COLUMNS_MM = (112.0, 128.0, 144.0, 160.0, 176.0)
FIRST_ROW_MM = 60.0
SUPERSAMPLING = 4


def page_code(page: int = 1, sheet_id: str = "7K3QF9XM2A", version: str = "AAAAAA") -> PageCode:
    """A signed code of the synthetic form."""
    return signed(PageCode("TEST", "X1", version, sheet_id, page), KEY)


def layout(rows: int = 16, row_mm: float = 10.0, version: str = "AAAAAA") -> Layout:
    """The synthetic form: one page, ``rows`` contents, a total and a signature."""
    boxes = []
    for row in range(rows):
        top = FIRST_ROW_MM + row * row_mm
        for column, name in enumerate(("self/dat", "self/chua_dat", "ev/dat", "ev/chua_dat")):
            left = COLUMNS_MM[column]
            inner = Rect(left, top, COLUMNS_MM[column + 1] - left, row_mm).grown(-RULE_MM / 2)
            boxes.append(Box(f"I.{row + 1}/{name}", inner))
    bottom = FIRST_ROW_MM + rows * row_mm
    boxes.append(Box("total/self/dat", Rect(112, bottom, 16, 9).grown(-RULE_MM / 2)))
    boxes.append(Box("total/self/dat/tens", Rect(112, bottom, 5.5, 9).grown(-RULE_MM / 2)))
    boxes.append(Box("total/self/dat/units", Rect(117.5, bottom, 5.5, 9).grown(-RULE_MM / 2)))
    boxes.append(Box("signature/self", Rect(40, 255, 60, 25)))
    marks = tuple(
        Fiducial(corner, Rect(x, y, 4.0, 4.0), corner == "bottom_right")
        for corner, x, y in (
            ("top_left", 7.0, 7.0),
            ("top_right", WIDTH_MM - 11, 7.0),
            ("bottom_right", WIDTH_MM - 11, HEIGHT_MM - 11),
            ("bottom_left", 7.0, HEIGHT_MM - 11),
        )
    )
    page = PageLayout(1, WIDTH_MM, HEIGHT_MM, tuple(boxes), (), marks, CODE_RECT)
    return Layout("TEST", "X1", version, (page,))


def draw(form: Layout, code: PageCode, dpi: float) -> npt.NDArray[np.uint8]:
    """The blank printed page, (H, W) uint8."""
    page = form.pages[0]
    scale = dpi / 25.4 * SUPERSAMPLING
    size = (round(WIDTH_MM * dpi / 25.4), round(HEIGHT_MM * dpi / 25.4))
    large = np.full((size[1] * SUPERSAMPLING, size[0] * SUPERSAMPLING), 255, np.uint8)
    for box in page.boxes:
        if not box.name.startswith("signature/"):
            _fill(large, box.rect.grown(RULE_MM), scale)
    for box in page.boxes:
        if not box.name.startswith("total/") or box.name.count("/") == 3:
            _fill(large, box.rect, scale, 255)
    for mark in page.fiducials:
        _fill(large, mark.rect, scale)
        if mark.hollow:
            _fill(large, mark.rect.grown(-0.8), scale, 255)
    modules = np.array(list(segno.make(code.text, error="m", micro=False).matrix), dtype=bool)
    side = page.code.w_mm / len(modules)
    for y, x in np.argwhere(modules):
        _fill(large, Rect(page.code.x_mm + x * side, page.code.y_mm + y * side, side, side), scale)
    for line in range(20):
        x, y = int(30 * scale), int((30 + line * 9) * scale)
        text = "Noi dung danh gia duoc viet o day, ro rang"
        cv2.putText(large, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.09 * scale, (0,), 12)
    return cv2.resize(large, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _fill(picture: npt.NDArray[np.uint8], rect: Rect, scale: float, level: int = 0) -> None:
    left, top = round(rect.x_mm * scale), round(rect.y_mm * scale)
    right, bottom = round(rect.right_mm * scale), round(rect.bottom_mm * scale)
    picture[top:bottom, left:right] = level

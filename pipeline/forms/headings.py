"""That a box means what its tag says: the words a person reads beside and above it.

A clerk who swaps two tags or two headings would turn every answer round without any other test
noticing. Hence: above each column of marks stand its value and its side in cells as wide as the
column and the side; a result box has its value's word on its right; totals stand in the column they
sum up; signatures follow the order of the sides.
"""

from collections.abc import Sequence

from ocr.geometry import Rect
from ocr.layout import Box
from pipeline.forms.pdf_page import PdfPage
from pipeline.forms.ruling import MM_PER_PT, cell_at
from pipeline.forms.sets import FormSet

SAME_EDGE_MM = 0.5
"""Edges of a heading's cell and its column (LibreOffice: 0.0-0.1)."""


def heading_faults(page: PdfPage, boxes: Sequence[Box], form_set: FormSet) -> list[str]:
    """What is wrong with the words round the boxes of one page, one sentence each."""
    marks = [box for box in boxes if box.name.count("/") == 2 and _is_item(box.name)]
    columns = {
        (side.option_id, value.option_id): [
            box.rect for box in marks if box.name.endswith(f"/{side.option_id}/{value.option_id}")
        ]
        for side in form_set.sides
        for value in form_set.values
    }
    faults = _column_faults(page, columns, form_set) if marks else []
    rects = {box.name: box.rect for box in boxes}
    for (side_id, value_id), cells in columns.items():
        for digit in ("tens", "units"):
            total = rects.get(f"total/{side_id}/{value_id}/{digit}")
            if total and cells and not _spans(cells[0], total.centre[0]):
                faults.append(f"ô total/{side_id}/{value_id}/{digit}: không nằm trong cột của nó")
    return faults + _result_faults(page, rects, form_set) + _signature_faults(rects, form_set)


def _is_item(name: str) -> bool:
    return name.split("/", 1)[0] not in {"total", "overall", "signature"}


def _column_faults(
    page: PdfPage, columns: dict[tuple[str, str], list[Rect]], form_set: FormSet
) -> list[str]:
    """Headings of the columns of marks."""
    faults = []
    for side in form_set.sides:
        own = [columns[side.option_id, value.option_id] for value in form_set.values]
        if not all(own):
            faults.append(f"cột {side.option_id}: thiếu ô ở một giá trị")
            continue
        top = min(rect.y_mm for rects in own for rect in rects)
        left, right = (
            min(rects[0].x_mm for rects in own),
            max(rects[0].right_mm for rects in own),
        )
        wanted = [(side.option_id, side.label, left, right)]
        wanted += [
            (f"{side.option_id}/{value.option_id}", value.label, rects[0].x_mm, rects[0].right_mm)
            for value, rects in zip(form_set.values, own, strict=True)
        ]
        for name, label, x0, x1 in wanted:
            words = _words_above(page, x0, x1, top)
            if "".join(label.split()) not in words:
                found = ", ".join(words) or "không có chữ"
                faults.append(f"cột {name}: tiêu đề phải là “{label}”, trong mẫu là: {found}")
    return faults


def _words_above(page: PdfPage, left: float, right: float, top: float) -> list[str]:
    """Texts, without blanks, of the ruled cells above ``top`` that are as wide as the column."""
    cells: dict[Rect, list[str]] = {}
    for char in page.chars:
        if char.y_mm >= top or not left < char.x_mm < right:
            continue
        cell = cell_at(page.ruling, char.x_mm / MM_PER_PT, char.y_mm / MM_PER_PT)
        if (
            cell
            and abs(cell.x_mm - left) < SAME_EDGE_MM
            and abs(cell.right_mm - right) < SAME_EDGE_MM
        ):
            cells.setdefault(cell, []).append(char.text.strip())
    return ["".join(text) for text in cells.values()]


def _result_faults(page: PdfPage, rects: dict[str, Rect], form_set: FormSet) -> list[str]:
    """The words at the right of the result boxes."""
    faults = []
    boxes = [rect for name, rect in rects.items() if name.startswith("overall/")]
    for value in form_set.values:
        box = rects.get(f"overall/{value.option_id}")
        if box is None:
            continue
        end = min((r.x_mm for r in boxes if r.x_mm > box.right_mm and _beside(box, r)), default=1e9)
        text = "".join(
            char.text.strip()
            for char in page.chars
            if box.y_mm < char.y_mm < box.bottom_mm and box.right_mm < char.x_mm < end
        )
        if text != "".join(value.label.split()):
            faults.append(
                f"ô overall/{value.option_id}: chữ bên phải phải là “{value.label}”, "
                f"trong mẫu là “{text}”"
            )
    return faults


def _signature_faults(rects: dict[str, Rect], form_set: FormSet) -> list[str]:
    """Signatures from left to right, or from top to bottom, as the sides are listed."""
    names = (f"signature/{side.option_id}" for side in form_set.sides)
    areas = [rects[name] for name in names if name in rects]
    places = [(round(area.y_mm), area.x_mm) for area in areas]
    return [] if places == sorted(places) else ["ô signature: không theo thứ tự các bên đánh giá"]


def _beside(one: Rect, other: Rect) -> bool:
    return one.y_mm < other.centre[1] < one.bottom_mm


def _spans(column: Rect, x_mm: float) -> bool:
    return column.x_mm < x_mm < column.right_mm

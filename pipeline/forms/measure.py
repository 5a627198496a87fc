"""The layout of a form, measured from the PDF that is printed.

The docx is converted twice: clean, and with a token of 1 pt in each named cell (calibration). A
token tells where its cell is; the cell's edges are taken from the lines of the clean PDF. Whatever
does not come out exactly is a fault, and all faults are named at once.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ocr.code import base32
from ocr.geometry import Rect
from ocr.layout import Box, Layout, PageLayout, to_json
from pipeline.errors import BadSet
from pipeline.forms.fill import box_names, field_names
from pipeline.forms.frame import (
    CODE,
    PAGE_HEIGHT_MM,
    PAGE_WIDTH_MM,
    fiducials,
    footer_fields,
    reserved,
)
from pipeline.forms.headings import heading_faults
from pipeline.forms.pdf_page import Char, PdfPage, read_pages
from pipeline.forms.ruling import MM_PER_PT, Ruling, cell_at
from pipeline.forms.sets import AnswerForm, FormSet, PaperForm
from pipeline.forms.typeface import REGULAR, missing_letters

TOKEN = re.compile(r"@@(\d{4})@@")
ALLOWED_FONTS = re.compile(
    r"(?:[A-Z]{6}\+)?Liberation(Serif|Sans|Mono)(-(Bold|Italic|BoldItalic))?"
)
VERSION_LENGTH = 6

SAME_MM = 0.02
"""Clean and calibration cells may differ by this (measured: 0.00)."""
RIVAL_MM = (0.5, 2.6)
"""Another line this far beside a line of a cell could be taken for it: the reader looks 2 mm to
both sides (``ocr.register``), and needs half a millimetre of paper beside a line to see it."""
ALIGNED_MM = 0.1
"""Cells of one column may differ by this across rows and pages (measured: 0.02)."""
PAPER_MM = 0.1
"""The paper may differ by this from A4 (LibreOffice: 0.01)."""
_UNRULED = frozenset({"letterhead", "person", "signer", "signature"})
"""Names of cells whose lines the reader does not look for begin with these."""
SMALLEST_MARK_MM = (12.0, 8.5)
SMALLEST_BOX_MM = (5.0, 7.0)
SMALLEST_SIGNATURE_MM = (50.0, 25.0)
"""Width and height that a hand needs: marks, single boxes (digits, result), signatures."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A named cell on a page (0-based)."""

    name: str
    page: int
    rect: Rect


def tokens(form_set: FormSet, form: PaperForm) -> dict[str, str]:
    """Name of a cell -> the token that marks it in the calibration document."""
    names = (*box_names(form_set, form), *field_names(form_set, form))
    return {name: f"@@{number:04d}@@" for number, name in enumerate(names)}


def measure(clean: bytes, calibration: bytes, form_set: FormSet, form: PaperForm) -> Layout:
    """The layout of a form from its clean and its calibration PDF, self-tested.

    Raises BadSet naming the template and all faults: names missing, twice or not in a ruled cell
    of their own, cells that moved or are too small, columns out of line, other faces than
    Liberation, letters that it lacks, text lost, print where corner marks, QR or footer stand.
    The faces must have been registered (:func:`pipeline.forms.typeface.register`).
    """
    clean_pages, calibration_pages = read_pages(clean), read_pages(calibration)
    if len(clean_pages) != len(calibration_pages):
        raise BadSet(
            f"{form.template}: bản sạch có {len(clean_pages)} trang, "
            f"bản đo có {len(calibration_pages)} trang."
        )
    fields = field_names(form_set, form)
    found, faults = _locate(clean_pages, calibration_pages, tokens(form_set, form))
    faults += _shared_cells(found)
    faults += _sizes_and_columns(found, fields)
    faults += _rivals(clean_pages, found)
    faults += _page_faults(clean_pages, found)
    for number, page in enumerate(clean_pages):
        boxes = [Box(cell.name, cell.rect) for cell in found if cell.page == number]
        wrong = heading_faults(page, boxes, form_set)
        faults += [f"{fault} (trang {number + 1})" for fault in wrong]
    faults += _lost_text(clean_pages, form)
    if faults:
        raise BadSet(f"{form.template}: mẫu chưa dùng được:\n- " + "\n- ".join(faults))
    pages = tuple(
        _page_layout(number, [cell for cell in found if cell.page == number], fields)
        for number in range(len(clean_pages))
    )
    layout = Layout(form_set.code, form.form_id, "", pages)
    return replace(layout, version=_version(layout, [page.text for page in clean_pages]))


def _locate(
    clean: Sequence[PdfPage], calibration: Sequence[PdfPage], names: Mapping[str, str]
) -> tuple[list[_Found], list[str]]:
    """Each name's cell in the clean PDF, in the order of the names, and what went wrong."""
    places: dict[str, list[tuple[int, float, float]]] = {}
    for number, page in enumerate(calibration):
        for match in TOKEN.finditer(page.text):
            middle = page.chars[(match.start() + match.end()) // 2]
            places.setdefault(match[0], []).append((number, middle.x_mm, middle.y_mm))
    found, faults = [], []
    for name, token in names.items():
        at = places.get(token, [])
        if len(at) != 1:
            faults.append(
                f"ô {name}: thẻ có {len(at)} lần trong bản in, phải có đúng 1 lần"
                if at
                else f"ô {name}: không thấy thẻ trong bản in"
            )
            continue
        number, x, y = at[0]
        point = x / MM_PER_PT, y / MM_PER_PT
        cell, moved = (cell_at(pages[number].ruling, *point) for pages in (clean, calibration))
        if cell is None or moved is None:
            faults.append(f"ô {name} (trang {number + 1}): không có đủ bốn cạnh kẻ")
        elif not _same(cell, moved):
            faults.append(f"ô {name} (trang {number + 1}): bản sạch và bản đo lệch nhau")
        else:
            found.append(_Found(name, number, _as_filed(cell)))
    return found, faults


def _as_filed(rect: Rect) -> Rect:
    """To 0.001 mm, as layout files have it."""
    return Rect(*(round(v, 3) for v in (rect.x_mm, rect.y_mm, rect.w_mm, rect.h_mm)))


def _same(one: Rect, other: Rect) -> bool:
    return bool(abs(one.corners - other.corners).max() <= SAME_MM)


def _shared_cells(found: Sequence[_Found]) -> list[str]:
    """Names that lie in the same cell."""
    places = {cell.name: (cell.page, *(round(v, 1) for v in cell.rect.centre)) for cell in found}
    times = Counter(places.values())
    return [
        f"ô {name}: nằm chung ô với thẻ khác" for name, place in places.items() if times[place] > 1
    ]


def _sizes_and_columns(found: Sequence[_Found], fields: Sequence[str]) -> list[str]:
    """Cells too small for a hand, and columns of marks out of line."""
    faults = []
    columns: dict[str, Rect] = {}
    for cell in found:
        if cell.name in fields:
            continue
        kind, _, column = cell.name.partition("/")
        if kind == "signature":
            smallest = SMALLEST_SIGNATURE_MM
        elif kind in {"total", "overall"}:
            smallest = SMALLEST_BOX_MM
        else:
            smallest = SMALLEST_MARK_MM
            first = columns.setdefault(column, cell.rect)
            lefts, rights = cell.rect.x_mm - first.x_mm, cell.rect.right_mm - first.right_mm
            if max(abs(lefts), abs(rights)) > ALIGNED_MM:
                faults.append(f"ô {cell.name} (trang {cell.page + 1}): lệch khỏi cột của nó")
        if cell.rect.w_mm < smallest[0] or cell.rect.h_mm < smallest[1]:
            faults.append(
                f"ô {cell.name} (trang {cell.page + 1}): {cell.rect.w_mm:.1f} × "
                f"{cell.rect.h_mm:.1f} mm, cần ít nhất {smallest[0]:g} × {smallest[1]:g} mm"
            )
    return faults


def _rivals(pages: Sequence[PdfPage], found: Sequence[_Found]) -> list[str]:
    """Cells to mark or to write digits in that have two lines close together at a side."""
    faults = []
    for cell in found:
        if "/" not in cell.name or cell.name.split("/", 1)[0] in _UNRULED:
            continue
        ruling, rect = pages[cell.page].ruling, cell.rect
        sides = (
            (ruling.horizontal, (rect.y_mm, rect.bottom_mm), (rect.x_mm, rect.right_mm)),
            (ruling.vertical, (rect.x_mm, rect.right_mm), (rect.y_mm, rect.bottom_mm)),
        )
        near = [
            abs(rule.at * MM_PER_PT - edge)
            for rules, edges, (start, end) in sides
            for rule in rules
            for edge in edges
            if rule.start * MM_PER_PT < end - 1 and rule.end * MM_PER_PT > start + 1
        ]
        if any(RIVAL_MM[0] < distance < RIVAL_MM[1] for distance in near):
            faults.append(
                f"ô {cell.name} (trang {cell.page + 1}): có đường kẻ khác sát cạnh ô, phải cách "
                f"ít nhất {RIVAL_MM[1]:g} mm"
            )
    return faults


def _page_faults(pages: Sequence[PdfPage], found: Sequence[_Found]) -> list[str]:
    """Wrong paper, foreign faces, print in cells or where the program prints."""
    faults = []
    for number, page in enumerate(pages):
        off = abs(page.width_mm - PAGE_WIDTH_MM), abs(page.height_mm - PAGE_HEIGHT_MM)
        if max(off) > PAPER_MM:
            faults.append(f"trang {number + 1}: không phải khổ A4 đứng")
        fonts = sorted({c.font for c in page.chars if not ALLOWED_FONTS.fullmatch(c.font)})
        if fonts:
            faults.append(f"trang {number + 1}: phông chữ không được dùng: {', '.join(fonts)}")
        # LibreOffice prints a box for a letter that the face lacks, under the face's name.
        missing = missing_letters("".join(page.text.split()), REGULAR)
        if missing:
            faults.append(f"trang {number + 1}: phông chữ in phiếu không có ký tự {missing}")
        cells = [Box(cell.name, cell.rect) for cell in found if cell.page == number]
        blank = (*cells, *reserved())
        faults += [
            f"{box.name} (trang {number + 1}): phải để trống, nhưng có chữ"
            for box in blank
            if any(_inside(box.rect, char) for char in page.chars)
        ]
        faults += [
            f"{box.name} (trang {number + 1}): phải để trống, nhưng có đường kẻ"
            for box in reserved()
            if _crossed(page.ruling, box.rect)
        ]
    return faults


def _inside(rect: Rect, char: Char) -> bool:
    """Whether a visible letter stands in an area."""
    return bool(
        char.text.strip()
        and rect.x_mm < char.x_mm < rect.right_mm
        and rect.y_mm < char.y_mm < rect.bottom_mm
    )


def _crossed(ruling: Ruling, area: Rect) -> bool:
    """Whether a line passes through an area."""
    x0, x1, y0, y1 = (
        value / MM_PER_PT for value in (area.x_mm, area.right_mm, area.y_mm, area.bottom_mm)
    )
    return any(y0 < r.at < y1 and r.start < x1 and r.end > x0 for r in ruling.horizontal) or any(
        x0 < r.at < x1 and r.start < y1 and r.end > y0 for r in ruling.vertical
    )


def _lost_text(pages: Sequence[PdfPage], form: PaperForm) -> list[str]:
    """Contents whose text the PDF has not (a glyph fall-back, a row cut off, a tag forgotten)."""
    printed = ["".join(page.text.split()) for page in pages]
    wanted = {"title": form.title[0]}
    if isinstance(form, AnswerForm):
        wanted |= {item.item_id: item.text for item in form.items}
        wanted |= {"total_label": form.total_label, "result_label": form.result_label}
        wanted["footnote"] = form.footnote
    return [
        f"{name}: bản in không có đúng câu chữ này"
        for name, text in wanted.items()
        if not any("".join(text.split()) in page for page in printed)
    ]


def _page_layout(number: int, found: Sequence[_Found], fields: Sequence[str]) -> PageLayout:
    boxes: list[Box] = []
    answers = (cell for cell in found if cell.name not in fields)
    for total, cells in groupby(answers, key=lambda cell: _total_name(cell.name)):
        group = [Box(cell.name, cell.rect) for cell in cells]
        if total:
            boxes.append(Box(total, _union([box.rect for box in group])))
        boxes += group
    return PageLayout(
        number=number + 1,
        width_mm=PAGE_WIDTH_MM,
        height_mm=PAGE_HEIGHT_MM,
        boxes=tuple(boxes),
        fields=(
            *(Box(cell.name, cell.rect) for cell in found if cell.name in fields),
            *footer_fields(),
        ),
        fiducials=fiducials(),
        code=CODE,
    )


def _total_name(name: str) -> str:
    """``total/self/dat`` for its digit boxes, empty for other cells."""
    return name.rpartition("/")[0] if name.startswith("total/") else ""


def _union(rects: Sequence[Rect]) -> Rect:
    x, y = min(rect.x_mm for rect in rects), min(rect.y_mm for rect in rects)
    right, bottom = max(rect.right_mm for rect in rects), max(rect.bottom_mm for rect in rects)
    return _as_filed(Rect(x, y, right - x, bottom - y))


def _version(layout: Layout, texts: Sequence[str]) -> str:
    """Hash of geometry (to 0.01 mm) and text, so that the same form built again has its version."""
    geometry = json.dumps(_rounded(to_json(layout)["pages"]), sort_keys=True)
    digest = hashlib.sha256("\n".join([geometry, *texts]).encode()).digest()
    return base32(digest, VERSION_LENGTH)


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 2)
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    return value

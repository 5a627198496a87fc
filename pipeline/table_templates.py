"""Empty tables to fill in: the headings that imports know, and how to fill them in."""

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.people import BLOCKS, GROUPS, HEADER_STYLES, LEAVE_REASONS, MANAGED_BY
from pipeline.tables import COLUMNS, SHEET_NAMES

ROSTER = ("people", "units")
RATINGS = ("monthly", "annual", "commitments", "achievements")

_HELP = "Hướng dẫn"
_BOLD = Font(name="Times New Roman", size=12, bold=True)
_PLAIN = Font(name="Times New Roman", size=12)
_FILL = PatternFill("solid", fgColor="E8EEF5")
_MIN_WIDTH = 14


def _words(labels: Mapping[str, str]) -> str:
    return "Một trong: " + "; ".join(f"{key} ({label})" for key, label in labels.items())


_HOW = {
    "birth_date": "dd/mm/yyyy, hoặc chỉ năm",
    "group": _words(GROUPS),
    "party_member": "x nếu là đảng viên, để trống nếu không",
    "managed_by": _words(MANAGED_BY),
    "manager_id": "Mã CBCCVC của người quản lý trực tiếp",
    "evaluator_id": "Mã CBCCVC của người có thẩm quyền đánh giá",
    "order": "Số thứ tự trong danh sách; để trống thì xếp theo tên",
    "block": _words(BLOCKS),
    "header_style": _words(HEADER_STYLES),
    "month": "mm/yyyy, ví dụ 10/2026",
    "class": "A, B, C, D hoặc tên mức xếp loại",
    "discipline": "Điểm ý thức tổ chức kỷ luật, 0 đến 20; dùng dấu phẩy thập phân được",
    "reason": _words(LEAVE_REASONS) + "; hoặc để trống",
    "year": "Ví dụ 2026",
    "signed_on": "dd/mm/yyyy",
    "period": "Ví dụ 2026-Q4 hoặc Quý IV/2026",
}


def empty_tables(kinds: Sequence[str]) -> bytes:
    """A workbook with an empty table of each kind (keys of :data:`pipeline.tables.COLUMNS`) and a
    sheet that says how to fill them in, which imports pass over."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)  # noqa: S101 - a new workbook has one sheet of cells
    for number, kind in enumerate(kinds):
        sheet = first if number == 0 else book.create_sheet()
        sheet.title = SHEET_NAMES[kind]
        _row(sheet, 1, [column.label for column in COLUMNS[kind]], heading=True)
        sheet.freeze_panes = "A2"
        for position, column in enumerate(COLUMNS[kind], start=1):
            letter = get_column_letter(position)
            sheet.column_dimensions[letter].width = max(_MIN_WIDTH, len(column.label) + 4)
            sheet.column_dimensions[letter].number_format = "@"  # ids keep their leading zeros
    _explain(book.create_sheet(_HELP), kinds)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _explain(sheet: Worksheet, kinds: Sequence[str]) -> None:
    _row(sheet, 1, ["Trang tính", "Cột", "Bắt buộc", "Cách điền"], heading=True)
    row = 1
    for kind in kinds:
        for column in COLUMNS[kind]:
            row += 1
            needed = "x" if column.required else ""
            how = _HOW.get(column.column_id, "")
            _row(sheet, row, [SHEET_NAMES[kind], column.label, needed, how])
    for letter, width in zip("ABCD", (14, 26, 10, 100), strict=True):
        sheet.column_dimensions[letter].width = width


def _row(sheet: Worksheet, row: int, values: Sequence[str], *, heading: bool = False) -> None:
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(row, column, value)
        cell.font = _BOLD if heading else _PLAIN
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if heading:
            cell.fill = _FILL

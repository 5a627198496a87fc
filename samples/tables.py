"""Writes the sample roster and ratings as an office would hand them in: XLSX and CSV.

The same data gives the same bytes. Cells are typed the ways people type them (dates as dates and as
text, classes as letters and as names, decimal commas), all of them allowed by the table contract.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from pipeline.people import LEAVE_REASONS, Person
from pipeline.ratings import MonthlyRating
from samples.ratings import sample_annual, sample_commitments, sample_monthly
from samples.roster import SEED, UNITS, typed_people

Cell = str | int | date | None
Rows = Sequence[Sequence[Cell]]

_PEOPLE = {
    "person_id": "Mã CBCCVC",
    "full_name": "Họ và tên",
    "birth_date": "Ngày sinh",
    "position": "Chức vụ",
    "unit_id": "Mã đơn vị",
    "group": "Nhóm",
    "party_member": "Đảng viên",
    "managed_by": "Diện quản lý",
    "manager_id": "Mã quản lý trực tiếp",
    "evaluator_id": "Mã người đánh giá",
    "order": "Thứ tự",
}
_UNITS = {
    "unit_id": "Mã đơn vị",
    "name": "Tên đơn vị",
    "parent_name": "Tên đơn vị chủ quản",
    "block": "Khối",
    "level": "Cấp",
    "header_style": "Tiêu ngữ",
    "place": "Địa danh",
    "head_title": "Chức danh thủ trưởng",
}
_LETTERS = {
    "hoan_thanh_xuat_sac": "A",
    "hoan_thanh_tot": "B",
    "hoan_thanh": "C",
    "khong_hoan_thanh": "D",
}
_LEVEL_NAMES = {
    "hoan_thanh_xuat_sac": "Hoàn thành xuất sắc nhiệm vụ",
    "hoan_thanh_tot": "Hoàn thành tốt nhiệm vụ",
    "hoan_thanh": "Hoàn thành nhiệm vụ",
    "khong_hoan_thanh": "Không hoàn thành nhiệm vụ",
}
_FIXED_TIME = (2026, 1, 1, 0, 0, 0)


def roster_xlsx(seed: int = SEED) -> bytes:
    """A workbook with the sheets ``people`` (Vietnamese headings) and ``units`` (ids)."""
    people = [
        [
            person.person_id,
            person.full_name,
            _typed_birth(person.birth_date, number),
            person.position,
            person.unit_id,
            person.group,
            ("x" if number % 2 else "có") if person.party_member else None,
            person.managed_by,
            person.manager_id or None,
            person.evaluator_id or None,
            person.order,
        ]
        for number, person in enumerate(typed_people(seed))
    ]
    units = [[getattr(unit, column) for column in _UNITS] for unit in UNITS]
    return _workbook({"people": (list(_PEOPLE.values()), people), "units": (list(_UNITS), units)})


def ratings_xlsx(seed: int = SEED) -> bytes:
    """A workbook with the sheets ``monthly``, ``annual`` and ``commitments``."""
    monthly = [
        [
            rating.person_id,
            f"{rating.month:02d}/{rating.year}" if number % 5 == 0 else _month(rating),
            _typed_level(rating.level, number),
            _typed_points(rating.discipline),
            (LEAVE_REASONS[rating.reason] if number % 2 else rating.reason)
            if rating.reason
            else None,
        ]
        for number, rating in enumerate(sample_monthly(seed))
    ]
    annual: Rows = [[r.person_id, r.year, _LETTERS[r.level]] for r in sample_annual(seed)]
    signed: Rows = [
        [c.person_id, c.year, date.fromisoformat(c.signed_on)] for c in sample_commitments(seed)
    ]
    return _workbook(
        {
            "monthly": (
                ["Mã CBCCVC", "Tháng", "Xếp loại", "Điểm ý thức kỷ luật", "Lý do"],
                monthly,
            ),
            "annual": (["person_id", "year", "class"], annual),
            "commitments": (["person_id", "year", "signed_on"], signed),
        }
    )


def people_csv(seed: int = SEED) -> bytes:
    """The people once more as CSV: UTF-8, commas, headings are ids."""
    return _csv(_PEOPLE, (_as_text(person) for person in typed_people(seed)))


def units_csv() -> bytes:
    """The units once more as CSV."""
    return _csv(_UNITS, ([getattr(unit, column) for column in _UNITS] for unit in UNITS))


def _as_text(person: Person) -> list[str]:
    row = [getattr(person, column) for column in _PEOPLE]
    row[list(_PEOPLE).index("party_member")] = "1" if person.party_member else ""
    return [str(value) for value in row]


def _csv(headings: Iterable[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def _typed_birth(birth: str, number: int) -> Cell:
    """A year as a number, most dates as Excel dates, every third as text."""
    if "/" not in birth:
        return int(birth)
    day, month, year = (int(part) for part in birth.split("/"))
    if number % 3 == 0:
        return f"{day:02d}/{month:02d}/{year}"
    return date(year, month, day)


def _month(rating: MonthlyRating) -> str:
    return f"{rating.year}-{rating.month:02d}"


def _typed_level(level: str, number: int) -> str:
    return (_LETTERS[level], _LEVEL_NAMES[level], level)[0 if number % 4 else number // 4 % 3]


def _typed_points(points: Decimal | None) -> Cell:
    """Whole points as a number, others as text with a decimal comma."""
    if points is None:
        return None
    return int(points) if points == points.to_integral() else str(points).replace(".", ",")


def _workbook(sheets: dict[str, tuple[Sequence[str], Rows]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, (headings, rows) in sheets.items():
        sheet = book.create_sheet(title)
        sheet.append(list(headings))
        for row in rows:
            sheet.append(list(row))
        for index, heading in enumerate(headings, start=1):
            longest = max([len(heading), *(len(str(row[index - 1] or "")) for row in rows)])
            sheet.column_dimensions[get_column_letter(index)].width = min(longest, 40) + 3
            for cell in sheet[get_column_letter(index)]:
                if isinstance(cell.value, date):
                    cell.number_format = "dd/mm/yyyy"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            sheet.cell(1, index).font = Font(bold=True)
        sheet.freeze_panes = "A2"
    target = io.BytesIO()
    book.save(target)
    return _without_times(target.getvalue())


def _without_times(xlsx: bytes) -> bytes:
    """The same workbook with the time of writing taken out of its parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx)) as source, zipfile.ZipFile(target, "w") as out:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                stamp = b"2026-01-01T00:00:00Z"
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, content)
            out.writestr(
                zipfile.ZipInfo(name, _FIXED_TIME), content, zipfile.ZIP_DEFLATED, compresslevel=9
            )
    return target.getvalue()

"""Tables of the office: which columns they have, and rows by column from XLSX and CSV files.

The kinds are those of the contract - people, units, monthly and annual ratings, commitments - and
achievements, the texts of ad hoc award lists.
Headings are column ids or Vietnamese names in any order; small and capital letters, diacritics,
blanks, Unicode form and a remark in brackets make no difference. Titles above the heading row are
passed over. What a sheet holds is told by its name, else by its headings.

A column that is not known is left out and said so in ``notes``, unless its heading looks like a
mistyped column of the table: that is a complaint, because leaving it out would lose data unseen.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipeline.errors import BadInput, Complaint
from pipeline.spreadsheets import EMPTY, Cell, Sheet, read_sheets


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a kind of table: its id, its Vietnamese name and other spellings of it."""

    column_id: str
    label: str
    required: bool = False
    also: tuple[str, ...] = ()


_PERSON_ID = Column("person_id", "Mã CBCCVC", required=True, also=("Mã CBCCVC, NLĐ", "Mã cán bộ"))
_UNIT_ID = Column("unit_id", "Mã đơn vị", required=True)
_CLASS = Column("class", "Xếp loại", required=True)
_YEAR = Column("year", "Năm", required=True)

COLUMNS: dict[str, tuple[Column, ...]] = {
    "people": (
        _PERSON_ID,
        Column("full_name", "Họ và tên", required=True, also=("Họ tên",)),
        Column("birth_date", "Ngày sinh", also=("Ngày tháng năm sinh", "Năm sinh")),
        Column("position", "Chức vụ", also=("Chức vụ, chức danh",)),
        _UNIT_ID,
        Column("group", "Nhóm", required=True),
        Column("party_member", "Đảng viên"),
        Column("managed_by", "Diện quản lý"),
        Column("manager_id", "Mã quản lý trực tiếp", also=("Mã người quản lý trực tiếp",)),
        Column("evaluator_id", "Mã người đánh giá"),
        Column("order", "Thứ tự"),
    ),
    "units": (
        _UNIT_ID,
        Column("name", "Tên đơn vị", required=True),
        Column("parent_name", "Tên đơn vị chủ quản", also=("Đơn vị chủ quản",)),
        Column("block", "Khối", required=True),
        Column("level", "Cấp"),
        Column("header_style", "Tiêu ngữ"),
        Column("place", "Địa danh"),
        Column("head_title", "Chức danh thủ trưởng"),
    ),
    "monthly": (
        _PERSON_ID,
        Column("month", "Tháng", required=True),
        _CLASS,
        Column("discipline", "Điểm ý thức kỷ luật", also=("Điểm ý thức kỉ luật",)),
        Column("reason", "Lý do", also=("Lí do",)),
    ),
    "annual": (_PERSON_ID, _YEAR, _CLASS),
    "commitments": (
        _PERSON_ID,
        _YEAR,
        Column("signed_on", "Ngày ký", required=True, also=("Ngày kí",)),
    ),
    "achievements": (
        _PERSON_ID,
        Column("period", "Quý", required=True, also=("Kỳ", "Kỳ đánh giá")),
        Column("achievement", "Trích ngang thành tích", required=True, also=("Thành tích",)),
    ),
}

SHEET_NAMES = {
    "people": "CBCCVC",
    "units": "Đơn vị",
    "monthly": "Tháng",
    "annual": "Năm",
    "commitments": "Cam kết",
    "achievements": "Thành tích",
}

# Sheets that hold no table: how to fill in, lists for drop-down cells.
_PASSED_SHEETS = frozenset({"huong dan", "ghi chu", "danh muc", "readme"})
# Columns every office has and nothing here needs; they are left out without suspicion.
_HARMLESS = frozenset(
    {"stt", "tt", "so tt", "so thu tu", "ghi chu", "note", "gioi tinh", "ho", "ten", "tong diem"}
    | {"total points", "don vi", "don vi cong tac"}
)
_HEADING_ROWS = 10  # filled rows among which the heading row is looked for
_LOOKS_LIKE = 0.8  # difflib ratio from which a heading counts as mistyped; "dang vin" has 0.94


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number as the spreadsheet shows it, and its cells by column id."""

    number: int
    cells: dict[str, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet or CSV file as a table of one kind (a key of :data:`COLUMNS`).

    ``sheet`` is empty for a CSV. ``headings`` are the headings as they stand in the file, by
    column id. ``complaints`` are about the table itself; ``notes`` say what was left out.
    """

    file: str
    sheet: str
    kind: str
    headings: dict[str, str]
    rows: tuple[Row, ...]
    complaints: tuple[Complaint, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """File and sheet, in words."""
        return _place(self.file, self.sheet)


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables of some files, in order; ``complaints`` are about files and unknown sheets."""

    tables: tuple[Table, ...]
    complaints: tuple[Complaint, ...] = ()

    def of(self, *kinds: str) -> tuple[Table, ...]:
        """The tables of these kinds, in the order of the files."""
        return tuple(table for table in self.tables if table.kind in kinds)

    def faults(self, *kinds: str) -> list[Complaint]:
        """What is wrong with the files, with the tables of these kinds, or that there is none."""
        found = list(self.complaints)
        tables = self.of(*kinds)
        for table in tables:
            found += table.complaints
        if not found and not tables:
            wanted = ", ".join(f"“{SHEET_NAMES[kind]}” ({kind})" for kind in kinds)
            found.append(Complaint("", "", 0, "", "", f"không có bảng nào trong số: {wanted}"))
        return found


def read_tables(paths: Iterable[Path]) -> Tables:
    """Read XLSX and CSV files. Never raises for their content: faults are ``complaints``."""
    tables: list[Table] = []
    complaints: list[Complaint] = []
    for path in paths:
        try:
            sheets = read_sheets(path)
        except BadInput as fault:
            complaints.append(Complaint(path.name, "", 0, "", "", str(fault)))
            continue
        filled = [sheet for sheet in sheets if sheet.rows]
        if not filled:
            complaints.append(Complaint(path.name, "", 0, "", "", "tệp không có dữ liệu nào"))
        for sheet in filled:
            if folded(sheet.name) in _PASSED_SHEETS:
                continue
            table = _table(path.name, sheet)
            if isinstance(table, Complaint):
                complaints.append(table)
            else:
                tables.append(table)
    return Tables(tuple(tables), tuple(complaints))


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A text for comparing words of a fixed list: no diacritics, small letters, single spaces.

    A remark in brackets, signs and underscores do not count: ``Ngày sinh (dd/mm/yyyy)``,
    ``ngay_sinh`` and ``NGÀY SINH`` are one. Old and new placing of tones are one, too.
    """
    plain = unicodedata.normalize("NFD", re.sub(r"\([^)]*\)", " ", text).casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char)).replace("đ", "d")
    return " ".join(re.sub(r"[\W_]+", " ", plain).split())


def _columns_by_name(kind: str) -> dict[str, Column]:
    return {
        folded(name): column
        for column in COLUMNS[kind]
        for name in (column.column_id, column.label, *column.also)
    }


_BY_NAME = {kind: _columns_by_name(kind) for kind in COLUMNS}
_KIND_BY_SHEET = {
    folded(name): kind for kind, label in SHEET_NAMES.items() for name in (kind, label)
}


def _table(file: str, sheet: Sheet) -> Table | Complaint:
    kind = _KIND_BY_SHEET.get(folded(sheet.name))
    index = _heading_index(sheet, [kind] if kind else list(COLUMNS))
    heading_row, heading_cells = sheet.rows[index]
    headings = [cell.text for cell in heading_cells]
    if kind is None:
        kind = _kind_by_headings(headings)
    if kind is None:
        return Complaint(file, sheet.name, heading_row, "", "", _UNKNOWN_TABLE)
    positions, complaints, notes = _columns(file, sheet.name, heading_row, headings, kind)
    rows: list[Row] = []
    for number, cells in sheet.rows[index + 1 :]:
        rows.append(
            Row(
                number,
                {
                    column_id: cells[position] if position < len(cells) else EMPTY
                    for column_id, position in positions.items()
                },
            )
        )
        complaints += _stray_cells(file, sheet.name, number, cells, headings)
    if not rows:
        notes.append(f"{_place(file, sheet.name)}: bảng không có dòng dữ liệu nào")
    return Table(
        file,
        sheet.name,
        kind,
        {column_id: headings[position] for column_id, position in positions.items()},
        tuple(rows),
        tuple(complaints),
        tuple(notes),
    )


def _place(file: str, sheet: str) -> str:
    return f"“{file}”, trang “{sheet}”" if sheet else f"“{file}”"


def _heading_index(sheet: Sheet, kinds: Sequence[str]) -> int:
    """Which of the first filled rows has most known headings; the first when none has two."""
    best, most = 0, 1
    for index, (_, cells) in enumerate(sheet.rows[:_HEADING_ROWS]):
        names = [folded(cell.text) for cell in cells]
        known = max(sum(name in _BY_NAME[kind] for name in names) for kind in kinds)
        if known > most:
            best, most = index, known
    return best


def _kind_by_headings(headings: Sequence[str]) -> str | None:
    """The one kind that fits best: all required columns first, then most columns known."""
    scores: dict[str, tuple[bool, int]] = {}
    for kind, columns in COLUMNS.items():
        known = {
            _BY_NAME[kind][folded(heading)].column_id
            for heading in headings
            if folded(heading) in _BY_NAME[kind]
        }
        complete = all(column.column_id in known for column in columns if column.required)
        scores[kind] = (complete, len(known))
    best = max(scores.values())
    winners = [kind for kind, score in scores.items() if score == best]
    return winners[0] if len(winners) == 1 and best[1] >= 2 else None


def _required(kind: str) -> str:
    return ", ".join(column.label for column in COLUMNS[kind] if column.required)


_UNKNOWN_TABLE = (
    "không biết đây là bảng gì: đặt tên trang tính là "
    + ", ".join(f"“{label}”" for label in SHEET_NAMES.values())
    + ", hoặc dùng đúng tiêu đề cột; các cột bắt buộc là "
    + "; ".join(f"{SHEET_NAMES[kind]}: {_required(kind)}" for kind in COLUMNS)
)


def _columns(
    file: str, sheet: str, row: int, headings: Sequence[str], kind: str
) -> tuple[dict[str, int], list[Complaint], list[str]]:
    """Column id -> 0-based position; complaints about headings; notes about what is left out."""
    positions: dict[str, int] = {}
    complaints: list[Complaint] = []
    notes: list[str] = []
    unknown: list[str] = []
    for position, heading in enumerate(headings):
        column = _BY_NAME[kind].get(folded(heading))
        if column is None:
            if heading:
                unknown.append(heading)
        elif column.column_id in positions:
            reason = f"hai cột cùng là “{column.label}”; xóa hoặc đổi tên một cột"
            complaints.append(Complaint(file, sheet, row, heading, "", reason))
        else:
            positions[column.column_id] = position
    absent = {c.label: c for c in COLUMNS[kind] if c.column_id not in positions}
    for heading in unknown:
        meant = _meant(heading, list(absent.values()))
        if meant is None:
            notes.append(f"{_place(file, sheet)}: bỏ qua cột “{heading}”")
        else:
            reason = f"không có cột tên này; nếu là “{meant.label}” thì sửa lại tiêu đề"
            complaints.append(Complaint(file, sheet, row, heading, "", reason))
    for label, column in absent.items():
        if column.required:
            reason = f"thiếu cột bắt buộc “{label}” ({column.column_id}); thêm cột này"
            complaints.append(Complaint(file, sheet, row, label, "", reason))
        else:
            notes.append(f"{_place(file, sheet)}: không có cột “{label}”, coi như để trống")
    return positions, complaints, notes


def _meant(heading: str, absent: Sequence[Column]) -> Column | None:
    """The absent column this heading seems to be a slip of the pen for, if any."""
    name = folded(heading)
    if name in _HARMLESS:
        return None
    for column in absent:
        for known in (column.column_id, column.label, *column.also):
            if difflib.SequenceMatcher(None, name, folded(known)).ratio() >= _LOOKS_LIKE:
                return column
    return None


def _stray_cells(
    file: str, sheet: str, number: int, cells: Sequence[Cell], headings: Sequence[str]
) -> list[Complaint]:
    """Cells under no heading: mostly a decimal comma that split a cell of a CSV in two."""
    return [
        Complaint(
            file,
            sheet,
            number,
            _letters(position),
            cell.text,
            "ô nằm ngoài các cột có tiêu đề (trong CSV: giá trị có dấu phẩy phải đặt trong "
            "dấu ngoặc kép); xóa ô này hoặc thêm tiêu đề cột",
        )
        for position, cell in enumerate(cells)
        if cell.text and (position >= len(headings) or not headings[position])
    ]


def _letters(position: int) -> str:
    """The name a spreadsheet gives to the column at a 0-based position: A, B, ... AA."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name

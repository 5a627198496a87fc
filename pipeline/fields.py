"""From the cells of a table's rows to values, gathering every fault on the way.

A reading function returns the value, or None after a complaint was noted; the caller goes on with
the row so that all its faults are told at once.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pipeline.errors import BadTable, Complaint
from pipeline.periods import Period
from pipeline.spreadsheets import EMPTY, Cell
from pipeline.tables import COLUMNS, Row, Table, folded

FIRST_YEAR, LAST_YEAR = 2000, 2099
"""Years of ratings and commitments; what lies outside is a slip of the pen."""
MAX_TEXT = 300
"""Characters of a text. The longest post of the samples has 150; forms take two lines."""

# Ids become parts of file names: no blanks, no folders, no leading dot or hyphen.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_DMY = re.compile(r"(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})")
_YMD = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
_MONTHS = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})"),
    re.compile(r"(?:thang )?(?P<month>[0-9]{1,2})\s?[/-]\s?(?P<year>[0-9]{4})"),
    re.compile(r"thang (?P<month>[0-9]{1,2}) nam (?P<year>[0-9]{4})"),
)
_NUMBER = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,2})?")
_YES = frozenset({"x", "có", "co", "1", "true"})
_NO = frozenset({"", "không", "khong", "0", "false"})


@dataclass
class Faults:
    """The complaints of one run over tables."""

    complaints: list[Complaint] = field(default_factory=list)

    def at(self, table: Table, row: Row, column_id: str, reason: str, *, value: str = "") -> None:
        """Note a fault of a cell."""
        heading = table.headings.get(column_id) or _label(table.kind, column_id)
        self.complaints.append(
            Complaint(table.file, table.sheet, row.number, heading, value, reason)
        )

    def raise_any(self) -> None:
        """Raise :class:`BadTable` with all faults, if there are any: sheet by sheet, row by row."""
        if not self.complaints:
            return
        sheets: dict[tuple[str, str], int] = {}
        for one in self.complaints:
            sheets.setdefault((one.file, one.sheet), len(sheets))
        ordered = sorted(self.complaints, key=lambda one: (sheets[one.file, one.sheet], one.row))
        raise BadTable(tuple(ordered))


def _label(kind: str, column_id: str) -> str:
    return next(column.label for column in COLUMNS[kind] if column.column_id == column_id)


@dataclass(frozen=True, slots=True)
class Fields:
    """The cells of one row, read by column id; faults go to ``faults``."""

    table: Table
    row: Row
    faults: Faults

    def _cell(self, column_id: str, *, private: bool = False) -> Cell | None:
        cell = self.row.cells.get(column_id, EMPTY)
        if cell.fault:
            self.complain(column_id, cell.fault, value="" if private else None)
            return None
        return cell

    def complain(self, column_id: str, reason: str, *, value: str | None = None) -> None:
        """Note a fault of this row; ``value`` is what the cell shows unless given."""
        shown = self.row.cells.get(column_id, EMPTY).text if value is None else value
        self.faults.at(self.table, self.row, column_id, reason, value=shown)

    def seen_from(self, other: "Fields") -> str:
        """Where this row is, in words; file and sheet only when the other row is elsewhere."""
        same = (self.table.file, self.table.sheet) == (other.table.file, other.table.sheet)
        return f"dòng {self.row.number}" + ("" if same else f" của {self.table.place}")

    def text(
        self,
        column_id: str,
        *,
        required: bool = False,
        private: bool = False,
        longest: int = MAX_TEXT,
    ) -> str | None:
        """The text of the cell, empty when it is; of at most ``longest`` characters.

        A ``private`` one is not shown in complaints.
        """
        cell = self._cell(column_id, private=private)
        if cell is None:
            return None
        if required and not cell.text:
            self.complain(column_id, "ô bắt buộc đang trống; nhập giá trị")
            return None
        if cell.day is not None:
            self.complain(
                column_id, "ô bị bảng tính đổi thành ngày; định dạng ô là văn bản, nhập lại"
            )
            return None
        if len(cell.text) > longest:
            reason = f"dài {len(cell.text)} ký tự, tối đa {longest}; rút gọn"
            self.complain(column_id, reason, value="" if private else cell.text[:40] + "…")
            return None
        return cell.text

    def identifier(self, column_id: str, *, required: bool = False) -> str | None:
        """An id of a person or unit, empty when the cell is."""
        text = self.text(column_id, required=required)
        if text and not _ID.fullmatch(text):
            self.complain(
                column_id,
                "mã chỉ gồm chữ cái không dấu, chữ số và . _ - , bắt đầu bằng chữ hoặc số, "
                "tối đa 32 ký tự",
            )
            return None
        return text

    def choice(
        self,
        column_id: str,
        spellings: "Spellings",
        allowed: str,
        *,
        default: str | None = None,
    ) -> str | None:
        """One of fixed values by spelling; ``allowed`` says which there are, in words.

        An empty cell is the default, or a fault when there is none.
        """
        text = self.text(column_id, required=default is None)
        if text is None:
            return None
        if not text:
            return default
        value = spellings.find(text)
        if value is None:
            self.complain(column_id, f"giá trị không có trong danh mục; chọn một trong: {allowed}")
        return value

    def yes(self, column_id: str) -> bool | None:
        """Whether the cell is ticked: x, có, 1; empty, không, 0 are no."""
        text = self.text(column_id)
        if text is None:
            return None
        if text.casefold() not in _YES | _NO:
            self.complain(column_id, "chỉ ghi x, có hoặc 1; nếu không phải thì để trống")
            return None
        return text.casefold() in _YES

    def day(self, column_id: str) -> date | None:
        """A date: an Excel date, d/m/yyyy or yyyy-mm-dd; None when empty or wrong."""
        cell = self._cell(column_id)
        if cell is None or not cell.text:
            return None
        return cell.day or self._written_day(column_id, cell.text)

    def _written_day(self, column_id: str, text: str) -> date | None:
        found = _DMY.fullmatch(text) or _YMD.fullmatch(text)
        if found is None:
            self.complain(column_id, "không phải ngày; viết ngày/tháng/năm, ví dụ 05/01/1980")
            return None
        year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
        if not 1 <= month <= 12:
            reason = f"không có tháng {month}; viết ngày trước, tháng sau: ngày/tháng/năm"
            self.complain(column_id, reason)
            return None
        try:
            return date(year, month, day)
        except ValueError:
            self.complain(column_id, f"tháng {month}/{year} không có ngày {day}; kiểm tra lại")
            return None

    def month(self, column_id: str) -> Period | None:
        """A month: ``2026-10``, ``10/2026``, ``Tháng 10/2026``, or any Excel date in it."""
        cell = self._cell(column_id)
        if cell is None:
            return None
        if cell.day is not None:
            period = Period(cell.day.year, month=cell.day.month)
        else:
            text = " ".join(cell.text.casefold().replace("tháng", "thang").split())
            text = text.replace("năm", "nam")
            found = next((m for shape in _MONTHS if (m := shape.fullmatch(text))), None)
            if found is None or not 1 <= int(found["month"]) <= 12:
                self.complain(column_id, "không phải tháng; viết 2026-10 hoặc 10/2026")
                return None
            period = Period(int(found["year"]), month=int(found["month"]))
        if not FIRST_YEAR <= period.year <= LAST_YEAR:
            self.complain(column_id, f"năm phải từ {FIRST_YEAR} đến {LAST_YEAR}; kiểm tra lại")
            return None
        return period

    def year(self, column_id: str) -> int | None:
        """A year of four digits."""
        text = self.text(column_id, required=True)
        if text is None:
            return None
        if not re.fullmatch(r"[0-9]{4}", text) or not FIRST_YEAR <= int(text) <= LAST_YEAR:
            reason = f"không phải năm; viết bốn chữ số, từ {FIRST_YEAR} đến {LAST_YEAR}"
            self.complain(column_id, reason)
            return None
        return int(text)

    def number(self, column_id: str, lowest: int, highest: int) -> Decimal | None:
        """A number with at most two decimals, comma or point; None when empty or wrong."""
        cell = self._cell(column_id)
        if cell is None or not cell.text:
            return None
        if cell.day is None and _NUMBER.fullmatch(cell.text):
            number = Decimal(cell.text.replace(",", "."))
            if lowest <= number <= highest:
                return number
        reason = f"phải là số từ {lowest} đến {highest}, nhiều nhất hai chữ số thập phân (19,5)"
        self.complain(column_id, reason)
        return None


@dataclass(frozen=True, slots=True)
class Spellings:
    """Ways to write the values of a fixed list; made by :func:`spelled`.

    ``exact`` is by the case-folded text, ``loose`` by :func:`pipeline.tables.folded`. A spelling
    that would stand for two values is in neither, so that it is never guessed.
    """

    exact: Mapping[str, str]
    loose: Mapping[str, str]

    def find(self, text: str) -> str | None:
        """The value that is meant, None when there is none or more than one."""
        return self.exact.get(text.casefold()) or self.loose.get(folded(text))


def spelled(labels: Mapping[str, Sequence[str]]) -> Spellings:
    """Spellings from value -> other names of it; the value itself is one, too."""
    exact: dict[str, set[str]] = {}
    loose: dict[str, set[str]] = {}
    for value, names in labels.items():
        for name in (value, *names):
            exact.setdefault(name.casefold(), set()).add(value)
            loose.setdefault(folded(name), set()).add(value)
    return Spellings(_unambiguous(exact), _unambiguous(loose))


def _unambiguous(values: Mapping[str, set[str]]) -> dict[str, str]:
    return {name: next(iter(found)) for name, found in values.items() if len(found) == 1}

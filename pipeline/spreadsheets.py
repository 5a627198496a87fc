"""XLSX and CSV files as plain rows of cells: which file, sheet and row, and what stands there.

What the columns mean is the business of :mod:`pipeline.tables`.
"""

import csv
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import IO, Any, TypeVar
from xml.etree import ElementTree as ET

import openpyxl
from openpyxl.utils.cell import coordinate_to_tuple

from pipeline.errors import BadInput

MAX_FILE_BYTES = 50 * 2**20
"""A workbook of 60,000 ratings is 1.5 MB; ten times a province still fits."""
MAX_UNPACKED_BYTES = 400 * 2**20
"""200,000 rows of 11 columns are about 90 MB of XML; more than this is no table of people."""
MAX_ROWS = 200_000
"""Rows with something in them, a sheet. A province of 45,000 people has 45,000."""
MAX_COLUMNS = 64
"""Columns a sheet; the widest table of the contract has 11."""
MAX_SHEETS = 100
_Value = TypeVar("_Value")
_MAX_ROW_NUMBER = 1_048_576  # the last row a spreadsheet program can show
_SNIFFED_ROWS = 10  # records of a CSV that are looked at to find its separator

_ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_EXCEL_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
)
_FORMULA = re.compile(rb"<(\w+:)?f[\s/>]")
_SAVE_AS_XLSX = "Mở tệp bằng Excel hoặc LibreOffice và lưu lại dạng .xlsx."
_SAVE_AS_UTF8 = (
    "Mở tệp bằng Excel, chọn Lưu dưới dạng “CSV UTF-8 (phân tách bằng dấu phẩy)”, "
    "hoặc dùng tệp .xlsx."
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    ``text`` is what the spreadsheet shows: NFC, without blanks at its ends, every run of blanks or
    line breaks one space; a whole number has no decimals (``123``), a fraction a point
    (``19.5``), a date is ``dd/mm/yyyy``. ``day`` is the date when the cell is one.
    ``fault`` says in Vietnamese why the cell has no usable value; empty when it has.
    """

    text: str
    day: date | None = None
    fault: str = ""


EMPTY = Cell("")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook, or a CSV file with ``name`` empty.

    ``rows`` are the rows that are not empty, each with its number as the spreadsheet shows it
    (1-based) and its cells from column A on.
    """

    name: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


def clean_text(text: str) -> str:
    """NFC, no zero-width characters, runs of blanks as one space, none at the ends."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_ZERO_WIDTH)
    return " ".join(text.split())


def read_sheets(path: Path) -> tuple[Sheet, ...]:
    """Read a workbook or a CSV file; what it is is told from its content, not from its name.

    Raises :class:`BadInput` naming the file and what to do when it is missing, empty, too large,
    encrypted, broken, of another kind or in another encoding.
    """
    data = _bytes_of(path)
    if data.startswith(b"PK\x03\x04"):
        return _read_xlsx(path.name, data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):  # OLE: an encrypted workbook or Excel 97-2003
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise BadInput(
                f"Tệp “{path.name}” có đặt mật khẩu nên không đọc được. "
                "Bỏ mật khẩu trong Excel (Tệp, Thông tin, Bảo vệ sổ làm việc) rồi lưu lại."
            )
        raise BadInput(f"Tệp “{path.name}” ở dạng Excel cũ (.xls). {_SAVE_AS_XLSX}")
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods"):
        raise BadInput(f"Tệp “{path.name}” không phải là tệp Excel hoặc đã hỏng. {_SAVE_AS_XLSX}")
    return (_read_csv(path.name, data),)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise BadInput(f"“{path.name}” là thư mục. Hãy chỉ rõ từng tệp XLSX hoặc CSV.")
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise BadInput(f"Không tìm thấy tệp “{path}”. Kiểm tra lại đường dẫn.") from None
    except (OSError, ValueError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else "đường dẫn không hợp lệ"
        raise BadInput(f"Không mở được tệp “{path}”: {reason}.") from fault
    if not data.strip():
        raise BadInput(f"Tệp “{path.name}” rỗng. Kiểm tra lại tệp nguồn.")
    if len(data) > MAX_FILE_BYTES:
        raise BadInput(
            f"Tệp “{path.name}” lớn hơn {MAX_FILE_BYTES // 2**20} MB, "
            "không giống một bảng dữ liệu. Chia thành nhiều tệp nhỏ hơn."
        )
    return data


# --- workbooks


def _read_xlsx(file: str, data: bytes) -> tuple[Sheet, ...]:
    _refuse_bomb(file, data)
    try:
        with warnings.catch_warnings():
            # Warnings are about drawings, validations and styles; a bad date comes as #VALUE!.
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            try:
                sheets = workbook.worksheets
                if len(sheets) > MAX_SHEETS:
                    raise BadInput(f"Tệp “{file}” có hơn {MAX_SHEETS} trang tính. Hãy chia nhỏ.")
                return tuple(_read_worksheet(file, sheet) for sheet in sheets)
            finally:
                workbook.close()
    except BadInput:
        raise
    except Exception as fault:
        # openpyxl meets a broken file with whatever its insides raise (KeyError, TypeError,
        # ParseError, BadZipFile...): all of them mean the same to the user.
        raise BadInput(
            f"Tệp “{file}” đã hỏng hoặc không phải sổ làm việc Excel. {_SAVE_AS_XLSX}"
        ) from fault


def _refuse_bomb(file: str, data: bytes) -> None:
    """Refuse an archive that would unpack to more than any table needs, or is no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, UnicodeError) as fault:
        raise BadInput(f"Tệp “{file}” đã hỏng (tải về chưa đủ?). {_SAVE_AS_XLSX}") from fault
    # zipfile never unpacks more of a member than its entry declares, so the sum is a bound.
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise BadInput(
            f"Tệp “{file}” khi giải nén lớn hơn {MAX_UNPACKED_BYTES // 2**20} MB, "
            "không giống một bảng dữ liệu. Chia thành nhiều tệp nhỏ hơn."
        )
    if not any(member.filename == "[Content_Types].xml" for member in members):
        raise BadInput(f"Tệp “{file}” không phải sổ làm việc Excel. {_SAVE_AS_XLSX}")


def _read_worksheet(file: str, worksheet: Any) -> Sheet:
    # The dimension a workbook declares is often wrong and would cut rows off.
    worksheet.reset_dimensions()
    uncomputed = _uncomputed_formulas(worksheet)
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    values = islice(worksheet.iter_rows(values_only=True, max_col=MAX_COLUMNS + 1), _MAX_ROW_NUMBER)
    for number, row in enumerate(values, start=1):
        formulas = uncomputed.get(number, {})
        width = max(_filled_width(row), *(column + 1 for column in formulas), 0)
        if width == 0:
            continue
        cells = [EMPTY if value is None else _cell(value) for value in row[:width]]
        for column in formulas:
            cells[column] = Cell(
                "=", fault="công thức chưa được tính; mở tệp bằng Excel, lưu lại rồi thử lại"
            )
        _append_row(file, worksheet.title, rows, number, tuple(cells))
    return Sheet(clean_text(worksheet.title), tuple(rows))


def _filled_width(row: Sequence[object]) -> int:
    """How many cells there are up to the last one that is not empty."""
    width = len(row)
    while width and row[width - 1] is None:
        width -= 1
    return width


def _append_row(
    file: str,
    sheet: str,
    rows: list[tuple[int, tuple[Cell, ...]]],
    number: int,
    cells: tuple[Cell, ...],
) -> None:
    """Keep a row unless it is empty; refuse the sheet when there are too many or too wide ones."""
    width = max(
        (i + 1 for i, cell in enumerate(cells) if cell is not EMPTY and cell.text), default=0
    )
    if width == 0:
        return
    where = f"“{file}”" + (f", trang “{sheet}”" if sheet else "")
    if width > MAX_COLUMNS:
        raise BadInput(f"{where}: dòng {number} có hơn {MAX_COLUMNS} cột. Xóa các cột thừa.")
    if len(rows) >= MAX_ROWS:
        raise BadInput(f"{where}: có hơn {MAX_ROWS} dòng. Chia thành nhiều tệp nhỏ hơn.")
    rows.append((number, cells[:width]))


def _uncomputed_formulas(worksheet: Any) -> dict[int, dict[int, None]]:
    """Row number -> 0-based columns of the formulas that carry no stored result.

    openpyxl gives None for them and for empty cells alike. A formula whose result is an empty text
    has the type ``str`` and is no fault.
    """
    # openpyxl has no public way from a sheet to its XML; the attribute is as old as read_only.
    with worksheet._get_source() as source:
        if not _contains_formula(source):
            return {}
    found: dict[int, dict[int, None]] = {}
    with worksheet._get_source() as source:
        # The expat of Python 3.11 and later refuses entity bombs.
        for _, element in ET.iterparse(source):  # noqa: S314
            kind = element.tag.rpartition("}")[2]
            if kind == "c":
                names = {child.tag.rpartition("}")[2]: child.text for child in element}
                if "f" in names and not names.get("v") and element.get("t") != "str":
                    row, column = coordinate_to_tuple(element.get("r", ""))
                    found.setdefault(row, {})[min(column - 1, MAX_COLUMNS)] = None
            elif kind == "row":
                element.clear()
    return found


def _contains_formula(source: IO[bytes]) -> bool:
    tail = b""
    while chunk := source.read(2**20):
        if _FORMULA.search(tail + chunk):
            return True
        tail = chunk[-40:]
    return False


def _cell(value: object) -> Cell:
    """A cell of a workbook from the value openpyxl gives."""
    if isinstance(value, str):
        return _text_cell(value)
    if isinstance(value, bool | int):
        return Cell(str(value).upper())
    if isinstance(value, float):
        # Fifteen digits are what a spreadsheet shows and keeps.
        return Cell(str(int(value)) if value.is_integer() else format(value, ".15g"))
    if isinstance(value, date):  # a datetime is one, too
        day = value.date() if isinstance(value, datetime) else value
        return Cell(f"{day:%d/%m/%Y}", day=day)
    if isinstance(value, time | timedelta):
        return Cell(str(value), fault="ô này chứa giờ, không phải giá trị cần nhập")
    return Cell(str(value)[:50], fault="không hiểu kiểu dữ liệu của ô này")


@lru_cache(maxsize=2**16)  # tables repeat themselves: classes, months, units, points
def _text_cell(value: str) -> Cell:
    text = clean_text(value)
    if not text:
        return EMPTY
    if text in _EXCEL_ERRORS:
        return Cell(text, fault="ô báo lỗi của bảng tính; sửa công thức hoặc nhập giá trị")
    if "\ufffd" in text:
        return Cell(text, fault="có ký tự hỏng (sai bảng mã); nhập lại giá trị")
    return Cell(text)


# --- CSV


def _read_csv(file: str, data: bytes) -> Sheet:
    text = _decoded(file, data)
    try:
        delimiter = max(",;\t", key=lambda candidate: _width(text, candidate))
        rows: list[tuple[int, tuple[Cell, ...]]] = []
        number = 0
        for number, record in enumerate(_records(text, delimiter), start=1):
            if any(record):
                _append_row(file, "", rows, number, tuple(_text_cell(value) for value in record))
    except csv.Error as fault:
        raise BadInput(
            f"Tệp “{file}” không phải CSV hợp lệ sau dòng {number} "
            "(dấu ngoặc kép không khép, hoặc một ô quá dài). "
            "Mở bằng Excel hoặc LibreOffice, sửa dòng đó rồi lưu lại."
        ) from fault
    return Sheet("", tuple(rows))


def _decoded(file: str, data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput(f"Tệp “{file}” có bảng mã UTF-16, không phải UTF-8. {_SAVE_AS_UTF8}")
    if b"\x00" in data:
        raise BadInput(f"Tệp “{file}” không phải tệp văn bản CSV. {_SAVE_AS_XLSX}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise BadInput(
            f"Tệp “{file}” không ở bảng mã UTF-8 (dòng {line}). {_SAVE_AS_UTF8}"
        ) from fault


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    # strict: an unclosed quote would otherwise swallow the rows after it without a word.
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _width(text: str, delimiter: str) -> int:
    """The most filled cells in one of the first records that can be split."""
    widest = 0
    try:
        for record in islice(_records(text, delimiter), _SNIFFED_ROWS):
            widest = max(widest, sum(map(bool, record)))
    except csv.Error:
        return widest  # reading the whole file will tell what is wrong
    return widest


def harmless(value: _Value) -> _Value | str:
    """What to write into a cell: a text that a spreadsheet would take for a formula gets an
    apostrophe before it."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value

"""The results of a period as rows for a person to read: on a screen, as CSV or as XLSX.

For the office's own use: reasons are never published.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from pipeline.people import Person, Roster
from pipeline.results.verdict import STATUS_WORDS, Verdict, VerdictStatus
from pipeline.spreadsheets import harmless
from pipeline.tables import folded

HEADINGS = (
    "Mã CBCCVC",
    "Họ và tên",
    "Mã đơn vị",
    "Đơn vị",
    "Mẫu",
    "Kết quả",
    "Lý do",
    "Lưu ý",
)
_WIDTHS = (14, 28, 12, 36, 8, 18, 70, 50)


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One person's result. ``reasons`` and ``warnings`` are sentences."""

    person_id: str
    full_name: str
    unit_id: str
    unit_name: str
    form_id: str
    status: VerdictStatus
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def words(self) -> str:
        """The status in words."""
        return STATUS_WORDS[self.status]


@dataclass(frozen=True, slots=True)
class ResultFilter:
    """Which rows: of a unit, of a status (a value of VerdictStatus), with ``text`` in the person's
    name or id, capitals and diacritics aside. Empty means all."""

    unit_id: str = ""
    status: str = ""
    text: str = ""


def result_rows(
    roster: Roster, people: Iterable[Person], verdicts: Iterable[Verdict], wanted: ResultFilter
) -> tuple[ResultRow, ...]:
    """The rows that are wanted, unit by unit in the roster's order, within each in the order of
    ``people``."""
    verdict_of = {verdict.person_id: verdict for verdict in verdicts}
    place = {unit_id: number for number, unit_id in enumerate(roster.units)}
    return tuple(
        _row(roster, person, verdict_of[person.person_id])
        for person in sorted(people, key=lambda person: place[person.unit_id])
        if _is_wanted(person, verdict_of[person.person_id], wanted)
    )


def _is_wanted(person: Person, verdict: Verdict, wanted: ResultFilter) -> bool:
    text = folded(wanted.text)
    return (
        (not wanted.unit_id or person.unit_id == wanted.unit_id)
        and (not wanted.status or verdict.status.value == wanted.status)
        and (not text or text in folded(person.full_name) or text in folded(person.person_id))
    )


def _row(roster: Roster, person: Person, verdict: Verdict) -> ResultRow:
    return ResultRow(
        person.person_id,
        person.full_name,
        person.unit_id,
        roster.units[person.unit_id].name,
        verdict.form_id or "",
        verdict.status,
        tuple(reason.message for reason in verdict.reasons),
        tuple(reason.message for reason in verdict.warnings),
    )


def to_csv(rows: Sequence[ResultRow]) -> bytes:
    """CSV in UTF-8 with a byte order mark, which Excel needs; no cell is taken for a formula."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(HEADINGS)
    writer.writerows([harmless(cell) for cell in _cells(row)] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def to_xlsx(rows: Sequence[ResultRow]) -> bytes:
    """A workbook of one sheet; no cell is taken for a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Kết quả")
    sheet.freeze_panes = "A2"
    for column, width in zip("ABCDEFGH", _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    headings = [WriteOnlyCell(sheet, value=heading) for heading in HEADINGS]
    for cell in headings:
        cell.font = Font(bold=True)
    sheet.append(headings)
    for row in rows:
        cells = [WriteOnlyCell(sheet, value=harmless(value)) for value in _cells(row)]
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append(cells)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _cells(row: ResultRow) -> tuple[str, ...]:
    return (
        row.person_id,
        row.full_name,
        row.unit_id,
        row.unit_name,
        row.form_id,
        row.words,
        "; ".join(row.reasons),
        "; ".join(row.warnings),
    )

"""What of a period has not come back: whole sheets and single pages, unit by unit."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from pipeline.people import Roster, Unit
from pipeline.scans.record import PageSource, SheetRecord
from pipeline.work.readings import Readings


@dataclass(frozen=True, slots=True)
class MissingSheet:
    """A printed sheet of which no page has come."""

    sheet_id: str
    form: str
    person_id: str
    full_name: str


@dataclass(frozen=True, slots=True)
class IncompleteSheet:
    """A sheet of which some pages have come (``arrived``: where they are) and others have not
    (``missing``: their numbers)."""

    sheet_id: str
    form: str
    person_id: str
    full_name: str
    missing: tuple[int, ...]
    arrived: tuple[PageSource, ...]


@dataclass(frozen=True, slots=True)
class UnitMissing:
    """What is missing of a unit of which ``printed`` sheets were printed."""

    unit: Unit
    printed: int
    sheets: tuple[MissingSheet, ...]
    incomplete: tuple[IncompleteSheet, ...]

    @property
    def complete(self) -> int:
        """Sheets of which all pages are there."""
        return self.printed - len(self.sheets) - len(self.incomplete)


def missing_by_unit(roster: Roster, readings: Readings) -> tuple[UnitMissing, ...]:
    """Every unit with printed sheets, in the roster's order, those with nothing missing too."""
    printed: Counter[str] = Counter()
    sheets: dict[str, list[MissingSheet]] = defaultdict(list)
    incomplete: dict[str, list[IncompleteSheet]] = defaultdict(list)
    for record in readings.records:
        unit_id = roster.people[record.person_id].unit_id
        printed[unit_id] += 1
        gone = missing_pages(record)
        if gone:
            name = roster.people[record.person_id].full_name
            incomplete[unit_id].append(
                IncompleteSheet(
                    record.sheet_id, record.form, record.person_id, name, gone, record.pages
                )
            )
    for sheet in readings.missing:
        person = roster.people[sheet.person_id]
        printed[person.unit_id] += 1
        sheets[person.unit_id].append(
            MissingSheet(sheet.sheet_id, sheet.form, sheet.person_id, person.full_name)
        )
    return tuple(
        UnitMissing(unit, printed[unit_id], tuple(sheets[unit_id]), tuple(incomplete[unit_id]))
        for unit_id, unit in roster.units.items()
        if printed[unit_id]
    )


def missing_pages(record: SheetRecord) -> tuple[int, ...]:
    """The pages of a sheet that have not come."""
    return tuple(flag.page for flag in record.flags if flag.code == "page_missing")

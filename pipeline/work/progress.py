"""How far a campaign is: which printed sheets have come back, unit by unit."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from pipeline.periods import Period
from pipeline.scans.record import SheetStatus
from pipeline.scans.sort import PrintedSheet
from pipeline.store import queries
from pipeline.work.office import Office
from pipeline.work.readings import load_readings


@dataclass(frozen=True, slots=True)
class Arrival:
    """The sheets of one unit and form in a period: printed, come back, still missing."""

    period: str
    unit_id: str
    form: str
    clean: int
    flagged: int
    incomplete: int
    missing: tuple[PrintedSheet, ...]

    @property
    def printed(self) -> int:
        """All sheets that were printed."""
        return self.clean + self.flagged + self.incomplete + len(self.missing)


def arrivals(office: Office, period: Period | None) -> tuple[Arrival, ...]:
    """The state of every unit and form of a period, or of all periods with printed sheets."""
    periods = [period] if period else [Period.parse(text) for text in queries.printed_periods()]
    return tuple(arrival for each in periods for arrival in _of_period(office, each))


def _of_period(office: Office, period: Period) -> list[Arrival]:
    people = queries.load_roster().people
    readings = load_readings(office, period)
    statuses: dict[tuple[str, str], Counter[SheetStatus]] = defaultdict(Counter)
    missing: dict[tuple[str, str], list[PrintedSheet]] = defaultdict(list)
    for record in readings.records:
        statuses[people[record.person_id].unit_id, record.form][record.status] += 1
    for sheet in readings.missing:
        missing[people[sheet.person_id].unit_id, sheet.form].append(sheet)
    return [
        Arrival(
            str(period),
            unit_id,
            form,
            statuses[unit_id, form][SheetStatus.CLEAN],
            statuses[unit_id, form][SheetStatus.FLAGGED],
            statuses[unit_id, form][SheetStatus.INCOMPLETE],
            tuple(missing[unit_id, form]),
        )
        for unit_id, form in sorted(statuses.keys() | missing.keys())
    ]

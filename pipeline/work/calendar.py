"""The due dates of the office's regulation in a year."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.holidays import Holidays, add_working_days, load_holidays, year_notes
from pipeline.results.calendar import Calendar, DueDate, Event, due_dates, load_calendar, undated
from pipeline.results.ics import to_ics
from pipeline.work.files import write_whole
from pipeline.work.office import Office


@dataclass(frozen=True, slots=True)
class YearCalendar:
    """A year's due dates, what has no day, and what is not known about its holidays."""

    year: int
    calendar: Calendar
    holidays: Holidays
    dates: tuple[DueDate, ...]
    undated: tuple[Event, ...]
    notes: tuple[str, ...]


def year_calendar(office: Office, year: int) -> YearCalendar:
    """The calendar of a year. Raises BadInput for a year before the regulation, BadSet when the
    set's calendar or the table of holidays is missing or faulty."""
    calendar = load_calendar(office.form_set)
    holidays = load_holidays(office.workspace.templates)
    dates = due_dates(calendar, year)
    # The next working day of a due date may lie in the year after.
    around = [add_working_days(due.day, step, holidays).year for due in dates for step in (-1, 1)]
    return YearCalendar(
        year,
        calendar,
        holidays,
        dates,
        undated(calendar, year),
        year_notes({year, *around}, holidays),
    )


def write_ics(found: YearCalendar, target: Path) -> Path:
    """Write the due dates as an iCalendar file, all or nothing."""
    content = to_ics(found.calendar, found.dates, found.holidays, datetime.now(UTC))
    write_whole(target, content)
    return target

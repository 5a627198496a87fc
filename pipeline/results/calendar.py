"""The due dates of a regulation: ``calendar.yaml`` of its set, unrolled year by year.

A due date stays where the regulation puts it, also on a Sunday (A15 of the specification); who
shows it adds the working days around it (:mod:`pipeline.holidays`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from pipeline.errors import BadInput, BadSet
from pipeline.forms.set_file import DayMonth, Text
from pipeline.forms.sets import FormSet
from pipeline.holidays import WEEKDAYS, Holidays, add_working_days, rest_reason
from pipeline.periods import Period
from pipeline.ratings import Commitment
from pipeline.yaml_files import read_yaml

CALENDAR_FILE = "calendar.yaml"


class EventKind(StrEnum):
    """What happens: only commitments and evaluations mean something to the program."""

    COMMITMENT = "commitment"
    EVALUATION = "evaluation"
    REVIEW = "review"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the regulation's schedule.

    ``rule`` is the id of the rule, empty when the schedule alone says it; ``row`` its number in
    the schedule. It has one of: ``day`` (one day), ``yearly`` ((day, month) of every year),
    ``when`` (words, no day). ``first`` and ``last`` bound its days (and the years of ``when``);
    after ``planned_until`` the plan is silent, and days go on by custom only. ``before``: the days
    are meant as "trước ngày", so the due date is the day before (A14).
    """

    event_id: str
    kind: EventKind
    rule: str
    row: int
    what: str
    who: str
    with_whom: str
    in_charge: str
    day: date | None
    yearly: tuple[tuple[int, int], ...]
    when: str
    first: date
    last: date | None
    planned_until: date | None
    before: bool

    @property
    def basis(self) -> str:
        """Where it is said: the rule, if it has an id, and the row of the schedule."""
        return ", ".join(part for part in (self.rule, f"mục {self.row}") if part)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The schedule of a set. ``first_year`` is the year of the set's first period (R-000-04)."""

    set_id: str
    source: str
    first_year: int
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class DueDate:
    """A day by which something has to be done. ``what`` is ready to be read; ``beyond_plan`` when
    the plan no longer covers the year and the day is the same as in the years before."""

    event: Event
    day: date
    what: str
    beyond_plan: bool


class _EventEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
    kind: EventKind
    rule: str = ""
    row: Annotated[int, Field(ge=1)]
    what: Text
    who: Text
    with_whom: Annotated[str, Field(alias="with")] = ""
    in_charge: str = ""
    day: date | None = None
    yearly: list[DayMonth] = []
    when: str = ""
    first: date | None = None
    last: date | None = None
    planned_until: date | None = None
    before: bool = False

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if [self.day is not None, bool(self.yearly), bool(self.when)].count(True) != 1:
            raise ValueError("mỗi việc phải có đúng một trong day, yearly, when")
        if self.day is None and self.first is None:
            raise ValueError("việc có yearly hoặc when phải có first")
        for day, month in self.days_and_months:
            date(2023, month, day)  # no leap year: 29/02 does not come every year
        return self

    @property
    def days_and_months(self) -> tuple[tuple[int, int], ...]:
        pairs = (text.split("/") for text in self.yearly)
        return tuple((int(day), int(month)) for day, month in pairs)


class _CalendarFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    schema_name: Annotated[Literal["phieu.calendar/1"], Field(alias="schema")]
    source: Text
    events: Annotated[list[_EventEntry], Field(min_length=1)]


def load_calendar(form_set: FormSet) -> Calendar:
    """The calendar of a set, from ``calendar.yaml`` in its folder.

    Raises BadSet when the file is missing or faulty, or two events have one id.
    """
    file = form_set.path / CALENDAR_FILE
    document = read_yaml(file, _CalendarFile)
    ids = [entry.id for entry in document.events]
    twins = sorted({event_id for event_id in ids if ids.count(event_id) > 1})
    if twins:
        raise BadSet(f"{file}: events.id: trùng {', '.join(twins)}.")
    return Calendar(
        form_set.set_id,
        document.source,
        Period.parse(form_set.first_period).year,
        tuple(_event(entry) for entry in document.events),
    )


def find_calendar(form_set: FormSet) -> Calendar | None:
    """The calendar of a set; None when it has none: then nothing is due and nobody late.

    Raises BadSet like :func:`load_calendar` when the file is faulty.
    """
    has_one = (form_set.path / CALENDAR_FILE).is_file()
    return load_calendar(form_set) if has_one else None


def _event(entry: _EventEntry) -> Event:
    return Event(
        event_id=entry.id,
        kind=entry.kind,
        rule=entry.rule,
        row=entry.row,
        what=entry.what,
        who=entry.who,
        with_whom=entry.with_whom,
        in_charge=entry.in_charge,
        day=entry.day,
        yearly=entry.days_and_months,
        when=entry.when,
        first=entry.first or entry.day or date.min,
        last=entry.last,
        planned_until=entry.planned_until,
        before=entry.before,
    )


def due_dates(calendar: Calendar, year: int) -> tuple[DueDate, ...]:
    """The due dates in a year, by day. Raises BadInput for a year before the first (R-000-04)."""
    _check_year(calendar, year)
    found = [due for event in calendar.events for due in _days(event, year)]
    return tuple(sorted(found, key=lambda due: (due.day, due.event.row)))


def undated(calendar: Calendar, year: int) -> tuple[Event, ...]:
    """What is to be done in a year without a fixed day. Raises BadInput like :func:`due_dates`."""
    _check_year(calendar, year)
    return tuple(
        event
        for event in calendar.events
        if event.when
        and event.first.year <= year
        and (event.last is None or year <= event.last.year)
    )


def commitment_due(calendar: Calendar, year: int) -> DueDate | None:
    """By when commitments of a year have to be signed (R-000-08, R-000-09); None when the
    regulation has no day for that year."""
    found = (
        due
        for event in calendar.events
        if event.kind is EventKind.COMMITMENT
        for due in _days(event, year)
    )
    return min(found, key=lambda due: due.day, default=None)


def is_late(commitment: Commitment, calendar: Calendar) -> bool | None:
    """Whether a commitment was signed after its due date (R-000-08, R-000-09).

    The due date itself is in time, whatever day of the week it is (A15). None when it cannot be
    said: the day of signing is not known, or the regulation has no due date for that year.
    """
    due = commitment_due(calendar, commitment.year)
    if due is None or not commitment.signed_on:
        return None
    return date.fromisoformat(commitment.signed_on) > due.day


def evaluation_due(calendar: Calendar, period: Period) -> DueDate | None:
    """The day on which a quarter is evaluated (R-000-11), None when the regulation has none."""
    months = [month.month for month in period.months]
    found = (
        due
        for event in calendar.events
        if event.kind is EventKind.EVALUATION
        for due in _days(event, period.year)
        if due.day.month in months
    )
    return max(found, key=lambda due: due.day, default=None)


def day_note(due: DueDate, holidays: Holidays) -> str:
    """What is to be known about a due date: that offices do not work that day, with the working
    days around it (A15: the date itself stays), and that the plan no longer covers it."""
    notes = []
    reason = rest_reason(due.day, holidays)
    if reason:
        before, after = (in_words(add_working_days(due.day, n, holidays)) for n in (-1, 1))
        notes.append(
            f"Trùng ngày nghỉ ({reason}); ngày làm việc liền trước {before}, liền sau {after}"
        )
    if due.beyond_plan and due.event.planned_until is not None:
        until = due.event.planned_until.year
        notes.append(f"Kế hoạch chỉ ghi đến năm {until}; tính theo lệ các năm trước")
    return ". ".join(notes)


def in_words(day: date) -> str:
    """``thứ Hai 07/02/2022``: the day of the week, then the day."""
    return f"{WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}"


def _check_year(calendar: Calendar, year: int) -> None:
    if year < calendar.first_year:
        raise BadInput(
            f"Quy định {calendar.set_id} áp dụng từ năm {calendar.first_year}: không có lịch năm "
            f"{year}. Hãy chọn năm từ {calendar.first_year} trở đi."
        )


def _days(event: Event, year: int) -> Iterator[DueDate]:
    days = [date(year, month, day) for day, month in event.yearly]
    if event.day is not None and event.day.year == year:
        days.append(event.day)
    for day in days:
        if event.first <= day and (event.last is None or day <= event.last):
            beyond = event.planned_until is not None and day > event.planned_until
            yield DueDate(
                event,
                day - timedelta(days=1) if event.before else day,
                _words(event.what, day),
                beyond,
            )


def _words(what: str, day: date) -> str:
    quarter = Period(day.year, quarter=(day.month + 2) // 3)
    return what.replace("{period}", quarter.words).replace("{year}", str(day.year))

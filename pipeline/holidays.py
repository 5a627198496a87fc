"""Working days: Monday to Friday without public holidays, and with Saturdays worked instead.

Which days are off is announced year by year, so it is data (``templates/holidays.yaml``), never
computed (specification 4.7). Of a year that is not in the table only the fixed days of Điều 112,
Bộ luật Lao động 2019, are known; :func:`year_notes` says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.config import DEFAULT_TEMPLATES
from pipeline.errors import BadSet
from pipeline.forms.set_file import DayMonth, Text
from pipeline.yaml_files import read_yaml

HOLIDAYS_FILE = "holidays.yaml"
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
"""From Monday on, as ``date.weekday`` counts."""
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Holidays:
    """Days off. ``fixed`` are (day, month) of every year, with their names; ``off`` the days off of
    the years in the table, ``work`` the weekend days worked instead, ``notes`` what is still to be
    known about a year (empty text: nothing); its keys are the years in the table."""

    fixed: dict[tuple[int, int], str] = field(default_factory=dict)
    off: dict[date, str] = field(default_factory=dict)
    work: frozenset[date] = frozenset()
    notes: dict[int, str] = field(default_factory=dict)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _FixedEntry(_Strict):
    day: DayMonth
    name: Text


class _HolidayEntry(_Strict):
    name: Text
    days: Annotated[list[date], Field(min_length=1)]
    instead: list[date] = []


class _SwapEntry(_Strict):
    rest: date
    work: date


class _YearEntry(_Strict):
    year: int
    note: str = ""
    holidays: Annotated[list[_HolidayEntry], Field(min_length=1)]
    swapped: list[_SwapEntry] = []

    @model_validator(mode="after")
    def _days_belong(self) -> Self:
        """Days off in their year, no day twice; only weekdays are given instead, only weekend days
        worked instead."""
        off = [day for entry in self.holidays for day in (*entry.days, *entry.instead)]
        off += [swap.rest for swap in self.swapped]
        work = [swap.work for swap in self.swapped]
        for day in off:
            if day.year != self.year:
                raise ValueError(f"ngày {day} không thuộc năm {self.year}")
        for day in (*off, *work):
            if (*off, *work).count(day) > 1:
                raise ValueError(f"ngày {day} ghi hai lần")
        on_weekend = [swap.rest for swap in self.swapped if swap.rest.weekday() > 4]
        on_weekend += [day for entry in self.holidays for day in entry.instead if day.weekday() > 4]
        if on_weekend:
            raise ValueError(f"ngày nghỉ bù hoặc hoán đổi {on_weekend[0]} là cuối tuần")
        on_weekday = [day for day in work if day.weekday() <= 4]
        if on_weekday:
            raise ValueError(f"ngày làm bù {on_weekday[0]} không phải cuối tuần")
        return self


class _HolidaysFile(_Strict):
    schema_name: Annotated[Literal["phieu.holidays/1"], Field(alias="schema")]
    fixed: list[_FixedEntry]
    years: list[_YearEntry]


def load_holidays(templates: Path) -> Holidays:
    """The holidays from ``holidays.yaml`` in a folder of sets, else those the program comes with.

    Raises BadSet when the file is faulty: not its shape, a day outside its year or twice, a day
    worked instead that is no weekend, a year twice.
    """
    own = templates / HOLIDAYS_FILE
    file = own if own.is_file() else DEFAULT_TEMPLATES / HOLIDAYS_FILE
    document = read_yaml(file, _HolidaysFile)
    years = [entry.year for entry in document.years]
    twins = sorted({str(year) for year in years if years.count(year) > 1})
    if twins:
        raise BadSet(f"{file}: years: trùng năm {', '.join(twins)}.")
    return Holidays(
        fixed={_day_and_month(entry.day): entry.name for entry in document.fixed},
        off={day: name for entry in document.years for day, name in _off(entry)},
        work=frozenset(swap.work for entry in document.years for swap in entry.swapped),
        notes={entry.year: entry.note for entry in document.years},
    )


def _day_and_month(text: str) -> tuple[int, int]:
    day, month = text.split("/")
    return int(day), int(month)


def _off(entry: _YearEntry) -> Iterable[tuple[date, str]]:
    for holiday in entry.holidays:
        yield from ((day, holiday.name) for day in holiday.days)
        yield from ((day, f"nghỉ bù {holiday.name}") for day in holiday.instead)
    for swap in entry.swapped:
        yield swap.rest, f"nghỉ hoán đổi, làm bù ngày {swap.work.day}/{swap.work.month}"


def rest_reason(day: date, holidays: Holidays) -> str:
    """Why a day is not worked: the holiday, ``thứ Bảy`` or ``Chủ nhật``; empty on working days."""
    if day in holidays.work:
        return ""
    name = holidays.off.get(day) or holidays.fixed.get((day.day, day.month))
    return name or (WEEKDAYS[day.weekday()] if day.weekday() > 4 else "")


def is_working_day(day: date, holidays: Holidays) -> bool:
    """Whether offices work on that day."""
    return not rest_reason(day, holidays)


def add_working_days(day: date, count: int, holidays: Holidays) -> date:
    """The working day ``count`` working days after ``day`` (before it when negative).

    ``day`` itself does not count (A13: "05 ngày làm việc kể từ ngày có kết luận"); 0 gives ``day``
    itself, whatever it is. Raises OverflowError beyond the calendar's years.
    """
    step = _ONE_DAY if count > 0 else -_ONE_DAY
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day, holidays):
            day += step
    return day


def year_notes(years: Iterable[int], holidays: Holidays) -> tuple[str, ...]:
    """What a reader of working days of these years must know: the table lacks a year, or has a day
    in doubt. Sentences in Vietnamese, a year each at most."""
    notes = []
    for year in sorted(set(years)):
        if year not in holidays.notes:
            notes.append(
                f"Chưa có lịch nghỉ năm {year}: mới chỉ tính các ngày lễ cố định. Bổ sung năm "
                f"{year} vào {HOLIDAYS_FILE} theo thông báo chính thức."
            )
        elif holidays.notes[year]:
            notes.append(f"Lịch nghỉ năm {year}: {holidays.notes[year]}.")
    return tuple(notes)

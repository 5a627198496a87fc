"""The calendar of due dates, late commitments, and the file for calendar programs."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import icalendar
import pytest

from pipeline.config import DEFAULT_TEMPLATES
from pipeline.errors import BadInput, BadSet
from pipeline.holidays import load_holidays
from pipeline.periods import Period
from pipeline.ratings import Commitment
from pipeline.results.calendar import (
    CALENDAR_FILE,
    EventKind,
    commitment_due,
    day_note,
    due_dates,
    evaluation_due,
    is_late,
    load_calendar,
    undated,
)
from pipeline.results.ics import to_ics
from tests.results.results_cases import LONG_BIEN

CALENDAR = load_calendar(LONG_BIEN)
HOLIDAYS = load_holidays(DEFAULT_TEMPLATES)
MADE_AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


def evaluations(year: int) -> list[date]:
    return [d.day for d in due_dates(CALENDAR, year) if d.event.kind is EventKind.EVALUATION]


def test_r_000_11_evaluations_are_on_the_25th_of_the_quarters_last_month() -> None:
    assert evaluations(2022) == [date(2022, month, 25) for month in (3, 6, 9, 12)]


def test_r_000_04_the_first_evaluation_is_that_of_q4_2021() -> None:
    assert evaluations(2021) == [date(2021, 12, 25)]
    with pytest.raises(BadInput, match="từ năm 2021"):
        due_dates(CALENDAR, 2020)
    with pytest.raises(BadInput, match="từ năm 2021"):
        undated(CALENDAR, 2020)


@pytest.mark.parametrize("quarter", range(1, 5))
def test_the_evaluation_day_of_a_quarter(quarter: int) -> None:
    due = evaluation_due(CALENDAR, Period(2026, quarter=quarter))
    assert due is not None
    assert due.day == date(2026, 3 * quarter, 25)
    assert evaluation_due(CALENDAR, Period(2021, quarter=3)) is None


@pytest.mark.parametrize(
    ("year", "day", "rule"),
    [
        (2021, date(2021, 10, 10), "R-000-08"),
        (2022, date(2022, 1, 30), "R-000-09"),
        (2025, date(2025, 1, 30), "R-000-09"),
        (2026, date(2026, 1, 30), "R-000-09"),
    ],
)
def test_r_000_08_and_09_when_commitments_are_due(year: int, day: date, rule: str) -> None:
    due = commitment_due(CALENDAR, year)
    assert due is not None
    assert (due.day, due.event.rule) == (day, rule)
    assert due.beyond_plan is (year > 2025)
    assert ("chỉ ghi đến năm 2025" in day_note(due, HOLIDAYS)) is (year > 2025)


@pytest.mark.parametrize(
    ("year", "signed_on", "late"),
    [
        (2021, "2021-10-10", False),
        (2021, "2021-10-11", True),
        (2022, "2021-12-30", False),
        (2022, "2022-01-30", False),
        (2022, "2022-01-31", True),  # the 30th was a Sunday: the date stays all the same (A15)
        (2022, "", None),
        (2020, "2020-01-01", None),
    ],
)
def test_late_commitments(year: int, signed_on: str, late: bool | None) -> None:
    assert is_late(Commitment("P1", year, signed_on), CALENDAR) is late


def test_yearly_reports_come_from_2022_on() -> None:
    assert [d.day.month for d in due_dates(CALENDAR, 2021) if d.event.row in (7, 8)] == []
    assert [d.day for d in due_dates(CALENDAR, 2022) if d.event.row in (7, 8)] == [
        date(2022, 11, 15),
        date(2022, 12, 15),
    ]


def test_what_has_no_day_is_told_without_one() -> None:
    closings = [event.row for event in undated(CALENDAR, 2025) if "Quý I/2025" in event.when]
    assert closings == [9, 10]
    assert [event.row for event in undated(CALENDAR, 2026)] == [4, 5, 6]
    assert all(due.event.row not in (4, 5, 6, 9, 10) for due in due_dates(CALENDAR, 2025))


def test_every_row_of_the_schedule_is_there() -> None:
    assert {event.row for event in CALENDAR.events} == set(range(1, 11))


def test_a15_weekends_stay_and_are_told() -> None:
    """Six of the first seven evaluation days fall on a weekend (specification, R-000-11)."""
    days = [due for year in (2021, 2022, 2023) for due in due_dates(CALENDAR, year)]
    first = [due for due in days if due.event.kind is EventKind.EVALUATION][:7]
    assert sum("Trùng ngày nghỉ" in day_note(due, HOLIDAYS) for due in first) == 6
    tet = commitment_due(CALENDAR, 2025)
    assert tet is not None
    note = day_note(tet, HOLIDAYS)
    assert "Tết Nguyên đán" in note
    assert "thứ Sáu 24/01/2025" in note
    assert "thứ Hai 03/02/2025" in note


def test_calendar_programs_read_what_was_written() -> None:
    dates = due_dates(CALENDAR, 2025)
    content = to_ics(CALENDAR, dates, HOLIDAYS, MADE_AT)
    events = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == [due.day for due in dates]
    assert [str(event["summary"]) for event in events] == [due.what for due in dates]
    assert all(b"DTSTART;VALUE=DATE:2025" in event.to_ical() for event in events)
    assert "Tết Nguyên đán" in str(events[0]["description"])
    uids = [str(event["uid"]) for event in events]
    assert len(set(uids)) == len(uids)


def test_lines_are_folded_between_letters() -> None:
    """RFC 5545, 3.1: at most 75 octets a line, CRLF; folding must not cut a UTF-8 letter."""
    content = to_ics(CALENDAR, due_dates(CALENDAR, 2025), HOLIDAYS, MADE_AT)
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in content.replace(b"\r\n", b"")
    for line in lines:
        line.decode("utf-8")
    assert any(line.startswith(b" ") for line in lines)


def test_a_due_date_keeps_its_uid() -> None:
    """Importing a newer file replaces events instead of doubling them."""
    due = due_dates(CALENDAR, 2026)[:1]
    files = [to_ics(CALENDAR, due, HOLIDAYS, made) for made in (MADE_AT, datetime.now(UTC))]
    first, second = (icalendar.Calendar.from_ical(file).walk("VEVENT")[0] for file in files)
    assert str(first["uid"]) == str(second["uid"])


def other_calendar(folder: Path, events: str) -> None:
    text = f"schema: phieu.calendar/1\nsource: Quy chế\nevents:\n{events}"
    (folder / CALENDAR_FILE).write_text(text, encoding="utf-8")


def test_a14_before_a_day_means_the_day_before(tmp_path: Path) -> None:
    other_calendar(
        tmp_path,
        "- {id: c, kind: commitment, row: 1, what: Ký, who: Mọi người, yearly: [31/12], "
        "first: 2021-01-01, before: true}",
    )
    calendar = load_calendar(replace(LONG_BIEN, path=tmp_path))
    assert [due.day for due in due_dates(calendar, 2024)] == [date(2024, 12, 30)]
    assert is_late(Commitment("P1", 2024, "2024-12-30"), calendar) is False
    assert is_late(Commitment("P1", 2024, "2024-12-31"), calendar) is True


WHO = "row: 1, what: Việc, who: Ai"


@pytest.mark.parametrize(
    ("events", "word"),
    [
        (f"- {{id: a, kind: other, {WHO}}}", "đúng một trong"),
        (f"- {{id: a, kind: other, {WHO}, yearly: [25/3]}}", "phải có first"),
        (f"- {{id: a, kind: other, {WHO}, yearly: [31/6], first: 2021-10-01}}", "day"),
        (f"- {{id: a, kind: other, {WHO}, yearly: [3.25], first: 2021-10-01}}", "yearly"),
        (f"- {{id: a, kind: hop, {WHO}, day: 2021-10-01}}", "kind"),
        (f"- {{id: a, kind: other, {WHO}, day: 2021-10-01}}\n" * 2, "trùng a"),
    ],
)
def test_a_faulty_calendar_is_refused(tmp_path: Path, events: str, word: str) -> None:
    other_calendar(tmp_path, events)
    with pytest.raises(BadSet, match=word):
        load_calendar(replace(LONG_BIEN, path=tmp_path))


def test_a_set_without_calendar_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadSet, match=CALENDAR_FILE):
        load_calendar(replace(LONG_BIEN, path=tmp_path))

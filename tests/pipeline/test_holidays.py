"""Working days and the table of holidays."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import DEFAULT_TEMPLATES
from pipeline.errors import BadSet
from pipeline.holidays import (
    HOLIDAYS_FILE,
    Holidays,
    add_working_days,
    is_working_day,
    load_holidays,
    rest_reason,
    year_notes,
)

OURS = load_holidays(DEFAULT_TEMPLATES)
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
TABLES = st.builds(
    Holidays,
    off=st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 3, 1)), st.just("nghỉ")),
    work=st.frozensets(
        st.dates(date(2026, 1, 1), date(2026, 3, 1)).filter(lambda day: day.weekday() > 4)
    ),
)
NEAR = st.dates(date(2025, 12, 1), date(2026, 4, 1))


@given(NEAR, st.integers(-30, 30).filter(bool), TABLES)
def test_the_day_reached_is_worked_and_as_many_lie_between(
    day: date, count: int, table: Holidays
) -> None:
    reached = add_working_days(day, count, table)
    assert is_working_day(reached, table)
    first, last = (day, reached) if count > 0 else (reached, day)
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert sum(is_working_day(each, table) for each in span if each != day) == abs(count)


@given(NEAR, st.integers(0, 20), st.integers(0, 20), TABLES)
def test_days_add_up(day: date, some: int, more: int, table: Holidays) -> None:
    in_two_steps = add_working_days(add_working_days(day, some, table), more, table)
    assert in_two_steps == add_working_days(day, some + more, table)


@given(DAYS)
def test_zero_days_later_is_the_day_itself(day: date) -> None:
    assert add_working_days(day, 0, OURS) == day


@pytest.mark.parametrize(
    ("concluded", "due"),
    [
        (date(2015, 12, 24), date(2015, 12, 31)),
        (date(2015, 12, 25), date(2016, 1, 4)),  # 01/01 is off in every year
        (date(2025, 1, 24), date(2025, 2, 7)),  # Tết from 27/01 to 31/01/2025
        (date(2025, 4, 25), date(2025, 5, 6)),  # Saturday 26/4 is worked for Friday 02/5
    ],
)
def test_five_working_days_after_a_conclusion(concluded: date, due: date) -> None:
    """A13 of the specification: the day of the conclusion does not count."""
    assert add_working_days(concluded, 5, OURS) == due


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2025, 1, 30), "Tết Nguyên đán"),
        (date(2022, 4, 11), "nghỉ bù Giỗ Tổ Hùng Vương"),
        (date(2025, 5, 2), "nghỉ hoán đổi, làm bù ngày 26/4"),
        (date(2025, 4, 26), ""),
        (date(2025, 4, 19), "thứ Bảy"),
        (date(2027, 9, 2), "Quốc khánh"),
        (date(2027, 9, 5), "Chủ nhật"),
        (date(2027, 9, 6), ""),
    ],
)
def test_why_a_day_is_off(day: date, reason: str) -> None:
    assert rest_reason(day, OURS) == reason


@pytest.mark.parametrize("year", sorted(OURS.notes))
def test_every_year_of_the_table_has_the_eleven_days_of_the_law(year: int) -> None:
    """Điều 112: 11 days; as many are given instead as fall on a weekend; swaps are even."""
    names = [name for day, name in OURS.off.items() if day.year == year]
    holidays = [name for name in names if not name.startswith("nghỉ ")]
    assert len(holidays) == 11
    assert holidays.count("Tết Nguyên đán") == 5
    assert holidays.count("Quốc khánh") == 2
    for day, month in OURS.fixed:
        assert OURS.off[date(year, month, day)] == OURS.fixed[day, month]
    on_weekends = [
        day
        for day, name in OURS.off.items()
        if day.year == year and not name.startswith("nghỉ ") and day.weekday() > 4
    ]
    assert sum(name.startswith("nghỉ bù") for name in names) == len(on_weekends)
    swapped = sum(name.startswith("nghỉ hoán đổi") for name in names)
    assert swapped == sum(day.year == year for day in OURS.work)


@pytest.mark.parametrize("year", sorted(OURS.notes))
def test_tet_is_a_run_of_days_in_its_season(year: int) -> None:
    tet = sorted(day for day, name in OURS.off.items() if name == "Tết Nguyên đán")
    days = [day for day in tet if day.year == year]
    assert days == [days[0] + timedelta(days=n) for n in range(5)]
    # The lunar year begins between 21/01 and 20/02; the days off begin up to two days before.
    assert date(year, 1, 19) <= days[0] <= date(year, 2, 20)


def test_a_year_without_table_is_told() -> None:
    (note,) = year_notes([2025, 2031], OURS)
    assert "Chưa có lịch nghỉ năm 2031" in note
    assert year_notes([2025], OURS) == ()
    assert "24/11" in year_notes([2026], OURS)[0]


GOOD = """
schema: phieu.holidays/1
fixed: [{day: 02/9, name: Quốc khánh}]
years:
- year: 2030
  holidays: [{name: Tết, days: [2030-02-04]}]
"""


def test_an_office_may_have_its_own_table(tmp_path: Path) -> None:
    (tmp_path / HOLIDAYS_FILE).write_text(GOOD, encoding="utf-8")
    table = load_holidays(tmp_path)
    assert rest_reason(date(2030, 2, 4), table) == "Tết"
    assert rest_reason(date(2030, 9, 2), table) == "Quốc khánh"
    assert rest_reason(date(2025, 1, 1), table) == ""
    assert load_holidays(tmp_path / "none") == OURS


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("2030-02-04]", "2031-02-04]", "không thuộc năm 2030"),
        ("2030-02-04]", "2030-02-04, 2030-02-04]", "hai lần"),
        ("2030-02-04]}]", "2030-02-03], instead: [2030-02-02]}]", "cuối tuần"),
        ("2030-02-04]}]", "2030-02-04]}]\n  swapped: [{rest: 2030-02-06, work: 2030-02-07}]", "bù"),
        ("02/9", "31/13", "fixed.0.day"),
        ("- year: 2030", "- {year: 2030, holidays: [{name: a, days: [2030-02-04]}]}\n- year: 2030",
         "trùng năm 2030"),
    ],
)  # fmt: skip
def test_a_faulty_table_is_refused(tmp_path: Path, old: str, new: str, word: str) -> None:
    assert old in GOOD
    (tmp_path / HOLIDAYS_FILE).write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(BadSet, match=word):
        load_holidays(tmp_path)

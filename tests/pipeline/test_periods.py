"""Periods: months, quarters, years."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.periods import Period

YEARS = st.integers(1000, 2999)
PERIODS = st.one_of(
    st.builds(Period, YEARS),
    st.builds(Period, YEARS, quarter=st.integers(1, 4)),
    st.builds(Period, YEARS, month=st.integers(1, 12)),
)


@given(PERIODS)
def test_written_and_read_is_the_same(period: Period) -> None:
    assert Period.parse(str(period)) == period
    assert Period.parse(f" {str(period).lower()} ") == period


@given(PERIODS)
def test_months_lie_in_the_period_in_order(period: Period) -> None:
    months = period.months
    assert list(months) == sorted(months, key=lambda one: one.month or 0)
    assert all(one.year == period.year and one.months == (one,) for one in months)
    assert len(months) == (1 if period.month else 3 if period.quarter else 12)
    assert period.first_day == months[0].first_day


@given(YEARS)
def test_four_quarters_are_the_year(year: int) -> None:
    quarters = [Period(year, quarter=quarter) for quarter in (1, 2, 3, 4)]
    assert tuple(month for quarter in quarters for month in quarter.months) == Period(year).months


@pytest.mark.parametrize(
    "text", ["", "2026-Q5", "2026-Q0", "2026-13", "2026-1", "26-Q4", "2026Q4", "Q4-2026", "2026-"]
)
def test_other_writings_are_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="2026-Q4"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [("2026-Q4", "Quý IV/2026"), ("2026-10", "Tháng 10/2026"), ("2026", "năm 2026")],
)
def test_words_of_documents(text: str, words: str) -> None:
    assert Period.parse(text).words == words

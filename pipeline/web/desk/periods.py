"""Periods in addresses and lists."""

from datetime import date

from django.http import HttpRequest

from pipeline.forms.sets import FormSet
from pipeline.periods import Period


class PeriodConverter:
    """A period as a part of an address; one that is none is not found."""

    regex = r"[12]\d{3}(?:-Q[1-4]|-(?:0[1-9]|1[0-2]))?"

    def to_python(self, value: str) -> Period:
        """From the address."""
        return Period.parse(value)

    def to_url(self, value: Period | str) -> str:
        """Into the address."""
        return str(value)


def given_period(request: HttpRequest) -> Period | None:
    """The parameter ``period`` of a request, None when it has none or no period."""
    try:
        return Period.parse(request.GET.get("period", ""))
    except ValueError:
        return None


def periods_around(form_set: FormSet, today: date) -> tuple[Period, ...]:
    """The periods an office may be working on: those of the set's kind and their years, of last
    year, this and the next, from the set's first one on; in order, the year before its parts."""
    first = Period.parse(form_set.first_period)
    return tuple(
        period
        for year in range(today.year - 1, today.year + 2)
        for period in (Period(year), *_parts(year, first))
        if period.months[-1] >= first.months[0]
    )


def current_period(form_set: FormSet, today: date) -> Period:
    """The period of the set's kind that this day lies in, or the set's first one."""
    first = Period.parse(form_set.first_period)
    month = Period(today.year, month=today.month)
    parts = _parts(today.year, first) or (Period(today.year),)
    return max(first, next(part for part in parts if month in part.months))


def _parts(year: int, like: Period) -> tuple[Period, ...]:
    if like.kind == "quarter":
        return tuple(Period(year, quarter=number) for number in range(1, 5))
    if like.kind == "month":
        return Period(year).months
    return ()

"""The status of a whole year, from the statuses of its quarters (R-000-24; readings A10, A12).

How many quarters are needed is data of the set (``awards.yaml``). The status follows in this order:

1. ``dat``: enough quarters are passed; what is still open cannot take that away.
2. ``chua_dat``: the quarters passed and those not decided yet are too few together.
3. ``tam_tinh``: enough quarters are passed or provisionally so.
4. ``chua_co_ket_qua``: it depends on quarters without a result.

Quarters before the first period of the set are not in scope: nobody can have passed them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.forms.sets import FormSet
from pipeline.periods import Period
from pipeline.results.findings import Reason
from pipeline.results.verdict import STATUS_WORDS, Verdict, VerdictStatus, to_json

QUARTERS = 4


@dataclass(frozen=True, slots=True)
class YearRule:
    """Who has passed a year: ``quarters_needed`` of its four quarters; ``rule`` says where."""

    rule: str
    quarters_needed: int


@dataclass(frozen=True, slots=True)
class YearVerdict:
    """The verdict on one person and year, with the statuses of the quarters in scope, in order."""

    verdict: Verdict
    quarters: tuple[tuple[Period, VerdictStatus], ...]

    @property
    def passed(self) -> int:
        """How many quarters are passed for good."""
        return sum(status is VerdictStatus.DAT for _, status in self.quarters)

    @property
    def words(self) -> str:
        """As mẫu 04 of the year prints it: ``03/4 quý``."""
        return f"{self.passed:02d}/{QUARTERS} quý"


def quarters_of(year: Period, first_period: str) -> tuple[Period, ...]:
    """The quarters of a year that are in scope, in order."""
    start = Period.parse(first_period).first_day
    quarters = (Period(year.year, quarter=number) for number in range(1, QUARTERS + 1))
    return tuple(quarter for quarter in quarters if quarter.first_day >= start)


def decide_year(
    rule: YearRule, person_id: str, unit_id: str, quarters: Mapping[Period, Verdict]
) -> YearVerdict:
    """The year of one person from the verdicts on the quarters in scope; pure."""
    statuses = tuple((period, quarters[period].status) for period in sorted(quarters, key=str))
    status = year_status(rule, [status for _, status in statuses])
    reasons = () if status is VerdictStatus.DAT else _reasons(rule, statuses)
    verdict = Verdict(person_id, unit_id, None, None, status, reasons, ())
    return YearVerdict(verdict, statuses)


def year_status(rule: YearRule, quarters: Sequence[VerdictStatus]) -> VerdictStatus:
    """See the module's text."""
    passed = quarters.count(VerdictStatus.DAT)
    provisional = quarters.count(VerdictStatus.TAM_TINH)
    unknown = quarters.count(VerdictStatus.CHUA_CO_KET_QUA)
    if passed >= rule.quarters_needed:
        return VerdictStatus.DAT
    if passed + provisional + unknown < rule.quarters_needed:
        return VerdictStatus.CHUA_DAT
    if passed + provisional >= rule.quarters_needed:
        return VerdictStatus.TAM_TINH
    return VerdictStatus.CHUA_CO_KET_QUA


def year_json(years: Sequence[YearVerdict], form_set: FormSet, period: Period) -> dict[str, Any]:
    """The document of schema ``phieu.results/1`` for a year: besides what a quarter has, each
    person has ``quarters`` (status by quarter in scope) and ``quarters_passed``."""
    document = to_json([year.verdict for year in years], form_set, period)
    for person, year in zip(document["people"], years, strict=True):
        person["quarters"] = {str(quarter): status.value for quarter, status in year.quarters}
        person["quarters_passed"] = year.passed
    return document


def _reasons(
    rule: YearRule, statuses: Sequence[tuple[Period, VerdictStatus]]
) -> tuple[Reason, ...]:
    passed = sum(status is VerdictStatus.DAT for _, status in statuses)
    short = Reason(
        rule.rule,
        "too_few_quarters",
        f"Có {passed:02d}/{QUARTERS} quý đạt, yêu cầu từ {rule.quarters_needed:02d} quý",
    )
    return (
        short,
        *(
            Reason(rule.rule, f"quarter_{status}", f"{period.words}: {STATUS_WORDS[status]}")
            for period, status in statuses
            if status is not VerdictStatus.DAT
        ),
    )

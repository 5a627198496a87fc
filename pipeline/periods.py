"""Evaluation periods: a month ``2026-10``, a quarter ``2026-Q4``, a year ``2026``."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

_SHAPE = re.compile(r"(?P<year>[12]\d{3})(?:-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")
PeriodKind: TypeAlias = Literal["month", "quarter", "year"]
ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A month, a quarter (1..4) or, when both are None, a whole year."""

    year: int
    quarter: int | None = None
    month: int | None = None

    @staticmethod
    def parse(text: str) -> "Period":
        """Read ``2026-Q4``, ``2026-10`` or ``2026``. Raises ValueError otherwise."""
        found = _SHAPE.fullmatch(text.strip().upper())
        if found is None:
            raise ValueError(
                f"kỳ “{text}” không hợp lệ: viết 2026-Q4 (quý), 2026-10 (tháng) hoặc 2026 (năm)"
            )
        quarter, month = found["quarter"], found["month"]
        return Period(
            int(found["year"]), int(quarter) if quarter else None, int(month) if month else None
        )

    def __str__(self) -> str:
        if self.quarter is not None:
            return f"{self.year}-Q{self.quarter}"
        return str(self.year) if self.month is None else f"{self.year}-{self.month:02d}"

    @property
    def kind(self) -> PeriodKind:
        """Which of the three it is."""
        if self.quarter is not None:
            return "quarter"
        return "year" if self.month is None else "month"

    @property
    def words(self) -> str:
        """As official documents print it: ``Quý IV/2026``, ``Tháng 10/2026``, ``năm 2026``."""
        if self.quarter is not None:
            return f"Quý {ROMAN[self.quarter - 1]}/{self.year}"
        return f"năm {self.year}" if self.month is None else f"Tháng {self.month}/{self.year}"

    @property
    def months(self) -> tuple["Period", ...]:
        """The months of the period, in order."""
        if self.month is not None:
            return (self,)
        first = 1 if self.quarter is None else 3 * self.quarter - 2
        count = 12 if self.quarter is None else 3
        return tuple(Period(self.year, month=month) for month in range(first, first + count))

    @property
    def first_day(self) -> date:
        """The first day of the period."""
        return date(self.year, self.months[0].month or 1, 1)

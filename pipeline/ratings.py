"""Monthly and annual ratings and commitments: the second source of a verdict."""

from dataclasses import dataclass
from decimal import Decimal

LEAVE_REASONS = {"nghi_phep": "nghỉ phép", "om_dau": "ốm đau"}


@dataclass(frozen=True, slots=True)
class MonthlyRating:
    """The rating of one person in one month.

    ``level`` is the code of a level of the set (``hoan_thanh_tot``...), ``discipline`` the points
    for ý thức tổ chức kỷ luật 0..20 or None when the table leaves them out, ``reason`` a key of
    :data:`LEAVE_REASONS` or empty.
    """

    person_id: str
    year: int
    month: int
    level: str
    discipline: Decimal | None
    reason: str


@dataclass(frozen=True, slots=True)
class AnnualRating:
    """The rating of one person in one year."""

    person_id: str
    year: int
    level: str


@dataclass(frozen=True, slots=True)
class Commitment:
    """A signed commitment (mẫu 01). ``signed_on`` is ISO ``yyyy-mm-dd`` or empty when not known."""

    person_id: str
    year: int
    signed_on: str

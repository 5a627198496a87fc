"""Invented monthly and annual ratings and commitments for the people of the sample roster.

Nearly everybody does well; the exceptions are written out, one for each rule that a verdict knows.
"""

from collections.abc import Iterator
from decimal import Decimal

import numpy as np

from pipeline.people import Person
from pipeline.ratings import AnnualRating, Commitment, MonthlyRating
from samples.roster import SEED, typed_people

YEAR = 2026
MONTHS = (10, 11, 12)
EXCELLENT, GOOD, COMPLETED, FAILED = (
    "hoan_thanh_xuat_sac",
    "hoan_thanh_tot",
    "hoan_thanh",
    "khong_hoan_thanh",
)
FULL_DISCIPLINE = Decimal(20)

# (person, month) -> (level, discipline, reason). What each is there for stands beside it.
_EXCEPTIONS: dict[tuple[str, int], tuple[str, Decimal, str]] = {
    # fails himself; his head is excused because of illness
    ("TH009", 11): (COMPLETED, FULL_DISCIPLINE, "om_dau"),
    # fails, and the head with him
    ("CS006", 12): (COMPLETED, FULL_DISCIPLINE, ""),
    # fails by discipline only, which does not touch the head
    ("NV005", 10): (GOOD, Decimal("19.5"), ""),
    # leave excuses "hoàn thành" for the head, but never "không hoàn thành"
    ("PMA009", 10): (COMPLETED, FULL_DISCIPLINE, "nghi_phep"),
    ("PMA011", 11): (FAILED, Decimal(15), "nghi_phep"),
}
_MISSING = {("QD004", 12)}  # not rated yet: provisional
_NO_COMMITMENT = {"NV008", "CS012"}
_LATE_COMMITMENT = {"PMA010": f"{YEAR}-03-05"}


def sample_monthly(seed: int = SEED) -> tuple[MonthlyRating, ...]:
    """The ratings of October to December 2026."""
    rng = np.random.default_rng(seed + 1)
    return tuple(
        rating
        for person in typed_people(seed)
        for month in MONTHS
        for rating in _rate(person, month, bool(rng.random() < 0.25))
    )


def sample_annual(seed: int = SEED) -> tuple[AnnualRating, ...]:
    """The ratings of the year 2026."""
    rng = np.random.default_rng(seed + 2)
    levels = {person_id: level for (person_id, _), (level, _, _) in _EXCEPTIONS.items()}
    return tuple(
        AnnualRating(
            person.person_id,
            YEAR,
            levels.get(person.person_id, EXCELLENT if rng.random() < 0.2 else GOOD),
        )
        for person in typed_people(seed)
    )


def sample_commitments(seed: int = SEED) -> tuple[Commitment, ...]:
    """Who signed a commitment for 2026, and when: two did not, one signed late."""
    rng = np.random.default_rng(seed + 3)
    return tuple(
        Commitment(
            person.person_id,
            YEAR,
            _LATE_COMMITMENT.get(person.person_id, f"{YEAR}-01-{rng.integers(5, 30):02d}"),
        )
        for person in typed_people(seed)
        if person.person_id not in _NO_COMMITMENT
    )


def _rate(person: Person, month: int, excellent: bool) -> Iterator[MonthlyRating]:
    key = person.person_id, month
    if key in _MISSING:
        return
    usual = (EXCELLENT if excellent else GOOD, FULL_DISCIPLINE, "")
    level, discipline, reason = _EXCEPTIONS.get(key, usual)
    yield MonthlyRating(person.person_id, YEAR, month, level, discipline, reason)

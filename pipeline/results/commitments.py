"""Who has signed the yearly commitment (mẫu 01), seen from an evaluation period."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from pipeline.periods import Period
from pipeline.ratings import Commitment


def signers(commitments: Iterable[Commitment], period: Period) -> frozenset[str]:
    """Ids of the people with a commitment for the period's year, signed by its last day.

    Reading A7 of the specification: signing late counts, signing after the period does not. A
    registered commitment whose day of signing is not known counts.
    """
    month = period.months[-1].month or 12
    last_day = date(period.year, month, monthrange(period.year, month)[1]).isoformat()
    return frozenset(
        commitment.person_id
        for commitment in commitments
        if commitment.year == period.year and commitment.signed_on <= last_day
    )

"""Who has signed the yearly commitment (mẫu 01), seen from an evaluation period."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from pipeline.periods import Period
from pipeline.ratings import Commitment
from pipeline.results.calendar import Calendar, commitment_due, is_late
from pipeline.results.findings import Reason
from pipeline.results.lists import date_words


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


def late_signings(commitments: Iterable[Commitment], calendar: Calendar) -> dict[str, Reason]:
    """What to say of those who signed after the due date (R-000-08, R-000-09), by person id."""
    late: dict[str, Reason] = {}
    for commitment in commitments:
        due = commitment_due(calendar, commitment.year)
        if due is not None and is_late(commitment, calendar):
            signed, until = date_words(commitment.signed_on), date_words(due.day.isoformat())
            message = f"Ký cam kết ngày {signed}, sau hạn {until}"
            late[commitment.person_id] = Reason(due.event.rule, "late_commitment", message)
    return late

"""How far readings that nobody is asked about can be trusted: measured on a sample of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.bounds import upper_bound
from pipeline.scans.decide import UNCLEAR
from pipeline.scans.waiting import State
from pipeline.store import models


@dataclass(frozen=True, slots=True)
class Trust:
    """Sure readings of a period that people looked at as a sample: ``waiting`` still to be looked
    at, ``looked_at`` with those that could not be told (``unclear``), ``errors`` where the person
    saw something else than the machine.

    ``bound`` is the one-sided 95 % upper bound of the error rate (Clopper and Pearson 1934), what
    could not be told counted as errors; 1.0 when nothing was looked at.
    """

    waiting: int
    looked_at: int
    unclear: int
    errors: int

    @property
    def rate(self) -> float | None:
        """The share of errors among what could be told; None when that is nothing."""
        told = self.looked_at - self.unclear
        return self.errors / told if told else None

    @property
    def bound(self) -> float:
        """The error rate is below this, with 95 % confidence."""
        return upper_bound(self.errors + self.unclear, self.looked_at, confidence=0.95)


def trust(period: str, kinds: Iterable[str] = ("choice",)) -> Trust:
    """What the samples of a period say about places of these kinds (scans.waiting.Kind); rows alone
    unless others are named: totals and signatures err in other ways."""
    kinds = set(kinds)
    samples = models.QueueItem.objects.filter(period=period, sample=True, kind__in=kinds)
    waiting = samples.exclude(state=State.UNCLEAR).count()
    looked = [row for row in _latest(period) if _kind(row.where) in kinds]
    unclear = sum(row.value == UNCLEAR for row in looked)
    errors = sum(row.value not in (row.machine, UNCLEAR) for row in looked)
    return Trust(waiting, len(looked), unclear, errors)


def _latest(period: str) -> Iterable[models.Decision]:
    """Of each place that was looked at as a sample what was said last and not undone."""
    rows = models.Decision.objects.filter(
        sheet__period=period, sample=True, undoes=None, decision=None
    )
    return {(row.sheet_id, row.where): row for row in rows.order_by("id")}.values()


def _kind(where: str) -> str:
    """The kind of a place, from its name in the layout."""
    first = where.split("/", 1)[0]
    return first if first in ("overall", "total", "signature") else "choice"

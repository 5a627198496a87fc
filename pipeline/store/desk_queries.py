"""What the clerk's desk asks of the database."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from pipeline.store import models


@dataclass(frozen=True, slots=True)
class BatchFile:
    """A file of a batch: how many ``pages`` it has, how many have an outcome (``done``), and how
    many of these could not be used (``rejected``)."""

    name: str
    pages: int
    done: int
    rejected: int


@dataclass(frozen=True, slots=True)
class BatchReject:
    """A page (1-based) or a whole file (page None) of a batch that could not be used."""

    name: str
    page: int | None
    code: str
    message: str


def batch_files(batch: int) -> tuple[BatchFile, ...]:
    """The files of a batch that could be opened, as they came."""
    counts = {
        file: (done, rejected)
        for file, done, rejected in _newest(batch)
        .values_list("file_id")
        .annotate(done=Count("pk"), rejected=Count("pk", filter=~Q(reject_code="")))
    }
    rows = models.ScanFile.objects.filter(batch_id=batch).order_by("ingested_at", "name")
    return tuple(BatchFile(row.name, row.pages, *counts.get(row.sha256, (0, 0))) for row in rows)


def batch_rejects(batch: int, but: Iterable[str]) -> tuple[BatchReject, ...]:
    """What of a batch could not be used, for other reasons than these: whole files first."""
    pages = (
        _newest(batch)
        .exclude(reject_code="")
        .exclude(reject_code__in=list(but))
        .order_by("file__ingested_at", "file__name", "number")
        .values_list("file__name", "number", "reject_code", "reject_message")
    )
    files = models.FileReject.objects.filter(batch_id=batch).order_by("id")
    return (
        *(BatchReject(row.name, None, row.code, row.message) for row in files),
        *(BatchReject(*row) for row in pages),
    )


def batch_reject_counts(batch: int) -> dict[str, int]:
    """How many pages of a batch could not be used, by reason."""
    rows = _newest(batch).exclude(reject_code="")
    return dict(rows.values_list("reject_code").annotate(n=Count("pk")).order_by("-n"))


def _newest(batch: int) -> QuerySet[models.PageOutcome]:
    """The outcomes that count of a batch's pages."""
    later = models.PageOutcome.objects.filter(
        file=OuterRef("file"), number=OuterRef("number"), id__gt=OuterRef("id")
    )
    return models.PageOutcome.objects.filter(~Exists(later), file__batch_id=batch)


def queue_counts(period: str, unit_id: str | None) -> tuple[tuple[int, str, int], ...]:
    """How many things of a period wait, by level of work (scans.waiting) and code, the pages of
    which nobody knows whose they are among them unless a unit is given; most frequent first."""
    rows = models.QueueItem.objects.filter(period__in=[period] if unit_id else [period, ""])
    if unit_id is not None:
        rows = rows.filter(unit=unit_id)
    counted = rows.values_list("level", "code").annotate(n=Count("pk"))
    return tuple(counted.order_by("level", "-n", "code"))


def campaign_events(period: str) -> tuple[models.CampaignEvent, ...]:
    """When a period was closed and opened again, the newest first."""
    rows = models.CampaignEvent.objects.filter(period=period).select_related("account")
    return tuple(rows.order_by("-id"))

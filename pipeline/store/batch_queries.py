"""What the intake of scans asks of the database about batches and what came in them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.fields.json import KeyTransform
from django.utils import timezone

from pipeline.store import models


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch; see models.Batch. Times are local; ``account`` is a user's name or empty."""

    batch_id: int
    started_at: datetime
    finished_at: datetime | None
    account: str
    pages: int
    pages_done: int
    failure: str
    files: int


@dataclass(frozen=True, slots=True)
class StreakRow:
    """A streak: ``at_mm`` from the ``left`` or ``top`` edge of the picture."""

    edge: str
    at_mm: float


@dataclass(frozen=True, slots=True)
class PageFactsRow:
    """How a page came out as a picture. Of a page that was not read the figures are None."""

    file_sha256: str
    file_name: str
    number: int
    sheet_id: str | None
    reject_code: str
    dpi: float | None
    colour: bool | None
    bilevel: bool | None
    residual_mm: float | None
    rotation_deg: float | None
    streaks: tuple[StreakRow, ...]


@dataclass(frozen=True, slots=True)
class ScanOfPage:
    """That a page (1-based ``page``) of a sheet was read from a page of a file."""

    sheet_id: str
    page: int
    file_sha256: str
    number: int
    batch: int | None


def open_batch(account_id: int | None) -> int:
    """A new batch; its number."""
    return models.Batch.objects.create(account_id=account_id).pk


def set_progress(batch: int, pages_done: int, pages: int) -> None:
    """How far a batch is."""
    models.Batch.objects.filter(pk=batch).update(pages_done=pages_done, pages=pages)


def finish_batch(batch: int, failure: str = "") -> None:
    """A batch has ended; ``failure`` says why before its end."""
    models.Batch.objects.filter(pk=batch).update(finished_at=timezone.now(), failure=failure)


def load_batches() -> tuple[BatchRow, ...]:
    """All batches, the newest first."""
    rows = models.Batch.objects.select_related("account").annotate(files=Count("scanfile"))
    return tuple(_batch_row(row, row.files) for row in rows.order_by("-id"))


def find_batch(batch: int) -> BatchRow | None:
    """The batch of this number."""
    return next((row for row in load_batches() if row.batch_id == batch), None)


def _batch_row(row: models.Batch, files: int) -> BatchRow:
    return BatchRow(
        row.pk,
        timezone.localtime(row.started_at),
        row.finished_at and timezone.localtime(row.finished_at),
        "" if row.account is None else row.account.username,
        row.pages,
        row.pages_done,
        row.failure,
        files,
    )


def _newest() -> QuerySet[models.PageOutcome]:
    later = models.PageOutcome.objects.filter(
        file=OuterRef("file"), number=OuterRef("number"), id__gt=OuterRef("id")
    )
    return models.PageOutcome.objects.filter(~Exists(later))


def load_page_facts(batch: int) -> tuple[PageFactsRow, ...]:
    """The pages of a batch in the order of its files."""
    rows = _newest().filter(file__batch_id=batch).order_by("file__ingested_at", "file", "number")
    names = ("dpi", "colour", "bilevel", "registration", "defects")
    return tuple(
        _facts(row)
        for row in rows.values(
            "file_id",
            "file__name",
            "number",
            "sheet_id",
            "reject_code",
            **{name: KeyTransform(name, "reading") for name in names},
        )
    )


def _facts(row: Mapping[str, Any]) -> PageFactsRow:
    registration, defects = row["registration"] or {}, row["defects"] or ()
    return PageFactsRow(
        row["file_id"],
        row["file__name"],
        row["number"],
        row["sheet_id"],
        row["reject_code"],
        row["dpi"],
        row["colour"],
        row["bilevel"],
        registration.get("residual_mm"),
        registration.get("rotation_deg"),
        tuple(
            StreakRow(defect["edge"], defect["at_mm"])
            for defect in defects
            if defect.get("at_mm") is not None
        ),
    )


def scans_of_sheets(sheet_ids: Iterable[str] | None = None) -> tuple[ScanOfPage, ...]:
    """Which pages of these sheets, or of all, were read from where, in the order they came."""
    rows = _newest().filter(sheet_id__isnull=False, reject_code="")
    if sheet_ids is not None:
        rows = rows.filter(sheet_id__in=list(sheet_ids))
    return tuple(
        ScanOfPage(str(sheet_id), int(page or 0), sha256, number, batch)
        for sheet_id, page, sha256, number, batch in rows.order_by("id").values_list(
            "sheet_id", "sheet_page", "file_id", "number", "file__batch_id"
        )
    )


def periods_of_batches(batches: Iterable[int]) -> dict[int, Counter[str]]:
    """How many pages of each period lie in each of these batches."""
    rows = models.PageOutcome.objects.filter(
        file__batch_id__in=set(batches), sheet_id__isnull=False, reject_code=""
    )
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for batch, period, pages in rows.values_list("file__batch_id", "sheet__period").annotate(
        pages=Count("id")
    ):
        counts[batch][period] = pages
    return dict(counts)

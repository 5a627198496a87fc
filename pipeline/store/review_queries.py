"""What the review asks of the database: decisions, the queue, campaigns."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Max, OuterRef

from pipeline.scans.decide import Decision
from pipeline.scans.waiting import LEVEL_PAGE, Kind, State, Waiting
from pipeline.store import models

ASSIGN, DISCARD, KEEP, UNDO = "assign", "discard", "keep", "undo"
CLOSED, REOPENED = "closed", "reopened"


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision to append; see models.Decision."""

    sheet_id: str
    page: int
    where: str
    source: tuple[str, int]
    machine: str
    old: str
    value: str
    against: str
    note: str
    sample: bool
    account_id: int


@dataclass(frozen=True, slots=True)
class PastDecision:
    """A decision as the history shows it; ``undone`` when somebody took it back."""

    decision_id: int
    where: str
    old: str
    value: str
    note: str
    by: str
    at: datetime
    undone: bool


@dataclass(frozen=True, slots=True)
class PageRuling:
    """What counts of the decisions about a scanned page; see models.PageDecision."""

    decision_id: int
    file_sha256: str
    number: int
    action: str
    sheet_id: str | None
    sheet_page: int | None
    outcome_id: int | None
    by: str


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A queue item as it should be; see models.QueueItem."""

    key: str
    period: str
    unit_id: str | None
    sheet_id: str | None
    waiting: Waiting


def load_decisions(sheet_ids: Iterable[str]) -> dict[str, tuple[Decision, ...]]:
    """All decisions about these sheets by sheet id, undone ones and undoings too."""
    rows = models.Decision.objects.filter(sheet_id__in=list(sheet_ids)).order_by("id")
    found: dict[str, list[Decision]] = defaultdict(list)
    for row in rows.select_related("account", "outcome").defer("outcome__reading"):
        source = ("", 0) if row.outcome is None else (row.outcome.file_id, row.outcome.number)
        found[row.sheet_id].append(
            Decision(
                row.id,
                row.where,
                source,
                row.value,
                row.account.username,
                row.machine,
                row.against,
                row.sample,
                row.undoes_id,
            )
        )
    return {sheet_id: tuple(decisions) for sheet_id, decisions in found.items()}


def history(sheet_id: str, where: str | None = None) -> tuple[PastDecision, ...]:
    """What was decided about a sheet or one place of it, oldest first."""
    rows = models.Decision.objects.filter(sheet_id=sheet_id, undoes=None)
    if where is not None:
        rows = rows.filter(where=where)
    undone = set(
        models.Decision.objects.filter(sheet_id=sheet_id)
        .exclude(undoes=None)
        .values_list("undoes_id", flat=True)
    )
    return tuple(
        PastDecision(
            row.id,
            row.where,
            row.old,
            row.value,
            row.note,
            row.account.username,
            row.decided_at,
            row.id in undone,
        )
        for row in rows.select_related("account").order_by("id")
    )


def append_decision(new: NewDecision) -> int:
    """Append a decision; its id."""
    row = models.Decision.objects.create(
        sheet_id=new.sheet_id,
        page=new.page,
        where=new.where,
        outcome_id=newest_outcome(*new.source),
        machine=new.machine,
        old=new.old,
        value=new.value,
        against=new.against,
        note=new.note,
        sample=new.sample,
        account_id=new.account_id,
    )
    return row.id


def newest_outcome(sha256: str, number: int) -> int | None:
    """The id of the outcome of a page that counts."""
    return newest_outcomes([(sha256, number)]).get((sha256, number))


def newest_outcomes(pages: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """The same for many pages (file, number)."""
    wanted = set(pages)
    rows = (
        models.PageOutcome.objects.filter(
            file_id__in={sha256 for sha256, _ in wanted}, number__in={n for _, n in wanted}
        )
        .values_list("file_id", "number")
        .annotate(newest=Max("id"))
    )
    return {(sha, n): newest for sha, n, newest in rows if (sha, n) in wanted}


def outcome_ids(sheet_ids: Iterable[str]) -> dict[tuple[str, int], int]:
    """The newest outcome of each page (file, number) of these sheets."""
    rows = models.PageOutcome.objects.filter(sheet_id__in=list(sheet_ids)).order_by("id")
    return {(sha, number): pk for sha, number, pk in rows.values_list("file_id", "number", "id")}


def page_rulings(files: Iterable[str] | None = None) -> dict[tuple[str, int], PageRuling]:
    """By page (file, number): the latest decision about it that nobody has undone."""
    rows = models.PageDecision.objects.filter(undoes=None)
    if files is not None:
        rows = rows.filter(file_id__in=list(files))
    undone = models.PageDecision.objects.filter(undoes=OuterRef("id"))
    return {
        (row.file_id, row.number): PageRuling(
            row.id,
            row.file_id,
            row.number,
            row.action,
            row.sheet_id,
            row.sheet_page,
            row.outcome_id,
            row.account.username,
        )
        for row in rows.filter(~Exists(undone)).select_related("account").order_by("id")
    }


def units_of(sheet_ids: Iterable[str]) -> dict[str, str]:
    """The unit of each sheet's person."""
    rows = models.Sheet.objects.filter(sheet_id__in=list(sheet_ids))
    return dict(rows.values_list("sheet_id", "person__unit_id"))


def rejected_pages(
    files: Iterable[str] | None, but: frozenset[str]
) -> tuple[models.PageOutcome, ...]:
    """The newest outcomes of pages that could not be used, for other reasons than these."""
    later = models.PageOutcome.objects.filter(
        file=OuterRef("file"), number=OuterRef("number"), id__gt=OuterRef("id")
    )
    rows = models.PageOutcome.objects.exclude(reject_code="").exclude(reject_code__in=list(but))
    if files is not None:
        rows = rows.filter(file_id__in=list(files))
    return tuple(rows.filter(~Exists(later)).order_by("id"))


def closed_periods() -> dict[str, str]:
    """The periods that may not be changed, each with the name of the user who closed it."""
    events = models.CampaignEvent.objects.select_related("account").order_by("id")
    last = {event.period: event for event in events}
    return {
        period: event.account.username for period, event in last.items() if event.event == CLOSED
    }


def is_closed(period: str) -> bool:
    """Whether a period may not be changed."""
    return period in closed_periods()


def store_entries(
    entries: Sequence[QueueEntry], stored: Iterable[models.QueueItem], accounts: Mapping[str, int]
) -> None:
    """Make the queue items that are ``stored`` into these: what is as it was keeps its lease, and
    its being put aside; what is gone or changed does not."""
    wanted = {entry.key: _row(entry, accounts) for entry in entries}
    known = {row.key: row for row in stored}
    same = {key for key, row in known.items() if key in wanted and _same(row, wanted[key])}
    gone = [row.pk for key, row in known.items() if key not in same]
    if gone:
        models.QueueItem.objects.filter(pk__in=gone).delete()
    models.QueueItem.objects.bulk_create(
        [row for key, row in wanted.items() if key not in same], batch_size=500
    )


def _same(old: models.QueueItem, new: models.QueueItem) -> bool:
    return (old.version, old.unit_id, old.period) == (new.version, new.unit_id, new.period)


def _row(entry: QueueEntry, accounts: Mapping[str, int]) -> models.QueueItem:
    waiting = entry.waiting
    sha256, number = waiting.source
    return models.QueueItem(
        key=entry.key,
        period=entry.period,
        unit_id=entry.unit_id,
        sheet_id=entry.sheet_id,
        file_id=sha256,
        number=number,
        page=waiting.page or None,
        where=waiting.where,
        level=waiting.level,
        kind=waiting.kind,
        code=waiting.code,
        message=waiting.message,
        proposal=waiting.proposal,
        doubt=waiting.doubt,
        sample=waiting.sample,
        state=waiting.state,
        not_for_id=accounts.get(waiting.decided_by),
        version=_version(waiting),
    )


def _version(waiting: Waiting) -> int:
    """A hash of 31 bits of everything a reviewer is shown and of the latest decision there."""
    return zlib.crc32(repr(waiting).encode()) & 0x7FFFFFFF


def account_ids(usernames: Iterable[str]) -> dict[str, int]:
    """The accounts of these names."""
    rows = models.Account.objects.filter(username__in=set(usernames))
    return dict(rows.values_list("username", "id"))


def entry_of_page(row: models.PageOutcome, period: str, unit_id: str | None) -> QueueEntry:
    """The queue item of a page that could not be used."""
    waiting = Waiting(
        where="",
        page=row.sheet_page or 0,
        level=LEVEL_PAGE,
        kind=Kind.PAGE,
        code=row.reject_code,
        message=row.reject_message,
        proposal="",
        doubt=1.0,
        source=(row.file_id, row.number),
        state=State.OPEN,
        last=row.pk,
    )
    key = page_key(row.file_id, row.number)
    return QueueEntry(key, period, unit_id, row.sheet_id, waiting)


def page_key(sha256: str, number: int) -> str:
    """The queue key of a scanned page."""
    return f"page/{sha256}/{number}"

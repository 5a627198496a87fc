"""The queue as a reviewer sees it: who looks, at which part of it, at what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from pipeline.errors import NotAllowed
from pipeline.scans.waiting import State
from pipeline.store import models, review_queries

APPROVER = "phe_duyet"
"""The role that may undo what others decided and open a closed period again."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """An account at work. Without ``unit_id`` it sees the whole office."""

    account_id: int
    username: str
    unit_id: str | None
    roles: frozenset[str]

    @property
    def approves(self) -> bool:
        """Whether this is an approver."""
        return APPROVER in self.roles

    def check_scope(self, unit_id: str | None) -> None:
        """Raises NotAllowed when this is of another unit, or of nobody knows which."""
        if self.unit_id is not None and self.unit_id != unit_id:
            raise NotAllowed("Phiếu này không thuộc đơn vị của tài khoản đang dùng.")


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which part of the queue; an empty field takes all. ``state`` as in scans.waiting.State,
    ``kind`` as in scans.waiting.Kind. ``proposal`` None takes all, "" those without one."""

    period: str
    unit_id: str = ""
    sheet_id: str = ""
    form: str = ""
    kind: str = ""
    code: str = ""
    proposal: str | None = None
    state: str = State.OPEN


@dataclass(frozen=True, slots=True)
class Position:
    """Where an item stands in the order of work, so that one can go on from it when it is gone."""

    level: int
    doubt: float
    row: int


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to decide. ``where``, ``kind``, ``code``, ``level``: see scans.waiting.

    ``file_sha256`` and ``file_page`` (1-based) are the scan to show and ``outcome_id`` what became
    of it, ``page`` is the page of the sheet (None: not known). ``message`` is the reason for doubt
    in words, ``proposal`` what the machine would say, in the words of a decision. ``second`` says
    that another person has decided before (what, is not told). Whether it is a sample is not told
    either.
    """

    key: str
    version: int
    position: Position
    period: str
    unit_id: str | None
    level: int
    kind: str
    code: str
    message: str
    proposal: str
    state: str
    second: bool
    sheet_id: str | None
    person_id: str | None
    form: str | None
    page: int | None
    where: str
    file_sha256: str
    file_page: int
    outcome_id: int | None
    leased_until: datetime | None


@dataclass(frozen=True, slots=True)
class Group:
    """Items of one kind that can be looked at together."""

    kind: str
    code: str
    proposal: str
    count: int


_ORDER = ("level", "-doubt", "id")


def queue_rows(
    reviewer: Reviewer, chosen: QueueFilter, *, unplaced: bool = True
) -> "list[QuerySet[models.QueueItem]]":
    """The rows of this part of the queue that are for this reviewer, in the order of work: first
    the pages of which nobody knows whose they are, shown to accounts without a unit only."""
    rows = models.QueueItem.objects.select_related("sheet").order_by(*_ORDER)
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    rows = rows.filter(Q(not_for=None) | ~Q(not_for=reviewer.account_id))
    for field, value in _conditions(chosen).items():
        rows = rows.filter(**{field: value})
    unit_id = reviewer.unit_id or chosen.unit_id
    if reviewer.unit_id and chosen.unit_id and reviewer.unit_id != chosen.unit_id:
        return []
    placed = rows.filter(period=chosen.period)
    if unit_id:
        return [placed.filter(unit=unit_id)]
    return [rows.filter(period=""), placed] if unplaced else [placed]


def _conditions(chosen: QueueFilter) -> Mapping[str, object]:
    given = {
        "sheet": chosen.sheet_id,
        "sheet__form": chosen.form,
        "kind": chosen.kind,
        "code": chosen.code,
    }
    found: dict[str, object] = {field: value for field, value in given.items() if value}
    return found if chosen.proposal is None else found | {"proposal": chosen.proposal}


def free(
    rows: "QuerySet[models.QueueItem]", reviewer: Reviewer, now: datetime
) -> "QuerySet[models.QueueItem]":
    """Those that nobody else is looking at."""
    return rows.filter(
        Q(leased_until=None) | Q(leased_until__lte=now) | Q(leased_by=reviewer.account_id)
    )


def beyond(
    rows: "QuerySet[models.QueueItem]", at: Position, *, back: bool
) -> "QuerySet[models.QueueItem]":
    """Those after a position, or before it, nearest first."""
    level, doubt, row = at.level, at.doubt, at.row
    if not back:
        return rows.filter(
            Q(level__gt=level)
            | Q(level=level, doubt__lt=doubt)
            | Q(level=level, doubt=doubt, id__gt=row)
        )
    return rows.filter(
        Q(level__lt=level)
        | Q(level=level, doubt__gt=doubt)
        | Q(level=level, doubt=doubt, id__lt=row)
    ).order_by(F("level").desc(), "doubt", F("id").desc())


def as_items(rows: Sequence[models.QueueItem]) -> tuple[Item, ...]:
    """Rows as the reviewer gets them."""
    outcomes = review_queries.newest_outcomes((row.file_id or "", row.number or 0) for row in rows)
    return tuple(_as_item(row, outcomes.get((row.file_id or "", row.number or 0))) for row in rows)


def _as_item(row: models.QueueItem, outcome_id: int | None) -> Item:
    sheet = row.sheet
    return Item(
        key=row.key,
        version=row.version,
        position=Position(row.level, row.doubt, row.pk),
        period=row.period,
        unit_id=row.unit_id,
        level=row.level,
        kind=row.kind,
        code=row.code,
        message=row.message,
        proposal=row.proposal,
        state=row.state,
        second=row.not_for_id is not None,
        sheet_id=row.sheet_id,
        person_id=None if sheet is None else sheet.person_id,
        form=None if sheet is None else sheet.form,
        page=row.page,
        where=row.where,
        file_sha256=row.file_id or "",
        file_page=row.number or 0,
        outcome_id=outcome_id,
        leased_until=row.leased_until,
    )

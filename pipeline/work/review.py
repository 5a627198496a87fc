"""Deciding what waits: the next item, a decision, its undoing.

Every change is one transaction: the decision is appended and the queue of that sheet brought up to
date. An item that is shown is leased, so that two reviewers never get the same one.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from pipeline.errors import BadInput, CampaignClosed, NotAllowed, Stale
from pipeline.forms.sets import AnswerForm
from pipeline.scans.check import form_result
from pipeline.scans.decide import EMPTY, is_value
from pipeline.scans.waiting import LEVEL_PLACE, Kind, State
from pipeline.store import models, review_queries
from pipeline.store.review_queries import NewDecision, PastDecision
from pipeline.work.office import Office
from pipeline.work.queue import refresh_queue, refresh_sheets
from pipeline.work.review_items import (
    Group,
    Item,
    Position,
    QueueFilter,
    Reviewer,
    as_items,
    beyond,
    free,
    queue_rows,
)
from pipeline.work.sheet_files import SheetFile, load_sheet_files, with_new_decisions
from pipeline.work.sheets import sheets_of

LEASE = timedelta(minutes=5)
"""How long an item is one reviewer's alone after it was shown. A decision takes seconds; a reviewer
who is called away must not hold up a page for longer than a break."""

ITEMS_AT_ONCE = 60
"""Crops of a contact sheet: what a screen of 1280x720 shows without scrolling far."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value for an item as it was shown (its key and version)."""

    key: str
    version: int
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that was stored. ``ref`` is for :func:`undo`."""

    ref: int
    key: str
    sheet_id: str
    where: str
    value: str


def next_item(reviewer: Reviewer, chosen: QueueFilter) -> Item | None:
    """The item to look at now, leased to this reviewer: the one shown before if it is still open
    and theirs, else the first that nobody else is looking at. None when nothing is left."""
    now = timezone.now()
    with transaction.atomic():
        parts = queue_rows(reviewer, chosen)
        held = models.QueueItem.objects.filter(
            leased_by=reviewer.account_id, leased_until__gt=now
        ).values_list("pk", flat=True)
        own = [part.filter(pk__in=list(held)) for part in parts if held]
        for part in (*own, *(free(part, reviewer, now) for part in parts)):
            row = part.first()
            if row is not None:
                return lease([row], reviewer, now)[0]
    return None


def neighbour(
    reviewer: Reviewer, chosen: QueueFilter, at: Position, *, back: bool = False
) -> Item | None:
    """The item after a position, or before it, leased instead of what this reviewer held."""
    now = timezone.now()
    with transaction.atomic():
        parts = [free(part, reviewer, now) for part in queue_rows(reviewer, chosen)]
        rows = [row for part in parts if (row := beyond(part, at, back=back).first()) is not None]
        if not rows:
            return None
        rows.sort(key=lambda row: (row.level, -row.doubt, row.pk), reverse=back)
        release(reviewer)
        return lease(rows[:1], reviewer, now)[0]


def item(reviewer: Reviewer, key: str) -> Item:
    """The item of this key, without leasing it. Raises Stale when it is not in the queue."""
    return as_items([_row(reviewer, key)])[0]


def groups(reviewer: Reviewer, chosen: QueueFilter) -> tuple[Group, ...]:
    """The kinds of places that wait, the most frequent first: contact sheets are made of one."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for part in queue_rows(reviewer, chosen, unplaced=False):
        places = part.filter(level=LEVEL_PLACE).order_by()
        counts.update(places.values_list("kind", "code", "proposal"))
    return tuple(Group(*group, count) for group, count in counts.most_common())


def contact_sheet(
    reviewer: Reviewer, chosen: QueueFilter, limit: int = ITEMS_AT_ONCE
) -> tuple[Item, ...]:
    """Up to ``limit`` places of one kind with one proposal, most doubtful first, all leased to this
    reviewer. The filter should name kind, code and proposal; else the first place says which."""
    now = timezone.now()
    with transaction.atomic():
        parts = queue_rows(reviewer, chosen, unplaced=False)
        found = [free(part, reviewer, now).filter(level=LEVEL_PLACE) for part in parts]
        first = found[0].first() if found else None
        if first is None:
            return ()
        alike = found[0].filter(kind=first.kind, code=first.code, proposal=first.proposal)
        release(reviewer)
        return lease(list(alike[:limit]), reviewer, now)


def lease(rows: Sequence[models.QueueItem], reviewer: Reviewer, now: datetime) -> tuple[Item, ...]:
    """Make these items this reviewer's alone for a while; inside a transaction."""
    until = now + LEASE
    models.QueueItem.objects.filter(pk__in=[row.pk for row in rows]).update(
        leased_by=reviewer.account_id, leased_until=until
    )
    for row in rows:
        row.leased_until = until
    return as_items(rows)


def release(reviewer: Reviewer) -> None:
    """Let go of everything this reviewer holds: when they leave the screen."""
    models.QueueItem.objects.filter(leased_by=reviewer.account_id).update(
        leased_by=None, leased_until=None
    )


def set_aside(reviewer: Reviewer, key: str, version: int) -> None:
    """Put an item aside: it is found under the state ``aside`` and is still open."""
    with transaction.atomic():
        row = claim(reviewer, key, version)
        models.QueueItem.objects.filter(pk=row.pk).update(
            state=State.ASIDE, leased_by=None, leased_until=None
        )


def decide(office: Office, reviewer: Reviewer, choice: Choice) -> Decided:
    """Store what a person says of a place or of a flag of a page.

    Raises Stale when the item is gone, has changed since it was shown, or is leased to another;
    CampaignClosed; NotAllowed; BadInput for a value that is none of this kind of place.
    """
    return decide_many(office, reviewer, [choice])[0]


def decide_many(
    office: Office, reviewer: Reviewer, choices: Sequence[Choice]
) -> tuple[Decided, ...]:
    """As :func:`decide`, for many items: all of them or none."""
    with transaction.atomic():
        rows = [claim(reviewer, choice.key, choice.version) for choice in choices]
        ids = [row.sheet_id for row in rows if row.sheet_id is not None]
        files = load_sheet_files(office, sheets_of(ids).values())
        decided = [
            _append(reviewer, row, choice, files) for row, choice in zip(rows, choices, strict=True)
        ]
        refresh_sheets(office, with_new_decisions(office, files), files)
    return tuple(decided)


def _append(
    reviewer: Reviewer,
    row: models.QueueItem,
    choice: Choice,
    files: dict[str, SheetFile],
) -> Decided:
    if row.sheet_id is None or row.kind in (Kind.PAGE, Kind.TWIN):
        raise BadInput("Trang quét được nhận vào phiếu, giữ hoặc bỏ, không ghi giá trị.")
    if not is_value(files[row.sheet_id].form_set, row.kind, choice.value):
        raise BadInput(f"Giá trị “{choice.value}” không dùng được cho chỗ này.")
    file = files[row.sheet_id]
    ruling = file.rulings.get(row.where)
    ref = review_queries.append_decision(
        NewDecision(
            sheet_id=row.sheet_id,
            page=row.page or 0,
            where=row.where,
            source=(row.file_id or "", row.number or 0),
            machine=row.proposal,
            old=ruling.value if ruling is not None else (row.proposal if row.sample else EMPTY),
            value=choice.value,
            against=_against(file, row.kind, row.where),
            note=choice.note,
            sample=row.sample,
            account_id=reviewer.account_id,
        )
    )
    return Decided(ref, row.key, row.sheet_id, row.where, choice.value)


def _against(file: SheetFile, kind: str, where: str) -> str:
    """What the marks give now for a total or the result box."""
    if kind == Kind.TOTAL:
        _, side, value = where.split("/")
        return str(file.record.totals[side, value].counted)
    if kind == Kind.OVERALL and isinstance(file.form, AnswerForm):
        return form_result(file.form, file.record.answers) or EMPTY
    return EMPTY


def claim(reviewer: Reviewer, key: str, version: int) -> models.QueueItem:
    """The row of an item that this reviewer may decide now. Raises as :func:`decide`."""
    row = _row(reviewer, key)
    check_open(row.period)
    now = timezone.now()
    held = row.leased_by is not None and row.leased_until is not None and row.leased_until > now
    if held and row.leased_by_id != reviewer.account_id and row.leased_by is not None:
        raise Stale(f"Chỗ này đang do {row.leased_by.username} xem. Hãy chuyển sang chỗ khác.")
    if row.not_for_id == reviewer.account_id:
        raise Stale("Bạn đã quyết định chỗ này; cần một người khác xem.")
    if row.version != version:
        raise Stale(f"Chỗ này đã thay đổi từ lúc bạn mở{_by_whom(row.key)}. Hãy xem lại.")
    return row


def check_open(period: str) -> None:
    """Raises CampaignClosed when nothing may be changed in this period."""
    if period and review_queries.is_closed(period):
        raise CampaignClosed(f"Đợt {period} đã đóng; chỉ xem, không sửa. Cần mở lại đợt trước.")


def _row(reviewer: Reviewer, key: str) -> models.QueueItem:
    row = models.QueueItem.objects.select_related("sheet", "leased_by").filter(key=key).first()
    if row is None:
        raise Stale(f"Chỗ này không còn chờ xem{_by_whom(key)}.")
    reviewer.check_scope(row.unit_id)
    return row


def _by_whom(key: str) -> str:
    """Who decided last about an item, in words; empty when nobody did."""
    sheet_id, _, where = key.partition("/")
    if sheet_id == "page":
        return ""
    past = [each for each in review_queries.history(sheet_id, where) if not each.undone]
    return f" ({past[-1].by} đã quyết định)" if past else ""


def undo(office: Office, reviewer: Reviewer, ref: int) -> None:
    """Take a decision back; the place is as it was before. One's own, or as approver anybody's.

    Raises Stale when that was done already, NotAllowed, CampaignClosed, BadInput when there is no
    such decision.
    """
    try:
        with transaction.atomic():
            row = models.Decision.objects.select_related("sheet", "account").filter(pk=ref).first()
            if row is None or row.undoes_id is not None:
                raise BadInput("Không có quyết định này để rút lại.")
            unit_id = review_queries.units_of([row.sheet_id])[row.sheet_id]
            reviewer.check_scope(unit_id)
            if row.account_id != reviewer.account_id and not reviewer.approves:
                raise NotAllowed("Chỉ người phê duyệt được rút lại quyết định của người khác.")
            check_open(row.sheet.period)
            models.Decision.objects.create(
                sheet_id=row.sheet_id,
                page=row.page,
                where=row.where,
                outcome_id=row.outcome_id,
                old=row.value,
                undoes=row,
                account_id=reviewer.account_id,
            )
            refresh_queue(office, [row.sheet_id])
    except IntegrityError as error:
        raise Stale("Quyết định này đã được rút lại rồi.") from error


def history(reviewer: Reviewer, key: str) -> tuple[PastDecision, ...]:
    """What was decided about a place, oldest first; nothing while a second person has to look
    without knowing what the first one said."""
    sheet_id, _, where = key.partition("/")
    units = review_queries.units_of([sheet_id])
    reviewer.check_scope(units.get(sheet_id))
    row = models.QueueItem.objects.filter(key=key).first()
    if row is not None and row.not_for_id not in (None, reviewer.account_id):
        return ()
    return review_queries.history(sheet_id, where)

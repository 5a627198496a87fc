"""Campaigns (đợt): the periods of the set, how far each is, closing one and opening it again."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from pipeline.errors import BadInput, CampaignClosed, NotAllowed
from pipeline.periods import Period
from pipeline.scans.record import SheetStatus
from pipeline.store import models, queries, review_queries
from pipeline.store.review_queries import CLOSED, REOPENED
from pipeline.work.commitments import register_commitments
from pipeline.work.office import Office
from pipeline.work.queue import refresh_pages, refresh_queue
from pipeline.work.readings import load_readings
from pipeline.work.review import check_open
from pipeline.work.review_items import Reviewer


@dataclass(frozen=True, slots=True)
class Campaign:
    """How far a period is. ``printed`` sheets, of which some page has ``arrived``, some thing is
    ``flagged``; ``waiting`` things wait for a person (samples among them), ``decided`` were decided
    by one. ``closed_by`` is a user's name, empty while it is open."""

    period: str
    printed: int
    arrived: int
    flagged: int
    waiting: int
    decided: int
    closed: bool
    closed_by: str


@dataclass(frozen=True, slots=True)
class StillOpen:
    """What keeps a period from being closed: things that wait for a person, scanned pages of which
    nobody knows whose they are, sheets with a page missing, and sheets that never came."""

    waiting: int
    unplaced: int
    incomplete: tuple[str, ...]
    never_came: tuple[str, ...]


def campaigns(unit_id: str | None = None) -> tuple[Campaign, ...]:
    """All periods for which sheets were printed, the latest first; of one unit, when given."""
    sheets, items = models.Sheet.objects.all(), models.QueueItem.objects.exclude(period="")
    decisions = models.Decision.objects.filter(undoes=None, decision=None)
    if unit_id is not None:
        sheets = sheets.filter(person__unit=unit_id)
        items = items.filter(unit=unit_id)
        decisions = decisions.filter(sheet__person__unit=unit_id)
    come = models.PageOutcome.objects.filter(sheet=OuterRef("pk"), reject_code="")
    found = sheets.values_list("period").annotate(
        printed=Count("pk"), arrived=Count("pk", filter=Q(Exists(come)))
    )
    waits: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    rows = items.values_list("period").annotate(
        waiting=Count("pk"), flagged=Count("sheet", filter=Q(sample=False), distinct=True)
    )
    waits.update({text: (waiting, flagged) for text, waiting, flagged in rows})
    decided: dict[str, int] = defaultdict(int)
    decided.update(decisions.values_list("sheet__period").annotate(Count("pk")))
    closed = review_queries.closed_periods()
    return tuple(
        Campaign(
            period=text,
            printed=printed,
            arrived=arrived,
            flagged=waits[text][1],
            waiting=waits[text][0],
            decided=decided[text],
            closed=text in closed,
            closed_by=closed.get(text, ""),
        )
        for text, printed, arrived in found.order_by("-period")
    )


def still_open(office: Office, period: Period) -> StillOpen:
    """What keeps a period from being closed, from its readings themselves and not from the queue
    as it happens to be."""
    readings = load_readings(office, period)
    _renew_queue(office, period)
    return StillOpen(
        waiting=models.QueueItem.objects.filter(period=str(period)).count(),
        unplaced=models.QueueItem.objects.filter(period="").count(),
        incomplete=tuple(
            record.sheet_id
            for record in readings.records
            if record.status is SheetStatus.INCOMPLETE
        ),
        never_came=tuple(sheet.sheet_id for sheet in readings.missing),
    )


def _renew_queue(office: Office, period: Period) -> None:
    refresh_queue(office, queries.load_sheets(period=str(period)))
    refresh_pages(None)


def close(office: Office, reviewer: Reviewer, period: Period, reason: str = "") -> None:
    """Close a period: from now on nothing of it is changed.

    Raises BadInput, saying what is open; sheets that never came, whole or in part, need a
    ``reason``: their people have no result. Signed
    commitments that a person has accepted are registered now (R-000-07).
    """
    _whole_office(reviewer)
    with transaction.atomic():
        check_open(str(period))
        found = still_open(office, period)
        left = [
            f"{count} {words}"
            for count, words in (
                (found.waiting, "chỗ chờ người xem"),
                (found.unplaced, "trang quét chưa rõ của phiếu nào"),
            )
            if count
        ]
        if left:
            raise BadInput(f"Chưa đóng được đợt {period}: còn {', '.join(left)}.")
        without = [
            f"{len(sheets)} {words}"
            for sheets, words in (
                (found.never_came, "phiếu đã in mà chưa nhận lại"),
                (found.incomplete, "phiếu thiếu trang"),
            )
            if sheets
        ]
        if without and not reason.strip():
            raise BadInput(
                f"Còn {', '.join(without)}; những người này không có kết quả. Quét bổ sung, hoặc "
                f"ghi lý do rồi mới đóng được đợt {period}."
            )
        register_commitments(
            office, queries.files_of_sheets(queries.load_sheets(period=str(period)))
        )
        _append(reviewer, period, CLOSED, reason)


def reopen(reviewer: Reviewer, period: Period, reason: str) -> None:
    """Open a closed period again; for an approver, with a reason."""
    _whole_office(reviewer)
    if not reviewer.approves:
        raise NotAllowed("Chỉ người phê duyệt được mở lại đợt đã đóng.")
    if not reason.strip():
        raise BadInput("Cần ghi lý do khi mở lại đợt.")
    with transaction.atomic():
        if not review_queries.is_closed(str(period)):
            raise BadInput(f"Đợt {period} đang mở.")
        _append(reviewer, period, REOPENED, reason)


def refuse_closed_months(office: Office, months: Collection[Period]) -> None:
    """Raises CampaignClosed when one of these months lies in a closed period of evaluation: the
    results of that period rest on their ratings."""
    evaluated = Period.parse(office.form_set.first_period).kind
    for text in sorted(review_queries.closed_periods()):
        closed = Period.parse(text)
        shared = set(months) & set(closed.months) if closed.kind == evaluated else set()
        if shared:
            named = ", ".join(sorted(str(month) for month in shared))
            raise CampaignClosed(
                f"Đợt {text} đã đóng; không nhập xếp loại của tháng {named}. Chưa lưu gì."
            )


def _whole_office(reviewer: Reviewer) -> None:
    if reviewer.unit_id is not None:
        raise NotAllowed("Đợt là của cả cơ quan; tài khoản của một đơn vị không đóng, mở được.")


def _append(reviewer: Reviewer, period: Period, event: str, reason: str) -> None:
    models.CampaignEvent.objects.create(
        period=str(period), event=event, reason=reason.strip(), account_id=reviewer.account_id
    )

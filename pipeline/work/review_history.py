"""What happened to a sheet, and what a reviewer did: readings, decisions and their undoing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from pipeline.errors import BadInput
from pipeline.scans import check
from pipeline.scans.code_words import reject_words
from pipeline.store import models
from pipeline.store.review_queries import ASSIGN, DISCARD, KEEP, UNDO, page_key
from pipeline.work import review, review_pages
from pipeline.work.office import Office
from pipeline.work.review_items import Reviewer
from pipeline.work.review_screen import kind_of, value_words

OWN_SHOWN = 50
"""Decisions of one's own that are listed."""

PLACE, PAGE = "place", "page"

_PAGE_ACTIONS = {
    ASSIGN: "Nhận trang vào phiếu",
    DISCARD: "Bỏ trang quét",
    KEEP: "Giữ bản quét này",
    UNDO: "Rút lại quyết định về trang",
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. ``by`` is a user's name, empty for the machine; ``where`` in words;
    ``ref`` and ``about`` (``place`` or ``page``) are for undoing, ``ref`` None when it cannot be
    undone any more."""

    at: datetime
    by: str
    what: str
    where: str
    old: str
    new: str
    note: str
    sheet_id: str | None
    about: str = ""
    ref: int | None = None


@dataclass(frozen=True, slots=True)
class SheetHistory:
    """All of a sheet, oldest first."""

    sheet_id: str
    form: str
    period: str
    full_name: str
    events: tuple[Event, ...]


def sheet_history(office: Office, reviewer: Reviewer, sheet_id: str) -> SheetHistory:
    """What happened to a sheet. Raises BadInput when there is none, NotAllowed outside the
    reviewer's unit. What a first person said is left out while this one has to look second."""
    sheet = models.Sheet.objects.select_related("person").filter(pk=sheet_id).first()
    if sheet is None:
        raise BadInput(f"Không có phiếu {sheet_id} trong sổ in của đơn vị.")
    reviewer.check_scope(sheet.person.unit_id)
    events = chain(
        _readings(sheet_id),
        _decisions(office, reviewer, sheet),
        _page_decisions(reviewer, sheet_id),
    )
    return SheetHistory(
        sheet_id,
        sheet.form,
        sheet.period,
        sheet.person.full_name,
        tuple(sorted(events, key=lambda event: event.at)),
    )


def _readings(sheet_id: str) -> Iterator[Event]:
    rows = models.PageOutcome.objects.filter(sheet=sheet_id).select_related("file").defer("reading")
    for row in rows.order_by("id"):
        source = f"{row.file.name}, trang {row.number}"
        what = "Đọc trang, phiếu do người chỉ định" if row.read_as else "Đọc trang"
        new = reject_words(row.reject_code).what if row.reject_code else "đọc được"
        yield Event(row.read_at, "", what, f"Trang {row.sheet_page}", "", new, source, sheet_id)


def _decisions(office: Office, reviewer: Reviewer, sheet: models.Sheet) -> Iterator[Event]:
    hidden = set(
        models.QueueItem.objects.filter(sheet=sheet)
        .exclude(not_for=None)
        .exclude(not_for=reviewer.account_id)
        .values_list("where", flat=True)
    )
    rows = models.Decision.objects.filter(sheet=sheet).select_related("account", "sheet")
    undone = {row.undoes_id for row in rows}
    decided: set[str] = set()
    for row in rows.order_by("id"):
        if row.where not in hidden:
            event = _decision(office, reviewer, row, undone=row.pk in undone)
            yield event if row.where in decided else replace(event, old="chưa quyết định")
            decided.add(row.where)


def _decision(
    office: Office, reviewer: Reviewer, row: models.Decision, *, undone: bool = False
) -> Event:
    kind = kind_of(row.where)
    old, new = (value_words(office.form_set, kind, value) for value in (row.old, row.value))
    mine = row.account_id == reviewer.account_id or reviewer.approves
    taken_back = row.undoes_id is not None
    return Event(
        at=row.decided_at,
        by=row.account.username,
        what="Rút lại quyết định" if taken_back else "Quyết định",
        where=place_words(office, row.sheet.form, row.where),
        old=old,
        new="như trước đó" if taken_back else new,
        note=row.note,
        sheet_id=row.sheet_id,
        about=PLACE,
        ref=row.pk if mine and not undone and not taken_back else None,
    )


def place_words(office: Office, form_id: str, where: str) -> str:
    """A place of a sheet in words."""
    if kind_of(where) == "sheet":
        return f"Trang {where.split('/')[1]}"
    return check.label(office.form_set, office.form_set.paper_forms[form_id], where)


def _page_decisions(reviewer: Reviewer, sheet_id: str) -> Iterator[Event]:
    rows = models.PageDecision.objects.filter(sheet=sheet_id).select_related("account", "file")
    undone = {row.undoes_id for row in rows}
    for row in rows.order_by("id"):
        yield _page_decision(reviewer, row, undone=row.pk in undone)


def _page_decision(reviewer: Reviewer, row: models.PageDecision, *, undone: bool = False) -> Event:
    mine = row.account_id == reviewer.account_id or reviewer.approves
    return Event(
        at=row.decided_at,
        by=row.account.username,
        what=_PAGE_ACTIONS[row.action],
        where=f"{row.file.name}, trang {row.number}",
        old="",
        new="" if row.sheet_id is None else f"phiếu {row.sheet_id}, trang {row.sheet_page}",
        note=row.reason,
        sheet_id=row.sheet_id,
        about=PAGE,
        ref=row.pk if mine and not undone and row.action != UNDO else None,
    )


def own_decisions(office: Office, reviewer: Reviewer, period: str) -> tuple[Event, ...]:
    """What a reviewer decided last in a period and nobody has undone, newest first."""
    places = models.Decision.objects.filter(
        account=reviewer.account_id, sheet__period=period, undoes=None, decision=None
    ).select_related("account", "sheet")
    pages = models.PageDecision.objects.filter(
        account=reviewer.account_id, undoes=None, pagedecision=None
    ).select_related("account", "file", "sheet")
    events = [
        *(_decision(office, reviewer, row) for row in places.order_by("-id")[:OWN_SHOWN]),
        *(
            _page_decision(reviewer, row)
            for row in pages.order_by("-id")[:OWN_SHOWN]
            if row.sheet is None or row.sheet.period == period
        ),
    ]
    return tuple(sorted(events, key=lambda event: event.at, reverse=True)[:OWN_SHOWN])


def latest_own(reviewer: Reviewer, period: str) -> tuple[str, int] | None:
    """What the reviewer decided last in a period and may undo: ``place`` or ``page``, and the
    reference."""
    place = (
        models.Decision.objects.filter(
            account=reviewer.account_id, sheet__period=period, undoes=None, decision=None
        )
        .order_by("-id")
        .values_list("decided_at", "id")
        .first()
    )
    page = (
        models.PageDecision.objects.filter(
            account=reviewer.account_id, undoes=None, pagedecision=None
        )
        .order_by("-id")
        .values_list("decided_at", "id")
        .first()
    )
    if place is not None and (page is None or place[0] >= page[0]):
        return PLACE, place[1]
    return None if page is None else (PAGE, page[1])


def undo_own(office: Office, reviewer: Reviewer, about: str, ref: int) -> str:
    """Take back a decision about a place or a page; the key its item has in the queue, if it is
    there again. Raises as review.undo and review_pages.undo_page."""
    if about == PLACE:
        review.undo(office, reviewer, ref)
        decision = models.Decision.objects.get(pk=ref)
        return f"{decision.sheet_id}/{decision.where}"
    review_pages.undo_page(office, reviewer, ref)
    ruling = models.PageDecision.objects.get(pk=ref)
    if ruling.action == KEEP:
        return f"{ruling.sheet_id}/page/{ruling.sheet_page}/page_twin"
    return page_key(ruling.file_id, ruling.number)

"""One item at a time: what is in doubt, large, and one key for each answer."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from ocr.geometry import Rect
from pipeline.errors import CampaignClosed, PhieuError, Stale
from pipeline.scans.waiting import Kind
from pipeline.web.errors import Refused
from pipeline.web.events import note
from pipeline.web.review import keys
from pipeline.web.review.asked import filter_of, in_scope, query_of, reviewer_of
from pipeline.web.site import office
from pipeline.work import review, review_history, review_hold, review_pages, review_screen
from pipeline.work.audit import Action
from pipeline.work.images import shown_rect
from pipeline.work.review import Choice
from pipeline.work.review_items import Item, Position, QueueFilter, Reviewer
from pipeline.work.review_pages import SheetChoice

AHEAD = 3
"""Items whose pictures a browser fetches before it needs them."""

COUNT_EVERY = 20
"""Decisions between countings of what is left; counting 14,000 items takes 15 ms, the rest of an
answer 60. Between them each decision counts as one less."""

UNITS_A_MM = 100
"""Whole numbers for SVG: a page is 21000 x 29700."""


START = Position(0, 1.0, 0)


@dataclass(frozen=True, slots=True)
class Asking:
    """A request about the queue: who, which part, the item it was sent from, how many were left
    there then (0: not known), and whether something of theirs is known to be there to undo."""

    request: HttpRequest
    who: Reviewer
    chosen: QueueFilter
    key: str = ""
    version: int = 0
    at: Position = START
    left: int = 0
    can_undo: bool = False


def asking(request: HttpRequest, period: str) -> Asking:
    """Read what every form of the screen sends. Raises Refused when it is not that."""
    who, chosen = reviewer_of(request), filter_of(request.GET, period)
    if request.method != "POST":
        return Asking(request, who, chosen)
    try:
        level, doubt, row = request.POST["at"].split("|")
        at = Position(int(level), float(doubt), int(row))
        key, version = request.POST["key"], int(request.POST["version"])
        return Asking(request, who, chosen, key, version, at, int(request.POST.get("left", "0")))
    except (KeyError, ValueError) as error:
        raise Refused(422, "Yêu cầu không đầy đủ. Hãy tải lại trang rồi làm lại.") from error


@require_safe
@in_scope
def one(request: HttpRequest, period: str) -> HttpResponse:
    """The screen with the item to look at now."""
    asked = asking(request, period)
    item = review.next_item(asked.who, asked.chosen)
    return render(request, "review/one.html", screen(asked, item))


@require_POST
@in_scope
def decide(request: HttpRequest, period: str) -> HttpResponse:
    """Store an answer and go on."""
    asked = asking(request, period)
    value = request.POST.get("value", "")
    value = str(int(value)) if value.isascii() and value.isdigit() else value
    choice = Choice(asked.key, asked.version, value, request.POST.get("note", "").strip()[:500])
    try:
        done = review.decide(office(), asked.who, choice)
    except (Stale, CampaignClosed) as error:
        return stale(asked, error)
    note(request, Action.DECIDED, done.sheet_id, done.where)
    kind = review_screen.kind_of(done.where)
    words = review_screen.value_words(office().form_set, kind, done.value)
    return go_on(replace(asked, can_undo=True), f"Đã ghi: {words}.")


@require_POST
@in_scope
def move(request: HttpRequest, period: str) -> HttpResponse:
    """To the next item or the previous one, without deciding."""
    asked = asking(request, period)
    back = request.POST.get("to") == "previous"
    item = review.neighbour(asked.who, asked.chosen, asked.at, back=back)
    if item is not None:
        return answer(asked, item)
    words = "Đây là chỗ đầu tiên." if back else "Đây là chỗ cuối cùng."
    try:
        return answer(asked, review_hold.take(asked.who, asked.key), said=words)
    except (Stale, CampaignClosed) as error:
        return stale(asked, error)


@require_POST
@in_scope
def aside(request: HttpRequest, period: str) -> HttpResponse:
    """Put the item aside and go on."""
    asked = asking(request, period)
    try:
        review.set_aside(asked.who, asked.key, asked.version)
    except (Stale, CampaignClosed) as error:
        return stale(asked, error)
    return go_on(asked, "Đã để riêng; xem lại trong danh sách để riêng.")


@require_POST
@in_scope
def undo(request: HttpRequest, period: str) -> HttpResponse:
    """Take back what one decided last, and show it again."""
    asked = asking(request, period)
    latest = review_history.latest_own(asked.who, period)
    if latest is None:
        return answer(asked, _again(asked), said="Không có quyết định nào để rút lại.")
    try:
        key = review_history.undo_own(office(), asked.who, *latest)
    except (Stale, CampaignClosed) as error:
        return stale(asked, error)
    note(request, Action.UNDONE, *key.split("/", 1))
    try:
        item = review_hold.take(asked.who, key)
    except Stale:
        return go_on(asked, "Đã rút lại quyết định; chỗ đó không chờ xem.")
    return answer(replace(asked, left=0), item, said="Đã rút lại quyết định.")


def go_on(asked: Asking, said: str) -> HttpResponse:
    """The item after the one that was dealt with."""
    fewer = replace(asked, left=max(asked.left - 1, 0))
    return answer(fewer, review_hold.following(asked.who, asked.chosen, asked.at), said=said)


def stale(asked: Asking, error: PhieuError) -> HttpResponse:
    """409: why not, and how it stands now."""
    return answer(asked, _again(asked), problem=str(error))


def _again(asked: Asking) -> Item | None:
    """The item as it is now if this reviewer may decide it, else the one after it."""
    try:
        return review_hold.take(asked.who, asked.key)
    except (Stale, CampaignClosed):
        return review_hold.following(asked.who, asked.chosen, asked.at)


def answer(asked: Asking, item: Item | None, *, said: str = "", problem: str = "") -> HttpResponse:
    """The part of the screen that changes; without scripts, the whole screen."""
    request = asked.request
    if not getattr(request, "htmx", False):
        if problem:
            messages.error(request, problem)
        elif said:
            messages.success(request, said)
        return redirect(_address("one", asked.chosen))
    known = 0 if problem or item is None or asked.left % COUNT_EVERY == 0 else asked.left
    words = screen(replace(asked, left=known), item, said=said, problem=problem)
    return render(request, "review/item.html", words, status=409 if problem else 200)


def screen(
    asked: Asking, item: Item | None, *, said: str = "", problem: str = ""
) -> dict[str, Any]:
    """What the templates show."""
    chosen = asked.chosen
    words: dict[str, Any] = {
        "period": chosen.period,
        "query": query_of(chosen),
        "chosen": chosen,
        "said": said,
        "problem": problem,
        "left": asked.left or review_screen.count_left(asked.who, chosen),
        "can_undo": asked.can_undo
        or review_history.latest_own(asked.who, chosen.period) is not None,
        "item": item,
    }
    if item is None:
        return words
    shown = review_screen.show(office(), asked.who, item)
    form_set = office().form_set
    position = item.position
    return words | {
        "shown": shown,
        "at": f"{position.level}|{position.doubt!r}|{position.row}",
        "answers": keys.answers(form_set, item),
        "accept": keys.accept(form_set, item),
        "history": [
            (past, review_screen.value_words(form_set, item.kind, past.value))
            for past in shown.history
        ],
        "width": UNITS_A_MM * 210 if shown.page is None else _units(shown.page.width_mm),
        "height": UNITS_A_MM * 297 if shown.page is None else _units(shown.page.height_mm),
        "box": None if shown.box is None else _box(shown.box, 1.0),
        "heads": None if shown.box is None else _heads(shown.box),
        "near": "" if shown.box is None else " ".join(map(str, _near(shown.box))),
        "ahead": review_screen.ahead(asked.who, chosen, position, AHEAD),
        "group": _group_query(chosen, item) if item.level == 2 else "",
        **_about_page(asked, item),
    }


def _group_query(chosen: QueueFilter, item: Item) -> str:
    """The contact sheet that this item would be on; empty when there is nothing to accept."""
    if not review_screen.can_accept(item.kind, item.code, item.proposal):
        return ""
    return query_of(
        QueueFilter(
            chosen.period,
            chosen.unit_id,
            form=chosen.form,
            kind=item.kind,
            code=item.code,
            proposal=item.proposal,
        )
    )


def _about_page(asked: Asking, item: Item) -> dict[str, Any]:
    if item.kind == Kind.TWIN:
        return {"twins": review_pages.twins(office(), asked.who, item.key)}
    if item.kind == Kind.PAGE or item.code == "identity_mismatch":
        found = review_pages.proposals(asked.who, item.key, asked.chosen.period)
        return {"found": with_pages(found)}
    return {}


def with_pages(
    found: Iterable[SheetChoice],
) -> list[tuple[SheetChoice, list[tuple[int, bool]]]]:
    """Sheets with their page numbers, and whether each is missing."""
    return [
        (sheet, [(number, number in sheet.missing) for number in range(1, sheet.pages + 1)])
        for sheet in found
    ]


def _units(mm: float) -> int:
    return round(mm * UNITS_A_MM)


def _box(rect: Rect, margin_mm: float) -> tuple[int, int, int, int]:
    grown = rect.grown(margin_mm)
    return _units(grown.x_mm), _units(grown.y_mm), _units(grown.w_mm), _units(grown.h_mm)


def _heads(rect: Rect) -> tuple[int, int]:
    """Where the picture of a part begins, and how wide it is, in thousandths of the part."""
    shown = shown_rect(rect)
    left, width = shown.x_mm - rect.x_mm, shown.w_mm
    return round(1000 * left / rect.w_mm), round(1000 * width / rect.w_mm)


def _near(rect: Rect) -> tuple[int, int, int, int]:
    """The third of the page around a place, for a closer look."""
    x, y = rect.centre
    width, height = 105.0, 120.0
    left = min(max(x - width / 2, 0), 210 - width)
    top = min(max(y - height / 2, 0), 297 - height)
    return _units(left), _units(top), _units(width), _units(height)


def _address(view: str, chosen: QueueFilter) -> str:
    return reverse(f"review:{view}", args=[chosen.period]) + query_of(chosen)

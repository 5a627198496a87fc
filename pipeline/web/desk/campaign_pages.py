"""Campaigns: all of them, one of them, what is missing, what waits, closing and opening again."""

from collections import Counter
from dataclasses import dataclass
from math import ceil
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pipeline.errors import BadInput, CampaignClosed, NotAllowed
from pipeline.periods import Period
from pipeline.roles import ROLE_WORDS, Role
from pipeline.scans.code_words import CodeWords, flag_words, reject_words
from pipeline.scans.waiting import LEVEL_PAGE
from pipeline.store import desk_queries
from pipeline.store.review_queries import CLOSED
from pipeline.web.access import may, roles_of, scope_of
from pipeline.web.desk import snapshots
from pipeline.web.errors import Refused
from pipeline.web.events import note
from pipeline.web.review.asked import reviewer_of
from pipeline.web.site import office
from pipeline.work.audit import Action
from pipeline.work.campaigns import Campaign, campaigns, close, reopen
from pipeline.work.missing import missing_by_unit
from pipeline.work.trust import trust

TABS = (
    ("desk:campaign", "Tổng quan"),
    ("desk:missing", "Còn thiếu"),
    ("desk:flags", "Phải xem"),
    ("desk:results", "Kết quả"),
    ("desk:lists", "Thông báo, danh sách"),
    ("desk:summary", "Tổng hợp"),
)
"""The pages of a campaign."""

LEVEL_WORDS = ("Trang quét", "Cả trang của phiếu", "Chỗ trên phiếu")
"""By level of work: see scans.waiting."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A link to a page of a campaign."""

    url: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many things wait for one reason, and which part of the work they are."""

    code: str
    words: CodeWords
    count: int
    level: str
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next: a sentence, where, and a button's word."""

    words: str
    url: str
    button: str


def campaign_words(request: HttpRequest, period: Period, here: str) -> dict[str, Any]:
    """What every page of a campaign shows."""
    tabs = [
        Tab(reverse(name, args=[period]), label, name == here)
        for name, label in TABS
        if may(request, name)
    ]
    return {"period": period, "tabs": tabs}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The campaigns, and what to do next."""
    found = campaigns(scope_of(request)) if may(request, "desk:campaign") else ()
    words = {
        "role_words": [ROLE_WORDS[role] for role in Role if role in roles_of(request)],
        "campaigns": [
            (each, Period.parse(each.period), each.printed - each.arrived) for each in found
        ],
        "may_see": may(request, "desk:campaign"),
        "steps": _next_steps(request, found),
    }
    return render(request, "desk/home.html", words)


@require_safe
def campaign(request: HttpRequest, period: Period) -> HttpResponse:
    """One campaign: how far it is, how far its readings can be trusted, closing it."""
    found = next((c for c in campaigns(scope_of(request)) if c.period == str(period)), None)
    measured = trust(str(period)) if scope_of(request) is None else None
    words = {
        "campaign": found,
        "missing": 0 if found is None else found.printed - found.arrived,
        "trust": measured,
        "bound": "" if measured is None else _percent(measured.bound),
        "events": [
            (event, event.event == CLOSED) for event in desk_queries.campaign_events(str(period))
        ],
        "levels": _by_level(_waiting(request, period)),
        "can_close": scope_of(request) is None and may(request, "desk:close"),
    }
    return render(
        request, "desk/campaign.html", campaign_words(request, period, "desk:campaign") | words
    )


@require_safe
def missing(request: HttpRequest, period: Period) -> HttpResponse:
    """Sheets and pages that have not come, unit by unit, to be printed."""
    roster = snapshots.roster(request)
    units = missing_by_unit(roster, snapshots.readings(request, period))
    words = {
        "units": units,
        "n_printed": sum(unit.printed for unit in units),
        "n_missing": sum(len(unit.sheets) for unit in units),
        "n_incomplete": sum(len(unit.incomplete) for unit in units),
    }
    return render(
        request, "desk/missing.html", campaign_words(request, period, "desk:missing") | words
    )


@require_safe
def flags(request: HttpRequest, period: Period) -> HttpResponse:
    """What waits for a reviewer, by reason."""
    waiting = _waiting(request, period)
    words = {"waiting": waiting, "total": sum(each.count for each in waiting)}
    return render(request, "desk/flags.html", campaign_words(request, period, "desk:flags") | words)


@require_POST
def close_campaign(request: HttpRequest, period: Period) -> HttpResponse:
    """Close a campaign, or say what is still open."""
    try:
        close(office(), reviewer_of(request), period, request.POST.get("reason", "")[:500])
    except (BadInput, CampaignClosed, NotAllowed) as error:
        messages.error(request, str(error))
    else:
        note(request, Action.CLOSED, f"campaign/{period}")
        messages.success(request, f"Đã đóng đợt {period.words}.")
    return redirect("desk:campaign", period=period)


@require_POST
def reopen_campaign(request: HttpRequest, period: Period) -> HttpResponse:
    """Open a closed campaign again, with a reason."""
    reason = request.POST.get("reason", "")[:500]
    try:
        reopen(reviewer_of(request), period, reason)
    except (BadInput, CampaignClosed) as error:
        raise Refused(409, str(error)) from error
    except NotAllowed as error:
        raise Refused(403, str(error)) from error
    note(request, Action.REOPENED, f"campaign/{period}")
    messages.success(request, f"Đã mở lại đợt {period.words}.")
    return redirect("desk:campaign", period=period)


def _percent(share: float) -> str:
    """Rounded up: a bound must not be told lower than it is."""
    return f"{ceil(10000 * share) / 100:.2f} %".replace(".", ",")


def _waiting(request: HttpRequest, period: Period) -> list[Waiting]:
    """By reason, in the order of work; with where to review it, for those who may."""
    queue = reverse("review:one", args=[str(period)]) if may(request, "review:one") else ""
    return [
        Waiting(
            code,
            reject_words(code) if level == LEVEL_PAGE and code != "page_twin" else flag_words(code),
            count,
            LEVEL_WORDS[level],
            f"{queue}?{urlencode({'code': code})}" if queue else "",
        )
        for level, code, count in desk_queries.queue_counts(str(period), scope_of(request))
    ]


def _by_level(waiting: list[Waiting]) -> list[tuple[str, int]]:
    counts = Counter[str]()
    for each in waiting:
        counts[each.level] += each.count
    return list(counts.items())


def _next_steps(request: HttpRequest, found: tuple[Campaign, ...]) -> list[Step]:
    """For the roles of whoever asks, in the order of the office's work."""
    steps = []

    def step(view: str, words: str, button: str, **kwargs: Any) -> None:
        if may(request, view):
            steps.append(Step(words, reverse(view, kwargs=kwargs), button))

    latest = next((each for each in found if not each.closed), None)
    if not snapshots.roster(request).people:
        step("desk:import", "Chưa có người nào trong danh sách.", "Nhập danh sách")
    elif latest is None:
        step("desk:print", "Chưa có đợt nào đang mở: in phiếu để bắt đầu đợt mới.", "In phiếu")
    else:
        period = Period.parse(latest.period)
        if latest.arrived < latest.printed:
            left = latest.printed - latest.arrived
            step("desk:scans", f"{period.words}: còn {left} phiếu chưa về.", "Nhận bản quét")
            step("desk:missing", f"{period.words}: ai còn thiếu phiếu?", "Xem", period=period)
        if latest.waiting:
            words = f"{period.words}: {latest.waiting} chỗ chờ người xem."
            step("desk:flags", words, "Xem theo lý do", period=period)
        elif latest.arrived:
            step("desk:results", f"{period.words}: xem kết quả.", "Kết quả", period=period)
    return steps

"""What waits, what one has decided and put aside, and what happened to a sheet."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pipeline.errors import BadInput, CampaignClosed, Stale
from pipeline.scans.waiting import State
from pipeline.store import queries
from pipeline.web.access import may
from pipeline.web.errors import Refused
from pipeline.web.events import note
from pipeline.web.review.asked import filter_of, in_scope, query_of, reviewer_of
from pipeline.web.site import office
from pipeline.work import review, review_history, review_hold, review_screen
from pipeline.work.audit import Action
from pipeline.work.campaigns import campaigns
from pipeline.work.review_items import Group, Item, QueueFilter, Reviewer

LISTED = 100
"""Items put aside that are listed at once."""


@require_safe
def periods(request: HttpRequest) -> HttpResponse:
    """The campaigns that can be reviewed; the only one opens at once."""
    found = campaigns(reviewer_of(request).unit_id)
    if len(found) == 1:
        return redirect("review:queue", found[0].period)
    return render(request, "review/periods.html", {"campaigns": found})


@require_safe
@in_scope
def queue(request: HttpRequest, period: str) -> HttpResponse:
    """How much waits of each kind, the last decisions of one's own, what was put aside."""
    who, chosen = reviewer_of(request), filter_of(request.GET, period)
    part = replace(chosen, kind="", code="", proposal=None, state=State.OPEN)
    waits = review_screen.count_waiting(who, part)
    aside = {
        state: review_screen.list_items(who, replace(part, state=state), LISTED)
        for state in (State.ASIDE, State.UNCLEAR, State.DIFFER)
    }
    words = {
        "period": period,
        "part": part,
        "query": query_of(part),
        "units": [] if who.unit_id else queries.load_roster().units.values(),
        "forms": office().form_set.paper_forms,
        "rows": [
            (
                each,
                review_screen.code_words(each.kind, each.code),
                _part(part, each.kind, each.code),
            )
            for each in waits
        ],
        "groups": _groups(who, part),
        "total": sum(each.count for each in waits),
        "aside": [_titled(items) for items in aside.values()],
        "own": review_history.own_decisions(office(), who, period),
    }
    return render(request, "review/queue.html", words)


def _part(part: QueueFilter, kind: str, code: str, proposal: str | None = None) -> str:
    return query_of(replace(part, kind=kind, code=code, proposal=proposal))


def _groups(who: Reviewer, part: QueueFilter) -> list[tuple[Group, str, str, str]]:
    """Those that can be looked at on a contact sheet."""
    form_set = office().form_set
    return [
        (
            group,
            review_screen.code_words(group.kind, group.code),
            review_screen.value_words(form_set, group.kind, group.proposal),
            _part(part, group.kind, group.code, group.proposal),
        )
        for group in review.groups(who, part)
        if review_screen.can_accept(group.kind, group.code, group.proposal)
    ]


def _titled(items: tuple[Item, ...]) -> list[tuple[Item, str]]:
    return [(item, review_screen.title(office().form_set, item)) for item in items]


@require_POST
@in_scope
def undo(request: HttpRequest, period: str) -> HttpResponse:
    """Take back a decision of a list."""
    about, ref = request.POST.get("about", ""), request.POST.get("ref", "")
    if about not in (review_history.PLACE, review_history.PAGE) or not ref.isdecimal():
        raise Refused(422, "Không có quyết định này để rút lại.")
    try:
        key = review_history.undo_own(office(), reviewer_of(request), about, int(ref))
    except (Stale, CampaignClosed) as error:
        messages.error(request, str(error))
    else:
        note(request, Action.UNDONE, *key.split("/", 1))
        messages.success(request, "Đã rút lại quyết định; chỗ đó như trước khi quyết định.")
    sheet_id = request.POST.get("sheet", "")
    if sheet_id:
        return redirect("review:sheet", sheet_id)
    return redirect("review:queue", period)


@require_POST
@in_scope
def take_back(request: HttpRequest, period: str) -> HttpResponse:
    """Put an item that was set aside back into the queue."""
    try:
        review_hold.take_back(reviewer_of(request), request.POST.get("key", ""))
    except (Stale, CampaignClosed) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Đã đưa lại vào hàng chờ.")
    return redirect(reverse("review:queue", args=[period]) + "#aside")


@require_safe
@in_scope
def sheet(request: HttpRequest, sheet_id: str) -> HttpResponse:
    """Everything that happened to a sheet."""
    try:
        found = review_history.sheet_history(office(), reviewer_of(request), sheet_id)
    except BadInput as error:
        raise Http404 from error
    words = {
        "history": found,
        "period": found.period,
        "may_undo": may(request, "review:undo-listed"),
    }
    return render(request, "review/sheet.html", words)

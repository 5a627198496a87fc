"""Contact sheets: many crops of one kind, among which the eye finds the odd ones."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pipeline.errors import CampaignClosed, Stale
from pipeline.web.errors import Refused
from pipeline.web.events import note
from pipeline.web.review.asked import filter_of, in_scope, query_of, reviewer_of
from pipeline.web.site import office
from pipeline.work import review, review_screen
from pipeline.work.audit import Action
from pipeline.work.review import Choice
from pipeline.work.review_items import Item, QueueFilter


@require_safe
@in_scope
def sheet(request: HttpRequest, period: str) -> HttpResponse:
    """The most doubtful items of one kind, to be accepted together but for the odd ones."""
    who, chosen = reviewer_of(request), filter_of(request.GET, period)
    if not review_screen.can_accept(chosen.kind, chosen.code, chosen.proposal or ""):
        raise Refused(422, "Bảng ảnh chỉ có cho những chỗ mà máy có đề xuất. Hãy xem từng chỗ.")
    items = review.contact_sheet(who, chosen)
    return render(request, "review/contact.html", _words(chosen, items))


def _words(chosen: QueueFilter, items: Sequence[Item]) -> dict[str, Any]:
    form_set = office().form_set
    words: dict[str, Any] = {"period": chosen.period, "query": query_of(chosen), "items": []}
    if not items:
        return words
    first = items[0]
    proposal = review_screen.value_words(form_set, first.kind, first.proposal)
    return words | {
        "items": [(item, review_screen.parts_of(item)[0]) for item in items],
        "proposal": proposal,
        "what": review_screen.code_words(first.kind, first.code),
    }


@require_POST
@in_scope
def accept(request: HttpRequest, period: str) -> HttpResponse:
    """Accept all but the odd ones; those are shown one by one, then the next sheet."""
    who, chosen = reviewer_of(request), filter_of(request.GET, period)
    odd = set(request.POST.getlist("odd"))
    shown = request.POST.getlist("item")
    try:
        pairs = [(key, int(version)) for version, key in (each.split(" ", 1) for each in shown)]
    except ValueError as error:
        raise Refused(422, "Yêu cầu không đầy đủ. Hãy tải lại trang rồi làm lại.") from error
    choices = [
        Choice(key, version, chosen.proposal or "") for key, version in pairs if key not in odd
    ]
    here = query_of(chosen)
    try:
        done = review.decide_many(office(), who, choices) if choices else ()
    except (Stale, CampaignClosed) as error:
        messages.error(request, f"Chưa ghi chỗ nào: {error} Dưới đây là bảng mới; hãy xem lại.")
        return redirect(reverse("review:contact", args=[period]) + here)
    for each in done:
        note(request, Action.DECIDED, each.sheet_id, each.where)
    words = f"Đã nhận {len(done)} chỗ."
    if odd:
        messages.success(request, f"{words} {len(odd)} chỗ khác thường: xem từng chỗ dưới đây.")
        return redirect(reverse("review:one", args=[period]) + here)
    messages.success(request, words)
    return redirect(reverse("review:contact", args=[period]) + here)

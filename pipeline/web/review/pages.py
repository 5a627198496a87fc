"""Scanned pages: whose they are, which of several scans counts, which to leave out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from pipeline.errors import BadInput, CampaignClosed, Stale
from pipeline.web.errors import Refused
from pipeline.web.events import note
from pipeline.web.review.asked import in_scope
from pipeline.web.review.single import Asking, asking, go_on, stale, with_pages
from pipeline.web.site import office
from pipeline.work import review_pages
from pipeline.work.audit import Action
from pipeline.work.review_pages import PageChoice


def _choice(asked: Asking) -> PageChoice:
    reason = asked.request.POST.get("reason", "").strip()[:500]
    return PageChoice(asked.key, asked.version, reason)


@require_POST
@in_scope
def assign(request: HttpRequest, period: str) -> HttpResponse:
    """Say which page of which sheet this is; it is read again as that."""
    asked = asking(request, period)
    sheet_id, _, page = request.POST.get("place", "").partition("/")
    if not (page.isascii() and page.isdigit()):
        raise Refused(422, "Chọn phiếu và số trang.")
    try:
        review_pages.assign(office(), asked.who, _choice(asked), sheet_id, int(page))
    except (Stale, CampaignClosed, BadInput) as error:
        return stale(asked, error)
    note(request, Action.PAGE_DECIDED, sheet_id, f"assign {page}")
    return go_on(asked, f"Đã nhận vào phiếu {sheet_id}, trang {page}.")


@require_POST
@in_scope
def discard(request: HttpRequest, period: str) -> HttpResponse:
    """Leave the page out, with a reason."""
    asked = asking(request, period)
    try:
        review_pages.discard(office(), asked.who, _choice(asked))
    except (Stale, CampaignClosed, BadInput) as error:
        return stale(asked, error)
    note(request, Action.PAGE_DECIDED, asked.key[:100], "discard")
    return go_on(asked, "Đã bỏ trang này.")


@require_POST
@in_scope
def keep(request: HttpRequest, period: str) -> HttpResponse:
    """Of several scans of a page, the one that counts."""
    asked = asking(request, period)
    sha256, _, number = request.POST.get("scan", "").partition("/")
    if not (number.isascii() and number.isdigit()):
        raise Refused(422, "Chọn bản quét cần giữ.")
    try:
        review_pages.keep(office(), asked.who, _choice(asked), sha256, int(number))
    except (Stale, CampaignClosed, BadInput) as error:
        return stale(asked, error)
    note(request, Action.PAGE_DECIDED, asked.key[:100], "keep")
    return go_on(asked, "Đã giữ bản quét đã chọn.")


@require_POST
@in_scope
def search(request: HttpRequest, period: str) -> HttpResponse:
    """Sheets by name or code. Sent in the body: a name must not stand in an address."""
    asked = asking(request, period)
    text = request.POST.get("text", "").strip()[:100]
    words = {
        "period": period,
        "text": text,
        "found": with_pages(review_pages.search_sheets(asked.who, period, text)),
        "at": request.POST["at"],
        "key": asked.key,
        "version": asked.version,
        "query": request.GET.urlencode() and f"?{request.GET.urlencode()}",
    }
    return render(request, "review/found.html", words)

"""The log of events."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pipeline.web.forms import EventFilterForm
from pipeline.work.audit import EventFilter, find_events

EVENTS_A_PAGE = 50


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """What was done, newest first."""
    form = EventFilterForm(request.GET or None)
    wanted = EventFilter(**form.cleaned_data) if form.is_valid() else EventFilter()
    given = request.GET.get("page", "1")
    page = max(1, int(given)) if given.isdecimal() and len(given) < 9 else 1
    shown, total = find_events(wanted, (page - 1) * EVENTS_A_PAGE, EVENTS_A_PAGE)
    words = {
        "form": form,
        "events": shown,
        "total": total,
        "page": page,
        "previous": page - 1,
        "next": page + 1,
        "pages": max(1, -(-total // EVENTS_A_PAGE)),
    }
    return render(request, "web/audit.html", words)

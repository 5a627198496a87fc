"""What a request asks for: who looks, at which part of the queue."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from pipeline.errors import BadInput, NotAllowed
from pipeline.periods import Period
from pipeline.scans.waiting import State
from pipeline.web.access import account_of, roles_of, scope_of
from pipeline.work.review_items import QueueFilter, Reviewer

_FIELDS = ("unit_id", "sheet_id", "form", "kind", "code", "state")

View = Callable[..., HttpResponse]


def reviewer_of(request: HttpRequest) -> Reviewer:
    """Who asks."""
    account = account_of(request)
    roles = frozenset(str(role) for role in roles_of(request))
    return Reviewer(account.pk, account.username, scope_of(request), roles)


def filter_of(query: QueryDict, period: str) -> QueueFilter:
    """The part of the queue that an address names. Raises Http404 for what is no period."""
    try:
        Period.parse(period)
    except (BadInput, ValueError) as error:
        raise Http404 from error
    given = {field: str(query[field]) for field in _FIELDS if field in query}
    return QueueFilter(period, **{"state": State.OPEN, **given}, proposal=query.get("proposal"))


def query_of(chosen: QueueFilter) -> str:
    """The query string of a part of the queue, with its question mark; empty for all of it."""
    words = {field: getattr(chosen, field) for field in _FIELDS if getattr(chosen, field)}
    if words.get("state") == State.OPEN:
        del words["state"]
    if chosen.proposal is not None:
        words["proposal"] = chosen.proposal
    return f"?{urlencode(words)}" if words else ""


def in_scope(view: View) -> View:
    """What is another unit's is not there: nobody learns that it exists."""

    @wraps(view)
    def checked(request: HttpRequest, **parts: Any) -> HttpResponse:
        try:
            return view(request, **parts)
        except NotAllowed as error:
            raise Http404 from error

    return checked

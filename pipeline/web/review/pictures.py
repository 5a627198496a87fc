"""Pictures of scans, for who may see them."""

import hashlib

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

from pipeline.web.access import scope_of
from pipeline.web.site import office
from pipeline.work.images import Scan, find_scan, page_picture, part_picture

KEPT_SECONDS = 300
"""How long a browser may keep a picture, for its own user: as long as an item is leased."""


@require_safe
def page(request: HttpRequest, outcome_id: int) -> HttpResponse:
    """The whole page; ``?turn=90`` turns one that was not read."""
    scan = _scan(request, outcome_id)
    turn = request.GET.get("turn", "0")
    return _jpeg(request, page_picture(scan, int(turn) if turn in ("90", "180", "270") else 0))


@require_safe
def part(request: HttpRequest, outcome_id: int, name: str) -> HttpResponse:
    """A part of a page, by its name in the layout."""
    picture = part_picture(_scan(request, outcome_id), name)
    if picture is None:
        raise Http404
    return _jpeg(request, picture)


def _scan(request: HttpRequest, outcome_id: int) -> Scan:
    """Raises Http404 for a scan that is not there or not for this account: who is bound to a unit
    sees no pages of which nobody knows whose they are."""
    scan = find_scan(office(), outcome_id)
    scope = scope_of(request)
    if scan is None or (scope is not None and scan.unit_id != scope):
        raise Http404
    return scan


def _jpeg(request: HttpRequest, picture: bytes) -> HttpResponse:
    etag = f'"{hashlib.sha256(picture).hexdigest()[:32]}"'
    response: HttpResponse = (
        HttpResponseNotModified()
        if request.headers.get("If-None-Match") == etag
        else HttpResponse(picture, content_type="image/jpeg")
    )
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    return response

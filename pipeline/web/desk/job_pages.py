"""The progress of what runs in the background."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pipeline.web.access import account_of, scope_of
from pipeline.web.site import office
from pipeline.work.jobs import JobKind, JobState, NewJob, find_job


def new_job(request: HttpRequest, kind: JobKind, period: str = "") -> NewJob:
    """A job for the account that asks."""
    return NewJob(kind, account_of(request).pk, scope_of(request), period)


def visible_job(request: HttpRequest, job_id: int) -> JobState:
    """A job that the account may see: those of its unit, all for one of the whole office."""
    found = find_job(office(), job_id)
    if found is None or scope_of(request) not in {None, found.unit_id}:
        raise Http404
    return found


@require_safe
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    """How a job stands: asked for again and again while it runs. When it has ended the page that
    shows it is loaded anew, with what came of it."""
    found = visible_job(request, job_id)
    answer = render(request, "desk/job.html", {"job": found})
    if not found.running:
        answer.headers["HX-Refresh"] = "true"
    return answer

"""Scans: sending them in, and what became of each batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pipeline.errors import BadInput
from pipeline.scans.code_words import CodeWords, reject_words
from pipeline.scans.quality import ARCHIVE_DPI, streak_warning
from pipeline.store import batch_queries, desk_queries
from pipeline.store.batch_queries import BatchRow
from pipeline.web.access import scope_of
from pipeline.web.errors import Refused
from pipeline.web.events import actor_of
from pipeline.web.receive import received, receives_files
from pipeline.web.site import office
from pipeline.work.drop_folder import drop_folder, dropped_files, take_dropped
from pipeline.work.jobs import JobKind, JobState, job_of_batch, latest_jobs
from pipeline.work.quality import batch_quality
from pipeline.work.readings import WAITS_FOR_NOBODY
from pipeline.work.uploads import continue_batch, start_batch

BATCHES_A_PAGE = 50
SHOWN_DROPPED = 20
SHOWN_REJECTS = 200
"""More than one wants to read on a screen; the rest is counted, and in the queue of pages."""


@dataclass(frozen=True, slots=True)
class RejectCount:
    """How many pages could not be used for a reason; ``waits`` says that somebody must act."""

    words: CodeWords
    count: int
    waits: bool


@require_safe
def scans(request: HttpRequest) -> HttpResponse:
    """Send scans in; the batches so far."""
    words = _dropped(request) | {
        "batches": _batches(request)[:BATCHES_A_PAGE],
        "max_mb": office().workspace.settings.limits.max_file_mb,
        "max_pages": office().workspace.settings.limits.max_pages_per_file,
        "scans_folder": office().workspace.scans,
    }
    return render(request, "desk/scans.html", words)


@receives_files(lambda: office().workspace.settings.limits.max_file_mb)
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take files in as a batch, and go to where its progress is shown."""
    try:
        batch = start_batch(
            office(), actor_of(request), scope_of(request), received(request, "files")
        )
    except BadInput as error:
        raise Refused(422, str(error)) from error
    address = reverse("desk:batch", args=[batch])
    if getattr(request, "htmx", False):
        answer = HttpResponse(status=204)
        answer.headers["HX-Redirect"] = address
        return answer
    return redirect(address)


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take the files of the drop folder as a batch; for who sees the whole office."""
    if scope_of(request) is not None:
        raise Refused(403, "Thư mục của máy quét là của cả cơ quan; hãy tải tệp của đơn vị lên.")
    try:
        number = take_dropped(office(), actor_of(request))
    except BadInput as error:
        raise Refused(409, str(error)) from error
    return redirect("desk:batch", batch_id=number)


@require_safe
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """What became of a batch; its progress while it runs."""
    row, job = _visible(request, batch_id)
    words = _progress(row, job)
    if not words["running"]:
        words |= _outcome(batch_id, job)
    return render(request, "desk/batch.html", words)


@require_safe
def batch_progress(request: HttpRequest, batch_id: int) -> HttpResponse:
    """How far a batch is: asked for again and again. At its end the page is loaded anew."""
    row, job = _visible(request, batch_id)
    words = _progress(row, job)
    answer = render(request, "desk/batch_progress.html", words)
    if not words["running"]:
        answer.headers["HX-Refresh"] = "true"
    return answer


@require_POST
def batch_continue(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Go on with a batch that was interrupted."""
    _, job = _visible(request, batch_id)
    if job is None:
        raise Http404
    try:
        number = continue_batch(office(), actor_of(request), job)
    except BadInput as error:
        raise Refused(409, str(error)) from error
    return redirect("desk:batch", batch_id=number)


def _dropped(request: HttpRequest) -> dict[str, Any]:
    """What lies in the drop folder, for who sees the whole office."""
    workspace = office().workspace
    if scope_of(request) is not None or drop_folder(workspace) is None:
        return {"drop_folder": None}
    try:
        files = dropped_files(workspace)
    except BadInput as error:
        return {"drop_folder": drop_folder(workspace), "drop_fault": str(error)}
    return {
        "drop_folder": drop_folder(workspace),
        "dropped": files[:SHOWN_DROPPED],
        "n_dropped": len(files),
        "n_settled": sum(file.settled for file in files),
    }


def _batches(request: HttpRequest) -> Sequence[BatchRow]:
    """Those the account sees: of a unit only what its own accounts have sent."""
    rows = batch_queries.load_batches()
    scope = scope_of(request)
    if scope is None:
        return rows
    jobs = latest_jobs(office(), (JobKind.SCANS,), scope, "", len(rows))
    own = {job.batch_id for job in jobs}
    return [row for row in rows if row.batch_id in own]


def _visible(request: HttpRequest, batch_id: int) -> tuple[BatchRow, JobState | None]:
    row = batch_queries.find_batch(batch_id)
    job = job_of_batch(office(), batch_id)
    scope = scope_of(request)
    if row is None or (scope is not None and (job is None or job.unit_id != scope)):
        raise Http404
    return row, job


def _progress(row: BatchRow, job: JobState | None) -> dict[str, Any]:
    running = row.finished_at is None if job is None else job.running
    return {
        "batch": row,
        "job": job,
        "running": running,
        "interrupted": job is not None and job.interrupted,
    }


def _outcome(batch_id: int, job: JobState | None) -> dict[str, Any]:
    quality = batch_quality(office(), batch_id)
    counts = desk_queries.batch_reject_counts(batch_id)
    rejects = desk_queries.batch_rejects(batch_id, WAITS_FOR_NOBODY)
    report = {} if job is None else job.report
    return {
        "files": desk_queries.batch_files(batch_id),
        "quality": quality,
        "streaks": [streak_warning(streak) for streak in quality.streaks],
        "archive_dpi": ARCHIVE_DPI,
        "known": [file for file in report.get("files", ()) if file["state"] == "known"],
        "reject_counts": [
            RejectCount(reject_words(code), count, code not in WAITS_FOR_NOBODY)
            for code, count in counts.items()
        ],
        "rejects": [(each, reject_words(each.code)) for each in rejects[:SHOWN_REJECTS]],
        "n_hidden": max(0, len(rejects) - SHOWN_REJECTS),
        "periods": sorted(batch_queries.periods_of_batches([batch_id]).get(batch_id, {})),
    }

"""Tasks that take longer than a web page may: each runs in a process of its own.

Whoever asks starts a job and looks at it from time to time. The process holds the lock of a file as
long as it lives, so a job that has neither ended nor is locked was interrupted.
"""

import fcntl
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.utils import timezone

from pipeline.config import Workspace
from pipeline.errors import BadInput, PhieuError
from pipeline.programs import background
from pipeline.store.models import Job
from pipeline.work.office import Office

JOBS_FOLDER = "jobs"
PROGRAM_FAULT = (
    "Lỗi của chương trình, không phải của dữ liệu. Hãy làm lại; nếu vẫn lỗi, báo người phụ trách "
    "kèm số của việc này."
)

Progress = Callable[[int, int], None]
"""Called with (done, in all)."""
Work = Callable[[Office, "JobState", Progress], dict[str, Any]]
"""A task: from what was asked for to the report of what was done."""


class JobKind(StrEnum):
    """What can be run in the background."""

    SCANS = "scans"
    PRINT = "print"
    PUBLISH = "publish"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class JobState:
    """How a job stands. ``request`` and ``report`` are as its kind has them (see the work that runs
    it); ``total`` is 0 while nobody can say how much there is to do; ``failure`` is in words."""

    job_id: int
    kind: JobKind
    by: str
    unit_id: str | None
    period: str
    batch_id: int | None
    request: Mapping[str, Any]
    report: Mapping[str, Any]
    started_at: datetime
    finished_at: datetime | None
    done: int
    total: int
    failure: str
    running: bool

    @property
    def interrupted(self) -> bool:
        """Whether its process is gone without having come to an end."""
        return not self.running and self.finished_at is None


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to start: what, for whom (``unit_id`` None: an account of the whole office)."""

    kind: JobKind
    account_id: int
    unit_id: str | None
    period: str = ""
    batch_id: int | None = None


def start_job(office: Office, new: NewJob, request: Mapping[str, Any]) -> int:
    """Start a job; its id. Raises BadInput while the account has one of this kind running."""
    check_free(office, new.kind, new.account_id)
    row = Job.objects.create(
        kind=new.kind,
        account_id=new.account_id,
        unit_id=new.unit_id,
        period=new.period,
        batch_id=new.batch_id,
        request=dict(request),
    )
    root = office.workspace.root.resolve()
    folder = root / JOBS_FOLDER
    folder.mkdir(exist_ok=True)
    lock = os.open(_lock_file(office.workspace, row.pk), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        words = ("job", str(row.pk), "--workspace", str(root))
        background.start(words, folder / f"{row.pk}.log", lock)
    finally:
        os.close(lock)  # the process started holds it now
    return int(row.pk)


def check_free(office: Office, kind: JobKind, account_id: int) -> None:
    """Raise BadInput while the account has a job of this kind running: one at a time is what a
    person can follow, and a button pressed twice starts nothing twice."""
    last = Job.objects.filter(kind=kind, account_id=account_id).order_by("-id").first()
    if last is not None and _state(office.workspace, last).running:
        raise BadInput("Việc trước của bạn còn đang chạy. Hãy đợi xong rồi làm tiếp.")


def run_job(office: Office, job_id: int, work: Mapping[JobKind, Work]) -> None:
    """Do a job, in its own process. Whatever happens is stored with it.

    A fault of the program is stored in words and raised again, for the log.
    """
    row = Job.objects.get(pk=job_id)

    def progress(done: int, total: int) -> None:
        Job.objects.filter(pk=job_id).update(done=done, total=total)

    failure, report = PROGRAM_FAULT, dict[str, Any]()
    try:
        state = _state(office.workspace, row)
        report = work[state.kind](office, state, progress)
        failure = ""
    except PhieuError as error:
        failure = str(error)
    finally:
        Job.objects.filter(pk=job_id).update(
            finished_at=timezone.now(), failure=failure, report=report
        )


def find_job(office: Office, job_id: int) -> JobState | None:
    """A job, or None when there is none of this id."""
    row = Job.objects.select_related("account").filter(pk=job_id).first()
    return None if row is None else _state(office.workspace, row)


def latest_jobs(
    office: Office, kinds: tuple[JobKind, ...], unit_id: str | None, period: str, limit: int
) -> list[JobState]:
    """The newest jobs of these kinds, those of a unit's accounts only when one is given."""
    rows = Job.objects.select_related("account").filter(kind__in=kinds).order_by("-id")
    if unit_id is not None:
        rows = rows.filter(unit_id=unit_id)
    if period:
        rows = rows.filter(period=period)
    return [_state(office.workspace, row) for row in rows[:limit]]


def job_of_batch(office: Office, batch_id: int) -> JobState | None:
    """The job that takes in a batch of scans; None when a command did."""
    row = Job.objects.select_related("account").filter(batch_id=batch_id).first()
    return None if row is None else _state(office.workspace, row)


def _state(workspace: Workspace, row: Job) -> JobState:
    running = row.finished_at is None and _is_locked(_lock_file(workspace, row.pk))
    if not running and row.finished_at is None:
        row.refresh_from_db()  # it may have ended between the two looks
    return JobState(
        job_id=row.pk,
        kind=JobKind(row.kind),
        by=row.account.username,
        unit_id=row.unit_id,
        period=row.period,
        batch_id=row.batch_id,
        request=row.request,
        report=row.report,
        started_at=row.started_at,
        finished_at=row.finished_at,
        done=row.done,
        total=row.total,
        failure=row.failure,
        running=running,
    )


def _lock_file(workspace: Workspace, job_id: int) -> Path:
    return workspace.root / JOBS_FOLDER / f"{job_id}.lock"


def _is_locked(file: Path) -> bool:
    try:
        handle = os.open(file, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False

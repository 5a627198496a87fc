"""Scan files that come in through the web application, on their way into a batch."""

import secrets
import shutil
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from pipeline.config import Workspace
from pipeline.errors import BadInput
from pipeline.store import batch_queries
from pipeline.work.audit import Action, Actor, record
from pipeline.work.jobs import JobKind, JobState, NewJob, check_free, start_job
from pipeline.work.office import Office

UPLOADS_FOLDER = "uploads"
MAX_NAME_BYTES = 200
"""A file system takes 255 bytes for a name; a Vietnamese letter has up to three."""
LEFT_OVER_S = 24 * 60 * 60
"""Nobody sends a file for a day."""
_SUFFIX_BYTES = 10
_UNNAMED = "tep-quet"


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was received: the name its sender gives it, and where its bytes lie for now."""

    name: str
    path: Path


def uploads_folder(workspace: Workspace) -> Path:
    """Where files lie until they are taken in; on the disk of the workspace, so that moving them is
    no copying."""
    folder = workspace.root / UPLOADS_FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def drop_leftovers(workspace: Workspace) -> None:
    """Remove files that were never wholly received, of a server that was stopped meanwhile. Folders
    are batches and stay."""
    long_ago = time.time() - LEFT_OVER_S
    for file in uploads_folder(workspace).iterdir():
        if file.is_file() and file.stat().st_mtime < long_ago:
            file.unlink(missing_ok=True)


def check_room(workspace: Workspace, n_bytes: int) -> None:
    """Raise BadInput when this many bytes, and their copy under ``scans/``, find no room."""
    if shutil.disk_usage(workspace.root).free < 2 * n_bytes:
        raise BadInput(
            "Ổ đĩa của máy chủ không đủ chỗ cho các tệp này. Hãy báo người phụ trách dọn chỗ rồi "
            "tải lên lại."
        )


def safe_name(given: str) -> str:
    """The name of a file as it may be written: no folders, no control characters, not hidden, not
    too long; its ending is kept."""
    name = unicodedata.normalize("NFC", PureWindowsPath(given).name)
    kept = "".join(sign for sign in name if sign.isprintable() and sign not in '/\\:*?"<>|')
    named = Path(kept.strip(" .") or _UNNAMED)
    suffix = named.suffix if len(named.suffix.encode()) <= _SUFFIX_BYTES else ""
    room = MAX_NAME_BYTES - len(suffix.encode())
    return named.name.removesuffix(suffix).encode()[:room].decode(errors="ignore") + suffix


def start_batch(
    office: Office, actor: Actor, unit_id: str | None, received: Sequence[Received]
) -> int:
    """Take files in as a batch, in the background; the number of the batch.

    Raises BadInput when there is no file, or while another batch of the account is running.
    """
    if not received:
        raise BadInput("Chưa chọn tệp nào. Chọn tệp PDF, TIFF, JPEG hoặc PNG rồi tải lên.")
    if actor.account_id is None:
        raise ValueError("a batch is uploaded by an account")
    check_free(office, JobKind.SCANS, actor.account_id)
    token = secrets.token_hex(8)
    folder = uploads_folder(office.workspace) / token
    for number, file in enumerate(received, start=1):
        # A folder of its own for each: two files of a batch may have the same name.
        target = folder / f"{number:04d}" / safe_name(file.name)
        target.parent.mkdir(parents=True)
        shutil.move(file.path, target)  # a drop folder may lie on another disk
    batch = batch_queries.open_batch(actor.account_id)
    new = NewJob(JobKind.SCANS, actor.account_id, unit_id, batch_id=batch)
    start_job(office, new, {"folder": token})
    record(Action.UPLOADED, actor, f"batch/{batch}", f"{len(received)} tệp")
    return batch


def continue_batch(office: Office, actor: Actor, job: JobState) -> int:
    """Take in what an interrupted job has left, as a new batch; its number.

    Raises BadInput when there is nothing to go on with.
    """
    files = uploaded_files(office.workspace, job)
    if job.running or not files:
        raise BadInput("Lô này không còn gì để đọc tiếp. Hãy tải lại trang để xem kết quả.")
    kept = [Received(file.name, file) for file in files]
    batch = start_batch(office, actor, job.unit_id, kept)
    drop_uploaded(office.workspace, job)
    return batch


def uploaded_files(workspace: Workspace, job: JobState) -> list[Path]:
    """The files of a job that takes scans in, in the order they were sent."""
    folder = uploads_folder(workspace) / str(job.request["folder"])
    return sorted(file for file in folder.glob("*/*") if file.is_file())


def drop_uploaded(workspace: Workspace, job: JobState) -> None:
    """Remove the files of a job after they were taken in: ``scans/`` has their bytes."""
    shutil.rmtree(uploads_folder(workspace) / str(job.request["folder"]), ignore_errors=True)

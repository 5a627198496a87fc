"""Taking in a batch of scans: files -> pages -> readings -> the ledger.

The ledger of pages, keyed by the content of their file, is what makes this safe to interrupt and
to repeat: a page that has an outcome is never read again, one that has none is read next time.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ocr.reading import PageReading, Reject
from pipeline.batch import Engine, Failure, Outcome
from pipeline.config import Workspace
from pipeline.scans.intake import FileRefused, Source, content_hash, find_files, probe
from pipeline.scans.sort import PrintedSheet, place
from pipeline.scans.worker import PageTask, read_scanned_page
from pipeline.store import queries
from pipeline.store.queries import FileRejectRow, PageRow, ScanFileRow
from pipeline.work.commitments import register_commitments
from pipeline.work.office import Office
from pipeline.work.sheets import printed_sheets

SECONDS_A_PAGE = 60.0
"""A page that takes longer hangs: measured pages take below 1 s."""

Progress = Callable[[int, int], None]
"""Called with (pages done, pages in all)."""


class FileState(StrEnum):
    """What became of a file of a batch."""

    NEW = "new"
    """Taken in now."""
    RESUMED = "resumed"
    """Begun before; the rest was taken in now."""
    KNOWN = "known"
    """The same content was taken in before; nothing was done."""
    REFUSED = "refused"
    """Could not be opened."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file of a batch. ``code`` and ``message`` say why it was refused."""

    name: str
    sha256: str
    state: FileState
    pages: int
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """A batch that was taken in. ``commitments`` is how many were registered by it."""

    files: tuple[FileReport, ...]
    pages_read: int
    commitments: int


@dataclass(frozen=True, slots=True)
class _Accepted:
    report: FileReport
    tasks: tuple[PageTask, ...]


def ingest(
    office: Office, paths: Iterable[Path], engine: Engine, progress: Progress
) -> IngestReport:
    """Take in files and folders of scans. Whatever one file or page does, the others are done.

    Raises FileNotFoundError for a path that is not there, before anything is done.
    """
    accepted = [_take_in(office.workspace, path) for path in find_files(paths)]
    tasks = _without_repeats(accepted)
    names = {file.report.sha256: file.report.name for file in accepted}
    sheets = printed_sheets()
    progress(0, len(tasks))
    for done, outcome in enumerate(engine.map(read_scanned_page, tasks), start=1):
        queries.save_page(_page_row(outcome, names, sheets, office.workspace.key))
        progress(done, len(tasks))
    commitments = register_commitments(office, {file.report.sha256 for file in accepted})
    return IngestReport(tuple(file.report for file in accepted), len(tasks), commitments)


def _without_repeats(accepted: Sequence[_Accepted]) -> list[PageTask]:
    """Every page once, though the same content may lie in the batch under several names."""
    tasks = {(task.sha256, task.number): task for file in accepted for task in file.tasks}
    return list(tasks.values())


def _take_in(workspace: Workspace, path: Path) -> _Accepted:
    """Keep the bytes of a file and find its pages that are still to be read."""
    sha256 = content_hash(path)
    name = path.name
    try:
        known = queries.find_scan_file(sha256)
        if known is None:
            source = probe(path, workspace.settings.limits)
            source = _keep(workspace, source, sha256)
            queries.save_scan_file(ScanFileRow(sha256, name, source.kind, source.pages))
            state, done = FileState.NEW, set[int]()
        else:
            source = Source(kept_path(workspace, sha256, known.kind), known.kind, known.pages)
            done = queries.pages_done(sha256)
            state = FileState.KNOWN if len(done) == known.pages else FileState.RESUMED
    except FileRefused as refused:
        queries.save_file_reject(FileRejectRow(sha256, name, refused.code, refused.message))
        report = FileReport(name, sha256, FileState.REFUSED, 0, refused.code, refused.message)
        return _Accepted(report, ())
    tasks = tuple(
        PageTask(source, sha256, number, workspace.layouts)
        for number in range(1, source.pages + 1)
        if number not in done
    )
    return _Accepted(FileReport(name, sha256, state, source.pages), tasks)


def kept_path(workspace: Workspace, sha256: str, kind: str) -> Path:
    """Where the original bytes of a scan file lie."""
    return workspace.scans / f"{sha256}.{kind}"


def _keep(workspace: Workspace, source: Source, sha256: str) -> Source:
    """Copy the original bytes into the workspace, all or nothing."""
    target = kept_path(workspace, sha256, source.kind)
    copied = hashlib.sha256()
    with (
        source.path.open("rb") as original,
        tempfile.NamedTemporaryFile(dir=workspace.scans, prefix=".new-", delete=False) as copy,
    ):
        for block in _blocks(original.read):
            copied.update(block)
            copy.write(block)
    if copied.hexdigest() != sha256:
        Path(copy.name).unlink()
        raise FileRefused(
            "unreadable_file", "Tệp thay đổi trong lúc đọc; máy quét chưa ghi xong. Hãy làm lại."
        )
    Path(copy.name).replace(target)
    return Source(target, source.kind, source.pages)


def _blocks(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while block := read(1 << 20):
        yield block


def _page_row(
    outcome: Outcome[PageTask, PageReading | Reject],
    names: dict[str, str],
    sheets: dict[str, PrintedSheet],
    key: bytes,
) -> PageRow:
    task = outcome.item
    result = outcome.result
    if result is None:
        failure = outcome.failure or Failure("error", "")
        result = Reject(
            "unreadable_file",
            "Chương trình đọc gặp lỗi ở trang này. Hãy quét lại trang này; nếu còn lỗi, gửi tệp "
            f"cho người phụ trách phần mềm ({failure.kind}: {failure.detail[:200]}).",
        )
    placement = place(result, sheets, key)
    reject = placement.reject
    return PageRow(
        file_sha256=task.sha256,
        file_name=names[task.sha256],
        number=task.number,
        sheet_id=placement.sheet_id,
        sheet_page=placement.page,
        reading=result if isinstance(result, PageReading) else None,
        reject_code="" if reject is None else reject.code,
        reject_message="" if reject is None else reject.message,
    )

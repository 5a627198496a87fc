"""Taking in a batch of scans: files -> pages -> readings -> the ledger.

The ledger of pages, keyed by the content of their file, is what makes this safe to interrupt and
to repeat: a page that has an outcome is never read again, one that has none is read next time.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from ocr.layout import Layout
from ocr.networks import BrokenWeights, check_weights
from ocr.reading import PageReading, Reject
from pipeline.batch import Engine, Failure, Outcome
from pipeline.config import Workspace
from pipeline.errors import BadInput, MissingProgram
from pipeline.forms.sheets import page_codes
from pipeline.scans.intake import FileRefused, Source, content_hash, find_files, probe
from pipeline.scans.sort import PrintedSheet, place
from pipeline.scans.worker import (
    PageTask,
    load_layouts,
    read_scanned_page,
    read_scanned_page_as,
)
from pipeline.store import batch_queries, queries, review_queries
from pipeline.store.queries import FileRejectRow, PageRow, ScanFileRow
from pipeline.work.commitments import register_commitments
from pipeline.work.files import kept_path
from pipeline.work.identity import (
    Names,
    check_suspects,
    flag_strays,
    load_names,
    propose_sheets,
    with_defect,
)
from pipeline.work.office import Office
from pipeline.work.queue import refresh_queue
from pipeline.work.sheets import printed_sheets, sheets_of

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

    batch: int
    files: tuple[FileReport, ...]
    pages_read: int
    commitments: int


@dataclass(frozen=True, slots=True)
class _Accepted:
    report: FileReport
    tasks: tuple[PageTask, ...]


def ingest(
    office: Office,
    paths: Iterable[Path],
    engine: Engine,
    progress: Progress,
    batch: int | None = None,
) -> IngestReport:
    """Take in files and folders of scans. Whatever one file or page does, the others are done.

    ``batch`` is one that was opened for it (:func:`pipeline.store.batch_queries.open_batch`); a new
    one otherwise. Raises FileNotFoundError for a path that is not there, and MissingProgram when
    the reader itself is not whole, before anything is done.
    """
    files = find_files(paths)
    if batch is None:
        batch = batch_queries.open_batch(None)
    try:
        report = _ingest(office, files, engine, progress, batch)
    except BaseException as error:
        batch_queries.finish_batch(batch, type(error).__name__)
        raise
    batch_queries.finish_batch(batch)
    return report


def _ingest(
    office: Office, files: Iterable[Path], engine: Engine, progress: Progress, batch: int
) -> IngestReport:
    _check_reader()
    accepted = _without_repeats([_take_in(office.workspace, path, batch) for path in files])
    tasks = [task for file in accepted for task in file.tasks]
    placer = _Placer(office.workspace, {f.report.sha256: f.report.name for f in accepted})
    progress(0, len(tasks))
    batch_queries.set_progress(batch, 0, len(tasks))
    open_pages: list[tuple[PageRow, Reject]] = []
    for done, outcome in enumerate(engine.map(read_scanned_page, tasks), start=1):
        row = placer.row(outcome)
        if isinstance(outcome.result, Reject) and outcome.result.printed is not None:
            # What it may be is known best when all others are read. Interrupted, it is read again.
            open_pages.append((row, outcome.result))
        else:
            queries.save_page(row)
        progress(done, len(tasks))
        batch_queries.set_progress(batch, done, len(tasks))
    for row in propose_sheets(office, open_pages, batch):
        queries.save_page(row)
    taken = {file.report.sha256 for file in accepted}
    check_suspects(office, queries.sheets_in_files(taken), engine)
    flag_strays(batch, taken)
    refresh_queue(office, files=taken)
    commitments = register_commitments(office, taken)
    return IngestReport(batch, tuple(file.report for file in accepted), len(tasks), commitments)


def _check_reader() -> None:
    """A reader that is not whole would fail on every page, and each would be told as a bad scan."""
    try:
        check_weights()
    except BrokenWeights as broken:
        raise MissingProgram(
            f"Bộ đọc phiếu thiếu hoặc hỏng tệp {broken}; chưa đọc trang nào. "
            "Hãy cài lại chương trình (./setup.sh) rồi nhận lại lô này."
        ) from broken


def _without_repeats(accepted: Sequence[_Accepted]) -> list[_Accepted]:
    """Every page once: the same content under another name of the batch is known by then."""
    seen: set[str] = set()
    once = []
    for file in accepted:
        if file.report.state is FileState.REFUSED:
            once.append(file)
        elif file.report.sha256 in seen:
            once.append(_Accepted(replace(file.report, state=FileState.KNOWN), ()))
        else:
            seen.add(file.report.sha256)
            once.append(file)
    return once


def _take_in(workspace: Workspace, path: Path, batch: int) -> _Accepted:
    """Keep the bytes of a file and find its pages that are still to be read."""
    sha256 = content_hash(path)
    name = path.name
    try:
        known = queries.find_scan_file(sha256)
        if known is None:
            source = probe(path, workspace.settings.limits)
            source = _keep(workspace, source, sha256)
            queries.save_scan_file(ScanFileRow(sha256, name, source.kind, source.pages), batch)
            state, done = FileState.NEW, set[int]()
        else:
            source = Source(kept_path(workspace, sha256, known.kind), known.kind, known.pages)
            done = queries.pages_done(sha256)
            state = FileState.KNOWN if len(done) == known.pages else FileState.RESUMED
            if state is FileState.RESUMED:
                queries.move_scan_file(sha256, batch)
    except FileRefused as refused:
        queries.save_file_reject(FileRejectRow(sha256, name, refused.code, refused.message), batch)
        report = FileReport(name, sha256, FileState.REFUSED, 0, refused.code, refused.message)
        return _Accepted(report, ())
    tasks = tuple(
        PageTask(source, sha256, number, workspace.layouts)
        for number in range(1, source.pages + 1)
        if number not in done
    )
    return _Accepted(FileReport(name, sha256, state, source.pages), tasks)


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


class _Placer:
    """Turns what became of pages into rows of the ledger."""

    def __init__(self, workspace: Workspace, files: dict[str, str]) -> None:
        self.key = workspace.key
        self.files = files
        self.sheets: dict[str, PrintedSheet] = printed_sheets()
        self.names: Names = load_names(self.sheets)
        self.closed = review_queries.closed_periods()

    def row(self, outcome: Outcome[PageTask, PageReading | Reject]) -> PageRow:
        """The row of a page."""
        result = outcome.result
        if result is None:
            result = _crashed(outcome.failure or Failure("error", ""))
        placement = place(result, self.sheets, self.key)
        reading = result if isinstance(result, PageReading) else None
        if reading is not None and reading.printed is not None and placement.sheet_id is not None:
            defect = self.names.doubt(placement.sheet_id, reading.printed, must_agree=True)
            reading = with_defect(reading, defect)
        reject = placement.reject or self._refusal(placement.sheet_id)
        return PageRow(
            file_sha256=outcome.item.sha256,
            file_name=self.files[outcome.item.sha256],
            number=outcome.item.number,
            sheet_id=placement.sheet_id,
            sheet_page=placement.page,
            reading=reading,
            reject_code="" if reject is None else reject.code,
            reject_message="" if reject is None else reject.message,
        )

    def _refusal(self, sheet_id: str | None) -> Reject | None:
        """Why a page that was read does not enter the records: its period is closed."""
        period = "" if sheet_id is None else self.sheets[sheet_id].period
        if period not in self.closed:
            return None
        message = (
            f"Trang của phiếu {sheet_id}: đợt {period} đã đóng, trang không được nhận. "
            "Nếu cần, mở lại đợt rồi nhận trang ở màn hình kiểm tra."
        )
        return Reject("wrong_period", message)


def _crashed(failure: Failure) -> Reject:
    return Reject(
        "unreadable_file",
        "Chương trình đọc gặp lỗi ở trang này. Hãy quét lại trang này; nếu còn lỗi, gửi tệp "
        f"cho người phụ trách phần mềm ({failure.kind}: {failure.detail[:200]}).",
    )


def reread_as(office: Office, file_sha256: str, number: int, sheet_id: str, page: int) -> PageRow:
    """Read a page of a file as the page of a sheet that a person says it is, and append that.

    ``number`` and ``page`` are 1-based. What is appended carries a reject when the page does not
    look like that page of the form. Raises BadInput when there is no such scan, sheet or page.
    """
    file = queries.find_scan_file(file_sha256)
    sheet = sheets_of([sheet_id]).get(sheet_id)
    if file is None or not 1 <= number <= file.pages:
        raise BadInput("Không có trang quét này trong thư mục làm việc.")
    if sheet is None or not 1 <= page <= sheet.pages:
        raise BadInput(f"Không có trang {page} của phiếu {sheet_id} trong sổ in.")
    layout = _layout_of(office.workspace, sheet)
    code = page_codes(office.workspace.key, layout, sheet_id)[page - 1]
    source = Source(kept_path(office.workspace, file_sha256, file.kind), file.kind, file.pages)
    task = PageTask(source, file_sha256, number, office.workspace.layouts)
    result = read_scanned_page_as(task, code)
    reject = result if isinstance(result, Reject) else None
    row = PageRow(
        file_sha256=file_sha256,
        file_name=file.name,
        number=number,
        sheet_id=sheet_id,
        sheet_page=page,
        reading=result if isinstance(result, PageReading) else None,
        reject_code="" if reject is None else reject.code,
        reject_message="" if reject is None else reject.message,
        read_as=True,
    )
    queries.save_page(row)
    return row


def _layout_of(workspace: Workspace, sheet: PrintedSheet) -> Layout:
    layout = load_layouts(workspace.layouts).get((sheet.set_code, sheet.form, sheet.version))
    if layout is None:
        raise BadInput(
            f"Thiếu sơ đồ ô của mẫu {sheet.form} phiên bản {sheet.version} trong thư mục làm việc."
        )
    return layout

"""Pages whose identity is open or in doubt: proposals, and the printed name beside the code."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ocr.reading import Defect, PageReading, PrintedText, Reject
from pipeline.batch import Engine
from pipeline.periods import Period
from pipeline.scans.check import stray_defect
from pipeline.scans.identity import Candidate, confirms, contradicts, propose, sheet_ids
from pipeline.scans.intake import Source
from pipeline.scans.record import PageSource
from pipeline.scans.sort import PrintedSheet, ScannedPage, collect, is_stray, period_of_batch
from pipeline.scans.worker import NamesTask, PageTask, read_printed_names
from pipeline.store import batch_queries, queries
from pipeline.store.batch_queries import ScanOfPage
from pipeline.store.queries import PageRow
from pipeline.work.files import kept_path
from pipeline.work.office import Office
from pipeline.work.sheets import printed_sheets, sheets_of


@dataclass(frozen=True)
class Names:
    """The names that stand on printed sheets."""

    by_sheet: Mapping[str, str]

    def doubt(self, sheet_id: str, printed: PrintedText, *, must_agree: bool) -> Defect | None:
        """What a person should know of the name printed on a page of a sheet. Where the code
        itself is suspect the name ``must_agree``, not only not contradict."""
        name = self.by_sheet.get(sheet_id)
        if name is None:
            return None
        if contradicts(printed, name, self.by_sheet.values()):
            words = "Họ tên in trên trang khác với người mà mã phiếu chỉ tới"
        elif must_agree and not confirms(printed, name):
            words = (
                "Mã QR nằm lệch chỗ in của nó và không đọc được họ tên in trên trang để đối chiếu"
            )
        else:
            return None
        message = f"{words} (phiếu {sheet_id}). Xem tờ giấy: mã có bị dán hay in đè không."
        return Defect("identity_mismatch", "page", message)


def load_names(sheets: Mapping[str, PrintedSheet]) -> Names:
    """The names on these sheets."""
    people = queries.load_roster().people
    return Names(
        {
            sheet.sheet_id: people[sheet.person_id].full_name
            for sheet in sheets.values()
            if sheet.person_id in people
        }
    )


def propose_sheets(
    office: Office, rows: Sequence[tuple[PageRow, Reject]], batch: int
) -> list[PageRow]:
    """The rows of pages without a readable code, each with the sheets it may belong to and, when
    it is known, which page of its form it is."""
    if not rows:
        return []
    candidates = _candidates(office)
    arrived = {(scan.sheet_id, scan.page) for scan in batch_queries.scans_of_sheets()}
    periods = batch_queries.periods_of_batches([batch]).get(batch, Counter())
    period = periods.most_common(1)[0][0] if periods else None
    return [
        _with_proposals(row, reject, candidates, arrived, period, office.workspace.key)
        for row, reject in rows
    ]


def _with_proposals(
    row: PageRow,
    reject: Reject,
    candidates: Sequence[Candidate],
    arrived: set[tuple[str, int]],
    period: str | None,
    key: bytes,
) -> PageRow:
    if reject.printed is None:
        return row
    found = propose(reject.printed, candidates, arrived, period, key)
    numbers = {page.number for page in reject.printed.pages} or {one.page for one in found}
    message = row.reject_message
    if found:
        person = next(
            c.sheet.person_id for c in candidates if c.sheet.sheet_id == found[0].sheet_id
        )
        message += (
            f" Có thể là trang {found[0].page} của phiếu {found[0].sheet_id} (mã CBCCVC {person}), "
            "cần đối chiếu với bản giấy."
        )
    return replace(
        row,
        sheet_page=numbers.pop() if len(numbers) == 1 else None,
        reject_message=message,
        proposals=sheet_ids(found),
    )


def _candidates(office: Office) -> list[Candidate]:
    """All printed sheets with what stands on them."""
    roster = queries.load_roster()
    forms = office.form_set.paper_forms
    found = []
    for sheet in printed_sheets().values():
        person = roster.people.get(sheet.person_id)
        if person is None:
            continue
        unit = roster.units[person.unit_id].name
        form = forms.get(sheet.form) if sheet.set_code == office.form_set.code else None
        title = " ".join(form.title[1:]) if form else ""
        found.append(
            Candidate(
                sheet,
                person.full_name,
                f"{person.position}, {unit}" if person.position else unit,
                title.replace("{period}", Period.parse(sheet.period).words),
            )
        )
    return found


def flag_strays(batch: int, files: Collection[str]) -> int:
    """Flag the pages in these files (sha256) whose period is not that of their batch, each once;
    how many. They belong to the sheet they are of all the same; whoever sorted the paper should
    know."""
    counts = batch_queries.periods_of_batches([batch]).get(batch, Counter())
    usual = period_of_batch(counts)
    strays = {period for period in counts if is_stray(period, usual)}
    if usual is None or not strays:
        return 0
    sheets = sheets_of(queries.sheets_in_files(files))
    wanted = {sheet.sheet_id for sheet in sheets.values() if sheet.period in strays}
    flagged = 0
    for row in queries.load_pages(wanted):
        if row.reading is None or row.reject_code or row.batch != batch or row.sheet_id is None:
            continue
        if any(defect.code == "wrong_period" for defect in row.reading.defects):
            continue
        defect = stray_defect(sheets[row.sheet_id].period, usual)
        queries.save_page(replace(row, reading=with_defect(row.reading, defect)))
        flagged += 1
    return flagged


def with_defect(reading: PageReading, defect: Defect | None) -> PageReading:
    """The reading with one more thing that a person should know of its page."""
    return reading if defect is None else replace(reading, defects=(*reading.defects, defect))


def check_suspects(office: Office, sheets: Iterable[str], engine: Engine) -> int:
    """Compare the printed name with the code on pages of these sheets that give cause for it, each
    once; how many were found to be another's.

    Cause are twins (the same page twice with other content), and pages of one sheet that came in
    different batches. (A code that is not where it was printed was looked at when it was read.)
    """
    rows = _suspects(batch_queries.scans_of_sheets(sheets))
    tasks = {(row.file_sha256, row.number): row for row in rows}
    names = load_names(sheets_of({row.sheet_id for row in rows if row.sheet_id}))
    mismatches = 0
    for outcome in engine.map(read_printed_names, [_task(office, row) for row in rows]):
        row = tasks[outcome.item.page.sha256, outcome.item.page.number]
        if outcome.result is None or row.reading is None or row.sheet_id is None:
            continue
        defect = names.doubt(row.sheet_id, outcome.result, must_agree=False)
        mismatches += defect is not None
        reading = replace(row.reading, printed=outcome.result)
        queries.save_page(replace(row, reading=with_defect(reading, defect)))
    return mismatches


def _suspects(scans: Iterable[ScanOfPage]) -> list[PageRow]:
    """The pages to look at of all these, without those that were looked at before or whose sheet
    a person has named."""
    by_sheet: dict[str, list[ScanOfPage]] = defaultdict(list)
    for scan in scans:
        by_sheet[scan.sheet_id].append(scan)
    apart = {each for each, of in by_sheet.items() if len({scan.batch for scan in of}) > 1}
    twice = {each for each, of in by_sheet.items() if len({scan.page for scan in of}) < len(of)}
    pages: dict[str, list[PageRow]] = defaultdict(list)
    for row in queries.load_pages(apart | twice):
        if row.sheet_id is not None and row.reading is not None and not row.reject_code:
            pages[row.sheet_id].append(row)
    return [
        row
        for sheet_id, rows in pages.items()
        if sheet_id in apart or _has_twins(rows)
        for row in rows
        if row.reading is not None and row.reading.printed is None and not row.read_as
    ]


def _has_twins(rows: Iterable[PageRow]) -> bool:
    pages = [
        ScannedPage(
            PageSource(row.sheet_page or 0, row.file_name, row.number, row.file_sha256),
            row.reading,
        )
        for row in rows
        if row.reading is not None
    ]
    return bool(collect(pages).twins)


def _task(office: Office, row: PageRow) -> NamesTask:
    file = queries.find_scan_file(row.file_sha256)
    if file is None or row.reading is None:
        raise LookupError(row.file_sha256)
    source = Source(kept_path(office.workspace, file.sha256, file.kind), file.kind, file.pages)
    page = PageTask(source, file.sha256, row.number, office.workspace.layouts)
    return NamesTask(page, row.reading.code, row.reading.registration.homography)

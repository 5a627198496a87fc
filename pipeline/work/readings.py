"""The records of a period's sheets, from the ledger of pages."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.periods import Period
from pipeline.scans.export import RejectedPage
from pipeline.scans.record import SheetRecord, SheetStatus
from pipeline.scans.sort import PrintedSheet, ScannedPage, SheetPages
from pipeline.store import queries, review_queries
from pipeline.store.review_queries import DISCARD
from pipeline.work.office import Office
from pipeline.work.sheet_files import load_sheet_files
from pipeline.work.sheets import printed_sheets

WAITS_FOR_NOBODY = frozenset({"blank_page", "page_repeated"})
"""Rejects that are in order: backs of sheets, and pages that went through the scanner twice."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What was read for a period. ``missing`` are printed sheets of which no page has come."""

    period: str
    records: tuple[SheetRecord, ...]
    missing: tuple[PrintedSheet, ...]
    rejects: tuple[RejectedPage, ...]

    @property
    def flags(self) -> Counter[str]:
        """How many flags of each code there are."""
        return Counter(flag.code for record in self.records for flag in record.flags)

    @property
    def statuses(self) -> Counter[SheetStatus]:
        """How many sheets are in each status."""
        return Counter(record.status for record in self.records)

    @property
    def reject_codes(self) -> Counter[str]:
        """How many pages or files were rejected for each reason."""
        return Counter(reject.code for reject in self.rejects)

    @property
    def waits_for_person(self) -> bool:
        """Whether something is flagged or rejected that a person has to look at."""
        rejected = any(reject.code not in WAITS_FOR_NOBODY for reject in self.rejects)
        return bool(self.flags) or rejected


def load_readings(office: Office, period: Period) -> Readings:
    """All records of a period, each sheet in the order it was printed."""
    sheets = [sheet for sheet in printed_sheets().values() if sheet.period == str(period)]
    files = load_sheet_files(office, sheets)
    records = tuple(file.record for file in files.values())
    missing = tuple(sheet for sheet in sheets if sheet.sheet_id not in files)
    rejects = _rejects([sheet.sheet_id for sheet in sheets], [f.pages for f in files.values()])
    return Readings(str(period), records, missing, rejects)


def periods_of_files(files: Iterable[str]) -> tuple[Period, ...]:
    """The periods whose sheets lie in these files (sha256)."""
    sheets = queries.load_sheets(ids=queries.sheets_in_files(files))
    return tuple(Period.parse(text) for text in sorted({sheet.period for sheet in sheets.values()}))


def _rejects(sheet_ids: Sequence[str], sheets: Iterable[SheetPages]) -> tuple[RejectedPage, ...]:
    """The pages and files that could not be used, of all files that are not plainly another
    period's: a page without a code could be anybody's. Without those a person has discarded."""
    rulings = review_queries.page_rulings()
    discarded = {page for page, ruling in rulings.items() if ruling.action == DISCARD}
    of_period, of_any = queries.files_of_sheets(sheet_ids), queries.files_of_sheets()
    files = [RejectedPage(r.name, None, r.code, r.message) for r in queries.load_file_rejects()]
    pages = [
        RejectedPage(row.file_name, row.number, row.code, row.message, row.proposals)
        for row in queries.load_rejected_pages()
        if (row.file_sha256 in of_period or row.file_sha256 not in of_any)
        and (row.file_sha256, row.number) not in discarded
    ]
    repeated = [_repeated(page, sheet) for sheet in sheets for page in sheet.repeated]
    return (*files, *pages, *repeated)


def _repeated(page: ScannedPage, sheet: SheetPages) -> RejectedPage:
    first = sheet.used[page.source.number].source
    message = (
        f"Trang {page.source.number} của phiếu {page.reading.code.sheet_id} đã có ở "
        f"{first.source} trang {first.source_page}, nội dung như nhau; bỏ qua bản này."
    )
    return RejectedPage(page.source.source, page.source.source_page, "page_repeated", message)

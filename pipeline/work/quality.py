"""The quality report of a batch of scans, from the ledger."""

from collections import defaultdict
from collections.abc import Iterable

from pipeline.scans.quality import BatchQuality, ScanFacts, Streak, judge, skew_of
from pipeline.scans.record import SheetStatus
from pipeline.scans.sort import STATE_OF_CODE, PageState
from pipeline.store import batch_queries
from pipeline.store.batch_queries import PageFactsRow
from pipeline.work.office import Office
from pipeline.work.sheet_files import SheetFile, load_sheet_files
from pipeline.work.sheets import sheets_of

Place = tuple[str, int]
"""A file's hash and a page in it."""


def batch_quality(office: Office, batch: int) -> BatchQuality:
    """How the pages of a batch came out. A page counts as flagged when something on it, or that it
    was rejected, waits for a person."""
    rows = batch_queries.load_page_facts(batch)
    sheets = load_sheet_files(
        office, sheets_of({row.sheet_id for row in rows if row.sheet_id}).values()
    )
    flagged, states = _flagged(sheets.values()), _states(sheets.values())
    pages = [_facts(row, (row.file_sha256, row.number) in flagged) for row in rows if row.dpi]
    missing = [
        PageState.MISSING
        for file in sheets.values()
        if file.record.status is SheetStatus.INCOMPLETE
        for number in range(1, file.sheet.pages + 1)
        if number not in file.pages.used
    ]
    return judge(
        pages,
        [
            *(
                states.get((row.file_sha256, row.number), STATE_OF_CODE[row.reject_code])
                for row in rows
            ),
            *missing,
        ],
    )


def _flagged(sheets: Iterable[SheetFile]) -> set[Place]:
    """The scans of pages that have a flag."""
    found: set[Place] = set()
    for file in sheets:
        pages = {flag.page for flag in file.record.flags}
        found |= {
            (page.source.sha256, page.source.source_page)
            for number, page in file.pages.used.items()
            if number in pages
        }
    return found


def _states(sheets: Iterable[SheetFile]) -> dict[Place, PageState]:
    """What is known of pages only beside their sisters: the same again, or a flag that says it."""
    found: dict[Place, PageState] = {}
    for file in sheets:
        said: dict[int, set[str]] = defaultdict(set)
        for flag in file.record.flags:
            said[flag.page].add(flag.code)
        for number, page in file.pages.used.items():
            if "wrong_period" in said[number]:
                found[page.source.sha256, page.source.source_page] = PageState.EXTRA
        for pages, state in (
            (file.pages.repeated, PageState.REPEATED),
            (file.pages.twins, PageState.TWIN),
        ):
            for page in pages:
                found[page.source.sha256, page.source.source_page] = state
    return found


def _facts(row: PageFactsRow, flagged: bool) -> ScanFacts:
    return ScanFacts(
        source=row.file_name,
        number=row.number,
        dpi=row.dpi or 0.0,
        mode="bilevel" if row.bilevel else "colour" if row.colour else "grey",
        skew_deg=skew_of(row.rotation_deg or 0.0),
        residual_mm=row.residual_mm or 0.0,
        flagged=flagged or bool(row.reject_code),
        streaks=tuple(Streak(streak.edge, streak.at_mm) for streak in row.streaks),
    )

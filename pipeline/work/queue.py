"""Keeping the queue of what waits for a person in step with readings and decisions.

The queue is derived: it may be thrown away and made anew at any time.
"""

from collections.abc import Iterable, Mapping

from django.db import transaction

from pipeline.scans.sort import PrintedSheet
from pipeline.scans.waiting import sampler, waiting_places
from pipeline.store import models, queries, review_queries
from pipeline.store.review_queries import DISCARD, QueueEntry
from pipeline.work.office import Office
from pipeline.work.readings import WAITS_FOR_NOBODY
from pipeline.work.sheet_files import SheetFile, load_sheet_files
from pipeline.work.sheets import printed_sheets, sheets_of

SHEETS_AT_ONCE = 500
"""Readings are loaded in pieces: about 20 MB each."""


def refresh_queue(office: Office, sheet_ids: Iterable[str] = (), files: Iterable[str] = ()) -> None:
    """Bring up to date what waits of these sheets, and of these scan files (sha256): their pages
    that could not be used, and the sheets that lie in them."""
    files = set(files)
    ids = sorted(set(sheet_ids) | (queries.sheets_in_files(files) if files else set()))
    for start in range(0, len(ids), SHEETS_AT_ONCE):
        some = ids[start : start + SHEETS_AT_ONCE]
        refresh_sheets(office, load_sheet_files(office, sheets_of(some).values()), some)
    if files:
        refresh_pages(files)


def rebuild_queue(office: Office) -> None:
    """Make the whole queue anew, in case it is not what it should be."""
    refresh_queue(office, printed_sheets())
    refresh_pages(None)


def refresh_sheets(office: Office, files: Mapping[str, SheetFile], ids: Iterable[str]) -> None:
    """As :func:`refresh_queue`, for sheets ``ids`` that were loaded already: ``files`` holds those
    of which something has come."""
    ids = list(ids)
    units = review_queries.units_of(ids)
    entries = [entry for file in files.values() for entry in _entries(office, file, units)]
    accounts = review_queries.account_ids(entry.waiting.decided_by for entry in entries)
    with transaction.atomic():
        stored = models.QueueItem.objects.filter(sheet_id__in=ids).exclude(kind="page")
        review_queries.store_entries(entries, stored, accounts)


def _entries(office: Office, file: SheetFile, units: Mapping[str, str]) -> list[QueueEntry]:
    sheet_id = file.sheet.sheet_id
    share = office.workspace.settings.review.sample_share
    found = waiting_places(
        file.form_set,
        file.form,
        file.record,
        file.pages,
        file.rulings,
        sampler(office.workspace.key, sheet_id, share),
    )
    return [
        QueueEntry(f"{sheet_id}/{each.where}", file.sheet.period, units[sheet_id], sheet_id, each)
        for each in found
    ]


def refresh_pages(files: set[str] | None) -> None:
    """Bring up to date which pages of these files (None: of all) could not be used and wait."""
    rejected = review_queries.rejected_pages(files, WAITS_FOR_NOBODY)
    rulings = review_queries.page_rulings(files)
    discarded = {page for page, ruling in rulings.items() if ruling.action == DISCARD}
    sheets = sheets_of({row.sheet_id for row in rejected if row.sheet_id is not None})
    units = review_queries.units_of(sheets)
    entries = []
    for row in rejected:
        if (row.file_id, row.number) not in discarded:
            sheet: PrintedSheet | None = sheets.get(row.sheet_id or "")
            period, unit = ("", None) if sheet is None else (sheet.period, units[sheet.sheet_id])
            entries.append(review_queries.entry_of_page(row, period, unit))
    with transaction.atomic():
        stored = models.QueueItem.objects.filter(kind="page")
        if files is not None:
            stored = stored.filter(file_id__in=list(files))
        review_queries.store_entries(entries, stored, {})

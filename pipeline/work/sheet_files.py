"""All that is known of some sheets: their pages that count, what people decided, the record."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.forms.sets import FormSet, PaperForm
from pipeline.scans.assemble import assemble
from pipeline.scans.decide import Decision, Ruling, deciding_places, rule_places
from pipeline.scans.record import PageSource, SheetRecord
from pipeline.scans.sort import PrintedSheet, ScannedPage, SheetPages, collect
from pipeline.store import queries, review_queries
from pipeline.store.queries import PageRow
from pipeline.store.review_queries import DISCARD, KEEP, PageRuling
from pipeline.work.office import Office, set_of


@dataclass(frozen=True, slots=True)
class SheetFile:
    """A sheet of which at least one page has come; ``form_set`` is the one it was printed from.
    ``decisions`` are all, also undone ones."""

    sheet: PrintedSheet
    form_set: FormSet
    form: PaperForm
    pages: SheetPages
    decisions: tuple[Decision, ...]
    rulings: dict[str, Ruling]
    record: SheetRecord


def load_sheet_files(office: Office, sheets: Iterable[PrintedSheet]) -> dict[str, SheetFile]:
    """The files of these sheets by id, in their order; without those of which nothing has come."""
    wanted = {sheet.sheet_id: sheet for sheet in sheets}
    pages = _pages_that_count(wanted)
    decisions = review_queries.load_decisions(pages)
    return {
        sheet_id: _sheet_file(office, sheet, collect(pages[sheet_id]), decisions.get(sheet_id, ()))
        for sheet_id, sheet in wanted.items()
        if sheet_id in pages
    }


def with_new_decisions(office: Office, files: Mapping[str, SheetFile]) -> dict[str, SheetFile]:
    """The same files after decisions about their places were appended: their pages are the same."""
    decisions = review_queries.load_decisions(files)
    return {
        sheet_id: _sheet_file(office, file.sheet, file.pages, decisions.get(sheet_id, ()))
        for sheet_id, file in files.items()
    }


def _sheet_file(
    office: Office, sheet: PrintedSheet, pages: SheetPages, decisions: tuple[Decision, ...]
) -> SheetFile:
    form_set = set_of(office, sheet.set_code)
    form = form_set.paper_forms[sheet.form]
    two = office.workspace.settings.review.two_people == "awards"
    deciding = deciding_places(form_set, form) if two and decisions else frozenset()
    sources = [(page.source.sha256, page.source.source_page) for page in pages.used.values()]
    rulings = rule_places(decisions, sources, lambda where: where in deciding)
    record = assemble(form_set, form, sheet, pages, rulings)
    return SheetFile(sheet, form_set, form, pages, decisions, rulings, record)


def _pages_that_count(sheet_ids: Iterable[str]) -> dict[str, list[ScannedPage]]:
    """The readable pages of each sheet that nobody has discarded or passed over."""
    ids = list(sheet_ids)
    rows = [
        row for row in queries.load_pages(ids) if row.reading is not None and not row.reject_code
    ]
    rulings = review_queries.page_rulings({row.file_sha256 for row in rows})
    kept = _latest_kept(rulings.values())
    outcomes = review_queries.outcome_ids(ids) if kept else {}
    found: dict[str, list[ScannedPage]] = defaultdict(list)
    for row in rows:
        page = (row.file_sha256, row.number)
        ruling = rulings.get(page)
        discarded = ruling is not None and ruling.action == DISCARD
        if discarded or any(_passed_over(row, outcomes[page], each) for each in kept):
            continue
        if row.sheet_id is not None and row.reading is not None:
            found[row.sheet_id].append(ScannedPage(_source(row), row.reading))
    return found


def _latest_kept(rulings: Iterable[PageRuling]) -> list[PageRuling]:
    """Of each page of a sheet the scan that was kept last."""
    kept = [ruling for ruling in rulings if ruling.action == KEEP]
    latest = {
        (ruling.sheet_id, ruling.sheet_page): ruling
        for ruling in sorted(kept, key=lambda ruling: ruling.decision_id)
    }
    return list(latest.values())


def _passed_over(row: PageRow, outcome_id: int, kept: PageRuling) -> bool:
    """Whether another scan of the same page was kept when this one was already there."""
    return (
        (row.sheet_id, row.sheet_page) == (kept.sheet_id, kept.sheet_page)
        and (row.file_sha256, row.number) != (kept.file_sha256, kept.number)
        and kept.outcome_id is not None
        and outcome_id <= kept.outcome_id
    )


def _source(row: PageRow) -> PageSource:
    return PageSource(row.sheet_page or 0, row.file_name, row.number, row.file_sha256)

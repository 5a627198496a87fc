"""The summary for leadership, written as a page to hang up and a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.forms.typeface import register
from pipeline.periods import Period
from pipeline.programs.fonts import font_folder
from pipeline.results.calendar import find_calendar, is_late
from pipeline.results.commitments import signers
from pipeline.results.page_head import PageHead
from pipeline.results.routing import load_routing
from pipeline.results.summary import Commitments, Summary, decided_sheets, summarise
from pipeline.results.summary_book import render_book
from pipeline.results.summary_page import render_summary
from pipeline.results.verdict import Verdict
from pipeline.scans.record import SheetRecord
from pipeline.work.files import write_whole
from pipeline.work.office import Office
from pipeline.work.results import Decided, decide_office


@dataclass(frozen=True, slots=True)
class WrittenSummary:
    """What was written. ``quarters`` are those of a year, else empty."""

    summary: Summary
    quarters: tuple[Summary, ...]
    pdf: Path
    xlsx: Path


def summarise_period(office: Office, period: Period) -> tuple[Summary, tuple[Summary, ...]]:
    """The summary of a quarter or year, and for a year those of its quarters in scope.

    Raises BadInput for a month and for a period before the regulation.
    """
    return summarise_decided(office, decide_office(office, period))


def summarise_decided(office: Office, decided: Decided) -> tuple[Summary, tuple[Summary, ...]]:
    """The same of what has been decided already: of the whole office, or of one unit."""
    period = decided.period
    quarters = []
    sheets: list[SheetRecord] = []
    for quarter, verdicts in decided.quarters.items():
        readings = decided.readings[quarter]
        own = decided_sheets(readings.records, verdicts.values())
        printed = bool(readings.records or readings.missing)
        quarters.append(
            _summary(office, decided, quarter, tuple(verdicts.values()), own, has_begun=printed)
        )
        sheets += own
    if decided.is_evaluated:
        return quarters[0], ()
    has_begun = any(quarter.has_begun for quarter in quarters)
    year = _summary(office, decided, period, decided.verdicts, sheets, has_begun=has_begun)
    return year, tuple(quarters)


def write_summary(office: Office, period: Period, out: Path | None, today: date) -> WrittenSummary:
    """Write ``summary-<period>.pdf`` and ``.xlsx`` into ``out``, by default
    ``out/<period>/summary`` of the workspace.

    The office that gathers the award lists (R-000-27) issues the page. Raises like
    :func:`summarise_period`.
    """
    summary, quarters = summarise_period(office, period)
    register(font_folder())
    gathering = load_routing(office.form_set).gathering
    head = PageHead(None if gathering is None else gathering.by, today)
    pdf = render_summary(summary, quarters, office.form_set, head)
    xlsx = render_book(summary, quarters, office.form_set)
    folder = out or office.workspace.out / str(period) / "summary"
    targets = folder / f"summary-{period}.pdf", folder / f"summary-{period}.xlsx"
    for target, content in zip(targets, (pdf, xlsx), strict=True):
        write_whole(target, content)
    return WrittenSummary(summary, quarters, *targets)


def _summary(
    office: Office,
    decided: Decided,
    period: Period,
    verdicts: Sequence[Verdict],
    sheets: Sequence[SheetRecord],
    *,
    has_begun: bool,
) -> Summary:
    calendar = find_calendar(office.form_set)
    late = () if calendar is None else (c for c in decided.commitments if is_late(c, calendar))
    commitments = Commitments(
        signers(decided.commitments, period), frozenset(each.person_id for each in late)
    )
    return summarise(
        decided.roster,
        office.form_set,
        period,
        verdicts,
        sheets,
        commitments,
        has_begun=has_begun,
    )

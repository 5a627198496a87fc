"""Verdicts on people and the notices of their units."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.names import people_in_order
from pipeline.people import Person, Roster
from pipeline.periods import Period
from pipeline.programs.soffice import convert_to_pdf
from pipeline.results.notices import NoticeContext, notice_context, render_notice
from pipeline.results.verdict import Verdict, decide_all
from pipeline.store import queries
from pipeline.work.files import write_whole
from pipeline.work.office import Office
from pipeline.work.readings import load_readings


@dataclass(frozen=True, slots=True)
class Published:
    """The notice of one unit. ``waiting`` people have no final result yet."""

    unit_id: str
    docx: Path
    pdf: Path
    listed: int
    waiting: int


@dataclass(frozen=True, slots=True)
class _Decided:
    roster: Roster
    people: Sequence[Person]
    verdicts: tuple[Verdict, ...]


def decide_period(office: Office, period: Period) -> tuple[Verdict, ...]:
    """The verdict on every person of the roster, in the roster's order."""
    return _decided(office, period).verdicts


def publish_notices(office: Office, period: Period) -> tuple[Published, ...]:
    """Write mẫu 04 of every unit that has people, docx and PDF, into ``out/<period>/04``.

    All PDFs are made by one start of LibreOffice; nothing is written unless all succeed.
    """
    decided = _decided(office, period)
    commitments = queries.load_commitments(period.year)
    contexts = [
        notice_context(unit, decided.people, decided.verdicts, commitments, period, office.form_set)
        for unit in decided.roster.units.values()
    ]
    contexts = [context for context in contexts if context.n_total > 0]
    template = office.form_set.list_forms["04"].template
    folder = office.workspace.out / str(period) / "04"
    with tempfile.TemporaryDirectory(prefix="phieu-publish-") as scratch:
        drafts = []
        for context in contexts:
            draft = Path(scratch, f"04-{context.unit.unit_id}-{period}.docx")
            draft.write_bytes(render_notice(template, context))
            drafts.append(draft)
        pdfs = convert_to_pdf(drafts, Path(scratch, "pdf")) if drafts else {}
        return tuple(
            _published(context, draft, pdfs[draft], folder)
            for context, draft in zip(contexts, drafts, strict=True)
        )


def _published(context: NoticeContext, draft: Path, pdf: Path, folder: Path) -> Published:
    targets = folder / draft.name, folder / pdf.name
    for source, target in zip((draft, pdf), targets, strict=True):
        write_whole(target, source.read_bytes())
    return Published(context.unit.unit_id, *targets, context.n_pass, context.n_waiting)


def _decided(office: Office, period: Period) -> _Decided:
    roster = queries.load_roster()
    people = people_in_order(list(roster.people.values()))
    months = [month.month for month in period.months if month.month is not None]
    verdicts = decide_all(
        people,
        office.form_set,
        period,
        load_readings(office, period).records,
        queries.load_monthly(period.year, months),
        queries.load_commitments(period.year) or None,
    )
    return _Decided(roster, people, verdicts)

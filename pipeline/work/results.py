"""Verdicts on people, and the lists an office publishes."""

import os
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import BadInput
from pipeline.forms.sets import ListForm
from pipeline.names import people_in_order
from pipeline.people import Person, Roster
from pipeline.periods import Period
from pipeline.programs.soffice import TIMEOUT_BASE_S, convert_to_pdf
from pipeline.ratings import Achievement, Commitment
from pipeline.results.awards import (
    AwardRules,
    Merits,
    Proposal,
    award_rule,
    load_awards,
    propose,
)
from pipeline.results.calendar import find_calendar
from pipeline.results.commitments import late_signings, signers
from pipeline.results.documents import PeriodFacts, documents_of
from pipeline.results.findings import Reason
from pipeline.results.lists import ListDocument, render_list
from pipeline.results.routing import load_routing
from pipeline.results.verdict import Verdict, check_in_scope, decide_all, person_warnings
from pipeline.results.yearly import YearVerdict, decide_year, quarters_of
from pipeline.store import queries
from pipeline.work.files import write_whole
from pipeline.work.office import Office
from pipeline.work.readings import Readings, load_readings

TIMEOUT_PER_ROW_S = 0.05
"""A row of a list takes 0.003 s of CPU; lists differ in length a hundredfold."""
DRAFTS_A_START = 10
"""A start of LibreOffice costs as much as 4 lists: below this a second one does not pay."""
MAX_STARTS = 4
"""Each takes some 300 MB of memory."""


_KIND_WORDS = {
    "month": "tháng (ví dụ 2026-10)",
    "quarter": "quý (2026-Q4) hoặc năm (2026)",
    "year": "năm (ví dụ 2026)",
}


@dataclass(frozen=True, slots=True)
class Published:
    """A list in both its forms. ``issuer_id`` is the unit, or the office that gathers the lists of
    several; ``waiting`` people have no final result yet."""

    form_id: str
    issuer_id: str
    docx: Path
    pdf: Path
    listed: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Decided:
    """The verdicts of a period, in the order of the roster, and what they were made from.

    ``quarters`` has the verdicts of each quarter in scope by person id, or those of ``period``
    itself when the set evaluates periods of its kind; ``readings`` what was read for each of them;
    ``years`` are only for a year that was put
    together from its quarters, in the same order as the verdicts.
    """

    period: Period
    roster: Roster
    people: tuple[Person, ...]
    verdicts: tuple[Verdict, ...]
    commitments: tuple[Commitment, ...]
    quarters: Mapping[Period, Mapping[str, Verdict]]
    readings: Mapping[Period, Readings]
    years: tuple[YearVerdict, ...] = ()

    @property
    def is_evaluated(self) -> bool:
        """Whether the sheets are of this very period, and not of its quarters."""
        return self.period in self.quarters


def decide_period(office: Office, period: Period) -> tuple[Verdict, ...]:
    """The verdict on every person of the roster, in the roster's order."""
    return decide_office(office, period).verdicts


def decide_office(office: Office, period: Period) -> Decided:
    """The verdicts of a period as the set evaluates them (its first period says which kind), or of
    a year from its quarters.

    Raises BadInput for another kind of period, and for one before the set's first (R-000-04).
    """
    evaluated = Period.parse(office.form_set.first_period).kind
    if period.kind != evaluated and (evaluated, period.kind) != ("quarter", "year"):
        raise BadInput(
            f"Kỳ {period} không có kết quả: bộ mẫu này tính kết quả theo {_KIND_WORDS[evaluated]}."
        )
    check_in_scope(office.form_set, period)
    roster = queries.load_roster()
    people = people_in_order(list(roster.people.values()))
    commitments = queries.load_commitments(period.year)
    late = _late(office, commitments)
    in_scope = (
        (period,) if period.kind == evaluated else quarters_of(period, office.form_set.first_period)
    )
    readings = {quarter: load_readings(office, quarter) for quarter in in_scope}
    quarters = {
        quarter: {
            verdict.person_id: verdict
            for verdict in _quarter(office, people, readings[quarter], commitments, late)
        }
        for quarter in in_scope
    }
    decided = Decided(period, roster, people, (), commitments, quarters, readings)
    if decided.is_evaluated:
        return replace(decided, verdicts=tuple(quarters[period].values()))
    rule = load_awards(office.form_set).year
    signed = signers(commitments, period) if commitments else None
    years = []
    for person in people:
        own = {quarter: verdicts[person.person_id] for quarter, verdicts in quarters.items()}
        year = decide_year(rule, person.person_id, person.unit_id, own)
        warnings = person_warnings(
            person,
            year.verdict.status,
            None if signed is None else person.person_id in signed,
            late.get(person.person_id),
        )
        years.append(replace(year, verdict=replace(year.verdict, warnings=tuple(warnings))))
    return replace(decided, verdicts=tuple(year.verdict for year in years), years=tuple(years))


def award_proposals(office: Office, decided: Decided) -> dict[str, dict[str, Proposal]]:
    """Who is proposed, by form of award; empty when the set has no awards."""
    forms = [form.form_id for form in office.form_set.list_forms.values() if form.kind == "award"]
    if not forms:
        return {}
    rules = load_awards(office.form_set)
    return {form_id: _propose(office, decided, form_id, rules) for form_id in forms}


def publish_lists(
    office: Office, period: Period, form_ids: Sequence[str] = ()
) -> tuple[Published, ...]:
    """Write the lists of a period, docx and PDF, into ``out/<period>/<form>``.

    Without ``form_ids`` all forms that the set has for this kind of period. All PDFs are made
    before anything is written: all lists or none. Raises BadInput for a form the set has not.
    """
    forms = _forms(office, period, form_ids)
    facts = _facts(office, decide_office(office, period), forms)
    documents = [document for form in forms for document in documents_of(form, facts)]
    with tempfile.TemporaryDirectory(prefix="phieu-publish-") as scratch:
        drafts = [Path(scratch, f"{document.name}.docx") for document in documents]
        for document, draft in zip(documents, drafts, strict=True):
            draft.write_bytes(render_list(document))
        pdfs = _convert(drafts, documents, Path(scratch, "pdf"))
        out = office.workspace.out / str(period)
        return tuple(
            _write(document, draft, pdfs[draft], out)
            for document, draft in zip(documents, drafts, strict=True)
        )


def _propose(
    office: Office, decided: Decided, form_id: str, rules: AwardRules
) -> dict[str, Proposal]:
    """Who is proposed on a form, by person id: everybody, or everybody with an achievement when
    the award is for one. Empty when the set has no such award for this kind of period."""
    rule = award_rule(rules, form_id, decided.period)
    if rule is None:
        return {}
    achievements: dict[str, list[Achievement]] = defaultdict(list)
    for achievement in queries.load_achievements(decided.period.year):
        if Period(achievement.year, quarter=achievement.quarter) in decided.quarters:
            achievements[achievement.person_id].append(achievement)
    merits = Merits(
        decided.period,
        {verdict.person_id: verdict for verdict in decided.verdicts},
        decided.quarters,
        {rating.person_id: rating for rating in queries.load_annual(decided.period.year)},
        achievements,
    )
    return {
        person.person_id: propose(rule, office.form_set, person, merits)
        for person in decided.people
        if not rule.needs_achievement or person.person_id in achievements
    }


def _convert(
    drafts: Sequence[Path], documents: Sequence[ListDocument], folder: Path
) -> dict[Path, Path]:
    """Draft -> PDF, by as many starts of LibreOffice as it pays to run at once."""
    n_starts = max(1, min(os.cpu_count() or 1, MAX_STARTS, len(drafts) // DRAFTS_A_START))
    n_rows = sum(len(document.rows) for document in documents)
    time_limit_s = TIMEOUT_BASE_S + n_rows * TIMEOUT_PER_ROW_S
    batches = [drafts[start::n_starts] for start in range(n_starts)]
    with ThreadPoolExecutor(n_starts) as pool:  # each waits for a program of its own
        done = [
            pool.submit(convert_to_pdf, batch, folder, timeout_base_s=time_limit_s)
            for batch in batches
            if batch
        ]
        return {draft: pdf for each in done for draft, pdf in each.result().items()}


def _write(document: ListDocument, draft: Path, pdf: Path, out: Path) -> Published:
    folder = out / document.form.form_id / document.folder
    targets = folder / draft.name, folder / pdf.name
    for source, target in zip((draft, pdf), targets, strict=True):
        write_whole(target, source.read_bytes())
    return Published(
        document.form.form_id,
        document.issuer.unit_id,
        *targets,
        len(document.rows),
        document.n_waiting,
    )


def _forms(office: Office, period: Period, form_ids: Sequence[str]) -> list[ListForm]:
    known = office.form_set.list_forms
    unknown = [form_id for form_id in form_ids if form_id not in known]
    if unknown:
        raise BadInput(
            f"Bộ mẫu {office.form_set.set_id} không có danh sách mẫu {', '.join(unknown)}; "
            f"chỉ có: {', '.join(known)}."
        )
    if form_ids:
        return [known[form_id] for form_id in dict.fromkeys(form_ids)]
    return [form for form in known.values() if period.kind in form.periods]


def _facts(office: Office, decided: Decided, forms: Sequence[ListForm]) -> PeriodFacts:
    has_awards = any(form.kind == "award" for form in forms)
    return PeriodFacts(
        form_set=office.form_set,
        period=decided.period,
        units=tuple(decided.roster.units.values()),
        people=decided.people,
        verdicts={verdict.person_id: verdict for verdict in decided.verdicts},
        signed=signers(decided.commitments, decided.period),
        routing=load_routing(office.form_set),
        quarters_passed={year.verdict.person_id: year.words for year in decided.years},
        proposals=award_proposals(office, decided) if has_awards else {},
    )


def _quarter(
    office: Office,
    people: Sequence[Person],
    readings: Readings,
    commitments: Sequence[Commitment],
    late: Mapping[str, Reason],
) -> tuple[Verdict, ...]:
    quarter = Period.parse(readings.period)
    months = [month.month for month in quarter.months if month.month is not None]
    return decide_all(
        people,
        office.form_set,
        quarter,
        readings.records,
        queries.load_monthly(quarter.year, months),
        commitments or None,
        late,
    )


def _late(office: Office, commitments: Sequence[Commitment]) -> dict[str, Reason]:
    """Who signed late; nobody when the set has no calendar."""
    calendar = find_calendar(office.form_set)
    return {} if calendar is None else late_signings(commitments, calendar)

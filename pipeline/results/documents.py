"""Which lists an office publishes for a period, and who is on them.

All of them are public or leave the unit: they carry the names of those who passed, signed or are
proposed and nothing else - no reasons, nobody who has not passed, and what tells two people of one
name apart only where the list would not (specification 4.5).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.forms.sets import FormSet, ListForm
from pipeline.people import Person, Unit
from pipeline.periods import Period
from pipeline.results.awards import Eligibility, Proposal
from pipeline.results.lists import (
    Counts,
    ListDocument,
    ListRow,
    Section,
    count_words,
    header_of,
    position_and_unit,
    title_of,
)
from pipeline.results.namesakes import notes_for_namesakes
from pipeline.results.routing import Routing, addressees, award_recipients
from pipeline.results.verdict import Verdict, VerdictStatus

GATHERED = "tong-hop"
"""Part of the name of lists that gather those of several units, and their folder."""
_WAITING = frozenset({VerdictStatus.TAM_TINH, VerdictStatus.CHUA_CO_KET_QUA})


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """All that lists of a period say, of the whole office.

    ``units`` and ``people`` in the order of the lists; ``verdicts`` by person id, of everybody;
    ``quarters_passed`` (``03/4 quý`` by person id) only for a year; ``signed`` are the ids of who
    has signed the commitment; ``proposals`` by form id and person id.
    """

    form_set: FormSet
    period: Period
    units: Sequence[Unit]
    people: Sequence[Person]
    verdicts: Mapping[str, Verdict]
    signed: frozenset[str]
    routing: Routing
    quarters_passed: Mapping[str, str]
    proposals: Mapping[str, Mapping[str, Proposal]]

    def members(self, unit: Unit) -> list[Person]:
        """The people of a unit, in order."""
        return [person for person in self.people if person.unit_id == unit.unit_id]


def documents_of(form: ListForm, facts: PeriodFacts) -> tuple[ListDocument, ...]:
    """The lists of one form, of every unit that has people; gathered ones last.

    Raises BadSet when the set lacks a header style, KeyError when somebody has no verdict.
    """
    return tuple(_BUILDERS[form.kind](form, facts))


def _commitments(form: ListForm, facts: PeriodFacts) -> Iterator[ListDocument]:
    """Mẫu 02 (R-000-07, R-000-10): as many rows as have signed."""
    for unit in facts.units:
        members = facts.members(unit)
        if not members:
            continue
        notes = notes_for_namesakes(members, birth_dates_are_shown=True)
        rows = tuple(
            ListRow(person, person.position, notes.get(person.person_id, ""))
            for person in members
            if person.person_id in facts.signed
        )
        yield _unit_document(form, facts, unit, rows, 0)


def _notices(form: ListForm, facts: PeriodFacts) -> Iterator[ListDocument]:
    """Mẫu 04: who has passed for good; in a year with the number of quarters (A10)."""
    for unit in facts.units:
        members = facts.members(unit)
        if not members:
            continue
        statuses = {person.person_id: facts.verdicts[person.person_id].status for person in members}
        passed = [person for person in members if statuses[person.person_id] is VerdictStatus.DAT]
        rows = _rows(facts, unit, members, passed)
        waiting = sum(status in _WAITING for status in statuses.values())
        yield _unit_document(form, facts, unit, rows, waiting)


def _awards(form: ListForm, facts: PeriodFacts) -> Iterator[ListDocument]:
    """Mẫu 05A, 05B: a list a unit, one of each office that receives them (R-000-26), and one of all
    for the office that reports to the council (R-000-27)."""
    proposals = facts.proposals[form.form_id]
    lists: list[tuple[Unit, ListDocument]] = []
    for unit in facts.units:
        members = facts.members(unit)
        own = [proposals[p.person_id] for p in members if p.person_id in proposals]
        if not own:
            continue
        ids = {each.person_id for each in own if each.eligibility is Eligibility.PROPOSED}
        chosen = [person for person in members if person.person_id in ids]
        rows = _rows(facts, unit, members, chosen, proposals)
        waiting = sum(each.eligibility is Eligibility.WAITING for each in own)
        lists.append((unit, _unit_document(form, facts, unit, rows, waiting)))
    yield from (document for _, document in lists)
    for stream in facts.routing.streams:
        received = [document for unit, document in lists if unit.block in stream.blocks]
        if received:
            yield _gathered(facts, stream.to, stream.scope, stream.forward, received)
    gathering = facts.routing.gathering
    if gathering is not None and lists:
        everything = [document for _, document in lists]
        whole = _gathered(facts, gathering.by, gathering.scope, gathering.to, everything)
        yield replace(whole, name=f"{form.form_id}-{GATHERED}-{facts.period}")


def _gathered(
    facts: PeriodFacts,
    office: Unit,
    scope: str,
    lines: tuple[str, ...],
    lists: Sequence[ListDocument],
) -> ListDocument:
    """The lists of several units as one, each under the name of its unit, by an office."""
    form = lists[0].form
    return ListDocument(
        form=form,
        name=f"{form.form_id}-{GATHERED}-{office.unit_id}-{facts.period}",
        folder=GATHERED,
        issuer=office,
        header=header_of(office, facts.form_set),
        title=title_of(form, facts.period, scope),
        sections=tuple(
            Section(f"{each.issuer.name}: {count_words(len(each.rows))} người", each.rows)
            for each in lists
            if each.rows
        ),
        addressees=lines,
        n_waiting=sum(each.n_waiting for each in lists),
    )


def _rows(
    facts: PeriodFacts,
    unit: Unit,
    members: Sequence[Person],
    chosen: Sequence[Person],
    proposals: Mapping[str, Proposal] | None = None,
) -> tuple[ListRow, ...]:
    notes = notes_for_namesakes(members)
    return tuple(
        ListRow(
            person,
            position_and_unit(person, unit),
            "; ".join(
                note
                for note in (
                    facts.quarters_passed.get(person.person_id, ""),
                    notes.get(person.person_id, ""),
                )
                if note
            ),
            proposals[person.person_id].achievement if proposals else "",
        )
        for person in chosen
    )


def _unit_document(
    form: ListForm, facts: PeriodFacts, unit: Unit, rows: tuple[ListRow, ...], n_waiting: int
) -> ListDocument:
    members = facts.members(unit)
    lines = addressees(facts.routing, form.form_id, unit)
    if form.kind == "award":
        lines += award_recipients(facts.routing, unit)
    return ListDocument(
        form=form,
        name=f"{form.form_id}-{unit.unit_id}-{facts.period}",
        issuer=unit,
        header=header_of(unit, facts.form_set),
        title=title_of(form, facts.period),
        sections=(Section("", rows),),
        addressees=lines,
        counts=Counts(
            total=len(members),
            signed=sum(person.person_id in facts.signed for person in members),
            passed=len(rows),
        ),
        n_waiting=n_waiting,
    )


_BUILDERS: Mapping[str, Callable[[ListForm, PeriodFacts], Iterator[ListDocument]]] = {
    "commitments": _commitments,
    "notice": _notices,
    "award": _awards,
}

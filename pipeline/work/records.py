"""Whether each unit's records file of a period is complete (R-000-30)."""

from collections import Counter
from dataclasses import dataclass

from pipeline.periods import Period
from pipeline.results.records_file import (
    Holdings,
    PieceState,
    RecordsRule,
    check_records,
    is_complete,
    load_records_rule,
)
from pipeline.scans.record import SheetStatus
from pipeline.work.office import Office
from pipeline.work.results import Decided, award_proposals, decide_office


@dataclass(frozen=True, slots=True)
class UnitRecords:
    """The pieces of one unit's file, present and missing."""

    unit_id: str
    pieces: tuple[PieceState, ...]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return is_complete(self.pieces)


def unit_records(office: Office, period: Period) -> tuple[UnitRecords, ...]:
    """The state of the records file of every unit that has people, in the roster's order.

    Raises BadSet when the set says nothing about records files.
    """
    rule = load_records_rule(office.form_set)
    decided = decide_office(office, period)
    holdings = _holdings(office, decided, rule)
    with_people = {person.unit_id for person in decided.people}
    return tuple(
        UnitRecords(unit_id, check_records(rule, period, holdings[unit_id]))
        for unit_id in decided.roster.units
        if unit_id in with_people
    )


def _holdings(office: Office, decided: Decided, rule: RecordsRule) -> dict[str, Holdings]:
    """What every unit has: sheets with all their pages, and documents that were published."""
    roster = decided.roster
    records = decided.readings[decided.period].records if decided.is_evaluated else ()
    form_of = {
        group: form_id
        for form_id, form in office.form_set.answer_forms.items()
        for group in form.groups
        if form_id in {name for piece in rule.pieces if piece.is_sheets for name in piece.forms}
    }
    people = Counter(
        (person.unit_id, form_of[person.group])
        for person in roster.people.values()
        if person.group in form_of
    )
    sheets = Counter(
        (roster.people[record.person_id].unit_id, record.form)
        for record in records
        if record.status is not SheetStatus.INCOMPLETE
    )
    cases = {
        (roster.people[person_id].unit_id, form_id)
        for form_id, proposals in award_proposals(office, decided).items()
        for person_id in proposals
    }
    documents = {name for piece in rule.pieces if not piece.is_sheets for name in piece.forms}
    return {
        unit_id: Holdings(
            people={form: count for (unit, form), count in people.items() if unit == unit_id},
            sheets={form: count for (unit, form), count in sheets.items() if unit == unit_id},
            documents=frozenset(
                form for form in documents if _is_published(office, decided.period, form, unit_id)
            ),
            cases=frozenset(form for unit, form in cases if unit == unit_id),
        )
        for unit_id in roster.units
    }


def _is_published(office: Office, period: Period, form: str, unit_id: str) -> bool:
    folder = office.workspace.out / str(period) / form
    return (folder / f"{form}-{unit_id}-{period}.pdf").is_file()

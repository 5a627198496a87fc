"""Taking in the office's tables: roster and ratings. All or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from pipeline.errors import BadInput
from pipeline.people import Roster, parse_people
from pipeline.periods import Period
from pipeline.ratings import Ratings, parse_ratings
from pipeline.scope import load_scope, scope_warnings
from pipeline.store import queries
from pipeline.tables import Tables, read_tables
from pipeline.work.audit import COMMAND_LINE, Action, Actor, record
from pipeline.work.campaigns import refuse_closed_months
from pipeline.work.office import Office

_NAMED = 10
"""So many ids of rows that are not one's own are named; more would hide the sentence."""


@dataclass(frozen=True, slots=True)
class Importer:
    """Who brings a table in. One that is bound to a unit (``unit_id``) may only touch that unit."""

    actor: Actor = COMMAND_LINE
    unit_id: str | None = None


ANYBODY = Importer()


@dataclass(frozen=True, slots=True)
class RosterImport:
    """What an import of people found. ``new`` counts those not known before."""

    roster: Roster
    new_units: int
    new_people: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RatingsImport:
    """What an import of ratings found."""

    ratings: Ratings
    notes: tuple[str, ...]


def import_people(
    office: Office,
    paths: Sequence[Path],
    today: date,
    importer: Importer = ANYBODY,
    *,
    dry_run: bool,
) -> RosterImport:
    """Check units and people and, unless it is a dry run, store them.

    Raises BadTable with every fault, BadInput for rows of units that are not the importer's; then
    nothing is stored.
    """
    tables = read_tables(paths)
    known = queries.load_roster()
    roster = parse_people(tables, today=today, known_units=known.units, known_people=known.people)
    scope = load_scope(office.form_set)
    warnings = () if scope is None else scope_warnings(scope, roster.units.values())
    _refuse_others(importer, {*roster.units, *_units_touched(roster, known)})
    if not dry_run:
        with transaction.atomic():
            queries.save_roster(roster)
            words = f"{len(roster.units)} đơn vị, {len(roster.people)} người"
            record(Action.IMPORTED, importer.actor, "people", words)
    return RosterImport(
        roster,
        len(roster.units.keys() - known.units.keys()),
        len(roster.people.keys() - known.people.keys()),
        (*_notes(tables), *warnings),
    )


def import_ratings(
    office: Office,
    paths: Sequence[Path],
    within: Period | None,
    importer: Importer = ANYBODY,
    *,
    dry_run: bool,
) -> RatingsImport:
    """Check ratings and commitments and, unless it is a dry run, store them.

    Months must lie in the period ``within``, when one is given. Raises BadTable with every fault,
    BadInput for people who are not of the importer's unit, CampaignClosed for months of a closed
    period; then nothing is stored.
    """
    tables = read_tables(paths)
    people = queries.load_roster().people
    ratings = parse_ratings(tables, office.form_set.levels, people, within)
    rated = _people_of(ratings)
    _refuse_others(importer, {people[person_id].unit_id for person_id in rated})
    refuse_closed_months(office, {Period(r.year, month=r.month) for r in ratings.monthly})
    if not dry_run:
        with transaction.atomic():
            queries.save_all_ratings(ratings)
            record(Action.IMPORTED, importer.actor, "ratings", f"{len(rated)} dòng")
    return RatingsImport(ratings, _notes(tables))


def _people_of(ratings: Ratings) -> list[str]:
    """The person of every entry."""
    return [
        *(entry.person_id for entry in ratings.monthly),
        *(entry.person_id for entry in ratings.annual),
        *(entry.person_id for entry in ratings.commitments),
        *(entry.person_id for entry in ratings.achievements),
    ]


def _units_touched(roster: Roster, known: Roster) -> set[str]:
    """The units that people are put into or taken from."""
    units = {person.unit_id for person in roster.people.values()}
    return units | {known.people[each].unit_id for each in roster.people if each in known.people}


def _refuse_others(importer: Importer, units: set[str]) -> None:
    others = sorted(units - {importer.unit_id})
    if importer.unit_id is not None and others:
        more = ", …" if len(others) > _NAMED else ""
        raise BadInput(
            f"Tệp có dữ liệu của đơn vị khác ({', '.join(others[:_NAMED])}{more}); tài khoản này "
            f"chỉ nhập được cho đơn vị {importer.unit_id}. Chưa lưu gì. Bỏ các dòng đó đi."
        )


def _notes(tables: Tables) -> tuple[str, ...]:
    return tuple(note for table in tables.tables for note in table.notes)

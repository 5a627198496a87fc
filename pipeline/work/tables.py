"""Taking in the office's tables: roster and ratings. All or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.people import Roster, parse_people
from pipeline.periods import Period
from pipeline.ratings import Ratings, parse_ratings
from pipeline.scope import load_scope, scope_warnings
from pipeline.store import queries
from pipeline.tables import Tables, read_tables
from pipeline.work.office import Office


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
    office: Office, paths: Sequence[Path], today: date, *, dry_run: bool
) -> RosterImport:
    """Check units and people and, unless it is a dry run, store them.

    Raises BadTable with every fault; then nothing is stored.
    """
    tables = read_tables(paths)
    known = queries.load_roster()
    roster = parse_people(tables, today=today, known_units=known.units, known_people=known.people)
    scope = load_scope(office.form_set)
    warnings = () if scope is None else scope_warnings(scope, roster.units.values())
    if not dry_run:
        queries.save_roster(roster)
    return RosterImport(
        roster,
        len(roster.units.keys() - known.units.keys()),
        len(roster.people.keys() - known.people.keys()),
        (*_notes(tables), *warnings),
    )


def import_ratings(
    office: Office, paths: Sequence[Path], within: Period | None, *, dry_run: bool
) -> RatingsImport:
    """Check ratings and commitments and, unless it is a dry run, store them.

    Months must lie in the period ``within``, when one is given. Raises BadTable with every fault;
    then nothing is stored.
    """
    tables = read_tables(paths)
    ratings = parse_ratings(tables, office.form_set.levels, queries.load_roster().people, within)
    if not dry_run:
        queries.save_all_ratings(ratings)
    return RatingsImport(ratings, _notes(tables))


def _notes(tables: Tables) -> tuple[str, ...]:
    return tuple(note for table in tables.tables for note in table.notes)

"""The part of an office's results that one unit may see."""

from dataclasses import replace

from pipeline.people import Roster
from pipeline.work.readings import Readings
from pipeline.work.results import Decided


def roster_of_unit(roster: Roster, unit_id: str | None) -> Roster:
    """One unit and its people; everything when no unit is given."""
    if unit_id is None:
        return roster
    return Roster(
        {each: unit for each, unit in roster.units.items() if each == unit_id},
        {each: person for each, person in roster.people.items() if person.unit_id == unit_id},
    )


def readings_of_unit(readings: Readings, roster: Roster, unit_id: str | None) -> Readings:
    """The sheets of one unit's people. What could not be used is nobody's and left out."""
    if unit_id is None:
        return readings
    own = roster_of_unit(roster, unit_id).people
    return Readings(
        readings.period,
        tuple(record for record in readings.records if record.person_id in own),
        tuple(sheet for sheet in readings.missing if sheet.person_id in own),
        (),
    )


def decided_of_unit(decided: Decided, unit_id: str | None) -> Decided:
    """The verdicts on one unit's people and what they were made from."""
    if unit_id is None:
        return decided
    roster = roster_of_unit(decided.roster, unit_id)
    own = roster.people
    return replace(
        decided,
        roster=roster,
        people=tuple(person for person in decided.people if person.person_id in own),
        verdicts=tuple(each for each in decided.verdicts if each.person_id in own),
        commitments=tuple(each for each in decided.commitments if each.person_id in own),
        quarters={
            quarter: {key: verdict for key, verdict in verdicts.items() if key in own}
            for quarter, verdicts in decided.quarters.items()
        },
        readings={
            quarter: readings_of_unit(readings, decided.roster, unit_id)
            for quarter, readings in decided.readings.items()
        },
        years=tuple(year for year in decided.years if year.verdict.person_id in own),
    )

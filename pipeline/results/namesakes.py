"""People of one name on one list: what tells them apart, and never more of their data than that."""

from collections import defaultdict
from collections.abc import Sequence

from pipeline.names import NameKey, sort_key
from pipeline.people import Person
from pipeline.results.lists import date_words


def notes_for_namesakes(
    members: Sequence[Person], *, birth_dates_are_shown: bool = False
) -> dict[str, str]:
    """What tells people of a unit apart whom the list would print alike, by person id.

    Also when only one of them is listed: readers must see who it is. Different positions are
    enough, and different birth dates on a list that shows them; else the year of birth, else the
    day, else the staff code, the least that does. Names that sort alike are the same name
    (``LÊ THỊ HOÀ``, ``Lê Thị Hòa``).
    """
    alike: dict[tuple[NameKey, str, str], list[Person]] = defaultdict(list)
    for person in members:
        shown = person.birth_date if birth_dates_are_shown else ""
        alike[sort_key(person.full_name), person.position.casefold(), shown].append(person)
    return {
        person.person_id: note
        for people in alike.values()
        if len(people) > 1
        for person, note in zip(people, _telling_apart(people), strict=True)
    }


def _telling_apart(people: Sequence[Person]) -> list[str]:
    dates = [person.birth_date for person in people]
    years = [born[:4] for born in dates]
    if all(years) and len(set(years)) == len(years):
        return [f"Sinh năm {year}" for year in years]
    if all(len(born) == len("yyyy-mm-dd") for born in dates) and len(set(dates)) == len(dates):
        return [f"Sinh ngày {date_words(born)}" for born in dates]
    return [f"Mã số {person.person_id}" for person in people]

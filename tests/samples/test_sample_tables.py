"""The invented roster and ratings: what is in them, and that the program takes them."""

import io
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipeline.forms.sets import find_set
from pipeline.people import BLOCKS, parse_people
from pipeline.ratings import parse_ratings
from pipeline.tables import read_tables
from samples import make, roster, tables
from samples.prints import SET_ID, TEMPLATES
from samples.ratings import sample_annual, sample_commitments, sample_monthly

NAMES = [person.full_name for person in roster.typed_people()]


def test_six_units_of_all_blocks_sixty_people_nine_leaders() -> None:
    people = roster.sample_roster().people.values()
    units = roster.sample_roster().units
    assert len(units) == 6
    assert {unit.block for unit in units.values()} == set(BLOCKS) - {"mttq"}
    assert Counter(unit.block for unit in units.values())["truong_hoc"] == 2
    assert len(people) == 60
    assert sum(person.group == "lanh_dao" for person in people) == 9
    managed = Counter(person.managed_by for person in people)
    assert (managed["btv_thanh_uy"], managed["btv_quan_uy"]) == (1, 3)


@pytest.mark.parametrize(
    ("what", "there"),
    [
        ("two syllables", any(len(name.split()) == 2 for name in NAMES)),
        ("five syllables", any(len(name.split()) == 5 for name in NAMES)),
        ("six syllables", any(len(name.split()) == 6 for name in NAMES)),
        ("Đ", any(name.split()[-1].startswith("Đ") for name in NAMES)),
        ("Ư as initial", any(name.startswith("Ư") for name in NAMES)),
        ("Ơ as given name", any(name.split()[-1].startswith("Ơ") for name in NAMES)),
        ("one letter", any(len(name.split()[-1]) == 1 for name in NAMES)),
        ("both places of the tone", {"Hoàng Thị Hoà", "Hoàng Thị Hòa"} <= set(NAMES)),
        ("decomposed letters", any(not unicodedata.is_normalized("NFC", n) for n in NAMES)),
        ("double blanks", any("  " in name for name in NAMES)),
        ("all capitals", any(name.isupper() for name in NAMES)),
        ("apostrophe", any("'" in name for name in NAMES)),
        ("letters that Vietnamese lacks", any(set(name.lower()) & set("jwzf") for name in NAMES)),
    ],
)
def test_edge_names(what: str, there: bool) -> None:
    assert there, what


def test_two_of_the_same_name_in_one_unit_and_edge_birth_dates() -> None:
    people = roster.sample_roster().people.values()
    same = Counter((person.unit_id, person.full_name) for person in people)
    assert [name for (_, name), count in same.items() if count > 1] == ["Nguyễn Thị Hương"]
    births = [person.birth_date for person in people]
    assert any(birth.endswith("-02-29") for birth in births)
    assert any(len(birth) == 4 for birth in births)


def test_everybody_has_a_manager_but_the_heads() -> None:
    people = roster.sample_roster().people
    heads = {p.person_id for p in people.values() if not p.manager_id}
    assert heads == {f"{unit}001" for unit in roster.sample_roster().units}
    for person in people.values():
        assert person.evaluator_id != person.person_id
        if person.manager_id:
            assert people[person.manager_id].group == "lanh_dao"


def test_another_seed_draws_other_names_for_the_same_posts() -> None:
    one, other = roster.typed_people(1), roster.typed_people(2)
    assert [p.position for p in one] == [p.position for p in other]
    assert sum(a.full_name != b.full_name for a, b in zip(one, other, strict=True)) > 20


@pytest.mark.parametrize("name", sorted(make.all_tables(roster.SEED)))
def test_committed_tables_are_what_the_maker_writes(name: str) -> None:
    committed = Path(make.FOLDER, name).read_bytes()
    made = make.all_tables(roster.SEED)[name]
    if name.endswith(".csv"):
        assert committed == made
    else:  # the compression library may differ; what is in the sheets may not
        assert _cells(committed) == _cells(made)


def _cells(xlsx: bytes) -> dict[str, list[tuple[object, ...]]]:
    book = load_workbook(io.BytesIO(xlsx))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def test_ratings_cover_three_months_of_everybody_but_one() -> None:
    months = Counter(rating.person_id for rating in sample_monthly())
    assert len(months) == 60
    assert [person for person, count in months.items() if count != 3] == ["QD004"]
    assert len(sample_annual()) == 60
    assert len(sample_commitments()) == 58


def test_workbooks_have_the_sheets_of_the_contract() -> None:
    assert set(_cells(tables.roster_xlsx())) == {"people", "units"}
    assert set(_cells(tables.ratings_xlsx())) == {"monthly", "annual", "commitments"}


def test_the_program_takes_the_workbook_and_the_csv_files_alike() -> None:
    day = date(2026, 12, 25)
    books = parse_people(read_tables([make.FOLDER / "roster.xlsx"]), today=day)
    texts = [make.FOLDER / "people.csv", make.FOLDER / "units.csv"]
    assert books == roster.sample_roster()
    assert parse_people(read_tables(texts), today=day) == books


def test_the_program_takes_the_ratings() -> None:
    levels = find_set(TEMPLATES, SET_ID).levels
    people = roster.sample_roster().people
    ratings = parse_ratings(read_tables([make.FOLDER / "ratings.xlsx"]), levels, people)
    assert ratings.monthly == sample_monthly()
    assert ratings.annual == sample_annual()
    assert ratings.commitments == sample_commitments()

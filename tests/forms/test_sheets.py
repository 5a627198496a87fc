"""Ids of sheets: the same for the same sheet, different for any other, silent about the person."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ocr.code import is_genuine, parse_code
from ocr.layout import Layout
from pipeline.forms.sheets import page_codes, sheet_id
from pipeline.periods import Period

LAYOUT = Layout("LB21", "03B", "ABC123", ())
periods = st.builds(Period, st.integers(2021, 2035), st.integers(1, 4))
ids = st.text(min_size=1, max_size=12)


@given(st.binary(min_size=16, max_size=32), periods, st.lists(ids, min_size=2, unique=True))
def test_people_have_different_sheets(key: bytes, period: Period, people: list[str]) -> None:
    made = [sheet_id(key, LAYOUT, period, person_id) for person_id in people]
    assert len(set(made)) == len(people)
    assert made == [sheet_id(key, LAYOUT, period, person_id) for person_id in people]


@given(periods, ids)
def test_form_version_period_and_key_make_another_sheet(period: Period, person_id: str) -> None:
    layouts = (LAYOUT, replace(LAYOUT, form="03A"), replace(LAYOUT, version="ABC124"))
    made = {sheet_id(b"key", layout, period, person_id) for layout in layouts}
    made.add(sheet_id(b"another key", LAYOUT, period, person_id))
    made.add(sheet_id(b"key", LAYOUT, Period(period.year + 1, period.quarter), person_id))
    assert len(made) == 5


def test_parts_do_not_run_into_each_other() -> None:
    period = Period(2026, 4)
    one = sheet_id(b"key", Layout("A", "B1", "C", ()), period, "x")
    other = sheet_id(b"key", Layout("AB", "1", "C", ()), period, "x")
    assert one != other


def test_codes_are_genuine_and_numbered(built_layout: Layout) -> None:
    identity = sheet_id(b"key", built_layout, Period(2026, 4), "GV0001")
    codes = page_codes(b"key", built_layout, identity)
    assert [code.page for code in codes] == [page.number for page in built_layout.pages]
    assert all(is_genuine(code, b"key") and parse_code(code.text) == code for code in codes)
    assert not any(is_genuine(code, b"another key") for code in codes)

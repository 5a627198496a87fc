"""Which pieces of a unit's records file are missing (R-000-30)."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import BadSet
from pipeline.periods import Period
from pipeline.results.records_file import (
    RECORDS_FILE,
    Holdings,
    check_records,
    is_complete,
    load_records_rule,
)
from tests.results.results_cases import LONG_BIEN

RULE = load_records_rule(LONG_BIEN)
QUARTER, YEAR = Period.parse("2026-Q4"), Period.parse("2026")
PEOPLE = {"03A": 2, "03B": 30}
FULL = Holdings(PEOPLE, PEOPLE, frozenset({"04", "05A"}))


def missing(period: Period, holdings: Holdings) -> list[str]:
    return [state.form_id for state in check_records(RULE, period, holdings) if state.message]


def test_a_full_quarter_is_complete() -> None:
    states = check_records(RULE, QUARTER, FULL)
    assert is_complete(states)
    assert [state.form_id for state in states] == ["03A", "03B", "04", "05A", "05B"]
    assert {state.rule for state in states} == {"R-000-30"}


@pytest.mark.parametrize(
    ("holdings", "forms", "words"),
    [
        (replace(FULL, sheets={"03A": 2, "03B": 28}), ["03B"], "thiếu 2/30 phiếu"),
        (replace(FULL, sheets={}), ["03A", "03B"], "thiếu 30/30 phiếu"),
        (replace(FULL, documents=frozenset({"05A"})), ["04"], "Thông báo"),
        (replace(FULL, documents=frozenset({"04"})), ["05A"], "khen thưởng định kỳ"),
        (replace(FULL, cases=frozenset({"05B"})), ["05B"], "khen thưởng đột xuất"),
    ],
)
def test_what_is_missing_is_named(holdings: Holdings, forms: list[str], words: str) -> None:
    assert missing(QUARTER, holdings) == forms
    messages = [state.message for state in check_records(RULE, QUARTER, holdings)]
    assert any(words in message for message in messages)
    assert not is_complete(check_records(RULE, QUARTER, holdings))


def test_the_file_of_a_year_has_documents_only() -> None:
    assert missing(YEAR, replace(FULL, sheets={})) == []
    assert missing(YEAR, Holdings()) == ["04", "05A"]


def test_ad_hoc_lists_are_asked_for_only_where_there_is_a_case() -> None:
    with_case = replace(FULL, cases=frozenset({"05B"}))
    assert missing(YEAR, with_case) == ["05B"]
    assert missing(YEAR, replace(with_case, documents=FULL.documents | {"05B"})) == []


@given(st.integers(0, 50), st.integers(0, 50))
def test_sheets_are_missing_exactly_while_there_are_too_few(people: int, sheets: int) -> None:
    holdings = replace(FULL, people={"03B": people}, sheets={"03B": sheets})
    assert missing(QUARTER, holdings) == (["03B"] if sheets < people else [])


def test_a_form_unknown_to_the_set_is_refused(tmp_path: Path) -> None:
    text = (LONG_BIEN.path / RECORDS_FILE).read_text(encoding="utf-8")
    (tmp_path / RECORDS_FILE).write_text(text.replace("[05A]", "[09X]"), encoding="utf-8")
    with pytest.raises(BadSet, match="09X"):
        load_records_rule(replace(LONG_BIEN, path=tmp_path))

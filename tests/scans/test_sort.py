"""Every page comes to its own sheet, or is refused with the reason."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.code import ALPHABET, parse_code
from ocr.reading import MarkState, PageReading, Reject
from pipeline.scans.sort import collect, is_stray, period_of_batch, place
from tests.scans.page_readings import (
    KEY,
    SHEET,
    number,
    read_pages,
    scanned,
    with_choice,
    with_number,
)

SHEETS = {SHEET.sheet_id: SHEET}


def test_a_page_of_a_printed_sheet_is_placed_by_its_code() -> None:
    for page, reading in enumerate(read_pages(), start=1):
        placement = place(reading, SHEETS, KEY)
        assert (placement.sheet_id, placement.page) == (SHEET.sheet_id, page)
        assert placement.reject is None


@given(place_of=st.integers(0, 36), sign=st.sampled_from(ALPHABET))
def test_a_code_with_one_sign_altered_is_never_used(place_of: int, sign: str) -> None:
    reading = read_pages()[0]
    text = reading.code.text
    place_of %= len(text)
    altered = parse_code(text[:place_of] + sign + text[place_of + 1 :])
    if altered is None or altered.text == text:
        return
    placement = place(replace(reading, code=altered), SHEETS, KEY)
    assert placement.sheet_id is None
    assert placement.reject is not None
    assert placement.reject.code == "unknown_sheet"


def test_a_sheet_of_another_office_is_unknown() -> None:
    reject = place(read_pages()[0], SHEETS, b"another office's key").reject
    assert reject is not None
    assert reject.code == "unknown_sheet"
    reject = place(read_pages()[0], {}, KEY).reject
    assert reject is not None
    assert (reject.code, SHEET.sheet_id in reject.message) == ("unknown_sheet", True)


def test_a_sheet_printed_in_another_version_is_named() -> None:
    other = replace(SHEET, version="OTHER1")
    reject = place(read_pages()[0], {SHEET.sheet_id: other}, KEY).reject
    assert reject is not None
    assert (reject.code, "OTHER1" in reject.message) == ("wrong_version", True)


def test_an_unreadable_page_of_a_known_sheet_stays_rejected_but_is_known() -> None:
    code = read_pages()[1].code
    placement = place(Reject("poor_registration", "…", code), SHEETS, KEY)
    assert (placement.sheet_id, placement.page) == (SHEET.sheet_id, 2)
    assert placement.reject is not None
    assert placement.reject.code == "poor_registration"


def test_the_same_page_again_is_repeated_and_changes_nothing() -> None:
    first, second = read_pages()
    pages = collect(scanned([second, first, second]))
    assert list(pages.used) == [1, 2]
    assert pages.used[2].source.source_page == 1
    assert [page.source.source_page for page in pages.repeated] == [3]
    assert pages.twins == ()


@pytest.mark.parametrize("state", [MarkState.MISSING, MarkState.CLEAR])
def test_the_same_page_with_other_content_is_a_twin(state: MarkState) -> None:
    first, second = read_pages()
    value = "chua_dat" if state is MarkState.CLEAR else None
    other = with_choice(first, "I.1.1/evaluator", state, value)
    pages = collect(scanned([first, second, other]))
    assert pages.used[1].reading is first
    assert [page.source.source_page for page in pages.twins] == [3]


MARK = "I.1.1/evaluator"


def _doubted(reading: PageReading, proposal: str | None) -> PageReading:
    """The page with one row left in doubt, and what it looks like."""
    page = with_choice(reading, MARK, MarkState.DOUBTFUL, None)
    choices = tuple(
        replace(choice, proposal=proposal) if choice.name == MARK else choice
        for choice in page.choices
    )
    return replace(page, choices=choices)


def _signed(reading: PageReading, present: bool | None) -> PageReading:
    signatures = tuple(replace(area, present=present) for area in reading.signatures)
    return replace(reading, signatures=signatures)


def _total(reading: PageReading, likeliest: int) -> PageReading:
    likelihood = {likeliest: 1.0, likeliest - 1: 0.3}
    return with_number(reading, number("total/self/dat", None, likelihood=likelihood))


@pytest.mark.parametrize("turned", [False, True], ids=["doubtful second", "doubtful first"])
@pytest.mark.parametrize(
    ("of_page", "doubtful", "twins"),
    [
        (1, partial(_doubted, proposal="dat"), 0),
        (1, partial(_doubted, proposal="chua_dat"), 1),
        (1, partial(_doubted, proposal=None), 1),
        (2, partial(_total, likeliest=18), 0),
        (2, partial(_total, likeliest=17), 1),
        (2, partial(_signed, present=None), 0),
        (2, partial(_signed, present=False), 1),
    ],
)
def test_doubt_alone_makes_no_twin(
    of_page: int, doubtful: Callable[[PageReading], PageReading], twins: int, *, turned: bool
) -> None:
    sure = read_pages()[of_page - 1]
    doubted = doubtful(sure)
    assert doubted != sure
    pages = collect(scanned([doubted, sure] if turned else [sure, doubted]))
    assert (len(pages.twins), len(pages.repeated)) == (twins, 1 - twins)


def test_ink_under_a_seal_is_a_twin_of_a_page_not_signed() -> None:
    page = read_pages()[1]
    pages = collect(scanned([_signed(page, False), _signed(page, None)]))  # noqa: FBT003 - "present"
    assert len(pages.twins) == 1


@pytest.mark.parametrize(
    ("counts", "usual"),
    [
        ({"2026-Q4": 3, "2026-Q3": 2}, "2026-Q4"),
        ({"2026-Q4": 2, "2026-Q3": 2}, None),
        ({"2026-Q4": 1}, "2026-Q4"),
        ({}, None),
    ],
)
def test_a_batch_is_of_the_period_most_of_its_pages_are_of(
    counts: dict[str, int], usual: str | None
) -> None:
    assert period_of_batch(counts) == usual


@pytest.mark.parametrize(
    ("period", "usual", "stray"),
    [
        ("2026-Q3", "2026-Q4", True),
        ("2026-Q4", "2026-Q4", False),
        ("2026", "2026-Q4", False),  # the commitment of the year
        ("2025", "2026-Q4", True),
        ("2026-Q3", None, False),
    ],
)
def test_a_stray_page_has_no_month_in_common(period: str, usual: str | None, stray: bool) -> None:
    assert is_stray(period, usual) is stray

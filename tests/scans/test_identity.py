"""Proposals for a page whose code was not read, and names that contradict a code."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.code import ALPHABET, PageCode, signed
from ocr.reading import FormPage, PrintedText
from pipeline.scans.identity import (
    MOST_PROPOSALS,
    Candidate,
    code_likeness,
    confirms,
    contradicts,
    likeness,
    propose,
)
from pipeline.scans.sort import PrintedSheet
from tests.scans.page_readings import KEY, LAYOUT

PERIOD = "2026-Q4"
NAMES = ("Nguyễn Thị Hoa", "Nguyễn Thị Hương", "Trần Văn Thử", "Đỗ Mẫu", "Nguyễn Thị Hoa")
SHEETS = [
    PrintedSheet(f"{'ABCDE'[n]}K3QF9XM2{n}", f"GV{n}", *LAYOUT.key, PERIOD, 2)
    for n in range(len(NAMES))
]
CANDIDATES = [
    Candidate(sheet, name, "Giáo viên, Trường Mẫu", "Quý IV/2026")
    for sheet, name in zip(SHEETS, NAMES, strict=True)
]


def page(number: int) -> FormPage:
    return FormPage(*LAYOUT.key, number)


def code(sheet: PrintedSheet, number: int) -> str:
    return signed(PageCode(*LAYOUT.key, sheet.sheet_id, number), KEY).text


def first(printed: PrintedText, arrived: set[tuple[str, int]] | None = None) -> tuple[str, int]:
    found = propose(printed, CANDIDATES, arrived or set(), PERIOD, KEY)
    assert len(found) <= MOST_PROPOSALS
    return found[0].sheet_id, found[0].page


@given(
    st.integers(0, len(SHEETS) - 1),
    st.integers(1, 2),
    st.lists(st.tuples(st.integers(0, 15), st.sampled_from(ALPHABET)), max_size=3),
)
def test_a_code_with_three_signs_misread_finds_its_sheet(
    which: int, number: int, slips: list[tuple[int, str]]
) -> None:
    text = code(SHEETS[which], number)
    head, tail = text[:-18], list(text[-18:])
    for place, sign in slips:
        if tail[place] != ".":
            tail[place] = sign
    printed = PrintedText((page(number),), (("footer/code", head + "".join(tail)),))
    assert first(printed) == (SHEETS[which].sheet_id, number)


def test_a_name_finds_its_sheet_and_namesakes_are_both_proposed() -> None:
    read = PrintedText((page(2),), (("footer/name", "Trần Văn Thứ"),))
    assert first(read) == (SHEETS[2].sheet_id, 2)
    twice = PrintedText((page(2),), (("footer/name", "Nguyễn Thị Hoa"),))
    found = propose(twice, CANDIDATES, {(SHEETS[0].sheet_id, 2)}, PERIOD, KEY)
    # A page that has come already is less likely than any that has not.
    assert found[0].sheet_id == SHEETS[4].sheet_id
    assert SHEETS[0].sheet_id in [one.sheet_id for one in found]


def test_the_code_outweighs_the_name() -> None:
    texts = (("footer/code", code(SHEETS[3], 1)), ("footer/name", NAMES[2]))
    assert first(PrintedText((page(1),), texts)) == (SHEETS[3].sheet_id, 1)


def test_only_pages_whose_lines_fit_are_proposed() -> None:
    texts = (("footer/name", NAMES[2]),)
    assert first(PrintedText((page(1),), texts)) == (SHEETS[2].sheet_id, 1)
    strange = FormPage("XX", "99", "000000", 1)
    assert propose(PrintedText((strange,), texts), CANDIDATES, set(), PERIOD, KEY) == ()


def test_nothing_read_proposes_nothing() -> None:
    for texts in ((), (("footer/name", "|| ~"),), (("footer/code", "P1.."),)):
        assert propose(PrintedText((page(1),), texts), CANDIDATES, set(), PERIOD, KEY) == ()


def test_codes_of_other_sheets_are_not_alike() -> None:
    text = code(SHEETS[0], 1)
    assert code_likeness(text, signed(PageCode(*LAYOUT.key, SHEETS[0].sheet_id, 1), KEY)) == 1
    other = signed(PageCode(*LAYOUT.key, "9ZW3GGXBAP", 1), KEY)
    assert code_likeness(text, other) < 0.5


@pytest.mark.parametrize(
    ("read", "expected", "is_another"),
    [
        (("Trần Văn Thử",), "Trần Văn Thử", False),
        (("Tran Van Thu",), "Trần Văn Thử", False),  # tones lost
        (("Nguyễn Thị Hương",), "Nguyễn Thị Hoa", True),  # another's name, letter by letter
        (("Nguyễn Thị Hoà",), "Nguyễn Thị Hoa", False),  # nobody's name, and near
        (("Nguyễn Thị Hương", "Nguyễn Thị Hoa"), "Nguyễn Thị Hoa", False),  # one agrees
        (("Phạm Khuê Bích",), "Trần Văn Thử", True),
        (("~ |",), "Trần Văn Thử", False),  # not read
        ((), "Trần Văn Thử", False),
    ],
)
def test_names(read: tuple[str, ...], expected: str, is_another: bool) -> None:
    printed = PrintedText((page(1),), tuple(("person/name", text) for text in read))
    assert contradicts(printed, expected, NAMES) is is_another
    if is_another:
        assert not confirms(replace(printed, texts=()), expected)


@given(st.sampled_from(NAMES))
def test_likeness_knows_itself(name: str) -> None:
    assert likeness(name.upper(), name) == 1
    assert likeness(name, "") == 0

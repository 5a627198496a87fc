"""Texts broken into lines: nothing lost, nothing too wide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.forms.sets import FormSet
from pipeline.forms.typeface import (
    BOLD,
    REGULAR,
    missing_letters,
    normalised,
    width_pt,
    wrapped,
    wrapped_title,
)

texts = st.lists(
    st.text(alphabet="aăâđêôơưỳỵỷỹÂĐƯỢ-'.", min_size=1, max_size=9), min_size=1, max_size=14
).map(" ".join)
limits = st.floats(min_value=40, max_value=400)


@pytest.fixture(autouse=True, scope="module")
def _faces(long_bien: FormSet) -> None:
    """The set's fixture registers the faces."""


@given(text=texts, limit=limits)
def test_lines_hold_the_whole_text_within_the_limit(text: str, limit: float) -> None:
    for break_lines in (wrapped, wrapped_title):
        lines = break_lines(text, BOLD, 12, limit)
        if lines is None:
            assert max(width_pt(word, BOLD, 12) for word in text.split()) > limit
        else:
            assert " ".join(lines) == text
            assert max(width_pt(line, BOLD, 12) for line in lines) <= limit


@given(text=texts, limit=limits)
def test_a_title_takes_no_more_lines(text: str, limit: float) -> None:
    plain, title = wrapped(text, BOLD, 12, limit), wrapped_title(text, BOLD, 12, limit)
    assert (plain is None) == (title is None)
    assert plain is None or title is None or len(plain) == len(title)


def test_no_word_of_a_title_stands_alone_when_it_need_not() -> None:
    text = "ỦY BAN NHÂN DÂN QUẬN LONG BIÊN"
    limit = width_pt("ỦY BAN NHÂN DÂN QUẬN LONG", REGULAR, 12) + 1
    assert wrapped(text, REGULAR, 12, limit) == ("ỦY BAN NHÂN DÂN QUẬN LONG", "BIÊN")
    assert wrapped_title(text, REGULAR, 12, limit) == ("ỦY BAN NHÂN DÂN QUẬN", "LONG BIÊN")


def test_blanks_and_missing_letters() -> None:
    assert normalised("  Lê\t Thị\n\u00a0Ý ") == "Lê Thị Ý"
    assert missing_letters("Nguyễn Thị Ỹ, K' Mẫu", REGULAR) == ""
    assert missing_letters("Lê 王 ☐", REGULAR) == "“☐” (U+2610), “王” (U+738B)"

"""What a row is, from what its cells may hold."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.cells import PageTone
from ocr.doubt import CLEAR_ABOVE, clear_above, combined, joint, row_belief, softmax

NOTHING, PLAIN, CANCELLED, RESIDUE = np.eye(4) * 0.99 + 0.0025

Cell = npt.NDArray[np.float64]

cells = st.lists(
    st.lists(st.floats(1e-6, 1.0), min_size=4, max_size=4).map(lambda p: np.array(p) / sum(p)),
    min_size=2,
    max_size=5,
)


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ([PLAIN, NOTHING], "clear"),
        ([NOTHING, PLAIN], "clear"),
        ([NOTHING, NOTHING, PLAIN, NOTHING], "clear"),
        ([NOTHING, NOTHING], "missing"),
        ([PLAIN, PLAIN], "double"),
        ([CANCELLED, PLAIN], "corrected"),
        ([PLAIN, RESIDUE], "corrected"),
        ([CANCELLED, CANCELLED], "corrected"),
    ],
)
def test_the_likeliest_kind_of_row(row: list[Cell], kind: str) -> None:
    belief = row_belief(np.array(row))
    kinds = {name: getattr(belief, name) for name in ("clear", "missing", "double", "corrected")}
    assert max(kinds, key=lambda name: kinds[name]) == kind
    assert kinds[kind] > 0.5


def test_a_withdrawn_mark_alone_is_none_of_them() -> None:
    belief = row_belief(np.array([CANCELLED, NOTHING]))
    assert belief.clear + belief.missing + belief.double + belief.corrected < 0.5


@given(cells)
def test_kinds_of_rows_exclude_each_other(row: list[Cell]) -> None:
    belief = row_belief(np.array(row))
    parts = (belief.clear, belief.missing, belief.double, belief.corrected)
    assert all(0 <= part <= 1 for part in parts)
    assert sum(parts) <= 1 + 1e-9


@given(cells)
def test_the_order_of_the_cells_does_not_matter(row: list[Cell]) -> None:
    turned = np.array(row[::-1])
    one, other = row_belief(np.array(row)), row_belief(turned)
    assert one.missing == pytest.approx(other.missing)
    assert one.clear == pytest.approx(other.clear)


@given(st.floats(0.001, 0.4))
def test_ink_in_the_other_cell_never_makes_a_row_clearer(ink: float) -> None:
    clean = row_belief(np.array([PLAIN, [1.0, 0, 0, 0]]))
    for kind in (1, 2, 3):
        other = np.array([1 - ink, 0.0, 0.0, 0.0])
        other[kind] += ink
        assert row_belief(np.array([PLAIN, other])).clear < clean.clear


def test_two_measures_that_agree_are_surer_than_one() -> None:
    sure, open_ = np.array([[0.05, 0.85, 0.05, 0.05]]), np.full((1, 4), 0.25)
    assert combined(sure, sure)[0, 1] > combined(sure, open_)[0, 1]
    assert joint().strokes > 0
    assert joint().picture > 0


def test_probabilities_of_large_logits() -> None:
    assert softmax(np.array([[1000.0, 0.0, -1000.0]])) == pytest.approx(np.array([[1.0, 0, 0]]))


def page(paper: float, dark: float) -> PageTone:
    return PageTone(paper, dark, noise=1.0, blur_mm=0.3, bilevel=False, colour=False)


def test_a_page_with_good_contrast_needs_less_to_be_clear_than_a_faded_one() -> None:
    usual, most = CLEAR_ABOVE
    assert clear_above(page(paper=252, dark=55)) == pytest.approx(usual)
    assert clear_above(page(paper=238, dark=125)) == pytest.approx(most)
    assert usual < clear_above(page(paper=245, dark=98)) < most


@given(st.floats(150, 255), st.floats(0, 200), st.floats(0, 55))
def test_the_darker_the_black_the_less_is_needed(paper: float, dark: float, more: float) -> None:
    assert clear_above(page(paper, dark)) <= clear_above(page(paper, dark + more)) + 1e-12

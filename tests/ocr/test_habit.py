"""A mark beside the other marks of its hand."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ocr.doubt import CANCELLED, PLAIN
from ocr.habit import TRAITS, compared, deviations, lone_marks, pale_marks, patches, usual_cells

EMPTY = [0.997, 0.001, 0.001, 0.001]
MARK = [0.001, 0.967, 0.031, 0.001]
STRUCK = [0.001, 0.031, 0.967, 0.001]

Floats = npt.NDArray[np.float64]


def rows(*first: list[float]) -> tuple[list[tuple[str, int]], Floats]:
    """Choices of two cells, of which the first holds what is given and the second nothing."""
    choices = [(f"I.{index}/self", 2) for index in range(len(first))]
    return choices, np.array([cell for each in first for cell in (each, EMPTY)])


def test_only_marks_alone_in_their_row_are_compared_and_only_with_their_own_side() -> None:
    choices = [("I.1/self", 2), ("I.1/evaluator", 2), ("I.2/self", 2), ("I.3/self", 2)]
    joint = np.array([MARK, EMPTY, EMPTY, MARK, MARK, MARK, EMPTY, EMPTY])
    assert [side.tolist() for side in lone_marks(choices, joint)] == [[0], [3]]


@given(arrays(np.float64, st.tuples(st.integers(2, 9), st.just(3)), elements=st.floats(-9, 9)))
def test_deviations_are_from_the_median_of_the_others(values: Floats) -> None:
    found = deviations(values[:, 0], values[:, 1:])
    for index, value in enumerate(values):
        others = np.median(np.delete(values, index, axis=0), axis=0)
        assert found[index] == pytest.approx([value[0], *(value - others)])


def test_a_mark_unlike_all_others_of_its_hand_is_less_sure() -> None:
    choices, joint = rows(*[MARK] * 9)
    traits = np.zeros((len(joint), len(TRAITS)))
    alike = compared(lone_marks(choices, joint), joint, traits)
    traits[8] = 1.0
    unlike = compared(lone_marks(choices, joint), joint, traits)
    assert unlike[8, CANCELLED] > 5 * alike[8, CANCELLED]
    assert unlike[8, PLAIN] + unlike[8, CANCELLED] == pytest.approx(joint[8, 1:3].sum())
    assert unlike[0, CANCELLED] == pytest.approx(alike[0, CANCELLED], rel=0.01)


def test_a_few_marks_are_not_compared() -> None:
    choices, joint = rows(*[MARK] * 3)
    traits = np.random.default_rng(1).random((len(joint), len(TRAITS)))
    assert compared(lone_marks(choices, joint), joint, traits) == pytest.approx(joint)


def test_what_a_hand_does_in_most_rows_is_its_way_of_marking() -> None:
    choices, joint = rows(*[STRUCK] * 7, MARK)
    assert usual_cells(lone_marks(choices, joint), joint).tolist() == [0, 2, 4, 6, 8, 10, 12]
    choices, joint = rows(*[STRUCK] * 7, *[MARK] * 7)
    assert usual_cells(lone_marks(choices, joint), joint).size == 0


def test_a_mark_far_beyond_the_habit_is_no_habit() -> None:
    choices, joint = rows(*[STRUCK] * 7, [0.0, 0.0001, 0.9998, 0.0001])
    assert 14 not in usual_cells(lone_marks(choices, joint), joint).tolist()


def test_a_blackened_cell_is_a_mark_only_where_the_hand_blackens() -> None:
    choices, joint = rows(*[MARK] * 8)
    lone = lone_marks(choices, joint)
    once, always = np.zeros(len(joint)), np.zeros(len(joint))
    once[6] = 0.8
    always[::2] = 0.8
    assert np.flatnonzero(patches(choices, lone, once)).tolist() == [6]
    assert not patches(choices, lone, always).any()


def test_a_mark_much_paler_than_the_others_may_have_been_rubbed_out() -> None:
    choices, joint = rows(*[MARK] * 8)
    traits = np.zeros((len(joint), len(TRAITS)))
    traits[::2, TRAITS.index("highest darkness")] = [0.7, 0.65, 0.6, 0.7, 0.3, 0.7, 0.62, 0.7]
    assert pale_marks(lone_marks(choices, joint), traits).tolist() == [8]

"""A hand's way of marking."""

import numpy as np
import numpy.typing as npt

from ocr.habit import TRAITS, lone_marks, patches, unlike, usual_cells

EMPTY = [0.997, 0.001, 0.001, 0.001]
MARK = [0.001, 0.967, 0.031, 0.001]
HALF_STRUCK = [0.001, 0.7, 0.298, 0.001]
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


def test_what_a_hand_does_in_most_rows_is_its_way_of_marking() -> None:
    choices, joint = rows(*[STRUCK] * 7, MARK)
    assert usual_cells(lone_marks(choices, joint), joint).tolist() == [0, 2, 4, 6, 8, 10, 12]
    choices, joint = rows(*[HALF_STRUCK] * 7, MARK)
    assert usual_cells(lone_marks(choices, joint), joint).tolist() == [0, 2, 4, 6, 8, 10, 12]
    choices, joint = rows(*[STRUCK] * 7, *[MARK] * 7)
    assert usual_cells(lone_marks(choices, joint), joint).size == 0


def test_a_mark_far_beyond_the_habit_is_no_habit() -> None:
    choices, joint = rows(*[STRUCK] * 7, [0.0, 0.0001, 0.9998, 0.0001])
    assert 14 not in usual_cells(lone_marks(choices, joint), joint).tolist()


def test_a_blackened_cell_is_a_mark_only_where_the_hand_scribbles() -> None:
    choices, joint = rows(*[MARK] * 8)
    lone = lone_marks(choices, joint)
    once = np.zeros((len(joint), len(TRAITS)))
    once[6, TRAITS.index("share of thicker ink")] = 0.8
    assert np.flatnonzero(patches(choices, lone, once)).tolist() == [6]
    always = once.copy()
    always[::2, TRAITS.index("share of thicker ink")] = [0.2, 0.3, 0.15, 0.8, 0.05, 0.2, 0.2, 0.2]
    assert not patches(choices, lone, always).any()


def test_a_mark_with_much_more_or_less_ink_than_the_others_is_doubted() -> None:
    choices, joint = rows(*[MARK] * 8)
    traits = np.zeros((len(joint), len(TRAITS)))
    traits[::2, TRAITS.index("highest darkness")] = 0.7
    traits[::2, TRAITS.index("ink area")] = np.log1p([4.0, 5.0, 1.5, 4.5, 0.8, 11.0, 4.0, 5.5])
    lone = lone_marks(choices, joint)
    assert unlike(lone, traits, bilevel=False).tolist() == [8, 10]
    # Black or white shows no shades: there less may be a rest of a mark, or dirt.
    assert unlike(lone, traits, bilevel=True).tolist() == [4, 8, 10]


def test_dots_may_differ() -> None:
    choices, joint = rows(*[MARK] * 8)
    traits = np.zeros((len(joint), len(TRAITS)))
    traits[::2, TRAITS.index("ink area")] = np.log1p([0.5, 0.4, 0.8, 1.2, 0.5, 0.6, 0.45, 0.7])
    assert unlike(lone_marks(choices, joint), traits, bilevel=False).tolist() == []


def test_a_mark_much_paler_than_the_others_may_have_been_rubbed_out() -> None:
    choices, joint = rows(*[MARK] * 8)
    traits = np.zeros((len(joint), len(TRAITS)))
    traits[::2, TRAITS.index("highest darkness")] = [0.7, 0.65, 0.6, 0.7, 0.3, 0.7, 0.62, 0.7]
    assert unlike(lone_marks(choices, joint), traits, bilevel=False).tolist() == [8]

"""Straight lines that no pen drew."""

import cv2
import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from ocr.lines import TILT, is_rule, is_streak, without_lines

HEIGHT, WIDTH = 116, 336
"""A signature area of 25 x 80 mm with its margins, at 4 px/mm."""

Mask = npt.NDArray[np.uint8]


def area(*lines: tuple[tuple[float, float], tuple[float, float]], width: int = 1) -> Mask:
    """Lines from (x, y) to (x, y), px."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    for start, end in lines:
        ends = [tuple(round(place) for place in point) for point in (start, end)]
        cv2.line(mask, ends[0], ends[1], (1,), width)
    return mask


@given(st.floats(20, WIDTH - 20), st.floats(-TILT, TILT), st.integers(1, 2))
def test_a_streak_from_edge_to_edge_goes(x: float, tilt: float, width: int) -> None:
    streak = area(((x - tilt * HEIGHT / 2, 0), (x + tilt * HEIGHT / 2, HEIGHT - 1)), width=width)
    assert np.count_nonzero(without_lines(streak)) <= 0.05 * np.count_nonzero(streak)


@given(st.floats(20, HEIGHT - 20), st.floats(-0.04, 0.04))
def test_so_does_a_fold(y: float, tilt: float) -> None:
    rise = tilt * WIDTH / 2
    y = float(np.clip(y, abs(rise) + 3, HEIGHT - abs(rise) - 4))
    fold = area(((0, y - rise), (WIDTH - 1, y + rise)))
    assert np.count_nonzero(without_lines(fold)) <= 0.05 * np.count_nonzero(fold)


@given(st.integers(0, 2**32 - 1))
def test_a_hand_that_stays_inside_keeps_all_its_ink(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.uniform((20, 20), (WIDTH - 20, HEIGHT - 20), (12, 2)).round().astype(np.int32)
    hand = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.polylines(hand, [points], isClosed=False, color=(1,), thickness=2)
    assert without_lines(hand) is hand


def test_a_hand_beside_a_streak_keeps_its_ink() -> None:
    hand = area(((60, 30), (180, 90)), ((60, 90), (180, 30)))
    streak = area(((250, 0), (252, HEIGHT - 1)))
    left = without_lines(hand | streak)
    assert np.array_equal(left[:, :240], hand[:, :240])
    assert not left[:, 240:].any()


def test_pieces_of_lines_are_told_from_strokes_by_their_extent() -> None:
    height, width = np.array([40, 3, 40, 20]), np.array([3, 60, 30, 2])
    assert is_rule(height, width).tolist() == [True, True, False, True]


@given(st.floats(5, 60), st.floats(-0.05, 0.05))
def test_a_streak_through_a_cell_is_seen_and_a_mark_is_not_one(x: float, tilt: float) -> None:
    cell = np.zeros((38, 66), np.uint8)
    streak, cross = cell.copy(), cell.copy()
    ends = [(round(x - tilt * 19), 0), (round(x + tilt * 19), 37)]
    cv2.line(streak, ends[0], ends[1], (1,), 1)
    for start, end in (((15, 2), (45, 36)), ((45, 2), (15, 36))):
        cv2.line(cross, start, end, (1,), 2)
    assert is_streak(streak)
    assert is_streak(np.ascontiguousarray(streak.T))
    assert not is_streak(cross)
    assert not is_streak(cross | streak)
    assert not is_streak(cell)

"""What the invented hands write stands where it belongs and darkens the paper."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.geometry import Rect
from samples.hands import (
    MARK_KINDS,
    STRIKE_KINDS,
    draw_mark,
    is_blank,
    new_hand,
    sign,
    strike_out,
    write_number,
)
from samples.ink import write
from samples.strokes import Stroke, smooth_curve

SEEDS = st.integers(0, 2**32 - 1)
CELL = Rect(50.0, 40.0, 16.7, 9.4)
TENS, UNITS = Rect(50.0, 40.0, 5.2, 9.7), Rect(55.4, 40.0, 5.2, 9.7)
AREA = Rect(30.0, 40.0, 72.0, 26.0)


def _share_inside(strokes: tuple[Stroke, ...], area: Rect) -> float:
    points = np.vstack([stroke.points_mm for stroke in strokes])
    low, high = [area.x_mm, area.y_mm], [area.right_mm, area.bottom_mm]
    return float(((points >= low) & (points <= high)).all(axis=1).mean())


@given(SEEDS, st.sampled_from(sorted(MARK_KINDS)))
def test_marks_stay_in_their_cell_but_for_their_ends(seed: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    marks = draw_mark(rng, new_hand(rng, kinds=(kind,)), CELL)
    assert _share_inside(marks, CELL) > 0.75
    assert _share_inside(marks, CELL.grown(2.5)) == 1.0


@given(SEEDS, st.integers(0, 99))
def test_numbers_stay_in_their_boxes_and_blank_means_no_ink(seed: int, number: int) -> None:
    rng = np.random.default_rng(seed)
    hand = new_hand(rng)
    strokes = write_number(rng, hand, number, TENS, UNITS)
    assert is_blank(hand, number) == (not strokes)
    assert number == 0 or strokes
    boxes = Rect(TENS.x_mm, TENS.y_mm, UNITS.right_mm - TENS.x_mm, TENS.h_mm)
    assert not strokes or _share_inside(strokes, boxes.grown(0.6)) > 0.97


@given(SEEDS)
def test_signatures_stay_in_their_area(seed: int) -> None:
    rng = np.random.default_rng(seed)
    # A swing may leave it: one in some thousands by a twentieth.
    assert _share_inside(sign(rng, new_hand(rng), AREA), AREA) > 0.9


@given(SEEDS, st.sampled_from(STRIKE_KINDS), st.sampled_from(["x", "tick"]))
def test_striking_out_crosses_the_middle_of_the_mark(seed: int, strike: str, kind: str) -> None:
    rng = np.random.default_rng(seed)
    hand = new_hand(rng, kinds=(kind,))
    marks = draw_mark(rng, hand, CELL)
    over = np.vstack([s.points_mm for s in strike_out(rng, hand, marks, strike)])
    under = np.vstack([s.points_mm for s in marks])
    middle = (under.min(axis=0) + under.max(axis=0)) / 2
    assert (over.min(axis=0) < middle).all()
    assert (over.max(axis=0) > middle).all()


@given(SEEDS)
def test_ink_only_darkens_and_the_same_seed_writes_the_same(seed: int) -> None:
    pages = []
    for _ in range(2):
        rng = np.random.default_rng(seed)
        page = np.full((240, 420, 3), 240, dtype=np.uint8)
        near = Rect(3.0, 3.0, 16.7, 9.4)
        write(page, draw_mark(rng, new_hand(rng), near), 12.0, rng)
        pages.append(page)
    assert (pages[0] <= 240).all()
    assert (pages[0] < 200).any()
    assert np.array_equal(pages[0], pages[1])


def test_ink_outside_the_page_is_cut_off() -> None:
    rng = np.random.default_rng(1)
    page = np.full((60, 60, 3), 255, dtype=np.uint8)
    write(page, draw_mark(rng, new_hand(rng), Rect(-6.0, -3.0, 16.0, 9.0)), 12.0, rng)
    assert page.shape == (60, 60, 3)
    assert (page < 255).any()


def test_a_curve_passes_through_its_control_points() -> None:
    control = [(0.0, 0.0), (3.0, 1.0), (4.0, 5.0)]
    curve = smooth_curve(control)
    for point in control:
        assert np.hypot(*(curve - point).T).min() < 1e-9


def test_an_unknown_way_to_strike_out_is_refused() -> None:
    rng = np.random.default_rng(1)
    hand = new_hand(rng)
    with pytest.raises(ValueError, match="eraser"):
        strike_out(rng, hand, draw_mark(rng, hand, CELL), "eraser")

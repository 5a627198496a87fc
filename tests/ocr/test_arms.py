"""Lines of a mark."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.arms import arm_measures
from ocr.cells import INK_PX_PER_MM
from ocr.strokes import PICTURE_PX, darkness_inside

Floats = npt.NDArray[np.float32]
FINE = 8


def picture(lines_mm: list[tuple[float, float, float]], pen_mm: float = 0.5) -> Floats:
    """A picture of lines through its middle: angle (degrees), length and shift to the side (mm)."""
    scale = INK_PX_PER_MM * FINE
    canvas = np.zeros((PICTURE_PX * FINE, PICTURE_PX * FINE), np.uint8)
    for degrees, length, shift in lines_mm:
        turn = np.radians(degrees)
        along, across = (
            np.array([np.cos(turn), np.sin(turn)]),
            np.array([-np.sin(turn), np.cos(turn)]),
        )
        ends = [across * shift + sign * along * length / 2 for sign in (-1, 1)]
        start, end = (
            np.round(end * scale + PICTURE_PX * FINE / 2).astype(int).tolist() for end in ends
        )
        cv2.line(canvas, start, end, (255,), round(pen_mm * scale))
    small = cv2.resize(canvas, (PICTURE_PX, PICTURE_PX), interpolation=cv2.INTER_AREA)
    return np.sqrt(small.astype(np.float32) / 255)[None]


def measured(shown: Floats) -> Floats:
    return arm_measures(darkness_inside(shown))


@given(st.floats(0, 180), st.floats(4, 8))
def test_a_line_weighs_its_length_times_its_width_at_every_angle(
    angle: float, length: float
) -> None:
    heaviest, _, long_axis, short_axis, long, wide, *_ = measured(
        picture([(angle, length, 0)])[None]
    )[0]
    assert np.expm1(heaviest) == pytest.approx(length * 0.5, rel=0.2, abs=0.3)
    assert long_axis * 8 == pytest.approx(length, rel=0.15, abs=0.4)
    assert short_axis * 8 < 1.7  # the pen, and pixels of 0.75 mm
    assert long * 8 == pytest.approx(length, rel=0.2, abs=0.5)
    assert 0.3 < wide * 2 < 1.1  # the pen, and pixels of 0.5 mm


@given(st.floats(0, 180), st.floats(60, 120), st.floats(-0.4, 0.4))
def test_an_arm_drawn_twice_outweighs_the_other(angle: float, apart: float, shift: float) -> None:
    cross = [(angle, 6.0, 0.0), (angle + apart, 6.0, 0.0)]
    plain, struck = measured(np.stack([picture(cross), picture([*cross, (angle, 9.0, shift)])]))
    assert abs(plain[0] - plain[1]) < 0.15
    assert struck[0] - struck[1] > plain[0] - plain[1] + 0.08
    assert struck[2] > 1.15 * plain[2]
    assert struck[4] > 1.1 * plain[4]


def test_no_ink_has_no_lines() -> None:
    empty = np.zeros((2, 1, PICTURE_PX, PICTURE_PX), np.float32)
    assert measured(empty).tolist() == [[0.0] * 8] * 2
    assert measured(-empty - 0.5).tolist() == [[0.0] * 8] * 2

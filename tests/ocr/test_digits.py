"""Numbers in two digit boxes, drawn by the tests with a pen of their own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.cells import CellImage
from ocr.digits import read_number
from tests.ocr.drawn_cells import BLUE, RED, Line, cell, strikes

BOX = (5.3, 9.0)


def arc(x: float, y: float, w: float, h: float, start: float, stop: float) -> Line:
    turn = np.radians(np.linspace(start, stop, 24))
    return [(x + w * float(np.cos(t)), y + h * float(np.sin(t))) for t in turn]


SHAPES: dict[int, list[Line]] = {
    0: [arc(0.5, 0.5, 0.42, 0.5, -80, 290)],
    1: [[(0.2, 0.25), (0.55, 0.0), (0.52, 1.0)]],
    2: [[*arc(0.5, 0.28, 0.4, 0.28, -170, 40), (0.08, 1.0), (0.95, 0.97)]],
    3: [arc(0.45, 0.26, 0.38, 0.26, -150, 90), arc(0.45, 0.76, 0.42, 0.25, -90, 150)],
    4: [[(0.55, 0.0), (0.05, 0.65), (0.95, 0.65)], [(0.65, 0.3), (0.62, 1.0)]],
    5: [[(0.9, 0.0), (0.2, 0.02), (0.15, 0.45), *arc(0.45, 0.7, 0.42, 0.3, -110, 150)]],
    6: [[(0.75, 0.0), (0.3, 0.4), *arc(0.48, 0.72, 0.36, 0.28, -180, 180)]],
    7: [[(0.05, 0.02), (0.95, 0.0), (0.4, 1.0)]],
    8: [arc(0.5, 0.25, 0.3, 0.25, 90, 450), arc(0.5, 0.74, 0.38, 0.26, -90, 270)],
    9: [[*arc(0.48, 0.28, 0.36, 0.28, 0, -360), (0.84, 0.3), (0.8, 0.7), (0.6, 1.0)]],
}
CROSSED_7: list[Line] = [*SHAPES[7], [(0.3, 0.5), (0.95, 0.47)]]


def box(digit: int | None, tall: float = 5.5, slant: float = 0.0, pen_mm: float = 0.5) -> CellImage:
    return cell(placed(SHAPES[digit] if digit is not None else [], tall, slant), BLUE, pen_mm, BOX)


def placed(lines: list[Line], tall: float = 5.5, slant: float = 0.0) -> list[Line]:
    wide = tall * 0.55
    left, top = (BOX[0] - wide) / 2, (BOX[1] - tall) / 2
    return [
        [(left + wide * x + slant * tall * (0.5 - y), top + tall * y) for x, y in line]
        for line in lines
    ]


@pytest.mark.parametrize("number", [10, 18, 27, 35, 46, 59, 60, 73, 84, 92])
def test_two_digits(number: int) -> None:
    reading = read_number("total/self/dat", box(number // 10), box(number % 10))
    assert not reading.blank
    assert reading.written in (number, None)
    assert int(np.argmax(reading.likelihood)) == number
    assert max(reading.likelihood) == 1.0


def test_most_plain_numbers_are_sure() -> None:
    written = [read_number("n", box(n // 10), box(n % 10)).written for n in range(10, 100)]
    right = sum(n == value for n, value in enumerate(written, start=10))
    wrong = [value for n, value in enumerate(written, start=10) if value not in (n, None)]
    assert wrong == []
    assert right >= 72


@pytest.mark.parametrize("digit", range(10))
def test_a_number_below_ten_in_either_box_or_after_a_nought(digit: int) -> None:
    for tens, units in ((None, digit), (digit, None), (0, digit)):
        reading = read_number("n", box(tens), box(units))
        assert reading.written in (digit, None)
        assert int(np.argmax(reading.likelihood)) == digit


def test_empty_boxes_are_blank() -> None:
    reading = read_number("n", box(None), box(None))
    assert reading.blank
    assert reading.written is None
    assert reading.likelihood == ()


@pytest.mark.parametrize("digit", range(10))
def test_a_red_number_is_not_blank(digit: int) -> None:
    """Red ink is left out, as that of seals, but a box that it stands in is not empty."""
    red = cell(placed(SHAPES[digit]), RED, 0.5, BOX)
    for tens, units in ((box(None), red), (red, box(None)), (red, red)):
        reading = read_number("n", tens, units)
        assert not reading.blank
        assert reading.written is None
        assert min(reading.likelihood[:10]) > 0.01


def test_a_crossed_seven_is_no_four() -> None:
    seven = cell(placed(CROSSED_7), BLUE, 0.5, BOX)
    reading = read_number("n", box(2), seven)
    assert reading.written in (27, None)
    assert reading.likelihood[27] > reading.likelihood[24]


def test_a_struck_out_digit_is_not_a_number() -> None:
    lines = [*placed(SHAPES[8]), *strikes(BOX[0] / 2, BOX[1] / 2, 2.3)]
    reading = read_number("n", box(1), cell(lines, BLUE, 0.5, BOX))
    assert reading.written is None
    assert not reading.blank
    # It does not speak for one number either: any may have been meant.
    assert min(reading.likelihood[10:20]) > 0.01


@settings(max_examples=80, deadline=None)
@given(
    number=st.integers(0, 99),
    tall=st.floats(4.0, 7.0),
    slant=st.floats(-0.12, 0.3),
    pen_mm=st.floats(0.3, 0.8),
)
def test_no_number_is_surely_another(number: int, tall: float, slant: float, pen_mm: float) -> None:
    tens, units = (box(digit, tall, slant, pen_mm) for digit in divmod(number, 10))
    reading = read_number("n", tens, units)
    assert reading.written in (number, None)
    assert len(reading.likelihood) == 100
    assert reading.likelihood[number] > 0

"""Marks: what a clerk expects of every way to mark a cell and every way to change one's mind."""

import math
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.cells import CellImage
from ocr.doubt import clear_above
from ocr.marks import read_choice, read_choices
from ocr.reading import ChoiceReading, MarkState
from tests.ocr.drawn_cells import (
    BILEVEL_PAGE,
    BLACK,
    BLUE,
    COLOUR_PAGE,
    GREY_PAGE,
    PENCIL,
    RED,
    Line,
    Picture,
    add_ink,
    bilevel,
    blackening,
    cell,
    cross,
    dash,
    grey,
    paper,
    ring,
    shown,
    slash,
    strikes,
    tick,
)

Choice = tuple[str, list[tuple[str, CellImage]]]

WAVES = np.linspace(-3.6, 3.6, 12).tolist()


def along_an_arm(*shifts: float) -> list[Line]:
    """Lines along the falling arm of :func:`cross`, shifted sideways (mm)."""
    return [[(5.2 + d, 3.2 - d), (8 + d, 6.1 - d), (10.9 + d, 8.6 - d)] for d in shifts]


MARKS = {"cross": cross, "tick": tick, "slash": slash, "ring": ring, "dash": dash}


def read(first: CellImage, second: CellImage) -> ChoiceReading:
    return read_choice("I.1/self", [("dat", first), ("chua_dat", second)], COLOUR_PAGE)


@pytest.mark.parametrize("pen", [BLUE, BLACK], ids=["blue", "black"])
@pytest.mark.parametrize("kind", MARKS)
def test_a_plain_mark_is_read(kind: str, pen: tuple[float, float, float]) -> None:
    lines = MARKS[kind]()
    for marked in (0, 1):
        cells = [cell(), cell()]
        cells[marked] = cell(lines, pen)
        reading = read(*cells)
        assert reading.state is MarkState.CLEAR
        assert reading.value == ("dat", "chua_dat")[marked]
        assert reading.confidence > 0.98
        assert reading.cells[marked].marked > 0.98
        assert reading.cells[1 - marked].marked < 0.02


@pytest.mark.parametrize("height_mm", [9.0, 14.0, 20.0])
def test_the_height_of_the_row_does_not_matter(height_mm: float) -> None:
    size = (16.0, height_mm)
    reading = read(cell(cross(y=height_mm / 2), size_mm=size), cell(size_mm=size))
    assert (reading.state, reading.value) == (MarkState.CLEAR, "dat")


@pytest.mark.parametrize("half_mm", [2.2, 2.6, 3.0, 3.4])
@pytest.mark.parametrize("kind", ["cross", "tick", "slash"])
def test_a_mark_that_sticks_out_of_the_narrow_box_of_the_result_is_read(
    kind: str, half_mm: float
) -> None:
    """It has a page of rows beside it, but no others of its own kind to be compared with."""
    mark, size = MARKS[kind], (5.3, 8.7)
    rows = [(f"{row}/self", [("a", cell(mark())), ("b", cell())]) for row in range(10)]
    marked = cell(mark(2.75, 4.1, half_mm), size_mm=size)
    box = ("overall", [("dat", marked), ("chua_dat", cell(size_mm=size))])
    reading = read_choices([*rows, box], COLOUR_PAGE)[-1]
    assert (reading.state, reading.value) == (MarkState.CLEAR, "dat")


def test_the_box_of_the_result_is_read_on_a_faded_page_too() -> None:
    """A page of so little contrast makes its rows prove more; what has no others cannot."""
    faded = replace(COLOUR_PAGE, paper=238, dark=125)
    rows = [(f"{row}/self", [("a", cell(cross())), ("b", cell())]) for row in range(10)]
    size = (5.3, 8.7)
    marked = cell(cross(2.65, 4.35, 3.0), size_mm=size)
    box = ("overall", [("dat", marked), ("chua_dat", cell(size_mm=size))])
    reading = read_choices([*rows, box], faded)[-1]
    assert (reading.state, reading.value) == (MarkState.CLEAR, "dat")
    assert reading.confidence < clear_above(faded)


def test_a_mark_whose_side_shows_no_other_is_no_surer_for_that() -> None:
    """As the corner of a stamp beside marks by a red pen, which are left out."""
    faded = replace(COLOUR_PAGE, paper=238, dark=125)
    size = (5.3, 8.7)
    marked = [("a", cell(cross(2.65, 4.35, 3.0), size_mm=size)), ("b", cell(size_mm=size))]
    empty = [(f"{row}/self", [("a", cell()), ("b", cell())]) for row in range(1, 10)]
    among_rows, *_ = read_choices([("0/self", marked), *empty], faded)
    *_, as_box = read_choices([*empty, ("overall", marked)], faded)
    assert as_box.state is MarkState.CLEAR
    assert among_rows.state is MarkState.DOUBTFUL
    assert as_box.confidence < clear_above(faded)


def test_pencil_and_small_marks_are_read_or_doubted_never_swapped() -> None:
    for lines in (cross(half=1.0), cross(half=2.0), tick(half=1.5), cross(x=13.5, y=9.0)):
        for pen in (PENCIL, BLACK):
            reading = read(cell(lines, pen), cell())
            assert reading.value in ("dat", None)
            assert reading.state in (MarkState.CLEAR, MarkState.DOUBTFUL)


def test_an_empty_row_is_missing() -> None:
    reading = read(cell(), cell())
    assert (reading.state, reading.value) == (MarkState.MISSING, None)


@pytest.mark.parametrize("pen_mm", [0.2, 0.4])
def test_a_streak_through_an_empty_row_is_no_mark(pen_mm: float) -> None:
    for streak in ([(8.0, -2.0), (8.3, 14.0)], [(-2.0, 5.0), (18.0, 5.4)]):
        for pen in (BLACK, PENCIL):
            assert read(cell([streak], pen, pen_mm), cell()).value is None


def test_guide_lines_ruled_down_the_other_column_are_no_rivals_of_the_marks() -> None:
    lines: list[Line] = [[(x, -2.0), (x + 0.2, 14.0)] for x in (5.0, 9.0)]
    ruled = cell(lines, (110.0, 110.0, 110.0), 0.3)
    rows = [
        (f"{row}/self", [("dat", cell(cross(8, 6 + 0.1 * row))), ("chua_dat", ruled)])
        for row in range(10)
    ]
    for reading in read_choices(rows, COLOUR_PAGE):
        assert (reading.state, reading.value) == (MarkState.CLEAR, "dat")


def test_two_plain_marks_are_double() -> None:
    reading = read(cell(cross()), cell(tick()))
    assert reading.value is None
    assert reading.state is MarkState.DOUBLE


CANCELLATIONS = {
    "struck out": [*cross(), *strikes()],
    "blacked out": [*cross(), *blackening()],
    "ringed": [*cross(), *ring(half=4.6)],
}

ALONE = {
    **CANCELLATIONS,
    "struck thrice along an arm": [*cross(), *along_an_arm(-0.7, 0.1, 0.8)],
    "struck twice beside an arm": [*cross(), *along_an_arm(-0.6, 0.6)],
    "waved through": [*cross(), [(8 + d, 6 + 0.8 * (-1) ** i) for i, d in enumerate(WAVES)]],
    "scribbled over": [*tick(), *blackening(half=2.8)],
    "a tick ringed": [*tick(), *ring(half=4.2)],
    "a tick struck out": [*tick(), *strikes(half=3.8)],
}
"""Ways to withdraw a mark that stays alone in its row."""


@pytest.mark.parametrize("how", CANCELLATIONS)
def test_a_withdrawn_mark_beside_a_plain_one_is_corrected(how: str) -> None:
    reading = read(cell(CANCELLATIONS[how]), cell(cross()))
    assert reading.value is None
    assert reading.state is MarkState.CORRECTED
    assert reading.proposal == "chua_dat"
    assert reading.cells[0].cancelled > reading.cells[1].cancelled


@pytest.mark.parametrize("pen_mm", [0.35, 0.6])
@pytest.mark.parametrize("how", ALONE)
def test_a_withdrawn_mark_alone_is_never_taken_for_a_mark(how: str, pen_mm: float) -> None:
    reading = read(cell(ALONE[how], BLUE, pen_mm), cell())
    assert reading.value is None
    assert reading.state is not MarkState.CLEAR


@pytest.mark.parametrize("how", ALONE)
def test_a_withdrawn_mark_alone_on_a_page_of_plain_ones_is_seen(how: str) -> None:
    crosses = [
        (f"{index}/self", [("dat", cell(cross(half=2.2 + 0.1 * index))), ("chua_dat", cell())])
        for index in range(9)
    ]
    withdrawn = ("9/self", [("dat", cell(ALONE[how])), ("chua_dat", cell())])
    page = read_choices([*crosses, withdrawn], COLOUR_PAGE)
    assert [reading.value for reading in page] == ["dat"] * 9 + [None]


def test_the_habit_of_paper_tests_decides_the_proposal() -> None:
    ringed, blackened = CANCELLATIONS["ringed"], CANCELLATIONS["blacked out"]
    reading = read(cell(blackened), cell(ringed))
    assert reading.state is MarkState.CORRECTED
    assert (reading.value, reading.proposal) == (None, "dat")


def test_who_blackens_every_cell_is_read_by_that_habit() -> None:
    def row(index: int, first: list[Line], second: list[Line]) -> Choice:
        return f"{index}/self", [("dat", cell(first)), ("chua_dat", cell(second))]

    filled = blackening(half=2.4)
    rows = [row(index, filled, []) for index in range(7)]
    habit = read_choices([*rows, row(7, filled, filled), row(8, [], [])], COLOUR_PAGE)
    assert [reading.value for reading in habit] == ["dat"] * 7 + [None] * 2
    # One such cell among crosses is no habit.
    crosses = [row(index, cross(), []) for index in range(8)]
    struck = read_choices([*crosses, row(8, CANCELLATIONS["blacked out"], [])], COLOUR_PAGE)
    assert [reading.value for reading in struck] == ["dat"] * 8 + [None]


def test_an_erased_mark_beside_a_plain_one_is_not_clear() -> None:
    faint = paper()
    erased = cv2.GaussianBlur(255 - add_ink(paper(), cross(), BLACK), (0, 0), 14) * 0.5
    rubbed = shown(np.minimum(faint, 255 - erased))
    reading = read(rubbed, cell(cross()))
    assert reading.value is None


@pytest.mark.parametrize("y", [0.0, -0.4, 0.2, 12.0, 11.8, 12.4])
def test_a_mark_across_the_rule_between_two_rows_is_sure_in_neither(y: float) -> None:
    """Among ten crosses of the hand in their cells it would pass for one of this row."""
    crosses = [
        (f"{row}/self", list(zip("ab", (cell(cross(8.0, 6.0 + row / 20)), cell()), strict=True)))
        for row in range(10)
    ]
    across = ("10/self", list(zip("ab", (cell(cross(8.0, y)), cell()), strict=True)))
    *others, reading = read_choices([*crosses, across], COLOUR_PAGE)
    assert all(each.state is MarkState.CLEAR for each in others)
    assert reading.state is not MarkState.CLEAR


def test_a_stroke_from_the_neighbouring_row_is_no_mark() -> None:
    spill: list[Line] = [[(4.0, -3.0), (7.0, 0.8), (10.0, -3.0)]]
    reading = read(cell(spill), cell(cross()))
    assert reading.value in ("chua_dat", None)
    alone = read(cell(spill), cell())
    assert alone.state is not MarkState.CLEAR


@pytest.mark.parametrize(
    "stroke",
    [
        [(-2.0, 1.0), (6.0, 5.0), (18.0, 12.0)],
        [(4.0, -2.0), (5.5, 5.0), (6.0, 14.0)],
        [(9.0, 5.0), (13.0, 7.0), (18.0, 8.0)],
    ],
    ids=["from corner to corner", "down the column", "out at the right"],
)
def test_a_stroke_that_somebody_drew_across_an_empty_row_is_no_mark(stroke: Line) -> None:
    rows: list[Choice] = [
        (f"{row}/self", [("a", cell(cross(), BLUE)), ("b", cell())]) for row in range(8)
    ]
    empty: Choice = ("8/self", [("a", cell([stroke], BLACK, 0.4)), ("b", cell())])
    assert read_choices([*rows, empty], COLOUR_PAGE)[-1].value is None


def test_a_mark_across_the_rule_between_the_cells_is_not_clear() -> None:
    between = read(cell(cross(x=16.0)), cell(cross(x=0.0)))
    assert between.state is not MarkState.CLEAR


PALE_RED = (165.0, 165.0, 195.0)
"""A red pen where a photo has lost most of its colour: too weak to be told from ink."""


def seal(picture: Picture, centre: tuple[float, float]) -> Picture:
    turn = np.linspace(0, 2 * np.pi, 90)
    x, y = centre
    ring_mm: list[Line] = [
        [(x + r * float(np.cos(t)), y + r * float(np.sin(t))) for t in turn] for r in (18.0, 16.5)
    ]
    return add_ink(picture, ring_mm, RED, 0.8)


def test_a_red_seal_over_a_mark_is_not_read_as_ink() -> None:
    marked = shown(seal(add_ink(paper(), cross(), BLUE), (10.0, -10.0)))
    empty = shown(seal(paper(), (-6.0, -10.0)))
    reading = read(marked, empty)
    assert (reading.state, reading.value) == (MarkState.CLEAR, "dat")
    assert read(empty, empty).state is not MarkState.CLEAR


def test_a_seal_in_a_grey_scan_is_no_mark() -> None:
    for centre in ((10.0, -10.0), (22.0, 6.0), (-8.0, 14.0)):
        stamped = grey(shown(seal(paper(), centre)))
        cells = [("dat", stamped), ("chua_dat", grey(cell()))]
        assert read_choice("I.1/self", cells, GREY_PAGE).state is not MarkState.CLEAR


@pytest.mark.parametrize("kind", MARKS)
def test_a_scanner_whose_channels_lie_a_pixel_apart_reads_as_well(kind: str) -> None:
    """Black strokes and rules have a red fringe then, which is no red ink."""

    def misaligned(image: CellImage) -> CellImage:
        assert image.colour is not None
        blue, green, red = cv2.split(image.colour)
        colour = np.dstack([np.roll(blue, 1, axis=1), green, np.roll(red, 1, axis=0)])
        seen = np.asarray(cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
        return CellImage(seen, colour, image.px_per_mm, image.margin_mm)

    reading = read(misaligned(cell(MARKS[kind]())), misaligned(cell()))
    assert (reading.state, reading.value) == (MarkState.CLEAR, "dat")


def test_a_mark_by_a_red_pen_is_never_lost_silently() -> None:
    alone = read(cell(cross(), RED), cell())
    assert alone.state is MarkState.DOUBTFUL
    both = read(cell(cross(), RED), cell(cross(), BLUE))
    assert both.state is not MarkState.CLEAR


def test_a_red_pen_that_a_photo_shows_pale_is_no_seal_over_its_own_mark() -> None:
    """Where the colour is weak the red stays, as ink; the rest is left out like a seal."""
    ring = [
        (8 + 4.5 * math.cos(t), 8 + 4.5 * math.sin(t)) for t in np.linspace(0, 6.4, 40).tolist()
    ]
    ringed = add_ink(add_ink(paper(), tick(y=8.0), PALE_RED), [ring], RED)
    assert read(shown(ringed), cell()).state is not MarkState.CLEAR


def test_a_grey_scan_reads_as_well() -> None:
    cells = [("dat", grey(cell(cross(), BLUE))), ("chua_dat", grey(cell()))]
    assert read_choice("overall", cells, GREY_PAGE).value == "dat"


def test_a_bilevel_scan_is_read_only_when_plain() -> None:
    def read_bilevel(first: CellImage, second: CellImage) -> ChoiceReading:
        cells = [("dat", bilevel(first)), ("chua_dat", bilevel(second))]
        return read_choice("I.1/self", cells, BILEVEL_PAGE)

    assert read_bilevel(cell(cross()), cell()).value == "dat"
    assert read_bilevel(cell(), cell()).state is MarkState.MISSING
    struck = read_bilevel(cell(CANCELLATIONS["struck out"]), cell(cross()))
    assert (struck.state, struck.value) == (MarkState.DOUBTFUL, None)


@pytest.mark.parametrize(
    "rest",
    [
        [[(7.0, 5.0), (8.3, 6.2)]],
        [[(5.6, 4.0), (6.6, 4.9)], [(8.6, 6.9), (9.6, 7.9)]],
        [[(7.0, 5.0), (8.0, 6.0), (9.0, 5.0)]],
    ],
    ids=["a bit", "two bits", "a bend"],
)
def test_what_a_bilevel_scan_left_of_a_stroke_is_no_mark(rest: list[Line]) -> None:
    cells = [("dat", bilevel(cell(rest, BLACK, 0.4))), ("chua_dat", bilevel(cell()))]
    reading = read_choice("I.1/self", cells, BILEVEL_PAGE)
    assert (reading.state, reading.value) == (MarkState.DOUBTFUL, None)


@pytest.mark.parametrize("empty", [2, 3])
def test_a_bilevel_scan_that_lost_a_fifth_of_a_sides_marks_is_not_believed(empty: int) -> None:
    def choice(row: int, side: str) -> Choice:
        is_empty = side == "evaluator" and row < empty
        first = cell() if is_empty else cell(cross())
        return f"I.{row}/{side}", [("dat", bilevel(first)), ("chua_dat", bilevel(cell()))]

    choices = [choice(row, side) for row in range(12) for side in ("self", "evaluator")]
    readings = read_choices(choices, BILEVEL_PAGE)
    evaluated = [reading for reading in readings if reading.name.endswith("evaluator")]
    others = [reading for reading in readings if reading.name.endswith("self")]
    assert all(reading.value == "dat" for reading in others)
    missing, marked = evaluated[:empty], evaluated[empty:]
    assert all(reading.state is MarkState.MISSING for reading in missing)
    assert [reading.value for reading in marked] == [None if empty == 3 else "dat"] * len(marked)
    assert {reading.proposal for reading in marked} == {"dat"}


def test_three_cells_and_more() -> None:
    names = ("tot", "kha", "trung_binh", "yeu")
    for marked in names:
        cells = [(name, cell(tick() if name == marked else ())) for name in names]
        reading = read_choice("III.2/self", cells, COLOUR_PAGE)
        assert (reading.state, reading.value) == (MarkState.CLEAR, marked)
        assert len(reading.cells) == len(names)


def test_reading_a_page_at_once_is_reading_its_choices_one_by_one() -> None:
    sizes = [(16.0, 9.0), (16.0, 12.0), (5.3, 8.0), (16.0, 18.0)]
    choices = []
    for index, size in enumerate(sizes):
        x, y = size[0] / 2, size[1] / 2
        first = cell(cross(x, y, 1.8), size_mm=size)
        choices.append((f"{index}/self", [("dat", first), ("chua_dat", cell(size_mm=size))]))
    together = read_choices(choices, COLOUR_PAGE)
    for (name, cells), reading in zip(choices, together, strict=True):
        alone = read_choice(name, cells, COLOUR_PAGE)
        assert (reading.name, reading.value) == (name, "dat")
        assert alone.value == reading.value
        assert alone.confidence == pytest.approx(reading.confidence, abs=1e-3)


@given(seed=st.integers(0, 2**16))
@settings(max_examples=10, deadline=None)
def test_a_cross_with_an_arm_drawn_twice_is_less_sure_among_crosses(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = []
    for row in range(12):
        x, y, half = 8 + rng.normal(0, 0.4), 6 + rng.normal(0, 0.3), 2.6 * rng.normal(1, 0.05)
        lines = cross(x, y, half)
        if row == 7:
            reach = 1.2 * half
            lines.append([(x - reach + 0.5, y - reach), (x + reach + 0.6, y + reach)])
        rows.append((f"{row}/self", [("dat", cell(lines, BLUE)), ("chua_dat", cell())]))
    *others, twice = sorted(read_choices(rows, COLOUR_PAGE), key=lambda read: read.name == "7/self")
    assert min(reading.confidence for reading in others) > 0.9
    assert twice.cells[0].cancelled > 5 * max(reading.cells[0].cancelled for reading in others)


marks = st.sampled_from(sorted(MARKS))
places = st.floats(-2.0, 2.0)
pens = st.floats(0.3, 0.9)


@settings(max_examples=60, deadline=None)
@given(kind=marks, added=marks, dx=places, dy=places, pen_mm=pens)
def test_a_second_mark_never_turns_a_clear_reading_into_the_other_value(
    kind: str, added: str, dx: float, dy: float, pen_mm: float
) -> None:
    first = cell(MARKS[kind](8 + dx, 6 + dy), BLUE, pen_mm)
    before = read(first, cell())
    after = read(first, cell(MARKS[added](8 - dx, 6 - dy), BLUE, pen_mm))
    assert before.value in ("dat", None)
    assert after.value is None


@settings(max_examples=40, deadline=None)
@given(kind=marks, dx=places, factor=st.floats(0.82, 1.0))
def test_a_dimmer_page_reads_the_same(kind: str, dx: float, factor: float) -> None:
    def dimmed(image: CellImage) -> CellImage:
        pixels = np.round(image.grey * factor).astype(np.uint8)
        return CellImage(pixels, None, image.px_per_mm, image.margin_mm)

    cells = [cell(MARKS[kind](8 + dx)), cell()]
    values = [
        read_choice("I.1/self", list(zip(("dat", "chua_dat"), shown_as, strict=True)), GREY_PAGE)
        for shown_as in ([grey(c) for c in cells], [dimmed(c) for c in cells])
    ]
    assert values[0].value == values[1].value == "dat"

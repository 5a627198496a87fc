"""Signatures: ink of a pen in the area, whoever's; a seal is no signature and may hide one; stamps,
coffee and markers are none."""

from dataclasses import replace

import numpy as np
import pytest

from ocr.cells import CellImage
from ocr.signature import read_signature
from tests.ocr.drawn_cells import (
    BLACK,
    BLUE,
    COLOUR_PAGE,
    GREY_PAGE,
    PENCIL,
    RED,
    Line,
    Picture,
    add_ink,
    cell,
    grey,
    paper,
    shown,
)

AREA = (60.0, 25.0)
VIOLET = (120.0, 40.0, 90.0)
COFFEE = (110.0, 150.0, 190.0)
YELLOW = (70.0, 242.0, 255.0)
LIGHT_GREEN = (120.0, 242.0, 145.0)


def flourish(width_mm: float = 32.0) -> list[Line]:
    """A running hand: loops along a rising line."""
    t = np.linspace(0, 1, 160)
    x = 14 + width_mm * t + 2.2 * np.cos(42 * t)
    y = 14 - 3 * t + (3.5 - 2 * t) * np.sin(42 * t)
    return [list(zip(x.tolist(), y.tolist(), strict=True))]


def initials() -> list[Line]:
    return [
        [(28, 16), (30, 8), (32, 16)],
        [(28.8, 13), (31.3, 12.6)],
        [(34, 16), (34, 8), (37, 12)],
    ]


def sealed(picture: Picture, x: float = 30.0, y: float = 12.0) -> Picture:
    turn = np.linspace(0, 2 * np.pi, 120)
    rings: list[Line] = [
        [(x + r * float(np.cos(t)), y + r * float(np.sin(t))) for t in turn] for r in (18, 16.5, 9)
    ]
    return add_ink(picture, rings, RED, 0.7)


@pytest.mark.parametrize("pen", [BLUE, BLACK], ids=["blue", "black"])
def test_a_signature_is_found(pen: tuple[float, float, float]) -> None:
    for lines in (flourish(), flourish(14.0), initials()):
        signed = cell(lines, pen, size_mm=AREA)
        assert read_signature("signature/self", signed, COLOUR_PAGE).present is True
        assert read_signature("signature/self", grey(signed), GREY_PAGE).present is True


def test_an_empty_area_has_none() -> None:
    empty = cell(size_mm=AREA)
    reading = read_signature("signature/self", empty, COLOUR_PAGE)
    assert reading.present is False
    assert reading.ink == pytest.approx(0.0, abs=1e-4)


def test_specks_and_noise_are_no_signature() -> None:
    rng = np.random.default_rng(3)
    specks: list[Line] = []
    for _ in range(60):
        x, y = float(rng.uniform(1, 59)), float(rng.uniform(1, 24))
        specks.append([(x, y), (x + 0.3, y + 0.2)])
    dirty = shown(add_ink(paper(AREA), specks, BLACK, 0.4), noise=6.0)
    assert read_signature("signature/self", dirty, COLOUR_PAGE).present is False


def test_a_signature_under_a_red_seal_is_found_in_colour() -> None:
    signed = shown(sealed(add_ink(paper(AREA), flourish(), BLUE)))
    assert read_signature("signature/evaluator", signed, COLOUR_PAGE).present is True


def test_a_seal_alone_is_not_called_a_signature() -> None:
    only_seal = shown(sealed(paper(AREA)))
    assert read_signature("signature/evaluator", only_seal, COLOUR_PAGE).present is not True


@pytest.mark.parametrize("place", [(30.0, 12.0), (42.0, 3.0), (12.0, 20.0)])
def test_a_grey_seal_leaves_it_open(place: tuple[float, float]) -> None:
    only_seal = grey(shown(sealed(paper(AREA), *place)))
    assert read_signature("signature/evaluator", only_seal, GREY_PAGE).present is None
    signed = grey(shown(sealed(add_ink(paper(AREA), flourish(), BLUE), *place)))
    assert read_signature("signature/evaluator", signed, GREY_PAGE).present is not False


def test_the_dimness_of_the_page_does_not_matter() -> None:
    signed = grey(cell(flourish(), BLUE, size_mm=AREA))
    for factor in (0.8, 0.9, 1.0):
        pixels = np.round(signed.grey * factor).astype(np.uint8)
        dim = CellImage(pixels, None, signed.px_per_mm, signed.margin_mm)
        assert read_signature("signature/self", dim, GREY_PAGE).present is True


def streak(x: float, lean: float = 0.5) -> list[Line]:
    """A line of the scanner's glass through the area and its margins."""
    return [[(x, -2.0), (x + lean, 27.0)]]


@pytest.mark.parametrize("lean", [-1.3, 0.0, 0.5, 1.3])
@pytest.mark.parametrize("x", [2.0, 20.0, 45.0])
def test_a_streak_through_an_empty_area_signs_nothing(x: float, lean: float) -> None:
    only_streak = cell(streak(x, lean), BLACK, 0.25, AREA)
    assert read_signature("signature/self", only_streak, COLOUR_PAGE).present is not True
    assert read_signature("signature/self", grey(only_streak), GREY_PAGE).present is not True


@pytest.mark.parametrize("line", [[(5, 11), (48, 12)], [(-2, 11), (62, 13)], [(30, 4), (30.4, 20)]])
def test_a_fold_signs_nothing(line: Line) -> None:
    folded = grey(cell([line], PENCIL, 0.3, AREA))
    assert read_signature("signature/self", folded, GREY_PAGE).present is not True


@pytest.mark.parametrize("lines", [flourish(), flourish(14.0), initials()])
def test_a_signature_under_a_streak_is_found(lines: list[Line]) -> None:
    picture = add_ink(paper(AREA), lines, BLUE)
    for x in (10.0, 32.0):
        signed = shown(add_ink(picture, streak(x), BLACK, 0.25))
        assert read_signature("signature/self", signed, COLOUR_PAGE).present is True
        assert read_signature("signature/self", grey(signed), GREY_PAGE).present is True


@pytest.mark.parametrize("strength", [0.3, 0.5, 0.8])
def test_a_pale_seal_alone_is_in_doubt(strength: float) -> None:
    blank = paper(AREA)
    pale = shown(blank + strength * (sealed(blank) - blank))
    assert read_signature("signature/evaluator", pale, COLOUR_PAGE).present is None


@pytest.mark.parametrize("place", [(-8.0, 12.0), (68.0, 14.0), (30.0, -9.0), (2.0, 30.0)])
def test_a_part_of_a_grey_seal_leaves_it_open(place: tuple[float, float]) -> None:
    part = grey(shown(sealed(paper(AREA), *place)))
    assert read_signature("signature/evaluator", part, GREY_PAGE).present is None


def test_print_that_shows_through_signs_nothing() -> None:
    back = grey(cell(flourish(), (229.0, 229.0, 229.0), 0.9, AREA))
    assert read_signature("signature/self", back, GREY_PAGE).present is not True


def present(picture: Picture) -> set[bool | None]:
    """What is said of the picture in colour and in grey."""
    seen = shown(picture)
    return {
        read_signature("signature/self", seen, COLOUR_PAGE).present,
        read_signature("signature/self", grey(seen), GREY_PAGE).present,
    }


def stamped(picture: Picture, x: float, y: float, turn: float = 0.0) -> Picture:
    """The registry's stamp with its top left corner at x, y: a frame of 50 x 22 mm, two rows of
    letters of 4 mm in it."""
    letters: list[Line] = [
        [(0, 4), (0, 0), (2.4, 4), (2.4, 0)],
        [(2.2, 0), (0, 0), (0, 4), (2.2, 4)],
        [(0, 2), (1.8, 2)],
        [(0, 0), (2.6, 0)],
        [(1.3, 0), (1.3, 4)],
    ]
    lines: list[Line] = [[(0, 0), (50, 0), (50, 22), (0, 22), (0, 0)]]
    for row in (4.0, 13.0):
        for column in range(5):
            left = 7 + 8 * column
            lines += [[(left + dx, row + dy) for dx, dy in letters[column]]]
            lines += [[(left + 3.6 + dx, row + dy) for dx, dy in letters[0]]]
    c, s = float(np.cos(turn)), float(np.sin(turn))
    placed: list[Line] = [[(x + c * a - s * b, y + s * a + c * b) for a, b in at] for at in lines]
    return add_ink(picture, placed, VIOLET, 0.8)


def cup_ring(picture: Picture, x: float, y: float) -> Picture:
    """The edge of a ring of coffee about x, y, of 35 mm, not quite round."""
    turn = np.linspace(0, 2 * np.pi, 240)
    radius = 35 * (1 + 0.02 * np.sin(3 * turn) + 0.01 * np.sin(7 * turn))
    ring: Line = [
        (x + float(r * np.cos(t)), y + float(r * np.sin(t)))
        for r, t in zip(radius, turn, strict=True)
    ]
    return add_ink(picture, [ring], COFFEE, 1.2)


@pytest.mark.parametrize(
    ("x", "y", "turn"),
    [(5, 1, 0.0), (5, 2, 0.05), (30, 8, 0.2), (-30, -10, 0.0), (2, 14, -0.15), (40, -8, 0.1)],
)
def test_a_stamp_of_the_registry_signs_nothing(x: float, y: float, turn: float) -> None:
    assert True not in present(stamped(paper(AREA), x, y, turn))


def test_a_stamp_of_words_alone_signs_nothing() -> None:
    wide = paper((46.0, 20.0))
    assert True not in present(stamped(wide, -2.5, -1.5))


@pytest.mark.parametrize(("x", "y"), [(30, 40), (30, -15), (-20, 10), (75, 5), (50, 38)])
def test_a_ring_of_coffee_signs_nothing(x: float, y: float) -> None:
    assert True not in present(cup_ring(paper(AREA), x, y))


@pytest.mark.parametrize("ink", [YELLOW, LIGHT_GREEN, BLACK], ids=["yellow", "green", "black"])
@pytest.mark.parametrize("line", [[(5, 11), (48, 14)], [(-2, 4), (62, 9)], [(10, 12), (25, 8)]])
def test_a_markers_stroke_signs_nothing(line: Line, ink: tuple[float, float, float]) -> None:
    for width_mm in (2.5, 4.5):
        assert True not in present(add_ink(paper(AREA), [line], ink, width_mm))


@pytest.mark.parametrize("lines", [flourish(), flourish(14.0), initials()])
def test_a_signature_is_found_on_a_highlighters_stroke(lines: list[Line]) -> None:
    for ink in (YELLOW, LIGHT_GREEN):
        marked = add_ink(paper(AREA), [[(10, 12), (50, 14)]], ink, 4.0)
        assert present(add_ink(marked, lines, BLUE)) == {True}


def test_a_signature_beside_coffee_or_a_stamp_is_not_overlooked() -> None:
    signed = add_ink(paper(AREA), flourish(), BLUE)
    assert False not in present(stamped(signed, 5, 2, 0.1))
    assert False not in present(cup_ring(signed, 30, 40))


def written_name(x: float, y: float) -> list[Line]:
    """A name in single letters of 3.4 mm, as many write theirs below the signature."""
    rng = np.random.default_rng(1)
    letters: list[list[Line]] = [
        [[(0, 4), (0, 0), (2.4, 4), (2.4, 0)]],
        [[(2.2, 0.6), (0.6, 0), (0, 2), (0.6, 4), (2.2, 3.6), (2.2, 2.2), (1.4, 2.2)]],
        [[(0, 0), (0.3, 3.6), (1.8, 3.8), (2.2, 0)]],
        [[(0, 0), (1.2, 2), (2.4, 0)], [(1.2, 2), (1.2, 4)]],
        [[(2, 0), (0, 0), (0, 4), (2, 4)], [(0, 2), (1.6, 2)]],
        [[(0, 4), (1.2, 0), (2.4, 4)], [(0.5, 2.4), (1.9, 2.4)]],
    ]
    placed: list[Line] = []
    for place, letter in enumerate([0, 1, 2, 3, 4, 0, 3, 5, 0, 5, 0]):
        down = float(rng.normal(0, 0.25))
        for line in letters[letter]:
            left = x + 2.9 * place
            placed.append([(left + 0.85 * a, y + down + 0.85 * b) for a, b in line])
    return placed


def test_a_name_in_letters_below_initials_is_no_stamp() -> None:
    signed = add_ink(paper(AREA), initials(), BLUE)
    assert present(add_ink(signed, written_name(8, 19), BLUE)) == {True}


def test_a_stain_where_the_noise_is_measured_hides_no_signature() -> None:
    noisy = replace(GREY_PAGE, noise=100.0)
    signed = grey(cell(flourish(), PENCIL, size_mm=AREA))
    assert read_signature("signature/self", signed, noisy).present is True
    assert read_signature("signature/self", grey(cell(size_mm=AREA)), noisy).present is False


def test_what_a_marker_may_hide_is_in_doubt() -> None:
    assert present(add_ink(paper(AREA), [[(25, 11), (45, 12)]], BLACK, 14.0)) == {None}


@pytest.mark.parametrize("y", [9.5, 10.5, 11.5, 12.5])
def test_small_initials_cut_by_a_fold_are_not_overlooked(y: float) -> None:
    small: list[Line] = [[(x / 1.6 + 10, yy / 1.6 + 4) for x, yy in line] for line in initials()]
    folded = add_ink(add_ink(paper(AREA), small, PENCIL), [[(-2, y), (62, y + 0.3)]], PENCIL, 0.4)
    assert False not in present(folded)

"""Signatures: ink of a pen in the area, whoever's; a seal is no signature and may hide one."""

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

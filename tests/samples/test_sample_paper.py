"""The simulated printer, desk and scanner do to a page what their condition says, and no more."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from samples.ink import Image
from samples.paper import (
    CLEAN,
    CONDITIONS,
    MASTER_DPI,
    MM_PER_INCH,
    digitise,
    handle_page,
    print_page,
)

PX = MASTER_DPI / MM_PER_INCH
SQUARE_MM = (40.0, 30.0)


@pytest.fixture(scope="module")
def page() -> Image:
    """A small page (120 x 90 mm) with a black square of 10 mm centred at SQUARE_MM."""
    page = np.full((round(90 * PX), round(120 * PX), 3), 255, dtype=np.uint8)
    x, y = SQUARE_MM
    corners = [(round((x + d) * PX), round((y + d) * PX)) for d in (-5, 5)]
    cv2.rectangle(page, corners[0], corners[1], (0, 0, 0), -1)
    return page


@pytest.mark.parametrize("name", sorted(CONDITIONS))
def test_the_same_seed_gives_the_same_scan_and_another_seed_another(page: Image, name: str) -> None:
    condition = CONDITIONS[name]

    def scan(seed: int) -> bytes:
        rng = np.random.default_rng(seed)
        written = handle_page(print_page(page, condition, rng), condition, rng, page)
        return digitise(written, condition, rng).tobytes()

    assert scan(1) == scan(1)
    assert scan(1) != scan(2)


def test_a_clean_scan_moves_nothing_by_more_than_its_condition_says(page: Image) -> None:
    for seed in range(5):
        scan = digitise(page, CLEAN, np.random.default_rng(seed))
        assert scan.shape == (round(page.shape[0] * 200 / 300), round(page.shape[1] * 200 / 300))
        dark = np.argwhere(scan < 128).mean(axis=0)[::-1] * MM_PER_INCH / CLEAN.dpi
        # shift 1 mm, skew 0.4 deg and scale 0.4 % at 25 mm from the middle, half a pixel
        assert np.abs(dark - SQUARE_MM).max() < 1.4


def test_bilevel_is_black_and_white_and_keeps_the_square(page: Image) -> None:
    scan = digitise(page, CONDITIONS["bilevel"], np.random.default_rng(1))
    assert set(np.unique(scan)) == {0, 255}
    square = (10 / MM_PER_INCH * 200) ** 2
    assert abs(float((scan == 0).sum()) / square - 1) < 0.1


def test_colour_has_three_channels_and_grey_one(page: Image) -> None:
    rng = np.random.default_rng(1)
    assert digitise(page, replace(CLEAN, mode="colour"), rng).ndim == 3
    assert digitise(page, CLEAN, rng).ndim == 2


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_sheet_is_the_same_scan_turned(page: Image, turns: int) -> None:
    upright = digitise(page, CLEAN, np.random.default_rng(4))
    turned = digitise(page, CLEAN, np.random.default_rng(4), quarter_turns=turns)
    assert np.array_equal(np.rot90(turned, turns), upright)


def test_handling_leaves_the_page_given_alone(page: Image) -> None:
    before = page.copy()
    rough = replace(CONDITIONS["poor"], fold=1.0, punch=1.0, staple=1.0, dirt=1.0)
    handled = handle_page(page, rough, np.random.default_rng(1), page)
    assert np.array_equal(page, before)
    assert not np.array_equal(handled, before)

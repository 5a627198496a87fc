"""Patches whiter than the paper: found where they are, and nothing else taken for one."""

import cv2
import numpy as np
import pytest

from ocr.cells import plain_map
from ocr.fluid import painted_cells
from ocr.geometry import Rect
from ocr.images import PageImage, decode
from ocr.page import read_page
from ocr.reading import MarkState, PageReading
from tests.ocr.printed_pages import (
    Scan,
    crossed,
    jpeg,
    layouts,
    moved,
    printed,
    quarter_turned,
    scanned,
    with_pixels,
)

PAPER = 0.93


def cells(scan: Scan) -> list[Rect]:
    return [rect for choice in scan.page.choices for _, rect in choice.cells]


def on_grey(scan: Scan) -> Scan:
    """On paper that the scanner leaves a little grey."""
    return with_pixels(scan, (scan.pixels * PAPER).astype(np.uint8))


def painted(scan: Scan, which: int, level: int, side_mm: float = 6.0) -> Scan:
    """With a patch of this grey level in the middle of a cell."""
    x, y = cells(scan)[which].centre
    half = side_mm / 2
    corners = scan.place(Rect(x - half, y - half, side_mm, side_mm).corners)
    pixels = scan.pixels.copy()
    cv2.fillConvexPoly(pixels, np.rint(corners).astype(np.int32), (level,))
    return with_pixels(scan, pixels)


def found(scan: Scan) -> list[int]:
    seen = painted_cells(PageImage(scan.pixels), plain_map(scan.truth), cells(scan))
    return np.flatnonzero(seen).tolist()


@pytest.mark.parametrize("which", [0, 7, 20])
@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_a_patch_is_found_in_its_cell(which: int, dpi: int) -> None:
    scan = on_grey(printed("03B", 1, dpi))
    noisy = scanned(painted(scan, which, 246), np.random.default_rng(which), 0.6, 4.0)
    assert found(noisy) == [which]


@pytest.mark.parametrize("turn", [-3.0, 3.0, 178.0])
def test_it_is_found_on_pages_that_lie_askew(turn: float) -> None:
    scan = painted(on_grey(moved(printed("03B", 1, 200), turn, 1.0, (0, 0))), 9, 246)
    assert found(scan) == [9]


def test_it_is_found_on_pages_turned_by_a_quarter() -> None:
    assert found(quarter_turned(painted(on_grey(printed("03B", 1, 200)), 9, 246), 1)) == [9]


def test_a_patch_as_white_as_its_paper_is_not_seen() -> None:
    assert found(painted(printed("03B", 1, 200), 9, 255)) == []


def test_noise_and_jpeg_paint_no_cell() -> None:
    rng = np.random.default_rng(3)
    for noise in (2.0, 6.0, 9.0):
        scan = scanned(on_grey(printed("03B", 1, 200)), rng, 0.6, noise)
        assert found(scan) == []
        image = decode(jpeg(scan, 40))
        assert not any(painted_cells(image, plain_map(scan.truth), cells(scan)))


@pytest.mark.parametrize("transposed", [False, True])
def test_the_bright_side_of_a_fold_paints_no_cell(transposed: bool) -> None:
    scan = on_grey(printed("03B", 1, 200))
    left, top = np.rint(scan.place([cells(scan)[8].centre])[0]).astype(int).tolist()
    light = np.zeros(scan.pixels.shape, np.float32)
    part, at = (light.T, left) if transposed else (light, top)
    part[at - 40 : at] = np.linspace(0, 8, 40)[:, None]
    part[at : at + 40] = -8
    pixels = (scan.pixels + light).clip(0, 255).astype(np.uint8)
    assert found(with_pixels(scan, pixels)) == []


def test_a_row_with_a_patch_goes_to_a_person_who_is_told_the_mark() -> None:
    scan = on_grey(printed("03B", 1, 200))
    marked = crossed(scan, [choice.cells[0][1] for choice in scan.page.choices])
    reading = read_page(PageImage(painted(marked, 9, 247).pixels), layouts())
    assert isinstance(reading, PageReading)
    value = scan.page.choices[4].cells[0][0]
    for index, read in enumerate(reading.choices):
        assert (read.state is MarkState.CLEAR) == (index != 4)
        assert read.proposal == value

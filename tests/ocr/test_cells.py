"""Cells come out upright, at one resolution, with their paper white."""

import numpy as np
import pytest

from ocr.cells import (
    CELL_PX_PER_MM,
    INK_PX_PER_MM,
    Cut,
    extract,
    extract_cuts,
    plain_map,
)
from ocr.geometry import MM_PER_INCH, Rect
from ocr.images import PageImage
from tests.ocr.printed_pages import printed, quarter_turned


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("dpi", [150, 300])
def test_rules_lie_at_the_edges(dpi: int, quarters: int) -> None:
    scan = quarter_turned(printed("03B", 2, dpi), quarters)
    image = PageImage(scan.pixels, dpi)
    for rect in scan.page.ruled_cells[:6]:
        cell = extract(image, plain_map(scan.truth), rect, 2.0)
        assert cell.grey.shape == (
            round((rect.h_mm + 4) * CELL_PX_PER_MM),
            round((rect.w_mm + 4) * CELL_PX_PER_MM),
        )
        middle = cell.grey.shape[0] // 2, cell.grey.shape[1] // 2
        assert cell.grey[middle[0], :24].argmin() in (14, 15, 16)
        assert cell.grey[:24, middle[1]].argmin() in (14, 15, 16)
        inside = cell.grey[cell.inner]
        assert inside[4:-4, 4:-4].min() > 250


def test_paper_is_white_under_a_shadow() -> None:
    scan = printed("03B", 1, 200)
    shade = np.linspace(120, 240, scan.pixels.shape[1])
    image = PageImage((scan.pixels / 255.0 * shade).astype(np.uint8), 200)
    [cells] = extract_cuts(image, plain_map(scan.truth), [Cut(scan.page.ruled_cells, 2.0)])
    for cell in cells:
        inside = cell.grey[cell.inner][4:-4, 4:-4]
        assert inside.min() > 235


def test_colour_scans_have_coloured_cells_with_white_paper() -> None:
    grey = printed("03B", 1, 200).pixels
    tint = np.array([200, 235, 250])
    pixels = (grey[..., None] / 255.0 * tint).astype(np.uint8)
    scan = printed("03B", 1, 200)
    rect = scan.page.ruled_cells[0]
    x, y = np.rint(scan.place([rect.centre])[0]).astype(int)
    pixels[y - 10 : y + 10, x - 10 : x + 10] = (30, 20, 200)
    cell = extract(PageImage(pixels, 200), plain_map(scan.truth), rect, 2.0)
    assert cell.colour is not None
    assert cell.colour.shape == (*cell.grey.shape, 3)
    assert cell.colour[30, 40].min() > 250
    blue, green, red = cell.colour[cell.grey.shape[0] // 2, cell.grey.shape[1] // 2].tolist()
    assert red > 190
    assert max(blue, green) < 60


def test_grey_saved_as_colour_has_none() -> None:
    pixels = np.repeat(printed("03B", 1, 200).pixels[..., None], 3, axis=2)
    scan = printed("03B", 1, 200)
    cell = extract(PageImage(pixels), plain_map(scan.truth), scan.page.ruled_cells[0], 2.0)
    assert cell.colour is None


def test_outside_of_the_picture_is_white() -> None:
    k = 200 / MM_PER_INCH
    image = PageImage(np.full((400, 400), 230, np.uint8), 200)
    homography = np.array([[k, 0, -0.5], [0, k, -0.5], [0, 0, 1.0]])
    cell = extract(image, plain_map(homography), Rect(-20, -20, 10, 10), 2.0)
    assert cell.grey.min() == 255


def test_no_cells() -> None:
    scan = printed("03B", 1, 150)
    assert extract_cuts(PageImage(scan.pixels), plain_map(scan.truth), [Cut([], 2.0)]) == [[]]


def test_all_that_is_cut_out_of_a_page_at_once_is_what_is_cut_out_alone() -> None:
    scan = printed("03B", 1, 300)
    cells, where = scan.page.ruled_cells, plain_map(scan.truth)
    cuts = [Cut(cells[:3], 2.0, INK_PX_PER_MM), Cut([], 2.0), Cut(cells[3:5], 1.5)]
    at_once = extract_cuts(PageImage(scan.pixels), where, cuts)
    assert [len(cut) for cut in at_once] == [3, 0, 2]
    for cut, found in zip(cuts, at_once, strict=True):
        for rect, cell in zip(cut.rects, found, strict=True):
            alone = extract(PageImage(scan.pixels), where, rect, cut.margin_mm, cut.px_per_mm)
            assert np.array_equal(cell.grey, alone.grey)
            assert (cell.px_per_mm, cell.margin_mm) == (cut.px_per_mm, cut.margin_mm)

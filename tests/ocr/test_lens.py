"""Photos by cameras whose lens bends lines are straightened, and nothing else is bent to fit. How
they are read: test_flatten.py."""

import numpy as np
import pytest

from ocr.geometry import MM_PER_INCH, transform
from ocr.identify import find_codes
from ocr.images import PageImage
from ocr.lens import register_through_lens, straightened
from ocr.register import fits_well, register
from tests.ocr.printed_pages import (
    Scan,
    cell_corners,
    moved,
    on_larger_glass,
    printed,
    through_lens,
)

DPI = 200
PX_PER_MM = DPI / MM_PER_INCH


def photographed(form: str, number: int, lens: float) -> Scan:
    page = moved(on_larger_glass(printed(form, number, DPI)), 1.5, 0.95, (2, -1), 0.02)
    return through_lens(page, lens)


@pytest.mark.parametrize("lens", [-0.08, -0.03, 0.05])
def test_straightening_undoes_the_lens(lens: float) -> None:
    scan = moved(on_larger_glass(printed("03A", 1, DPI)), 1.5, 0.95, (2, -1), 0.02)
    straight = straightened(PageImage(through_lens(scan, lens).pixels, DPI), lens)
    assert straight.dpi == DPI
    assert straight.pixels.shape == scan.pixels.shape
    inside = np.s_[150:-150, 150:-150]
    off = np.abs(straight.pixels[inside].astype(float) - scan.pixels[inside])
    bent = through_lens(scan, lens).pixels[inside].astype(float)
    assert off.mean() < 0.3 * np.abs(bent - scan.pixels[inside]).mean()


@pytest.mark.parametrize("lens", [-0.07, -0.05, 0.05])
@pytest.mark.parametrize(("form", "number"), [("03A", 2), ("03B", 2)])
def test_cells_of_a_bent_page_are_found(form: str, number: int, lens: float) -> None:
    scan = photographed(form, number, lens)
    image = PageImage(scan.pixels, DPI)
    code_px = find_codes(image)[0].corners
    assert not fits_well(register(image, scan.page, code_px))
    found = register_through_lens(image, scan.page, code_px)
    assert found is not None
    straight, corners, registered = found
    cells = cell_corners(scan.page.ruled_cells)
    as_cut = registered.cell_map.to_image(cells)
    # What was tried is not quite this lens: the truth is where it leaves the cells.
    sharp = straight.pixels[tuple(np.rint(as_cut[:, ::-1]).astype(int).T)]
    assert np.median(sharp) < 128
    off_code = corners - transform(registered.cell_map.homography, scan.page.code.corners)
    assert np.linalg.norm(off_code, axis=1).max() / PX_PER_MM < 0.5


@pytest.mark.parametrize("lens", [-0.07, 0.05])
def test_the_homography_shows_the_page_in_the_picture_as_it_was_taken(lens: float) -> None:
    scan = photographed("03A", 2, lens)
    image = PageImage(scan.pixels, DPI)
    found = register_through_lens(image, scan.page, find_codes(image)[0].corners)
    assert found is not None
    pose = np.array(found[2].registration.homography).reshape(3, 3)
    seen = find_codes(image)[0].corners
    off = np.linalg.norm(transform(pose, scan.page.code.corners) - seen, axis=1)
    assert off.max() / PX_PER_MM < 4.0

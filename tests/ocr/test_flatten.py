"""Photos of curled sheets, and by cameras whose lens bends lines, are read; nothing else is bent to
fit."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from ocr.flatten import register_flattened
from ocr.geometry import MM_PER_INCH, Points, transform
from ocr.identify import find_codes
from ocr.images import PageImage
from ocr.layout import PageLayout
from ocr.lens import register_through_lens
from ocr.page import read_page
from ocr.reading import PageReading
from ocr.register import Registered, fits_well, register
from tests.ocr.printed_pages import (
    Scan,
    cell_corners,
    crossed,
    curled,
    layouts,
    moved,
    on_larger_glass,
    printed,
    through_lens,
)

DPI = 200
PX_PER_MM = DPI / MM_PER_INCH

BENDS = {
    "barrel": lambda scan: through_lens(scan, -0.07),
    "weak barrel": lambda scan: through_lens(scan, -0.05),
    "pincushion": lambda scan: through_lens(scan, 0.05),
    "curled towards the camera": lambda scan: curled(scan, 0.05),
    "curled away": lambda scan: curled(scan, -0.07),
}
Bend = Callable[[Scan], Scan]
bent = pytest.mark.parametrize("bend", BENDS.values(), ids=BENDS.keys())


ATTEMPTS = (register_flattened, register_through_lens)
Found = tuple[PageImage, Points, Registered]
Attempt = Callable[[PageImage, PageLayout, Points], Found | None]


def photographed(form: str, number: int) -> Scan:
    return moved(on_larger_glass(printed(form, number, DPI)), 1.5, 0.95, (2, -1), 0.02)


def flattened(scan: Scan) -> Found | None:
    image = PageImage(scan.pixels, DPI)
    code_px = find_codes(image)[0].corners
    assert not fits_well(register(image, scan.page, code_px))
    return register_flattened(image, scan.page, code_px)


@bent
@pytest.mark.parametrize(("form", "number"), [("03A", 2), ("03B", 2)])
def test_cells_of_a_bent_page_are_found(form: str, number: int, bend: Bend) -> None:
    scan = bend(photographed(form, number))
    found = flattened(scan)
    assert found is not None
    flat, corners, registered = found
    assert registered.registration.residual_mm < 0.06
    # The corners of the cells are printed black, whatever the map.
    places = registered.cell_map.to_image(cell_corners(scan.page.ruled_cells))
    dark = flat.pixels[tuple(np.rint(places[:, ::-1]).astype(int).T)]
    assert np.median(dark) < 128
    off_code = corners - transform(registered.cell_map.homography, scan.page.code.corners)
    assert np.linalg.norm(off_code, axis=1).max() / PX_PER_MM < 0.5


@bent
def test_the_page_drawn_flat_is_the_page_as_printed(bend: Bend) -> None:
    """To a millimetre where no lines hold it."""
    scan = bend(photographed("03A", 2))
    found = flattened(scan)
    assert found is not None
    flat, _, registered = found
    as_it_was = printed("03A", 2, DPI).pixels
    height, width = as_it_was.shape
    to_print = np.diag([1 / PX_PER_MM, 1 / PX_PER_MM, 1.0])
    pose = registered.cell_map.homography @ to_print
    as_printed = cv2.warpPerspective(
        flat.pixels, pose, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    )
    off_px = []
    for top in range(100, height - 250, 150):
        for left in range(100, width - 250, 150):
            tile = np.s_[top : top + 150, left : left + 150]
            seen, truth = (each[tile].astype(float) for each in (as_printed, as_it_was))
            # What is nearly blank says nothing.
            if truth.std() > 40:
                (right, down), _ = cv2.phaseCorrelate(seen, truth)
                off_px.append(float(np.hypot(right, down)))
    assert len(off_px) > 20
    assert max(off_px) / PX_PER_MM < 1.0


@bent
def test_the_homography_shows_the_page_in_the_picture_as_it_was_taken(bend: Bend) -> None:
    scan = bend(photographed("03A", 2))
    found = flattened(scan)
    assert found is not None
    pose = np.array(found[2].registration.homography).reshape(3, 3)
    seen = find_codes(PageImage(scan.pixels, DPI))[0].corners
    off = np.linalg.norm(transform(pose, scan.page.code.corners) - seen, axis=1)
    assert off.max() / PX_PER_MM < 4.0


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_black_and_white_pictures_are_not_drawn_anew(attempt: Attempt) -> None:
    scan = through_lens(photographed("03B", 2), -0.05)
    black_and_white = np.where(scan.pixels > 128, 255, 0).astype(np.uint8)
    image = PageImage(black_and_white, DPI)
    assert attempt(image, scan.page, find_codes(image)[0].corners) is None


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_pages_without_lines_are_not_bent(attempt: Attempt) -> None:
    scan = printed("03B", 2, DPI)
    unruled = replace(scan.page, boxes=())
    image = PageImage(scan.pixels, DPI)
    code_px = find_codes(image)[0].corners + 2
    by_marks = register(image, unruled, code_px)
    assert isinstance(by_marks, Registered)
    assert by_marks.registration.residual_mm > 0.1
    assert fits_well(by_marks)
    assert attempt(image, unruled, code_px) is None


@bent
def test_marks_on_a_bent_page_are_read(bend: Bend) -> None:
    flat = printed("03B", 1, DPI)
    marks = [choice.cells[row % 2] for row, choice in enumerate(flat.page.choices)]
    flat = crossed(flat, [rect for _, rect in marks])
    scan = bend(moved(on_larger_glass(flat), 1.0, 0.95, (1, 1), 0.02))
    reading = read_page(PageImage(scan.pixels, DPI), layouts())
    assert isinstance(reading, PageReading)
    assert reading.registration.residual_mm < 0.1
    assert [choice.value for choice in reading.choices] == [value for value, _ in marks]

"""A page that is only signed has no lines of a table: its marks place it, or it is refused."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ocr.geometry import MM_PER_INCH
from ocr.images import PageImage
from ocr.page import read_page
from ocr.reading import PageReading, Reject
from ocr.register import Registered, Unregistered, scan_dpi
from tests.ocr.printed_pages import (
    Scan,
    covered,
    layout,
    moved,
    printed,
    quarter_turned,
    scanned,
    with_pixels,
)
from tests.ocr.test_register import CORNERS, registered

FORM = "01"
PRINT_CLEAR_MM = 2.0
"""Blank paper that the form keeps between print and the signature's area."""


def _off_mm(scan: Scan, result: Registered) -> float:
    """The largest distance between a corner of the signature's area as found and as it is."""
    corners = scan.page.signatures[0].rect.corners
    off = result.cell_map.to_image(corners) - scan.place(corners)
    return float(np.linalg.norm(off, axis=1).max() / (scan.dpi / MM_PER_INCH))


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(
    dpi=st.sampled_from([150, 200]),
    turns=st.integers(0, 3),
    turn_deg=st.floats(-2, 2),
    scale=st.floats(0.96, 1.02),
    tilt=st.floats(-0.01, 0.01),
    seed=st.integers(0, 1000),
)
def test_the_area_is_found_and_read_empty_however_the_page_lies(
    dpi: int, turns: int, turn_deg: float, scale: float, tilt: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    scan = moved(printed(FORM, 1, dpi), turn_deg, scale, (1.0, -1.0), tilt)
    scan = scanned(quarter_turned(scan, turns), rng, 0.6, 3.0)
    result = registered(scan)
    assert isinstance(result, Registered)
    assert _off_mm(scan, result) < PRINT_CLEAR_MM / 4
    assert result.registration.fiducials == 4
    assert scan_dpi(scan.page, result.registration) == pytest.approx(dpi, rel=0.01)
    reading = read_page(PageImage(scan.pixels, scan.dpi), {layout(FORM).key: layout(FORM)})
    assert isinstance(reading, PageReading)
    assert [(area.name, area.present) for area in reading.signatures] == [("signature/self", False)]
    assert (reading.choices, reading.numbers) == ((), ())


@pytest.mark.parametrize("corner", CORNERS)
def test_without_a_corner_mark_the_page_is_refused(corner: str) -> None:
    scan = covered(printed(FORM, 1, 200), corner)
    assert isinstance(registered(scan), Unregistered)
    result = read_page(PageImage(scan.pixels, scan.dpi), {layout(FORM).key: layout(FORM)})
    assert isinstance(result, Reject)
    assert result.code == "poor_registration"
    assert "bốn ô vuông" in result.message


def test_ink_in_the_area_is_a_signature_and_ink_beside_it_is_not() -> None:
    plain = printed(FORM, 1, 200)
    area, k = plain.page.signatures[0].rect, 200 / MM_PER_INCH
    for dx_mm, present in ((0.0, True), (-75.0, False)):
        pixels = plain.pixels.copy()
        x, y = round((area.centre[0] + dx_mm) * k), round(area.centre[1] * k)
        pixels[y : y + 4, x - 80 : x + 80] = 40
        pixels[y - 40 : y + 40, x : x + 4] = 40
        scan = with_pixels(plain, pixels)
        reading = read_page(PageImage(scan.pixels, scan.dpi), {layout(FORM).key: layout(FORM)})
        assert isinstance(reading, PageReading)
        assert reading.signatures[0].present is present

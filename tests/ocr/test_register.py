"""Every cell is found where it is, or the page is refused."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ocr.flatten import register_flattened
from ocr.geometry import MM_PER_INCH, Rect
from ocr.identify import find_codes, find_hidden_codes
from ocr.images import PageImage
from ocr.layout import Box, PageLayout
from ocr.lens import register_through_lens
from ocr.register import Registered, Unregistered, register, scan_dpi
from tests.ocr.printed_pages import (
    Scan,
    cell_corners,
    covered,
    folded,
    layout,
    marked,
    moved,
    on_larger_glass,
    printed,
    quarter_turned,
    scanned,
    stamped,
    with_pixels,
)

PAGES = [("03B", 1), ("03B", 2), ("03A", 1), ("03A", 2), ("03A", 3)]
CORNERS = ["top_left", "top_right", "bottom_right", "bottom_left"]
TOLERANCE_MM = {150: 0.35, 200: 0.25, 300: 0.2}


def registered(scan: Scan) -> Registered | Unregistered:
    image = PageImage(scan.pixels, scan.dpi)
    found = find_codes(image) or find_hidden_codes(image, [scan.page])
    assert [one.code for one in found] == [scan.code]
    return register(image, scan.page, found[0].corners)


def is_refused(image: PageImage, page: PageLayout) -> bool:
    """Whether the page does not fit, not drawn flat nor through any lens either."""
    (found,) = find_codes(image) or find_hidden_codes(image, [page])
    plainly = register(image, page, found.corners)
    attempts = (register_flattened, register_through_lens)
    otherwise = [attempt(image, page, found.corners) for attempt in attempts]
    return isinstance(plainly, Unregistered) and otherwise == [None, None]


def worst_mm(scan: Scan) -> float:
    """The largest distance between a corner of a cell as found and as it is."""
    result = registered(scan)
    assert isinstance(result, Registered), result
    corners = cell_corners(scan.page.ruled_cells)
    off = result.cell_map.to_image(corners) - scan.place(corners)
    return float(np.linalg.norm(off, axis=1).max() / (scan.dpi / MM_PER_INCH))


@pytest.mark.parametrize("dpi", [150, 200, 300])
@pytest.mark.parametrize(("form", "number"), PAGES)
def test_plain_scan(form: str, number: int, dpi: int) -> None:
    scan = printed(form, number, dpi)
    assert worst_mm(scan) < 0.1
    result = registered(scan)
    assert isinstance(result, Registered)
    figures = result.registration
    assert figures.fiducials == 4
    assert figures.lines == figures.lines_expected
    assert figures.residual_mm < 0.03
    assert figures.scale == pytest.approx(1.0, abs=0.002)
    assert scan_dpi(scan.page, figures) == pytest.approx(dpi, rel=0.003)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(
    which=st.sampled_from(PAGES),
    dpi=st.sampled_from([150, 150, 200, 300]),
    pose=st.tuples(
        st.floats(-2.5, 2.5),
        st.floats(0.94, 1.02),
        st.tuples(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5)),
        st.floats(-0.01, 0.01),
    ),
    quarters=st.integers(0, 3),
    seed=st.integers(0, 999),
)
def test_any_pose(
    which: tuple[str, int],
    dpi: int,
    pose: tuple[float, float, tuple[float, float], float],
    quarters: int,
    seed: int,
) -> None:
    rng = np.random.default_rng(seed)
    page = marked(printed(*which, dpi), rng)
    scan = quarter_turned(moved(page, *pose), quarters)
    assert worst_mm(scanned(scan, rng, 0.6, 4.0)) < TOLERANCE_MM[dpi]


@pytest.mark.parametrize("corner", CORNERS)
@pytest.mark.parametrize("level", [255, 60])
def test_one_corner_hidden(corner: str, level: int) -> None:
    scan = moved(covered(printed("03B", 2, 150), corner, level), 1.5, 0.97, (1, -1))
    result = registered(scan)
    assert isinstance(result, Registered)
    assert result.registration.fiducials == 3
    assert worst_mm(scan) < TOLERANCE_MM[150]


def test_all_corners_hidden() -> None:
    scan = printed("03B", 1, 150)
    for corner in CORNERS:
        scan = covered(scan, corner)
    scan = moved(scan, 1.0, 1.0, (0, 0))
    result = registered(scan)
    assert isinstance(result, Registered)
    assert result.registration.fiducials == 0
    assert worst_mm(scan) < TOLERANCE_MM[150]


@pytest.mark.parametrize("scale", [0.94, 0.97, 1.03])
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_fit_to_page_with_hurt_corners(quarters: int, scale: float) -> None:
    """Printed at "fit to page", one corner folded over and another stamped, any way up."""
    rng = np.random.default_rng(quarters)
    for which, fold, stamp in (
        (("03A", 2), "top_left", "bottom_right"),
        (("03B", 1), "top_right", "top_left"),
    ):
        page = stamped(folded(marked(printed(*which, 150), rng), fold, 24.0), stamp)
        scan = quarter_turned(moved(on_larger_glass(page), 1.7, scale, (1, -1)), quarters)
        assert worst_mm(scanned(scan, rng, 0.6, 4.0)) < TOLERANCE_MM[150]


@pytest.mark.parametrize("hidden", [1, 2, 3, 4])
def test_perspective_with_corners_gone(hidden: int) -> None:
    """A photo whose right edge is 3 % larger than its middle: the code alone would put the far
    corner a centimetre off, so the lines are found from the code outwards."""
    for which in (("03A", 1), ("03B", 2)):
        page = printed(*which, 200)
        for corner in CORNERS[:hidden]:
            page = covered(page, corner)
        scan = moved(on_larger_glass(page), -1.0, 1.0, (0, 0), 0.03)
        assert worst_mm(scan) < TOLERANCE_MM[200]


@pytest.mark.parametrize(
    ("which", "tilt"), [(("03A", 3), 0.05), (("03B", 2), 0.05), (("03A", 2), -0.07)]
)
def test_strong_perspective(which: tuple[str, int], tilt: float) -> None:
    """The far marks are centimetres from where the code puts them, and look askew from there."""
    scan = moved(on_larger_glass(printed(*which, 200)), -1.0, 0.9, (0, 0), tilt)
    assert worst_mm(scan) < TOLERANCE_MM[200]


@pytest.mark.parametrize("pair", [(0, 1), (1, 2), (2, 3), (0, 3)])
def test_perspective_with_stamped_corners(pair: tuple[int, int]) -> None:
    """A mark that was stamped over may be found in a wrong place: the lines are believed."""
    page = printed("03B", 1, 150)
    for which in pair:
        page = stamped(page, CORNERS[which])
    for tilt in (-0.03, 0.03):
        assert worst_mm(moved(on_larger_glass(page), 1.0, 1.0, (1, 1), tilt)) < TOLERANCE_MM[150]


@pytest.mark.parametrize("tilt", [0.0, 0.03])
def test_another_form_is_refused_without_marks_too(tilt: float) -> None:
    """Looking for lines from the code outwards must not talk itself into a wrong table. (The first
    pages of 03A and 03B have the same lines.)"""
    scan = printed("03B", 1, 150)
    for corner in CORNERS:
        scan = covered(scan, corner)
    scan = moved(scan, 1.0, 0.97, (0, 0), tilt)
    for other in (("03B", 2), ("03A", 2), ("03A", 3)):
        page = layout(other[0]).pages[other[1] - 1]
        assert is_refused(PageImage(scan.pixels, 150), page)


def test_heavy_marks() -> None:
    rng = np.random.default_rng(5)
    for which in PAGES:
        assert worst_mm(marked(printed(*which, 150), rng, heavy=True)) < TOLERANCE_MM[150]


def test_paper_pulled_unevenly() -> None:
    """A feeder that pulls the paper by up to 0.4 mm too far or too little."""
    scan = printed("03A", 2, 200)
    k = scan.dpi / MM_PER_INCH
    rows = np.arange(scan.pixels.shape[0], dtype=np.float64)

    def pull(y_px: np.ndarray) -> np.ndarray:
        return np.asarray(0.4 * k * np.sin(2 * np.pi * y_px / (110 * k)))

    maps = np.meshgrid(np.arange(scan.pixels.shape[1]), rows + pull(rows))
    pixels = cv2.remap(
        scan.pixels, maps[0].astype(np.float32), maps[1].astype(np.float32), cv2.INTER_LINEAR
    )
    image = PageImage(pixels.astype(np.uint8), scan.dpi)
    result = register(image, scan.page, find_codes(image)[0].corners)
    assert isinstance(result, Registered)
    corners = cell_corners(scan.page.ruled_cells)
    expected = scan.place(corners)
    for _ in range(20):  # the place from which row y was taken, inverted
        expected[:, 1] = scan.place(corners)[:, 1] - pull(expected[:, 1])
    off = np.linalg.norm(result.cell_map.to_image(corners) - expected, axis=1) / k
    assert off.max() < TOLERANCE_MM[200]


def test_another_page_under_the_code_is_refused() -> None:
    """The code of one page over the table of another; 03A and 03B begin alike on page 1."""
    for other in (("03B", 2), ("03A", 2), ("03A", 3)):
        scan = printed("03B", 1, 150)
        page = layout(other[0]).pages[other[1] - 1]
        assert is_refused(PageImage(scan.pixels, 150), page)


@pytest.mark.parametrize("off_mm", [3.0, 5.0, 9.0, 18.5])
def test_rows_elsewhere_are_refused(off_mm: float) -> None:
    """An older version of a form, with some rows lower, under the code of this one."""
    for which in PAGES:
        scan = printed(*which, 150)
        boxes = tuple(
            Box(box.name, replace(box.rect, y_mm=box.rect.y_mm + off_mm))
            if box.rect.y_mm > 130
            else box
            for box in scan.page.boxes
        )
        wrong = replace(scan.page, boxes=boxes)
        assert is_refused(PageImage(scan.pixels, 150), wrong)


def test_table_torn_off_is_refused() -> None:
    scan = printed("03B", 1, 150)
    pixels = scan.pixels.copy()
    left, top = (round(mm * 150 / MM_PER_INCH) for mm in (100, 60))
    pixels[top : top * 2, left:] = 255
    assert is_refused(PageImage(pixels, 150), scan.page)


def test_scale_of_the_print_is_told_when_the_resolution_is_known() -> None:
    scan = moved(printed("03B", 1, 200), 0.0, 0.96, (0, 0))
    for dpi, scale, resolution in ((200.0, 0.96, 200.0), (None, 1.0, 192.0)):
        image = PageImage(scan.pixels, dpi)
        result = register(image, scan.page, find_codes(image)[0].corners)
        assert isinstance(result, Registered)
        assert result.registration.scale == pytest.approx(scale, abs=0.003)
        assert scan_dpi(scan.page, result.registration) == pytest.approx(resolution, rel=0.003)


def test_seal_over_lines_and_corner() -> None:
    scan = printed("03B", 2, 200)
    pixels = scan.pixels.copy()
    for centre in (Rect(190, 275, 20, 20).centre, Rect(140, 200, 10, 10).centre):
        x, y = np.rint(scan.place([centre])[0]).astype(int).tolist()
        cv2.circle(pixels, (x, y), 110, (110,), 12)
    assert worst_mm(with_pixels(scan, pixels)) < TOLERANCE_MM[200]

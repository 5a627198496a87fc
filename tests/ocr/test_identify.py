"""The code is found wherever it is, and never one that is not ours."""

import cv2
import numpy as np
import pytest
import segno
import zxingcpp

from ocr.code import PageCode, signed
from ocr.geometry import MM_PER_INCH, Rect
from ocr.identify import find_codes, find_hidden_codes
from ocr.images import PageImage
from tests.ocr.printed_pages import (
    KEY,
    draw_code,
    layout,
    moved,
    printed,
    quarter_turned,
    scanned,
    with_pixels,
)


@pytest.mark.parametrize("dpi", [150, 200, 300])
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_every_way_up(dpi: int, quarters: int) -> None:
    scan = quarter_turned(moved(printed("03B", 1, dpi), 1.2, 0.98, (1, 1)), quarters)
    found = find_codes(PageImage(scan.pixels))
    assert [one.code for one in found] == [scan.code]
    off = np.linalg.norm(found[0].corners - scan.place(scan.page.code.corners), axis=1)
    assert off.max() / (dpi / MM_PER_INCH) < 0.5


def test_blurred_noisy_code_at_low_resolution() -> None:
    scan = scanned(printed("03A", 2, 150), np.random.default_rng(2), 1.6, 10.0)
    image = PageImage(scan.pixels)
    found = find_codes(image) or find_hidden_codes(image, [scan.page])
    assert [one.code for one in found] == [scan.code]
    off = np.linalg.norm(found[0].corners - scan.place(scan.page.code.corners), axis=1)
    assert off.max() / (150 / MM_PER_INCH) < 0.8


@pytest.mark.parametrize("lost", [0.3, 0.45])
def test_worn_toner_leaves_the_dark_modules_in_pieces(lost: float) -> None:
    scan = printed("03B", 1, 200)
    height, width = scan.pixels.shape
    holes = np.random.default_rng(1).random((height // 2 + 1, width // 2 + 1)) < lost
    gone = holes.repeat(2, axis=0).repeat(2, axis=1)[:height, :width]
    worn = cv2.GaussianBlur(np.where(gone, 255, scan.pixels).astype(np.uint8), (0, 0), 0.6)
    found = find_hidden_codes(PageImage(worn.astype(np.uint8)), [scan.page])
    assert [one.code for one in found] == [scan.code]


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_hidden_search_gives_places_in_the_whole_picture(quarters: int) -> None:
    scan = quarter_turned(printed("03B", 1, 200), quarters)
    found = find_hidden_codes(PageImage(scan.pixels), [scan.page])
    off = np.linalg.norm(found[0].corners - scan.place(scan.page.code.corners), axis=1)
    assert off.max() / (200 / MM_PER_INCH) < 0.3


def test_code_far_from_its_place() -> None:
    """A page laid on a larger glass."""
    scan = printed("03B", 1, 200)
    pixels = np.full((3300, 2400), 255, np.uint8)
    pixels[900 : 900 + scan.pixels.shape[0], 700 : 700 + scan.pixels.shape[1]] = scan.pixels[:2400]
    found = find_codes(PageImage(pixels)) or find_hidden_codes(PageImage(pixels), [scan.page])
    assert [one.code for one in found] == [scan.code]


def test_scan_that_ends_in_the_quiet_zone() -> None:
    scan = printed("03B", 1, 200)
    left = int((scan.page.code.x_mm - 0.3) * 200 / MM_PER_INCH)
    image = PageImage(np.ascontiguousarray(scan.pixels[:, left:]))
    found = find_codes(image) or find_hidden_codes(image, [scan.page])
    assert [one.code for one in found] == [scan.code]


def test_code_in_a_shadow_as_dark_as_ink_elsewhere() -> None:
    scan = printed("03B", 1, 200)
    left, top = scan.place(scan.page.code.grown(8).corners)[0].astype(int)
    shade = np.ones(scan.pixels.shape)
    shade[: top + 500, left : left + 500] = 0.3
    dark = (scan.pixels * shade).astype(np.uint8)
    page = PageImage(dark)
    by_one_threshold = zxingcpp.read_barcodes(
        page.reduced, binarizer=zxingcpp.Binarizer.GlobalHistogram
    )
    assert by_one_threshold == []
    assert [one.code for one in find_codes(page)] == [scan.code]


def test_foreign_codes_do_not_count() -> None:
    scan = printed("03B", 1, 200)
    pixels = scan.pixels.copy()
    k = 200 / MM_PER_INCH
    modules = np.array(list(segno.make("https://example.org/van-ban/17").matrix), dtype=np.uint8)
    picture = np.kron(255 * (1 - modules), np.ones((5, 5), np.uint8)).astype(np.uint8)
    y, x = int(25 * k), int(160 * k)
    pixels[y : y + picture.shape[0], x : x + picture.shape[1]] = picture
    found = find_codes(PageImage(pixels))
    assert [one.code for one in found] == [scan.code]


def test_small_letters_in_a_symbol_are_not_ours() -> None:
    pixels = np.full((2339, 1654), 255, np.uint8)
    text = printed("03B", 1, 200).code.text.lower()
    modules = np.array(list(segno.make(text, error="m").matrix), dtype=np.uint8)
    picture = np.kron(255 * (1 - modules), np.ones((5, 5), np.uint8)).astype(np.uint8)
    pixels[300 : 300 + picture.shape[0], 300 : 300 + picture.shape[1]] = picture
    assert find_codes(PageImage(pixels)) == ()


def test_two_different_codes_are_both_told() -> None:
    scan = printed("03B", 1, 200)
    pixels = scan.pixels.copy()
    shape = layout("03B")
    other = signed(PageCode(shape.set_code, "03B", shape.version, "AAAAAAAAAA", 1), KEY)
    draw_code(pixels, other, Rect(120, 20, 20, 20), 200 / MM_PER_INCH)
    found = find_codes(PageImage(pixels))
    assert {one.code.sheet_id for one in found} == {"7K3QF9XM2A", "AAAAAAAAAA"}


def test_nothing_on_noise() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (1000, 800), dtype=np.uint8)
    image = PageImage(noise)
    assert find_codes(image) == ()
    assert find_hidden_codes(image, layout("03A").pages) == ()


def test_code_torn_away() -> None:
    scan = printed("03B", 1, 150)
    pixels = scan.pixels.copy()
    first, last = np.rint(scan.place(scan.page.code.grown(1).corners)[[0, 2]]).astype(int)
    pixels[first[1] : last[1], first[0] : last[0]] = 255
    image = PageImage(with_pixels(scan, pixels).pixels)
    assert find_codes(image) == ()
    assert find_hidden_codes(image, [scan.page]) == ()

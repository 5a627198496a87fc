"""The overlay shows the page upright, with its flags where they belong."""

from dataclasses import replace

import numpy as np

from ocr.draw import PX_PER_MM, STRIP_MM, draw_reading
from ocr.geometry import Rect
from ocr.images import PageImage, Pixels
from ocr.page import read_page
from ocr.reading import ChoiceReading, MarkState, NumberReading, PageReading, SignatureReading
from tests.ocr.printed_pages import layouts, printed, quarter_turned


def read(image: PageImage) -> PageReading:
    reading = read_page(image, layouts())
    assert isinstance(reading, PageReading), reading
    return reading


def cut(picture: Pixels, rect: Rect) -> Pixels:
    left, top, right, bottom = (
        round(value * PX_PER_MM) for value in (rect.x_mm, rect.y_mm, rect.right_mm, rect.bottom_mm)
    )
    return picture[top:bottom, left:right]


def redness(picture: Pixels) -> float:
    blue, green, red = (float(picture[..., k].mean()) for k in range(3))
    return red - max(blue, green)


def greenness(picture: Pixels) -> float:
    blue, green, red = (float(picture[..., k].mean()) for k in range(3))
    return green - max(blue, red)


def test_states_are_drawn_in_their_cells() -> None:
    scan = printed("03B", 1, 150)
    image = PageImage(scan.pixels, 150)
    reading = read(image)
    first, second, *_ = scan.page.choices
    clear = ChoiceReading(first.name, MarkState.CLEAR, "dat", "dat", 1.0, ())
    double = ChoiceReading(second.name, MarkState.DOUBLE, None, None, 1.0, ())
    picture = draw_reading(image, scan.page, replace(reading, choices=(clear, double)))
    assert picture.shape == (
        round((scan.page.height_mm + STRIP_MM) * PX_PER_MM),
        round(scan.page.width_mm * PX_PER_MM),
        3,
    )
    chosen, other = (rect for _, rect in first.cells)
    assert greenness(cut(picture, chosen)) > 5
    assert abs(greenness(cut(picture, other))) < 1
    assert all(redness(cut(picture, rect)) > 15 for _, rect in second.cells)


def test_page_is_shown_upright() -> None:
    scan = printed("03B", 1, 150)
    pictures = []
    for quarters in range(4):
        turned = quarter_turned(scan, quarters)
        image = PageImage(turned.pixels, 150)
        bare = replace(read(image), choices=())
        pictures.append(draw_reading(image, scan.page, bare)[:1700].astype(float))
    for picture in pictures[1:]:
        assert np.abs(picture - pictures[0]).mean() < 4


def test_every_kind_of_answer_can_be_drawn() -> None:
    scan = printed("03B", 2, 150)
    image = PageImage(np.repeat(scan.pixels[..., None], 3, axis=2), 150)
    reading = read(image)
    names = [total.name for total in scan.page.totals]
    numbers = (
        NumberReading(names[0], 17, blank=False, likelihood=()),
        NumberReading(names[1], None, blank=False, likelihood=()),
        NumberReading(names[2], None, blank=True, likelihood=()),
    )
    signatures = (
        SignatureReading("signature/self", present=True, ink=0.1),
        SignatureReading("signature/evaluator", present=None, ink=0.1),
    )
    states = list(MarkState)
    choices = tuple(
        ChoiceReading(choice.name, states[k % len(states)], choice.cells[0][0], None, 0.5, ())
        for k, choice in enumerate(scan.page.choices)
    )
    full = replace(reading, choices=choices, numbers=numbers, signatures=signatures)
    bare = replace(reading, choices=(), numbers=(), signatures=())
    drawn, plain = (draw_reading(image, scan.page, one).astype(int) for one in (full, bare))
    changed = np.abs(drawn - plain).sum(axis=2) > 60
    for rect in [t.tens for t in scan.page.totals[:3]] + [b.rect for b in scan.page.signatures]:
        assert cut(changed.astype(np.uint8), rect).any()

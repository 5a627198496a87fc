"""The tone of a page: what the reading of its cells needs to know of print and scan."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.cells import CELL_PX_PER_MM, CellImage, PageTone
from ocr.defects import TONE_MARGIN_MM, measure_tone
from ocr.images import PageImage, Pixels

MARK_MM = 6.0
EDGE = round(TONE_MARGIN_MM * CELL_PX_PER_MM)


def patch(blur_mm: float = 0.0) -> Pixels:
    """A black square on paper, out of focus by a Gaussian of this deviation."""
    inner = np.full((round(MARK_MM * CELL_PX_PER_MM),) * 2, 40, np.uint8)
    drawn = np.pad(inner, EDGE, constant_values=250)
    if blur_mm:
        drawn = cv2.GaussianBlur(drawn, (0, 0), blur_mm * CELL_PX_PER_MM).astype(np.uint8)
    return drawn


def tone(mark: Pixels) -> PageTone:
    """The tone by one corner mark and a code."""
    cells = [CellImage(each, None, CELL_PX_PER_MM, TONE_MARGIN_MM) for each in (mark, patch())]
    return measure_tone(PageImage(np.full((300, 200), 250, np.uint8)), cells)


@pytest.mark.parametrize("blur_mm", [0.15, 0.25])
def test_the_blur_is_the_rise_of_an_edge(blur_mm: float) -> None:
    found = tone(patch(blur_mm))
    # From 10 to 90 % of a Gaussian's integral.
    assert found.blur_mm == pytest.approx(2.56 * blur_mm, rel=0.15)
    assert (found.paper, found.dark) == (250, 40)


@given(st.integers(0, EDGE - 1), st.integers(0, 250), st.integers(1, 12))
def test_what_runs_beside_a_mark_is_no_endless_blur(at: int, dark: int, wide: int) -> None:
    mark = patch()
    mark[:, at : at + wide] = dark
    assert 0 <= tone(mark).blur_mm <= MARK_MM + 2 * TONE_MARGIN_MM

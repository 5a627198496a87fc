"""Traces too faint for single pixels."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from ocr.cells import INK_PX_PER_MM, CellImage, PageTone
from ocr.ink import ink_of
from ocr.strokes import PICTURE_PX
from ocr.traces import (
    BANDS,
    DARKEST,
    WINDOW_PX,
    looked_at,
    pale_around,
    trace_areas,
    trace_odds,
    trace_windows,
)

PAGE = PageTone(paper=250, dark=40, noise=1.0, blur_mm=0.1, bilevel=False, colour=False)
MARGIN_MM = 2.0
WIDTH, HEIGHT = (round((side + 2 * MARGIN_MM) * INK_PX_PER_MM) for side in (16, 10))


def cell(rng: np.random.Generator, darkness: int = 0) -> CellImage:
    """Paper with a little noise and, of this darkness, the rim of a patch of fluid."""
    grey = np.full((HEIGHT, WIDTH), 252.0)
    rim = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.ellipse(rim, (WIDTH // 2, HEIGHT // 2), (14, 10), 0, 0, 360, (1,), 1)
    noisy: npt.NDArray[np.float64] = grey - darkness * rim + rng.normal(0, 1, grey.shape)
    return CellImage(noisy.clip(0, 255).round().astype(np.uint8), None, INK_PX_PER_MM, MARGIN_MM)


def test_a_rim_too_pale_to_be_ink_is_a_trace() -> None:
    rng = np.random.default_rng(3)
    ink = ink_of([cell(rng), cell(rng, darkness=14)], PAGE)
    assert not ink.weak.any()
    clean, rim = np.expm1(trace_areas(ink)[:, :3]).sum(axis=1)
    assert clean < 0.3
    assert rim > 2.0


def test_areas_are_square_mm_by_bands_of_darkness() -> None:
    rng = np.random.default_rng(4)
    ink = ink_of([cell(rng)], PAGE)
    ink.darkness[:] = 0
    ink.darkness[0, 20:28, 20:32] = BANDS[1] + 1
    assert np.expm1(trace_areas(ink))[0] == pytest.approx([0, 6, 0, 0, 0, 0], abs=1e-4)


def test_what_lies_at_the_rules_is_no_trace_and_what_lies_beyond_counts_apart() -> None:
    ink = ink_of([cell(np.random.default_rng(5))], PAGE)
    ink.darkness[:] = 0
    ink.darkness[0, int(ink.top[0]) - 1 : int(ink.top[0]) + 1] = 10
    ink.darkness[0, :, int(ink.right[0]) - 1 :][:, :2] = 10
    assert not trace_areas(ink).any()
    ink.darkness[0, : int(ink.top[0]) - 3] = 10
    areas = trace_areas(ink)[0]
    assert not areas[:3].any()
    assert np.expm1(areas[4]) == pytest.approx(20 * 1.25, rel=0.3)  # the cell's width and margins


def picture(rim: int) -> npt.NDArray[np.float32]:
    """The darkness of a cross, and of a circle around it of this darkness."""
    dark = np.zeros((PICTURE_PX, PICTURE_PX), np.uint8)
    cv2.line(dark, (14, 14), (34, 34), (200,), 2, cv2.LINE_AA)
    cv2.line(dark, (34, 14), (14, 34), (200,), 2, cv2.LINE_AA)
    cv2.circle(dark, (24, 24), 20, (rim,), 1)
    return np.asarray(dark / 255, np.float32)


def test_what_is_pale_around_a_mark_is_not_its_edges() -> None:
    plain, rim = (np.expm1(pale_around(picture(rim))).sum() for rim in (0, 14))
    assert plain < 1.0
    assert rim > 5.0


def test_pictures_do_not_reach_into_one_another() -> None:
    blank = np.zeros((PICTURE_PX, PICTURE_PX), np.float32)
    edge = blank.copy()
    edge[0, :] = 0.04
    alone = pale_around(edge)
    black = np.ones_like(blank)
    assert pale_around(np.concatenate([black, edge, blank]))[1:] == pytest.approx(
        np.concatenate([alone, np.zeros_like(alone)])
    )


def test_a_rim_is_looked_at_and_told_from_paper() -> None:
    around = pale_around(np.concatenate([picture(0), picture(14)]))
    assert looked_at(around).tolist() == [False, True]
    rng = np.random.default_rng(6)
    cells = [cell(rng, darkness) for _ in range(5) for darkness in (0, 14)]
    odds = trace_odds(trace_windows(ink_of(cells, PAGE), np.arange(len(cells))))
    assert odds[::2].max() < 0 < odds[1::2].min()


def test_a_window_shows_the_middle_of_its_cell() -> None:
    ink = ink_of([cell(np.random.default_rng(7))] * 2, PAGE)
    ink.darkness[:] = 0
    row, column = int(ink.top[1] + ink.bottom[1]) // 2, int(ink.left[1] + ink.right[1]) // 2
    ink.darkness[1, row, column], ink.darkness[1, row + 3, column - 5] = 40, 200
    blank, window = trace_windows(ink, np.arange(2))[:, 0]
    assert not blank.any()
    height, width = WINDOW_PX
    assert window.shape == WINDOW_PX
    assert (window[height // 2, width // 2], window.sum()) == (40, 40 + DARKEST)
    assert window[height // 2 + 3, width // 2 - 5] == DARKEST


def test_a_row_taller_than_the_window_is_shown_about_its_middle() -> None:
    tall = CellImage(np.full((140, 110), 252, np.uint8), None, INK_PX_PER_MM, MARGIN_MM)
    ink = ink_of([tall], PAGE)
    ink.darkness[:] = 1
    assert trace_windows(ink, np.arange(1)).all()

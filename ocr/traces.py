"""Traces too faint for single pixels: the rim of correction fluid, what a rubber left behind.

What is a trace depends on the page: print that shows through leaves as much in every cell. So what
is measured here is to be compared with the page's other cells.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cells import INK_PX_PER_MM
from ocr.ink import InkStack, Ints
from ocr.networks import TRACES, answer
from ocr.strokes import PICTURE_PX

BANDS = (3, 6, 12, 24)
"""Darkness (0..255) that parts the bands of paleness: 3 is the noise of a clean scan averaged over
0.5 mm, 24 a faint pencil line averaged over as much."""

WINDOW_PX = (96, 80)
"""Height and width of what the network sees of a cell: 24 by 20 mm, most rows with their
margins."""

DARKEST = 63
"""Ink darker than this is no trace, and need not be told apart."""

Flags = npt.NDArray[np.bool_]

NAMES = tuple(f"area of darkness {low} to {high}" for low, high in pairwise(BANDS))
BEYOND = tuple(f"{name} beyond the rules" for name in NAMES)
"""What :func:`trace_areas` gives, as log(1 + mm²)."""

AROUND = tuple(f"{name} around the mark" for name in NAMES)
"""What :func:`pale_around` gives, as log(1 + mm²)."""

PALE_MM2 = 1.0
"""So much of anything pale around its mark and a cell is looked at by the network: fluid and rubber
leave more where they can be seen at all, the marks of a clean scan nothing."""

MOST_ODDS = 8.0
"""Log odds of a trace are given up to this; a cell that is not looked at has none by as much."""

GRAIN = 2
"""Pixels, a side, that are averaged: 0.5 mm. A line of a hair's width keeps half its darkness, the
noise of the scan half its deviation."""


def trace_areas(ink: InkStack) -> npt.NDArray[np.float32]:
    """The areas (n, 6) in which each cell is so dark, :data:`NAMES`, and its margin,
    :data:`BEYOND`: what shows through, or lies across the page, does not end at the rules. Half a
    mm next to the rules is left out."""
    count, height, width = ink.darkness.shape
    rows, columns = height // GRAIN, width // GRAIN
    tall = ink.darkness.reshape(-1, width)
    size = (columns, count * rows)
    coarse = cv2.resize(tall, size, interpolation=cv2.INTER_AREA).reshape(count, rows, columns)
    in_rows, off_rows = _beside_rules(rows, ink.top, ink.bottom)
    in_columns, off_columns = _beside_rules(columns, ink.left, ink.right)
    inside = in_rows[:, :, None] & in_columns[:, None, :]
    beyond = off_rows[:, :, None] & off_columns[:, None, :] & ~inside
    areas = _in_bands(np.concatenate([coarse * inside, coarse * beyond]))
    return np.hstack([areas[:count], areas[count:]])


def _beside_rules(count: int, first: Ints, last: Ints) -> tuple[Flags, Flags]:
    """Which squares (n, count) along an axis lie between the rules at ``first`` and ``last`` (px),
    and which on either side of them, by half a mm."""
    at = np.arange(count) * GRAIN
    first, last = first[:, None], last[:, None]
    between = (at >= first + GRAIN) & (at + 2 * GRAIN <= last)
    return between, between | (at + 2 * GRAIN <= first) | (at >= last + GRAIN)


def pale_around(dark: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The areas :data:`AROUND` (n, 3) in the :func:`ocr.strokes.darkness_inside` of cells that lie
    half a mm and more from anything darker: not the edges of strokes, but what else is about
    them."""
    count, side = len(dark) // PICTURE_PX, PICTURE_PX // GRAIN
    tall = cv2.resize(dark * 255, (side, count * side), interpolation=cv2.INTER_AREA)
    # A line of paper between the pictures, so that none reaches into the next.
    coarse = np.zeros((count, side + 1, side), np.float32)
    coarse[:, :side] = tall.reshape(count, side, side)
    darker = (coarse >= BANDS[-1]).view(np.uint8).reshape(-1, side)
    near = cv2.dilate(darker, np.ones((3, 3), np.uint8)).reshape(coarse.shape)
    coarse[near > 0] = 0
    return _in_bands(coarse)


def _in_bands(coarse: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """The areas between the bands of darkness (n, h, w), as log(1 + mm²)."""
    flat = coarse.reshape(len(coarse), -1)
    # OpenCV's sums of lines are ten times as fast as numpy's counts.
    above = np.hstack(
        [
            cv2.reduce((flat >= level).view(np.uint8), 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S)
            for level in BANDS
        ]
    )
    areas = (above[:, :-1] - above[:, 1:]) * (GRAIN / INK_PX_PER_MM) ** 2
    return np.asarray(np.log1p(areas), np.float32)


def odds_of_traces(
    around: npt.NDArray[np.float64], look: Callable[[Ints], npt.NDArray[np.float64]]
) -> npt.NDArray[np.float64]:
    """The log odds (n,) of a trace in every cell, within :data:`MOST_ODDS`: what ``look`` says of
    the cells (their indices) that are looked at by their areas :data:`AROUND` (n, 3)."""
    odds = np.full(len(around), -MOST_ODDS)
    looked = np.flatnonzero(looked_at(around))
    if len(looked):
        odds[looked] = look(looked).clip(-MOST_ODDS, MOST_ODDS)
    return odds


def looked_at(around: npt.NDArray[np.generic]) -> Flags:
    """Whether there is anything pale about the marks of cells, by their areas :data:`AROUND`
    (n, 3): (n,)."""
    return np.asarray(np.expm1(around.astype(np.float64)).sum(axis=1) >= PALE_MM2)


def trace_odds(windows: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """The log odds (k,) that cells hold the trace of an erased or painted-over mark, beside a mark
    or alone, by their :func:`trace_windows`: by a network on what the scan shows there, which has
    no idea of the rest of the page."""
    return answer(TRACES, windows.astype(np.float32))[:, 0].astype(np.float64)


def trace_windows(ink: InkStack, which: Ints) -> npt.NDArray[np.uint8]:
    """The darkness of cells ``which`` with their margins, about their middles, uint8 (k, 1, 96,
    80), 0 = paper, up to :data:`DARKEST`."""
    height, width = WINDOW_PX
    found = np.zeros((len(which), 1, height, width), np.uint8)
    for window, index in zip(found, which.tolist(), strict=True):
        dark = ink.darkness[index]
        top = int(ink.top[index] + ink.bottom[index] - height) // 2
        left = int(ink.left[index] + ink.right[index] - width) // 2
        r0, r1 = max(top, 0), min(top + height, dark.shape[0])
        c0, c1 = max(left, 0), min(left + width, dark.shape[1])
        window[0, r0 - top : r1 - top, c0 - left : c1 - left] = dark[r0:r1, c0:c1]
    return np.minimum(found, DARKEST)

"""The arms of a mark: its heaviest line and the one across it, and how far the mark spreads.

An X struck once more along its own arm has the outline of an X; what gives it away is an arm that
weighs more, is longer or wider than the other one, and than the arms of the hand's other marks.
"""

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cells import INK_PX_PER_MM
from ocr.strokes import PICTURE_PX

NAMES = (
    "heaviest line",
    "heaviest line across it",
    "long axis",
    "short axis",
    "length of the heaviest line",
    "width of the heaviest line",
    "length of the line across it",
    "width of the line across it",
)
"""What :func:`arm_measures` gives: the ink of lines as log(1 + mm²), axes and lengths in mm / 8,
widths in mm / 2."""

GRAIN, FINE = 3, 2
"""Pixels of the picture, a side, that are averaged to look for lines, and to measure them."""

ORIENTATIONS = 12
STRIP_MM = 1.5
"""Width of a line: two strokes of a pen of 0.5 mm side by side, and their wobble."""

ROUNDING = 1e-3
"""Added to half of it, mm: squares whose middle lies on the edge of a strip lie in it."""

ACROSS = range(3, ORIENTATIONS - 2)
"""Steps of orientation (15 degrees each) from which on a line is another one: 45 to 135
degrees."""

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


def arm_measures(dark: Floats) -> Floats:
    """The measures :data:`NAMES` (n, 8) of marks from their
    :func:`ocr.strokes.darkness_inside`."""
    count = len(dark) // PICTURE_PX
    ink = _averaged(dark, count, GRAIN)
    # One product an orientation: for all at once BLAS starts threads, which cost twenty times as
    # much beside busy workers.
    by_strip = np.matmul(ink, _strips()).swapaxes(0, 1)
    strips = by_strip.argmax(axis=2)
    by_turn = np.take_along_axis(by_strip, strips[:, :, None], axis=2)[:, :, 0]
    rows = np.arange(count)
    turns = by_turn.argmax(axis=1)
    others = (turns[:, None] + np.array(ACROSS)) % ORIENTATIONS
    across = others[rows, by_turn[rows[:, None], others].argmax(axis=1)]
    fine = _averaged(dark, count, FINE)
    both = np.stack([turns, across])
    lines = fine * _in_strip(both, strips[rows, both])
    length, width = _axes(lines.reshape(2 * count, -1), FINE)
    by_line = np.stack([length / 8, width / 2]).reshape(2, 2, count)
    axes = np.stack(_axes(ink, GRAIN)) / 8
    heaviest = np.log1p(by_turn[rows, both])
    return np.concatenate([heaviest, axes, by_line[:, 0], by_line[:, 1]]).T


def _averaged(dark: Floats, count: int, grain: int) -> Floats:
    """The ink of the squares of ``grain`` pixels, mm² (count, squares)."""
    side = PICTURE_PX // grain
    coarse = cv2.resize(dark, (side, count * side), interpolation=cv2.INTER_AREA)
    area = np.float32((grain / INK_PX_PER_MM) ** 2)
    return np.asarray(coarse, np.float32).reshape(count, -1) * area


@cache
def _places(grain: int) -> Floats:
    """Where the squares are about the middle of the picture, mm (2, squares): x, y."""
    side = PICTURE_PX // grain
    at = (np.arange(side, dtype=np.float32) - (side - 1) / 2) * (grain / INK_PX_PER_MM)
    y, x = np.meshgrid(at, at, indexing="ij")
    return np.stack([x.ravel(), y.ravel()]).astype(np.float32)


@cache
def _turns() -> Floats:
    """The orientations, radians (ORIENTATIONS,)."""
    return (np.arange(ORIENTATIONS) * np.pi / ORIENTATIONS).astype(np.float32)


@cache
def _middles() -> Floats:
    """How far the middles of the strips lie from the middle of the picture, mm."""
    side = PICTURE_PX // GRAIN
    return (np.arange(-side // 2 + 1, side // 2) * (GRAIN / INK_PX_PER_MM)).astype(np.float32)


@cache
def _strips() -> Floats:
    """Which squares lie in which strip: (orientations, squares, strips), 1 inside, 0 outside."""
    x, y = _places(GRAIN)
    strips = []
    for turn in _turns():
        away = y * np.cos(turn) - x * np.sin(turn)
        strips.append(np.abs(away[:, None] - _middles()) <= STRIP_MM / 2 + ROUNDING)
    return np.array(strips, np.float32)


def _in_strip(turn: Ints, strip: Ints) -> npt.NDArray[np.bool_]:
    """Which fine squares lie in one strip of each mark, (..., squares) for (...)."""
    x, y = _places(FINE)
    angle = _turns()[turn][..., None]
    away = y * np.cos(angle) - x * np.sin(angle) - _middles()[strip][..., None]
    return np.asarray(np.abs(away) <= STRIP_MM / 2 + ROUNDING)


@cache
def _powers(grain: int) -> Floats:
    """x, y, x², xy, y² of the squares, (squares, 5)."""
    x, y = _places(grain)
    return np.stack([x, y, x * x, x * y, y * y], axis=1)


def _axes(ink: Floats, grain: int) -> tuple[Floats, Floats]:
    """Lengths (n,) in mm of the sides of the rectangle that spreads like the ink (n, squares)."""
    moments = ink @ _powers(grain)
    mass = np.maximum(ink.sum(axis=1), 1e-6)
    mean_x, mean_y, xx, xy, yy = (moments / mass[:, None]).T
    xx, xy, yy = xx - mean_x**2, xy - mean_x * mean_y, yy - mean_y**2
    middle, half = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    longer, shorter = (np.sqrt(12 * np.maximum(side, 0)) for side in (middle + half, middle - half))
    return longer, shorter

"""The arms of a mark: how much ink lies along its heaviest line, and how far the mark spreads.

An X struck once more along its own arm has the outline of an X; what gives it away is an arm that
weighs twice as much as the other one, and as the arms of the hand's other marks.
"""

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cells import INK_PX_PER_MM
from ocr.strokes import PICTURE_PX

NAMES = ("heaviest line", "heaviest line across it", "long axis", "short axis")
"""What :func:`arm_measures` gives: the ink of lines as log(1 + mm²), axes in mm / 8."""

GRAIN = 3
"""Pixels of the picture, a side, that are averaged first."""

SIDE = PICTURE_PX // GRAIN
PX_MM = GRAIN / INK_PX_PER_MM
ORIENTATIONS = 12
STRIP_MM = 1.5
"""Width of a line: two strokes of a pen of 0.5 mm side by side, and their wobble."""

ACROSS = range(3, ORIENTATIONS - 2)
"""Steps of orientation (15 degrees each) from which on a line is another one: 45 to 135
degrees."""

Floats = npt.NDArray[np.float32]


def arm_measures(pictures: Floats) -> Floats:
    """The measures :data:`NAMES` (n, 4) of marks from their :func:`ocr.strokes.pictures`."""
    count = len(pictures)
    shown = pictures.reshape(-1, PICTURE_PX).clip(0)
    size = (SIDE, count * SIDE)
    coarse = cv2.resize(shown * shown, size, interpolation=cv2.INTER_AREA)
    ink = coarse.astype(np.float32, copy=False).reshape(count, -1) * np.float32(PX_MM**2)
    # Not by BLAS: for so little its threads cost twenty times as much, beside busy workers.
    by_strip = np.einsum("ij,jk->ik", ink, _strips())
    by_strip = by_strip.reshape(count, ORIENTATIONS, -1).max(axis=2)
    heaviest = by_strip.argmax(axis=1)
    rows = np.arange(count)
    others = (heaviest[:, None] + np.array(ACROSS)) % ORIENTATIONS
    across = by_strip[rows[:, None], others].max(axis=1)
    long_axis, short_axis = _axes(ink)
    line = by_strip[rows, heaviest]
    return np.stack([np.log1p(line), np.log1p(across), long_axis / 8, short_axis / 8], axis=1)


@cache
def _places() -> Floats:
    """Where the pixels are about the middle of the picture, mm (2, SIDE²): x, y."""
    at = (np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2) * PX_MM
    y, x = np.meshgrid(at, at, indexing="ij")
    return np.stack([x.ravel(), y.ravel()]).astype(np.float32)


@cache
def _strips() -> Floats:
    """Which pixels lie in which strip: (SIDE², orientations x strips), 1 inside, 0 outside."""
    x, y = _places()
    middles = np.arange(-SIDE // 2 + 1, SIDE // 2) * PX_MM
    strips = []
    for turn in np.arange(ORIENTATIONS) * np.pi / ORIENTATIONS:
        away = y * np.cos(turn) - x * np.sin(turn)
        strips.append(np.abs(away[:, None] - middles) <= STRIP_MM / 2)
    return np.hstack(strips).astype(np.float32)


@cache
def _powers() -> Floats:
    """x, y, x², xy and y² of the pixels, (SIDE², 5)."""
    x, y = _places()
    return np.stack([x, y, x * x, x * y, y * y], axis=1)


def _axes(ink: Floats) -> tuple[Floats, Floats]:
    """Lengths (n,) in mm of the sides of the rectangle that spreads like the ink (n, SIDE²)."""
    moments = np.einsum("ij,jk->ik", ink, _powers())
    mass = np.maximum(ink.sum(axis=1), 1e-6)
    mean_x, mean_y, xx, xy, yy = (moments / mass[:, None]).T
    xx, xy, yy = xx - mean_x**2, xy - mean_x * mean_y, yy - mean_y**2
    middle, half = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    longer, shorter = (np.sqrt(12 * (middle + sign * half).clip(0)) for sign in (1, -1))
    return longer, shorter

"""Strokes as ink on a page image: dark multiplies paper and print, as real ink does.

Page images here are (H, W, 3) uint8, RGB, origin top left; ``px_per_mm`` is their scale.
"""

from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt

from samples.strokes import Stroke

Image = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.float32]

_OVERSAMPLING = 4  # edges of ink are drawn this many times finer than the page, then averaged
_GRAIN_MM = 0.09  # size of the paper's texture that a dry line skips over


def write(
    page: Image, strokes: Iterable[Stroke], px_per_mm: float, rng: np.random.Generator
) -> None:
    """Draw strokes onto the page, in place and in order."""
    for stroke in strokes:
        _write_stroke(page, stroke, px_per_mm, rng)


def lay(page: Image, mask: Mask, left: int, top: int, colour: tuple[float, float, float]) -> None:
    """Multiply a patch of ink into the page, in place. ``mask`` (h, w) is the ink's opacity 0..1,
    its top left pixel at (left, top); what lies outside the page is cut off."""
    height, width = page.shape[:2]
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(width, left + mask.shape[1]), min(height, top + mask.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    covered = mask[y0 - top : y1 - top, x0 - left : x1 - left, None]
    reflectance = 1 - covered * (1 - np.array(colour, dtype=np.float32))
    patch = page[y0:y1, x0:x1]
    page[y0:y1, x0:x1] = np.rint(patch * reflectance).astype(np.uint8)


def _write_stroke(page: Image, stroke: Stroke, px_per_mm: float, rng: np.random.Generator) -> None:
    pen, fine = stroke.pen, px_per_mm * _OVERSAMPLING
    margin = pen.width_mm * 2
    low, high = stroke.points_mm.min(axis=0) - margin, stroke.points_mm.max(axis=0) + margin
    left, top = (int(np.floor(value * px_per_mm)) for value in low)
    width, height = (int(np.ceil(value * px_per_mm)) + 1 for value in high - low)
    points = stroke.points_mm * fine - np.array([left, top]) * _OVERSAMPLING
    mask = np.zeros((height * _OVERSAMPLING, width * _OVERSAMPLING), dtype=np.uint8)
    if len(points) == 1:
        points = np.vstack([points, points])
    pressure = np.resize(stroke.pressure, len(points))[: len(points) - 1]
    places = np.rint(points).astype(int).tolist()
    thickness = np.maximum(1, np.rint(pen.width_mm * fine * (0.55 + 0.45 * pressure)))
    level = 255 * np.minimum(1.0, pen.opacity * (0.7 + 0.3 * pressure))
    widths = thickness.astype(int).tolist()
    for a, b, width_px, grey in zip(places, places[1:], widths, level.tolist(), strict=False):
        cv2.line(mask, a, b, grey, width_px, cv2.LINE_8)
    ink = mask.astype(np.float32)
    ink /= 255
    ink *= _texture(mask.shape, pen.grain, fine, rng)
    coarse = cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA)
    lay(page, np.asarray(coarse, dtype=np.float32), left, top, pen.colour)


def _texture(
    shape: tuple[int, ...], grain: float, px_per_mm: float, rng: np.random.Generator
) -> Mask:
    """How much of the line the paper takes, 0..1: lower where its texture is low."""
    cell = max(1, round(_GRAIN_MM * px_per_mm))
    small = rng.random((shape[0] // cell + 2, shape[1] // cell + 2), dtype=np.float32)
    large = cv2.resize(small, (small.shape[1] * cell, small.shape[0] * cell))
    texture: Mask = large[: shape[0], : shape[1]] - np.float32(0.45)
    texture *= np.float32(2.2)
    np.clip(texture, 0, 1, out=texture)
    texture *= np.float32(grain)
    return np.subtract(1, texture, out=texture)

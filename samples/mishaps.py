"""What else happens to paper in an office, in place on a page (RGB, 255 = white paper): torn
corners, coffee, stamps over the table, markers.

Each takes the page, its scale and the generator that all is drawn from.
"""

from collections.abc import Callable
from itertools import pairwise

import cv2
import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from pipeline.programs.fonts import font_folder
from samples.ink import Image, lay

_FONT = "LiberationSans-Bold.ttf"
_STAMP_LINES = ("CÔNG VĂN ĐẾN", "Số: ........", "Ngày: .../.../......")
_STAMP_INKS = ((0.10, 0.12, 0.45), (0.30, 0.10, 0.45), (0.10, 0.10, 0.12))
_MARKERS = ((1.0, 0.95, 0.25), (0.55, 0.95, 0.45), (0.15, 0.15, 0.18))


def torn_corner(page: Image, px_per_mm: float, rng: np.random.Generator) -> None:
    """A corner that is gone: the scanner's dark cover shows, along a ragged white edge."""
    height, width = page.shape[:2]
    right, low = rng.random(2) < 0.5
    reach_x, reach_y = rng.uniform(14, 34, 2) * px_per_mm
    t = np.linspace(0, 1, 12)
    ragged = rng.normal(0, 0.8 * px_per_mm, (12, 2))
    edge = np.column_stack([reach_x * (1 - t), reach_y * t]) + ragged
    corner = np.vstack([[[0.0, 0.0]], edge])
    if right:
        corner[:, 0] = width - 1 - corner[:, 0]
    if low:
        corner[:, 1] = height - 1 - corner[:, 1]
    points = np.rint(corner).astype(np.int32)
    level = int(rng.choice([25, 70, 250]))
    cv2.fillPoly(page, [points], (level, level, level), cv2.LINE_AA)
    rim = round(0.6 * px_per_mm)
    for a, b in pairwise(points[1:]):
        cv2.line(page, a.tolist(), b.tolist(), (240, 240, 240), rim, cv2.LINE_AA)


def coffee_ring(page: Image, px_per_mm: float, rng: np.random.Generator) -> None:
    """The ring of a cup, brown, darkest at its edge."""
    height, width = page.shape[:2]
    radius = rng.uniform(28, 42) * px_per_mm
    size = 2 * int(radius * 1.25)
    y, x = (np.mgrid[0:size, 0:size] - size / 2).astype(np.float32)
    angle = np.arctan2(y, x)
    uneven = 1 + 0.03 * np.sin(3 * angle + rng.uniform(0, 6)) + 0.02 * np.sin(7 * angle)
    off = np.hypot(x, y) / (radius * uneven)
    edge = np.exp(-(((off - 1) / 0.02) ** 2)) * (0.6 + 0.4 * np.sin(angle + rng.uniform(0, 6)))
    mask = 0.65 * edge.clip(0, 1) + 0.18 * (off < 1) + 0.12 * np.exp(-(((off - 0.9) / 0.08) ** 2))
    left, top = rng.uniform([0, 0], [width - size, height - size]).astype(int)
    lay(page, mask.astype(np.float32).clip(0, 1), int(left), int(top), (0.55, 0.38, 0.20))


def heavy_stamp(page: Image, px_per_mm: float, rng: np.random.Generator) -> None:
    """A rectangular stamp of the registry, heavily inked, anywhere on the page."""
    height, width = page.shape[:2]
    w, h = (round(side * px_per_mm) for side in (58, 27))
    picture = PillowImage.new("L", (w, h), 0)
    draw = ImageDraw.Draw(picture)
    line = round(0.9 * px_per_mm)
    draw.rectangle((0, 0, w - 1, h - 1), outline=255, width=line)
    font = ImageFont.truetype(font_folder() / _FONT, round(5.2 * px_per_mm))
    for number, text in enumerate(_STAMP_LINES):
        draw.text((w / 2, h * (0.2 + 0.3 * number)), text, fill=255, font=font, anchor="mm")
    turned = picture.rotate(
        float(rng.uniform(-15, 15)), resample=PillowImage.Resampling.BICUBIC, expand=True
    )
    mask = np.asarray(turned, dtype=np.float32) / 255
    knots = rng.uniform(0.5, 1.0, (4, 6)).astype(np.float32)
    inked = cv2.resize(knots, mask.shape[::-1], interpolation=cv2.INTER_CUBIC).clip(0.4, 1)
    left = int(rng.uniform(0, width - mask.shape[1]))
    top = int(rng.uniform(0, height - mask.shape[0]))
    lay(
        page,
        (mask * inked * 0.95).astype(np.float32),
        left,
        top,
        _STAMP_INKS[int(rng.integers(len(_STAMP_INKS)))],
    )


def marker_line(page: Image, px_per_mm: float, rng: np.random.Generator) -> None:
    """A stroke of a highlighter or of a black marker across part of the page."""
    height, width = page.shape[:2]
    start = rng.uniform([0.1 * width, 0.1 * height], [0.6 * width, 0.9 * height])
    end = start + np.array([rng.uniform(30, 90), rng.uniform(-8, 8)]) * px_per_mm
    low = np.floor(np.minimum(start, end) - 4 * px_per_mm).astype(int)
    size = np.ceil(np.abs(end - start) + 8 * px_per_mm).astype(int)
    mask = np.zeros((size[1], size[0]), dtype=np.uint8)
    a, b = (tuple(np.rint(point - low).astype(int).tolist()) for point in (start, end))
    cv2.line(mask, a, b, 255, round(rng.uniform(2.5, 4.5) * px_per_mm), cv2.LINE_AA)
    colour = _MARKERS[int(rng.integers(len(_MARKERS)))]
    ink = mask * (float(rng.uniform(0.75, 0.97)) / 255)
    lay(page, ink.astype(np.float32), int(low[0]), int(low[1]), colour)


MISHAPS: dict[str, Callable[[Image, float, np.random.Generator], None]] = {
    "torn corner": torn_corner,
    "coffee": coffee_ring,
    "stamp": heavy_stamp,
    "marker": marker_line,
}

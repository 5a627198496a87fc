"""How marks are withdrawn on paper, beyond the ways of :func:`samples.hands.strike_out`.

Everything is a :class:`~samples.strokes.Stroke` but correction fluid, which is a :class:`Patch`:
it covers what was printed and written before it. :func:`write_layers` puts them on paper in order.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ocr.geometry import Rect
from samples.hands import PENCIL, PENS, Hand, draw_mark, strike_out
from samples.ink import Image, write
from samples.strokes import Array, Pen, Stroke, pen_stroke

WITHDRAWALS = (
    "double_line",
    "arm_line",
    "arm_lines",
    "zigzag",
    "ring",
    "blackened",
    "overwritten",
    "erased",
    "fluid",
)
"""Ways to withdraw a mark. ``arm_line`` is one line along an arm of an X or from end to end of a
tick, longer than the arm, ``arm_lines`` two or three; ``blackened`` is the whole cell scribbled
over, ``overwritten`` other marks on top."""


@dataclass(frozen=True)
class Patch:
    """Correction fluid. ``outline_mm`` (N, 2) its edge; ``opacity`` 0..1 how much of what is below
    it hides; ``rim`` 0..1 how dark its edge is drawn by the scanner's lamp."""

    outline_mm: Array
    opacity: float
    rim: float


Layer = Stroke | Patch


def write_layers(
    page: Image, layers: Iterable[Layer], px_per_mm: float, rng: np.random.Generator
) -> None:
    """Put strokes and patches onto the page, in place and in order."""
    for layer in layers:
        if isinstance(layer, Patch):
            _cover(page, layer, px_per_mm)
        else:
            write(page, (layer,), px_per_mm, rng)


def withdrawn_mark(rng: np.random.Generator, hand: Hand, cell: Rect, way: str) -> tuple[Layer, ...]:
    """A mark in a cell and what withdraws it, in the order in which a hand does it."""
    marks = draw_mark(rng, hand, cell)
    over = withdraw(rng, hand, cell, marks, way)
    if way == "erased":
        trace = erased_pen(rng)
        marks = tuple(replace(mark, pen=trace) for mark in marks)
    return (*marks, *over)


def withdraw(
    rng: np.random.Generator, hand: Hand, cell: Rect, marks: Sequence[Stroke], way: str
) -> tuple[Layer, ...]:
    """What a hand puts over its marks in a cell to withdraw them, one of :data:`WITHDRAWALS`."""
    if way == "overwritten":
        return _overwritten(rng, hand, cell)
    if way == "blackened":
        return _blackened(rng, hand, cell)
    if way == "fluid":
        return (fluid_over(rng, marks),)
    return _STROKES[way](rng, hand, marks)


def erased_pen(rng: np.random.Generator) -> Pen:
    """What is left of a pencil mark that was rubbed out. Traces too pale for an attentive eye are
    left out: 12 to 40 % of the pencil stay."""
    return replace(PENCIL, opacity=PENCIL.opacity * float(rng.uniform(0.12, 0.40)))


def _arm_lines(
    rng: np.random.Generator, hand: Hand, marks: Sequence[Stroke], count: int
) -> tuple[Stroke, ...]:
    """Strokes along an arm, each a little beside it and longer."""
    arm = marks[int(rng.integers(len(marks)))].points_mm
    along = arm[-1] - arm[0]
    length = max(float(np.hypot(*along)), 1.0)
    across = np.array([-along[1], along[0]]) / length
    middle = (arm[0] + arm[-1]) / 2
    lines = []
    for _ in range(count):
        reach = float(rng.uniform(0.65, 0.9))
        turn = float(rng.normal(0, 0.10))
        start, end = (middle + sign * reach * (along + turn * length * across) for sign in (-1, 1))
        beside = across * float(rng.normal(0, 0.35))
        lines.append(_line(rng, hand, (start + beside, middle + beside, end + beside)))
    return tuple(lines)


def _zigzag(rng: np.random.Generator, hand: Hand, marks: Sequence[Stroke]) -> tuple[Stroke, ...]:
    """A wavy or pointed line across the mark."""
    left, top, right, bottom = _extent(marks)
    turns = int(rng.integers(4, 9))
    x = np.linspace(left - 0.8, right + 0.8, turns)
    swing = float(rng.uniform(0.25, 0.6)) * max(bottom - top, 3.0)
    y = (top + bottom) / 2 + np.where(np.arange(turns) % 2, swing, -swing)
    points = np.column_stack([x, y]) + rng.normal(0, 0.15, (turns, 2))
    return (_line(rng, hand, points),)


def _blackened(rng: np.random.Generator, hand: Hand, cell: Rect) -> tuple[Stroke, ...]:
    """Most of the cell covered with strokes to and fro."""
    inner = cell.grown(-float(rng.uniform(0.2, 0.9)))
    width = min(inner.w_mm, float(rng.uniform(6.0, 12.0)))
    height = min(inner.h_mm, 9.0)
    x, y = cell.centre
    over = []
    for _ in range(int(rng.integers(1, 3))):
        turns = int(height / float(rng.uniform(0.45, 0.8)))
        side = np.where(np.arange(turns) % 2, 1.0, -1.0) * width / 2
        down = np.linspace(-height / 2, height / 2, turns)
        points = np.column_stack([x + side - 0.1 * down, y + down])
        over.append(_line(rng, hand, points + rng.normal(0, 0.25, points.shape)))
    return tuple(over)


def _overwritten(rng: np.random.Generator, hand: Hand, cell: Rect) -> tuple[Stroke, ...]:
    """Two marks of other kinds on top, one perhaps with another pen, pressed harder."""
    pen = hand.pen if rng.random() < 0.5 else PENS[int(rng.integers(len(PENS)))]
    heavy = replace(hand, pen=replace(pen, width_mm=pen.width_mm * 1.3, opacity=0.97))
    kinds = [kind for kind in ("x", "tick", "dash", "ring", "fill") if kind != hand.kind]
    chosen = rng.choice(kinds, size=2, replace=False)
    return tuple(stroke for kind in chosen for stroke in draw_mark(rng, heavy, cell, str(kind)))


def _erased(rng: np.random.Generator, hand: Hand, marks: Sequence[Stroke]) -> tuple[Stroke, ...]:
    """The smudge of the rubber."""
    smudge = Pen("rubber", (0.45, 0.45, 0.47), 2.2, float(rng.uniform(0.02, 0.07)), 0.5)
    x0, y0, x1, y1 = _extent(marks)
    rubbed = []
    for _ in range(int(rng.integers(2, 5))):
        ends = rng.uniform([x0 - 0.5, y0 - 0.5], [x1 + 0.5, y1 + 0.5], (3, 2))
        rubbed.append(pen_stroke(rng, smudge, ends, hand.haste))
    return tuple(rubbed)


def fluid_over(rng: np.random.Generator, marks: Sequence[Stroke]) -> Patch:
    """A patch of correction fluid over marks: uneven, not quite covering, its edge in shadow.
    (Where a scan shows nothing of it, nobody could flag it.)"""
    left, top, right, bottom = _extent(marks)
    centre = np.array([left + right, top + bottom]) / 2
    radii = np.array([right - left, bottom - top]) / 2 * 1.25 + rng.uniform(0.3, 1.3, 2)
    angles = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    uneven = 1 + rng.normal(0, 0.09, 14)
    outline = centre + np.column_stack([np.cos(angles), np.sin(angles)]) * radii * uneven[:, None]
    return Patch(outline, float(rng.uniform(0.80, 0.93)), float(rng.uniform(0.10, 0.30)))


_STROKES: dict[str, Callable[[np.random.Generator, Hand, Sequence[Stroke]], tuple[Stroke, ...]]] = {
    "double_line": lambda rng, hand, marks: strike_out(rng, hand, marks, "double_line"),
    "ring": lambda rng, hand, marks: strike_out(rng, hand, marks, "ring"),
    "arm_line": lambda rng, hand, marks: _arm_lines(rng, hand, marks, 1),
    "arm_lines": lambda rng, hand, marks: _arm_lines(rng, hand, marks, int(rng.integers(2, 4))),
    "zigzag": _zigzag,
    "erased": _erased,
}


def _line(rng: np.random.Generator, hand: Hand, points: Sequence[Array] | Array) -> Stroke:
    return pen_stroke(rng, hand.pen, np.asarray(points, dtype=np.float64), hand.haste)


def _extent(marks: Sequence[Stroke]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of strokes, mm."""
    points = np.vstack([mark.points_mm for mark in marks])
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _cover(page: Image, patch: Patch, px_per_mm: float) -> None:
    margin = 0.5
    low = np.floor((patch.outline_mm.min(axis=0) - margin) * px_per_mm).astype(int)
    high = np.ceil((patch.outline_mm.max(axis=0) + margin) * px_per_mm).astype(int) + 1
    (x0, y0), (x1, y1) = np.maximum(low, 0), np.minimum(high, page.shape[1::-1])
    if x0 >= x1 or y0 >= y1:
        return
    mask = np.zeros((y1 - y0, x1 - x0), dtype=np.uint8)
    outline = np.rint(patch.outline_mm * px_per_mm - (x0, y0)).astype(np.int32)
    cv2.fillPoly(mask, [outline], 255, cv2.LINE_AA)
    area = cv2.GaussianBlur(mask, (0, 0), 0.08 * px_per_mm).astype(np.float32) / 255
    edge = 4 * area * (1 - area)
    below = page[y0:y1, x0:x1].astype(np.float32)
    covered = below + (255 - below) * (area * patch.opacity)[..., None]
    page[y0:y1, x0:x1] = np.rint(covered * (1 - patch.rim * edge)[..., None]).astype(np.uint8)

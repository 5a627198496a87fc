"""How people withdraw a mark: strokes drawn over it, a rubber, correction fluid."""

from collections.abc import Callable

import cv2
import numpy as np

from training.paper import CANVAS_PX_PER_MM
from training.strokes import (
    Canvas,
    Stroke,
    Strokes,
    coil,
    cross,
    line,
    ring,
    scribble,
    slash,
    smooth,
    tick,
    turned,
)

CANCELLED = {
    "strike": 0.13,
    "strikes": 0.14,
    "along": 0.24,
    "short": 0.03,
    "ringed": 0.12,
    "rings": 0.03,
    "blackened": 0.11,
    "wave": 0.10,
    "scrawl": 0.06,
    "overwritten": 0.04,
}
"""How a mark is withdrawn by drawing over it -> its share in the fitting data."""

ANOTHER_MARK = ("strike", "along", "short", "overwritten")
"""These make another plain mark of a single stroke."""

IN_A_PATCH = tuple(way for way in CANCELLED if way not in ("strikes", "ringed", "rings"))
"""These cannot be seen in a blackened patch."""

CLASHES = {
    "slash": ANOTHER_MARK,
    "dash": ANOTHER_MARK,
    "dot": ANOTHER_MARK,
    "ring": ("along", "ringed", "rings"),
    "curled": ("along", "ringed", "rings"),
    "hooked": ANOTHER_MARK,
    "fill": IN_A_PATCH,
    "coil": IN_A_PATCH,
}
"""Kind of mark -> ways in which nobody withdraws it: the result is no other than such a mark."""


TAPE = 0.3
"""Share of the painted-over marks that are under correction tape, 4.2 to 6 mm wide, not fluid."""


def any_cancellation(rng: np.random.Generator, kind: str) -> str:
    """A way to withdraw a mark of this kind."""
    ways = [way for way in CANCELLED if way not in CLASHES.get(kind, ())]
    shares = np.array([CANCELLED[way] for way in ways])
    return str(rng.choice(ways, p=shares / shares.sum()))


def cancellation(rng: np.random.Generator, kind: str, size: float, marks: Strokes) -> Strokes:
    """The strokes that withdraw a mark of this size (mm), of which ``marks`` are the strokes; they
    may be unknown (empty)."""
    span = size * rng.uniform(0.9, 1.5)
    if kind == "along":
        return _along(rng, marks, size)
    if kind == "overwritten" and len(marks) == 1:
        return cross(rng, span)
    if kind == "ringed":
        return ring(rng, max(span * 1.15, size * 1.2))
    return OVER[kind](rng, span)


def _patch(rng: np.random.Generator, span: float) -> Strokes:
    return (scribble if rng.random() < 0.5 else coil)(rng, span)


def _angle(rng: np.random.Generator) -> float:
    """How strikes lie: level, upright or slanting."""
    common = [0.0, 0.0, 0.5, -0.5, 0.8, -0.8, 0.8, -0.8, 1.1, -1.1, 1.57]
    return float(rng.choice(common) + rng.normal(0, 0.2))


def _parallel_lines(rng: np.random.Generator, span: float, count: int, angle: float) -> Strokes:
    angle += rng.normal(0, 0.12)
    along = np.array([np.cos(angle), np.sin(angle)]) * span * 0.6
    across = np.array([-np.sin(angle), np.cos(angle)]) * span * rng.uniform(0.05, 0.2)
    # Lines meant to go through the middle of a mark miss it by a little.
    aside = np.array([-np.sin(angle), np.cos(angle)]) * float(rng.normal(0, 0.08 * span))
    strokes = []
    for index in range(count):
        middle = aside + across * (index - (count - 1) / 2) + along * rng.normal(0, 0.1)
        strokes.append(line(rng, tuple(middle - along), tuple(middle + along)))
    return strokes


def _along(rng: np.random.Generator, marks: Strokes, size: float) -> Strokes:
    """One to four lines along a stroke of the mark itself, beside it or longer than it."""
    if marks:
        arm = marks[int(rng.integers(len(marks)))]
        # Of a single stroke that turns, as a tick, the second half, or from end to end.
        half = len(marks) == 1 and rng.random() < 0.6
        start, end = arm[len(arm) // 2 if half else 0], arm[-1]
    else:
        turn = rng.choice([1, -1]) * rng.normal(0.85, 0.2)
        end = np.array([np.cos(turn), np.sin(turn)]) * size * 0.55
        start = -end
    along = (end - start) / 2
    length = max(float(np.hypot(*along)), 0.5)
    across = np.array([-along[1], along[0]]) / length
    middle = (start + end) / 2
    count = int(rng.choice([1, 2, 3, 4], p=[0.5, 0.25, 0.15, 0.1]))
    gap = size * rng.uniform(0.05, 0.2)
    strokes = []
    for index in range(count):
        shift = gap * (index - (count - 1) / 2) + rng.normal(0, 0.3 * gap)
        if count == 1:  # on the stroke or beside it: what tells it is its length and its weight
            shift = float(rng.normal(0, max(gap, 0.4)))
        centre = middle + across * shift + along * rng.normal(0, 0.12)
        reach = along * rng.uniform(1.1 if count == 1 else 0.85, 1.6)
        strokes.append(line(rng, tuple(centre - reach), tuple(centre + reach)))
    return strokes


def _wave(rng: np.random.Generator, span: float) -> list[Stroke]:
    """A wavy line or a zigzag across."""
    count = int(rng.integers(6, 13))
    x = np.linspace(-span * 0.65, span * 0.65, count)
    y = np.where(np.arange(count) % 2 == 0, -1, 1) * span * rng.uniform(0.06, 0.45)
    return [turned(smooth(np.column_stack([x, y]), rng, 0.03 * span), _angle(rng))]


OVER: dict[str, Callable[[np.random.Generator, float], Strokes]] = {
    "strike": lambda rng, span: _parallel_lines(rng, span, 1, rng.uniform(0, np.pi)),
    "strikes": lambda rng, span: _parallel_lines(rng, span, int(rng.integers(2, 7)), _angle(rng)),
    "short": lambda rng, span: _parallel_lines(rng, span / 2, int(rng.integers(1, 3)), 0.0),
    "rings": lambda rng, span: ring(rng, span * 1.15) + ring(rng, span * 1.2),
    "blackened": lambda rng, span: _patch(rng, span) + _patch(rng, span),
    "scrawl": _patch,
    "wave": _wave,
    "overwritten": lambda rng, span: tick(rng, span) + slash(rng, span),
}
"""Ways to withdraw a mark that need to know no more than how long to draw (mm)."""


def rubbed_out(rng: np.random.Generator, layer: Canvas, middle_px: tuple[int, int]) -> None:
    """A mark after a rubber: paler, smeared, often with a grey smudge about it; in place."""
    rubbed = cv2.GaussianBlur(layer, (0, 0), rng.uniform(0.5, 6))
    if rng.random() < 0.3:  # rubbed in one direction
        wide, tall = (int(rng.integers(3, 40)), 1)[:: rng.choice([1, -1])]
        rubbed = cv2.blur(rubbed, (wide, tall))
    wiped = cv2.resize(rng.random((6, 10)).astype(np.float32), layer.shape[::-1])
    np.copyto(layer, rubbed * np.clip(wiped * rng.uniform(0.2, 0.8), 0.05, 1))
    if rng.random() < 0.4:
        smudge = np.zeros_like(layer)
        axes = (int(rng.integers(20, 60)), int(rng.integers(12, 40)))
        cv2.ellipse(smudge, middle_px, axes, rng.uniform(0, 180), 0, 360, (1.0,), -1)
        layer += cv2.GaussianBlur(smudge, (0, 0), 10) * float(rng.uniform(0.02, 0.1))


def painted_over(
    rng: np.random.Generator,
    layer: Canvas,
    rules: Canvas,
    middle_px: tuple[int, int],
    size_px: float,
    rim_from: float = 0.05,
) -> None:
    """A mark under correction fluid or tape: what shows through, the rim of the patch (its opacity
    from ``rim_from`` on), and the rules it covers; in place."""
    fluid = np.zeros_like(layer)
    if rng.random() < TAPE:
        length = max(size_px * rng.uniform(1.0, 1.8), 5.0 * CANVAS_PX_PER_MM)
        wide = rng.uniform(4.2, 6.0) * CANVAS_PX_PER_MM
        middle = [float(value + rng.normal(0, 0.1 * size_px)) for value in middle_px]
        corners = cv2.boxPoints((middle, (length, wide), float(rng.normal(0, 8))))
        cv2.fillConvexPoly(fluid, np.round(corners).astype(np.int32), (1.0,))
    else:
        for _ in range(int(rng.integers(1, 4))):
            axes = [max(4, round(size_px * rng.uniform(0.3, 0.75))) for _ in range(2)]
            moved = [round(value + rng.normal(0, 0.12 * size_px)) for value in middle_px]
            cv2.ellipse(fluid, moved, axes, rng.uniform(0, 180), 0, 360, (1.0,), -1)
    rim = cv2.morphologyEx(fluid, cv2.MORPH_GRADIENT, np.ones((3, 3))).astype(np.float32)
    if rng.random() < 0.5:  # a light from one side: the rim throws its shadow there only
        slope = np.asarray(cv2.Sobel(fluid, cv2.CV_32F, 0, 1, ksize=5), np.float32)
        rim *= slope.clip(0, 1)
    fluid = np.asarray(cv2.GaussianBlur(fluid, (0, 0), 1.5), np.float32)
    covers = rng.uniform(0.75, 1)
    np.copyto(layer, layer * (1 - fluid * covers) + rim * rng.uniform(rim_from, 0.25))
    rules *= (1 - fluid * rng.uniform(0.8, 1)).astype(np.float32)

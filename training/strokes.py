"""Simulated pen strokes: the hands and pens that the mark reader is fitted on.

A mark is a list of strokes; a stroke is an (N, 2) array of points in millimetres relative to the
mark's centre (y down). Everything random comes from the generator that is passed in.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Stroke = npt.NDArray[np.float64]
Strokes = list[Stroke]
Canvas = npt.NDArray[np.float32]
"""(H, W) float32, opacity of ink 0 (paper) .. 1 (black)."""


@dataclass(frozen=True, slots=True)
class Pen:
    """A writing tool: stroke width in mm, opacity 0..1, how much pressure varies, skip share."""

    width_mm: float
    opacity: float
    pressure: float
    skips: float


def random_pen(rng: np.random.Generator) -> Pen:
    """Ball pen, gel pen, pencil or felt pen in the proportions of an office."""
    kind = rng.choice(["ball", "gel", "pencil", "faint", "felt"], p=[0.5, 0.2, 0.13, 0.05, 0.12])
    width, opacity, skips = {
        "ball": ((0.25, 0.55), (0.5, 0.9), 0.05),
        "gel": ((0.35, 0.75), (0.75, 0.97), 0.02),
        "pencil": ((0.3, 0.7), (0.3, 0.6), 0.08),
        "faint": ((0.25, 0.6), (0.15, 0.35), 0.1),
        "felt": ((0.6, 1.4), (0.7, 0.98), 0.0),
    }[str(kind)]
    return Pen(rng.uniform(*width), rng.uniform(*opacity), rng.uniform(0.02, 0.3), skips)


def smooth(points: npt.ArrayLike, rng: np.random.Generator, jitter: float) -> Stroke:
    """A Catmull-Rom spline through the points, each displaced by a hand's jitter (mm)."""
    knots = np.asarray(points, dtype=np.float64)
    knots = knots + rng.normal(0, jitter, knots.shape)
    padded = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    t = np.linspace(0, 1, 8, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        pieces.append(
            0.5
            * (
                2 * b
                + (c - a) * t
                + (2 * a - 5 * b + 4 * c - d) * t**2
                + (3 * b - a - 3 * c + d) * t**3
            )
        )
    return np.vstack([*pieces, knots[-1:]])


def line(rng: np.random.Generator, start: tuple[float, float], end: tuple[float, float]) -> Stroke:
    """A hand-drawn line: slightly bowed, sometimes with a hook at the end."""
    a, b = np.array(start), np.array(end)
    length = float(np.hypot(*(b - a)))
    normal = np.array([-(b - a)[1], (b - a)[0]]) / max(length, 1e-6)
    knots = [a + (b - a) * f + normal * rng.normal(0, 0.04 * length) for f in (0, 0.33, 0.67, 1)]
    if rng.random() < 0.12:
        knots.append(b + normal * rng.normal(0, 0.15 * length) - (b - a) * rng.uniform(0, 0.15))
    return smooth(knots, rng, 0.012 * length)


def cross(rng: np.random.Generator, size: float) -> Strokes:
    """An X, sometimes drawn in one go."""
    half = size / 2
    w, h = half * rng.uniform(0.55, 1.15), half * rng.uniform(0.55, 1.15)
    shift = rng.normal(0, 0.12 * size, 2)
    # Arms are seldom of one length: either may be longer or shorter by a tenth or two.
    one, other = rng.lognormal(0, 0.1, 2)
    first = line(rng, (-w * one, -h * one), (w * one, h * one))
    start = (w * other + shift[0], -h * other + shift[1])
    second = line(rng, start, (-w * other, h * other))
    if rng.random() < 0.08:
        return [np.vstack([first, smooth([first[-1], second[0]], rng, 0.1), second])]
    return [first, second]


def tick(rng: np.random.Generator, size: float) -> Strokes:
    """A tick or V."""
    half = size / 2
    low = (rng.uniform(-0.5, 0.0) * half, half * rng.uniform(0.6, 1.0))
    left = (-half * rng.uniform(0.6, 1.0), half * rng.uniform(-0.4, 0.4))
    right = (half * rng.uniform(0.6, 1.2), -half * rng.uniform(0.5, 1.2))
    if rng.random() < 0.2:  # the second arm runs on
        right = (right[0] * rng.uniform(1.2, 1.9), right[1] * rng.uniform(1.2, 1.9))
    return [smooth([left, low, right], rng, 0.03 * size)]


def joined(rng: np.random.Generator, size: float) -> Strokes:
    """An X in one go: the pen stays down from the end of one arm to the start of the other."""
    half = size / 2
    w, h = half * rng.uniform(0.6, 1.1), half * rng.uniform(0.6, 1.1)
    bulge = w * rng.uniform(-0.1, 0.5)
    knots = [(-w, -h), (w * 0.1, 0.0), (w, h), (w + bulge, 0.0), (w, -h), (0.0, 0.1 * h), (-w, h)]
    loop = smooth(knots, rng, 0.05 * size)
    # Joined at the right, or at the left, below, above.
    if rng.random() < 0.3:
        loop = loop[:, ::-1].copy()
    return [loop * rng.choice([1.0, -1.0], 2, p=[0.8, 0.2])]


def hooked(rng: np.random.Generator, size: float) -> Strokes:
    """A steep stroke with a flag at its top, as ones are written, sometimes with a foot."""
    half = size / 2
    lean, flag = rng.uniform(0.0, 0.5) * half, rng.uniform(0.3, 0.8) * half
    top, foot = (lean, -half), (-lean, half)
    start = (top[0] - flag, top[1] + flag * rng.uniform(0.4, 1.0))
    strokes = [smooth([start, top, (0.0, 0.0), foot], rng, 0.02 * size)]
    if rng.random() < 0.25:
        reach = half * rng.uniform(0.3, 0.6)
        strokes.append(line(rng, (foot[0] - reach, half), (foot[0] + reach, half)))
    return strokes


def slash(rng: np.random.Generator, size: float) -> Strokes:
    """One stroke, any slope from steep to nearly level."""
    angle = rng.uniform(np.radians(10), np.radians(85)) * rng.choice([1, -1], p=[0.2, 0.8])
    x, y = np.cos(angle) * size / 2, np.sin(angle) * size / 2
    return [line(rng, (-x, -y), (x, y))]


def dash(rng: np.random.Generator, size: float) -> Strokes:
    """A level stroke."""
    return [line(rng, (-size / 2, rng.normal(0, 0.05) * size), (size / 2, 0.0))]


def ring(rng: np.random.Generator, size: float) -> Strokes:
    """A closed or nearly closed curve."""
    turn = np.linspace(0, 2 * np.pi * rng.uniform(0.93, 1.25), 12) + rng.uniform(0, 6.3)
    a, b = size / 2 * rng.uniform(0.8, 1.2), size / 2 * rng.uniform(0.6, 1.0)
    return [smooth(np.column_stack([a * np.cos(turn), b * np.sin(turn)]), rng, 0.03 * size)]


def curled(rng: np.random.Generator, size: float) -> Strokes:
    """A nought whose pen comes from inside or ends there: with a curl within its curve."""
    turns = rng.uniform(1.1, 1.6)
    turn = np.linspace(0, 2 * np.pi * turns, 16) + rng.uniform(0, 6.3)
    a, b = size / 2 * rng.uniform(0.7, 1.1), size / 2 * rng.uniform(0.6, 1.0)
    inward = np.linspace(1, 0, 16)
    reach = 1 - np.where(np.arange(16) < 7, inward, 0) * rng.uniform(0.25, 0.8)
    knots = np.column_stack([a * reach * np.cos(turn), b * reach * np.sin(turn)])
    return [smooth(knots, rng, 0.02 * size) * rng.choice([1.0, -1.0], 2)]


def dot(rng: np.random.Generator, size: float) -> Strokes:
    """A pressed point or a tiny scribble, about a fifth of the size asked for."""
    r = max(0.25, size * 0.08)
    return [smooth(rng.normal(0, r, (6, 2)), rng, 0.02)]


def scribble(rng: np.random.Generator, size: float) -> Strokes:
    """A zigzag that blackens a patch."""
    turns = int(rng.integers(6, 16))
    w, h = size / 2 * rng.uniform(0.7, 1.2), size / 2 * rng.uniform(0.5, 1.0)
    x = np.linspace(-w, w, turns) if rng.random() < 0.7 else rng.uniform(-w, w, turns)
    y = np.where(np.arange(turns) % 2 == 0, -h, h) * rng.uniform(0.6, 1.0, turns)
    knots = np.column_stack([x, y])
    return [turned(smooth(knots, rng, 0.04 * size), rng.uniform(0, np.pi))]


def coil(rng: np.random.Generator, size: float) -> Strokes:
    """A loop drawn over and over: the other way to fill or to strike out."""
    turns = rng.uniform(2.5, 6)
    t = np.linspace(0, 2 * np.pi * turns, int(turns * 9))
    r = size / 2 * rng.uniform(0.2, 1.0, 1) * np.ones_like(t) * rng.uniform(0.8, 1.2, t.shape)
    drift = np.linspace(-size / 3, size / 3, len(t)) * rng.uniform(0, 1)
    knots = np.column_stack([r * np.cos(t) + drift, r * 0.8 * np.sin(t)])
    return [turned(smooth(knots, rng, 0.02 * size), rng.uniform(0, np.pi))]


def plus(rng: np.random.Generator, size: float) -> Strokes:
    """An upright cross."""
    half = size / 2
    return [line(rng, (-half, 0), (half, 0)), line(rng, (0, -half), (0, half))]


PLAIN: dict[str, tuple[Callable[[np.random.Generator, float], Strokes], float]] = {
    "cross": (cross, 0.34),
    "joined": (joined, 0.06),
    "tick": (tick, 0.22),
    "hooked": (hooked, 0.03),
    "slash": (slash, 0.10),
    "dash": (dash, 0.05),
    "ring": (ring, 0.05),
    "curled": (curled, 0.03),
    "dot": (dot, 0.04),
    "plus": (plus, 0.04),
    "fill": (scribble, 0.05),
    "coil": (coil, 0.02),
}
"""Kind of a plain mark -> (how it is drawn, its share in the fitting data)."""


def plain_mark(rng: np.random.Generator, size: float, kind: str = "") -> tuple[str, Strokes]:
    """A mark as people make them, of a given kind or any: (kind, strokes)."""
    kind = kind or any_kind(rng)
    return kind, shaky(rng, PLAIN[kind][0](rng, size), size)


def any_kind(rng: np.random.Generator) -> str:
    """A kind of plain mark, as often as :data:`PLAIN` says."""
    kinds = list(PLAIN)
    shares = np.array([PLAIN[kind][1] for kind in kinds])
    return str(rng.choice(kinds, p=shares / shares.sum()))


def other_kind(rng: np.random.Generator) -> str:
    """A kind of plain mark that a hand makes for once: no patch, which would withdraw what is under
    it, and no dot."""
    kinds = [kind for kind in PLAIN if kind not in ("fill", "coil", "dot")]
    shares = np.array([PLAIN[kind][1] for kind in kinds])
    return str(rng.choice(kinds, p=shares / shares.sum()))


def shaky(rng: np.random.Generator, marks: Strokes, size: float) -> Strokes:
    """The mark as it is, or by a shaky hand: plain, but a little like a withdrawn one."""
    if rng.random() < 0.06:
        return [smooth(stroke[::3], rng, 0.025 * size) for stroke in marks]
    return marks


def turned(stroke: Stroke, angle: float) -> Stroke:
    """The stroke turned about the mark's centre, ``angle`` in radians."""
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray(stroke @ turn.T, dtype=np.float64)


def draw(
    canvas: Canvas,
    strokes: Strokes,
    centre_mm: tuple[float, float],
    pen: Pen,
    px_per_mm: float,
    rng: np.random.Generator,
) -> None:
    """Lay the strokes on the canvas, in place; crossing strokes darken as ink on paper does."""
    for stroke in strokes:
        points = (stroke + np.array(centre_mm)) * px_per_mm
        low = np.floor(points.min(axis=0) - 3 * px_per_mm).astype(int).clip(0)
        high = np.ceil(points.max(axis=0) + 3 * px_per_mm).astype(int).clip(0)
        part = canvas[low[1] : high[1], low[0] : high[0]]
        if part.size == 0:
            continue
        layer = np.zeros(part.shape, dtype=np.uint8)
        pressure = 1 + pen.pressure * np.cumsum(rng.normal(0, 0.25, len(points)))
        pressure = np.clip(pressure, 0.5, 1.3)
        widths = np.maximum(1, np.round(pen.width_mm * px_per_mm * pressure)).astype(int).tolist()
        shade = np.clip(pen.opacity * (0.6 + 0.4 * pressure), 0, 1) * 255
        shades = shade.astype(int).tolist()
        fixed = np.round((points - low) * 16).astype(np.int32).tolist()
        drawn = (rng.random(len(points)) >= pen.skips * 0.5).tolist()
        for index in range(len(points) - 1):
            if drawn[index]:
                ends = fixed[index], fixed[index + 1]
                cv2.line(layer, *ends, (shades[index],), widths[index], cv2.LINE_AA, 4)
        part += layer.astype(np.float32) / 255 * (0.985 - part).clip(0)

"""Pen movements on paper: curves through control points, with the unsteadiness of a hand.

Coordinates are page millimetres, origin top left, y down.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

Shape = list[tuple[float, float]]
"""Control points of one stroke in the square -1..1, y down."""

_STEP_MM = 0.12  # distance of samples on a curve: below a third of the thinnest pen


@dataclass(frozen=True, slots=True)
class Pen:
    """What writes. ``colour`` is the reflectance (red, green, blue; 0..1) of the ink, ``width_mm``
    the line at normal pressure, ``opacity`` (0..1) how much of the paper it hides, ``grain``
    (0..1) how much the paper's texture shows in the line (pencils: much)."""

    name: str
    colour: tuple[float, float, float]
    width_mm: float
    opacity: float
    grain: float


@dataclass(frozen=True)
class Stroke:
    """One movement with the pen down. ``points_mm`` (N, 2); ``pressure`` (N,), 1 = normal."""

    pen: Pen
    points_mm: Array
    pressure: Array


def smooth_curve(control: Sequence[tuple[float, float]] | Array) -> Array:
    """A Catmull-Rom spline through (N, 2) control points, sampled about every 0.1 mm."""
    points = np.asarray(control, dtype=np.float64)
    if len(points) == 1:
        return points
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    pieces = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        count = max(2, int(np.hypot(*(c - b)) / _STEP_MM))
        t = np.linspace(0, 1, count, endpoint=False)[:, None]
        pieces.append(
            b
            + 0.5 * t * (c - a)
            + t**2 * (a - 2.5 * b + 2 * c - 0.5 * d)
            + t**3 * (1.5 * (b - c) + 0.5 * (d - a))
        )
    return np.vstack([*pieces, points[-1:]])


def pen_stroke(
    rng: np.random.Generator, pen: Pen, control: Sequence[tuple[float, float]] | Array, haste: float
) -> Stroke:
    """A stroke through the control points. ``haste`` 0 (careful) .. 1: unsteadier, and lifted from
    the paper while still moving, so that it ends thin."""
    points = smooth_curve(control)
    count = len(points)
    tremor = _slow_noise(rng, (count, 2)) * (0.04 + 0.10 * haste)
    along = np.linspace(0, 1, count)
    pressure = 1 + 0.12 * _slow_noise(rng, (count, 1))[:, 0]
    pressure *= np.clip(0.75 + along * 4, 0, 1)
    lift = 0.25 + 0.45 * haste
    pressure *= 1 - lift * np.clip((along - 0.7) / 0.3, 0, 1) ** 2
    return Stroke(pen, points + tremor, np.clip(pressure, 0.25, 1.6))


def moved(stroke: Stroke, dx_mm: float, dy_mm: float) -> Stroke:
    """The same stroke elsewhere."""
    return replace(stroke, points_mm=stroke.points_mm + np.array([dx_mm, dy_mm]))


def _slow_noise(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """Noise of unit deviation that changes over about 1.5 mm of the line."""
    knots = max(2, int(shape[0] * _STEP_MM / 1.5) + 2)
    values = rng.standard_normal((knots, shape[1]))
    at = np.linspace(0, knots - 1, shape[0])
    return np.column_stack(
        [np.interp(at, np.arange(knots), values[:, column]) for column in range(shape[1])]
    )

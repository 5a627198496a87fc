"""How people write on the forms: marks, corrections, numbers and signatures.

A :class:`Hand` is one person's way of writing; the same hand writes a whole side of a sheet. All
functions give strokes in page millimetres and draw their randomness from the generator given.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ocr.geometry import Rect
from samples.digits import DIGITS
from samples.strokes import Pen, Shape, Stroke, pen_stroke

PENS = (
    Pen("blue ball pen", (0.13, 0.18, 0.52), 0.38, 0.90, 0.20),
    Pen("blue ball pen, light", (0.20, 0.26, 0.60), 0.32, 0.80, 0.30),
    Pen("black ball pen", (0.12, 0.12, 0.15), 0.38, 0.90, 0.20),
    Pen("blue gel pen", (0.08, 0.12, 0.48), 0.50, 0.97, 0.05),
    Pen("black gel pen", (0.06, 0.06, 0.08), 0.50, 0.98, 0.05),
    Pen("violet fountain pen", (0.28, 0.12, 0.52), 0.55, 0.88, 0.08),
    Pen("felt pen", (0.06, 0.06, 0.10), 0.80, 0.98, 0.03),
)
PENCIL = Pen("pencil", (0.35, 0.35, 0.37), 0.45, 0.65, 0.55)
RED_PEN = Pen("red ball pen", (0.72, 0.10, 0.12), 0.40, 0.90, 0.15)

# Kind -> share of people (judgement: X and tick are what offices see most).
MARK_KINDS = {
    "x": 0.48,
    "tick": 0.30,
    "slash": 0.06,
    "dash": 0.04,
    "ring": 0.04,
    "dot": 0.03,
    "fill": 0.05,
}
STRIKE_KINDS = ("double_line", "scribble", "ring")


@dataclass(frozen=True, slots=True)
class Hand:
    """A person's way of writing.

    ``size_mm`` is the usual height of a mark, ``slant`` the lean to the right (x per y),
    ``bias_mm`` where the marks sit relative to the middle of the cell, ``scatter_mm`` how far
    they stray from there (standard deviation), ``haste`` 0 (careful) .. 1. ``zero`` is how a count
    of nothing is written: ``blank``, ``0`` or ``00``; ``lone_digit`` where a number below 10
    goes: ``units``, ``tens`` or ``padded`` with a 0.
    """

    pen: Pen
    kind: str
    size_mm: float
    slant: float
    bias_mm: tuple[float, float]
    scatter_mm: float
    haste: float
    zero: str
    lone_digit: str
    digit_variants: int


def new_hand(
    rng: np.random.Generator, kinds: Sequence[str] = tuple(MARK_KINDS), pens: Sequence[Pen] = PENS
) -> Hand:
    """Somebody's hand, drawn from what offices see; ``kinds`` and ``pens`` narrow the choice."""
    weights = np.array([MARK_KINDS[kind] for kind in kinds])
    return Hand(
        pen=pens[int(rng.integers(len(pens)))],
        kind=str(rng.choice(list(kinds), p=weights / weights.sum())),
        size_mm=float(np.clip(rng.normal(5.0, 0.8), 3.2, 7.0)),
        slant=float(rng.normal(0.12, 0.10)),
        bias_mm=(float(rng.normal(0, 0.9)), float(rng.normal(0, 0.4))),
        scatter_mm=float(rng.uniform(0.25, 0.7)),
        haste=float(rng.uniform(0.05, 0.9)),
        zero=str(rng.choice(["blank", "0", "00"], p=[0.6, 0.25, 0.15])),
        lone_digit=str(rng.choice(["units", "padded", "tens"], p=[0.55, 0.35, 0.10])),
        digit_variants=int(rng.integers(1 << 16)),
    )


def draw_mark(
    rng: np.random.Generator, hand: Hand, cell: Rect, kind: str | None = None
) -> tuple[Stroke, ...]:
    """A plain mark in a cell. Its middle stays well inside the cell; ends may cross a rule by a
    little, as they do on paper."""
    height = min(hand.size_mm * float(rng.uniform(0.85, 1.15)), cell.h_mm * 0.95)
    half = min(height, cell.w_mm * 0.9) / 2
    slack_x, slack_y = max(0.0, cell.w_mm / 2 - half), max(0.0, cell.h_mm / 2 - half)
    stray = rng.normal(0, hand.scatter_mm, 2)
    x = cell.centre[0] + float(np.clip(hand.bias_mm[0] + stray[0], -slack_x, slack_x))
    y = cell.centre[1] + float(np.clip(hand.bias_mm[1] + stray[1], -slack_y, slack_y))
    shapes = _MARKS[kind or hand.kind](rng)
    return tuple(
        pen_stroke(
            rng,
            hand.pen,
            [(x + half * (px - hand.slant * py), y + half * py) for px, py in shape],
            hand.haste,
        )
        for shape in shapes
    )


def _wobble(rng: np.random.Generator, shape: Sequence[tuple[float, float]], by: float) -> Shape:
    return [(x + float(rng.normal(0, by)), y + float(rng.normal(0, by))) for x, y in shape]


def _x(rng: np.random.Generator) -> list[Shape]:
    wide = float(rng.uniform(0.75, 1.1))
    falling = _wobble(rng, [(-wide, -1), (0.05, 0), (wide, 1)], 0.10)
    rising = _wobble(rng, [(wide, -1), (-0.05, 0), (-wide, 1)], 0.10)
    if rng.random() < 0.5:
        rising.reverse()
    return [falling, rising]


def _tick(rng: np.random.Generator) -> list[Shape]:
    low = float(rng.uniform(-0.45, -0.1))
    return [
        _wobble(
            rng,
            [(-1, float(rng.uniform(-0.2, 0.3))), (low, 0.9), (low + 0.12, 0.85), (1.1, -1)],
            0.07,
        )
    ]


def _slash(rng: np.random.Generator) -> list[Shape]:
    return [_wobble(rng, [(0.7, -1), (0.05, 0), (-0.7, 1)], 0.10)]


def _dash(rng: np.random.Generator) -> list[Shape]:
    return [_wobble(rng, [(-1, 0.05), (0, -0.05), (1, 0)], 0.07)]


def _ring(rng: np.random.Generator) -> list[Shape]:
    start, turn = float(rng.uniform(-2.2, -1.2)), float(rng.uniform(6.1, 7.2))
    wide = float(rng.uniform(0.85, 1.15))
    angles = start - np.linspace(0, turn, 10)
    return [_wobble(rng, [(wide * np.cos(a), 0.9 * np.sin(a)) for a in angles], 0.05)]


def _dot(rng: np.random.Generator) -> list[Shape]:
    angles = np.linspace(0, 4 * np.pi, 14)
    radii = np.linspace(0.28, 0.05, 14)
    return [
        _wobble(
            rng, [(r * np.cos(a), r * np.sin(a)) for a, r in zip(angles, radii, strict=True)], 0.04
        )
    ]


def _fill(rng: np.random.Generator) -> list[Shape]:
    turns = int(rng.integers(8, 13))
    side = np.where(np.arange(turns) % 2, 1.0, -1.0)
    down = np.linspace(-0.85, 0.85, turns)
    return [_wobble(rng, [(0.9 * s, y - 0.1 * s) for s, y in zip(side, down, strict=True)], 0.06)]


_MARKS: dict[str, Callable[[np.random.Generator], list[Shape]]] = {
    "x": _x,
    "tick": _tick,
    "slash": _slash,
    "dash": _dash,
    "ring": _ring,
    "dot": _dot,
    "fill": _fill,
}


def strike_out(
    rng: np.random.Generator, hand: Hand, marks: Sequence[Stroke], kind: str
) -> tuple[Stroke, ...]:
    """What withdraws a mark that was drawn before: a double line through it, a scribble over it,
    or a ring round it (the habit of paper tests)."""
    points = np.vstack([mark.points_mm for mark in marks])
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    x, y = (left + right) / 2, (top + bottom) / 2
    half_x, half_y = max(2.0, (right - left) / 2), max(1.5, (bottom - top) / 2)
    if kind == "double_line":
        shapes = [
            _wobble(rng, [(-1.35, dy), (0, dy - 0.05), (1.35, dy - 0.1)], 0.05)
            for dy in (-0.15, 0.22)
        ]
    elif kind == "scribble":
        shapes = [shape for _ in range(2) for shape in _fill(rng)]
    elif kind == "ring":
        shapes = [[(1.3 * px, 1.3 * py) for px, py in shape] for shape in _ring(rng)]
    else:
        raise ValueError(f"no way to strike out is called {kind!r}")
    return tuple(
        pen_stroke(
            rng, hand.pen, [(x + half_x * px, y + half_y * py) for px, py in shape], hand.haste
        )
        for shape in shapes
    )


def write_number(
    rng: np.random.Generator, hand: Hand, number: int, tens: Rect, units: Rect
) -> tuple[Stroke, ...]:
    """A count 0..99 in its two digit boxes, in the way of the hand; nothing for a zero that the
    hand leaves blank."""
    first, second = _digits(hand, number)
    strokes: list[Stroke] = []
    for digit, box in ((first, tens), (second, units)):
        if digit is not None:
            strokes += _write_digit(rng, hand, digit, box)
    return tuple(strokes)


def is_blank(hand: Hand, number: int) -> bool:
    """Whether this hand writes nothing for the number."""
    return _digits(hand, number) == (None, None)


def _digits(hand: Hand, number: int) -> tuple[int | None, int | None]:
    if number == 0:
        return {"blank": (None, None), "0": (None, 0), "00": (0, 0)}[hand.zero]
    if number >= 10:
        return number // 10, number % 10
    return {"units": (None, number), "padded": (0, number), "tens": (number, None)}[hand.lone_digit]


def _write_digit(rng: np.random.Generator, hand: Hand, digit: int, box: Rect) -> tuple[Stroke, ...]:
    ways = DIGITS[digit]
    shapes = ways[(hand.digit_variants >> digit) % len(ways)]
    half_y = min(box.h_mm * 0.42, 3.2) * float(rng.uniform(0.82, 1.05))
    half_x = min(box.w_mm * 0.44, half_y * 0.68) * float(rng.uniform(0.85, 1.08))
    x = box.centre[0] + float(np.clip(rng.normal(0, 0.25), -0.5, 0.5))
    y = box.centre[1] + float(np.clip(rng.normal(0, 0.3), -0.7, 0.7))
    pen = replace(hand.pen, width_mm=min(hand.pen.width_mm, 0.6))
    slant = hand.slant * 0.7
    return tuple(
        pen_stroke(
            rng,
            pen,
            [
                (x + half_x * px - slant * half_y * py, y + half_y * py)
                for px, py in _wobble(rng, shape, 0.045)
            ],
            hand.haste * 0.6,
        )
        for shape in shapes
    )


# First letters of signatures in the square -1..1, y down: a loop, a bow with a bar, two peaks, a
# double curve, a hook.
_INITIALS: tuple[tuple[Shape, ...], ...] = (
    ([(0.9, -0.5), (0.2, -1), (-0.8, -0.3), (-0.6, 0.8), (0.5, 0.7), (0.7, -0.2), (-0.2, -0.6)],),
    ([(-0.5, -1), (-0.6, 0.9)], [(-0.9, -0.7), (0.3, -1), (0.8, -0.4), (-0.4, 0.1), (0.9, 0.9)]),
    ([(-1, 0.9), (-0.6, -1), (-0.5, -0.9), (-0.1, 0.7), (0.3, -0.9), (0.4, -0.8), (0.8, 0.9)],),
    ([(0.7, -0.8), (-0.3, -1), (-0.5, -0.4), (0.4, 0.2), (0.3, 0.9), (-0.9, 0.7), (0.9, 0.2)],),
    ([(-0.9, -0.6), (0.1, -1), (0.3, 0.2), (-0.1, 1.6), (-0.7, 1.3), (0.9, 0.1)],),
)


def sign(rng: np.random.Generator, hand: Hand, area: Rect) -> tuple[Stroke, ...]:
    """The hand's signature: a large first letter, a run that flattens out, often a flourish. Its
    style is the hand's own and the same every time; size and place vary."""
    own = np.random.default_rng(hand.digit_variants)
    initial = _INITIALS[int(own.integers(len(_INITIALS)))]
    waves, steep = int(own.integers(3, 9)), float(own.uniform(0.3, 0.9))
    run: Shape = [(-0.45, 0.3)]
    for index in range(2 * waves):
        swing = (-1 if index % 2 else 0.7) * steep * (1 - 0.75 * index / (2 * waves))
        run.append((-0.4 + 1.2 * (index + 1) / (2 * waves), swing * float(own.uniform(0.5, 1.1))))
    run.append((1.0, float(own.uniform(-0.9, 0.2))))
    shapes = [[(-0.7 + 0.3 * x, 0.9 * y) for x, y in shape] for shape in initial]
    shapes.append(run)
    if own.random() < 0.6:
        low = float(own.uniform(0.5, 0.9))
        shapes.append([(1.0, low - 0.4), (0.3, low), (-0.8, low + 0.1), (0.9, low + 0.2)])
    half_x = min(area.w_mm * 0.4, float(own.uniform(13, 22)) * float(rng.uniform(0.9, 1.1)))
    half_y = min(area.h_mm * 0.33, float(own.uniform(4.5, 8)) * float(rng.uniform(0.9, 1.1)))
    x = area.centre[0] + float(rng.normal(0, area.w_mm / 30))
    y = area.centre[1] + float(rng.normal(0, area.h_mm / 25))
    lean = hand.slant + 0.1
    return tuple(
        pen_stroke(
            rng,
            hand.pen,
            [
                (x + half_x * px - lean * half_y * py, y + half_y * py)
                for px, py in _wobble(rng, shape, 0.03)
            ],
            min(1.0, hand.haste + 0.3),
        )
        for shape in shapes
    )

"""Simulated hands: who marks a page, with which pen, in which way, and by which real strokes."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from training import strokes
from training.paper import CANVAS_PX_PER_MM
from training.strokes import Canvas, Pen, Strokes
from training.withdrawals import any_cancellation, cancellation

Pictures = npt.NDArray[np.uint8]
"""(N, 28, 28) uint8, ink 255 on 0: real strokes."""

Pool = dict[str, Pictures]
"""Real strokes by what they serve as: cross, tick, slash, dash, ring, wave."""

ALIKE = 8
"""So many pictures that look most alike stand for one writer's marks of a kind."""

ANOTHER_KIND = 0.03
"""Share of a hand's plain marks that are of another kind than its usual one."""

TEXTURES = {"even": 0.45, "skipping": 0.25, "grainy": 0.2, "both": 0.1}
"""How evenly a pen gives its ink on the paper of a page -> the share of the hands."""

SLANTS = {"slash": 0.9}
"""How steeply the strokes of pictures rise to the right (radians), where they are not level."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """Where strokes are pale: patches of this size (mm), their share of the ink, and how much of
    it they lack (0..1)."""

    size_mm: float
    share: float
    depth: float


@dataclass(frozen=True, slots=True)
class Hand:
    """One writer on one page: pen, usual kind of mark, size (mm) and where in the cell (mm off its
    middle), what its strokes lack, and, when the marks are real strokes, the pictures of them by
    kind."""

    pen: Pen
    kind: str
    size_mm: float
    off_mm: tuple[float, float]
    gaps: tuple[Gaps, ...]
    pictures: Pool


def any_hand(rng: np.random.Generator, pool: Pool, real: float = 0.5) -> Hand:
    """A writer; this share of them write with the real strokes of the pool."""
    pictures: Pool = {}
    kind = strokes.any_kind(rng)
    if rng.random() < real:
        pictures = {name: _alike(rng, images) for name, images in pool.items()}
        usual = [name for name in ("cross", "tick", "slash", "dash", "ring") if name in pool]
        weights = np.array([{"cross": 0.5, "tick": 0.2}.get(name, 0.1) for name in usual])
        kind = str(rng.choice(usual, p=weights / weights.sum()))
    return Hand(
        pen=strokes.random_pen(rng),
        kind=kind,
        size_mm=float(np.clip(rng.lognormal(np.log(6.5), 0.33), 2.5, 12)),
        off_mm=(float(rng.normal(0, 1.2)), float(rng.normal(0, 0.8))),
        gaps=_any_gaps(rng),
        pictures=pictures,
    )


def _any_gaps(rng: np.random.Generator) -> tuple[Gaps, ...]:
    """A ball that skips, the grain of the paper under pencil or chalky ink, both or neither."""
    texture = rng.choice(list(TEXTURES), p=list(TEXTURES.values()))
    skips = Gaps(rng.uniform(0.3, 1.2), rng.uniform(0.03, 0.2), rng.uniform(0.5, 1.0))
    grain = Gaps(rng.uniform(0.08, 0.25), rng.uniform(0.2, 0.6), rng.uniform(0.2, 0.8))
    return {"even": (), "skipping": (skips,), "grainy": (grain,), "both": (skips, grain)}[texture]


def leave_gaps(rng: np.random.Generator, layer: Canvas, hand: Hand) -> None:
    """Take from the strokes of a layer what the hand's pen leaves out, in place."""
    for gaps in hand.gaps:
        side = gaps.size_mm * CANVAS_PX_PER_MM
        patches = rng.random([round(length / side) + 1 for length in layer.shape]) < gaps.share
        pale = cv2.resize(patches.astype(np.float32), layer.shape[::-1])
        layer *= 1 - gaps.depth * pale


def _alike(rng: np.random.Generator, images: Pictures) -> Pictures:
    """A picture and those most like it."""
    few = images[rng.choice(len(images), min(len(images), 250), replace=False)]
    away = (few.astype(np.float32) - few[0]).reshape(len(few), -1)
    return np.asarray(few[np.argsort((away**2).sum(axis=1))[:ALIKE]])


def write_plain(
    rng: np.random.Generator, hand: Hand, layer: Canvas, spot: tuple[float, float], size: float
) -> tuple[str, Strokes]:
    """Put a plain mark on the layer: (kind, its strokes, empty when they are pictures)."""
    kind = hand.kind if rng.random() < 1 - ANOTHER_KIND else strokes.other_kind(rng)
    if kind in hand.pictures:
        lay_picture(rng, layer, hand, kind, spot, size)
        return kind, []
    kind, marks = strokes.plain_mark(rng, size, kind)
    strokes.draw(layer, marks, spot, hand.pen, CANVAS_PX_PER_MM, rng)
    return kind, marks


def withdraw(
    rng: np.random.Generator,
    hand: Hand,
    layer: Canvas,
    mark: tuple[str, Strokes, tuple[float, float], float],
) -> str:
    """Draw over a mark (kind, strokes, spot, size) to withdraw it, and say how."""
    kind, marks, spot, size = mark
    if kind == "dot":
        size *= 0.4
    how = any_cancellation(rng, kind)
    pen = hand.pen if rng.random() < 0.8 else strokes.random_pen(rng)
    near = (spot[0] + rng.normal(0, 0.05 * size), spot[1] + rng.normal(0, 0.05 * size))
    if hand.pictures and rng.random() < 0.7 and _by_pictures(rng, hand, layer, how, (near, size)):
        return how
    over = cancellation(rng, how, max(size, 2.5), marks)
    strokes.draw(layer, over, near, pen, CANVAS_PX_PER_MM, rng)
    return how


def _by_pictures(
    rng: np.random.Generator,
    hand: Hand,
    layer: Canvas,
    how: str,
    where: tuple[tuple[float, float], float],
) -> bool:
    """Withdraw with real strokes, if there are any for this way."""
    spot, size = where
    if how in ("ringed", "rings") and "ring" in hand.pictures:
        for _ in range(2 if how == "rings" else 1):
            lay_picture(rng, layer, hand, "ring", spot, size * rng.uniform(1.2, 1.8))
        return True
    if how in ("wave", "scrawl", "blackened") and "wave" in hand.pictures:
        for _ in range({"wave": 1, "scrawl": 2}.get(how, 4)):
            near = (spot[0] + rng.normal(0, 0.08 * size), spot[1] + rng.normal(0, 0.08 * size))
            turn = rng.normal(0, 0.3) if how != "blackened" else rng.uniform(0, np.pi)
            lay_picture(rng, layer, hand, "wave", near, size * rng.uniform(0.9, 1.5), turn)
        return True
    line = "dash" if "dash" in hand.pictures and rng.random() < 0.6 else "slash"
    if how not in ("strike", "strikes", "along") or line not in hand.pictures:
        return False
    turn = {"strike": rng.uniform(0, np.pi), "strikes": rng.normal(0, 0.3)}.get(
        how, rng.choice([1, -1]) * rng.normal(0.85, 0.15)
    )
    count = {"strike": 1, "strikes": int(rng.integers(2, 5))}.get(how, int(rng.integers(1, 4)))
    gap = size * rng.uniform(0.08, 0.25)
    for index in range(count):
        shift = gap * (index - (count - 1) / 2) + (gap if how == "along" and count == 1 else 0)
        near = (spot[0] - np.sin(turn) * shift, spot[1] + np.cos(turn) * shift)
        at = (float(near[0]), float(near[1]))
        lay_picture(rng, layer, hand, line, at, size * rng.uniform(1.0, 1.5), turn)
    return True


def lay_picture(
    rng: np.random.Generator,
    layer: Canvas,
    hand: Hand,
    kind: str,
    spot: tuple[float, float],
    size: float,
    angle: float = 0.0,
) -> None:
    """Lay a real stroke of the hand on the layer, ``size`` mm on its longer side.

    It stays as it was written, or is turned to an angle (radians, clockwise from the level); the
    grey level at which its edge is taken makes it bolder or finer.
    """
    images = hand.pictures[kind]
    image = images[int(rng.integers(len(images)))]
    x, y, w, h = cv2.boundingRect((image > 60).astype(np.uint8))
    scale = size / max(w, h) * CANVAS_PX_PER_MM
    middle = (x + (w - 1) / 2, y + (h - 1) / 2)
    turn = float(np.degrees(-(angle + SLANTS.get(kind, 0.0)))) if angle else 0.0
    matrix = cv2.getRotationMatrix2D(middle, turn + float(rng.normal(0, 4)), scale)
    matrix[:, 2] = matrix[:, 2] + np.array(spot) * CANVAS_PX_PER_MM - middle
    pasted = cv2.warpAffine(image, matrix, layer.shape[::-1], flags=cv2.INTER_CUBIC)
    level = rng.uniform(0.25, 0.6)
    sharp = ((pasted.astype(np.float32) / 255 - level) * 4 + 0.5).clip(0, 1)
    ink = (sharp * hand.pen.opacity).astype(np.float32)
    np.copyto(layer, layer + ink * (0.985 - layer).clip(0))

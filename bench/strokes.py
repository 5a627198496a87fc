"""The ink of the bench: strokes of invented hands, or marks of real pens given as pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Rect
from samples.corrections import Layer, Patch, erased_pen, withdraw, write_layers
from samples.hands import Hand, draw_mark
from samples.ink import Image, lay
from samples.strokes import Array, Pen, Stroke, pen_stroke

REAL_KINDS = {20: "x", 21: "slash", 22: "dash"}
"""Labels of the marks in a file of real ink, and what they are called here."""

REAL_SOURCE = "bhmsds"
SIDE_PX = 28

SPLIT_SEED = 20261121
"""Splits bhmsds into a half that fits may use and the half that judges (``training/README.md``)."""


@dataclass(frozen=True)
class RealMark:
    """A picture of a mark, (28, 28) float32 ink 0..1, to be laid onto a square of the page."""

    picture: npt.NDArray[np.float32]
    left_mm: float
    top_mm: float
    side_mm: float
    pen: Pen

    @property
    def points_mm(self) -> Array:
        """(N, 2) where it has ink, page mm."""
        at = np.argwhere(self.picture > 0.5)[:, ::-1] + 0.5
        return np.asarray(at * (self.side_mm / SIDE_PX) + (self.left_mm, self.top_mm))


@dataclass(frozen=True)
class Ink:
    """Something that is put onto the page."""

    layer: Layer | RealMark

    @property
    def points_mm(self) -> Array:
        """(N, 2) points of it, page mm."""
        return self.layer.outline_mm if isinstance(self.layer, Patch) else self.layer.points_mm

    def moved(self, dx_mm: float, dy_mm: float) -> "Ink":
        """The same elsewhere."""
        if isinstance(self.layer, RealMark):
            left, top = self.layer.left_mm + dx_mm, self.layer.top_mm + dy_mm
            return Ink(replace(self.layer, left_mm=left, top_mm=top))
        return self._at(self.points_mm + np.array([dx_mm, dy_mm]))

    def resized(self, by: float) -> "Ink":
        """The same at another size about its own middle."""
        if isinstance(self.layer, RealMark):
            side, grow = self.layer.side_mm * by, self.layer.side_mm * (by - 1) / 2
            left, top = self.layer.left_mm - grow, self.layer.top_mm - grow
            return Ink(replace(self.layer, left_mm=left, top_mm=top, side_mm=side))
        points = self.points_mm
        middle = (points.min(axis=0) + points.max(axis=0)) / 2
        return self._at(middle + (points - middle) * by)

    def _at(self, points_mm: Array) -> "Ink":
        if isinstance(self.layer, Patch):
            return Ink(replace(self.layer, outline_mm=points_mm))
        assert isinstance(self.layer, Stroke)
        return Ink(replace(self.layer, points_mm=points_mm))


@dataclass(frozen=True)
class RealMarks:
    """Pictures of real marks by kind: (N, 28, 28) uint8, ink 255."""

    by_kind: dict[str, npt.NDArray[np.uint8]]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds there are."""
        return tuple(self.by_kind)


def load_real_marks(path: Path) -> RealMarks:
    """The judging half of the marks of bhmsds in a file of ``image`` (N, 28, 28), ``label``,
    ``source``, ``sources``. Raises ValueError when there is none of a kind."""
    with np.load(path) as data:
        mine = data["source"] == list(data["sources"]).index(REAL_SOURCE)
        images, labels = data["image"][mine], data["label"][mine]
    half = np.random.default_rng(SPLIT_SEED).permutation(len(labels))[1::2]
    images, labels = images[half], labels[half]
    by_kind = {kind: images[labels == label] for label, kind in REAL_KINDS.items()}
    if any(len(pictures) == 0 for pictures in by_kind.values()):
        raise ValueError(f"{path} has no marks of {REAL_SOURCE}")
    return RealMarks(by_kind)


def put(page: Image, ink: Sequence[Ink], px_per_mm: float, rng: np.random.Generator) -> None:
    """Put ink onto the page, in place and in order."""
    for each in ink:
        if isinstance(each.layer, RealMark):
            _lay_real(page, each.layer, px_per_mm)
        else:
            write_layers(page, (each.layer,), px_per_mm, rng)


def marks_of(
    rng: np.random.Generator, hand: Hand, cell: Rect, real: RealMarks | None
) -> tuple[Ink, ...]:
    """A plain mark of a hand in a cell."""
    if real is None:
        return tuple(Ink(stroke) for stroke in draw_mark(rng, hand, cell))
    pictures = real.by_kind[hand.kind]
    picture = pictures[int(rng.integers(len(pictures)))].astype(np.float32) / 255
    side = min(hand.size_mm * float(rng.uniform(0.95, 1.3)), cell.h_mm * 0.95, cell.w_mm * 0.95)
    stray = rng.normal(0, hand.scatter_mm, 2) + hand.bias_mm
    slack = np.array([cell.w_mm - side, cell.h_mm - side]) / 2
    left, top = np.subtract(cell.centre, side / 2) + np.clip(stray, -slack, slack)
    return (Ink(RealMark(picture, float(left), float(top), side, hand.pen)),)


def withdrawn_of(
    rng: np.random.Generator, hand: Hand, cell: Rect, way: str, real: RealMarks | None
) -> tuple[Ink, ...]:
    """A mark in a cell and what withdraws it."""
    marks = marks_of(rng, hand, cell, real)
    over = withdraw(rng, hand, cell, [_as_stroke(rng, mark, hand) for mark in marks], way)
    if way == "erased":
        marks = written_by(marks, erased_pen(rng))
    return (*marks, *(Ink(layer) for layer in over))


def written_by(marks: Sequence[Ink], pen: Pen) -> tuple[Ink, ...]:
    """The same marks written with another pen."""
    return tuple(
        mark if isinstance(mark.layer, Patch) else Ink(replace(mark.layer, pen=pen))
        for mark in marks
    )


def _as_stroke(rng: np.random.Generator, mark: Ink, hand: Hand) -> Stroke:
    """A stroke that says where a mark is: itself, or the line of a real mark's longer diagonal."""
    if isinstance(mark.layer, Stroke):
        return mark.layer
    points = mark.points_mm
    low, high = points.min(axis=0), points.max(axis=0)
    rising = [(low[0], high[1]), (high[0], low[1])]
    falling = [(low[0], low[1]), (high[0], high[1])]
    return pen_stroke(rng, hand.pen, rising if rng.random() < 0.5 else falling, 0.0)


def _lay_real(page: Image, mark: RealMark, px_per_mm: float) -> None:
    """Enlarged smoothly; the grey edge of the small picture is sharpened to that of a pen."""
    side = max(4, round(mark.side_mm * px_per_mm))
    large = cv2.resize(mark.picture, (side, side), interpolation=cv2.INTER_CUBIC)
    ink = np.clip((large - 0.25) / 0.4, 0, 1).astype(np.float32) * np.float32(mark.pen.opacity)
    left, top = round(mark.left_mm * px_per_mm), round(mark.top_mm * px_per_mm)
    lay(page, ink, left, top, mark.pen.colour)

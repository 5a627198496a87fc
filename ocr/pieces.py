"""The connected pieces of ink in signature areas, and the shapes of them that no hand writes."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cells import INK_PX_PER_MM
from ocr.ink import InkStack, Ints
from ocr.lines import is_rule
from ocr.strokes import OwnInk

BOW_MM = 10.0, 4.0
"""Extent from which on a piece is asked whether it is a single bow, inside an area and at its edge,
which rings come in from and hands seldom: shorter strokes of a hand are often as plain."""

OFF_BOW_MM = 0.7, 0.9
"""Deviation (root mean square) from a circle below which a piece is a bow, as the ring of a cup is,
inside an area and at its edge. Of 60 pieces of rings in grey scans all had less than 0.8, of 1,388
of signatures inside their areas 98 % more (areas of the samples' maker, seeds 950,000 and 960,000
on)."""

OFF_LINE_MM = 0.4
"""The same from a straight line, to which narrow letters of a hand come closer: the lines of a
stamp are 1 mm wide, a deviation of 0.3 mm."""

FRAME_MM = 12.0
"""Extent from which on a piece may be the frame of a stamp, or a corner of it."""

FRAME_SQUARENESS = 0.9, 0.75
"""Squareness from which on it is one, inside an area and at its edge. Of 1,150 such pieces of
signatures (the same areas) one had more than 0.9, of the pieces of stamps longer than 20 mm nine
in ten, worn and double frames have 0.8; 96 of 122 stamps show a frame or a corner of one."""

LETTER_MM = (1.2, 6.0)
"""Extent of the letters of a stamp, upright or level, whichever is more."""

LETTER_LINE_MM = 0.6
"""Least extent across of a letter: what is left of a fold has less."""

EVERY = 4
"""One pixel of so many says what shape a piece has. With all of them two of 3,156 areas are read
otherwise."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """The n pieces of ink of some areas.

    ``cell`` (n,) is the area, ``y_mm`` where the middle is, downwards, ``height_mm`` and
    ``width_mm`` the extent, ``area_mm2`` the ink,
    ``off_bow_mm`` the deviation from the circle or line that fits best, ``squareness`` 0..1 how
    nearly all edges run along two directions at right angles, ``at_edge`` whether it reaches the
    edge of the area.
    """

    cell: Ints
    y_mm: Floats
    height_mm: Floats
    width_mm: Floats
    area_mm2: Floats
    off_bow_mm: Floats
    squareness: Floats
    at_edge: npt.NDArray[np.bool_]

    @property
    def extent_mm(self) -> Floats:
        """The diagonal of what a piece spans."""
        return np.hypot(self.height_mm, self.width_mm)

    @property
    def are_rules(self) -> npt.NDArray[np.bool_]:
        """Which are pieces of upright or level straight lines."""
        return is_rule(self.height_mm * INK_PX_PER_MM, self.width_mm * INK_PX_PER_MM)

    @property
    def are_bows(self) -> npt.NDArray[np.bool_]:
        """Which are one plain bow, or one straight line: the ring of a cup, a piece of a frame."""
        is_long = self.extent_mm >= self._by_place(BOW_MM)
        return is_long & (self.off_bow_mm < self._by_place(OFF_BOW_MM))

    @property
    def are_frames(self) -> npt.NDArray[np.bool_]:
        """Which have the shape of a stamp's frame, or of a corner of it, or are a slanting line
        that comes in from outside; a line within the area may underline a signature."""
        is_square = self.squareness >= self._by_place(FRAME_SQUARENESS)
        is_square &= (self.extent_mm >= FRAME_MM) & ~self.are_rules
        return is_square & (self.at_edge | ~self.are_bows)

    @property
    def are_letters(self) -> npt.NDArray[np.bool_]:
        """Which have the size of printed letters."""
        shorter = np.minimum(self.height_mm, self.width_mm)
        longer = np.maximum(self.height_mm, self.width_mm)
        has_size = (longer >= LETTER_MM[0]) & (longer < LETTER_MM[1])
        return has_size & (shorter >= LETTER_LINE_MM)

    def _by_place(self, limits: tuple[float, float]) -> Floats:
        """The limit for each piece, of those inside an area and at its edge."""
        return np.where(self.at_edge, limits[1], limits[0])


def pieces_of(ink: InkStack, own: OwnInk) -> Pieces:
    """The pieces of ink inside the areas of a stack."""
    order = np.argsort(own.component, kind="stable")
    pixels, starts = _runs(own.component)
    if not len(starts):
        none = np.zeros(0)
        return Pieces(own.cell, none, none, none, none, none, none, none > 0)
    cell, row, column = own.cell[order[starts]], own.row[order], own.column[order]
    top, left = (np.minimum.reduceat(place, starts) for place in (row, column))
    bottom, right = (np.maximum.reduceat(place, starts) + 1 for place in (row, column))
    at_edge = (top == ink.top[cell]) | (bottom == ink.bottom[cell])
    at_edge |= (left == ink.left[cell]) | (right == ink.right[cell])
    height, width = (bottom - top) / INK_PX_PER_MM, (right - left) / INK_PX_PER_MM
    off_bow, squareness = np.full(len(starts), np.inf), np.zeros(len(starts))
    is_long = np.hypot(height, width) >= BOW_MM[1]
    if is_long.any():
        some = order[np.repeat(is_long, pixels)][::EVERY]
        _, few = _runs(own.component[some])
        off_bow[is_long] = _off_bow(own.row[some], own.column[some], few)
        squareness[is_long] = _squareness(ink, own.at[some], few)
    area = pixels / INK_PX_PER_MM**2
    middle = (top + bottom) / 2 / INK_PX_PER_MM
    return Pieces(cell, middle, height, width, area, off_bow, squareness, at_edge)


def _runs(component: npt.NDArray[np.int32]) -> tuple[Ints, Ints]:
    """How many pixels each component has, and where it starts when they are in its order."""
    counts = np.bincount(component)
    pixels = counts[counts > 0]
    return pixels, np.cumsum(pixels) - pixels


def _off_bow(row: Ints, column: Ints, starts: Ints) -> Floats:
    """The deviation (mm) of the pixels of each piece from the circle that fits them best (Kåsa,
    1976); straight lines are large circles."""
    y, x = row / INK_PX_PER_MM, column / INK_PX_PER_MM
    terms = np.array([np.ones_like(x), x, y, x * x + y * y])
    sums = np.add.reduceat(terms[:, None] * terms, starts, axis=2).T
    mean = sums / sums[:, :1, :1]
    # A little more on the diagonal lets single points be solved too.
    fit = np.linalg.solve(mean[:, :3, :3] + 1e-9 * np.eye(3), mean[:, :3, 3:])[..., 0]
    left_over = mean[:, 3, 3] - (fit * mean[:, :3, 3]).sum(axis=1)
    diameter = np.sqrt((4 * fit[:, 0] + fit[:, 1] ** 2 + fit[:, 2] ** 2).clip(1e-6))
    off_circle = np.sqrt(left_over.clip(0)) / diameter
    # To what is straight and thick that would fit too small a circle.
    spread = mean[:, 1:3, 1:3] - mean[:, 1:3, :1] * mean[:, :1, 1:3]
    off_line = np.sqrt(np.linalg.eigvalsh(spread)[:, 0].clip(0))
    return np.asarray(np.where(off_line < OFF_LINE_MM, off_line, off_circle))


def _squareness(ink: InkStack, at: Ints, starts: Ints) -> Floats:
    """How much the directions of the edges of each piece agree when quarter turns do not count:
    the length of their mean, the angles taken four times, weighted by their steepness."""
    tall = ink.darkness.reshape(-1, ink.darkness.shape[2])
    across, down = (side.ravel()[at].astype(np.float32) for side in cv2.spatialGradient(tall))
    steepness = np.hypot(across, down) + np.float32(1e-3)
    # The fourth power of the direction as a complex number turns four times as fast.
    direction = (across + 1j * down) / steepness
    turned = steepness * (direction * direction) ** 2
    mean = np.abs(np.add.reduceat(turned, starts)) / np.add.reduceat(steepness, starts)
    return np.asarray(mean, np.float64)

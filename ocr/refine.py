"""Correct the map of a page by what was found on it: one smooth correction of the homography, then
what is left row by row and column by column, because paper is pulled through scanners unevenly."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ocr.cells import CellMap
from ocr.geometry import Homography, Points, transform
from ocr.layout import PageLayout
from ocr.ranks import median
from ocr.rules import Edges, Floats

Ints = npt.NDArray[np.int64]

OUTLIER_MM = 1.2
"""A line further off than this from the corrected map is another line, and does not count. Feeders
that pull unevenly displace lines by up to 0.5 mm."""

AGREE_MM = 0.2
"""Lines of a group that differ less from the median of the group agree with it."""

LONE_MM = 0.3
"""A line that has none to agree with must differ less than this from its neighbour along the page,
else it may be a stroke of the pen."""

GROUP_MM = 1.0
"""Lines whose places differ by less are one line of the table."""

MARK_WEIGHT = 2.0
"""Weight of a corner mark beside a line, whose weight is 1, when the map is corrected: a mark is
found to 0.03 mm and holds the corners where there are no lines."""

CODE_WEIGHT = 0.5
"""Weight of a corner of the code, which is found to 0.2 mm."""

UNIT_MM = 105.0
"""Unit of length in the equations of the correction: half the width of A4."""

LENS_PRIOR = 0.3
"""Weight against correcting perspective, per 1 mm of effect at the page's edge: the lines stand
on one half of the page and must not bend the other."""


@dataclass(frozen=True, slots=True, eq=False)
class Anchors:
    """Points whose place is known: (N, 2) page mm, (N, 2) image px, and their weights (N,)."""

    page_mm: Points
    image_px: Points
    weight: Floats

    @property
    def code_px(self) -> Points:
        """(4, 2), the corners of the code, which come last."""
        return self.image_px[-4:]


def anchors_of(page: PageLayout, marks: Mapping[str, Points], code_px: Points) -> Anchors:
    """The corner marks found and the corners of the code."""
    found = [mark for mark in page.fiducials if mark.corner in marks]
    centres = np.array([mark.rect.centre for mark in found]).reshape(-1, 2)
    places = np.array([marks[mark.corner] for mark in found]).reshape(-1, 2)
    return Anchors(
        np.vstack([centres, page.code.corners]),
        np.vstack([places, code_px]),
        np.array([MARK_WEIGHT] * len(found) + [CODE_WEIGHT] * 4),
    )


def correct(
    pose: Homography, edges: Edges, shifts: Floats, anchors: Anchors
) -> tuple[Homography, Floats]:
    """The homography that fits lines and anchors best, and the shifts that remain beside it.

    Least squares for a small homography of the page, linear about the identity::

        dx = a0 + a1 x + a2 y + p x x + q x y        (x, y from the middle of the lines, in units
        dy = b0 + b1 x + b2 y + p x y + q y y         of :data:`UNIT_MM`)

    with lines as one equation each, anchors as two, and a weak prior p = q = 0. Three rounds at
    most, each without the lines that the one before could not explain.
    """
    to_units, design = _equations(edges)
    fixed, fixed_targets = _fixed_equations(pose, anchors, to_units)
    use = found = np.isfinite(shifts)
    for _ in range(3):
        equations = np.vstack([design[use], fixed])
        targets = np.concatenate([shifts[use], fixed_targets])
        # Normal equations: 8 unknowns of one magnitude, and ten times as fast as an SVD.
        solution = np.linalg.solve(equations.T @ equations, equations.T @ targets)
        off = np.abs(shifts - design @ solution)
        # Lines not found are NaN, and below nothing.
        explained = off < max(LONE_MM, 3 * median(off[found]))
        if np.array_equal(explained, use):
            break
        use = explained
    a0, a1, a2, b0, b1, b2, p, q = (solution / UNIT_MM).tolist()
    near_identity = np.array([[1 + a1, a2, a0], [b1, 1 + b2, b0], [-p, -q, 1]])
    step = np.linalg.inv(to_units) @ near_identity @ to_units
    corrected = np.asarray(pose @ step, dtype=np.float64)
    moved = transform(step, edges.centre_mm) - edges.centre_mm
    exact = np.where(edges.level, moved[:, 1], moved[:, 0])
    return corrected / corrected[2, 2], shifts - exact


@lru_cache(maxsize=64)
def _equations(edges: Edges) -> tuple[Homography, Floats]:
    """The map (3, 3) from page mm to units from the middle of the lines, and one equation (N, 8) a
    line."""
    x, y = edges.middle
    to_units = np.array([[1, 0, -x], [0, 1, -y], [0, 0, UNIT_MM]]) / UNIT_MM
    rows_x, rows_y = _design(transform(to_units, edges.centre_mm))
    return to_units, np.where(edges.level[:, None], rows_y, rows_x)


def _fixed_equations(
    pose: Homography, anchors: Anchors, to_units: Homography
) -> tuple[Floats, Floats]:
    """The equations of the anchors and of the prior, (2 N + 2, 8), and their right sides."""
    to_page = np.asarray(np.linalg.inv(pose), dtype=np.float64)
    off = transform(to_page, anchors.image_px) - anchors.page_mm
    weight = anchors.weight
    rows, targets = np.zeros((2 * len(off) + 2, 8)), np.zeros(2 * len(off) + 2)
    rows[:-2] = (_design(transform(to_units, anchors.page_mm)) * weight[:, None]).reshape(-1, 8)
    targets[:-2] = (off.T * weight).ravel()
    rows[-2, 6] = rows[-1, 7] = LENS_PRIOR
    return rows, targets


def _design(units: Points) -> Floats:
    """The rows of the equations for dx and for dy, (2, N, 8), at points (N, 2), in half page
    widths; the unknowns are in mm."""
    rows = np.zeros((2, len(units), 8))
    rows[0, :, 0] = rows[1, :, 3] = 1.0
    rows[0, :, 1:3] = rows[1, :, 4:6] = units
    rows[:, :, 6:] = units.T[..., None] * units
    return rows


def bend(pose: Homography, edges: Edges, shifts: Floats) -> tuple[CellMap, Floats]:
    """The map bent to the lines row by row and column by column, and what is still left of the
    shifts: one step of a median polish along the page's height, one along its width."""
    left = np.where(np.abs(shifts) <= OUTLIER_MM, shifts, np.nan)
    y_mm, shift_by_y, left = _curve(edges, left, along=1)
    x_mm, shift_by_x, left = _curve(edges, left, along=0)
    return CellMap(pose, y_mm, shift_by_y, x_mm, shift_by_x), left


def _curve(edges: Edges, shifts: Floats, along: int) -> tuple[Floats, Floats, Floats]:
    """Median shifts along an axis of the page (0: x, 1: y): the knots (K,) mm, the shift (K, 2) of
    upright and of level lines there, and what is left of the shifts."""
    places = edges.centre_mm[:, along]
    groups, uprights = groups_of(edges, along)
    # The last one is for groups that have less lines than the largest.
    where, moved = _places_of_groups(edges, along), np.append(shifts, np.nan)[groups]
    at, agreed, agree = _medians(where, moved)
    lone = np.isfinite(moved) & ~agree
    tables, left = [], shifts.copy()
    for chosen, kind in ((~edges.level, np.s_[:uprights]), (edges.level, np.s_[uprights:])):
        sure, alone = agree[kind], lone[:, kind]
        knots = dict(zip(at[kind][sure].tolist(), agreed[kind][sure].tolist(), strict=True))
        table = _with_lone(knots, where[:, kind][alone], moved[:, kind][alone])
        left[chosen] -= np.interp(places[chosen], *table.T)
        tables.append(table)
    both = np.array(sorted({place for table in tables for place in table[:, 0].tolist()}))
    return both, np.column_stack([np.interp(both, *table.T) for table in tables]), left


@lru_cache(maxsize=64)
def groups_of(edges: Edges, along: int) -> tuple[Ints, int]:
    """The lines at one place along an axis of the page: (M, G) indices, a column a group in the
    order of places, filled up with the number of all lines; and how many groups are upright lines,
    which come first."""
    order = np.lexsort((edges.centre_mm[:, along], edges.level))
    apart = np.diff(edges.centre_mm[order, along], prepend=-np.inf) > GROUP_MM
    apart |= np.diff(edges.level[order], prepend=False)
    group = np.cumsum(apart) - 1
    size = np.bincount(group)
    table = np.full((size.max(), len(size)), len(order))
    table[np.arange(len(order)) - (np.cumsum(size) - size)[group], group] = order
    return table, len(size) - len(set(group[edges.level[order]].tolist()))


@lru_cache(maxsize=64)
def _places_of_groups(edges: Edges, along: int) -> Floats:
    """Where the lines of :func:`groups_of` are, (M, G) mm; 0 where a group has less lines than the
    largest."""
    groups, _ = groups_of(edges, along)
    return np.asarray(np.append(edges.centre_mm[:, along], 0.0)[groups], dtype=np.float64)


def _medians(places: Floats, shifts: Floats) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """Of groups of lines, (M, G) and NaN where none was found: where they are, the median shift of
    those that agree, and whether two at least do (else that is any number)."""
    found = np.isfinite(shifts)
    size = found.sum(axis=0)
    ranked = np.sort(shifts, axis=0)
    agrees = np.abs(ranked - _middles(ranked, 0, size)) <= AGREE_MM
    agreeing = agrees.sum(axis=0)
    agreed = _middles(ranked, agrees.argmax(axis=0), agreeing)
    at = np.where(found, places, 0.0).sum(axis=0) / np.maximum(size, 1)
    return at, agreed, agreeing > 1


def _middles(ranked: Floats, first: Ints | int, size: Ints) -> Floats:
    """The medians (G,) of the columns of (M, G) numbers in order: of ``size`` of them from
    ``first`` on, and of none any number."""
    columns = np.arange(ranked.shape[1])
    low, high = first + np.maximum(size - 1, 0) // 2, first + size // 2
    most = len(ranked) - 1
    return np.asarray((ranked[low, columns] + ranked[np.minimum(high, most), columns]) / 2)


def _with_lone(knots: dict[float, float], places: Floats, shifts: Floats) -> Floats:
    """Place and shift (K, 2) of groups that agree, ``knots``, and of those lone lines (M,) that do
    not jump from their neighbour."""
    for place, shift in sorted(zip(places.tolist(), shifts.tolist(), strict=True)):
        nearest = min(knots, key=lambda knot: abs(knot - place), default=None)
        if nearest is not None and abs(knots[nearest] - shift) <= LONE_MM:
            knots.setdefault(place, shift)
    return np.array(sorted(knots.items()) or [(0.0, 0.0)], dtype=np.float64)

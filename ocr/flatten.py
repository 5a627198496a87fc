"""Photos of curled sheets, which no homography maps.

Where a point of the page is in the picture is a homography after a smooth displacement of the page,
a polynomial of the fourth degree: the bend of a sheet that is seen at an angle is nearly that, and
so is what a lens does to straight lines. It is fitted to the corner marks, the code and the printed
lines, from the marks inwards; then the page is drawn as a scanner would have seen it. Where corner
marks are missing it may lose the lines: then single lenses are tried (:mod:`ocr.lens`).
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from ocr.fiducials import find_marks, fit_marks
from ocr.geometry import Homography, Points, px_per_mm, transform
from ocr.images import PageImage
from ocr.layout import PageLayout
from ocr.refine import Anchors, anchors_of
from ocr.register import (
    Registered,
    code_contrast,
    fits_well,
    register,
    shown_by,
)
from ocr.rules import Edges, Floats, edges_of, find_shifts

DEGREE = 4
POWERS = np.array([(k - y, y) for k in range(DEGREE + 1) for y in range(k + 1)])
"""Powers of x and y of the terms of the polynomial, (T, 2)."""

PRIOR = np.array([0.0, 0.05, 0.3, 1.0, 2.0])[POWERS.sum(axis=1)]
"""Weight against each coefficient, by its degree, per mm; a line has the weight 1. It keeps what is
known of few lines from bending the rest of the page. Judgement: bent prints and photos of curled
sheets by a maker that is not the project's are placed to 0.03 mm with it."""

ANCHOR_WEIGHT = 2.0
"""Weight of a corner mark, and of a corner of the code."""

UNIT_MM = 105.0
"""Unit of length of the polynomial: half the width of A4."""

FIRST_MM, STEP_MM = 40.0, 10.0
"""Lines are taken in as far from the nearest mark or the code as the first, and then so much
further, time after time: the displacement is known a little beyond where it was fitted."""

ROUNDS = 2
"""Rounds at each distance: from a better map more lines are found."""

REACH_MM = 4.0
"""How far beside its predicted place a line is looked for: a row is at least twice as high."""

OUTLIER_MM = 0.3
"""A line that the fit leaves further off, and three times as far as half of the lines, does not
count in the next."""

GRID_MM = 5.0
"""Step of the places at which the map is worked out to draw the page; between them it is linear."""

MARGIN_MM = 5.0
"""What is drawn of what lies beside the page."""


@dataclass(frozen=True, slots=True, eq=False)
class _Bend:
    """A homography after a displacement of the page, mm, of which ``coefficients`` (2, T) are those
    for x and y about the ``middle`` (2,) of the page."""

    pose: Homography
    middle: Points
    coefficients: Floats

    def terms(self, page_mm: Points) -> Floats:
        """The terms (N, T) of the polynomial at points (N, 2) of the page."""
        x, y = ((page_mm - self.middle) / UNIT_MM).T[..., None]
        return np.asarray(x ** POWERS[:, 0] * y ** POWERS[:, 1], np.float64)

    def displaced(self, page_mm: Points) -> Points:
        """Where the homography finds points (N, 2) of the page."""
        return page_mm + self.terms(page_mm) @ self.coefficients.T

    def to_image(self, page_mm: Points) -> Points:
        """Where points (N, 2) of the page are in the picture, px."""
        return transform(self.pose, self.displaced(page_mm))

    def to_page(self, image_px: Points) -> Points:
        """Where points (N, 2) of the picture are on the page, mm: by repeated substitution, since
        the displacement changes little from point to point."""
        found = displaced = _on_page(self.pose, image_px)
        for _ in range(8):
            found = found + displaced - self.displaced(found)
        return found


def register_flattened(
    image: PageImage, page: PageLayout, code_px: Points
) -> tuple[PageImage, Points, Registered] | None:
    """The page drawn flat, the corners of its code there, and its place there; None when its lines
    do not fit there either. ``code_px`` (4, 2) are the corners of the code in the image.

    The homography of the registration maps into the picture as it was taken, as well as one can:
    to show the page, not to cut it out. Not tried for pages without printed lines, which nothing
    would hold, and in black-and-white pictures, which would look grey drawn anew.
    """
    cells = page.ruled_cells
    if image.is_bilevel or not cells:
        return None
    bend = _fitted(image, page, edges_of(cells), code_px)
    scale = px_per_mm(bend.pose, page.centre)
    flat = _drawn(image, page, bend, scale)
    corners = (bend.to_page(code_px) + MARGIN_MM) * scale - 0.5
    registered = register(flat, page, corners)
    if not isinstance(registered, Registered) or not fits_well(registered):
        return None
    return flat, corners, shown_by(registered, page, bend.to_image)


def _fitted(image: PageImage, page: PageLayout, edges: Edges, code_px: Points) -> _Bend:
    """The bend that fits the marks, the code and the printed lines."""
    marks = find_marks(image, page, code_px)
    pose = fit_marks(page, marks, code_px)
    contrast = code_contrast(image, page, pose)
    anchors = anchors_of(page, marks, code_px)
    bend = _Bend(pose, np.array(page.centre), np.zeros((2, len(POWERS))))
    bend = _refitted(bend, edges, np.full(len(edges.level), np.nan), anchors)
    off_mm = np.linalg.norm(edges.centre_mm[:, None] - anchors.page_mm, axis=2).min(axis=1)
    for reach_mm in np.arange(FIRST_MM, off_mm.max() + STEP_MM, STEP_MM).tolist():
        near = off_mm <= reach_mm
        if not near.any():
            continue
        ring = edges.those(near)
        for _ in range(ROUNDS):
            shifts = find_shifts(image.grey, bend.to_image, ring, REACH_MM, contrast)
            bend = _refitted(bend, ring, shifts, anchors)
    return bend


def _refitted(bend: _Bend, edges: Edges, shifts: Floats, anchors: Anchors) -> _Bend:
    """The bend that fits best, by how far lines were found beside the one before, NaN where they
    were not: a level line says how far it was moved down, an upright one how far to the right."""
    terms, fixed = bend.terms(edges.centre_mm), bend.terms(anchors.page_mm) * ANCHOR_WEIGHT
    off = (_on_page(bend.pose, anchors.image_px) - anchors.page_mm) * ANCHOR_WEIGHT
    coefficients = []
    for axis, are_its in enumerate((~edges.level, edges.level)):
        found = are_its & np.isfinite(shifts)
        wanted = shifts[found] + terms[found] @ bend.coefficients[axis]
        coefficients.append(_solved(terms[found], wanted, fixed, off[:, axis]))
    return replace(bend, coefficients=np.array(coefficients))


def _solved(lines: Floats, moved: Floats, fixed: Floats, off: Floats) -> Floats:
    """The coefficients (T,) of one axis: least squares of the terms of the lines (N, T) for how far
    they moved (N,), of the weighted ones of the anchors, and of the prior. Three rounds, each
    without the lines that the one before could not explain."""
    rows = np.vstack([lines, fixed, np.diag(PRIOR)])
    targets = np.concatenate([moved, off, np.zeros(len(PRIOR))])
    use = np.ones(len(rows), np.bool_)
    for _ in range(3):
        solution = np.linalg.lstsq(rows[use], targets[use], rcond=None)[0]
        left = np.abs(lines @ solution - moved)
        if len(left):
            use[: len(left)] = left < max(OUTLIER_MM, 3 * float(np.median(left)))
    return np.asarray(solution, np.float64)


def _on_page(pose: Homography, image_px: Points) -> Points:
    """Where the homography alone puts points (N, 2) of the picture on the page."""
    return transform(np.asarray(np.linalg.inv(pose), np.float64), image_px)


def _drawn(image: PageImage, page: PageLayout, bend: _Bend, scale: float) -> PageImage:
    """The page as a scanner would have seen it, ``scale`` px a mm, and what is beside it."""
    width, height = (
        round((side + 2 * MARGIN_MM) * scale) for side in (page.width_mm, page.height_mm)
    )
    step = round(GRID_MM * scale)
    # The middles of squares of the grid, one more on every side.
    x, y = np.meshgrid(
        *((np.arange(-1, side // step + 2) + 0.5) * step for side in (width, height))
    )
    page_mm = np.column_stack([x.ravel(), y.ravel()]) / scale - MARGIN_MM
    places = bend.to_image(page_mm).astype(np.float32).reshape(*x.shape, 2)
    spread = cv2.resize(places, None, fx=step, fy=step, interpolation=cv2.INTER_LINEAR)
    maps = spread[step : step + height, step : step + width]
    drawn = cv2.remap(
        image.pixels,
        np.ascontiguousarray(maps[..., 0]),
        np.ascontiguousarray(maps[..., 1]),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return PageImage(drawn.astype(np.uint8, copy=False))

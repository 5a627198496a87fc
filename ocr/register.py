"""Registration: where every point of the printed page is in the picture.

Coarse by the code, then by the corner marks (:mod:`ocr.fiducials`), then the printed lines around
the cells are found (:mod:`ocr.rules`) and the map is bent to them: first one smooth correction of
the homography, then what is left row by row and column by column, because paper is pulled through
scanners unevenly.
"""

from collections.abc import Container
from dataclasses import dataclass
from statistics import fmean, median

import numpy as np

from ocr.cells import CellMap
from ocr.fiducials import CODE_TOLERANCE_MM, code_error_mm, find_pose
from ocr.geometry import MM_PER_INCH, Homography, Points, Rect, px_per_mm, rotation_deg, transform
from ocr.images import PageImage
from ocr.layout import PageLayout
from ocr.reading import Registration
from ocr.rules import Edges, Floats, edges_of, find_shifts

REACHES_MM = (2.0, 1.2)
"""How far beside its predicted place a line is looked for, in the first and the second round. Rows
are at least 8 mm high, so the neighbour is never taken for it."""

WIDE_REACHES_MM = (4.0, 2.0, 1.2)
"""The same when fewer than :data:`SURE_MARKS` corner marks were found and the code leads alone."""

SURE_MARKS = 2

CODE_SAMPLES = 29
"""Samples a side by which the contrast of the code is measured."""

ROUGH_MM = 0.4
"""When the lines are found further off than this (root mean square) a second round follows from
the corrected map."""

OUTLIER_MM = 0.6
"""A line further off than this from the corrected map is another line, and does not count."""

GROUP_MM = 1.0
"""Lines whose places differ by less are one line of the table."""

MARK_WEIGHT = 2.0
"""Weight of a corner mark beside a line, whose weight is 1, when the map is corrected: a mark is
found to 0.03 mm and holds the corners where there are no lines."""

LENS_PRIOR = 0.3
"""Weight against correcting perspective, per 1 mm of effect at the page's edge: the lines stand
on one half of the page and must not bend the other."""

MIN_FOUND = 0.6
"""Share of the expected lines, level and upright each, that must be found. Clean scans have above
0.95; another form printed under the code has the upright ones only."""

MAX_RESIDUAL_MM = 0.25
"""Root mean square of the lines found beside the final map above which the page is refused; clean
scans have 0.02-0.06."""

PRINT_SCALES = (0.85, 1.15)
"""Printed sizes beside the true one that printers make (fit to page: 0.94-1.03); beyond, the
resolution that the file claims is wrong, as in photos."""

MAX_GAP_MM = 45.0
"""Longest stretch of the table without a single line found."""


@dataclass(frozen=True, eq=False)
class Registered:
    """A page whose place is known: the map for cutting cells, and how well it fits."""

    cell_map: CellMap
    registration: Registration


@dataclass(frozen=True, slots=True)
class Unregistered:
    """Why the page could not be registered; a short English clause for logs."""

    reason: str


def register(image: PageImage, page: PageLayout, code_px: Points) -> Registered | Unregistered:
    """Find the page in the image, starting from the corners of its code, (4, 2) image px."""
    pose, marks = find_pose(image, page, code_px)
    edges = edges_of(ruled_cells(page))
    contrast = _contrast(image, page, pose)
    anchors = _anchors(page, marks)
    for reach_mm in REACHES_MM if len(marks) >= SURE_MARKS else WIDE_REACHES_MM:
        shifts = find_shifts(image.grey, pose, edges, reach_mm, contrast)
        if np.isfinite(shifts).sum() < 8:
            return Unregistered("hardly any printed line found")
        rough = float(np.sqrt(np.nanmean(shifts**2)))
        corrected, shifts = _correct(pose, edges, shifts, anchors, page)
        if rough <= ROUGH_MM:
            break
        pose = corrected
    off_code_mm = code_error_mm(page, corrected, code_px)
    if off_code_mm > CODE_TOLERANCE_MM:
        return Unregistered(f"code {off_code_mm:.1f} mm beside the table")
    cell_map, left = _bend(corrected, edges, shifts)
    return _judged(image, edges, cell_map, left, len(marks))


def scan_dpi(page: PageLayout, registration: Registration) -> float:
    """The resolution of the scan, pixels per inch of paper: as measured on the page, with the
    scale of the print taken out where that is known."""
    pose = np.array(registration.homography).reshape(3, 3)
    middle = (page.width_mm / 2, page.height_mm / 2)
    return px_per_mm(pose, middle) * MM_PER_INCH / registration.scale


def _anchors(page: PageLayout, marks: Container[str]) -> Points:
    """The points of the page, (N, 2) mm, whose place in the image is already known well."""
    places = [mark.rect.centre for mark in page.fiducials if mark.corner in marks]
    return np.array(places if len(places) >= SURE_MARKS else [*places, page.code.centre])


def ruled_cells(page: PageLayout) -> tuple[Rect, ...]:
    """The cells with printed lines around: those of choices and the digit boxes. (The borders of
    signature areas are white.)"""
    cells = [rect for choice in page.choices for _, rect in choice.cells]
    for total in page.totals:
        cells += [total.tens, total.units]
    return tuple(cells)


def _contrast(image: PageImage, page: PageLayout, pose: Homography) -> float:
    """Grey levels between paper and printed black, from the modules of the code (half black)."""
    area = page.code
    steps = np.linspace(0.1, 0.9, CODE_SAMPLES)
    x, y = np.meshgrid(area.x_mm + area.w_mm * steps, area.y_mm + area.h_mm * steps)
    at = np.rint(transform(pose, np.column_stack([x.ravel(), y.ravel()]))).astype(int)
    height, width = image.grey.shape
    at = np.clip(at, 0, (width - 1, height - 1))
    levels = np.sort(image.grey[at[:, 1], at[:, 0]])
    return float(levels[len(levels) * 9 // 10]) - float(levels[len(levels) // 10])


def _correct(
    pose: Homography, edges: Edges, shifts: Floats, anchors: Points, page: PageLayout
) -> tuple[Homography, Floats]:
    """The homography that fits the lines best, and the shifts that remain beside it.

    Least squares for a small homography of the page, linear about the identity::

        dx = a0 + a1 x + a2 y + p x x + q x y        (x, y from the middle of the page, in units
        dy = b0 + b1 x + b2 y + p x y + q y y         of half its width)

    with lines as one equation each, corner marks as two, and a weak prior p = q = 0.
    """
    middle = np.array([page.width_mm / 2, page.height_mm / 2])
    unit = page.width_mm / 2
    rows_x, rows_y = _design((edges.centre_mm - middle) / unit)
    design = np.where(edges.level[:, None], rows_y, rows_x)
    anchor_x, anchor_y = _design((anchors - middle) / unit)
    prior = np.zeros((2, 8))
    prior[0, 6] = prior[1, 7] = LENS_PRIOR
    fixed = np.vstack([MARK_WEIGHT * anchor_x, MARK_WEIGHT * anchor_y, prior])
    use = np.isfinite(shifts)
    solution = np.zeros(8)
    for _ in range(3):
        equations = np.vstack([design[use], fixed])
        targets = np.concatenate([shifts[use], np.zeros(len(fixed))])
        solution = np.linalg.lstsq(equations, targets, rcond=None)[0]
        left = shifts - design @ solution
        limit = max(0.25, 3 * float(np.nanmedian(np.abs(left))))
        use = np.isfinite(shifts) & (np.abs(left) < limit)
        if use.sum() < 8:
            break
    a0, a1, a2, b0, b1, b2, p, q = solution / unit
    near_identity = np.array([[1 + a1, a2, a0], [b1, 1 + b2, b0], [-p, -q, 1]])
    to_units = np.array([[1, 0, -middle[0]], [0, 1, -middle[1]], [0, 0, unit]]) / unit
    corrected: Homography = np.asarray(
        pose @ np.linalg.inv(to_units) @ near_identity @ to_units, dtype=np.float64
    )
    moved = _moved(pose, corrected, edges.centre_mm)
    exact = np.where(edges.level, moved[:, 1], moved[:, 0])
    return corrected / corrected[2, 2], shifts - exact


def _design(units: Points) -> tuple[Floats, Floats]:
    """The rows of the equations for dx and for dy at points (N, 2), in half page widths; the
    unknowns are in mm."""
    x, y = units[:, 0], units[:, 1]
    one, zero = np.ones(len(x)), np.zeros(len(x))
    return (
        np.column_stack([one, x, y, zero, zero, zero, x * x, x * y]),
        np.column_stack([zero, zero, zero, one, x, y, x * y, y * y]),
    )


def _moved(before: Homography, after: Homography, points_mm: Points) -> Points:
    """By how many page mm (N, 2) a map moves points beside another."""
    to_page = np.asarray(np.linalg.inv(before), dtype=np.float64)
    return transform(to_page, transform(after, points_mm)) - points_mm


def _bend(pose: Homography, edges: Edges, shifts: Floats) -> tuple[CellMap, Floats]:
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
    knots, values, left = [], [], shifts.copy()
    for chosen in (~edges.level, edges.level):
        at, shift = _medians(places[chosen], shifts[chosen])
        left[chosen] -= np.interp(places[chosen], at, shift)
        knots.append(at)
        values.append(shift)
    both = np.union1d(*knots)
    return both, np.column_stack([np.interp(both, knots[k], values[k]) for k in (0, 1)]), left


def _medians(places: Floats, shifts: Floats) -> tuple[Floats, Floats]:
    """The median shift of every group of lines at one place that has two or more found."""
    found = np.isfinite(shifts)
    pairs = sorted(zip(places[found].tolist(), shifts[found].tolist(), strict=True))
    groups: list[list[tuple[float, float]]] = []
    for pair in pairs:
        if groups and pair[0] - groups[-1][-1][0] <= GROUP_MM:
            groups[-1].append(pair)
        else:
            groups.append([pair])
    knots = [
        (fmean(place for place, _ in g), median(s for _, s in g)) for g in groups if len(g) > 1
    ]
    table = np.array(knots or [(0.0, 0.0)], dtype=np.float64)
    return table[:, 0], table[:, 1]


def _judged(
    image: PageImage, edges: Edges, cell_map: CellMap, left: Floats, fiducials: int
) -> Registered | Unregistered:
    """The registration with its figures, or why it cannot be trusted."""
    found = np.isfinite(left)
    for level, kind in ((True, "level"), (False, "upright")):
        share = float(found[edges.level == level].mean())
        if share < MIN_FOUND:
            return Unregistered(f"{share:.0%} of the {kind} lines found")
    heights = np.concatenate(
        [
            [edges.centre_mm[:, 1].min()],
            np.sort(edges.centre_mm[found & edges.level, 1]),
            [edges.centre_mm[:, 1].max()],
        ]
    )
    gap_mm = float(np.diff(heights).max())
    if gap_mm > MAX_GAP_MM:
        return Unregistered(f"no line found over {gap_mm:.0f} mm of the table")
    residual_mm = float(np.sqrt(np.mean(left[found] ** 2)))
    if residual_mm > MAX_RESIDUAL_MM:
        return Unregistered(f"lines {residual_mm:.2f} mm beside their places")
    middle = (float(edges.centre_mm[:, 0].mean()), float(edges.centre_mm[:, 1].mean()))
    dpi = px_per_mm(cell_map.homography, middle) * MM_PER_INCH
    scale = dpi / image.dpi if image.dpi else 1.0
    return Registered(
        cell_map,
        Registration(
            homography=tuple(float(value) for value in cell_map.homography.ravel()),
            residual_mm=residual_mm,
            fiducials=fiducials,
            lines=int(found.sum()),
            lines_expected=len(left),
            rotation_deg=rotation_deg(cell_map.homography, middle),
            scale=scale if PRINT_SCALES[0] <= scale <= PRINT_SCALES[1] else 1.0,
        ),
    )

"""Registration: where every point of the printed page is in the picture.

Coarse by the code, then by the corner marks (:mod:`ocr.fiducials`), then the printed lines around
the cells are found (:mod:`ocr.rules`) and the map is bent to them: first one smooth correction of
the homography, then what is left row by row and column by column, because paper is pulled through
scanners unevenly.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

import numpy as np
import numpy.typing as npt

from ocr.cells import CellMap, plain_map
from ocr.fiducials import CODE_TOLERANCE_MM, code_error_mm, find_pose
from ocr.geometry import MM_PER_INCH, Homography, Points, Rect, px_per_mm, rotation_deg, transform
from ocr.images import PageImage
from ocr.layout import PageLayout
from ocr.reading import Registration
from ocr.rules import Edges, Floats, edges_of, find_shifts

REACH_MM = 2.0
"""How far beside its predicted place a line is looked for (half a millimetre less, for what must be
seen on both its sides)."""

WIDE_REACH_MM = 4.0
"""The same while the page is known badly: with less than :data:`SURE_MARKS` corner marks, and when
few lines were found. Rows are at least 8 mm high, so the neighbour is never taken for it."""

SURE_MARKS = 2

MAX_ROUNDS = 4
"""How often lines are looked for from the corrected map. One round does for flat scans."""

FOUND_PLAINLY = 0.75
"""Share of lines found from which on a round counts as having seen the table."""

LEAST_LINES = 8

CODE_SAMPLES = 29
"""Samples a side by which the contrast of the code is measured."""

ROUGH_MM = 0.5
"""When the lines are found further off than this (root mean square) another round follows from the
corrected map."""

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

MIN_FOUND = 0.6
"""Share of the expected lines, level and upright each, that must be found. Clean scans have above
0.95; another form printed under the code has the upright ones only."""

MAX_RESIDUAL_MM = 0.25
"""Root mean square of the lines found beside the final map above which the page is refused; clean
scans have 0.02-0.06."""

PRINT_SCALES = (0.85, 1.15)
"""Printed sizes beside the true one that printers make (fit to page: 0.94-1.03); beyond, the
resolution that the file claims is wrong, as in photos."""

LONG_LINE = 4
"""Pieces from which on a line of the table is held to run through several cells; all of them cannot
be hidden by marks."""

LEAST_SEEN = 0.2
"""Share of the pieces of such a line that must be found for the line to count as seen. A page with
a line that was not seen is refused: in 240 simulated scans from clean to poor and photographed no
line was missed, and no form with moved rows passed."""

ALL_MARKS = 4
"""Corner marks that a page without printed lines must show. Such a page has nothing but signatures,
which are large, but nothing else to be placed by either: a photo with three marks fits them exactly
and may be centimetres off at the fourth corner."""

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
    return _register(image, page, code_px, None)


def register_without_code(
    image: PageImage, page: PageLayout, pose: Homography
) -> Registered | Unregistered:
    """The same for a page whose code cannot be read, starting from a map by corner marks
    (:func:`ocr.fiducials.find_poses_without_code`). Fits only if the printed lines are those of
    this very page."""
    contrast = _contrast_of_marks(image, page, pose)
    return _register(image, page, transform(pose, page.code.corners), contrast)


def _register(
    image: PageImage, page: PageLayout, code_px: Points, contrast: float | None
) -> Registered | Unregistered:
    """``contrast``, grey levels between paper and black, is measured on the code when None."""
    pose, marks = find_pose(image, page, code_px)
    cells = ruled_cells(page)
    if not cells:
        return _by_marks(image, page, pose, len(marks), code_px)
    edges = edges_of(cells)
    if contrast is None:
        contrast = _contrast(image, page, pose)
    anchors = _anchors(page, marks, code_px)
    reach_mm = REACH_MM if len(marks) >= SURE_MARKS else WIDE_REACH_MM
    for _ in range(MAX_ROUNDS):
        shifts = find_shifts(image.grey, pose, edges, reach_mm, contrast)
        found = np.isfinite(shifts)
        if found.sum() < LEAST_LINES:
            return Unregistered("hardly any printed line found")
        pose, left = _correct(pose, edges, shifts, anchors)
        seen = found.mean() >= FOUND_PLAINLY
        if seen and np.sqrt(np.mean(shifts[found] ** 2)) <= ROUGH_MM:
            break
        reach_mm = REACH_MM if seen else WIDE_REACH_MM
    off_code_mm = code_error_mm(page, pose, code_px)
    if off_code_mm > CODE_TOLERANCE_MM:
        return Unregistered(f"code {off_code_mm:.1f} mm beside the table")
    cell_map, left = _bend(pose, edges, left)
    return _judged(image, edges, cell_map, left, len(marks))


def _by_marks(
    image: PageImage, page: PageLayout, pose: Homography, marks: int, code_px: Points
) -> Registered | Unregistered:
    """The registration of a page without printed lines, by its corner marks. They are met
    exactly, so the code says how well they fit."""
    if marks < ALL_MARKS:
        return Unregistered(f"{marks} corner marks found on a page without lines")
    middle = (page.width_mm / 2, page.height_mm / 2)
    return Registered(
        plain_map(pose),
        Registration(
            homography=tuple(float(value) for value in pose.ravel()),
            residual_mm=code_error_mm(page, pose, code_px),
            fiducials=marks,
            lines=0,
            lines_expected=0,
            rotation_deg=rotation_deg(pose, middle),
            scale=_print_scale(image, pose, middle),
        ),
    )


def _print_scale(image: PageImage, pose: Homography, middle: tuple[float, float]) -> float:
    """Printed size over true size, 1 where the file's resolution cannot be right."""
    scale = px_per_mm(pose, middle) * MM_PER_INCH / image.dpi if image.dpi else 1.0
    return scale if PRINT_SCALES[0] <= scale <= PRINT_SCALES[1] else 1.0


def scan_dpi(page: PageLayout, registration: Registration) -> float:
    """The resolution of the scan, pixels per inch of paper: as measured on the page, with the
    scale of the print taken out where that is known."""
    pose = np.array(registration.homography).reshape(3, 3)
    middle = (page.width_mm / 2, page.height_mm / 2)
    return px_per_mm(pose, middle) * MM_PER_INCH / registration.scale


@dataclass(frozen=True, slots=True, eq=False)
class _Anchors:
    """Points whose place is known: (N, 2) page mm, (N, 2) image px, and their weights (N,)."""

    page_mm: Points
    image_px: Points
    weight: Floats


def _anchors(page: PageLayout, marks: Mapping[str, Points], code_px: Points) -> _Anchors:
    """The corner marks found and the corners of the code."""
    found = [mark for mark in page.fiducials if mark.corner in marks]
    centres = np.array([mark.rect.centre for mark in found]).reshape(-1, 2)
    places = np.array([marks[mark.corner] for mark in found]).reshape(-1, 2)
    return _Anchors(
        np.vstack([centres, page.code.corners]),
        np.vstack([places, code_px]),
        np.array([MARK_WEIGHT] * len(found) + [CODE_WEIGHT] * 4),
    )


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


def _contrast_of_marks(image: PageImage, page: PageLayout, pose: Homography) -> float:
    """The same from the solid corner marks and the paper around them."""
    height, width = image.grey.shape
    steps = np.linspace(0.25, 0.75, 5)
    found = []
    for area in (mark.rect for mark in page.fiducials if not mark.hollow):
        x, y = np.meshgrid(area.x_mm + area.w_mm * steps, area.y_mm + area.h_mm * steps)
        inside = np.column_stack([x.ravel(), y.ravel()])
        levels = []
        for points in (area.grown(1.5).corners, inside):
            at = np.clip(np.rint(transform(pose, points)).astype(int), 0, (width - 1, height - 1))
            levels.append(float(np.median(image.grey[at[:, 1], at[:, 0]])))
        found.append(levels[0] - levels[1])
    # The others may be cut off, torn or stained.
    return max(found)


def _correct(
    pose: Homography, edges: Edges, shifts: Floats, anchors: _Anchors
) -> tuple[Homography, Floats]:
    """The homography that fits lines and anchors best, and the shifts that remain beside it.

    Least squares for a small homography of the page, linear about the identity::

        dx = a0 + a1 x + a2 y + p x x + q x y        (x, y from the middle of the lines, in units
        dy = b0 + b1 x + b2 y + p x y + q y y         of :data:`UNIT_MM`)

    with lines as one equation each, anchors as two, and a weak prior p = q = 0. Three rounds, each
    without the lines that the one before could not explain.
    """
    middle = edges.centre_mm.mean(axis=0)
    rows_x, rows_y = _design((edges.centre_mm - middle) / UNIT_MM)
    design = np.where(edges.level[:, None], rows_y, rows_x)
    fixed, fixed_targets = _fixed_equations(pose, anchors, middle)
    use = np.isfinite(shifts)
    for _ in range(3):
        equations = np.vstack([design[use], fixed])
        targets = np.concatenate([shifts[use], fixed_targets])
        # Normal equations: 8 unknowns of one magnitude, and ten times as fast as an SVD.
        solution = np.linalg.solve(equations.T @ equations, equations.T @ targets)
        off = np.abs(shifts - design @ solution)
        # Lines not found are NaN, and below nothing.
        use = off < max(LONE_MM, 3 * float(np.median(off[np.isfinite(off)])))
    a0, a1, a2, b0, b1, b2, p, q = solution / UNIT_MM
    near_identity = np.array([[1 + a1, a2, a0], [b1, 1 + b2, b0], [-p, -q, 1]])
    to_units = np.array([[1, 0, -middle[0]], [0, 1, -middle[1]], [0, 0, UNIT_MM]]) / UNIT_MM
    corrected = np.asarray(
        pose @ np.linalg.inv(to_units) @ near_identity @ to_units, dtype=np.float64
    )
    moved = _to_page(pose, transform(corrected, edges.centre_mm)) - edges.centre_mm
    exact = np.where(edges.level, moved[:, 1], moved[:, 0])
    return corrected / corrected[2, 2], shifts - exact


def _fixed_equations(pose: Homography, anchors: _Anchors, middle: Points) -> tuple[Floats, Floats]:
    """The equations of the anchors and of the prior, (2 N + 2, 8), and their right sides."""
    rows_x, rows_y = _design((anchors.page_mm - middle) / UNIT_MM)
    off = _to_page(pose, anchors.image_px) - anchors.page_mm
    weight = anchors.weight
    prior = np.zeros((2, 8))
    prior[0, 6] = prior[1, 7] = LENS_PRIOR
    rows = np.vstack([rows_x * weight[:, None], rows_y * weight[:, None], prior])
    return rows, np.concatenate([off[:, 0] * weight, off[:, 1] * weight, np.zeros(2)])


def _design(units: Points) -> tuple[Floats, Floats]:
    """The rows of the equations for dx and for dy at points (N, 2), in half page widths; the
    unknowns are in mm."""
    x, y = units[:, 0], units[:, 1]
    one, zero = np.ones(len(x)), np.zeros(len(x))
    return (
        np.column_stack([one, x, y, zero, zero, zero, x * x, x * y]),
        np.column_stack([zero, zero, zero, one, x, y, x * y, y * y]),
    )


def _to_page(pose: Homography, image_px: Points) -> Points:
    """Image points (N, 2) in page mm."""
    return transform(np.asarray(np.linalg.inv(pose), dtype=np.float64), image_px)


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
    """The shift of every group of lines at one place: the median of those that agree; a lone line
    counts when it does not jump from its neighbour."""
    found = np.isfinite(shifts)
    pairs = sorted(zip(places[found].tolist(), shifts[found].tolist(), strict=True))
    groups: list[list[tuple[float, float]]] = []
    for pair in pairs:
        if groups and pair[0] - groups[-1][-1][0] <= GROUP_MM:
            groups[-1].append(pair)
        else:
            groups.append([pair])
    knots: dict[float, float] = {}
    lone: list[tuple[float, float]] = []
    for group in groups:
        middle = median(shift for _, shift in group)
        agreeing = [pair for pair in group if abs(pair[1] - middle) <= AGREE_MM]
        if len(agreeing) > 1:
            place = sum(place for place, _ in group) / len(group)
            knots[place] = median(shift for _, shift in agreeing)
        else:
            lone += group
    for place, shift in lone:
        nearest = min(knots, key=lambda knot: abs(knot - place), default=None)
        if nearest is not None and abs(knots[nearest] - shift) <= LONE_MM:
            knots.setdefault(place, shift)
    table = np.array(sorted(knots.items()) or [(0.0, 0.0)], dtype=np.float64)
    return table[:, 0], table[:, 1]


def _unseen_lines(edges: Edges, found: npt.NDArray[np.bool_]) -> list[int]:
    """The heights, mm, of level lines through several cells of which next to nothing was found."""
    height = edges.centre_mm[edges.level, 1]
    order = np.argsort(height)
    groups = np.split(order, np.flatnonzero(np.diff(height[order]) > GROUP_MM) + 1)
    is_found = found[edges.level]
    return [
        round(float(height[group].mean()))
        for group in groups
        if len(group) >= LONG_LINE and is_found[group].mean() < LEAST_SEEN
    ]


def _judged(
    image: PageImage, edges: Edges, cell_map: CellMap, left: Floats, fiducials: int
) -> Registered | Unregistered:
    """The registration with its figures, or why it cannot be trusted."""
    found = np.abs(left) <= LONE_MM
    unseen = _unseen_lines(edges, found)
    if unseen:
        return Unregistered(f"lines of the table not found at {unseen} mm")
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
    residual_mm = float(np.sqrt(np.nanmean(left**2)))
    if residual_mm > MAX_RESIDUAL_MM:
        return Unregistered(f"lines {residual_mm:.2f} mm beside their places")
    middle = (float(edges.centre_mm[:, 0].mean()), float(edges.centre_mm[:, 1].mean()))
    return Registered(
        cell_map,
        Registration(
            homography=tuple(float(value) for value in cell_map.homography.ravel()),
            residual_mm=residual_mm,
            fiducials=fiducials,
            lines=int(found.sum()),
            lines_expected=len(left),
            rotation_deg=rotation_deg(cell_map.homography, middle),
            scale=_print_scale(image, cell_map.homography, middle),
        ),
    )

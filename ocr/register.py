"""Registration: where every point of the printed page is in the picture.

Coarse by the code, then by the corner marks (:mod:`ocr.fiducials`), then the printed lines around
the cells are found (:mod:`ocr.rules`) and the map is bent to them: first one smooth correction of
the homography, then what is left row by row and column by column, because paper is pulled through
scanners unevenly.
"""

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ocr.cells import CellMap, plain_map
from ocr.fiducials import CODE_TOLERANCE_MM, code_error_mm, find_pose
from ocr.geometry import (
    MM_PER_INCH,
    Homography,
    Points,
    Rect,
    fit_affine,
    fit_homography,
    px_per_mm,
    rotation_deg,
    transform,
)
from ocr.images import PageImage
from ocr.layout import PageLayout
from ocr.reading import Registration
from ocr.refine import LONE_MM, Anchors, anchors_of, bend, correct, groups_of
from ocr.rules import Edges, Floats, PageMap, edges_of, find_shifts

REACH_MM = 2.0
"""How far beside its predicted place a line is looked for (half a millimetre less, for what must be
seen on both its sides)."""

WIDE_REACH_MM = 4.0
"""The same while the page is known badly: with less than :data:`SURE_MARKS` corner marks, and when
few lines were found. Rows are at least 8 mm high, so the neighbour is never taken for it."""

SURE_MARKS = 2

MAX_ROUNDS = 4
"""How often lines are looked for from the corrected map. One round does for flat scans."""

GROWTH_MM = (60.0, 90.0, 130.0, 180.0, 240.0)
"""Distances from the code within which lines are taken in, one after the other, when the whole
page at once did not fit. Each is half as far again as what is already placed."""

WELL_MM = 0.1
"""What :data:`MAX_RESIDUAL_MM` is for second attempts, which have to fit well. The worst of 116
simulated photos placed from the code outwards had 0.047, of 284 pages of the bench 0.087."""

GOOD_RESIDUAL_MM = 0.06
"""What clean scans stay below. Pages with more are placed once more, from the code outwards, and
the better fit counts: corner marks that were stamped over had drawn maps aside by 0.7 mm (2 of 400
simulated pages with hurt corners, residuals 0.08 and 0.16 mm; none since)."""

GROWTH_ROUNDS = 2
"""Rounds at each distance: the correction is linear in the perspective, the second one mends it."""

FOUND_PLAINLY = 0.75
"""Share of lines found from which on a round counts as having seen the table."""

SHOWN_GRID = 7
"""Points a side by which the map into the picture as it was taken is fitted."""

LEAST_LINES = 8

CODE_SAMPLES = 29
"""Samples a side by which the contrast of the code is measured."""

ROUGH_MM = 0.5
"""When the lines are found further off than this (root mean square) another round follows from the
corrected map."""

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


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """A page with printed lines, what was found of it so far, and what to look for.

    ``contrast`` in grey levels between paper and black, ``marks`` the number of corner marks found.
    """

    image: PageImage
    page: PageLayout
    edges: Edges
    anchors: Anchors
    contrast: float
    marks: int


def register(image: PageImage, page: PageLayout, code_px: Points) -> Registered | Unregistered:
    """Find the page in the image, starting from the corners of its code, (4, 2) image px."""
    return _register(image, page, code_px, None)


def fits_well(registered: Registered | Unregistered) -> bool:
    """Whether the page was found where its lines are to :data:`WELL_MM`, if it has any."""
    if isinstance(registered, Unregistered):
        return False
    found = registered.registration
    return found.lines_expected == 0 or found.residual_mm <= WELL_MM


def shown_by(registered: Registered, page: PageLayout, to_image: PageMap) -> Registered:
    """The same, with the homography that comes nearest to a map of the page into the picture as it
    was taken, when the page was found in another one: it shows the page as well as one can, and
    does not cut it out."""
    across, down = (np.linspace(0, side, SHOWN_GRID) for side in (page.width_mm, page.height_mm))
    x, y = np.meshgrid(across, down)
    page_mm = np.column_stack([x.ravel(), y.ravel()])
    homography = tuple(fit_homography(page_mm, to_image(page_mm)).ravel().tolist())
    return replace(registered, registration=replace(registered.registration, homography=homography))


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
    cells = page.ruled_cells
    if not cells:
        return _by_marks(image, page, pose, len(marks), code_px)
    edges = edges_of(cells)
    if contrast is None:
        contrast = code_contrast(image, page, pose)
    seen = _Seen(image, page, edges, anchors_of(page, marks, code_px), contrast, len(marks))
    reach_mm = REACH_MM if len(marks) >= SURE_MARKS else WIDE_REACH_MM
    registered = _by_lines(seen, pose, reach_mm)
    best_mm = WELL_MM
    if isinstance(registered, Registered):
        best_mm = min(best_mm, registered.registration.residual_mm)
        if best_mm <= GOOD_RESIDUAL_MM:
            return registered
    # Without the corner marks: one that was stamped over is in a wrong place and draws the map.
    bare = replace(seen, anchors=anchors_of(page, {}, code_px))
    again = _by_lines(bare, _grown(bare), reach_mm)
    if isinstance(again, Registered) and again.registration.residual_mm < best_mm:
        return again
    return registered


def _by_lines(seen: _Seen, pose: Homography, reach_mm: float) -> Registered | Unregistered:
    """The registration from a pose that is known to about the reach everywhere on the page."""
    edges = seen.edges
    for _ in range(MAX_ROUNDS):
        shifts = find_shifts(
            seen.image.grey, partial(transform, pose), edges, reach_mm, seen.contrast
        )
        found = np.isfinite(shifts)
        if found.sum() < LEAST_LINES:
            return Unregistered("hardly any printed line found")
        pose, left = correct(pose, edges, shifts, seen.anchors)
        plainly = np.count_nonzero(found) >= FOUND_PLAINLY * len(found)
        if plainly and np.sqrt(np.mean(shifts[found] ** 2)) <= ROUGH_MM:
            break
        reach_mm = REACH_MM if plainly else WIDE_REACH_MM
    off_code_mm = code_error_mm(seen.page, pose, seen.anchors.code_px)
    if off_code_mm > CODE_TOLERANCE_MM:
        return Unregistered(f"code {off_code_mm:.1f} mm beside the table")
    cell_map, left = bend(pose, edges, left)
    return _judged(seen.image, edges, cell_map, left, seen.marks)


def _grown(seen: _Seen) -> Homography:
    """A pose that starts at the code alone and takes in the lines around it ring by ring.

    For pages in perspective of which corner marks are gone: where the code puts the far corner may
    be centimetres off, but the lines near the code are where it says.
    """
    edges, page = seen.edges, seen.page
    pose = fit_affine(page.code.corners, seen.anchors.code_px)
    distance = np.hypot(*(edges.centre_mm - page.code.centre).T)
    for radius_mm in GROWTH_MM:
        near = distance <= radius_mm
        if near.sum() < LEAST_LINES:
            continue
        ring = edges.those(near)
        for _ in range(GROWTH_ROUNDS):
            shifts = find_shifts(
                seen.image.grey, partial(transform, pose), ring, WIDE_REACH_MM, seen.contrast
            )
            if np.isfinite(shifts).sum() < LEAST_LINES:
                break
            pose, _ = correct(pose, ring, shifts, seen.anchors)
    return pose


def _by_marks(
    image: PageImage, page: PageLayout, pose: Homography, marks: int, code_px: Points
) -> Registered | Unregistered:
    """The registration of a page without printed lines, by its corner marks. They are met
    exactly, so the code says how well they fit."""
    if marks < ALL_MARKS:
        return Unregistered(f"{marks} corner marks found on a page without lines")
    return Registered(
        plain_map(pose),
        Registration(
            homography=tuple(pose.ravel().tolist()),
            residual_mm=code_error_mm(page, pose, code_px),
            fiducials=marks,
            lines=0,
            lines_expected=0,
            rotation_deg=rotation_deg(pose, page.centre),
            scale=_print_scale(image, pose, page.centre),
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
    return px_per_mm(pose, page.centre) * MM_PER_INCH / registration.scale


def code_contrast(image: PageImage, page: PageLayout, pose: Homography) -> float:
    """Grey levels between paper and printed black, from the modules of the code (half black)."""
    x, y = np.rint(transform(pose, _samples(page.code))).astype(int).T
    height, width = image.grey.shape
    levels = image.grey[y.clip(0, height - 1), x.clip(0, width - 1)]
    dark, paper = len(levels) // 10, len(levels) * 9 // 10
    ranked = np.partition(levels, (dark, paper))
    return float(ranked[paper]) - float(ranked[dark])


@lru_cache(maxsize=64)
def _samples(area: Rect) -> Points:
    """The points (N, 2) of the page at which the contrast of the code is measured."""
    steps = np.linspace(0.1, 0.9, CODE_SAMPLES)
    x, y = np.meshgrid(area.x_mm + area.w_mm * steps, area.y_mm + area.h_mm * steps)
    return np.column_stack([x.ravel(), y.ravel()])


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


def _unseen_lines(edges: Edges, found: npt.NDArray[np.bool_]) -> list[int]:
    """The heights, mm, of level lines through several cells of which next to nothing was found."""
    groups, uprights = groups_of(edges, along=1)
    lines = groups[:, uprights:]
    size = (lines < len(found)).sum(axis=0)
    seen = np.append(found, False)[lines].sum(axis=0) / size
    return [
        round(float(edges.centre_mm[lines[: size[line], line], 1].mean()))
        for line in np.flatnonzero((size >= LONG_LINE) & (seen < LEAST_SEEN)).tolist()
    ]


def _judged(
    image: PageImage, edges: Edges, cell_map: CellMap, left: Floats, fiducials: int
) -> Registered | Unregistered:
    """The registration with its figures, or why it cannot be trusted."""
    found = np.abs(left) <= LONE_MM
    unseen = _unseen_lines(edges, found)
    if unseen:
        return Unregistered(f"lines of the table not found at {unseen} mm")
    for chosen, kind in ((edges.level, "level"), (~edges.level, "upright")):
        share = np.count_nonzero(found & chosen) / np.count_nonzero(chosen)
        if share < MIN_FOUND:
            return Unregistered(f"{share:.0%} of the {kind} lines found")
    all_mm = edges.centre_mm[:, 1]
    found_mm = all_mm[found & edges.level].tolist()
    heights_mm = sorted([float(all_mm.min()), *found_mm, float(all_mm.max())])
    gap_mm = max(below - above for above, below in pairwise(heights_mm))
    if gap_mm > MAX_GAP_MM:
        return Unregistered(f"no line found over {gap_mm:.0f} mm of the table")
    seen = np.isfinite(left)
    residual_mm = float(np.sqrt(np.where(seen, left**2, 0.0).sum() / np.count_nonzero(seen)))
    if residual_mm > MAX_RESIDUAL_MM:
        return Unregistered(f"lines {residual_mm:.2f} mm beside their places")
    return Registered(
        cell_map,
        Registration(
            homography=tuple(cell_map.homography.ravel().tolist()),
            residual_mm=residual_mm,
            fiducials=fiducials,
            lines=int(found.sum()),
            lines_expected=len(left),
            rotation_deg=rotation_deg(cell_map.homography, edges.middle),
            scale=_print_scale(image, cell_map.homography, edges.middle),
        ),
    )

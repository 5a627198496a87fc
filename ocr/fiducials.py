"""Find the corner marks of a page, starting from where its code is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cells import Affines
from ocr.geometry import Homography, Points, Rect, fit_affine, fit_homography, transform
from ocr.images import PageImage, Pixels
from ocr.layout import Fiducial, PageLayout

SEARCH_PX_PER_MM = 5.0
"""Resolution of the search windows: a 4 mm mark has 20 px, and its centre of gravity is found to
0.02 mm (rendered pages at 150-300 dpi)."""

NEAR_MM, WIDE_MM, FAR_MM = 3.0, 7.0, 32.0
"""How far from its predicted place the middle of a mark is looked for; the wider ones only for the
marks that the narrower did not show. The code alone predicts the far corner to 2-3 mm on flat
scans; on photos with perspective it was up to 29 mm off (simulated)."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a mark may look like in its window.

    ``side`` is the share by which its sides may differ from the print: skew of 3 degrees adds 5 %,
    perspective and printing at 94-103 % some more. ``out_of_square`` is the share by which they may
    differ from one another: a mark cut off by the edge of the scan is not one, its middle would be
    wrong. ``solid`` and ``hollow`` are shares of the bounding box that are black: a solid square at
    3 degrees fills 0.91.
    """

    side: float
    out_of_square: float
    solid: tuple[float, float]
    hollow: tuple[float, float]


STRICT = Shape(0.25, 0.12, (0.80, 1.0), (0.20, 0.78))
LOOSE = Shape(0.40, 0.30, (0.70, 1.0), (0.20, 0.88))
"""For a first look where the perspective is not known yet: what it finds says where the page is,
and has to be a mark in the window that is cut out by that."""

MIN_CONTRAST = 40
"""Grey levels between paper and ink below which nothing in a window counts as a mark."""

FAINT = 0.15
"""Ink, as a share of the darkest of its window, that does not count: noise of the paper."""

LEVELS = np.arange(256, dtype=np.float32)

CODE_TOLERANCE_MM = 1.5
"""How far the corners of the code may be from where the marks put them, as a mean."""


def find_poses_without_code(image: PageImage, page: PageLayout) -> list[tuple[int, Homography]]:
    """The maps of a page whose code cannot be read, from two to four corner marks, if the picture
    shows just the page and has marks where this page has them, in any of the two orientations that
    fit its shape: how many marks each rests on, and the map, the most marks first.

    Three marks settle the orientation, one being hollow; whether the map of two is right has to
    be seen by the lines of the page.
    """
    height, width = image.grey.shape
    corners_px = Rect(-0.5, -0.5, width, height).corners
    page_mm = Rect(0.0, 0.0, page.width_mm, page.height_mm).corners
    upright = (width > height) == (page.width_mm > page.height_mm)
    poses = []
    for turns in (0, 2) if upright else (1, 3):
        pose = fit_affine(page_mm, np.roll(corners_px, -turns, axis=0))
        places = _find_marks(image, page.fiducials, pose, FAR_MM)
        if len(places) >= 3:
            poses.append((len(places), fit_marks(page, places, np.zeros((0, 2)))))
        elif len(places) == 2:
            poses.append((2, _fit_similarity(*_pairs(page, places))))
    return sorted(poses, key=lambda found: -found[0])


def _fit_similarity(page_mm: Points, image_px: Points) -> Homography:
    """The turned and scaled map of exactly two points."""
    a, b = page_mm[:, 0] + 1j * page_mm[:, 1]
    u, v = image_px[:, 0] + 1j * image_px[:, 1]
    factor = (v - u) / (b - a)
    shift = u - factor * a
    return np.array(
        [
            [factor.real, -factor.imag, shift.real],
            [factor.imag, factor.real, shift.imag],
            [0.0, 0.0, 1.0],
        ]
    )


def find_pose(
    image: PageImage, page: PageLayout, code_px: Points
) -> tuple[Homography, dict[str, Points]]:
    """The map of the page from its code and as many corner marks as are there.

    ``code_px`` (4, 2) are the corners of the code in the image. Returns the homography and the
    centres of the marks found, (2,) px by corner name. Marks that contradict the code are left
    out; without any mark the map is that of the code alone.
    """
    return _consistent(page, _find_from_code(image, page, code_px), code_px)


def find_marks(image: PageImage, page: PageLayout, code_px: Points) -> dict[str, Points]:
    """The centres of all corner marks that are seen, (2,) px by corner name, if no homography
    agrees with them as well: of a page that is not flat. ``code_px`` as above.

    From two marks and the code on a homography says where to look for the others: unsure as it is,
    it is nearer in a photo from close by than an affine map.
    """
    found = _find_from_code(image, page, code_px)
    if len(found) < 2:
        return found
    marks_mm, marks_px = _pairs(page, found)
    pose = fit_homography(np.vstack([page.code.corners, marks_mm]), np.vstack([code_px, marks_px]))
    for mark in page.fiducials:
        if mark.corner not in found:
            found |= _find_marks(image, [mark], pose, FAR_MM, LOOSE)
    return found


def _find_from_code(image: PageImage, page: PageLayout, code_px: Points) -> dict[str, Points]:
    """The centres of marks as one after the other is found from the code and from those before."""
    pose = fit_affine(page.code.corners, code_px)
    order = sorted(page.fiducials, key=lambda mark: _distance_mm(mark, page))
    found = _find_marks(image, order, pose, NEAR_MM)
    # What was nearby says where to look for what is far.
    for mark in order:
        if mark.corner not in found:
            found |= _find_marks(image, [mark], fit_marks(page, found, code_px), WIDE_MM)
    for mark in order:
        if mark.corner not in found:
            found |= _find_far_mark(image, page, mark, found, code_px)
    return found


def _find_far_mark(
    image: PageImage, page: PageLayout, mark: Fiducial, found: dict[str, Points], code_px: Points
) -> dict[str, Points]:
    """The centre of a mark far from where the others put it, by corner, if it is seen: first
    loosely, then as a mark in the window that the first look gives."""
    seen = _find_marks(image, [mark], fit_marks(page, found, code_px), FAR_MM, LOOSE)
    if not seen:
        return {}
    return _find_marks(image, [mark], fit_marks(page, found | seen, code_px), NEAR_MM)


def _distance_mm(mark: Fiducial, page: PageLayout) -> float:
    return math.dist(mark.rect.centre, page.code.centre)


def fit_marks(page: PageLayout, found: dict[str, Points], code_px: Points) -> Homography:
    """The best map from what is known so far.

    Four marks give a homography. With three an affine map is safer than a homography that leans on
    the small code; with fewer the code's corners take part, each mark counting as much as they.
    """
    if len(found) == 4:
        return fit_homography(*_pairs(page, found))
    if len(found) == 3:
        return fit_affine(*_pairs(page, found))
    marks_mm, marks_px = _pairs(page, found)
    source = np.vstack([page.code.corners, *[marks_mm] * 2])
    target = np.vstack([code_px, *[marks_px] * 2])
    return fit_affine(source, target)


def _pairs(page: PageLayout, found: dict[str, Points]) -> tuple[Points, Points]:
    marks = [mark for mark in page.fiducials if mark.corner in found]
    source = np.array([mark.rect.centre for mark in marks], dtype=np.float64).reshape(-1, 2)
    target = np.array([found[mark.corner] for mark in marks], dtype=np.float64).reshape(-1, 2)
    return source, target


def _consistent(
    page: PageLayout, found: dict[str, Points], code_px: Points
) -> tuple[Homography, dict[str, Points]]:
    """The map from all marks, or from all but the one that contradicts the code."""
    candidates: Sequence[dict[str, Points]] = [
        found,
        *({k: v for k, v in found.items() if k != corner} for corner in found),
        {},
    ]
    for chosen in candidates:
        pose = fit_marks(page, chosen, code_px)
        if code_error_mm(page, pose, code_px) <= CODE_TOLERANCE_MM:
            return pose, chosen
    return pose, {}


def code_error_mm(page: PageLayout, pose: Homography, code_px: Points) -> float:
    """Mean distance between the corners of the code as mapped and as found."""
    off_px = (transform(pose, page.code.corners) - code_px).tolist()
    mean_px = sum(math.hypot(*off) for off in off_px) / len(off_px)
    diagonal_px = math.dist(code_px[0], code_px[2])
    return mean_px / diagonal_px * math.hypot(page.code.w_mm, page.code.h_mm)


def _find_marks(
    image: PageImage,
    marks: Sequence[Fiducial],
    pose: Homography,
    radius_mm: float,
    shape: Shape = STRICT,
) -> dict[str, Points]:
    """The centres of marks, (2,) image px by corner, of those that are seen so near to where the
    pose puts them: of what looks like a mark the nearest."""
    half_mm = radius_mm + max(mark.rect.w_mm for mark in marks)
    windows, to_image = _upright_windows(image, [mark.rect.centre for mark in marks], pose, half_mm)
    inks = _ink_of_levels(windows)
    side = windows.shape[1]
    # The darker a level the more ink, so that this many are half black. A row of paper between the
    # windows keeps them apart.
    black = (inks > 0.5).sum(axis=1, dtype=np.uint8)
    masks = np.zeros((len(marks), side + 1, side), np.uint8)
    masks[:, :side] = windows < black[:, None, None]
    # By this algorithm at a third of the cost.
    _, labels, *facts = cv2.connectedComponentsWithStatsWithAlgorithm(
        masks.reshape(-1, side), 8, cv2.CV_32S, cv2.CCL_BBDT
    )
    all_stats, all_centres = (fact.tolist() for fact in facts)
    nearest = [radius_mm * SEARCH_PX_PER_MM] * len(marks)
    centres: dict[int, Points] = {}
    for label, (stats, (x, y)) in enumerate(zip(all_stats, all_centres, strict=True)):
        if label == 0:
            continue
        at, stats[1] = divmod(stats[1], side + 1)
        place = x, y - at * (side + 1)
        if not _looks_like(marks[at], shape, stats, place, labels[int(y), int(x)] == label):
            continue
        centre = _weighted_centre(windows[at], inks[at], stats)
        distance = math.dist(centre, ((side - 1) / 2, (side - 1) / 2))
        if distance < nearest[at]:
            nearest[at] = distance
            centres[at] = to_image[at] @ (*centre, 1.0)
    return {marks[at].corner: centres[at] for at in sorted(centres)}


def _upright_windows(
    image: PageImage, centres_mm: Sequence[tuple[float, float]], pose: Homography, half_mm: float
) -> tuple[Pixels, Affines]:
    """Squares (n, side, side) of the page cut out upright at :data:`SEARCH_PX_PER_MM`, white
    outside the image; and the (n, 2, 3) maps from their pixels to the image's."""
    side = round(2 * half_mm * SEARCH_PX_PER_MM)
    points_mm = np.array(centres_mm)[:, None] + np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    points = transform(pose, points_mm).reshape(-1, 3, 2)
    step = (points[:, 1:] - points[:, :1]).swapaxes(1, 2) / SEARCH_PX_PER_MM
    to_image = np.empty((len(points), 2, 3))
    to_image[:, :, :2] = step
    to_image[:, :, 2] = points[:, 0] - step.sum(axis=2) * ((side - 1) / 2)
    windows = np.empty((len(points), side, side), np.uint8)
    for window, each in zip(windows, to_image, strict=True):
        cv2.warpAffine(
            image.grey,
            each,
            (side, side),
            dst=window,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(255,),
        )
    return windows, to_image


def _ink_of_levels(windows: Pixels) -> npt.NDArray[np.float32]:
    """How much ink a pixel of each grey level holds in each of the windows (n, 256), 0 (paper) to 1
    (the darkest of the window); nothing where it is faint or the window has no contrast."""
    samples = windows[:, ::2, ::2].reshape(len(windows), -1)
    ranks = [int(samples.shape[1] * share) for share in (0.003, 0.8)]
    dark, paper = np.partition(samples, ranks, axis=1)[:, ranks].T.astype(np.float32)[..., None]
    contrast = np.maximum(paper - dark, 1)
    inks: npt.NDArray[np.float32] = ((paper - LEVELS) / contrast).clip(0.0, 1.0)
    inks[(inks <= FAINT) | (contrast < MIN_CONTRAST)] = 0.0
    return inks


def _looks_like(
    mark: Fiducial,
    shape: Shape,
    stats: Sequence[int],
    centre: tuple[float, float],
    is_black_inside: bool,
) -> bool:
    """Whether a connected component has the size, the fill and the middle of the mark."""
    x, y, width, height, area = stats
    for side, side_mm in ((width, mark.rect.w_mm), (height, mark.rect.h_mm)):
        if abs(side / SEARCH_PX_PER_MM - side_mm) > shape.side * side_mm:
            return False
    if abs(width - height) > shape.out_of_square * width:
        return False
    low, high = shape.hollow if mark.hollow else shape.solid
    if not low <= area / (width * height) <= high:
        return False
    off_x, off_y = centre[0] - (x + (width - 1) / 2), centre[1] - (y + (height - 1) / 2)
    if max(abs(off_x), abs(off_y)) > 0.1 * width:
        return False
    return is_black_inside != mark.hollow


def _weighted_centre(
    window: Pixels, ink: npt.NDArray[np.float32], stats: Sequence[int]
) -> tuple[float, float]:
    """The centre of gravity of the ink of a component and 2 px around, window px."""
    x, y, width, height, _ = stats
    top, left = max(0, y - 2), max(0, x - 2)
    patch = ink[window[top : y + height + 2, left : x + width + 2]]
    total = float(patch.sum())
    columns, rows = patch.sum(axis=0).tolist(), patch.sum(axis=1).tolist()
    return left + _moment(columns) / total, top + _moment(rows) / total


def _moment(weights: Sequence[float]) -> float:
    """The sum of weights times their places."""
    return sum(place * weight for place, weight in enumerate(weights))

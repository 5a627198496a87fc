"""Points, rectangles and homographies.

Two coordinate systems are used, both with the origin at the top left, x to the right and y down:
*page* coordinates in millimetres on the printed sheet, and *image* coordinates in pixels, where
(0, 0) is the centre of the top left pixel. A :data:`Homography` always maps page to image.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

MM_PER_INCH = 25.4

Points: TypeAlias = npt.NDArray[np.float64]
"""(N, 2) float64, one row (x, y) a point."""

Homography: TypeAlias = npt.NDArray[np.float64]
"""(3, 3) float64, scaled so that the last entry is 1; maps page mm to image px."""


@dataclass(frozen=True, slots=True)
class Rect:
    """An upright rectangle in page millimetres."""

    x_mm: float
    y_mm: float
    w_mm: float
    h_mm: float

    @property
    def right_mm(self) -> float:
        """The x of the right edge."""
        return self.x_mm + self.w_mm

    @property
    def bottom_mm(self) -> float:
        """The y of the lower edge."""
        return self.y_mm + self.h_mm

    @property
    def centre(self) -> tuple[float, float]:
        """The middle, (x, y) in mm."""
        return self.x_mm + self.w_mm / 2, self.y_mm + self.h_mm / 2

    @property
    def corners(self) -> Points:
        """(4, 2): top left, top right, bottom right, bottom left."""
        left, top, right, bottom = self.x_mm, self.y_mm, self.right_mm, self.bottom_mm
        return np.array([[left, top], [right, top], [right, bottom], [left, bottom]])

    def grown(self, margin_mm: float) -> "Rect":
        """The rectangle with every edge moved outwards (inwards when negative)."""
        return Rect(
            self.x_mm - margin_mm,
            self.y_mm - margin_mm,
            self.w_mm + 2 * margin_mm,
            self.h_mm + 2 * margin_mm,
        )


def transform(homography: Homography, points: npt.ArrayLike) -> Points:
    """Map (N, 2) points, one at least, through a homography."""
    xy = np.asarray(points, dtype=np.float64).reshape(-1, 1, 2)
    # At a third to a fifth of the cost of the same in numpy.
    mapped = cv2.perspectiveTransform(xy, homography)
    return np.asarray(mapped, dtype=np.float64).reshape(-1, 2)


def fit_affine(page_mm: npt.ArrayLike, image_px: npt.ArrayLike) -> Homography:
    """Least-squares affine map from at least 3 point pairs, as a homography.

    Raises ValueError when there are fewer than 3 pairs or they lie on one line.
    """
    source = np.asarray(page_mm, dtype=np.float64).reshape(-1, 2)
    target = np.asarray(image_px, dtype=np.float64).reshape(-1, 2)
    count = len(source)
    if count < 3:
        raise ValueError("an affine map needs 3 points")
    # Normal equations about the middle, in plain numbers since the points are few: at a quarter of
    # the cost of an SVD.
    xs, ys = source.T.tolist()
    middle_x, middle_y = sum(xs) / count, sum(ys) / count
    x, y = [each - middle_x for each in xs], [each - middle_y for each in ys]
    xx, xy, yy = _dot(x, x), _dot(x, y), _dot(y, y)
    determinant = xx * yy - xy * xy
    if determinant <= 1e-12 * (xx + yy) ** 2:
        raise ValueError("the points of an affine map must not lie on one line")
    rows = []
    for values in target.T.tolist():
        xv, yv = _dot(x, values), _dot(y, values)
        along_x, along_y = (xv * yy - yv * xy) / determinant, (yv * xx - xv * xy) / determinant
        shift = sum(values) / count - along_x * middle_x - along_y * middle_y
        rows.append([along_x, along_y, shift])
    return np.array([*rows, [0.0, 0.0, 1.0]])


def fit_homography(page_mm: npt.ArrayLike, image_px: npt.ArrayLike) -> Homography:
    """Least-squares homography from at least 4 point pairs (normalised direct linear transform).

    Source: Hartley and Zisserman, Multiple View Geometry, 2nd ed., algorithm 4.2.
    Raises ValueError when there are fewer than 4 pairs or three of four lie on one line.
    """
    source = np.asarray(page_mm, dtype=np.float64).reshape(-1, 2)
    target = np.asarray(image_px, dtype=np.float64).reshape(-1, 2)
    if len(source) < 4:
        raise ValueError("a homography needs 4 points")
    if len(source) == 4:
        # No more than the four corner marks of a page: at a tenth of the cost.
        homography = _from_square(target) @ np.linalg.inv(_from_square(source))
        return np.asarray(homography / homography[2, 2], dtype=np.float64)
    source_n, source_t = _normalised(source)
    target_n, target_t = _normalised(target)
    (x, y), (u, v) = source_n.T, target_n.T
    one, none = np.ones(len(x)), np.zeros(len(x))
    rows = np.column_stack(
        [
            np.array([-x, -y, -one, none, none, none, u * x, u * y, u]),
            np.array([none, none, none, -x, -y, -one, v * x, v * y, v]),
        ]
    ).T
    _, singular, right = np.linalg.svd(rows, full_matrices=False)
    normalised = right[-1].reshape(3, 3)
    largest, _, least = np.linalg.svd(normalised, compute_uv=False)
    if singular[7] < 1e-9 * singular[0] or largest > 1e9 * least:
        raise ValueError("the points of a homography must not lie on one line")
    homography = np.linalg.inv(target_t) @ normalised @ source_t
    return np.asarray(homography / homography[2, 2], dtype=np.float64)


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def _from_square(points: Points) -> Homography:
    """The homography, up to its scale, that maps the corners of the unit square onto four points
    (4, 2), in the order (0, 0), (1, 0), (1, 1), (0, 1).

    Source: Heckbert, Fundamentals of Texture Mapping and Image Warping, 1989, section 2.2.3.
    Raises ValueError when three of the points lie on one line.
    """
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points.tolist()
    # Twice the areas of the triangles a b c, b c d, a c d and a b d.
    abc = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
    bcd = (cx - bx) * (dy - by) - (dx - bx) * (cy - by)
    acd = (cx - ax) * (dy - ay) - (dx - ax) * (cy - ay)
    abd = abc + acd - bcd
    areas = [abs(area) for area in (abc, bcd, acd, abd)]
    if min(areas) <= 1e-9 * max(areas):
        raise ValueError("the points of a homography must not lie on one line")
    return np.array(
        [
            [acd * bx - bcd * ax, abc * dx - bcd * ax, bcd * ax],
            [acd * by - bcd * ay, abc * dy - bcd * ay, bcd * ay],
            [acd - bcd, abc - bcd, bcd],
        ]
    )


def _normalised(points: Points) -> tuple[Points, Homography]:
    """Points moved to mean 0 and mean distance sqrt(2), and the matrix that does it."""
    centre = points.mean(axis=0)
    spread = float(np.linalg.norm(points - centre, axis=1).mean()) or 1.0
    scale = np.sqrt(2.0) / spread
    matrix = np.array([[scale, 0, -scale * centre[0]], [0, scale, -scale * centre[1]], [0, 0, 1.0]])
    return (points - centre) * scale, matrix


def px_per_mm(homography: Homography, at_mm: tuple[float, float]) -> float:
    """The local scale of the map at a page point: square root of the area ratio."""
    x, y = at_mm
    seen = transform(homography, [(x, y), (x + 1, y), (x, y + 1)])
    (right_x, right_y), (down_x, down_y) = (seen[1:] - seen[0]).tolist()
    return math.sqrt(abs(right_x * down_y - right_y * down_x))


def rotation_deg(homography: Homography, at_mm: tuple[float, float]) -> float:
    """How far the page's x axis is turned in the image, degrees, clockwise positive, -180..180."""
    x, y = at_mm
    origin, right = transform(homography, [(x, y), (x + 1, y)]).tolist()
    return math.degrees(math.atan2(right[1] - origin[1], right[0] - origin[0]))

"""Points, rectangles and homographies.

Two coordinate systems are used, both with the origin at the top left, x to the right and y down:
*page* coordinates in millimetres on the printed sheet, and *image* coordinates in pixels, where
(0, 0) is the centre of the top left pixel. A :data:`Homography` always maps page to image.
"""

from dataclasses import dataclass
from typing import TypeAlias

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
    """Map (N, 2) points through a homography."""
    xy = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    mapped = xy @ homography[:, :2].T + homography[:, 2]
    return np.asarray(mapped[:, :2] / mapped[:, 2:], dtype=np.float64)


def fit_affine(page_mm: npt.ArrayLike, image_px: npt.ArrayLike) -> Homography:
    """Least-squares affine map from at least 3 point pairs, as a homography.

    Raises ValueError when there are fewer than 3 pairs or they lie on one line.
    """
    source = np.asarray(page_mm, dtype=np.float64).reshape(-1, 2)
    target = np.asarray(image_px, dtype=np.float64).reshape(-1, 2)
    design = np.column_stack([source, np.ones(len(source))])
    solution, _, rank, _ = np.linalg.lstsq(design, target, rcond=None)
    if rank < 3:
        raise ValueError("an affine map needs 3 points that are not on one line")
    return np.vstack([solution.T, [0.0, 0.0, 1.0]])


def fit_homography(page_mm: npt.ArrayLike, image_px: npt.ArrayLike) -> Homography:
    """Least-squares homography from at least 4 point pairs (normalised direct linear transform).

    Source: Hartley and Zisserman, Multiple View Geometry, 2nd ed., algorithm 4.2.
    Raises ValueError when there are fewer than 4 pairs or three of four lie on one line.
    """
    source = np.asarray(page_mm, dtype=np.float64).reshape(-1, 2)
    target = np.asarray(image_px, dtype=np.float64).reshape(-1, 2)
    if len(source) < 4:
        raise ValueError("a homography needs 4 points")
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
    # Four pairs give 8 rows: only the full decomposition then holds the null vector. For more pairs
    # it would compute a square matrix of all rows for nothing (200 pairs: 3.1 ms for 0.13).
    _, singular, right = np.linalg.svd(rows, full_matrices=len(rows) < 9)
    normalised = right[-1].reshape(3, 3)
    largest, _, least = np.linalg.svd(normalised, compute_uv=False)
    if singular[7] < 1e-9 * singular[0] or largest > 1e9 * least:
        raise ValueError("the points of a homography must not lie on one line")
    homography = np.linalg.inv(target_t) @ normalised @ source_t
    return np.asarray(homography / homography[2, 2], dtype=np.float64)


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
    origin, right, down = transform(homography, [(x, y), (x + 1, y), (x, y + 1)])
    a, b = right - origin, down - origin
    return float(np.sqrt(abs(a[0] * b[1] - a[1] * b[0])))


def rotation_deg(homography: Homography, at_mm: tuple[float, float]) -> float:
    """How far the page's x axis is turned in the image, degrees, clockwise positive, -180..180."""
    x, y = at_mm
    origin, right = transform(homography, [(x, y), (x + 1, y)])
    return float(np.degrees(np.arctan2(right[1] - origin[1], right[0] - origin[0])))

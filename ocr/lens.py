"""Photos by a camera whose lens bends straight lines, outwards (a barrel) or inwards (a
pincushion).

One term of the radial model of Brown (1971): a point at the distance r from the middle of the
picture, in halves of its diagonal, is seen at r (1 + lens r²). A barrel has ``lens`` below 0.
"""

from functools import partial

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Homography, Points, transform
from ocr.images import PageImage
from ocr.layout import PageLayout
from ocr.register import (
    Registered,
    Unregistered,
    fits_well,
    register,
    shown_by,
)

LENSES = (-0.02, -0.04, -0.06, 0.02, 0.04)
"""The lenses that are tried. What is left beside the nearest of these the printed lines take out:
photos of the bench's maker, bent by -0.07 to 0.05, are all read (20 of each)."""


def straightened(image: PageImage, lens: float) -> PageImage:
    """The picture as a camera with a straight lens would have taken it, of the same size."""
    matrix, bent = _camera(image, lens)
    pixels = cv2.undistort(image.pixels, matrix, bent)
    return PageImage(pixels.astype(np.uint8, copy=False), image.dpi)


def register_through_lens(
    image: PageImage, page: PageLayout, code_px: Points
) -> tuple[PageImage, Points, Registered] | None:
    """The straightened picture in which the page fits best, the corners of the code there, and the
    page's place there; None when it fits well in none. Not tried for pages without printed lines,
    which nothing would hold, and in black-and-white pictures, which would look grey straightened.

    The lens is looked for in the small view. The homography of the registration maps into the
    picture as it was taken, as well as one can (it has no straight lines): to show the page, not to
    cut it out.
    """
    if image.is_bilevel or not page.ruled_cells:
        return None
    n = image.reduction
    small = PageImage(image.reduced)
    fits: dict[float, float] = {}
    for lens in LENSES:
        found = _registered(small, page, (code_px + 0.5) / n - 0.5, lens)
        if found is not None:
            fits[lens] = found[2].registration.residual_mm
    for lens in sorted(fits, key=lambda lens: fits[lens]):
        found = _registered(image, page, code_px, lens)
        if found is not None:
            straight, corners, registered = found
            as_taken = partial(_seen, image, registered.cell_map.homography, lens)
            return straight, corners, shown_by(registered, page, as_taken)
    return None


def _registered(
    image: PageImage, page: PageLayout, code_px: Points, lens: float
) -> tuple[PageImage, Points, Registered] | None:
    """The picture straightened for one lens, the code's corners and the page in it, if it fits."""
    straight = straightened(image, lens)
    corners = _straight_points(image, code_px, lens)
    registered = register(straight, page, corners)
    if isinstance(registered, Unregistered) or not fits_well(registered):
        return None
    return straight, corners, registered


def _seen(image: PageImage, pose: Homography, lens: float, page_mm: Points) -> Points:
    """Where points (N, 2) of the page are in the picture as it was taken; ``pose`` maps into the
    straightened one."""
    matrix, _ = _camera(image, lens)
    units = (transform(pose, page_mm) - matrix[:2, 2]) / matrix[0, 0]
    bent = units * (1 + lens * (units**2).sum(axis=1, keepdims=True))
    return np.asarray(bent * matrix[0, 0] + matrix[:2, 2], np.float64)


def _straight_points(image: PageImage, points: Points, lens: float) -> Points:
    """Where points (N, 2) px of the picture are in the straightened one."""
    matrix, bent = _camera(image, lens)
    straight = cv2.undistortPoints(points[:, None], matrix, bent, P=matrix)
    return np.asarray(straight[:, 0], np.float64)


def _camera(
    image: PageImage, lens: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """OpenCV's matrix of a camera for which the half diagonal is 1, and its coefficients."""
    height, width = image.pixels.shape[:2]
    half = float(np.hypot(width, height)) / 2
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    matrix = np.array([[half, 0, middle_x], [0, half, middle_y], [0, 0, 1.0]])
    return matrix, np.array([lens, 0.0, 0.0, 0.0])

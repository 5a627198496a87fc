"""Correction fluid and tape that are whiter than the paper.

In the picture of a cell (:mod:`ocr.cells`) paper is white and nothing whiter, so that a patch shows
by its rim at most. Where the scan left the paper a little grey, as most do, the page shows all of
it.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cells import CellMap
from ocr.geometry import Rect
from ocr.images import PAPER_BLOCK_PX, PageImage
from ocr.ranks import at_share

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]

GRAIN = 4
"""Pixels of the small view, a side, that are averaged, about 1 mm: noise and JPEG leave a level."""

BRIGHTER, ABOUT = 3.5, 1.5
"""Grey levels above paper from which on a square is whiter than paper, and from which on it belongs
to whatever is whiter beside it."""

LEAST_MM2 = 4.0
"""Area of such squares in a cell from which on they are a patch."""

MOST_MM = 25.0
"""Extent of a patch; what is longer is the bright side of a fold, or light on a curled page."""

OWN_PAPER = 0.25
"""Share of a cell's squares that are darker than its own paper, or as dark: fluid covers less than
the rest, and where print shows through the paper is darker than what is around it says."""

INSET_MM = 1.0
"""What is left out inside the rules of a cell: printed lines darken the squares they touch."""


def painted_cells(image: PageImage, cell_map: CellMap, cells: Sequence[Rect]) -> list[bool]:
    """Whether a patch whiter than paper lies in each of these cells, in page mm."""
    if not cells:
        return []
    squares = _squares(image)
    above = squares - _paper_of(image, squares.shape)
    side_mm = GRAIN * image.reduction / image.px_per_mm
    patches = _patches(above, side_mm)
    if not patches.any():
        return [False] * len(cells)
    return [
        _painted_mm2(squares[box], patches[box], side_mm) >= LEAST_MM2
        for box in _boxes(image, cell_map, cells)
    ]


def _squares(image: PageImage) -> Floats:
    """The page in squares of about 1 mm."""
    height, width = (side // GRAIN for side in image.reduced.shape)
    whole = image.reduced[: height * GRAIN, : width * GRAIN]
    # Halved twice, at a third of the cost of once by four; the second time without rounding.
    half = cv2.resize(whole, (2 * width, 2 * height), interpolation=cv2.INTER_LINEAR)
    floats = half.astype(np.float32)
    return np.asarray(cv2.resize(floats, (width, height), interpolation=cv2.INTER_AREA), np.float32)


def _paper_of(image: PageImage, shape: tuple[int, ...]) -> Floats:
    """The paper of every square."""
    paper = image.paper if image.paper.ndim == 2 else cv2.cvtColor(image.paper, cv2.COLOR_BGR2GRAY)
    times = PAPER_BLOCK_PX // GRAIN
    spread = cv2.resize(paper.astype(np.float32), None, fx=times, fy=times)
    return np.asarray(spread[: shape[0], : shape[1]], np.float32)


def _patches(above: Floats, side_mm: float) -> Flags:
    """Which squares, ``side_mm`` wide, are whiter than paper and lie together as those of a patch
    do, by how far all squares of a page are ``above`` their paper."""
    whiter = above >= BRIGHTER
    # Most pages end here.
    if np.count_nonzero(whiter) * side_mm**2 < LEAST_MM2:
        return np.zeros_like(whiter)
    bright = (above >= ABOUT).view(np.uint8)
    # A fold stays in one piece where printed lines run across it.
    joined = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=4)
    width, height, area = stats[:, cv2.CC_STAT_WIDTH : cv2.CC_STAT_AREA + 1].T
    fits = (area * side_mm**2 >= LEAST_MM2) & (np.maximum(width, height) * side_mm <= MOST_MM)
    fits[0] = False
    return np.asarray(whiter & fits[labels], np.bool_)


def _painted_mm2(squares: Floats, patches: Flags, side_mm: float) -> float:
    """Area of the patches in a cell that are whiter than its own paper as well."""
    if not patches.any():
        return 0.0
    own_paper = at_share(squares, OWN_PAPER)
    return float(np.count_nonzero(patches & (squares >= own_paper + BRIGHTER)) * side_mm**2)


def _boxes(image: PageImage, cell_map: CellMap, cells: Sequence[Rect]) -> list[tuple[slice, slice]]:
    """Where the insides of cells are in the squares of the page; of a cell that lies askew the
    upright rectangle within it."""
    inside = np.concatenate([cell.grown(-INSET_MM).corners for cell in cells])
    places = (cell_map.to_image(inside) + 0.5) / (GRAIN * image.reduction) - 0.5
    ranked = np.rint(np.sort(places.reshape(-1, 4, 2), axis=1)).astype(np.int64).clip(0)
    first, last = ranked[:, 1].tolist(), ranked[:, 2].tolist()
    return [
        (slice(top, bottom + 1), slice(left, right + 1))
        for (left, top), (right, bottom) in zip(first, last, strict=True)
    ]

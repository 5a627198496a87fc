"""Cut the cells of a registered page out of its image, upright and at the resolution asked for.

What classifiers get is a :class:`CellImage` a cell and one :class:`PageTone` a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Homography, Points, Rect, transform
from ocr.images import PageImage, Pixels

CELL_PX_PER_MM = 8.0
"""Resolution of cell images whose finest detail counts (203 dpi), as digits: scans of 200 dpi keep
all they have, 300 dpi loses nothing that a pen stroke of 0.3 mm needs."""

INK_PX_PER_MM = 4.0
"""Resolution of cell images in which ink is measured, as marks: a pen stroke of 0.3 mm is still
more than a pixel, and the noise of the scan is averaged. A quarter of the cost."""

HALVED_ABOVE = 1.6
"""Pixels of the image a pixel of the cell image, a side, above which the cell is taken from the
page at half its resolution: single pixels would be sampled, and their noise, not averages."""

EVEN_PAPER = 2
"""Grey levels by which the paper may differ over a cell and still count as even."""

CORNERS = [0, 1, 2, 1, 2, 3, 0, 3]
"""Which of left, top, right, bottom make the corners (x, y) of a rectangle, in the order of
:attr:`ocr.geometry.Rect.corners`."""

Affines: TypeAlias = npt.NDArray[np.float64]
"""(N, 2, 3) or (2, 3) float64: map (x, y) px of a cell image to px of the page image."""


@dataclass(frozen=True, slots=True, eq=False)
class CellImage:
    """A rectangle of the page with a margin around, rectified: upright, in page coordinates.

    ``grey`` is uint8 (H, W), ``colour`` uint8 (H, W, 3) BGR or None when the scan has no colour.
    Ink is dark; the paper is divided out and lies near 255. The inner edges of the cell are
    ``margin_mm`` from the edges of the picture, as exactly as the page could be registered (the
    printed rule may therefore show up to 0.3 mm inside).
    Column j spans the page x from ``rect.x_mm - margin_mm + j / px_per_mm`` to one pixel further.
    """

    grey: npt.NDArray[np.uint8]
    colour: npt.NDArray[np.uint8] | None
    px_per_mm: float
    margin_mm: float

    @property
    def inner(self) -> tuple[slice, slice]:
        """Index of the cell without its margin: ``cell.grey[cell.inner]``."""
        edge = round(self.margin_mm * self.px_per_mm)
        height, width = self.grey.shape[:2]
        return slice(edge, height - edge), slice(edge, width - edge)


@dataclass(frozen=True, slots=True)
class Cut:
    """Rectangles of a page that are to be cut out alike, see :func:`extract`."""

    rects: Sequence[Rect]
    margin_mm: float
    px_per_mm: float = CELL_PX_PER_MM


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """Where n cells lie in the image.

    ``affines`` map into the image, ``to_paper`` into its paper map; ``size_px`` (n, 2) are width
    and height; ``step_px`` (n,) pixels of the image go into one, a side; ``gains`` (n, channels)
    make the paper white where it ``is_even`` (n,).
    """

    affines: Affines
    size_px: npt.NDArray[np.int64]
    step_px: npt.NDArray[np.float64]
    to_paper: Affines
    gains: npt.NDArray[np.float64]
    is_even: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PageTone:
    """Facts about a page that the reading of its cells needs.

    Grey levels are those of a :class:`CellImage` (paper near 255), 0..255. ``dark`` is the level of
    printed black (the corner marks), ``noise`` the standard deviation of plain paper,
    ``paper`` the level of the paper before it was divided out (a grey page is a dim one).
    ``blur_mm`` is how wide a sharp printed edge has become: its 10-90 % rise in mm.
    ``bilevel``: the scanner decided black or white, so faint ink is lost.
    """

    paper: float
    dark: float
    noise: float
    blur_mm: float
    bilevel: bool
    colour: bool

    @property
    def contrast(self) -> float:
        """Grey levels between paper and printed black in the scan itself: clean scans have 180 and
        more, poor ones and photos 100 to 160."""
        return self.paper * (1 - self.dark / 255)


@dataclass(frozen=True, eq=False)
class CellMap:
    """From page mm to image px: a homography and, before it, the small shifts by which the printed
    lines were found beside it.

    ``shift_by_y`` is (N, 2) mm (dx, dy) at the page heights ``y_mm`` (N,), ascending, linear in
    between and constant beyond; ``shift_by_x`` likewise along the page's width ``x_mm``.
    """

    homography: Homography
    y_mm: npt.NDArray[np.float64]
    shift_by_y: npt.NDArray[np.float64]
    x_mm: npt.NDArray[np.float64]
    shift_by_x: npt.NDArray[np.float64]

    def to_image(self, points_mm: npt.ArrayLike) -> Points:
        """Map (N, 2) page points to image px."""
        points = np.asarray(points_mm, dtype=np.float64).reshape(-1, 2)
        moved = points.copy()
        for axis in (0, 1):
            moved[:, axis] += np.interp(points[:, 1], self.y_mm, self.shift_by_y[:, axis])
            moved[:, axis] += np.interp(points[:, 0], self.x_mm, self.shift_by_x[:, axis])
        return transform(self.homography, moved)


def plain_map(homography: Homography) -> CellMap:
    """The map of a homography alone."""
    zero = np.zeros(1)
    return CellMap(homography, zero, np.zeros((1, 2)), zero, np.zeros((1, 2)))


def extract(
    image: PageImage,
    cell_map: CellMap,
    rect: Rect,
    margin_mm: float,
    px_per_mm: float = CELL_PX_PER_MM,
) -> CellImage:
    """Cut out a rectangle of the page with a margin; see :class:`CellImage`.

    What lies outside the image is white. ``margin_mm`` should be a multiple of a pixel.
    """
    return extract_cuts(image, cell_map, [Cut([rect], margin_mm, px_per_mm)])[0][0]


def extract_cuts(image: PageImage, cell_map: CellMap, cuts: Sequence[Cut]) -> list[list[CellImage]]:
    """:func:`extract` for all that is to be cut out of a page, cut by cut: where everything lies is
    found at once, which costs as much as for a single cell."""
    rects = [rect for cut in cuts for rect in cut.rects]
    if not rects:
        return [[] for _ in cuts]
    counts = [len(cut.rects) for cut in cuts]
    margin_mm = np.repeat([[cut.margin_mm] for cut in cuts], counts, axis=0)
    px_per_mm = np.repeat([[cut.px_per_mm] for cut in cuts], counts, axis=0)
    edges_mm = np.array([(r.x_mm, r.y_mm, r.right_mm, r.bottom_mm) for r in rects])
    size_mm = np.array([(rect.w_mm, rect.h_mm) for rect in rects]) + 2 * margin_mm
    size_px = np.rint(size_mm * px_per_mm).astype(int)
    corners = cell_map.to_image(edges_mm[:, CORNERS]).reshape(-1, 4, 2)
    affines = _affines(corners, size_mm, margin_mm, px_per_mm)
    to_paper, paper = _paper_of_cells(image, affines, size_px)
    places = _Places(
        affines,
        size_px,
        np.sqrt(np.abs(np.linalg.det(affines[:, :, :2]))),
        to_paper,
        255.0 / paper.mean(axis=1),
        (paper.max(axis=1) - paper.min(axis=1)).max(axis=1) <= EVEN_PAPER,
    )
    ends = np.cumsum(counts).tolist()
    return [
        _cut_out(image, cut, places, range(end - count, end)) if count else []
        for cut, count, end in zip(cuts, counts, ends, strict=True)
    ]


def _cut_out(image: PageImage, cut: Cut, places: _Places, which: range) -> list[CellImage]:
    """The cells of one cut, all from the page or all from the page at half its resolution."""
    source, affines = image.pixels, places.affines[which.start : which.stop]
    if places.step_px[which[0]] > HALVED_ABOVE:
        source, affines = _halved(image, affines, places.size_px[which.start : which.stop])
    cells = []
    for k, to_source in zip(which, affines, strict=True):
        size = (int(places.size_px[k, 0]), int(places.size_px[k, 1]))
        pixels = _warp(source, to_source, size, cv2.BORDER_CONSTANT)
        if places.is_even[k]:
            pixels = _brightened(pixels, places.gains[k])
        else:
            shade = _warp(image.paper, places.to_paper[k], size, cv2.BORDER_REPLICATE)
            pixels = _u8(cv2.divide(pixels, shade, scale=255.0))
        cells.append(_cell(pixels, image.is_colour, cut.px_per_mm, cut.margin_mm))
    return cells


def _halved(
    image: PageImage, affines: Affines, size_px: npt.NDArray[np.int64]
) -> tuple[Pixels, Affines]:
    """The part of the image that holds all of these cells, at half its resolution, and the maps
    into it."""
    affines = to_reduced(affines, 2)
    corners = _corners(affines, size_px)
    height, width = (side // 2 for side in image.pixels.shape[:2])
    # A pixel more, since pixels are mixed with their neighbours; and cells may lie outside.
    first = (corners.min(axis=(0, 1)).astype(int) - 1).clip(0, (width - 1, height - 1))
    last = (corners.max(axis=(0, 1)).astype(int) + 3).clip(first + 1)
    affines[:, :, 2] -= first
    return image.halved((slice(first[1], last[1]), slice(first[0], last[0]))), affines


def _corners(affines: Affines, size_px: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Where maps (N, 2, 3) put the corners of pictures of these sizes, (N, 4, 2)."""
    along, down = (affines[:, :, axis] * size_px[:, axis, None] for axis in (0, 1))
    first = affines[:, :, 2]
    return np.stack([first, first + along, first + (along + down), first + down], axis=1)


def _brightened(pixels: Pixels, gains: npt.NDArray[np.float64]) -> Pixels:
    """Every channel times its gain, (1,) or (3,); white stays white."""
    if pixels.ndim == 2:
        return _u8(cv2.convertScaleAbs(pixels, alpha=float(gains[0])))
    return _u8(cv2.transform(pixels, np.diag(gains)))


def _cell(pixels: Pixels, is_colour: bool, px_per_mm: float, margin_mm: float) -> CellImage:
    if pixels.ndim == 2:
        return CellImage(pixels, None, px_per_mm, margin_mm)
    grey = _u8(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY))
    return CellImage(grey, pixels if is_colour else None, px_per_mm, margin_mm)


def _affines(corners: Points, size_mm: Points, margin_mm: Points, px_per_mm: Points) -> Affines:
    """The affine maps from pixels of the cell images to pixels of the page image, from where the
    corners (N, 4, 2) of the rectangles are in the image; ``size_mm`` (N, 2) includes the margins
    (N, 1).

    Over one cell the difference between this and the full map is below 0.02 mm.
    """
    inner = size_mm - 2 * margin_mm
    top_left, top_right, bottom_right, bottom_left = corners.swapaxes(0, 1)
    right = (top_right - top_left + bottom_right - bottom_left) / (2 * inner[:, :1])
    down = (bottom_left - top_left + bottom_right - top_right) / (2 * inner[:, 1:])
    step = 1 / px_per_mm
    # The centre of the first pixel lies half a step inside the corner of the picture.
    first = (step - size_mm) / 2
    origin = corners.mean(axis=1) + first[:, :1] * right + first[:, 1:] * down
    return np.stack([right * step, down * step, origin], axis=2)


def to_reduced(affines: Affines, step: int) -> Affines:
    """Maps to the pixels of an image as maps to those of the same image reduced, ``step`` pixels a
    side to one."""
    reduced = affines / step
    reduced[..., 2] += 0.5 / step - 0.5
    return reduced


def _paper_of_cells(
    image: PageImage, affines: Affines, size_px: npt.NDArray[np.int64]
) -> tuple[Affines, npt.NDArray[np.float64]]:
    """The affine maps into the paper map, and the paper (N, 4, channels) at the cells' corners."""
    to_paper = to_reduced(affines, image.paper_step)
    rows, columns = image.paper.shape[:2]
    x, y = np.rint(_corners(to_paper, size_px)).astype(int).transpose(2, 0, 1)
    paper = image.paper.reshape(rows, columns, -1)
    return to_paper, paper[y.clip(0, rows - 1), x.clip(0, columns - 1)].astype(np.float64)


def _warp(source: Pixels, to_source: Affines, size: tuple[int, int], border: int) -> Pixels:
    warped = cv2.warpAffine(
        source,
        to_source,
        size,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=border,
        borderValue=(255, 255, 255),
    )
    return _u8(warped)


def _u8(array: npt.NDArray[np.generic]) -> Pixels:
    return array.astype(np.uint8, copy=False)

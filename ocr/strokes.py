"""Stroke features of cells: lengths, crossings, coverage, place.

:func:`stroke_features` is what the first of the two measures of a mark goes by; the second looks at
the :func:`pictures` of the ink.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cells import INK_PX_PER_MM, PageTone
from ocr.ink import InkStack, Ints

Floats = npt.NDArray[np.float32]

SPECK_PX = 3
"""Components up to this many pixels (0.2 mm²) are specks, not strokes."""

PICTURE_PX = 48
"""Side of the picture that the network sees: 12 mm of the ink as it was measured. Marks are 3 to
11 mm large."""

SMALL_MM = 6.5
"""Marks stick out on all sides of boxes whose smaller side is not above this (the result's are 5.3
mm wide): crossed rules say nothing there, and what is outside belongs to the mark."""

MARK_MM2 = 1.0
"""Ink in a small box from which on it holds a mark: the smallest tick has 2 mm². About an empty one
there is nothing but print."""

NAMES = (
    "ink area",
    "area of strong ink",
    "length",
    "width",
    "extent across",
    "extent down",
    "density of the extent",
    "share of thick ink",
    "share of thicker ink",
    "mean darkness",
    "highest darkness",
    "components",
    "holes",
    "area of holes",
    "mean crossings of a row",
    "mean crossings of a column",
    "most crossings of a row",
    "most crossings of a column",
    "share inside",
    "off centre across",
    "off centre down",
    "ink at the rules",
    "ink without a strong part",
    "highest smooth darkness",
    "mean smooth darkness",
    "noise",
    "blur",
)
"""The features in their order. Areas in mm², lengths in mm and counts as log(1 + x)."""

PX_PER_MM2 = INK_PX_PER_MM**2

ROOTS = np.sqrt(np.arange(256, dtype=np.float32) / 255)
"""Square root of each darkness as a share of black."""


@dataclass(frozen=True, slots=True, eq=False)
class OwnInk:
    """The ink pixels inside the cells of a stack that are no specks, cell by cell.

    ``at`` are their flat indices into the stack, ascending; ``cell``, ``row``, ``column`` and
    ``component`` say of each where it is. ``reach`` and ``within`` are the pixels of a component in
    all and inside its cell, by component.
    """

    at: Ints
    cell: Ints
    row: Ints
    column: Ints
    component: npt.NDArray[np.int32]
    reach: Ints
    within: Ints


def own_ink(ink: InkStack) -> OwnInk:
    """Find the components of ink that reach into their cell."""
    _, height, width = ink.weak.shape
    tall = ink.weak.reshape(-1, width)
    # Counting at the ink's pixels is four times as fast as OpenCV's own statistics.
    components, labels = cv2.connectedComponents(tall, connectivity=8)
    at = np.flatnonzero(tall.view(bool))
    # Dividing and multiplying back is three times as fast as ``np.divmod``.
    cell = at // (height * width)
    line = at // width
    row, column = line - cell * height, at - line * width
    inside = (row >= ink.top[cell]) & (row < ink.bottom[cell])
    inside &= (column >= ink.left[cell]) & (column < ink.right[cell])
    component = labels.ravel()[at]
    within = np.bincount(component[inside], minlength=components)
    reach = np.bincount(component, minlength=components)
    keep = inside & (reach[component] > SPECK_PX)
    return OwnInk(at[keep], cell[keep], row[keep], column[keep], component[keep], reach, within)


def stroke_features(ink: InkStack, own: OwnInk, tone: PageTone) -> Floats:
    """The features :data:`NAMES` of every cell: float32 (n, 27)."""
    count, height, width = ink.weak.shape
    mask = np.zeros(ink.weak.size, np.uint8)
    mask[own.at] = 1
    area = np.bincount(own.cell, minlength=count)
    some = np.maximum(area, 1)
    strong = ink.strong.ravel()[own.at]
    darkness = ink.darkness.ravel()[own.at]
    eroded = _eroded(mask, width)
    core = _sums(own, eroded[own.at], count)
    thicker = _sums(own, _eroded(eroded, width)[own.at], count)
    edge = area - core
    starts = (np.cumsum(area) - area)[area > 0]
    box_h, box_w = (_extent(place, own, starts, count) for place in (own.row, own.column))
    holes, hole_px = _holes(mask.reshape(ink.weak.shape))
    rows = _crossings(mask, own, 1, own.cell * height + own.row, count * height)
    columns = _crossings(mask, own, width, own.cell * width + own.column, count * width)
    parts = np.flatnonzero(np.bincount(own.component))
    cell_of_part = np.zeros(len(own.reach), np.int64)
    cell_of_part[own.component] = own.cell
    reach = np.bincount(cell_of_part[parts], own.reach[parts], count)
    firm = np.zeros(len(own.reach), bool)
    firm[own.component[strong > 0]] = True
    row_centre, row_half = (ink.top + ink.bottom - 1) / 2, (ink.bottom - ink.top) / 2
    column_centre, column_half = (ink.left + ink.right - 1) / 2, (ink.right - ink.left) / 2
    at_rules = (own.row == ink.top[own.cell]) | (own.row == ink.bottom[own.cell] - 1)
    at_rules |= (own.column == ink.left[own.cell]) | (own.column == ink.right[own.cell] - 1)
    darkest = np.zeros(count, np.uint8)
    darkest[own.cell[starts]] = np.maximum.reduceat(darkness, starts) if len(starts) else 0
    features = [
        np.log1p(area / PX_PER_MM2),
        np.log1p(_sums(own, strong, count) / PX_PER_MM2),
        np.log1p(edge / 2 / INK_PX_PER_MM),
        2 * area / np.maximum(edge, 1) / INK_PX_PER_MM,
        box_w / INK_PX_PER_MM / 8,
        box_h / INK_PX_PER_MM / 8,
        area / np.maximum(box_w * box_h, 1),
        core / some,
        thicker / some,
        _sums(own, darkness, count) / some / 255,
        darkest / 255,
        np.log1p(np.bincount(cell_of_part[parts], minlength=count)),
        np.log1p(holes),
        np.log1p(hole_px / PX_PER_MM2),
        rows.reshape(count, height).sum(axis=1) / np.maximum(box_h, 1) / 2,
        columns.reshape(count, width).sum(axis=1) / np.maximum(box_w, 1) / 2,
        rows.reshape(count, height).max(axis=1) / 4,
        columns.reshape(count, width).max(axis=1) / 4,
        np.where(area > 0, area / np.maximum(reach, 1), 0),
        np.where(
            area > 0, abs(_sums(own, own.column, count) / some - column_centre) / column_half, 0
        ),
        np.where(area > 0, abs(_sums(own, own.row, count) / some - row_centre) / row_half, 0),
        np.log1p(_sums(own, at_rules, count) / INK_PX_PER_MM),
        np.log1p(_sums(own, ~firm[own.component], count) / PX_PER_MM2),
        np.log1p(ink.smooth.max(axis=(1, 2)).clip(0)),
        np.log1p(ink.mean_smooth.clip(0)),
        np.full(count, tone.noise / 5),
        np.full(count, tone.blur_mm * 3),
    ]
    return np.array(features, np.float64).T.astype(np.float32)


def border_crossings(ink: InkStack, which: Ints, level: Floats) -> Ints:
    """How often ink as dark as ``level`` (0..255, one a cell) crosses the rules of each of the
    cells ``which``."""
    found = []
    for index, least in zip(which.tolist(), level.tolist(), strict=True):
        cell = ink.inside(index)
        inside = (ink.darkness[index][cell] >= least) & ink.weak[index][cell]
        border = [inside[0], inside[:, -1], inside[-1, ::-1], inside[::-1, 0]]
        around = np.concatenate(border).astype(np.int64)
        found.append(int((np.diff(around, append=around[0]) > 0).sum()))
    return np.array(found, np.int64)


def longest_pieces(own: OwnInk, count: int) -> Floats:
    """The longest component of ink in each cell, float32 (n,): the diagonal of its extent, mm, 0
    where there is none."""
    longest = np.zeros(count, np.float32)
    order = np.argsort(own.component, kind="stable")
    starts = np.flatnonzero(np.diff(own.component[order], prepend=-1))
    if len(starts):
        row, column = (
            np.maximum.reduceat(place, starts) - np.minimum.reduceat(place, starts) + 1
            for place in (own.row[order], own.column[order])
        )
        length = np.hypot(row, column) / INK_PX_PER_MM
        np.maximum.at(longest, own.cell[order][starts], length.astype(np.float32))
    return longest


def _sums(own: OwnInk, values: npt.NDArray[np.generic], count: int) -> npt.NDArray[np.float64]:
    """Sum of a value of the pixels, cell by cell."""
    return np.asarray(np.bincount(own.cell, values.astype(np.float64), count), np.float64)


def _extent(position: Ints, own: OwnInk, starts: Ints, count: int) -> Ints:
    """Pixels from the first to the last position, cell by cell, 0 where there is no ink; the ink
    of each cell ``starts`` there."""
    extent = np.zeros(count, np.int64)
    if len(starts):
        first, last = np.minimum.reduceat(position, starts), np.maximum.reduceat(position, starts)
        extent[own.cell[starts]] = last - first + 1
    return extent


def _eroded(mask: npt.NDArray[np.uint8], width: int) -> npt.NDArray[np.uint8]:
    """The pixels of a flat mask of lines of this width whose 8 neighbours are ink as well.

    Ink inside rules never touches the edges of its stack, so the neighbours in memory are those
    on paper; OpenCV takes five times as long on pictures as narrow as these.
    """
    eroded = np.zeros_like(mask)
    across = mask[:-2] & mask[1:-1] & mask[2:]
    eroded[width + 1 : -width - 1] = (
        across[: -2 * width] & across[width:-width] & across[2 * width :]
    )
    return eroded


def _holes(masks: npt.NDArray[np.uint8]) -> tuple[Ints, Ints]:
    """Number and pixels of the patches of paper that ink encloses in every cell (n,).

    By the outlines of the holes, which run through the ink around them: the pixels inside are
    counted by Pick's theorem. Filling the paper from outside costs ten times as much.
    """
    count, height, width = masks.shape
    number, area = np.zeros(count, np.int64), np.zeros(count, np.int64)
    tall = masks.reshape(-1, width)
    outlines, tree = cv2.findContours(tall, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    if tree is None:
        return number, area
    for index in np.flatnonzero(tree[0, :, 3] >= 0).tolist():
        outline = outlines[index]
        pixels = round(cv2.contourArea(outline) - len(outline) / 2 + 1)
        if pixels > SPECK_PX:
            cell = int(outline[0, 0, 1]) // height
            number[cell] += 1
            area[cell] += pixels
    return number, area


def _crossings(mask: npt.NDArray[np.uint8], own: OwnInk, step: int, line: Ints, lines: int) -> Ints:
    """How often each line of pixels enters ink; ``step`` leads to the pixel before."""
    enters = mask[own.at - step] == 0
    return np.bincount(line[enters], minlength=lines)


def pictures(ink: InkStack, own: OwnInk) -> Floats:
    """The ink of every cell around its centre: float32 (n, 1, 48, 48), -1..1.

    The square root of the darkness (faint strokes show); what lies outside the cell is negative,
    but not about the mark of a small box.
    """
    count, height, width = ink.darkness.shape
    area = np.bincount(own.cell, minlength=count)
    some = np.maximum(area, 1)
    row = np.where(area > 0, _sums(own, own.row, count) / some, (ink.top + ink.bottom) / 2)
    column = np.where(area > 0, _sums(own, own.column, count) / some, (ink.left + ink.right) / 2)
    tops = np.round(row - PICTURE_PX / 2).astype(int)
    lefts = np.round(column - PICTURE_PX / 2).astype(int)
    planes = np.zeros((count, PICTURE_PX, PICTURE_PX), np.uint8)
    for plane, dark, top, left in zip(
        planes, ink.darkness, tops.tolist(), lefts.tolist(), strict=True
    ):
        r0, r1 = max(top, 0), min(top + PICTURE_PX, height)
        c0, c1 = max(left, 0), min(left + PICTURE_PX, width)
        plane[r0 - top : r1 - top, c0 - left : c1 - left] = dark[r0:r1, c0:c1]
    rows, columns = (start[:, None] + np.arange(PICTURE_PX) for start in (tops, lefts))
    in_rows = (rows >= ink.top[:, None]) & (rows < ink.bottom[:, None])
    in_columns = (columns >= ink.left[:, None]) & (columns < ink.right[:, None])
    sticks_out = is_small_box(ink) & (area > MARK_MM2 * PX_PER_MM2)
    in_rows[sticks_out] = in_columns[sticks_out] = True
    shown = cv2.LUT(planes.reshape(-1, PICTURE_PX), ROOTS).reshape(planes.shape)
    np.negative(shown, out=shown, where=~(in_rows[:, :, None] & in_columns[:, None, :]))
    return np.asarray(shown[:, None], np.float32)


def is_small_box(ink: InkStack) -> npt.NDArray[np.bool_]:
    """Which cells (n,) are boxes that their marks stick out of."""
    side_mm = np.minimum(ink.bottom - ink.top, ink.right - ink.left) / INK_PX_PER_MM
    return np.asarray(side_mm <= SMALL_MM)


def darkness_inside(shown: Floats) -> Floats:
    """The darkness of :func:`pictures` (n, 1, 48, 48) inside the cells, 0..1, as one tall picture:
    float32 (n x 48, 48)."""
    inside = np.maximum(shown.reshape(-1, PICTURE_PX), 0)
    return inside * inside

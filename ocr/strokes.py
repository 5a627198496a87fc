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
"""Side of the picture that the network sees."""

PICTURE_MM = 16.0
"""What it shows: the width of a mark column, centred on the ink."""

NAMES = (
    "ink area",
    "area of strong ink",
    "length",
    "width",
    "extent across",
    "extent down",
    "density of the extent",
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
    at = np.flatnonzero(tall)
    cell, rest = np.divmod(at, height * width)
    row, column = np.divmod(rest, width)
    inside = (row >= ink.top[cell]) & (row < ink.bottom[cell])
    inside &= (column >= ink.left[cell]) & (column < ink.right[cell])
    component = labels.ravel()[at]
    within = np.bincount(component[inside], minlength=components)
    reach = np.bincount(component, minlength=components)
    keep = inside & (reach[component] > SPECK_PX)
    return OwnInk(at[keep], cell[keep], row[keep], column[keep], component[keep], reach, within)


def stroke_features(ink: InkStack, own: OwnInk, tone: PageTone) -> Floats:
    """The features :data:`NAMES` of every cell: float32 (n, 25)."""
    count, height, width = ink.weak.shape
    mask = np.zeros(ink.weak.size, np.uint8)
    mask[own.at] = 1
    tall = mask.reshape(-1, width)
    area = np.bincount(own.cell, minlength=count)
    some = np.maximum(area, 1)
    strong = ink.strong.ravel()[own.at]
    darkness = ink.darkness.ravel()[own.at]
    core = cv2.erode(tall, np.ones((3, 3), np.uint8)).ravel()[own.at]
    edge = area - _sums(own, core, count)
    box_h, box_w = _extent(own.row, own, count), _extent(own.column, own, count)
    holes, hole_px = _holes(mask.reshape(ink.weak.shape), np.flatnonzero(area))
    rows = _crossings(mask, own, 1, own.cell * height + own.row, count * height)
    columns = _crossings(mask, own, width, own.cell * width + own.column, count * width)
    parts = np.unique(own.component)
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
    np.maximum.at(darkest, own.cell, darkness)
    features = [
        np.log1p(area / PX_PER_MM2),
        np.log1p(_sums(own, strong, count) / PX_PER_MM2),
        np.log1p(edge / 2 / INK_PX_PER_MM),
        2 * area / np.maximum(edge, 1) / INK_PX_PER_MM,
        box_w / INK_PX_PER_MM / 8,
        box_h / INK_PX_PER_MM / 8,
        area / np.maximum(box_w * box_h, 1),
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
        np.log1p(ink.smooth.mean(axis=(1, 2)).clip(0)),
        np.full(count, tone.noise / 5),
        np.full(count, tone.blur_mm * 3),
    ]
    return np.stack(features, axis=1).astype(np.float32)


def border_crossings(ink: InkStack, which: Ints) -> Ints:
    """How often ink crosses the rules of each of the cells ``which``."""
    found = []
    for index in which.tolist():
        rows = slice(ink.top[index], ink.bottom[index])
        inside = ink.weak[index, rows, ink.left[index] : ink.right[index]]
        border = [inside[0], inside[:, -1], inside[-1, ::-1], inside[::-1, 0]]
        around = np.concatenate(border).astype(np.int64)
        found.append(int((np.diff(around, append=around[0]) > 0).sum()))
    return np.array(found, np.int64)


def _sums(own: OwnInk, values: npt.NDArray[np.generic], count: int) -> npt.NDArray[np.float64]:
    """Sum of a value of the pixels, cell by cell."""
    return np.asarray(np.bincount(own.cell, values.astype(np.float64), count), np.float64)


def _extent(position: Ints, own: OwnInk, count: int) -> Ints:
    """Pixels from the first to the last position, cell by cell, 0 where there is no ink."""
    first, last = np.full(count, 1 << 30), np.full(count, -1)
    np.minimum.at(first, own.cell, position)
    np.maximum.at(last, own.cell, position)
    return np.where(last >= 0, last - first + 1, 0)


def _holes(masks: npt.NDArray[np.uint8], inked: Ints) -> tuple[Ints, Ints]:
    """Number and pixels of the patches of paper that ink encloses in every cell (n,)."""
    count, height, width = masks.shape
    number, area = np.zeros(count, np.int64), np.zeros(count, np.int64)
    filled = masks[inked].reshape(-1, width)
    if len(filled) == 0:
        return number, area
    # The first pixel lies outside the rules, and the paper there joins all cells.
    cv2.floodFill(filled, None, (0, 0), (1,))
    enclosed = np.unique(np.flatnonzero(filled == 0) // (height * width))
    for place in enclosed.tolist():
        hole = filled[place * height : (place + 1) * height] ^ 1
        parts, _, stats, _ = cv2.connectedComponentsWithStats(hole, connectivity=4)
        areas = stats[1:parts, cv2.CC_STAT_AREA]
        large = areas[areas > SPECK_PX]
        number[inked[place]], area[inked[place]] = len(large), large.sum()
    return number, area


def _crossings(mask: npt.NDArray[np.uint8], own: OwnInk, step: int, line: Ints, lines: int) -> Ints:
    """How often each line of pixels enters ink; ``step`` leads to the pixel before."""
    enters = mask[own.at - step] == 0
    return np.bincount(line[enters], minlength=lines)


def pictures(ink: InkStack, own: OwnInk, which: Ints) -> Floats:
    """The ink of the cells ``which``, around its centre, and the extent of the cell.

    float32 (len(which), 2, 48, 48), 0..1. Plane 0 is the square root of the darkness (faint strokes
    show), plane 1 is 1 inside the cell.
    """
    count, height, width = ink.darkness.shape
    side = round(PICTURE_MM * INK_PX_PER_MM)
    area = np.bincount(own.cell, minlength=count)
    some = np.maximum(area, 1)
    row = np.where(area > 0, _sums(own, own.row, count) / some, (ink.top + ink.bottom) / 2)
    column = np.where(area > 0, _sums(own, own.column, count) / some, (ink.left + ink.right) / 2)
    tops, lefts = np.round(row - side / 2).astype(int), np.round(column - side / 2).astype(int)
    planes = np.zeros((len(which), 2, side, side), np.uint8)
    for plane, index in zip(planes, which, strict=True):
        top, left = int(tops[index]), int(lefts[index])
        r0, r1, c0, c1 = max(top, 0), min(top + side, height), max(left, 0), min(left + side, width)
        plane[0, r0 - top : r1 - top, c0 - left : c1 - left] = ink.darkness[index, r0:r1, c0:c1]
        r0, r1 = max(int(ink.top[index]) - top, 0), max(int(ink.bottom[index]) - top, 0)
        c0, c1 = max(int(ink.left[index]) - left, 0), max(int(ink.right[index]) - left, 0)
        plane[1, r0:r1, c0:c1] = 255
    shape = (PICTURE_PX, len(planes) * 2 * PICTURE_PX)
    tall = cv2.resize(planes.reshape(-1, side), shape, interpolation=cv2.INTER_AREA)
    scaled = tall.reshape(-1, 2, PICTURE_PX, PICTURE_PX).astype(np.float32) / 255
    np.sqrt(scaled[:, 0], out=scaled[:, 0])
    return np.asarray(scaled, np.float32)

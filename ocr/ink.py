"""The ink of cells: what is darker than its paper, without the printed rules and the red of a seal.

All cells of a page are measured in one stack: their cost is that of the calls, not of the pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cells import INK_PX_PER_MM, CellImage, PageTone

WEAK_INK = 18
"""Darkness (0..255 below the local paper) that may be ink: 7 % of the range, the faintest pencil
line after the blur of a 200 dpi scan."""

STRONG_INK = 60
"""Darkness that is surely ink: a ball pen's line after the same blur reaches 70 and more."""

NOISE_WEIGHT = 1.5
"""Standard deviations of a cell's pixels that ink must exceed (four of them are averaged first)."""

RULE_REACH_PX = 3
"""Printed rules are looked for this far on both sides of where the layout has the cell's edge:
0.75 mm = 0.3 mm of registration error, half a rule, and blur."""

RULE_SHARE = 0.4
"""Share of a line of pixels that must be dark to be a printed rule; worn toner leaves gaps."""

PAPER_FLOOR = 40
"""The local paper is never taken darker than this below the cell's brightest part: a filled patch
is ink, not paper."""

RED_FRINGE_MM = 0.25
"""How far around red ink its pale edge reaches."""

RED_CHROMA = 40
"""Red minus the stronger of green and blue above which ink is red (seal, red pen)."""

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class InkStack:
    """The ink of n cells with their margins, at :data:`INK_PX_PER_MM`, padded to one size (h, w).

    ``darkness`` is uint8 (n, h, w), 0 = paper, printed rules erased. ``weak`` and ``strong`` are
    uint8 masks (1 = ink) of what may be and what surely is ink; strokes stay joined across erased
    rules. At least the last row of each cell is paper. ``top``, ``bottom``, ``left``, ``right``
    are (n,) the first and one past the last row and column inside the rules. ``smooth`` is the
    darkness averaged over squares of 1 mm, float32 (n, h / 4, w / 4), 0 outside the cell: where
    traces too faint for single pixels show. ``red_mm2`` (n,) is the area of red ink left out.
    """

    darkness: Bytes
    weak: Bytes
    strong: Bytes
    top: Ints
    bottom: Ints
    left: Ints
    right: Ints
    smooth: npt.NDArray[np.float32]
    red_mm2: npt.NDArray[np.float64]


def without_red(cell: CellImage) -> tuple[Bytes, float]:
    """The grey picture with red ink turned into paper, and how much red the cell held (mm²).

    In the red channel red ink is bright and blue or black ink is dark; what is missing to the
    paper is added where the colour is red.
    """
    if cell.colour is None:
        return cell.grey, 0.0
    blue, green, red = cv2.split(cell.colour)
    chroma = cv2.subtract(red, cv2.max(green, blue))
    is_red = mask_above(chroma, RED_CHROMA)
    count = cv2.countNonZero(np.ascontiguousarray(is_red[cell.inner]))
    if count == 0:
        return cell.grey, 0.0
    side = 2 * round(RED_FRINGE_MM * cell.px_per_mm) + 1
    near = cv2.dilate(is_red, np.ones((side, side), np.uint8))
    cleaned = np.where(near > 0, cv2.add(red, chroma), cell.grey)
    return as_bytes(cleaned), count / cell.px_per_mm**2


def red_layer(cell: CellImage) -> CellImage:
    """The red ink alone as a grey cell: what a seal or a red pen left."""
    if cell.colour is None:
        return CellImage(np.full_like(cell.grey, 255), None, cell.px_per_mm, cell.margin_mm)
    blue, green, red = cv2.split(cell.colour)
    chroma = cv2.subtract(red, cv2.max(green, blue))
    alone = cv2.subtract(np.full_like(chroma, 255), cv2.add(chroma, chroma))
    return CellImage(as_bytes(alone), None, cell.px_per_mm, cell.margin_mm)


def as_bytes(picture: npt.NDArray[Any]) -> Bytes:
    """What OpenCV gave, typed as it is: uint8."""
    return picture.astype(np.uint8, copy=False)


def mask_above(values: npt.NDArray[Any], threshold: int) -> Bytes:
    """1 where the uint8 value is above the threshold, else 0; of the same shape."""
    return np.asarray(values > threshold).view(np.uint8)


def ink_of(cells: Sequence[CellImage], tone: PageTone) -> InkStack:
    """Separate the ink of cells from their paper, printed rules and the red of a seal.

    The cells are of one resolution, :data:`INK_PX_PER_MM` or twice that, which is then halved.
    """
    sizes = np.array([cell.grey.shape for cell in cells], dtype=np.int64)
    factor = round(cells[0].px_per_mm / INK_PX_PER_MM)
    # Whole squares of 1 mm, and one more row of them that keeps the cells of the stack apart.
    mm = round(cells[0].px_per_mm)
    height, width = ((sizes.max(axis=0) + mm - 1) // mm + (1, 0)) * mm
    stack = np.full((len(cells), height, width), 255, dtype=np.uint8)
    red = np.zeros(len(cells))
    for index, cell in enumerate(cells):
        grey, red[index] = without_red(cell)
        stack[index, : grey.shape[0], : grey.shape[1]] = grey
    small = stack if factor == 1 else _reduced(stack, factor)
    coarse = _reduced(small, 4)
    paper = _local_paper(coarse)
    darkness = as_bytes(cv2.subtract(_repeated(paper, 4), _tall(small))).reshape(small.shape)
    noise = int(NOISE_WEIGHT * tone.noise)
    weak = mask_above(darkness, WEAK_INK + noise)
    strong = mask_above(darkness, STRONG_INK + noise)
    margins = np.array([cell.margin_mm for cell in cells]) * INK_PX_PER_MM
    extent = np.asarray(sizes / factor, np.float64)
    bounds: list[Ints] = []
    for axis in (0, 1):
        planes = [array.swapaxes(1, 1 + axis) for array in (weak, strong, darkness)]
        near = _erase_rule(planes, margins, extent[:, 1 - axis])
        far = _erase_rule(planes, extent[:, axis] - margins, extent[:, 1 - axis])
        bounds += [near[1], far[0]]
    top, bottom, left, right = bounds
    smooth = _smooth(paper, coarse, bounds)
    return InkStack(darkness, weak, strong, top, bottom, left, right, smooth, red)


def _reduced(stack: Bytes, factor: int) -> Bytes:
    """The stack at a fraction of its resolution, averaged."""
    count, height, width = stack.shape
    size = (width // factor, count * height // factor)
    small = cv2.resize(_tall(stack), size, interpolation=cv2.INTER_AREA)
    return as_bytes(small).reshape(count, height // factor, width // factor)


def _tall(stack: Bytes) -> Bytes:
    """The cells of a stack below one another as one picture, (n * h, w), without a copy."""
    return stack.reshape(-1, stack.shape[2])


def _repeated(coarse: Bytes, factor: int) -> Bytes:
    """Every pixel of a stack as a square of pixels, as one tall picture."""
    tall = _tall(coarse)
    size = (tall.shape[1] * factor, tall.shape[0] * factor)
    return as_bytes(cv2.resize(tall, size, interpolation=cv2.INTER_NEAREST))


def _local_paper(coarse: Bytes) -> Bytes:
    """The paper around every 1 mm square: the brightest of the 3 x 3 squares about it."""
    padded = np.pad(coarse, ((0, 0), (1, 1), (1, 1)), mode="edge")
    tall = np.maximum(np.maximum(padded[:, :-2], padded[:, 1:-1]), padded[:, 2:])
    paper = np.maximum(np.maximum(tall[:, :, :-2], tall[:, :, 1:-1]), tall[:, :, 2:])
    brightest = coarse[:, :-1].max(axis=(1, 2), keepdims=True)
    return as_bytes(np.maximum(paper, brightest.clip(PAPER_FLOOR + 1) - PAPER_FLOOR))


def _erase_rule(
    planes: list[Bytes],
    position: npt.NDArray[np.float64],
    length: npt.NDArray[np.float64],
) -> tuple[Ints, Ints]:
    """Erase a printed rule that runs along the last axis near row ``position`` of every cell.

    ``planes`` are the weak and strong mask and the darkness, each (n, rows, columns), changed in
    place. Strokes that cross the rule stay joined: a pixel of the erased band is ink when there is
    ink on both sides of the band (a little further on for slanting strokes). Gives first and one
    past the last row of the band, (n,) each.
    """
    weak, _, darkness = planes
    count, rows, _ = weak.shape
    cell = np.arange(count)
    middle = np.round(position).astype(np.int64)
    near = middle[:, None] + np.arange(-RULE_REACH_PX, RULE_REACH_PX + 1)
    # Counted without widening every pixel to 64 bits first, which is what takes the time.
    pixels = weak.sum(axis=2, dtype=np.uint16)
    share = pixels[cell[:, None], near.clip(0, rows - 1)] / length[:, None]
    dark = share > RULE_SHARE
    found = dark.any(axis=1)
    first = np.where(found, near[:, 0] + dark.argmax(axis=1), middle) - 1
    last = np.where(found, near[:, -1] - dark[:, ::-1].argmax(axis=1), middle - 1) + 1
    first, last = first.clip(1, rows - 2), last.clip(1, rows - 2)
    where = np.arange(rows)[None, :]
    in_cell, row = np.nonzero((where >= first[:, None]) & (where <= last[:, None]))
    for mask in planes[:2]:
        bridge = _widened(mask[cell, first - 1]) & _widened(mask[cell, last + 1])
        mask[in_cell, row] = bridge[in_cell]
    darkness[in_cell, row] *= weak[in_cell, row]
    return first, last + 1


def _widened(lines: Bytes) -> Bytes:
    """Ink of lines of pixels (n, length) spread by two pixels to both sides."""
    return as_bytes(cv2.dilate(np.ascontiguousarray(lines), np.ones((1, 5), np.uint8)))


def _smooth(paper: Bytes, coarse: Bytes, bounds: list[Ints]) -> npt.NDArray[np.float32]:
    """Darkness of the 1 mm squares that lie wholly inside the cells."""
    top, bottom, left, right = bounds
    row, column = np.arange(coarse.shape[1]) * 4, np.arange(coarse.shape[2]) * 4
    in_rows = (row >= top[:, None]) & (row + 4 <= bottom[:, None])
    in_columns = (column >= left[:, None]) & (column + 4 <= right[:, None])
    inside = in_rows[:, :, None] & in_columns[:, None, :]
    return np.where(inside, paper.astype(np.float32) - coarse, np.float32(0))

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

PAPER_OF_ROW = 0.1
"""Share of the 1 mm squares of a row that may be brighter than its paper: print that shows through
leaves more than that between its words, a fold's shade does not."""

SHADE = (8, 30)
"""Grey levels, from and to, by which a row of squares is darker than its paper, beyond what the
cell's rows usually are, where a fold shades it. Folds of the samples' maker have 25; more is a line
right through the cell. Chosen on pages of the bench's maker (seed 930,000): it halves the plain
rows that are flagged for a fold, 1.9 to 1.5 % of all on average scans; from 4 on it took print that
shows through for folds."""

RED_FRINGE_MM = 0.25
"""How far around red ink its pale edge reaches."""

RED_CHROMA = 40
"""Red minus the stronger of green and blue above which ink is red (seal, red pen)."""

RED_AROUND = 15
"""Red minus green, averaged over :data:`AROUND_MM`, below which red is no ink but the fringe of
black: where a scanner's channels lie a pixel apart, what is red on one side of a stroke lacks as
much on the other. Lines of 0.3 mm by a red pen have 30 and more, by a pink pencil 22."""

AROUND_MM = 1.25
"""Side of the square it is averaged over: strokes and both of their edges."""

WHOLE_MM2 = 525.0
"""Area of a large cell with its margins, 25 by 21 mm, as most pages of the fit had one."""

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

    @property
    def mean_smooth(self) -> npt.NDArray[np.float64]:
        """Sum of ``smooth`` a cell (n,), in :data:`WHOLE_MM2`: it says the same of a cell whatever
        the size of the others of its page."""
        return np.asarray(self.smooth.sum(axis=(1, 2), dtype=np.float64) / WHOLE_MM2)

    def inside(self, index: int) -> tuple[slice, slice]:
        """What lies inside the rules of a cell: ``ink.weak[index][ink.inside(index)]``."""
        rows = slice(int(self.top[index]), int(self.bottom[index]))
        return rows, slice(int(self.left[index]), int(self.right[index]))


def without_red(cell: CellImage) -> tuple[Bytes, float]:
    """The grey picture with red ink turned into paper, and how much red the cell held (mm²).

    In the red channel red ink is bright and blue or black ink is dark; what is missing to the
    paper is added where the colour is red.
    """
    if cell.colour is None:
        return cell.grey, 0.0
    green, red = (cv2.extractChannel(cell.colour, channel) for channel in (1, 2))
    # Most cells end here.
    if cv2.subtract(red, green).max() <= RED_CHROMA:
        return cell.grey, 0.0
    chroma = _chroma(cell.colour)
    is_red = mask_above(chroma, RED_CHROMA)
    is_red &= _redder_around(red, green, cell.px_per_mm)
    count = cv2.countNonZero(np.ascontiguousarray(is_red[cell.inner]))
    if count == 0:
        return cell.grey, 0.0
    side = 2 * round(RED_FRINGE_MM * cell.px_per_mm) + 1
    near = cv2.dilate(is_red, np.ones((side, side), np.uint8))
    cleaned = np.where(near > 0, cv2.add(red, chroma), cell.grey)
    return as_bytes(cleaned), count / cell.px_per_mm**2


def _chroma(colour: Bytes) -> Bytes:
    """How much red exceeds the stronger of green and blue, uint8 (h, w), in BGR pictures."""
    blue, green, red = cv2.split(colour)
    return as_bytes(cv2.subtract(red, cv2.max(green, blue)))


def _redder_around(red: npt.NDArray[Any], green: npt.NDArray[Any], px_per_mm: float) -> Bytes:
    """1 where red exceeds green on the average of what is around, else 0."""
    side = 2 * round(AROUND_MM * px_per_mm / 2) + 1
    excess = cv2.subtract(red, green, dtype=cv2.CV_32F)
    return mask_above(cv2.boxFilter(excess, -1, (side, side)), RED_AROUND)


def red_layer(cell: CellImage) -> CellImage:
    """The red ink alone as a grey cell: what a seal or a red pen left."""
    if cell.colour is None:
        return CellImage(np.full_like(cell.grey, 255), None, cell.px_per_mm, cell.margin_mm)
    chroma = _chroma(cell.colour)
    alone = cv2.subtract(np.full_like(chroma, 255), cv2.add(chroma, chroma))
    return CellImage(as_bytes(alone), None, cell.px_per_mm, cell.margin_mm)


def as_bytes(picture: npt.NDArray[Any]) -> Bytes:
    """What OpenCV gave, typed as it is: uint8."""
    return picture.astype(np.uint8, copy=False)


def mask_above(values: npt.NDArray[Any], threshold: int) -> Bytes:
    """1 where the uint8 value is above the threshold, else 0; of the same shape."""
    return np.asarray(values > threshold).view(np.uint8)


def in_squares(mask: Bytes) -> npt.NDArray[np.uint32]:
    """How many pixels of a stack of masks (n, h, w), sides of whole mm, are 1 in each of its
    squares of 1 mm, (n, h / 4, w / 4)."""
    count, height, width = mask.shape
    # Four bytes a word, added at once: a third of the cost of OpenCV's averages.
    words = mask.view(np.uint32).reshape(-1, 4, width // 4)
    rows = words[:, 0] + words[:, 1] + words[:, 2] + words[:, 3]
    return (rows * np.uint32(0x01010101) >> np.uint32(24)).reshape(count, height // 4, width // 4)


def ink_of(cells: Sequence[CellImage], tone: PageTone) -> InkStack:
    """Separate the ink of cells from their paper, printed rules and the red of a seal.

    The cells are of one resolution, :data:`INK_PX_PER_MM` or twice that, which is then halved.
    """
    sizes = [cell.grey.shape for cell in cells]
    factor = round(cells[0].px_per_mm / INK_PX_PER_MM)
    mm = round(cells[0].px_per_mm)
    height, width = (-(-max(sides) // mm) * mm for sides in zip(*sizes, strict=True))
    # Whole squares of 1 mm, and one more row of them that keeps the cells of the stack apart.
    height += mm
    stack = np.full((len(cells), height, width), 255, dtype=np.uint8)
    red = np.zeros(len(cells))
    for index, cell in enumerate(cells):
        grey, red[index] = without_red(cell)
        stack[index, : grey.shape[0], : grey.shape[1]] = grey
    small = stack if factor == 1 else _reduced(stack, factor)
    coarse = _reduced(small, 4)
    margins = np.array([cell.margin_mm for cell in cells])
    paper = _without_folds(_local_paper(coarse), coarse, margins, np.array(sizes) / mm)
    darkness = as_bytes(cv2.subtract(_repeated(paper), _tall(small))).reshape(small.shape)
    noise = int(NOISE_WEIGHT * tone.noise)
    # Strong ink is weak ink too: one plane holds both masks until the rules are erased.
    level = mask_above(darkness, WEAK_INK + noise)
    level += mask_above(darkness, STRONG_INK + noise)
    margins = margins * INK_PX_PER_MM
    extent = np.array(sizes, np.float64).T / factor
    bounds: list[Ints] = []
    for axis in (0, 1):
        planes = level.swapaxes(1, 1 + axis), darkness.swapaxes(1, 1 + axis)
        positions = np.array([margins, extent[axis] - margins])
        bounds += _erase_rules(planes, positions, extent[1 - axis])
    weak, strong = mask_above(level, 0), mask_above(level, 1)
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


def _repeated(coarse: Bytes) -> Bytes:
    """Every pixel of a stack as a square of 4 x 4 pixels, as one tall picture."""
    rows = (_tall(coarse) * np.uint32(0x01010101)).view(np.uint8)
    return rows.repeat(4, axis=0)


def _local_paper(coarse: Bytes) -> Bytes:
    """The paper around every 1 mm square: the brightest of the 3 x 3 squares about it."""
    count, height, width = coarse.shape
    # A black row and column keep cells and lines apart, so that neighbours in memory can be taken
    # for neighbours on paper: a fifth of the cost of any other way.
    apart = np.zeros((count, height + 1, width + 1), np.uint8)
    apart[:, :height, :width] = coarse
    spread = _brightest(_brightest(apart.ravel(), 1), width + 1)
    paper = spread.reshape(apart.shape)[:, :height, :width]
    brightest = coarse[:, :-1].max(axis=(1, 2), keepdims=True)
    return as_bytes(np.maximum(paper, brightest.clip(PAPER_FLOOR + 1) - PAPER_FLOOR))


def _without_folds(
    paper: Bytes,
    coarse: Bytes,
    margins_mm: npt.NDArray[np.float64],
    sizes_mm: npt.NDArray[np.float64],
) -> Bytes:
    """The paper of every 1 mm square, darker where a fold across the page shades a whole row of
    them: the paper around every square is that before the fold.

    Next to the rules it stays as it is. ``sizes_mm`` (n, 2) are height and width of the cells with
    their margins; ``coarse`` is white beyond.
    """
    rows = np.arange(coarse.shape[1])
    last = (sizes_mm[:, 0] - margins_mm)[:, None]
    between = (rows > margins_mm[:, None]) & (rows + 1 < last)
    cell, row = np.nonzero(between)
    widths = np.ceil(sizes_mm[:, 1]).astype(np.int64)[cell]
    ranks = widths - 1 - (widths * PAPER_OF_ROW).astype(np.int64)
    level = np.sort(coarse[cell, row], axis=1)[np.arange(len(row)), ranks].astype(np.int64)
    around = np.where(np.arange(coarse.shape[2]) < widths[:, None], paper[cell, row], 0)
    # Rows that are not looked at come last, so that the middle of the others is the median.
    gap = np.full(between.shape, 256)
    gap[cell, row] = around.max(axis=1) - level
    usual = np.sort(gap, axis=1)[np.arange(len(gap)), between.sum(axis=1) // 2]
    excess = gap - usual[:, None]
    least, most = SHADE
    folded = between & (excess > least) & (excess <= most)
    if not folded.any():
        return paper
    return as_bytes((paper - np.where(folded, excess, 0)[:, :, None]).clip(0))


def _brightest(pixels: Bytes, step: int) -> Bytes:
    """The brightest of every pixel of a row and those ``step`` before and after it."""
    found = pixels.copy()
    np.maximum(found[step:], pixels[:-step], out=found[step:])
    np.maximum(found[:-step], pixels[step:], out=found[:-step])
    return found


def _erase_rules(
    planes: tuple[Bytes, Bytes],
    positions: npt.NDArray[np.float64],
    length: npt.NDArray[np.float64],
) -> tuple[Ints, Ints]:
    """Erase the two printed rules that run along the last axis near rows ``positions`` (2, n) of
    every cell, the near one and the far one.

    ``planes`` are the level of ink (0 none, 1 weak, 2 strong) and the darkness, each
    (n, rows, columns), changed in place. Strokes that cross a rule stay joined: a pixel of the
    erased band is ink when there is ink on both sides of the band (a little further on for slanting
    strokes). Gives one past the last row of the near band and the first of the far one, (n,) each.
    The bands must not touch: no cell is as small as twice the reach.
    """
    level, darkness = planes
    count, rows, columns = level.shape
    cell = np.arange(count)
    middle = np.round(positions).astype(np.int64)
    near = middle[:, :, None] + np.arange(-RULE_REACH_PX, RULE_REACH_PX + 1)
    lines = mask_above(level[cell[:, None], near.clip(0, rows - 1)], 0)
    # OpenCV's sums of lines are four times as fast as numpy's.
    tall = np.ascontiguousarray(lines).reshape(-1, columns)
    pixels = cv2.reduce(tall, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S).reshape(near.shape)
    share = pixels / length[:, None]
    dark = share > RULE_SHARE
    found = dark.any(axis=2)
    first = np.where(found, near[..., 0] + dark.argmax(axis=2), middle) - 1
    last = np.where(found, near[..., -1] - dark[..., ::-1].argmax(axis=2), middle - 1) + 1
    first, last = first.clip(1, rows - 2), last.clip(1, rows - 2)
    # The band and its edges reach one row further than where rules are looked for.
    reach = middle[:, :, None] + np.arange(-RULE_REACH_PX - 1, RULE_REACH_PX + 2)
    side, in_cell, at = np.nonzero((reach >= first[..., None]) & (reach <= last[..., None]))
    row = reach[side, in_cell, at]
    bridge = _widened(level[cell, np.stack([first - 1, last + 1])]).min(axis=0)
    erased = bridge[side, in_cell]
    level[in_cell, row] = erased
    darkness[in_cell, row] *= erased > 0
    return last[0] + 1, first[1]


def _widened(lines: Bytes) -> Bytes:
    """Ink of lines of pixels (..., length) spread by two pixels to both sides."""
    tall = lines.reshape(-1, lines.shape[-1])
    return as_bytes(cv2.dilate(tall, np.ones((1, 5), np.uint8))).reshape(lines.shape)


def _smooth(paper: Bytes, coarse: Bytes, bounds: list[Ints]) -> npt.NDArray[np.float32]:
    """Darkness of the 1 mm squares that lie wholly inside the cells."""
    top, bottom, left, right = bounds
    row, column = np.arange(coarse.shape[1]) * 4, np.arange(coarse.shape[2]) * 4
    in_rows = (row >= top[:, None]) & (row + 4 <= bottom[:, None])
    in_columns = (column >= left[:, None]) & (column + 4 <= right[:, None])
    inside = in_rows[:, :, None] & in_columns[:, None, :]
    # No square is brighter than its paper.
    return np.asarray(np.multiply(paper - coarse, inside, dtype=np.float32), np.float32)

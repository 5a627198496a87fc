"""Marks in the cells of a choice: which value was chosen, or why a person must look.

Every cell is judged by two measures: the features of its strokes and its picture. A choice is clear
only when both find one plain mark in one cell and nothing in the others, and their joint
probability is high. Everything else is named as well as it can be and left to a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cells import INK_PX_PER_MM, CellImage, PageTone
from ocr.doubt import (
    CANCELLED,
    CLEAR_ABOVE,
    NAMED_ABOVE,
    NOTHING,
    PLAIN,
    RESIDUE,
    WEIGHTS,
    Probabilities,
    combined,
    row_belief,
    softmax,
)
from ocr.ink import InkStack, ink_of, red_layer
from ocr.reading import CellReading, ChoiceReading, MarkState
from ocr.strokes import NAMES, border_crossings, own_ink, pictures, stroke_features

MARGIN_MM = 2.0
"""Margin that mark cells are to be cut with: it shows where a stroke that crosses a rule goes."""

CLEAN_MM2 = 0.25
"""Less ink than this (four pixels of 0.25 mm) and no trace: the cell is empty for both measures."""

CLEAN_TRACE = 6.0
"""Highest darkness averaged over 1 mm² (grey levels) of a cell without a trace; paper and its
noise stay below 4 on clean scans."""

RED_MM2 = 1.0
"""Red ink in a cell from which on it may have been a mark: the smallest tick has 2 mm²."""

AGREE_ABOVE = 0.5
"""Probability of a clear row that each of the two measures has to give on its own."""

RED_MARK = 0.3
"""Probability above which red ink may be a mark: then the choice is doubtful."""

THROUGH = 3
"""Ink that crosses the rules so often runs through the cell (a seal in grey, a stroke down the
column); a mark that sticks out crosses them once or twice."""

SMALL_MM = 6.5
"""In boxes whose smaller side is not above this (the result's are 5.3 mm wide) marks stick out on
all sides, and crossings say nothing."""

DENSITY = NAMES.index("density of the extent")
AT_RULES = NAMES.index("ink at the rules")

INKED_BELOW = 0.5
"""A cell that holds nothing with less probability than this is inked, when habits are sought."""

ALIKE_ABOVE = 0.1
"""Probability of a withdrawn mark from which on a row counts for the habit."""

HABIT_ROWS = 4
HABIT_SHARE = 0.6
"""So many rows, and this share of the rows with ink in one cell, make a habit. Judgement: an office
sees a withdrawn mark alone in its row less than once in a hundred rows."""

BLACKENED = 0.45
"""Share of its extent that a blackened mark covers; a ring round an X covers a quarter."""

Named = Sequence[tuple[str, CellImage]]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """What was measured of n cells: probabilities (n, 4) by each measure and joint, ink (n,) as a
    share of the cell, density of its extent (n,), the probability (n,) that red ink, which the
    others leave out, is more than a seal, and how often (n,) ink crosses the rules.
    """

    strokes: Probabilities
    picture: Probabilities
    joint: Probabilities
    ink: npt.NDArray[np.float64]
    density: npt.NDArray[np.float64]
    red_mark: npt.NDArray[np.float64]
    crossings: npt.NDArray[np.int64]


def read_choice(name: str, cells: Named, page: PageTone) -> ChoiceReading:
    """Read one choice: exactly one of its cells is to be marked."""
    return read_choices([(name, cells)], page)[0]


def read_choices(choices: Sequence[tuple[str, Named]], page: PageTone) -> tuple[ChoiceReading, ...]:
    """Read all choices of a page at once: half the cost of reading them one by one."""
    if not choices:
        return ()
    measured = measure([cell for _, cells in choices for _, cell in cells], page)
    measured = _by_habit([(name, len(cells)) for name, cells in choices], measured)
    readings, start = [], 0
    for name, cells in choices:
        part = slice(start, start + len(cells))
        start = part.stop
        readings.append(_decide(name, [value for value, _ in cells], _part(measured, part), page))
    return tuple(readings)


def measure(cells: Sequence[CellImage], page: PageTone) -> Cells:
    """Both measures of every cell."""
    ink = ink_of(cells, page)
    own = own_ink(ink)
    features = stroke_features(ink, own, page)
    area = np.expm1(features[:, 0].astype(np.float64))
    trace = _faint_trace(ink)
    inked = np.flatnonzero((area > CLEAN_MM2) | (trace > CLEAN_TRACE))
    empty = np.tile(np.array([1.0, 0, 0, 0]), (len(cells), 1))
    strokes, picture, joint = empty.copy(), empty.copy(), empty.copy()
    if len(inked):
        strokes[inked] = _run(_nets()[0], features[inked])
        picture[inked] = _run(_nets()[1], pictures(ink, own, inked))
        joint[inked] = combined(strokes[inked], picture[inked])
    red_mark = _red_marks(cells, ink, page)
    density = features[:, DENSITY].astype(np.float64)
    crossings = np.zeros(len(cells), np.int64)
    side_mm = np.minimum(ink.bottom - ink.top, ink.right - ink.left) / INK_PX_PER_MM
    bordering = np.flatnonzero((features[:, AT_RULES] > 0) & (side_mm > SMALL_MM))
    crossings[bordering] = border_crossings(ink, bordering)
    return Cells(strokes, picture, joint, area / _cell_mm2(ink), density, red_mark, crossings)


def _faint_trace(ink: InkStack) -> npt.NDArray[np.float64]:
    """The darkest square mm (n,) of each cell beside what its plain ink accounts for: a black
    speck of a tenth of a square mm is dirt, not the trace of an erased mark."""
    count, height, width = ink.weak.shape
    squares = ink.weak.reshape(count, height // 4, 4, width // 4, 4).mean(axis=(2, 4))
    return np.asarray((ink.smooth - 255.0 * squares).max(axis=(1, 2)))


def _red_marks(
    cells: Sequence[CellImage], ink: InkStack, page: PageTone
) -> npt.NDArray[np.float64]:
    """The probability (n,) that a cell's red ink is a mark: it looks like one, and does not run
    through the cell as the rings of a seal do.
    """
    found = np.zeros(len(cells))
    red = np.flatnonzero(ink.red_mm2 > RED_MM2)
    if len(red) == 0:
        return found
    layers = [red_layer(cells[index]) for index in red.tolist()]
    looks = 1 - measure(layers, page).joint[:, NOTHING]
    found[red] = np.where(
        border_crossings(ink_of(layers, page), np.arange(len(red))) < 2, looks, 0.0
    )
    return found


def _cell_mm2(ink: InkStack) -> npt.NDArray[np.float64]:
    return np.asarray((ink.bottom - ink.top) * (ink.right - ink.left) / INK_PX_PER_MM**2)


@cache
def _nets() -> tuple[cv2.dnn.Net, cv2.dnn.Net]:
    """The networks of the two measures, loaded once a process."""
    names = ("marks_strokes.onnx", "marks_picture.onnx")
    strokes, picture = (cv2.dnn.readNetFromONNX(str(WEIGHTS / name)) for name in names)
    return strokes, picture


def _run(net: cv2.dnn.Net, inputs: npt.NDArray[np.float32]) -> Probabilities:
    net.setInput(inputs)
    return softmax(np.asarray(net.forward()))


def _part(cells: Cells, part: slice) -> Cells:
    return Cells(
        cells.strokes[part],
        cells.picture[part],
        cells.joint[part],
        cells.ink[part],
        cells.density[part],
        cells.red_mark[part],
        cells.crossings[part],
    )


def _by_habit(choices: Sequence[tuple[str, int]], cells: Cells) -> Cells:
    """Take for plain what a hand does in row after row, though it looks like a withdrawn mark.

    Who blackens cells, or puts rings round crosses, as the way of marking, does so in most rows
    of a side (the last part of a choice's name); withdrawn marks alone in their rows are rare. Only
    rows with ink in one cell are judged by habit.
    """
    lone: dict[str, list[int]] = {}
    start = 0
    for name, count in choices:
        inked = np.flatnonzero(cells.joint[start : start + count, NOTHING] < INKED_BELOW)
        if len(inked) == 1:
            lone.setdefault(name.rpartition("/")[2], []).append(start + int(inked[0]))
        start += count
    usual: list[int] = []
    for rows in lone.values():
        alike = [row for row in rows if cells.joint[row, CANCELLED] > ALIKE_ABOVE]
        if len(alike) >= max(HABIT_ROWS, HABIT_SHARE * len(rows)):
            usual += alike
    if not usual:
        return cells
    strokes, picture, joint = cells.strokes.copy(), cells.picture.copy(), cells.joint.copy()
    for measured in (strokes, picture, joint):
        measured[usual, PLAIN] += measured[usual, CANCELLED]
        measured[usual, CANCELLED] = 0
    return replace(cells, strokes=strokes, picture=picture, joint=joint)


def _decide(name: str, values: Sequence[str], cells: Cells, page: PageTone) -> ChoiceReading:
    """The row rule on the cells of one choice."""
    belief = row_belief(cells.joint)
    readings = tuple(
        CellReading(
            value, float(p[PLAIN] + p[CANCELLED]), float(p[CANCELLED] + p[RESIDUE]), float(i)
        )
        for value, p, i in zip(values, cells.joint, cells.ink, strict=True)
    )
    red = float(cells.red_mark.max()) > RED_MARK
    through = int(cells.crossings[belief.best]) >= THROUGH
    if belief.clear > CLEAR_ABOVE and not (red or through) and _agree(cells, belief.best):
        value = values[belief.best]
        return ChoiceReading(name, MarkState.CLEAR, value, value, belief.clear, readings)
    named = {
        MarkState.MISSING: belief.missing,
        MarkState.DOUBLE: belief.double,
        MarkState.CORRECTED: belief.corrected,
    }
    state = max(named, key=lambda key: named[key])
    confidence = named[state]
    if (
        confidence < NAMED_ABOVE
        or red
        or through
        or (page.bilevel and state is not MarkState.MISSING)
    ):
        state, confidence = MarkState.DOUBTFUL, 1 - max(confidence, belief.clear)
    return ChoiceReading(name, state, None, _propose(values, cells), confidence, readings)


def _agree(cells: Cells, best: int) -> bool:
    """Whether each measure alone would rather have a single plain mark in this cell than not."""
    for measured in (cells.strokes, cells.picture):
        belief = row_belief(measured)
        if belief.best != best or belief.clear < AGREE_ABOVE:
            return False
    return True


def _propose(values: Sequence[str], cells: Cells) -> str | None:
    """What a person would be asked to confirm, by the habit of Vietnamese paper tests.

    X = chosen, a ring round the X = withdrawn, the cell blackened = chosen again. So one plain mark
    beside withdrawn ones is the choice; among withdrawn marks only, a single blackened one is.
    """
    content = cells.joint.argmax(axis=1)
    plain = np.flatnonzero(content == PLAIN)
    if len(plain) == 1:
        return values[int(plain[0])]
    blackened = np.flatnonzero((content == CANCELLED) & (cells.density > BLACKENED))
    if len(plain) == 0 and len(blackened) == 1 and (content == CANCELLED).sum() > 1:
        return values[int(blackened[0])]
    return None

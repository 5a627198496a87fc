"""Marks in the cells of a choice: which value was chosen, or why a person must look.

Every cell is judged by three measures: the features of its strokes, its picture, and how it differs
from the rest of its page. A choice is clear only when the first two find one plain mark in one cell
and nothing in the others, and the third, which knows what they found, is sure of it. Everything
else is named as well as it can be and left to a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ocr.arms import arm_measures
from ocr.cells import INK_PX_PER_MM, CellImage, PageTone
from ocr.context import PageCells, compared
from ocr.doubt import (
    CANCELLED,
    CLEAR_ABOVE,
    NAMED_ABOVE,
    NOTHING,
    PLAIN,
    RESIDUE,
    Probabilities,
    RowBelief,
    combined,
    row_beliefs,
    softmax,
)
from ocr.habit import TRAITS, lone_marks, patches, unlike, usual_cells
from ocr.ink import InkStack, in_squares, ink_of, red_layer
from ocr.lines import is_streak
from ocr.networks import PICTURE, STROKES, answer
from ocr.ranks import medians
from ocr.reading import CellReading, ChoiceReading, MarkState
from ocr.strokes import (
    NAMES,
    border_crossings,
    darkness_inside,
    is_small_box,
    longest_pieces,
    own_ink,
    pictures,
    stroke_features,
)
from ocr.traces import (
    AROUND,
    odds_of_traces,
    pale_around,
    trace_areas,
    trace_odds,
    trace_windows,
)
from ocr.traces import NAMES as TRACES

MARGIN_MM = 2.0
"""Margin that mark cells are to be cut with: it shows where a stroke that crosses a rule goes."""

CLEAN_MM2 = 0.25
"""Less ink than this (four pixels of 0.25 mm) and no trace: the cell is empty for both measures."""

CLEAN_TRACE = 6.0
"""Highest darkness averaged over 1 mm² (grey levels) of a cell without a trace; paper and its
noise stay below 4 on clean scans."""

TRACE_MM2 = 1.0
"""A cell that has so much more of a pale trace than half the cells of its page is looked at: the
rim of correction fluid about the smallest mark has twice as much."""

RED_MM2 = 1.0
"""Red ink in a cell from which on it may have been a mark: the smallest tick has 2 mm²."""

AGREE_ABOVE = 0.5
"""Probability of a clear row that each of the first two measures has to give on its own."""

AGREE_JOINTLY = 0.9
"""Probability of a clear row that the first two measures have to give jointly: the third may make
sure what they doubt, it does not overrule them. Judgement."""

EMPTY_BELOW = 0.02
"""Probability of an empty row that each of the first two measures and both jointly may leave in a
clear one that the third has compared. What runs in from the row above looks like a mark of the hand
to the third: nothing else may turn an empty row into a marked one. Judgement; it costs 1 plain row
in 2,000."""

AS_MUCH_INK = 0.5
NOT_EMPTY = 0.8
"""A cell with so much of the ink of the row's mark has to be empty with this probability by the
first two measures jointly: what a stamp writes over a cross looks like dirt, and its frame in the
next cell like a tick. Judgement; it costs 1 plain row in 1,500 on average scans."""

RED_MARK = 0.3
"""Probability above which red ink may be a mark: then the choice is doubtful."""

THROUGH = 3
"""Ink that crosses the rules so often runs through the cell (a seal in grey, a stroke down the
column); a mark that sticks out crosses them once or twice."""

AS_DARK = 0.5
"""Ink of less than this share of the cell's mean darkness does not count as crossing its rules:
print that shows through from the back crosses them everywhere."""

MOSTLY_INSIDE = 0.55
"""Share of a mark inside its rules below which it may be meant for the next row: one of 5 mm right
across a rule has 0.5, plain ones above 0.9. Three empty rows of 5,509 had been read by such marks.
Costs 1 plain row in 2,500."""

WHOLE_MM = 3.0
"""A mark on a black-and-white scan that has no piece as long as this may be what such a scan has
left of a paler one, struck or erased: shades would tell. On development pages (seed 930,000) no
plain mark but dots had less, 3.3 mm being the least; of seven spoilt rows that passed for clear
five had. Costs the dots."""

AREA = NAMES.index("ink area")
INSIDE = NAMES.index("share inside")
AT_RULES = NAMES.index("ink at the rules")
DARKNESS = NAMES.index("mean darkness")
DENSITY = TRAITS.index("density of the extent")

PALE_AROUND = [TRAITS.index(name) for name in AROUND]

BLACKENED = 0.45
"""Share of its extent that a blackened mark covers; a ring round an X covers a quarter."""

Named = Sequence[tuple[str, CellImage]]

Believed = tuple[RowBelief, ...]
"""What a row is by the final probabilities; then by the joint ones of the first two measures, and
by each of these, which all have to agree."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """What was measured of n cells: probabilities (n, 4) by strokes, by picture, by the two joint,
    and final, after the comparison with the rest of the page; ink (n,) as a share of the cell, its
    :data:`ocr.habit.TRAITS` (n, t) and pale traces (n, r): :func:`cell_traces` and the log odds of
    a trace by :func:`ocr.traces.odds_of_traces`; the probability (n,) that red ink, which
    the others leave out, is more than a seal, how often (n,) ink crosses the rules, and on
    black-and-white scans how long (n,) its longest piece is, mm, inf elsewhere.
    """

    strokes: Probabilities
    picture: Probabilities
    joint: Probabilities
    final: Probabilities
    ink: npt.NDArray[np.float64]
    traits: npt.NDArray[np.float64]
    traces: npt.NDArray[np.float64]
    red_mark: npt.NDArray[np.float64]
    crossings: npt.NDArray[np.int64]
    longest: npt.NDArray[np.float32]


def read_choice(name: str, cells: Named, page: PageTone) -> ChoiceReading:
    """Read one choice: exactly one of its cells is to be marked."""
    return read_choices([(name, cells)], page)[0]


def read_choices(choices: Sequence[tuple[str, Named]], page: PageTone) -> tuple[ChoiceReading, ...]:
    """Read all choices of a page at once: half the cost of reading them one by one."""
    if not choices:
        return ()
    measured = measure([cell for _, cells in choices for _, cell in cells], page)
    counts = [(name, len(cells)) for name, cells in choices]
    measured = _by_habit(counts, measured, page)
    beliefs = _beliefs([count for _, count in counts], measured)
    readings, start = [], 0
    for (name, cells), believed in zip(choices, beliefs, strict=True):
        part = slice(start, start + len(cells))
        start = part.stop
        values = [value for value, _ in cells]
        readings.append(_decide(name, values, _part(measured, part), believed, page))
    return tuple(readings)


def measure(cells: Sequence[CellImage], page: PageTone) -> Cells:
    """Both measures of every cell."""
    ink = ink_of(cells, page)
    count = len(cells)
    nothing = np.tile(np.array([1.0, 0, 0, 0]), (count, 1))
    strokes, picture, joint = nothing.copy(), nothing.copy(), nothing.copy()
    area, traits = np.zeros(count), np.zeros((count, len(TRAITS)))
    crossings = np.zeros(count, np.int64)
    longest = np.full(count, np.inf, np.float32)
    traces = cell_traces(ink)
    inked = inked_cells(ink, traces)
    if len(inked):
        few = _those(ink, inked)
        own = own_ink(few)
        features, shown = stroke_features(few, own, page), pictures(few, own)
        area[inked] = np.expm1(features[:, AREA].astype(np.float64))
        traits[inked] = cell_traits(features, shown)
        strokes[inked] = softmax(answer(STROKES, features))
        picture[inked] = softmax(answer(PICTURE, shown))
        joint[inked] = combined(strokes[inked], picture[inked])
        crossings[inked] = _crossings(few, features)
        if page.bilevel:
            longest[inked] = longest_pieces(own, len(inked))
    odds = odds_of_traces(
        traits[:, PALE_AROUND], lambda cells: trace_odds(trace_windows(ink, cells))
    )
    traces = np.column_stack([traces, odds])
    red_mark = _red_marks(cells, ink, page)
    share = area / _cell_mm2(ink)
    return Cells(
        strokes, picture, joint, joint, share, traits, traces, red_mark, crossings, longest
    )


def cell_traits(
    features: npt.NDArray[np.float32], shown: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """The :data:`ocr.habit.TRAITS` (n, t) of cells by their features and pictures."""
    dark = darkness_inside(shown)
    return np.hstack([features, arm_measures(dark), pale_around(dark)])


def cell_traces(ink: InkStack) -> npt.NDArray[np.float64]:
    """The pale traces (n, r) of cells: areas by :mod:`ocr.traces`, highest and mean darkness of
    their squares of 1 mm."""
    smooth = [ink.smooth.max(axis=(1, 2)).clip(0), ink.smooth.mean(axis=(1, 2)).clip(0)]
    return np.column_stack([trace_areas(ink), *np.log1p(smooth)]).astype(np.float64)


def inked_cells(ink: InkStack, traces: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """The cells with any ink, or the trace of some; the others are empty.

    A black speck of a tenth of a square mm beside plain ink is dirt, not the trace of an erased
    mark: what counts is the darkest square mm beside what its plain ink accounts for.
    """
    plain = np.rint(in_squares(ink.weak) * (255 / 16))
    trace = (ink.smooth - plain).max(axis=(1, 2))
    pixels = np.array([np.count_nonzero(ink.weak[k][ink.inside(k)]) for k in range(len(trace))])
    pale = np.expm1(traces[:, : len(TRACES)])
    paler = (pale - medians(pale) > TRACE_MM2).any(axis=1)
    return np.flatnonzero((pixels > CLEAN_MM2 * INK_PX_PER_MM**2) | (trace > CLEAN_TRACE) | paler)


def _those(ink: InkStack, which: npt.NDArray[np.int64]) -> InkStack:
    """Some cells of a stack as a stack."""
    return InkStack(*(getattr(ink, name)[which] for name in InkStack.__slots__))


def _crossings(ink: InkStack, features: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    """How often ink crosses the rules of cells that are no small boxes, (n,): :data:`THROUGH` where
    nothing but a streak runs through the cell, or a good part of the mark lies beyond the rules."""
    found = np.zeros(len(features), np.int64)
    bordering = np.flatnonzero((features[:, AT_RULES] > 0) & ~is_small_box(ink))
    level = features[bordering, DARKNESS] * 255 * AS_DARK
    found[bordering] = border_crossings(ink, bordering, level)
    beyond = bordering[features[bordering, INSIDE] < MOSTLY_INSIDE]
    found[beyond] = THROUGH
    for index in bordering[found[bordering] > 1].tolist():
        if is_streak(ink.weak[index][ink.inside(index)]):
            found[index] = max(THROUGH, int(found[index]))
    return found


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
    every = np.arange(len(red))
    few = border_crossings(ink_of(layers, page), every, np.zeros(len(red), np.float32)) < 2
    found[red] = np.where(few, looks, 0.0)
    return found


def _cell_mm2(ink: InkStack) -> npt.NDArray[np.float64]:
    return np.asarray((ink.bottom - ink.top) * (ink.right - ink.left) / INK_PX_PER_MM**2)


def _part(cells: Cells, part: slice) -> Cells:
    return Cells(*(getattr(cells, name)[part] for name in Cells.__slots__))


def _by_habit(choices: Sequence[tuple[str, int]], cells: Cells, page: PageTone) -> Cells:
    """Every cell seen beside the rest of its page."""
    measures = (cells.strokes, cells.picture, cells.joint)
    lone = lone_marks(choices, cells.joint)
    usual = usual_cells(lone, cells.joint)
    final = compared(PageCells(choices, lone, measures, cells.traits, cells.traces))
    patch = patches(choices, lone, cells.traits)
    final[patch, CANCELLED] += final[patch, PLAIN]
    final[patch, PLAIN] = 0
    doubted = unlike(lone, cells.traits, page.bilevel)
    final[doubted, RESIDUE] += final[doubted, PLAIN]
    final[doubted, PLAIN] = 0
    strokes, picture, joint = (each.copy() for each in measures)
    for measured in (strokes, picture, joint, final):
        measured[usual, PLAIN] += measured[usual, CANCELLED]
        measured[usual, CANCELLED] = 0
    return replace(cells, strokes=strokes, picture=picture, joint=joint, final=final)


def _beliefs(counts: Sequence[int], cells: Cells) -> list[Believed]:
    """What every row is by all measures; rows of as many cells at once."""
    measures = (cells.final, cells.joint, cells.strokes, cells.picture)
    starts = np.cumsum([0, *counts[:-1]])
    found: dict[int, Believed] = {}
    for count in set(counts):
        rows = np.flatnonzero(np.array(counts) == count)
        which = starts[rows][:, None] + np.arange(count)
        # All measures at once: half the cost.
        beliefs = row_beliefs(np.concatenate([each[which] for each in measures]))
        by_measure = [beliefs[k :: len(rows)] for k in range(len(rows))]
        found.update(zip(rows.tolist(), map(tuple, by_measure), strict=True))
    return [found[row] for row in range(len(counts))]


def _decide(
    name: str, values: Sequence[str], cells: Cells, believed: Believed, page: PageTone
) -> ChoiceReading:
    """The row rule on the cells of one choice."""
    belief = believed[0]
    readings = tuple(
        CellReading(value, p[PLAIN] + p[CANCELLED], p[CANCELLED] + p[RESIDUE], ink)
        for value, p, ink in zip(values, cells.final.tolist(), cells.ink.tolist(), strict=True)
    )
    red = max(cells.red_mark.tolist()) > RED_MARK
    through = int(cells.crossings[belief.best]) >= THROUGH
    broken = bool(cells.longest[belief.best] < WHOLE_MM)
    if (
        belief.clear > CLEAR_ABOVE
        and not (red or through or broken)
        and _agree(believed)
        and not _is_rivalled(cells, belief.best)
    ):
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


def _agree(believed: Believed) -> bool:
    """Whether all measures see a single plain mark in that cell."""
    final, joint, *alone = believed
    if any(each.best != final.best for each in (joint, *alone)):
        return False
    # Where the third says no more than the first two, these have found the row not to be empty.
    if final != joint and any(each.missing > EMPTY_BELOW for each in (joint, *alone)):
        return False
    return joint.clear >= AGREE_JOINTLY and all(each.clear >= AGREE_ABOVE for each in alone)


def _is_rivalled(cells: Cells, best: int) -> bool:
    """Whether another cell may hold something and has as much ink as the mark."""
    ink, nothing = cells.ink.tolist(), cells.joint[:, NOTHING].tolist()
    return any(
        ink[other] > AS_MUCH_INK * ink[best] and nothing[other] < NOT_EMPTY
        for other in range(len(ink))
        if other != best
    )


def _propose(values: Sequence[str], cells: Cells) -> str | None:
    """What a person would be asked to confirm, by the habit of Vietnamese paper tests.

    X = chosen, a ring round the X = withdrawn, the cell blackened = chosen again. So one plain mark
    beside withdrawn ones is the choice; among withdrawn marks only, a single blackened one is.
    """
    content = cells.final.argmax(axis=1)
    plain = np.flatnonzero(content == PLAIN)
    if len(plain) == 1:
        return values[int(plain[0])]
    blackened = np.flatnonzero((content == CANCELLED) & (cells.traits[:, DENSITY] > BLACKENED))
    if len(plain) == 0 and len(blackened) == 1 and (content == CANCELLED).sum() > 1:
        return values[int(blackened[0])]
    return None

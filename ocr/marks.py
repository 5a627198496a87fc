"""Marks in the cells of a choice: which value was chosen, or why a person must look.

Every cell is judged by three measures: the features of its strokes, its picture, and how it differs
from the rest of its page. A choice is clear only when the first two find one plain mark in one cell
and nothing in the others, and the third, which knows what they found, is sure of it. Everything
else is named as well as it can be and left to a person.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from ocr.cells import CellImage, PageTone
from ocr.context import PageCells, compared
from ocr.doubt import (
    ALONE_ABOVE,
    CANCELLED,
    NAMED_ABOVE,
    NOTHING,
    PLAIN,
    RESIDUE,
    RowBelief,
    clear_above,
    row_beliefs,
)
from ocr.habit import (
    OTHERS,
    TRAITS,
    lone_marks,
    patches,
    side_of,
    unlike,
    usual_cells,
)
from ocr.measures import THROUGH, Cells, measure
from ocr.reading import CellReading, ChoiceReading, MarkState

MARGIN_MM = 2.0
"""Margin that mark cells are to be cut with: it shows where a stroke that crosses a rule goes."""

AGREE_ABOVE = 0.1
AGREE_JOINTLY = 0.5
"""Probability of a clear row that each of the first two measures has to give on its own, and that
both have to give jointly: the third may make sure what they doubt, it does not overrule them. With
0.5 and 0.9, on development pages (seed 930,000), 146 of 64,451 plain rows more were flagged, and 61
of 6,400 by a stranger's hands; 3 of 6,526 spoilt rows less passed, none with another value."""

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

WHOLE_MM = 3.0
"""A mark on a black-and-white scan that has no piece as long as this may be what such a scan has
left of a paler one, struck or erased: shades would tell. On development pages (seed 930,000) no
plain mark but dots had less, 3.3 mm being the least; of seven spoilt rows that passed for clear
five had. Costs the dots."""

LOST_ROWS = 3
LOST_SHARE = 0.2
"""So many rows of a side, and this share of them, without a mark on a black-and-white scan say that
it does not hold the pen of that side: where a new mark vanished, the rest of the one it replaces
is read. On 40 development pages (seed 930,000) none of 3,527 plain rows stood on such a side; of 40
pages of pencils so did all 32 spoilt rows that passed."""

DENSITY = TRAITS.index("density of the extent")

BLACKENED = 0.45
"""Share of its extent that a blackened mark covers; a ring round an X covers a quarter."""

Named = Sequence[tuple[str, CellImage]]

Believed = tuple[RowBelief, ...]
"""What a row is by the final probabilities; then by the joint ones of the first two measures, and
by each of these, which all have to agree."""


class _Row(NamedTuple):
    """What was measured of the few cells of a choice, see :class:`ocr.measures.Cells`, as plain
    numbers: a page has dozens of choices, and of so few numpy takes ten times as long."""

    final: Sequence[Sequence[float]]
    joint: Sequence[Sequence[float]]
    ink: Sequence[float]
    density: Sequence[float]
    red_mark: Sequence[float]
    red_rest: Sequence[bool]
    crossings: Sequence[int]
    streak: Sequence[bool]
    longest: Sequence[float]
    painted: Sequence[bool]


def read_choice(name: str, cells: Named, page: PageTone) -> ChoiceReading:
    """Read one choice: exactly one of its cells is to be marked."""
    return read_choices([(name, cells)], page)[0]


def read_choices(
    choices: Sequence[tuple[str, Named]], page: PageTone, painted: Sequence[bool] = ()
) -> tuple[ChoiceReading, ...]:
    """Read all choices of a page at once: half the cost of reading them one by one. ``painted``
    says of each of their cells whether a patch whiter than paper lies in it
    (:mod:`ocr.fluid`), nothing when that is not known."""
    if not choices:
        return ()
    measured = measure([cell for _, cells in choices for _, cell in cells], page)
    counts = [(name, len(cells)) for name, cells in choices]
    measured = _by_habit(counts, measured, page)
    numbers = [count for _, count in counts]
    painted = painted or [False] * sum(numbers)
    beliefs = _beliefs(numbers, measured)
    rows = zip(choices, _rows(numbers, measured, painted), beliefs, strict=True)
    sides = Counter(side_of(name) for name, _ in choices)
    above = clear_above(page)
    readings = []
    for (name, cells), row, believed in rows:
        has_others = sides[side_of(name)] > OTHERS or not _is_alone(row, believed[0].best)
        values = [value for value, _ in cells]
        least = above if has_others else ALONE_ABOVE
        readings.append(_decide(name, values, row, believed, least, page.bilevel))
    return _where_pens_are_held(readings) if page.bilevel else tuple(readings)


def _rows(counts: Sequence[int], cells: Cells, painted: Sequence[bool]) -> list[_Row]:
    """The cells of a page row by row; ``counts`` says how many a row has."""
    arrays = (
        cells.final,
        cells.joint,
        cells.ink,
        cells.traits[:, DENSITY],
        cells.red_mark,
        cells.red_rest,
        cells.crossings,
        cells.streak,
        cells.longest,
    )
    measured = [*(each.tolist() for each in arrays), painted]
    ends = accumulate(counts)
    return [
        _Row(*(each[end - count : end] for each in measured))
        for count, end in zip(counts, ends, strict=True)
    ]


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
    name: str,
    values: Sequence[str],
    row: _Row,
    believed: Believed,
    above: float,
    bilevel: bool,
) -> ChoiceReading:
    """The row rule on the cells of one choice, which is clear ``above`` this probability."""
    belief = believed[0]
    readings = tuple(
        CellReading(value, p[PLAIN] + p[CANCELLED], p[CANCELLED] + p[RESIDUE], ink)
        for value, p, ink in zip(values, row.final, row.ink, strict=True)
    )
    red = max(row.red_mark) > RED_MARK or row.red_rest[belief.best]
    through = row.crossings[belief.best] >= THROUGH
    broken = row.longest[belief.best] < WHOLE_MM
    painted = any(row.painted)
    if (
        belief.clear > above
        and not (red or through or broken or painted)
        and _agree(believed)
        and not _is_rivalled(row, belief.best)
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
    if confidence < NAMED_ABOVE or red or through or (bilevel and state is not MarkState.MISSING):
        state, confidence = MarkState.DOUBTFUL, 1 - max(confidence, belief.clear)
    return ChoiceReading(name, state, None, _propose(values, row), confidence, readings)


def _where_pens_are_held(readings: Sequence[ChoiceReading]) -> tuple[ChoiceReading, ...]:
    """The readings of a black-and-white scan: doubtful where it lost too many of a side's marks."""
    rows = Counter(side_of(reading.name) for reading in readings)
    empty = Counter(
        side_of(reading.name) for reading in readings if reading.state is MarkState.MISSING
    )
    lost = {side for side in rows if empty[side] >= max(LOST_ROWS, LOST_SHARE * rows[side])}
    return tuple(
        replace(reading, state=MarkState.DOUBTFUL, value=None, confidence=1 - reading.confidence)
        if reading.state is MarkState.CLEAR and side_of(reading.name) in lost
        else reading
        for reading in readings
    )


def _is_alone(row: _Row, best: int) -> bool:
    """Whether the third measure says no more of a cell than the first two: it had no other marks to
    compare it with."""
    return row.final[best] == row.joint[best]


def _agree(believed: Believed) -> bool:
    """Whether all measures see a single plain mark in that cell."""
    final, joint, *alone = believed
    if any(each.best != final.best for each in (joint, *alone)):
        return False
    # Where the third says no more than the first two, these have found the row not to be empty.
    if final != joint and any(each.missing > EMPTY_BELOW for each in (joint, *alone)):
        return False
    return joint.clear >= AGREE_JOINTLY and all(each.clear >= AGREE_ABOVE for each in alone)


def _is_rivalled(row: _Row, best: int) -> bool:
    """Whether another cell may hold something, other than a line from side to side, and has as much
    ink as the mark."""
    return any(
        row.ink[other] > AS_MUCH_INK * row.ink[best] and row.joint[other][NOTHING] < NOT_EMPTY
        for other in range(len(row.ink))
        if other != best and not row.streak[other]
    )


def _propose(values: Sequence[str], row: _Row) -> str | None:
    """What a person would be asked to confirm, by the habit of Vietnamese paper tests.

    X = chosen, a ring round the X = withdrawn, the cell blackened = chosen again. So one plain mark
    beside withdrawn ones is the choice; among withdrawn marks only, a single blackened one is.
    """
    content = [probabilities.index(max(probabilities)) for probabilities in row.final]
    if content.count(PLAIN) == 1:
        return values[content.index(PLAIN)]
    blackened = [
        cell
        for cell, density in enumerate(row.density)
        if content[cell] == CANCELLED and density > BLACKENED
    ]
    if PLAIN not in content and len(blackened) == 1 and content.count(CANCELLED) > 1:
        return values[blackened[0]]
    return None

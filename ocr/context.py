"""A cell in the context of its page: its mark beside the other marks of the hand, its traces beside
those in the page's empty cells.

A page has a dozen marks of one hand on each side, and as many empty cells: what the hand does in
row after row is its way of marking, what shows in every cell is the paper. The third measure of a
cell is a network on what the two others say and on how the cell differs from its page.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ocr.arms import NAMES as ARMS
from ocr.doubt import NOTHING, Probabilities, softmax
from ocr.habit import OTHERS, TRAITS, Ints, log_odds
from ocr.networks import CONTEXT, answer
from ocr.ranks import MAD, medians, quantiles
from ocr.traces import AROUND

LEAST = 1e-6
"""Least probability whose logarithm is taken."""

USUAL_SPREAD = 0.08
"""Added to the spread of a trait over a hand's marks: no hand is so even that a deviation of less
says anything. Traits are logarithms and shares."""

MOST = 10.0
"""Deviations of more spreads than this are as good as this."""

PAPER_SHARE = 0.85
"""Quantile of the empty cells' traces that a cell is compared with, besides their median."""

HAND = (
    "ink area",
    "length",
    "width",
    "density of the extent",
    "share of thick ink",
    "mean crossings of a row",
    "mean crossings of a column",
    "share of thicker ink",
    "mean darkness",
    "highest darkness",
    *ARMS,
    *AROUND,
)
"""The traits in which a mark is compared with the others of its hand."""

OF_A_HAND = [TRAITS.index(name) for name in HAND]

LONE, COMPARED = 8, 9
"""Columns of the inputs that say whether a cell is alone in its choice and could be compared."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PageCells:
    """What is compared of the n cells of a page.

    ``choices`` are name and number of cells, one after the other; ``lone`` the marks alone in their
    choice, by :func:`ocr.habit.lone_marks`; ``measures`` the probabilities by strokes, by picture,
    and joint; ``traits`` (n, t) those of :data:`ocr.habit.TRAITS`; ``traces`` (n, r) those of
    :func:`ocr.measures.cell_traces` and :func:`ocr.traces.odds_of_traces`.
    """

    choices: Sequence[tuple[str, int]]
    lone: Sequence[Ints]
    measures: tuple[Probabilities, Probabilities, Probabilities]
    traits: Floats
    traces: Floats


def compared(cells: PageCells) -> Probabilities:
    """The joint probabilities (n, 4) of cells after comparison with the rest of their page. Cells
    that are certainly empty stay so."""
    found = cells.measures[2].copy()
    inputs = context_inputs(cells)
    # A mark alone in its row that has no others to be compared with stays what it seemed to be.
    known = (inputs[:, LONE] == inputs[:, COMPARED]) & (len(cells.choices) > OTHERS)
    some = np.flatnonzero((found[:, NOTHING] < 1) & known)
    if len(some):
        found[some] = softmax(answer(CONTEXT, inputs[some]))
    return found


def context_inputs(cells: PageCells) -> npt.NDArray[np.float32]:
    """What the network goes by, float32 (n, 12 + t + 2 h + 3 r): logarithms of the two measures;
    whether the cell is alone in its choice, and whether it could be compared; log odds of a
    withdrawn mark and how they differ from those of the hand's other marks; traits, and how h of
    them (:data:`HAND`) differ, also in spreads of the hand; traces, and how they differ from those
    of the page's empty cells."""
    strokes, picture, joint = cells.measures
    traits, traces = cells.traits, cells.traces
    odds = log_odds(joint)
    values = np.column_stack([odds, traits[:, OF_A_HAND]])
    away, spreads = np.zeros_like(values), np.zeros_like(values)
    flags = np.zeros((len(joint), 2))
    for hand in cells.lone:
        flags[hand, 0] = 1
        if len(hand) > OTHERS:
            flags[hand, 1] = 1
            mine = values[hand]
            away[hand] = mine - median_of_others(mine)
            spread = MAD * medians(np.abs(mine - medians(mine)))
            spreads[hand] = (away[hand] / (spread + USUAL_SPREAD)).clip(-MOST, MOST)
    paper = traces[_empty(cells.choices, joint)]
    usual, most = medians(paper), quantiles(paper, PAPER_SHARE)
    return np.column_stack(
        [
            np.log(strokes + LEAST),
            np.log(picture + LEAST),
            flags,
            odds.clip(-MOST, MOST),
            away[:, 0].clip(-MOST, MOST),
            traits,
            away[:, 1:],
            spreads[:, 1:],
            traces,
            traces - usual,
            traces - most,
        ]
    ).astype(np.float32)


def _empty(choices: Sequence[tuple[str, int]], joint: Probabilities) -> Ints:
    """The cells that are not the likeliest of their choice to hold something: all but one of
    each."""
    nothing = joint[:, NOTHING].tolist()
    is_held = np.zeros(len(joint), np.bool_)
    start = 0
    for _, count in choices:
        end = start + count
        is_held[nothing.index(min(nothing[start:end]), start)] = True
        start = end
    return np.flatnonzero(~is_held)


def median_of_others(values: Floats) -> Floats:
    """For every row of (k, c), the medians of the other rows."""
    ranked = np.sort(values, axis=0)
    # Where a value up to the middle is taken out, the next one moves there.
    low, high = (
        np.where(values <= ranked[at], ranked[at + 1], ranked[at])
        for at in ((len(values) - 2) // 2, (len(values) - 1) // 2)
    )
    return np.asarray((low + high) / 2)

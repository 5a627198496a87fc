"""What a mark is beside the other marks of the same hand on the page.

Withdrawn marks alone in their rows are rare, and a page has a dozen marks of one hand on each side:
what the hand does in row after row is its way of marking, and a mark unlike all others of the hand
is suspicious. Both are measured on rows with ink in a single cell only.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ocr.doubt import CANCELLED, NOTHING, PLAIN, Probabilities, comparison

INKED_BELOW = 0.5
"""A cell that holds nothing with less probability than this is inked."""

ALIKE_ABOVE = 0.5
"""Probability of a withdrawn mark from which on a row counts for the habit."""

ALIKE_WITHIN = 2.0
"""A mark whose log odds of being withdrawn exceed the median of the habit's marks by more than this
is none of them: where a hand blackens its cells, one that is both struck and blackened."""

HABIT_ROWS = 6
HABIT_SHARE = 0.75
"""So many rows, and this share of the rows with ink in one cell, make a habit. Judgement: an office
sees a withdrawn mark alone in its row less than once in a hundred rows."""

OTHERS = 4
"""So many other marks of the hand it takes to compare one with them."""

SOLID = 0.35
"""Share of a mark's ink that is a patch of 1.25 mm and more, from which on it is a blackened one:
no office pen draws such a stroke. Judgement."""

PALE = 0.6
"""Share of the usual darkness of a hand's marks below which one is pale. Judgement: pressure makes
a fifth of difference, a rubber leaves less than half."""

TRAITS = (
    "ink area",
    "length",
    "width",
    "density of the extent",
    "share of thick ink",
    "mean crossings of a row",
    "mean crossings of a column",
    "highest darkness",
)
"""Features in which a mark is compared with the others: withdrawn marks have more of each."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def lone_marks(choices: Sequence[tuple[str, int]], joint: Probabilities) -> list[Ints]:
    """The inked cells that are alone in their choice, (k,) indices a side.

    ``choices`` are name and number of cells, one after the other in ``joint`` (n, 4); the side is
    the last part of the name.
    """
    lone: dict[str, list[int]] = {}
    start = 0
    for name, count in choices:
        inked = np.flatnonzero(joint[start : start + count, NOTHING] < INKED_BELOW)
        if len(inked) == 1:
            lone.setdefault(name.rpartition("/")[2], []).append(start + int(inked[0]))
        start += count
    return [np.array(cells, np.int64) for cells in lone.values()]


def usual_cells(lone: Sequence[Ints], joint: Probabilities) -> Ints:
    """Of the lone marks those that look withdrawn, but are the hand's way of marking: who blackens
    cells, or puts rings round crosses, does so in most rows of a side."""
    usual: list[int] = []
    for cells in lone:
        alike = cells[joint[cells, CANCELLED] > ALIKE_ABOVE]
        if len(alike) >= max(HABIT_ROWS, HABIT_SHARE * len(cells)):
            odds = log_odds(joint[alike])
            usual += alike[odds < np.median(odds) + ALIKE_WITHIN].tolist()
    return np.array(usual, np.int64)


def patches(
    choices: Sequence[tuple[str, int]], lone: Sequence[Ints], solid: Floats
) -> npt.NDArray[np.bool_]:
    """Which cells (n,) hold a blackened patch though the hand does not mark by blackening.

    ``solid`` (n,) is the share of a mark's ink that is thick. Blackening withdraws a mark, or
    chooses again one that was withdrawn; only where most other marks of a side are blackened as
    well is it a way of marking.
    """
    sides = [name.rpartition("/")[2] for name, count in choices for _ in range(count)]
    found = solid > SOLID
    for cells in lone:
        for cell in np.flatnonzero(found & (np.array(sides) == sides[int(cells[0])])).tolist():
            others = solid[cells[cells != cell]]
            if len(others) >= OTHERS and np.median(others) > SOLID:
                found[cell] = False
    return found


def pale_marks(lone: Sequence[Ints], traits: Floats) -> Ints:
    """Of the lone marks those much paler than the hand's others: rubbed out, it may be, or another
    pen; by :data:`TRAITS` (n, t)."""
    darkest = traits[:, TRAITS.index("highest darkness")]
    pale: list[int] = []
    for cells in lone:
        if len(cells) > OTHERS:
            pale += cells[darkest[cells] < PALE * np.median(darkest[cells])].tolist()
    return np.array(pale, np.int64)


def log_odds(joint: Probabilities) -> Floats:
    """Log odds (k,) of a withdrawn against a plain mark, from joint probabilities (k, 4)."""
    return np.asarray(np.log((joint[:, CANCELLED] + 1e-9) / (joint[:, PLAIN] + 1e-9)))


def deviations(odds: Floats, traits: Floats) -> Floats:
    """What a comparison of k marks of one hand goes by, (k, 2 + t).

    ``odds`` (k,) are the log odds of a withdrawn against a plain mark; ``traits`` (k, t).
    The columns are the log odds, then log odds and traits less their median over the other marks.
    """
    values = np.column_stack([odds, traits])
    return np.column_stack([odds, values - _median_of_others(values)])


def _median_of_others(values: Floats) -> Floats:
    """For every row of (k, c), the medians of the other rows."""
    order = values.argsort(axis=0)
    ranks = order.argsort(axis=0)
    in_order = np.take_along_axis(values, order, axis=0)
    low, high = (len(values) - 2) // 2, (len(values) - 1) // 2
    both = [np.take_along_axis(in_order, at + (ranks <= at), axis=0) for at in (low, high)]
    return np.asarray((both[0] + both[1]) / 2)


def compared(lone: Sequence[Ints], joint: Probabilities, traits: Floats) -> Probabilities:
    """The joint probabilities after every lone mark was compared with the others of its hand.

    ``traits`` are (n, t) by :data:`TRAITS`. What a cell holds plain or withdrawn together stays.
    """
    found = joint.copy()
    for cells in lone:
        if len(cells) <= OTHERS:
            continue
        either = joint[cells, PLAIN] + joint[cells, CANCELLED]
        share = comparison(deviations(log_odds(joint[cells]), traits[cells]))
        found[cells, CANCELLED] = either * share
        found[cells, PLAIN] = either * (1 - share)
    return found

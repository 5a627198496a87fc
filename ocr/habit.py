"""What is a hand's way of marking, and what is not: rules that need no fit.

Withdrawn marks alone in their rows are rare, and a page has a dozen marks of one hand on each side:
what the hand does in row after row is its way of marking. How much a mark differs from the others
is weighed in :mod:`ocr.context`. Both go by rows with ink in a single cell only.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ocr.arms import NAMES as ARMS
from ocr.doubt import CANCELLED, NOTHING, PLAIN, Probabilities
from ocr.ranks import median
from ocr.strokes import NAMES as FEATURES
from ocr.traces import AROUND

INKED_BELOW = 0.5
"""A cell that holds nothing with less probability than this is inked."""

ALIKE_ABOVE = 0.1
"""Probability of a withdrawn mark from which on a row counts for the habit. Judgement."""

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

SCRIBBLED = 0.1
"""The same share of a hand's other marks from which on the hand scribbles in its cells: half of the
simulated scribbles of the fit have 0.2 and more, half of the crosses 0.01 and less."""

PALE = 0.6
"""Share of the usual darkness of a hand's marks below which one is pale. Judgement: pressure makes
a fifth of difference, a rubber leaves less than half."""

MORE = 2.2
"""Times the usual ink of a hand's marks from which on a mark may be more than one: blackened,
struck twice, crossed out. Judgement: a hand's marks of one kind differ by a quarter."""

LESS = 0.4
"""Part of the usual ink of a hand's marks below which a mark may be none: the pen has touched the
paper. On development pages (seed 930,000) 1 of 13,500 plain marks has less, and a quarter of those
that are half as large as the hand's others."""

HALF = 0.5
"""The same on a bilevel scan, where it may be a rest of a mark as well, or dirt."""

SMALLEST_MM2 = 0.5
"""Added to ink before it is compared: dots differ more than that from one another."""

TRAITS = (*FEATURES, *ARMS, *AROUND)
"""What is known of how a mark looks: the features of its strokes, its arms, and what pale traces
are about it."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def side_of(name: str) -> str:
    """Which side of a page a choice belongs to: the last part of its name."""
    return name.rpartition("/")[2]


def lone_marks(choices: Sequence[tuple[str, int]], joint: Probabilities) -> list[Ints]:
    """The inked cells that are alone in their choice, (k,) indices a side.

    ``choices`` are name and number of cells, one after the other in ``joint`` (n, 4).
    """
    lone: dict[str, list[int]] = {}
    is_inked = (joint[:, NOTHING] < INKED_BELOW).tolist()
    start = 0
    for name, count in choices:
        if sum(is_inked[start : start + count]) == 1:
            cell = is_inked.index(True, start)
            lone.setdefault(side_of(name), []).append(cell)
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
            usual += alike[odds < median(odds) + ALIKE_WITHIN].tolist()
    return np.array(usual, np.int64)


def patches(
    choices: Sequence[tuple[str, int]], lone: Sequence[Ints], traits: Floats
) -> npt.NDArray[np.bool_]:
    """Which cells (n,) hold a blackened patch though the hand does not mark by blackening, by
    :data:`TRAITS` (n, t).

    Blackening withdraws a mark, or chooses again one that was withdrawn; only a hand that scribbles
    in most rows of a side means it as a mark.
    """
    sides = np.array([side_of(name) for name, count in choices for _ in range(count)])
    solid = traits[:, TRAITS.index("share of thicker ink")]
    found = solid > SOLID
    for cells in lone:
        for cell in np.flatnonzero(found & (sides == sides[int(cells[0])])).tolist():
            others = solid[cells[cells != cell]]
            if len(others) >= OTHERS and median(others) > SCRIBBLED:
                found[cell] = False
    return found


def unlike(lone: Sequence[Ints], traits: Floats, bilevel: bool) -> Ints:
    """Of the lone marks those unlike the hand's others, by :data:`TRAITS` (n, t): much paler, it
    may be rubbed out or by another pen; with much more ink, or with much less."""
    found: list[int] = []
    for cells in lone:
        if len(cells) > OTHERS:
            darkest = traits[cells, TRAITS.index("highest darkness")]
            ink = np.expm1(traits[cells, TRAITS.index("ink area")]) + SMALLEST_MM2
            times = ink / median(ink)
            pale = darkest < PALE * median(darkest)
            least = HALF if bilevel else LESS
            found += cells[pale | (times > MORE) | (times < least)].tolist()
    return np.array(found, np.int64)


def log_odds(joint: Probabilities) -> Floats:
    """Log odds (k,) of a withdrawn against a plain mark, from joint probabilities (k, 4)."""
    return np.asarray(np.log((joint[:, CANCELLED] + 1e-9) / (joint[:, PLAIN] + 1e-9)))

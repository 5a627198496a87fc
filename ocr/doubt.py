"""How sure a reading is: the joint probability of the two measures of a mark, and of a row.

The weights were fitted on simulated rows (``training/README.md``); ``weights/marks.json`` says on
how many.
"""

import json
import math
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ocr.cells import PageTone
from ocr.networks import JOINT

Probabilities = npt.NDArray[np.float64]
"""(n, 4) float64: a row a cell, a column a content as below; rows sum to 1."""

NOTHING, PLAIN, CANCELLED, RESIDUE = range(4)
"""What a cell holds: nothing of its own (dirt, a neighbour's stroke), one plain mark, a mark that
was drawn over to withdraw it, the trace of one that was erased or painted over."""

CLEAR_ABOVE = (0.96, 0.993)
CONTRAST = (160.0, 135.0)
"""A choice is clear when the probability of one plain mark and clean other cells exceeds the first,
by :data:`ROWS`, which already weigh the irregular rows ten times as heavy as an office has them; on
pages of less contrast (grey levels, from the first on) it has to be surer, up to the second: what a
rubber, fluid or a second line leaves is hardly seen there, and more may be looked at."""

ALONE_ABOVE = 0.93
"""The same for a choice that has no others on its page to be compared with, as the box of the
overall result: less can be known of it, so that it would go to a person on every second poor page.
As sure as with 0.95 and the weights before; on 210 sheets (seed 930,000) 5 % of the boxes on clean
scans were looked at then and none was wrong."""

NAMED_ABOVE = 0.6
"""A choice that is not clear is called missing, double or corrected above this probability, else
doubtful. It only chooses the words: all of these go to a person."""

ROWS = {
    "clear": 0.85,
    "missing": 0.05,
    "double": 0.03,
    "corrected": 0.05,
    "erased": 0.005,
    "withdrawn": 0.4,
    "rubbed": 0.03,
}
"""How heavy rows weigh that are plain, empty, double, corrected by drawing over a mark or beside
the trace of an erased one, or that hold alone a mark that was drawn over, or the trace of one.
Judgement, not measurement: real offices have far fewer irregular rows, and this is how much more a
wrong reading costs than a look. Beside an erased or painted-over mark the plain one is what its
writer means: there a wrong reading costs least, while print that shows through looks like such
traces on page after page. Alone in its row the trace of one is seldom like a mark, but one struck
along its own arm is."""

LEAST = 1e-9
"""Least likelihood: no measure rules anything out for good."""


@dataclass(frozen=True, slots=True)
class Joint:
    """Multinomial logistic combination: class logits = offsets + sum of weight x log probability.

    ``shares`` are the contents' shares among the cells it was fitted on: probability divided by
    share is the likelihood of what was seen.
    """

    strokes: float
    picture: float
    offsets: tuple[float, ...]
    shares: tuple[float, ...]


class RowBelief(NamedTuple):
    """Probabilities of what a row is; ``best`` is the cell of the likeliest single mark.

    A named tuple, since a page makes a hundred of them, at half the cost of a dataclass.
    """

    best: int
    clear: float
    missing: float
    double: float
    corrected: float


@cache
def joint() -> Joint:
    """The fitted combination, loaded once."""
    document = json.loads(JOINT.read_text(encoding="utf-8"))
    measures = document["measures"]
    offsets, shares = tuple(document["offsets"]), tuple(document["shares"])
    return Joint(measures["strokes"], measures["picture"], offsets, shares)


def clear_above(page: PageTone) -> float:
    """The probability above which a choice on this page is clear: between the two of
    :data:`CLEAR_ABOVE` by the page's contrast, linear in their log odds."""
    odds = [math.log(p / (1 - p)) for p in CLEAR_ABOVE]
    return 1 / (1 + math.exp(-float(np.interp(-page.contrast, np.negative(CONTRAST), odds))))


def softmax(logits: npt.NDArray[np.generic]) -> Probabilities:
    """Probabilities of logits (n, k), row by row."""
    values = logits.astype(np.float64)
    exponentials = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))


def combined(strokes: Probabilities, picture: Probabilities) -> Probabilities:
    """The calibrated probability of each content from what the two measures say."""
    weights = joint()
    tiny = 1e-9
    logits = weights.strokes * np.log(strokes + tiny) + weights.picture * np.log(picture + tiny)
    return softmax(logits + np.array(weights.offsets))


def row_belief(cells: Probabilities) -> RowBelief:
    """What a row is, from the probabilities (n, 4) of its cells."""
    return row_beliefs(cells[None])[0]


def row_beliefs(rows: npt.NDArray[np.float64]) -> list[RowBelief]:
    """What rows of n cells each are, from the probabilities (r, n, 4) of their cells.

    Bayes' rule over the kinds of rows: the cells are independent given what they hold, the kinds
    have the prior :data:`ROWS`, and all cells (pairs of cells) of a kind are alike.
    """
    # Relative to an empty cell, a kind of row is a product over the few cells that hold something.
    likelihoods = rows / np.array(joint().shares) + LEAST
    plain, cancelled, residue = np.moveaxis(likelihoods[..., 1:] / likelihoods[..., :1], 2, 0)
    withdrawn = (cancelled + residue) / 2
    count = rows.shape[1]
    pairs = max(count * (count - 1), 1)
    single = ROWS["clear"] * plain / count
    missing = ROWS["missing"]
    double = ROWS["double"] * _over_pairs(plain, plain) / pairs
    mended = _over_pairs(plain, cancelled / 2) + _over_pairs(cancelled, withdrawn)
    corrected = ROWS["corrected"] * mended / 2 / pairs
    corrected += ROWS["erased"] * _over_pairs(plain, residue) / pairs
    lone = ROWS["withdrawn"] * cancelled + ROWS["rubbed"] * residue
    alone = lone.sum(axis=1) / 2 / count
    total = single.sum(axis=1) + missing + double + corrected + alone
    best = single.argmax(axis=1)
    parts = np.column_stack(
        [single.max(axis=1) / total, missing / total, double / total, corrected / total]
    )
    return [
        RowBelief(cell, *part) for cell, part in zip(best.tolist(), parts.tolist(), strict=True)
    ]


def _over_pairs(
    first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Sum of first[:, i] * second[:, j] over all i != j, (r,)."""
    both = first.sum(axis=1) * second.sum(axis=1) - (first * second).sum(axis=1)
    return np.asarray(both.clip(0))

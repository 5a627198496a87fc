"""Values by their rank, at a third of the cost of numpy's own functions: pages are many, and their
arrays small."""

from typing import Any

import numpy as np
import numpy.typing as npt

MAD = 1.4826
"""Standard deviation of a normal distribution whose median absolute deviation is 1."""


def median(values: npt.NDArray[Any]) -> float:
    """The median of an array of any shape that holds a number at least and no NaN."""
    half = values.size // 2
    if values.size % 2:
        return float(np.partition(values, half, axis=None)[half])
    ranked = np.partition(values, (half - 1, half), axis=None)
    return (float(ranked[half - 1]) + float(ranked[half])) / 2


def medians(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The medians (c,) of the columns of (r, c) numbers, none of them NaN."""
    ranked, half = np.sort(values, axis=0), len(values) // 2
    return np.asarray((ranked[(len(values) - 1) // 2] + ranked[half]) / 2)


def quantiles(values: npt.NDArray[np.float64], share: float) -> npt.NDArray[np.float64]:
    """The values (c,) below which this share of the columns of (r, c) numbers lies, none of them
    NaN; linear between two ranks."""
    ranked = np.sort(values, axis=0)
    low, beyond = divmod(share * (len(values) - 1), 1)
    below, above = ranked[int(low)], ranked[min(int(low) + 1, len(values) - 1)]
    return np.asarray(below + beyond * (above - below))


def at_share(values: npt.NDArray[Any], share: float) -> float:
    """The value below which this share of the values lies."""
    rank = int(share * (values.size - 1))
    return float(np.partition(values, rank, axis=None)[rank])

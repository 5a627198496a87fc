"""How much a count of errors proves."""

import math

import numpy as np
import numpy.typing as npt


def upper_bound(errors: int, trials: int, confidence: float = 0.95) -> float:
    """The one-sided upper confidence bound of an error rate (Clopper and Pearson 1934).

    With no error in n trials it is 1 - 0.05 ** (1 / n), about 3 / n. 1.0 when there is no trial.
    """
    if trials == 0 or errors >= trials:
        return 1.0
    ways = _log_ways(errors, trials)
    low, high = errors / trials, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(ways, trials, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _log_ways(errors: int, trials: int) -> npt.NDArray[np.float64]:
    """Logarithms of the binomial coefficients (trials over k) for k = 0 .. errors."""
    k = np.arange(1, errors + 1)
    return np.concatenate([[0.0], np.cumsum(np.log(trials - k + 1) - np.log(k))])


def _at_most(ways: npt.NDArray[np.float64], trials: int, rate: float) -> float:
    """P(X <= errors) of a binomial with this rate."""
    k = np.arange(len(ways))
    logs = ways + k * math.log(rate) + (trials - k) * math.log1p(-rate)
    return float(np.exp(logs).sum())

"""How much a count of errors proves."""

import math


def upper_bound(errors: int, trials: int, confidence: float = 0.95) -> float:
    """The one-sided upper confidence bound of an error rate (Clopper and Pearson 1934).

    With no error in n trials it is 1 - 0.05 ** (1 / n), about 3 / n. 1.0 when there is no trial.
    """
    if trials == 0 or errors >= trials:
        return 1.0
    low, high = errors / trials, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(errors, trials, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(errors: int, trials: int, rate: float) -> float:
    """P(X <= errors) of a binomial with this rate."""
    logs = (
        math.lgamma(trials + 1)
        - math.lgamma(k + 1)
        - math.lgamma(trials - k + 1)
        + k * math.log(rate)
        + (trials - k) * math.log1p(-rate)
        for k in range(errors + 1)
    )
    return math.fsum(math.exp(value) for value in logs)

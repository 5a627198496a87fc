"""A bound is the rate at which so few errors would be seen in one of twenty runs."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.bounds import upper_bound


@pytest.mark.parametrize(("trials", "bound"), [(30, 0.0950), (3000, 0.000998), (300_000, 9.986e-6)])
def test_without_an_error_it_is_the_rule_of_three(trials: int, bound: float) -> None:
    assert upper_bound(0, trials) == pytest.approx(bound, rel=2e-3)


@pytest.mark.parametrize(
    ("errors", "trials", "bound"), [(1, 10, 0.394163), (5, 50, 0.199130), (10, 100, 0.163508)]
)
def test_published_values_of_clopper_and_pearson(errors: int, trials: int, bound: float) -> None:
    assert upper_bound(errors, trials) == pytest.approx(bound, abs=1e-3)


@given(st.integers(1, 400), st.data())
def test_so_few_errors_have_a_probability_of_one_in_twenty(
    trials: int, data: st.DataObject
) -> None:
    errors = data.draw(st.integers(0, trials - 1))
    rate = upper_bound(errors, trials)
    chance = math.fsum(
        math.comb(trials, k) * rate**k * (1 - rate) ** (trials - k) for k in range(errors + 1)
    )
    assert errors / trials < rate <= 1
    assert chance == pytest.approx(0.05, rel=1e-4)


def test_nothing_tried_and_everything_failed_prove_nothing() -> None:
    assert upper_bound(0, 0) == 1.0
    assert upper_bound(7, 7) == 1.0

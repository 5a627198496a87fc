"""Which sure readings are looked at as a sample."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.scans.waiting import sampler

PLACES = [f"{content}/{side}" for content in range(10_000) for side in ("self", "evaluator")]
SHARE = 0.02


def _chosen(key: bytes, sheet_id: str, share: float = SHARE) -> dict[str, float]:
    drawn = {where: sampler(key, sheet_id, share)(where) for where in PLACES}
    return {where: order for where, order in drawn.items() if order is not None}


def test_so_many_are_chosen_as_the_share_says_and_they_lie_anywhere_in_the_order() -> None:
    chosen = _chosen(b"key", "S")
    assert 300 < len(chosen) < 500  # 400 and five standard deviations
    assert 0.4 < sum(chosen.values()) / len(chosen) < 0.6


def test_the_choice_is_the_same_each_time_and_another_for_another_key_or_sheet() -> None:
    chosen = set(_chosen(b"key", "S"))
    assert set(_chosen(b"key", "S")) == chosen
    assert len(set(_chosen(b"other", "S")) & chosen) < 50
    assert len(set(_chosen(b"key", "T")) & chosen) < 50


@given(st.text(), st.floats(0, 1), st.floats(0, 1))
def test_a_smaller_share_is_part_of_a_larger_one(where: str, one: float, other: float) -> None:
    small, large = sorted((one, other))
    if sampler(b"key", "S", small)(where) is not None:
        assert sampler(b"key", "S", large)(where) is not None
    assert sampler(b"key", "S", 0.0)(where) is None

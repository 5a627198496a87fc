"""A bad task costs itself and nothing else."""

import os
import time

import pytest

from pipeline.batch import Engine, Inline, Outcome, Processes

CRASH, HANG, FAIL = 7, 11, 13

SECONDS = 12
"""For a task. On a busy machine it took more than 4 to see that a process was gone."""


def _task(item: int) -> int:
    if item == CRASH and os.environ.get("PHIEU_TEST_CHILD"):
        os._exit(1)
    if item == HANG and os.environ.get("PHIEU_TEST_CHILD"):
        time.sleep(60)
    if item == FAIL:
        raise ValueError("this one is bad")
    return item * item


@pytest.fixture
def _in_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHIEU_TEST_CHILD", "1")


@pytest.mark.usefixtures("_in_children")
def test_crash_hang_and_error_each_lose_only_their_own_task() -> None:
    outcomes = _by_item(Processes(workers=2, seconds_a_task=SECONDS), 30)
    kinds = {item: o.failure.kind for item, o in outcomes.items() if o.failure is not None}
    assert kinds == {CRASH: "crash", HANG: "timeout", FAIL: "error"}
    good = {item: o.result for item, o in outcomes.items() if o.failure is None}
    assert good == {item: item * item for item in range(30) if item not in kinds}


def test_inline_gives_the_same_outcomes_in_order() -> None:
    outcomes = list(Inline().map(_task, range(20)))
    assert [outcome.item for outcome in outcomes] == list(range(20))
    failure = outcomes[FAIL].failure
    assert failure is not None
    assert "this one is bad" in failure.detail
    assert outcomes[3].result == 9


def test_no_items_is_no_work() -> None:
    assert list(Processes(workers=2, seconds_a_task=SECONDS).map(_task, [])) == []


def _by_item(engine: Engine, count: int) -> dict[int, Outcome[int, int]]:
    outcomes = list(engine.map(_task, range(count)))
    assert len(outcomes) == count
    return {outcome.item: outcome for outcome in outcomes}

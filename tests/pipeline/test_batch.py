"""A bad task costs itself and nothing else."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import NoReturn

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


class _Deadly(int):
    """A number that kills the process to which it is sent, before that knows what to do with it."""

    def __reduce__(self) -> tuple[Callable[[int], NoReturn], tuple[int]]:
        return os._exit, (1,)


class _TwoWords(Exception):
    """An exception that cannot be sent from one process to another."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def _unsendable(item: int) -> int:
    if item == FAIL:
        raise _TwoWords("this one", "is bad")
    return item * item


def _soon_dead(item: int) -> int:
    if item == CRASH:
        threading.Timer(0.2, os._exit, (1,)).start()
    return item * item


def test_a_process_that_dies_out_of_its_task_costs_one_task_too() -> None:
    """While it takes the task up, or while what the task raised is sent back."""
    items = [_Deadly(item) if item in (0, 1, 5, 11) else item for item in range(20)]
    outcomes = list(Processes(2, SECONDS).map(_unsendable, items))
    assert sorted(o.item for o in outcomes) == list(range(20))
    lost = {o.item: o.failure.kind for o in outcomes if o.failure is not None}
    assert lost == dict.fromkeys((0, 1, 5, 11, FAIL), "crash")


def test_a_process_that_dies_idle_costs_nothing() -> None:
    def slowly() -> Iterator[int]:
        for item in range(10):
            if item == CRASH + 1:
                time.sleep(1.5)  # meanwhile the others have ended, and the process dies
            yield item

    outcomes = list(Processes(2, SECONDS).map(_soon_dead, slowly()))
    assert {o.item: o.result for o in outcomes} == {item: item * item for item in range(10)}


def test_a_process_that_never_starts_its_task_is_given_up() -> None:
    engine = Processes(1, seconds_a_task=0.01, seconds_to_start=0.01)
    outcomes = list(engine.map(_unsendable, [1, 2]))
    assert [o.failure and o.failure.kind for o in outcomes] == ["timeout", "timeout"]


def _by_item(engine: Engine, count: int) -> dict[int, Outcome[int, int]]:
    outcomes = list(engine.map(_task, range(count)))
    assert len(outcomes) == count
    return {outcome.item: outcome for outcome in outcomes}

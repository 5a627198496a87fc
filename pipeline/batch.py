"""Many tasks, one bad one: engines behind one ``map``.

A task is a plain function of one item. Whatever happens to it (exception, crash of its process,
time limit) becomes an :class:`Outcome` and never stops the others. Outcomes come as they are
ready, in any order.
"""

import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from threading import Thread
from typing import Generic, Protocol, TypeVar

from pebble import ProcessExpired, ProcessPool

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task has no result: ``error``, ``crash`` or ``timeout``, and a technical detail."""

    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Item, Result]):
    """What became of one item: a result, or a failure when ``failure`` is not None."""

    item: Item
    result: Result | None
    failure: Failure | None


class Engine(Protocol):
    """Runs a task over items; see the module's promise."""

    def map(
        self, task: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Outcome[Item, Result]]:
        """Yield one outcome an item, as they are ready."""
        ...


class Inline:
    """Everything in this process, in order: for tests and for looking closely."""

    def map(
        self, task: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Outcome[Item, Result]]:
        """Yield outcomes in the order of the items. A crash of the task is a crash here."""
        for item in items:
            try:
                yield Outcome(item, task(item), None)
            except Exception as error:
                yield Outcome(item, None, Failure("error", repr(error)))


@dataclass(frozen=True, slots=True)
class Processes:
    """Tasks in ``workers`` processes, each a pebble pool of one that has one task at a time.

    pebble, because it ends a task at its time limit (``seconds_a_task``, counted from its start).
    Pools of one, because a pool of several is lost as a whole when a process dies while it takes up
    its task, or blames another task, and what still waits in it may wait for ever (measured: of 300
    runs of 30 tasks with one crash each, 3 lost the pool and 2 blamed another task; with pools of
    one, none). A pool whose process died or hung is replaced.
    """

    workers: int
    seconds_a_task: float
    seconds_to_start: float = 120.0
    """For a process to start and take up its task; what takes longer than both is a timeout."""

    def map(
        self, task: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Outcome[Item, Result]]:
        """Yield outcomes as they are ready; items are drawn as places come free."""
        source = iter(items)
        idle = [_pool() for _ in range(self.workers)]
        busy: dict[Future[Result], _Running[Item]] = {}
        ready: list[Outcome[Item, Result]] = []
        try:
            while True:
                for item in islice(source, len(idle)):
                    pool, future = self._schedule(idle.pop(), task, item)
                    limit = time.monotonic() + self.seconds_to_start + self.seconds_a_task
                    busy[future] = _Running(item, pool, limit)
                yield from ready  # the processes work while the caller stores these
                if not busy:
                    return
                ready = []
                for future in _ended(busy):
                    running = busy.pop(future)
                    outcome = _outcome(running.item, future)
                    if outcome.failure is not None and outcome.failure.kind != "error":
                        _give_up(running.pool)
                        idle.append(_pool())
                    else:
                        idle.append(running.pool)
                    ready.append(outcome)
        finally:
            _end([*idle, *(running.pool for running in busy.values())])

    def _schedule(
        self, pool: ProcessPool, task: Callable[[Item], Result], item: Item
    ) -> tuple[ProcessPool, "Future[Result]"]:
        """Give the pool a task; a new pool when the process of this one died idle."""
        try:
            return pool, pool.schedule(task, (item,), timeout=self.seconds_a_task)
        except RuntimeError:
            _give_up(pool)
            pool = _pool()
            return pool, pool.schedule(task, (item,), timeout=self.seconds_a_task)


@dataclass(frozen=True, slots=True)
class _Running(Generic[Item]):
    """A task under way: its item, the pool that has it, and when (monotonic) it is given up."""

    item: Item
    pool: ProcessPool
    limit: float


def _pool() -> ProcessPool:
    # A fresh interpreter a worker: a fork would carry the database connection along.
    return ProcessPool(max_workers=1, context=multiprocessing.get_context("spawn"))


def _ended(busy: "Mapping[Future[Result], _Running[Item]]") -> "list[Future[Result]]":
    """Wait until a task has ended or is overdue; all that have or are."""
    first = min(running.limit for running in busy.values())
    wait(busy, timeout=max(0.0, first - time.monotonic()), return_when=FIRST_COMPLETED)
    now = time.monotonic()
    return [future for future, running in busy.items() if future.done() or running.limit <= now]


def _give_up(pool: ProcessPool) -> None:
    """Stop a pool whose process is lost, aside: pebble waits seconds for one that will not end, and
    the other tasks are not to wait with it."""
    pool.stop()  # type: ignore[no-untyped-call] # pebble leaves it so
    Thread(target=pool.join, daemon=True).start()


def _end(pools: Iterable[ProcessPool]) -> None:
    """Stop the pools, all at once, and wait until their processes are gone."""
    for pool in pools:
        pool.stop()  # type: ignore[no-untyped-call]
    for pool in pools:
        pool.join()


def _outcome(item: Item, future: "Future[Result]") -> Outcome[Item, Result]:
    """The outcome of a task that has ended or is overdue (pebble's own time limit has failed)."""
    try:
        return Outcome(item, future.result(timeout=0), None)
    except TimeoutError as error:
        return Outcome(item, None, Failure("timeout", repr(error)))
    except (ProcessExpired, BrokenProcessPool) as error:
        return Outcome(item, None, Failure("crash", repr(error)))
    except Exception as error:
        return Outcome(item, None, Failure("error", repr(error)))

"""How long a reviewer waits: the next item and a decision in an office with 200,000 readings.

``python -m bench.review`` makes an office of invented people in a temporary folder, one row in
twenty of whose sheets is doubtful, and decides 200 items. Prints CPU milliseconds, median and
largest, of taking the next item and of storing a decision. The office's making is not measured.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pipeline.store.connection  # noqa: F401 - Django must be set up before models
from bench.publish import PERIOD, fill, invented_roster
from pipeline.config import create_workspace
from pipeline.store import models
from pipeline.store.connection import close_store
from pipeline.work import review
from pipeline.work.office import open_office
from pipeline.work.queue import rebuild_queue
from pipeline.work.review import Choice
from pipeline.work.review_items import QueueFilter, Reviewer

READINGS, UNITS, STEPS = 200_000, 85, 200
ROWS_A_SHEET = 36
"""Of a 03B: 18 contents of two sides."""
DOUBTFUL_ONE_IN = 20

T = TypeVar("T")


def measure(readings: int = READINGS, steps: int = STEPS) -> dict[str, Any]:
    """CPU milliseconds of a reviewer's steps, and how long the queue takes to be made anew."""
    with tempfile.TemporaryDirectory(prefix="phieu-bench-") as folder:
        root = Path(folder, "office")
        create_workspace(root, "long_bien_2021")
        office = open_office(root)
        people = readings // ROWS_A_SHEET
        fill(office.form_set, invented_roster(UNITS, people), doubtful_one_in=DOUBTFUL_ONE_IN)
        _, queue_ms = _cpu_ms(lambda: rebuild_queue(office))
        account = models.Account.objects.create(username="bench")
        who = Reviewer(account.pk, account.username, None, frozenset({"duyet"}))
        waiting = models.QueueItem.objects.count()
        taken: list[float] = []
        decided: list[float] = []
        for _ in range(steps):
            item, ms = _cpu_ms(lambda: review.next_item(who, QueueFilter(str(PERIOD))))
            if item is None:
                raise RuntimeError("the queue is empty before all steps are done")
            taken.append(ms)
            choice = Choice(item.key, item.version, item.proposal)
            _, ms = _cpu_ms(partial(review.decide, office, who, choice))
            decided.append(ms)
        close_store()
        return {
            "readings": people * ROWS_A_SHEET,
            "waiting": waiting,
            "queue_made_anew_s": round(queue_ms / 1000, 1),
            "next_item_ms": _summary(taken),
            "decide_ms": _summary(decided),
        }


def _cpu_ms(action: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    result = action()
    return result, 1000 * (time.process_time() - start)


def _summary(ms: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(ms), 1), "largest": round(max(ms), 1)}


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))

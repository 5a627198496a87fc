"""Somebody who presses Ctrl-C while scans are being read."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import pytest

from pipeline.batch import Inline, Item, Outcome, Result
from pipeline.work.office import Office
from pipeline.work.scans import ingest


class _Interrupted:
    """An engine that is stopped after so many tasks."""

    def __init__(self, after: int) -> None:
        self.after = after

    def map(
        self, task: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Outcome[Item, Result]]:
        yield from islice(Inline().map(task, items), self.after)
        raise KeyboardInterrupt


def ingest_interrupted(office: Office, file: Path, after: int, batch: int | None = None) -> None:
    """Take in a file and stop after so many pages."""
    with pytest.raises(KeyboardInterrupt):
        ingest(office, [file], _Interrupted(after), lambda _done, _total: None, batch)

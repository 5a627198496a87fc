"""``make bench`` and ``make bench-full``: accuracy, speed and memory, as tables and JSON.

    python -m bench [--ink FILE] [--failures DIR] [--seed N]
    python -m bench --full

The short run stays under 15 minutes on 2 cores and writes ``bench/out/bench.json``; the full one
takes about an hour, can be broken off and goes on where it was, and writes
``bench/results/full-<date>.json``.
"""

import argparse
import json
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from bench.corpus import FIRST_SEED
from bench.failures import Gallery
from bench.report import tables
from bench.runs import (
    Chunk,
    Journal,
    Scale,
    by_setting,
    chunks_of,
    commit,
    costs_by_setting,
    journal_name,
    run,
    simulators,
)
from bench.speed import print_costs, read_costs, worker_memory_mb

FOLDER = Path(__file__).resolve().parent
OUT, RESULTS = FOLDER / "out", FOLDER / "results"

SHORT = Scale(
    dense={"clean": 260, "average": 120, "poor": 90, "photo": 90, "hard": 120},
    sheets={"clean": 50, "average": 30, "poor": 20, "photo": 20, "hard": 20},
)
FULL = Scale(
    dense={"clean": 2860, "average": 960, "poor": 300, "photo": 320, "hard": 320},
    sheets={"clean": 500, "average": 300, "poor": 120, "photo": 120, "hard": 100},
)
"""A dense page has 106 plain and odd rows and 9 spoilt ones."""

SECONDS_A_CHUNK = 300.0


def main() -> None:
    """Measure and show."""
    chosen = _arguments()
    start, code = time.monotonic(), commit()
    ink = str(chosen.ink.resolve()) if chosen.ink else ""
    journal = _journal(chosen, ink)
    speed = {} if chosen.no_speed else _speed()
    scale = (FULL if chosen.full else SHORT).part(chosen.share)
    chunks = chunks_of(scale, chosen.seed, ink, pictures=chosen.failures is not None)
    gallery = Gallery(chosen.failures) if chosen.failures else None
    try:
        _measure(chunks, journal, gallery)
    except KeyboardInterrupt:
        goes_on = "the next run goes on from here" if chosen.full else "nothing was kept"
        raise SystemExit(f"broken off: {goes_on}") from None
    document = {
        "schema": "phieu.bench/1",
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "code": code,
        "seed": chosen.seed,
        "share": chosen.share,
        "ink": bool(ink),
        "seconds": round(time.monotonic() - start),
        **speed,
        "cost": {name: asdict(cost) for name, cost in costs_by_setting(journal).items()},
        "accuracy": by_setting(journal),
    }
    target = _target(chosen)
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    _show(document)


def _journal(chosen: argparse.Namespace, ink: str) -> Journal:
    """Of the full run, what is there already; the short one starts afresh."""
    kind = f"{'full' if chosen.full else 'bench'}-{chosen.share:g}"
    path = OUT / journal_name(kind, chosen.seed, ink)
    if not chosen.full:
        path.unlink(missing_ok=True)
    return Journal(path)


def _target(chosen: argparse.Namespace) -> Path:
    """Where the result is written."""
    pens = "-ink" if chosen.ink else ""
    if chosen.full and chosen.share == 1:
        return RESULTS / f"full-{datetime.now(UTC):%Y-%m-%d}{pens}.json"
    return OUT / f"bench{pens}.json"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--full", action="store_true", help="the large counts")
    parser.add_argument("--share", type=float, default=1.0, help="of the counts: a quick look")
    parser.add_argument("--seed", type=int, default=FIRST_SEED)
    parser.add_argument("--ink", type=Path, help="real marks (npz) to write with on dense pages")
    parser.add_argument("--failures", type=Path, help="folder for pictures of what failed")
    parser.add_argument("--no-speed", action="store_true", help="accuracy only")
    return parser.parse_args()


def _speed() -> dict[str, Any]:
    """Costs of printing and reading, before anything else keeps the processors busy."""
    return {
        "print": [asdict(cost) for cost in print_costs()],
        "read": [asdict(cost) for cost in read_costs()],
        "worker_memory_mb": worker_memory_mb(),
    }


def _measure(chunks: list[Chunk], journal: Journal, gallery: Gallery | None) -> None:
    """Run all chunks with progress on screen."""
    screen = Console(stderr=True)
    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=screen) as progress:
        done = sum(chunk.key in journal.done for chunk in chunks)
        task = progress.add_task("chunks", total=len(chunks), completed=done)
        for chunk, failures in run(simulators(SECONDS_A_CHUNK), chunks, journal):
            if gallery is not None:
                gallery.add(chunk.setting, failures)
            progress.advance(task)


def _show(document: dict[str, Any]) -> None:
    screen = Console(width=190)
    for title, headings, rows in tables(document):
        table = Table(*headings, title=title, title_justify="left")
        for row in rows:
            table.add_row(*row)
        screen.print(table)


if __name__ == "__main__":
    main()

"""``make bench``: one table of speed and accuracy, and the same as JSON in ``bench/out``."""

import argparse
import json
import os
import time
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.bounds import upper_bound
from bench.corpus import FIRST_SEED, Batch, measure
from bench.speed import print_costs, read_costs, worker_memory_mb
from pipeline.batch import Processes
from samples.paper import CONDITIONS

OUT = Path(__file__).resolve().parent / "out"
SHEETS = 24
SECONDS_A_SHEET = 120.0


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--sheets", type=int, default=SHEETS, help="sheets a condition, plain and again spoilt"
    )
    sheets = parser.parse_args().sheets
    start = time.monotonic()
    prints, reads, memory = print_costs(), read_costs(), worker_memory_mb()
    accuracy = _accuracy(sheets)
    document = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "first_seed": FIRST_SEED,
        "sheets_a_condition": sheets,
        "seconds": round(time.monotonic() - start),
        "print": [asdict(cost) for cost in prints],
        "read": [asdict(cost) for cost in reads],
        "worker_memory_mb": memory,
        "accuracy": {name: dict(sorted(counts.items())) for name, counts in accuracy.items()},
    }
    OUT.mkdir(exist_ok=True)
    (OUT / "bench.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    _show(document, accuracy)


def _accuracy(sheets: int) -> dict[str, Counter[str]]:
    """Counts by condition, over plain and spoilt sheets."""
    found: dict[str, Counter[str]] = {name: Counter() for name in CONDITIONS}
    batches = [
        Batch(condition, FIRST_SEED + 2 * number + spoilt, bool(spoilt))
        for number in range(sheets)
        for condition in CONDITIONS
        for spoilt in (0, 1)
    ]
    engine = Processes(os.cpu_count() or 1, SECONDS_A_SHEET)
    for outcome in engine.map(measure, batches):
        if outcome.result is None:
            raise RuntimeError(f"{outcome.item}: {outcome.failure}")
        found[outcome.item.condition].update(outcome.result)
    return found


def _show(document: dict[str, Any], accuracy: dict[str, Counter[str]]) -> None:
    screen = Console(width=150)
    cost = Table("", "CPU ms", "", title="Speed on one core", title_justify="left")
    for each in document["print"]:
        cost.add_row(
            f"print {each['form']}, a person",
            f"{each['cpu_ms']:.1f}",
            f"{each['size_bytes']:.0f} B",
        )
    for each in document["read"]:
        stages = ", ".join(f"{name} {ms:.1f}" for name, ms in each["stages_ms"].items())
        cost.add_row(f"read a page, {each['dpi']} dpi", f"{each['cpu_ms']:.1f}", stages)
    cost.add_row("memory of a worker", "", f"{document['worker_memory_mb']:.0f} MB")
    screen.print(cost)
    table = Table(title="Accuracy by condition (95 % upper bounds)", title_justify="left")
    for heading in (
        "scans",
        "pages identified",
        "wrong person",
        "silent wrong rows",
        "plain rows flagged",
        "spoilt rows passed",
        "right totals flagged",
        "off by one passed",
        "signatures wrong / doubtful",
    ):
        table.add_column(heading)
    for name, counts in accuracy.items():
        table.add_row(name, *_cells(counts))
    screen.print(table)


def _cells(counts: Counter[str]) -> list[str]:
    spoilt = [key for key in counts if key.startswith("spoilt ")]
    passed = sum(counts[key] for key in spoilt if key.endswith(" passed"))
    shown = sum(counts[key] for key in spoilt if not key.endswith(" passed"))
    return [
        f"{counts['identified']} of {counts['pages']}",
        str(counts["wrong_person"]),
        _rate(counts["silent_wrong"], counts["plain"]),
        _rate(counts["plain_flagged"], counts["plain"]),
        _rate(passed, shown),
        _rate(counts["totals_right_flagged"], counts["totals_right"]),
        _rate(counts["totals_off_passed"], counts["totals_off"]),
        f"{counts['signatures_wrong']} / {counts['signatures_doubtful']} of {counts['signatures']}",
    ]


def _rate(errors: int, trials: int) -> str:
    return f"{errors} of {trials} (< {100 * upper_bound(errors, trials):.2g} %)"


if __name__ == "__main__":
    main()

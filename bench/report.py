"""The tables of a run: on screen at its end, and as markdown from its file::

python -m bench.report bench/results/full-2026-11-21-seed-1400000.json
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.summary import GoalFigures, goal_figures, setting_figures, spoilt_by_kind

Row = Sequence[str]

ACCURACY = (
    "scans",
    "silent wrong rows",
    "plain rows flagged",
    "odd rows flagged",
    "spoilt rows not flagged",
    "of them with another value",
)
SHEETS = (
    "scans",
    "pages identified",
    "rejected (of all)",
    "wrong person (of all pages)",
    "result boxes flagged",
    "right totals flagged",
    "off by one passed",
    "signatures wrong: colour, no seal",
    "grey, no seal",
    "sealed",
    "signatures doubtful",
)


def tables(document: Mapping[str, Any]) -> list[tuple[str, Row, list[Row]]]:
    """The tables of a run: title, headings, rows."""
    accuracy = document["accuracy"]
    goals = goal_figures(accuracy)
    made: list[tuple[str, Row, list[Row]]] = [
        ("Rows, dense pages and sheets (one-sided 95 % bounds)", ACCURACY, _rows(goals)),
        ("The same by setting", ACCURACY, _rows(setting_figures(accuracy))),
        ("Real sheets", SHEETS, [_sheet_row(each) for each in goals]),
        ("Spoilt rows by kind", ("kind", "not flagged"), _kinds(spoilt_by_kind(accuracy))),
        (
            "Plain rows flagged by mark, dense and real",
            ("mark", *(each.goal for each in goals)),
            _marks(goals),
        ),
    ]
    if "cost" in document:
        headings = ("scans", "pages", "CPU ms, mean", "CPU ms, slowest")
        rows = _reading_costs(document["cost"])
        made.append(("Reading pages of real sheets in the corpus", headings, rows))
    if "read" in document:
        made.append(("Speed and memory, one core", ("", "CPU ms", ""), _costs(document)))
    return made


def markdown(document: Mapping[str, Any]) -> str:
    """All tables in markdown, with a line of provenance before them."""
    pens = "real pens" if document.get("ink") else "invented hands"
    parts = [
        f"Measured {document['measured']}, code {document['code']}, seed {document['seed']},"
        f" {pens}, {document['seconds'] / 60:.0f} minutes."
    ]
    for title, headings, rows in tables(document):
        lines = [f"**{title}**", "", _line(headings), _line(["---"] * len(headings))]
        parts.append("\n".join([*lines, *(_line(row) for row in rows)]))
    return "\n\n".join(parts) + "\n"


def _line(cells: Row) -> str:
    return f"| {' | '.join(cells)} |"


def _rows(found: Sequence[GoalFigures]) -> list[Row]:
    return [
        (
            each.goal,
            str(each.silent_wrong),
            str(each.plain_flagged),
            str(each.odd_flagged),
            str(each.spoilt_passed),
            str(each.spoilt_swapped),
        )
        for each in found
    ]


def _sheet_row(each: GoalFigures) -> Row:
    rejected = ", ".join(f"{code} {count}" for code, count in each.rejected.items())
    return (
        each.goal,
        f"{each.identified.part} of {each.identified.whole}",
        rejected or "0",
        str(each.wrong_identity),
        str(each.results_flagged),
        str(each.right_totals_flagged),
        str(each.wrong_totals_passed),
        *(str(each.signatures_wrong.get(scan, "–")) for scan in ("colour", "grey", "sealed")),
        ", ".join(f"{scan} {rate.part}" for scan, rate in each.signatures_doubtful.items()),
    )


def _kinds(rates: Mapping[str, object]) -> list[Row]:
    return [(kind, str(rate)) for kind, rate in rates.items()]


def _marks(goals: Sequence[GoalFigures]) -> list[Row]:
    kinds = sorted({kind for each in goals for kind in each.plain_by_kind})
    return [(kind, *(str(each.plain_by_kind.get(kind, "–")) for each in goals)) for kind in kinds]


def _reading_costs(costs: Mapping[str, Mapping[str, float]]) -> list[Row]:
    return [
        (
            name,
            f"{cost['pages']:.0f}",
            f"{cost['total_ms'] / cost['pages']:.0f}",
            f"{cost['slowest_ms']:.0f}",
        )
        for name, cost in costs.items()
    ]


def _costs(document: Mapping[str, Any]) -> list[Row]:
    made: list[Row] = [
        (f"print {each['form']}, a person", f"{each['cpu_ms']:.1f}", f"{each['size_bytes']:.0f} B")
        for each in document["print"]
    ]
    for each in document["read"]:
        stages = ", ".join(f"{name} {ms:.1f}" for name, ms in each["stages_ms"].items())
        # Until 21/11/2026 grey pages alone were measured, and files did not say so.
        page = f"read a page, {each['dpi']} dpi, {each.get('mode', 'grey')}"
        made.append((page, f"{each['cpu_ms']:.1f}", stages))
    made.append(("memory of a worker", "", f"{document['worker_memory_mb']:.0f} MB"))
    return made


if __name__ == "__main__":
    sys.stdout.write(markdown(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))

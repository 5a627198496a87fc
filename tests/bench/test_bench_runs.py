"""A broken run goes on where it was, and the tables say what was counted."""

import json
from collections import Counter
from pathlib import Path

import pytest

from bench.conditions import GOALS, SETTINGS
from bench.failures import KEPT, Gallery
from bench.judge import Failure
from bench.report import markdown
from bench.runs import (
    Chunk,
    Cost,
    Journal,
    Measured,
    Scale,
    by_setting,
    chunks_of,
    costs_by_setting,
    run,
)
from bench.summary import Rate, goal_figures, spoilt_by_kind
from pipeline.batch import Inline

NONE = dict.fromkeys(GOALS, 0)
RESULTS = Path(__file__).parents[2] / "bench" / "results"


def test_the_chunks_cover_every_page_once() -> None:
    chunks = chunks_of(
        Scale(dense=NONE | {"clean": 50}, sheets=NONE | {"poor": 9}), 5, pictures=False
    )
    pages = Counter(
        (chunk.source, chunk.setting, number)
        for chunk in chunks
        for number in range(chunk.first, chunk.first + chunk.count)
    )
    assert set(pages.values()) == {1}
    of_source = Counter(source for source, _, _ in pages)
    assert 50 <= of_source["dense"] <= 54
    assert 9 <= of_source["sheet"] <= 11


def test_a_broken_run_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    setting = SETTINGS[0].name
    chunks = [Chunk(setting, "dense", 7, first, 1) for first in (0, 1)]
    first = Journal(path)
    assert len(list(run(Inline(), chunks[:1], first))) == 1
    second = Journal(path)
    assert second.done == first.done
    assert [chunk for chunk, _ in run(Inline(), chunks, second)] == chunks[1:]
    counts = by_setting(Journal(path))[setting]["dense"]
    assert counts["pages|identified"] == 2
    assert sum(count for key, count in counts.items() if key.startswith("row|")) == 230


def test_what_reading_real_sheets_cost_is_kept(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    setting = SETTINGS[0].name
    for first, cost in ((0, Cost(3, 90.0, 40.0)), (1, Cost(2, 60.0, 31.0)), (2, Cost())):
        chunk = Chunk(setting, "sheet", 7, first, 1)
        journal.add(chunk, Measured(Counter({"pages|identified": 1}), cost, []))
    assert costs_by_setting(Journal(journal.path)) == {setting: Cost(5, 150.0, 40.0)}


def test_of_many_pictures_the_worst_are_kept(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path)
    sure = [Failure("passed", "x dat", "clear dat", 1 - n / 1000, b"png") for n in range(KEPT + 9)]
    gallery.add("clean", [*sure, Failure("wrong", "x dat", "clear chua_dat", 0.5, b"png")])
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == KEPT + 1
    assert names[0].startswith("1-0500000-wrong_truth_x_dat_read_clear_chua_dat_clean")
    assert names[1].startswith("3-0000000-passed")


def test_a_chunk_that_fails_stops_the_run(tmp_path: Path) -> None:
    chunk = Chunk("no such setting", "dense", 1, 0, 1)
    with pytest.raises(RuntimeError, match="no such setting"):
        list(run(Inline(), [chunk], Journal(tmp_path / "journal.jsonl")))


ACCURACY = {
    "clean, 200 dpi grey": {
        "dense": {
            "pages|identified": 3,
            "row|plain|x|right": 290,
            "row|plain|x|flagged": 2,
            "row|plain|tick|wrong": 1,
            "row|odd|tiny|right": 7,
            "row|spoilt|missing|flagged": 4,
            "row|spoilt|ring, alone|swapped": 1,
            "row|spoilt|ring, new mark|passed": 1,
        },
        "sheet": {
            "pages|identified": 9,
            "pages|rejected poor_image": 1,
            "row|plain|mark|right": 100,
            "row|result|mark|right": 5,
            "total|right|passed": 20,
            "total|off by one|flagged": 19,
            "total|off by one|passed": 1,
            "signature|colour|right": 9,
            "signature|sealed|doubtful": 1,
        },
    }
}


def test_figures_add_up_what_was_counted() -> None:
    (clean,) = goal_figures(ACCURACY)
    assert clean.silent_wrong == Rate(1, 405)
    assert clean.plain_flagged == Rate(2, 393)
    assert clean.spoilt_passed == Rate(2, 6)
    assert clean.spoilt_swapped == Rate(1, 6)
    assert clean.identified == Rate(9, 10)
    assert clean.rejected == {"poor_image": 1}
    assert clean.wrong_identity == Rate(0, 13)
    assert clean.wrong_totals_passed == Rate(1, 20)
    assert clean.signatures_wrong == {"colour": Rate(0, 9), "sealed": Rate(0, 1)}
    assert clean.signatures_doubtful == {"colour": Rate(0, 9), "sealed": Rate(1, 1)}
    assert spoilt_by_kind(ACCURACY) == {
        "missing": Rate(0, 4),
        "ring, alone": Rate(1, 1),
        "ring, new mark": Rate(1, 1),
    }


def test_the_report_is_a_table_for_people() -> None:
    text = markdown(
        {
            "measured": "2026-11-21T00:00:00+00:00",
            "code": "0123456789",
            "seed": 500_000,
            "seconds": 600,
            "accuracy": ACCURACY,
            "cost": {"phone photo": {"pages": 4, "total_ms": 100.0, "slowest_ms": 42.0}},
        }
    )
    assert "| phone photo | 4 | 25 | 42 |" in text
    assert "| clean | 1 of 405, 0.25 % (< 1.2 %) |" in text
    assert "10 minutes" in text


@pytest.mark.parametrize("path", sorted(RESULTS.glob("*.json")), ids=lambda path: path.stem)
def test_committed_results_can_be_shown_as_tables(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    shown = markdown(document)
    assert "silent wrong rows" in shown
    assert shown.count("read a page, 200 dpi, grey") == ("read" in document)

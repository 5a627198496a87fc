"""Dense pages come back as they were filled in, and the same seed makes the same page."""

from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from bench.conditions import BY_NAME, GOALS, SETTINGS, of_goal
from bench.corpus import Page, dense_scan, layouts, sheet_scans
from bench.dense import PAIRS, ROWS, cell_rect, dense_code, dense_layout, side_of
from bench.judge import judge
from bench.rows import DEEP_MM, FilledPage, fill_page
from bench.strokes import load_real_marks
from ocr.code import parse_code
from ocr.images import decode
from ocr.page import read_page
from ocr.reading import PageReading

CLEAN = SETTINGS[0]
SEED = 900_000


@cache
def _page() -> Page:
    return dense_scan(CLEAN, SEED, 0)


@cache
def _reading() -> PageReading:
    reading = read_page(decode(_page().data), layouts())
    assert isinstance(reading, PageReading)
    return reading


def test_the_dense_form_lies_on_its_page_clear_of_code_and_corner_marks() -> None:
    page = dense_layout().pages[0]
    assert len(page.choices) == ROWS * PAIRS == 115
    assert all(len(choice.cells) == 2 for choice in page.choices)
    for taken in [page.code, *(mark.rect for mark in page.fiducials)]:
        quiet = taken.grown(2.5)
        for box in page.boxes:
            assert (
                box.rect.x_mm > quiet.right_mm
                or box.rect.right_mm < quiet.x_mm
                or box.rect.y_mm > quiet.bottom_mm
                or box.rect.bottom_mm < quiet.y_mm
            )
    assert cell_rect(PAIRS - 1, ROWS - 1, 1).right_mm < page.width_mm - 8
    assert parse_code(dense_code(5).text) == dense_code(5)
    assert dense_code(5).sheet_id != dense_code(6).sheet_id


def test_a_side_has_as_many_rows_as_on_the_real_forms() -> None:
    sides = Counter(side_of(pair, row) for pair in range(PAIRS) for row in range(ROWS))
    assert len(sides) == 2 * PAIRS
    assert set(sides.values()) == {11, 12}


def test_a_dense_page_scanned_clean_reads_back_what_was_filled_in() -> None:
    counts, _ = judge(_page(), decode(_page().data), _reading())
    assert counts["pages|identified"] == 1
    rows = Counter[str]()
    for key, count in counts.items():
        if key.startswith("row|"):
            _, sort, _, outcome = key.split("|")
            rows[f"{sort} {outcome}"] += count
    assert sum(rows.values()) == 115
    assert rows["plain wrong"] == rows["odd wrong"] == 0
    assert rows["plain right"] > 80


def test_what_is_read_wrong_in_silence_is_counted_and_shown() -> None:
    name = next(
        choice.name
        for choice in _reading().choices
        if choice.value == "dat" and _page().rows[choice.name].sort == "plain"
    )
    otherwise = replace(_page().rows[name], value="chua_dat")
    page = replace(_page(), rows={**_page().rows, name: otherwise})
    counts, failures = judge(page, decode(page.data), _reading())
    assert counts[f"row|plain|{otherwise.kind}|wrong"] == 1
    wrong = next(each for each in failures if each.outcome == "wrong")
    assert wrong.picture.startswith(b"\x89PNG")
    assert (wrong.truth, wrong.reading) == (f"{otherwise.kind} chua_dat", "clear dat")


def test_a_cross_under_a_stamp_is_not_lost_to_the_corner_of_the_stamps_frame() -> None:
    """Of 511,000 rows (seed 1,000,000) the one that had been read wrongly in silence: writing of a
    violet stamp over the cross, the stamp's frame like a tick in the other cell."""
    hostile = BY_NAME["hostile, 200 dpi colour"]
    page = dense_scan(hostile, 1_000_000, 32)
    reading = read_page(decode(page.data), layouts())
    assert isinstance(reading, PageReading)
    stamped = next(choice for choice in reading.choices if choice.name == "r01/5a")
    assert page.rows["r01/5a"].value == "dat"
    assert stamped.value is None
    others = [choice for choice in reading.choices if choice.value is not None]
    assert len(others) > 60


def test_a_page_read_as_another_sheet_is_a_wrong_identity() -> None:
    page = replace(_page(), sheet_id="0000000000")
    counts, failures = judge(page, decode(page.data), _reading())
    assert counts == {"pages|wrong identity": 1}
    assert [each.outcome for each in failures] == ["wrong identity"]


def test_the_same_number_is_the_same_page_and_the_next_another() -> None:
    assert dense_scan(CLEAN, SEED, 0).data == _page().data
    other = dense_scan(CLEAN, SEED, 1)
    assert other.data != _page().data
    assert other.sheet_id != _page().sheet_id


def test_real_sheets_come_with_their_truth() -> None:
    pages = list(sheet_scans(SETTINGS[0], SEED, 1))
    assert len(pages) == len(pages[0].layout.pages)
    reading = read_page(decode(pages[-1].data), layouts())
    counts, _ = judge(pages[-1], decode(pages[-1].data), reading)
    assert counts["pages|identified"] == 1
    assert counts["signature|grey|right"] == 2
    assert not any(key.startswith("row|") and key.endswith("|wrong") for key in counts)


@cache
def _filled(seed: int, *, bilevel: bool = False) -> FilledPage:
    page = dense_layout().pages[0]
    return fill_page(page, np.random.default_rng(seed), bilevel=bilevel)


def test_every_sort_of_row_is_filled_in() -> None:
    rows = [row for seed in range(12) for row in _filled(seed).rows]
    sorts = Counter(row.sort for row in rows)
    assert 0.05 < sorts["spoilt"] / len(rows) < 0.12
    assert sorts["plain"] / len(rows) > 0.7
    kinds = {row.kind for row in rows}
    assert {"missing", "double", "fluid, alone", "arm_line, alone", "erased, new mark"} <= kinds
    assert {"tiny", "half outside", "long", "retraced", "spilled into", "pencil"} <= kinds
    assert {row.value for row in rows if row.sort == "plain"} == {"dat", "chua_dat"}


def test_on_bilevel_scans_nobody_is_asked_to_see_a_pale_trace() -> None:
    rows = [row for seed in range(12) for row in _filled(seed, bilevel=True).rows]
    assert not any(
        row.sort == "spoilt" and row.kind in ("erased, new mark", "fluid, new mark") for row in rows
    )


def test_ink_deep_in_a_plain_row_is_its_own() -> None:
    filled = _filled(3)
    cells = {choice.name: choice.cells for choice in dense_layout().pages[0].choices}
    for row in filled.rows:
        if row.sort == "plain":
            other = next(rect for value, rect in cells[row.name] if value != row.value)
            inner = other.grown(-DEEP_MM)
            for ink in filled.ink:
                x, y = ink.points_mm.T
                inside = (x > inner.x_mm) & (x < inner.right_mm)
                assert not (inside & (y > inner.y_mm) & (y < inner.bottom_mm)).any()


def test_real_marks_of_the_judging_half_can_be_written_with(tmp_path: Path) -> None:
    path = tmp_path / "marks.npz"
    images = np.zeros((90, 28, 28), np.uint8)
    images[:, 13:15, 4:24] = 255
    labels = np.repeat([20, 21, 22], 30)
    np.savez(path, image=images, label=labels, source=np.ones(90, int), sources=["a", "bhmsds"])
    real = load_real_marks(path)
    assert sum(len(pictures) for pictures in real.by_kind.values()) == 45
    page = dense_scan(CLEAN, SEED, 2, real)
    assert {row.kind for row in page.rows.values() if row.sort == "plain"} <= {"x", "slash", "dash"}
    counts, _ = judge(page, decode(page.data), read_page(decode(page.data), layouts()))
    assert counts["pages|identified"] == 1


def test_real_marks_of_another_source_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "none.npz"
    empty = np.zeros((4, 28, 28), np.uint8)
    np.savez(path, image=empty, label=np.full(4, 3), source=np.zeros(4, int), sources=["bhmsds"])
    with pytest.raises(ValueError, match="bhmsds"):
        load_real_marks(path)


def test_the_settings_of_a_goal_make_up_the_whole() -> None:
    for goal in GOALS:
        assert sum(setting.share for setting in of_goal(goal)) == pytest.approx(1.0)
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)

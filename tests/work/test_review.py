"""Reviewing: what is decided counts, nothing is overwritten, nobody gets another's item."""

from pathlib import Path

import pytest

from ocr.reading import MarkState
from pipeline.errors import BadInput, Stale
from pipeline.periods import Period
from pipeline.scans.record import SheetRecord, SheetStatus
from pipeline.work import review
from pipeline.work.office import Office
from pipeline.work.readings import load_readings
from pipeline.work.review import Choice
from tests.work.review_office import (
    ALL,
    PERIOD,
    make_office,
    plain_pages,
    reviewer,
    scan_sheet,
    spoilt,
)

ROW, OTHER = "I.1.1/evaluator", "I.1.2/self"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return make_office(tmp_path / "office")


def record_of(office: Office, sheet_id: str) -> SheetRecord:
    records = load_readings(office, Period.parse(PERIOD)).records
    return next(record for record in records if record.sheet_id == sheet_id)


def test_a_decided_row_counts_and_says_who_decided(office: Office) -> None:
    sheet = scan_sheet(office, 1, spoilt(plain_pages(), {ROW: (MarkState.CORRECTED, "dat")}))
    an = reviewer("an")
    item = review.next_item(an, ALL)
    assert item is not None
    assert (item.sheet_id, item.where, item.code, item.proposal) == (
        sheet,
        ROW,
        "mark_corrected",
        "dat",
    )
    review.decide(office, an, Choice(item.key, item.version, "dat"))
    record = record_of(office, sheet)
    answer = record.answers["I.1.1", "evaluator"]
    assert (answer.value, answer.state, answer.flagged, answer.decided_by) == (
        "dat",
        "clear",
        False,
        "an",
    )
    assert (record.status, record.flags) == (SheetStatus.REVIEWED, ())
    assert review.next_item(an, ALL) is None


def test_undo_brings_the_flag_back(office: Office) -> None:
    sheet = scan_sheet(office, 1, spoilt(plain_pages(), {ROW: (MarkState.DOUBLE, None)}))
    before = record_of(office, sheet)
    an = reviewer("an")
    item = review.next_item(an, ALL)
    assert item is not None
    decided = review.decide(office, an, Choice(item.key, item.version, "chua_dat"))
    assert record_of(office, sheet) != before
    review.undo(office, an, decided.ref)
    assert record_of(office, sheet) == before
    again = review.next_item(an, ALL)
    assert again is not None
    assert again.where == ROW
    with pytest.raises(Stale):
        review.undo(office, an, decided.ref)


def test_a_value_that_is_none_of_the_place_is_refused(office: Office) -> None:
    scan_sheet(office, 1, spoilt(plain_pages(), {ROW: (MarkState.DOUBLE, None)}))
    an = reviewer("an")
    item = review.next_item(an, ALL)
    assert item is not None
    with pytest.raises(BadInput):
        review.decide(office, an, Choice(item.key, item.version, "17"))

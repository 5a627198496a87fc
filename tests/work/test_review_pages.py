"""Pages that could not be used, twins, and what a person does with them."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import DatabaseError, connection

from ocr.reading import Defect, MarkState
from pipeline.errors import BadInput, NotAllowed, Stale
from pipeline.periods import Period
from pipeline.scans.record import SheetRecord, SheetStatus
from pipeline.store import queries
from pipeline.store.queries import PageRow, ScanFileRow
from pipeline.work import review, review_pages
from pipeline.work.office import Office
from pipeline.work.queue import refresh_queue
from pipeline.work.readings import load_readings
from pipeline.work.review_history import PAGE, latest_own
from pipeline.work.review_items import Item
from pipeline.work.review_pages import PageChoice
from tests.scans.page_readings import with_choice
from tests.work.review_office import (
    ALL,
    PERIOD,
    file_of,
    make_office,
    plain_pages,
    reviewer,
    scan_sheet,
)

FILE = "ee" * 32


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return make_office(tmp_path / "office")


def reject_page(office: Office, *proposals: str) -> None:
    """A page whose code nobody can read."""
    queries.save_scan_file(ScanFileRow(FILE, "la.pdf", "pdf", 1))
    words = ("no_sheet_code", "Không đọc được mã phiếu.")
    queries.save_page(PageRow(FILE, "la.pdf", 1, None, None, None, *words, proposals))
    refresh_queue(office, files=[FILE])


def twins(office: Office) -> None:
    """Two scans of page 1 of a sheet that say different things, and one page 2."""
    first, second = plain_pages()
    scan_sheet(office, 1, [first, second])
    other = with_choice(first, "I.1.1/evaluator", MarkState.CLEAR, "chua_dat")
    scan_sheet(office, 1, [other], copy=1)


def shown(name: str = "an", unit_id: str | None = None) -> Item:
    item = review.next_item(reviewer(name, unit_id), ALL)
    assert item is not None
    return item


def choice_of(item: Item, reason: str = "") -> PageChoice:
    return PageChoice(item.key, item.version, reason)


def record(office: Office) -> SheetRecord:
    return load_readings(office, Period.parse(PERIOD)).records[0]


def test_a_page_of_nobody_is_shown_to_accounts_of_the_whole_office_only(office: Office) -> None:
    reject_page(office)
    assert review.next_item(reviewer("truong", "TH"), ALL) is None
    item = shown()
    assert (item.kind, item.code, item.sheet_id) == ("page", "no_sheet_code", None)


def test_a_page_is_discarded_for_a_reason_and_comes_back_when_that_is_undone(
    office: Office,
) -> None:
    reject_page(office)
    an, item = reviewer("an"), shown()
    with pytest.raises(BadInput, match="lý do"):
        review_pages.discard(office, an, choice_of(item, " "))
    ref = review_pages.discard(office, an, choice_of(item, "Giấy nháp"))
    assert review.next_item(an, ALL) is None
    assert not load_readings(office, Period.parse(PERIOD)).waits_for_person
    with pytest.raises(NotAllowed):
        review_pages.undo_page(office, reviewer("binh"), ref)
    assert latest_own(an, PERIOD) == (PAGE, ref)
    review_pages.undo_page(office, an, ref)
    assert shown().key == item.key
    with pytest.raises(Stale):
        review_pages.undo_page(office, an, ref)


def test_decisions_about_pages_are_never_changed(office: Office) -> None:
    reject_page(office)
    review_pages.discard(office, reviewer("an"), choice_of(shown(), "Giấy nháp"))
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM store_pagedecision")


def test_sheets_are_offered_as_printed_then_those_begun_then_those_missing(office: Office) -> None:
    first, _ = plain_pages()
    for number in (3, 4, 5):
        scan_sheet(office, number, [first] if number == 4 else [])
    scan_sheet(office, 6, plain_pages())
    reject_page(office, f"{5:010d}")
    offered = review_pages.proposals(reviewer("an"), shown().key, PERIOD)
    assert [int(each.sheet_id) for each in offered] == [5, 4, 3]
    assert [each.proposed for each in offered] == [True, False, False]
    assert offered[1].missing == (2,)


def test_sheets_are_found_by_id_and_name_without_accents_in_ones_unit(office: Office) -> None:
    scan_sheet(office, 3, [], unit_id="TH")
    scan_sheet(office, 4, [], unit_id="CS")
    an, school = reviewer("an"), reviewer("truong", "TH")
    assert len(review_pages.search_sheets(an, PERIOD, "nguyen MAU")) == 2
    assert [each.person_id for each in review_pages.search_sheets(an, PERIOD, "mau p4")] == ["P4"]
    assert [each.unit_id for each in review_pages.search_sheets(school, PERIOD, "mau")] == ["TH"]
    assert review_pages.search_sheets(an, PERIOD, "  ") == ()


def test_twins_are_shown_and_the_one_kept_counts(office: Office) -> None:
    twins(office)
    an, item = reviewer("an"), shown()
    assert item.kind == "twin"
    scans = review_pages.twins(office, an, item.key)
    assert [scan.source.sha256 for scan in scans] == [file_of(1), file_of(1, copy=1)]
    assert [scan.counts for scan in scans] == [True, False]
    with pytest.raises(BadInput):
        review_pages.keep(office, an, choice_of(item), file_of(1), 2)
    ref = review_pages.keep(office, an, choice_of(item), file_of(1, copy=1), 1)
    kept = record(office)
    assert kept.answers["I.1.1", "evaluator"].value == "chua_dat"
    assert "page_twin" not in {flag.code for flag in kept.flags}
    review_pages.undo_page(office, an, ref)
    assert record(office).answers["I.1.1", "evaluator"].value == "dat"
    assert shown().kind == "twin"


def test_a_twin_that_comes_after_one_was_kept_is_asked_about_anew(office: Office) -> None:
    twins(office)
    an = reviewer("an")
    review_pages.keep(office, an, choice_of(shown()), file_of(1), 1)
    assert record(office).status is SheetStatus.CLEAN
    first, _ = plain_pages()
    third = with_choice(first, "I.1.2/evaluator", MarkState.CLEAR, "chua_dat")
    scan_sheet(office, 1, [third], copy=2)
    item = shown()
    assert item.kind == "twin"
    assert len(review_pages.twins(office, an, item.key)) == 2


def test_a_decision_about_a_scan_does_not_count_for_the_one_that_is_kept(office: Office) -> None:
    first, second = plain_pages()
    unclear = with_choice(first, "I.1.1/evaluator", MarkState.DOUBTFUL, None)
    scan_sheet(office, 1, [unclear, second])
    an, item = reviewer("an"), shown()
    review.decide(office, an, review.Choice(item.key, item.version, "chua_dat"))
    scan_sheet(office, 1, [first], copy=1)
    review_pages.keep(office, an, choice_of(shown()), file_of(1, copy=1), 1)
    answer = record(office).answers["I.1.1", "evaluator"]
    assert (answer.value, answer.decided_by) == ("dat", "machine")


def test_a_flagged_page_is_left_out_and_its_sheet_lacks_it(office: Office) -> None:
    first, second = plain_pages()
    words = Defect("identity_mismatch", "page", "Tên in trên trang khác với mã phiếu.")
    scan_sheet(office, 1, [replace(first, defects=(words,)), second])
    item = shown()
    assert (item.kind, item.level) == ("sheet", 1)
    ref = review_pages.discard(office, reviewer("an"), choice_of(item, "Trang của người khác"))
    assert record(office).status is SheetStatus.INCOMPLETE
    review_pages.undo_page(office, reviewer("an"), ref)
    assert record(office).status is SheetStatus.FLAGGED


def test_for_one_doubtful_row_no_page_is_discarded(office: Office) -> None:
    first, second = plain_pages()
    scan_sheet(office, 1, [first, with_choice(second, "overall", MarkState.DOUBLE, None)])
    with pytest.raises(BadInput):
        review_pages.discard(office, reviewer("an"), choice_of(shown(), "Mờ"))

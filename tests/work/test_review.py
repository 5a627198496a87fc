"""Reviewing: what is decided counts, nothing is overwritten, nobody gets another's item."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.db.models import F

from ocr.reading import Defect, MarkState
from pipeline.errors import BadInput, NotAllowed, Stale
from pipeline.periods import Period
from pipeline.scans.record import SheetRecord, SheetStatus
from pipeline.scans.waiting import State
from pipeline.store import models
from pipeline.work import review, review_pages
from pipeline.work.office import Office
from pipeline.work.queue import rebuild_queue
from pipeline.work.readings import load_readings
from pipeline.work.review import Choice
from pipeline.work.review_history import PLACE, latest_own
from pipeline.work.review_items import Item, Reviewer
from tests.scans.page_readings import number, with_choice, with_number
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
ONE_ROW = {ROW: (MarkState.CORRECTED, "dat")}
TWO_ROWS = {ROW: (MarkState.CORRECTED, "dat"), OTHER: (MarkState.MISSING, None)}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return make_office(tmp_path / "office")


@pytest.fixture
def careful(tmp_path: Path) -> Office:
    """An office where two people decide about awards."""
    return make_office(tmp_path / "office", review='sample_share = 0.0\ntwo_people = "awards"')


def record_of(office: Office, sheet_id: str) -> SheetRecord:
    records = load_readings(office, Period.parse(PERIOD)).records
    return next(record for record in records if record.sheet_id == sheet_id)


def shown(who: Reviewer, **part: str) -> Item:
    item = review.next_item(who, replace(ALL, **part))
    assert item is not None
    return item


def says(office: Office, who: Reviewer, value: str, **part: str) -> review.Decided:
    item = shown(who, **part)
    return review.decide(office, who, Choice(item.key, item.version, value))


def waiting() -> list[str]:
    return list(
        models.QueueItem.objects.order_by("level", "-doubt", "id").values_list("where", flat=True)
    )


def test_a_decided_row_counts_and_says_who_decided(office: Office) -> None:
    sheet = scan_sheet(office, 1, spoilt(plain_pages(), ONE_ROW))
    an = reviewer("an")
    item = shown(an)
    assert (item.sheet_id, item.where, item.code) == (sheet, ROW, "mark_corrected")
    assert (item.proposal, item.page, item.person_id) == ("dat", 1, "P1")
    review.decide(office, an, Choice(item.key, item.version, "dat"))
    record = record_of(office, sheet)
    answer = record.answers["I.1.1", "evaluator"]
    assert (answer.value, answer.state, answer.flagged) == ("dat", "clear", False)
    assert answer.decided_by == "an"
    assert (record.status, record.flags) == (SheetStatus.REVIEWED, ())
    assert review.next_item(an, ALL) is None


def test_undo_brings_the_flag_back_and_both_stay_in_the_history(office: Office) -> None:
    sheet = scan_sheet(office, 1, spoilt(plain_pages(), ONE_ROW))
    before = record_of(office, sheet)
    an = reviewer("an")
    decided = says(office, an, "chua_dat")
    assert record_of(office, sheet) != before
    assert latest_own(an, PERIOD) == (PLACE, decided.ref)
    review.undo(office, an, decided.ref)
    assert record_of(office, sheet) == before
    assert shown(an).where == ROW
    assert latest_own(an, PERIOD) is None
    past = review.history(an, decided.key)
    assert [(each.value, each.by, each.undone) for each in past] == [("chua_dat", "an", True)]
    with pytest.raises(Stale):
        review.undo(office, an, decided.ref)


def test_only_an_approver_takes_back_what_another_decided(office: Office) -> None:
    scan_sheet(office, 1, spoilt(plain_pages(), ONE_ROW))
    decided = says(office, reviewer("an"), "dat")
    with pytest.raises(NotAllowed):
        review.undo(office, reviewer("binh"), decided.ref)
    review.undo(office, reviewer("chi", None, "phe_duyet"), decided.ref)
    assert waiting() == [ROW]


def test_the_database_refuses_to_change_or_delete_what_was_decided(office: Office) -> None:
    scan_sheet(office, 1, spoilt(plain_pages(), ONE_ROW))
    says(office, reviewer("an"), "dat")
    for sql in (
        "UPDATE store_decision SET value = 'chua_dat'",
        "DELETE FROM store_decision",
    ):
        with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
            cursor.execute(sql)
    assert models.Decision.objects.get().value == "dat"


@pytest.mark.parametrize("value", ["17", "present", "ok", "tot"])
def test_a_value_that_is_none_of_the_place_is_refused(office: Office, value: str) -> None:
    scan_sheet(office, 1, spoilt(plain_pages(), ONE_ROW))
    with pytest.raises(BadInput):
        says(office, reviewer("an"), value)
    assert not models.Decision.objects.exists()


def test_what_cannot_be_told_leaves_the_plain_queue_and_stays_open(office: Office) -> None:
    sheet = scan_sheet(office, 1, spoilt(plain_pages(), ONE_ROW))
    an = reviewer("an")
    says(office, an, "?")
    assert review.next_item(an, ALL) is None
    assert shown(an, state=State.UNCLEAR).where == ROW
    assert record_of(office, sheet).status is SheetStatus.FLAGGED
    says(office, an, "dat", state=State.UNCLEAR)
    assert record_of(office, sheet).status is SheetStatus.REVIEWED


class TestLease:
    """Two reviewers never get the same item."""

    def test_two_reviewers_get_two_items_and_each_keeps_theirs(self, office: Office) -> None:
        scan_sheet(office, 1, spoilt(plain_pages(), TWO_ROWS))
        an, binh = reviewer("an"), reviewer("binh")
        first, second = shown(an), shown(binh)
        assert first.key != second.key
        assert shown(an).key == first.key
        assert shown(binh).key == second.key
        assert review.next_item(reviewer("chi"), ALL) is None

    def test_another_gets_it_when_the_lease_is_over(self, office: Office) -> None:
        scan_sheet(office, 1, spoilt(plain_pages(), ONE_ROW))
        an, binh = reviewer("an"), reviewer("binh")
        item = shown(an)
        models.QueueItem.objects.update(leased_until=F("leased_until") - timedelta(minutes=6))
        assert shown(binh).key == item.key
        with pytest.raises(Stale, match="binh"):
            review.decide(office, an, Choice(item.key, item.version, "dat"))

    def test_a_contact_sheet_is_one_kind_and_leased_as_a_whole(self, office: Office) -> None:
        for each in range(1, 4):
            scan_sheet(office, each, spoilt(plain_pages(), TWO_ROWS))
        an, binh = reviewer("an"), reviewer("binh")
        group = review.groups(an, ALL)[0]
        assert group.count == 3
        part = replace(ALL, kind=group.kind, code=group.code, proposal=group.proposal)
        items = review.contact_sheet(an, part)
        assert len(items) == 3
        assert {(item.code, item.proposal) for item in items} == {(group.code, group.proposal)}
        assert review.contact_sheet(binh, part) == ()
        other = review.contact_sheet(binh, ALL)
        assert not {item.key for item in items} & {item.key for item in other}
        decided = review.decide_many(
            office, an, [Choice(item.key, item.version, "dat") for item in items]
        )
        assert len({each.ref for each in decided}) == 3

    def test_of_many_all_are_stored_or_none(self, office: Office) -> None:
        for each in (1, 2):
            scan_sheet(office, each, spoilt(plain_pages(), ONE_ROW))
        an = reviewer("an")
        first, second = review.contact_sheet(an, ALL)
        with pytest.raises(Stale):
            review.decide_many(
                office,
                an,
                [Choice(first.key, first.version, "dat"), Choice(second.key, 7, "dat")],
            )
        assert not models.Decision.objects.exists()


class TestStale:
    """A decision on something else than what was shown is refused, and says why."""

    def test_decided_by_another_meanwhile(self, office: Office) -> None:
        scan_sheet(office, 1, spoilt(plain_pages(), ONE_ROW))
        an, binh = reviewer("an"), reviewer("binh")
        item = shown(an)
        review.release(an)
        says(office, binh, "dat")
        with pytest.raises(Stale, match="binh"):
            review.decide(office, an, Choice(item.key, item.version, "chua_dat"))

    def test_decided_and_undone_meanwhile_is_still_what_was_shown(self, office: Office) -> None:
        scan_sheet(office, 1, spoilt(plain_pages(), ONE_ROW))
        an = reviewer("an")
        item = shown(an)
        review.undo(office, an, says(office, an, "chua_dat").ref)
        review.decide(office, an, Choice(item.key, item.version, "dat"))

    def test_a_total_whose_count_changed_meanwhile(self, office: Office) -> None:
        first, second = plain_pages()
        second = with_number(second, number("total/self/dat", 12))
        scan_sheet(office, 1, [first, second])
        an, binh = reviewer("an"), reviewer("binh")
        item = shown(an)
        assert "18" in item.message
        scan_sheet(
            office, 1, [with_choice(first, OTHER, MarkState.CLEAR, "chua_dat"), second], copy=1
        )
        keep_new = models.QueueItem.objects.get(kind="twin")

        review.release(an)
        choice = review_pages.PageChoice(keep_new.key, keep_new.version)
        review_pages.keep(office, binh, choice, f"{1:02d}{1:062d}", 1)
        with pytest.raises(Stale):
            review.decide(office, an, Choice(item.key, item.version, "12"))
        assert "17" in shown(an).message


def test_totals_and_result_wait_for_the_rows_they_are_counted_from(office: Office) -> None:
    pages = spoilt(plain_pages(), {ROW: (MarkState.MISSING, None)})
    sheet = scan_sheet(office, 1, pages)
    assert ("total_mismatch", "total/evaluator/dat") in [
        (flag.code, flag.where) for flag in record_of(office, sheet).flags
    ]
    assert waiting() == [ROW]
    an = reviewer("an")
    decided = says(office, an, "")
    assert set(waiting()) == {"total/evaluator/dat"}
    review.undo(office, an, decided.ref)
    says(office, an, "dat")
    assert waiting() == []


def test_pages_come_before_sheets_before_places(office: Office) -> None:
    first, second = spoilt(plain_pages(), ONE_ROW)
    dirty = replace(first, defects=(Defect("streak", "page", "Có vệt."),))
    scan_sheet(office, 1, [dirty, second])
    scan_sheet(office, 2, plain_pages())
    other = with_choice(first, OTHER, MarkState.CLEAR, "chua_dat")
    scan_sheet(office, 2, [other], copy=1)
    assert waiting() == ["page/1/page_twin", "page/1/streak", ROW]
    assert shown(reviewer("an")).kind == "twin"


def test_the_queue_made_anew_is_the_queue(office: Office) -> None:
    scan_sheet(office, 1, spoilt(plain_pages(), TWO_ROWS))
    scan_sheet(office, 2, spoilt(plain_pages(), ONE_ROW))
    says(office, reviewer("an"), "dat")
    fields = ("key", "version", "code", "message", "proposal", "state", "level")
    before = list(models.QueueItem.objects.order_by("key").values_list(*fields))
    models.QueueItem.objects.all().delete()
    rebuild_queue(office)
    assert list(models.QueueItem.objects.order_by("key").values_list(*fields)) == before


def test_an_account_of_a_unit_sees_and_decides_that_unit_only(office: Office) -> None:
    scan_sheet(office, 1, spoilt(plain_pages(), ONE_ROW), unit_id="TH")
    scan_sheet(office, 2, spoilt(plain_pages(), ONE_ROW), unit_id="CS")
    an, school = reviewer("an"), reviewer("truong", "CS")
    item = shown(school)
    assert item.unit_id == "CS"
    other = models.QueueItem.objects.get(unit="TH")
    with pytest.raises(NotAllowed):
        review.decide(office, school, Choice(other.key, other.version, "dat"))
    with pytest.raises(NotAllowed):
        review.history(school, other.key)
    assert review.next_item(school, replace(ALL, unit_id="TH")) is None
    decided = review.decide(office, an, Choice(other.key, other.version, "dat"))
    with pytest.raises(NotAllowed):
        review.undo(office, school, decided.ref)


def test_one_goes_on_and_back_from_where_one_was(office: Office) -> None:
    for each in range(1, 4):
        scan_sheet(office, each, spoilt(plain_pages(), ONE_ROW))
    an = reviewer("an")
    first = shown(an)
    second = review.neighbour(an, ALL, first.position)
    assert second is not None
    third = review.neighbour(an, ALL, second.position)
    assert third is not None
    assert review.neighbour(an, ALL, third.position) is None
    review.decide(office, an, Choice(second.key, second.version, "dat"))
    back = review.neighbour(an, ALL, second.position, back=True)
    assert back is not None
    assert back.key == first.key


def test_what_is_put_aside_waits_elsewhere_until_it_is_asked_for(office: Office) -> None:
    scan_sheet(office, 1, spoilt(plain_pages(), ONE_ROW))
    an = reviewer("an")
    item = shown(an)
    review.set_aside(an, item.key, item.version)
    assert review.next_item(an, ALL) is None
    assert shown(an, state=State.ASIDE).key == item.key


class TestTwoPeople:
    """With the setting ``awards``."""

    def test_the_second_must_be_another_who_is_not_told_what_the_first_said(
        self, careful: Office
    ) -> None:
        sheet = scan_sheet(careful, 1, spoilt(plain_pages(), ONE_ROW))
        an, binh = reviewer("an"), reviewer("binh")
        decided = says(careful, an, "dat")
        assert review.next_item(an, ALL) is None
        row = models.QueueItem.objects.get()
        with pytest.raises(Stale):
            review.decide(careful, an, Choice(row.key, row.version, "dat"))
        item = shown(binh)
        assert item.second
        assert review.history(binh, item.key) == ()
        assert [each.value for each in review.history(an, item.key)] == ["dat"]
        says(careful, binh, "dat")
        answer = record_of(careful, sheet).answers["I.1.1", "evaluator"]
        assert (answer.value, answer.decided_by) == ("dat", "an, binh")
        review.undo(careful, an, decided.ref)
        assert record_of(careful, sheet).status is SheetStatus.FLAGGED

    def test_two_minds_are_shown_as_such_and_a_third_settles_it(self, careful: Office) -> None:
        sheet = scan_sheet(careful, 1, spoilt(plain_pages(), ONE_ROW))
        says(careful, reviewer("an"), "dat")
        says(careful, reviewer("binh"), "chua_dat")
        chi = reviewer("chi")
        assert review.next_item(chi, ALL) is None
        assert "khác nhau" in shown(chi, state=State.DIFFER).message
        says(careful, chi, "dat", state=State.DIFFER)
        assert record_of(careful, sheet).answers["I.1.1", "evaluator"].value == "dat"

    def test_one_is_enough_for_the_side_that_does_not_decide(self, careful: Office) -> None:
        scan_sheet(careful, 1, spoilt(plain_pages(), {OTHER: (MarkState.DOUBLE, None)}))
        says(careful, reviewer("an"), "dat")
        assert waiting() == []

"""A campaign is closed when nothing is open, and then nothing changes; trust is measured."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import DatabaseError, connection

from ocr.reading import MarkState
from pipeline.errors import BadInput, CampaignClosed, NotAllowed
from pipeline.periods import Period
from pipeline.store import models, queries
from pipeline.store.queries import PageRow, ScanFileRow
from pipeline.work import campaigns, review
from pipeline.work.campaigns import Campaign
from pipeline.work.office import Office
from pipeline.work.queue import refresh_queue
from pipeline.work.review import Choice
from pipeline.work.trust import trust
from tests.work.review_office import (
    ALL,
    PERIOD,
    make_office,
    plain_pages,
    reviewer,
    scan_sheet,
    spoilt,
)

Q4 = Period.parse(PERIOD)
ONE_ROW = {"I.1.1/evaluator": (MarkState.DOUBLE, None)}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return make_office(tmp_path / "office")


def decide_next(office: Office, name: str, value: str | None = None) -> review.Decided:
    """The next item is what is said, else what the machine proposes."""
    who = reviewer(name)
    item = review.next_item(who, ALL)
    assert item is not None
    given = item.proposal if value is None else value
    return review.decide(office, who, Choice(item.key, item.version, given))


def test_how_far_a_campaign_is(office: Office) -> None:
    scan_sheet(office, 1, spoilt(plain_pages(), ONE_ROW))
    scan_sheet(office, 2, plain_pages(), unit_id="CS")
    scan_sheet(office, 3, [])
    assert campaigns.campaigns() == (Campaign(PERIOD, 3, 2, 1, 1, 0, closed=False, closed_by=""),)
    assert campaigns.campaigns("CS")[0].printed == 1
    decide_next(office, "an", "dat")
    (campaign,) = campaigns.campaigns()
    assert (campaign.flagged, campaign.waiting, campaign.decided) == (0, 0, 1)


def test_it_is_not_closed_while_anything_is_open(office: Office) -> None:
    first, _ = plain_pages()
    scan_sheet(office, 1, spoilt(plain_pages(), ONE_ROW))
    scan_sheet(office, 2, [first])
    scan_sheet(office, 3, [])
    queries.save_scan_file(ScanFileRow("ee" * 32, "la.pdf", "pdf", 1))
    queries.save_page(PageRow("ee" * 32, "la.pdf", 1, None, None, None, "foreign_page", "Lạ."))
    refresh_queue(office, files=["ee" * 32])
    found = campaigns.still_open(office, Q4)
    assert (found.waiting, found.unplaced) == (1, 1)
    assert (found.incomplete, found.never_came) == ((f"{2:010d}",), (f"{3:010d}",))
    with pytest.raises(BadInput, match=r"1 chỗ chờ.*1 trang quét"):
        campaigns.close(office, reviewer("an"), Q4, "Nghỉ việc")


def test_a_flag_that_the_queue_has_lost_still_keeps_it_open(office: Office) -> None:
    scan_sheet(office, 1, spoilt(plain_pages(), ONE_ROW))
    models.QueueItem.objects.all().delete()
    with pytest.raises(BadInput, match="1 chỗ"):
        campaigns.close(office, reviewer("an"), Q4)


def test_sheets_that_never_came_whole_need_a_reason(office: Office) -> None:
    scan_sheet(office, 1, plain_pages())
    scan_sheet(office, 2, [])
    scan_sheet(office, 3, plain_pages()[:1])
    with pytest.raises(BadInput, match=r"1 phiếu đã in mà chưa.*1 phiếu thiếu trang.*lý do"):
        campaigns.close(office, reviewer("an"), Q4)
    campaigns.close(office, reviewer("an"), Q4, "Một người nghỉ việc")
    assert campaigns.campaigns()[0].closed_by == "an"


def test_nothing_is_changed_in_a_closed_one_until_an_approver_opens_it(office: Office) -> None:
    scan_sheet(office, 1, spoilt(plain_pages(), ONE_ROW))
    decided = decide_next(office, "an", "dat")
    an, approver = reviewer("an"), reviewer("chi", None, "phe_duyet")
    campaigns.close(office, an, Q4)
    with pytest.raises(CampaignClosed):
        review.undo(office, an, decided.ref)
    with pytest.raises(CampaignClosed):
        campaigns.close(office, an, Q4)
    with pytest.raises(CampaignClosed, match="2026-11"):
        campaigns.refuse_closed_months(office, [Period(2026, month=11)])
    campaigns.refuse_closed_months(office, [Period(2026, month=9)])
    with pytest.raises(NotAllowed):
        campaigns.reopen(an, Q4, "Nhầm")
    with pytest.raises(BadInput):
        campaigns.reopen(approver, Q4, " ")
    campaigns.reopen(approver, Q4, "Có đơn đề nghị xem lại")
    review.undo(office, an, decided.ref)
    assert campaigns.campaigns()[0].waiting == 1
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("UPDATE store_campaignevent SET reason = ''")


def test_an_account_of_a_unit_closes_nothing(office: Office) -> None:
    scan_sheet(office, 1, plain_pages())
    with pytest.raises(NotAllowed):
        campaigns.close(office, reviewer("truong", "TH"), Q4)


class TestTrust:
    """All rows of a sheet are sampled here."""

    @pytest.fixture
    def sampling(self, tmp_path: Path) -> Office:
        office = make_office(tmp_path / "office", review="sample_share = 1.0")
        scan_sheet(office, 1, plain_pages())
        return office

    @pytest.mark.usefixtures("sampling")
    def test_nothing_looked_at_proves_nothing(self) -> None:
        found = trust(PERIOD)
        assert (found.waiting, found.looked_at, found.rate, found.bound) == (36, 0, None, 1.0)

    def test_rows_found_right_wrong_and_unclear_are_counted(self, sampling: Office) -> None:
        who = reviewer("an")
        rows = list(models.QueueItem.objects.filter(kind="choice").order_by("id"))
        for row, value in zip(rows, ["dat"] * 30 + ["chua_dat", "?"], strict=False):
            fresh = review.item(who, row.key)
            review.decide(sampling, who, Choice(fresh.key, fresh.version, value))
        found = trust(PERIOD)
        assert (found.waiting, found.looked_at, found.errors, found.unclear) == (4, 32, 1, 1)
        assert found.rate == pytest.approx(1 / 31)
        assert found.bound == pytest.approx(0.184, abs=0.001)  # 2 of 32, Clopper and Pearson

    def test_an_error_that_was_taken_back_is_none(self, sampling: Office) -> None:
        who = reviewer("an")
        item = review.next_item(who, replace(ALL, kind="choice"))
        assert item is not None
        decided = review.decide(sampling, who, Choice(item.key, item.version, "chua_dat"))
        assert trust(PERIOD).errors == 1
        review.undo(sampling, who, decided.ref)
        assert (trust(PERIOD).errors, trust(PERIOD).looked_at) == (0, 0)

    def test_a_sample_looks_like_any_doubtful_place(self, sampling: Office) -> None:
        doubtful = spoilt(plain_pages(), {"I.1.1/self": (MarkState.DOUBTFUL, "dat")})
        scan_sheet(sampling, 2, doubtful)
        real = models.QueueItem.objects.get(key=f"{2:010d}/I.1.1/self")
        sample = models.QueueItem.objects.get(key=f"{1:010d}/I.1.1/self")
        assert (real.sample, sample.sample) == (False, True)
        same = ("code", "message", "kind", "proposal", "level", "state")
        assert [getattr(real, each) for each in same] == [getattr(sample, each) for each in same]

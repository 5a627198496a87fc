"""The desk's pages: what they say, to whom, and what they never show."""

import csv
import io
import zipfile
from typing import Any

import openpyxl
import pytest
from django.test import Client

from pipeline.roles import Role
from pipeline.store import models, queries
from pipeline.store.models import Account, AuditEvent
from pipeline.work.audit import Action
from pipeline.work.office_files import office_files
from tests.web.conftest import TestSite
from tests.web.desk.conftest import PERIOD

CAMPAIGN = ("", "/missing", "/flags", "/results", "/lists", "/summary")
PAGES = (
    "/",
    "/desk/import",
    "/desk/print",
    "/desk/scans",
    *(f"/desk/2026-Q4{page}" for page in CAMPAIGN),
)
OWN, OTHER = "TH", "PMA"


@pytest.fixture
def whole(site: TestSite) -> Client:
    """A clerk and approver of the whole office."""
    return site.client(site.account("ca", Role.NHAP_LIEU, Role.PHE_DUYET))


@pytest.fixture
def school(site: TestSite) -> Client:
    """The clerk of one school."""
    return site.client(site.account("truong", Role.NHAP_LIEU, unit_id=OWN))


def _text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_every_page_opens_and_a_unit_sees_itself_only(
    whole: Client, school: Client, address: str
) -> None:
    _text(whole, address)
    page = _text(school, address)
    for person in queries.load_roster().people.values():
        if person.unit_id != OWN:
            assert person.person_id not in page
    for unit in queries.load_roster().units.values():
        if unit.unit_id != OWN:
            assert unit.name not in page


def test_home_says_what_to_do_next(whole: Client) -> None:
    page = _text(whole, "/")
    assert "Quý IV/2026" in page
    come = models.Sheet.objects.filter(pageoutcome__reject_code="").distinct().count()
    assert 0 < come < models.Sheet.objects.count()
    assert f"còn {models.Sheet.objects.count() - come} phiếu chưa về" in page
    assert 'href="/desk/scans"' in page


def test_missing_names_people_pages_and_where_the_sister_is(whole: Client, school: Client) -> None:
    page = _text(whole, "/desk/2026-Q4/missing")
    sheet = models.Sheet.objects.get(person="PMA007")
    assert sheet.pk in page
    assert sheet.person.full_name in page
    assert "trang 2: tệp scan-pma-thieu-trang.tif, trang 1" in page
    own = _text(school, "/desk/2026-Q4/missing")
    gone = models.Sheet.objects.exclude(pageoutcome__isnull=False)
    assert all((s.pk in own) == (s.person.unit_id == OWN) for s in gone.select_related("person"))


def test_results_are_filtered_searched_and_paged(whole: Client) -> None:
    first = _text(whole, "/desk/2026-Q4/results")
    assert first.count('<th scope="row">') == 50
    assert "Trang 1 / 2" in first
    second = whole.post("/desk/2026-Q4/results", {"page": "2"}).content.decode()
    assert second.count('<th scope="row">') == 10
    found = whole.post("/desk/2026-Q4/results", {"text": "HIEU"}).content.decode()
    names = {p.person_id for p in queries.load_roster().people.values() if "Hiếu" in p.full_name}
    assert names
    assert all(f'<th scope="row">{each}</th>' in found for each in names)
    passed = whole.post("/desk/2026-Q4/results", {"status": "dat"}).content.decode()
    assert "chưa có phiếu" not in passed.lower()
    none = whole.post("/desk/2026-Q4/results", {"text": "khong-ai-ten-nay"}).content.decode()
    assert "Không có ai khớp" in none


def test_a_name_in_an_address_is_not_looked_for(whole: Client) -> None:
    page = _text(whole, "/desk/2026-Q4/results?text=khong-ai-ten-nay")
    assert page.count('<th scope="row">') == 50


def _rename(person_id: str, name: str) -> None:
    models.Person.objects.filter(pk=person_id).update(full_name=name)
    AuditEvent.objects.create(action=Action.IMPORTED)  # as every import does


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_exports_hold_no_formula(whole: Client, sign: str) -> None:
    evil = f'{sign}HYPERLINK("http://x","y")'
    _rename("TH001", evil)
    book = openpyxl.load_workbook(io.BytesIO(_export(whole, "xlsx")))
    sheet = book.active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value]
    assert all(cell.data_type != "f" for cell in cells)
    assert not any(str(cell.value).startswith(tuple("=+-@\t\r")) for cell in cells)
    rows = list(csv.reader(io.StringIO(_export(whole, "csv").decode("utf-8-sig"), newline="")))
    assert [row[1] for row in rows if row[0] == "TH001"] == [f"'{evil}"]
    assert not any(cell.startswith(tuple("=+-@\t\r")) for row in rows for cell in row)


def _export(client: Client, kind: str, **asked: str) -> bytes:
    answer = client.post(f"/desk/2026-Q4/results/export/{kind}", asked)
    assert answer.status_code == 200
    return answer.content


def test_exports_are_of_the_unit_and_the_filter(school: Client) -> None:
    rows = list(csv.reader(io.StringIO(_export(school, "csv", text="TH001").decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["TH001"]
    rows = list(csv.reader(io.StringIO(_export(school, "csv", unit=OTHER).decode("utf-8-sig"))))
    assert {row[2] for row in rows[1:]} == {OWN}


@pytest.mark.parametrize("address", ["/desk/2026-Q4/results", "/desk/2026-Q4/missing"])
def test_a_name_is_text_and_never_markup(whole: Client, address: str) -> None:
    evil = "<script>alert(1)</script>"
    _rename("TH002", evil)
    pages = _text(whole, address) + whole.post(address, {"text": "TH002"}).content.decode()
    assert evil not in pages
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in pages


def test_files_are_given_to_their_unit_only(site: TestSite, whole: Client, school: Client) -> None:
    files = office_files(site.office, PERIOD, None)
    assert {file.unit_id for file in files} > {OWN, OTHER}
    for file in files:
        address = f"/desk/2026-Q4/files/{file.file_id}"
        sent: Any = whole.get(address)
        assert b"".join(sent.streaming_content) == file.path.read_bytes()
        answer = school.get(address)
        assert answer.status_code == (200 if file.unit_id == OWN else 404)
        answer.close()
    assert AuditEvent.objects.filter(action=Action.DOWNLOADED).count() >= len(files)


@pytest.mark.parametrize("name", ["..", "print-index.json", "03B-TH-2026-Q4.pdf", "0" * 24])
def test_nothing_is_served_by_its_path(whole: Client, name: str) -> None:
    assert whole.get(f"/desk/2026-Q4/files/{name}").status_code in {404, 400}


def test_archives_hold_what_the_account_may_see(whole: Client, school: Client) -> None:
    everything, own = (_zip(client, "print") for client in (whole, school))
    assert {"03B/03B-TH-2026-Q4.pdf", "03B/03B-PMA-2026-Q4.pdf"} <= everything.keys()
    assert own.keys() == {"03A/03A-TH-2026-Q4.pdf", "03B/03B-TH-2026-Q4.pdf"}
    assert all(content.startswith(b"%PDF") for content in own.values())
    assert whole.get("/desk/2026-Q4/archive/list").status_code == 404


def _zip(client: Client, kind: str) -> dict[str, bytes]:
    answer: Any = client.get(f"/desk/2026-Q4/archive/{kind}")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_summary_of_a_unit_counts_its_people(whole: Client, school: Client) -> None:
    people = queries.load_roster().people.values()
    own = sum(person.unit_id == OWN for person in people)
    assert f"/ {len(people)} người" in _text(whole, "/desk/2026-Q4/summary")
    assert f"/ {own} người" in _text(school, "/desk/2026-Q4/summary")


def test_closing_says_what_is_open_and_is_for_approvers(
    site: TestSite, whole: Client, school: Client
) -> None:
    said = whole.post("/desk/2026-Q4/close", follow=True).content.decode()
    assert "Chưa đóng được đợt 2026-Q4: còn" in said
    assert whole.post("/desk/2026-Q4/reopen", {"reason": "thử"}).status_code == 409
    assert school.post("/desk/2026-Q4/close").status_code == 403
    bound = site.client(site.account("duyet-truong", Role.PHE_DUYET, unit_id=OWN))
    assert "không đóng" in bound.post("/desk/2026-Q4/close", follow=True).content.decode()
    assert not models.CampaignEvent.objects.exists()


def test_a_closed_campaign_is_shown_as_such_and_opened_with_a_reason(
    site: TestSite, whole: Client
) -> None:
    account = Account.objects.get(username="ca")
    models.CampaignEvent.objects.create(
        period="2026-Q4", event="closed", reason="<b>xong</b>", account=account
    )
    page = _text(whole, "/desk/2026-Q4")
    assert "Đã đóng" in page
    assert "&lt;b&gt;xong&lt;/b&gt;" in page
    assert whole.post("/desk/2026-Q4/reopen", {"reason": " "}).status_code == 409
    assert whole.post("/desk/2026-Q4/reopen", {"reason": "quét sót"}).status_code == 302
    assert "quét sót" in _text(whole, "/desk/2026-Q4")
    assert AuditEvent.objects.filter(action=Action.REOPENED, subject="campaign/2026-Q4").exists()


@pytest.mark.parametrize("period", ["2026-13", "2026-Q5", "quy-4", "02026"])
def test_what_is_no_period_is_not_found(whole: Client, period: str) -> None:
    assert whole.get(f"/desk/{period}/results").status_code == 404


def test_a_period_without_results_says_so(whole: Client) -> None:
    answer = whole.get("/desk/2026-10/results")
    assert answer.status_code == 400
    assert "tính kết quả theo" in answer.content.decode()

"""What the desk does: tables in, print files, scans, lists; in the real background processes."""

import fcntl
import io
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import SETTINGS_FILE
from pipeline.roles import Role
from pipeline.scans.intake import content_hash
from pipeline.store import models, queries
from pipeline.store.models import Account, AuditEvent, Job
from pipeline.web.site import open_site
from pipeline.work.audit import Action
from pipeline.work.jobs import JobKind, find_job
from pipeline.work.office import Office, open_office
from pipeline.work.uploads import MAX_NAME_BYTES, UPLOADS_FOLDER, safe_name
from tests.web.conftest import TestSite
from tests.web.desk.conftest import SAMPLES
from tests.work.interrupted import ingest_interrupted

SECONDS = 120.0
"""A background process takes 3-20 s, most of it for its start and LibreOffice."""
SCAN = SAMPLES / "th-nhan-vien" / "scan-th-nhan-vien.pdf"
TABLE_HEAD = "Mã CBCCVC,Họ và tên,Mã đơn vị,Nhóm\n"


@pytest.fixture
def clerk(site: TestSite) -> Client:
    """A clerk of the whole office."""
    return site.client(site.account("ca", Role.NHAP_LIEU))


@pytest.fixture
def school(site: TestSite) -> Client:
    """The clerk of one school."""
    return site.client(site.account("truong", Role.NHAP_LIEU, unit_id="TH"))


def _file(name: str, content: bytes | str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def _import(client: Client, kind: str, do: str, *files: SimpleUploadedFile) -> tuple[int, str]:
    answer = client.post("/desk/import", {"kind": kind, "do": do, "files": list(files)})
    return answer.status_code, answer.content.decode()


def _roster(path: str = "roster.xlsx") -> SimpleUploadedFile:
    return _file(path, (SAMPLES / path).read_bytes())


# --- tables


def test_complaints_are_shown_row_by_row_and_nothing_is_stored(clerk: Client) -> None:
    before = queries.load_roster()
    bad = f"{TABLE_HEAD}MOI1,Nguyễn Văn Thử,TH,vc\nMOI2,Trần Thị Thử,KHONGCO,zz\n"
    status, page = _import(clerk, "people", "store", _file("sai.csv", bad))
    assert status == 422
    assert "Có 2 lỗi; chưa lưu gì" in page
    for cell in ("sai.csv", ">3<", "Mã đơn vị", "KHONGCO", "Nhóm", ">zz<"):
        assert cell in page
    assert queries.load_roster() == before


def test_what_stands_in_a_file_is_text_and_never_markup(clerk: Client) -> None:
    bad = f"{TABLE_HEAD}MOI1,Nguyễn Văn Thử,<img src=x onerror=alert(1)>,vc\n"
    status, page = _import(clerk, "people", "check", _file("<b>.csv", bad))
    assert status == 422
    assert "<img" not in page
    assert "&lt;img" in page


def test_a_check_stores_nothing_and_an_import_is_stored_and_logged(clerk: Client) -> None:
    new = _file("moi.csv", f"{TABLE_HEAD}MOI1,Nguyễn Văn Thử,TH,vc\n")
    status, page = _import(clerk, "people", "check", new)
    assert status == 200
    assert "1 người (1 mới)" in page
    assert "MOI1" not in queries.load_roster().people
    new.seek(0)
    status, page = _import(clerk, "people", "store", new)
    assert "Đã nhập" in page
    assert "MOI1" in queries.load_roster().people
    event = AuditEvent.objects.get(action=Action.IMPORTED, account__username="ca")
    assert "Thử" not in event.detail


def test_ratings_come_in_and_change_the_results_shown(clerk: Client) -> None:
    before = clerk.get("/desk/2026-Q4/results").content
    table = "Mã CBCCVC,Tháng,Xếp loại,Điểm ý thức kỷ luật\nTH001,10/2026,D,5\n"
    status, page = _import(clerk, "ratings", "store", _file("xep-loai.csv", table))
    assert status == 200, page
    assert "1 xếp loại tháng" in page
    assert clerk.get("/desk/2026-Q4/results").content != before


def test_a_unit_brings_in_its_own_people_only(school: Client) -> None:
    before = queries.load_roster()
    status, page = _import(school, "people", "store", _roster())
    assert status == 422
    assert "đơn vị khác" in page
    taken = _file("lay.csv", f"{TABLE_HEAD}PMA001,Nguyễn Văn Lấy,TH,vc\n")
    assert _import(school, "people", "store", taken)[0] == 422
    status, page = _import(school, "ratings", "store", _roster("ratings.xlsx"))
    assert status == 422
    assert queries.load_roster() == before
    own = _file("cua-minh.csv", f"{TABLE_HEAD}MOI1,Nguyễn Văn Thử,TH,vc\n")
    assert _import(school, "people", "store", own)[0] == 200
    assert "MOI1" in queries.load_roster().people


@pytest.mark.parametrize(
    ("kind", "sheet", "cells", "words"),
    [
        (
            "people",
            "CBCCVC",
            {"Mã CBCCVC": "007", "Họ và tên": "Nguyễn Văn Thử", "Mã đơn vị": "TH", "Nhóm": "vc"},
            "1 người (1 mới)",
        ),
        (
            "ratings",
            "Tháng",
            {"Mã CBCCVC": "TH001", "Tháng": "10/2026", "Xếp loại": "A"},
            "1 xếp loại tháng",
        ),
    ],
)
def test_the_empty_table_can_be_filled_in_and_is_taken(
    clerk: Client, kind: str, sheet: str, cells: dict[str, str], words: str
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"/desk/import/{kind}.xlsx").content))
    columns = {cell.value: number for number, cell in enumerate(book[sheet][1], start=1)}
    for heading, value in cells.items():
        book[sheet].cell(2, columns[heading], value)
    filled = io.BytesIO()
    book.save(filled)
    status, page = _import(clerk, kind, "check", _file("mau.xlsx", filled.getvalue()))
    assert status == 200, page
    assert words in page


# --- files that come in


def test_no_other_page_takes_files(site: TestSite) -> None:
    request = RequestFactory().post("/sign-in", {"a": "1", "file": _file("x.pdf", b"x" * 10_000)})
    assert not request.FILES


def test_an_upload_must_come_from_our_own_page(site: TestSite) -> None:
    account = site.account("ca", Role.NHAP_LIEU)
    client = site.client(account, check_csrf=True)
    assert client.post("/desk/scans/upload", {"files": _file("a.pdf", b"%PDF")}).status_code == 403
    assert not models.Batch.objects.exclude(account=None).exists()


def test_a_file_that_is_too_large_is_refused_in_words(site: TestSite) -> None:
    root = site.office.workspace.root
    settings = root / SETTINGS_FILE
    settings.write_text(settings.read_text().replace("max_file_mb = 1024", "max_file_mb = 1"))
    open_site(open_office(root))
    client = site.client(site.account("ca", Role.NHAP_LIEU))
    answer = client.post("/desk/scans/upload", {"files": _file("to.pdf", b"%PDF" * 2**19)})
    assert answer.status_code == 413
    assert "“to.pdf” lớn hơn 1 MB" in answer.content.decode()
    assert not list((root / UPLOADS_FOLDER).iterdir())


@given(st.text())
def test_a_name_is_safe_to_write(given_name: str) -> None:
    name = safe_name(given_name)
    assert name
    assert name not in {".", ".."}
    assert not name.startswith(".")
    assert not set(name) & set('/\\\0\n"<>')
    assert len(name.encode()) <= MAX_NAME_BYTES
    assert safe_name(f"../x/{name}") == safe_name(name)


# --- scans


def _wait(client: Client, address: str) -> str:
    """Ask for progress as the page does, until it says to load the page anew."""
    for _ in range(int(SECONDS / 0.25)):
        answer = client.get(address, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        if "HX-Refresh" in answer.headers:
            return answer.content.decode()
        assert "<progress" in answer.content.decode()
        time.sleep(0.25)
    pytest.fail("the job has not ended")


def test_scans_are_sent_read_and_shown(site: TestSite, clerk: Client, school: Client) -> None:
    sent = [_file("phiếu trường.pdf", SCAN.read_bytes()), _file("la.pdf", "không phải PDF")]
    answer = school.post("/desk/scans/upload", {"files": sent}, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    address = answer.headers["HX-Redirect"]
    _wait(school, f"{address}/progress")
    page = school.get(address).content.decode()
    assert "Đã đọc 6 trang" in page
    assert "phiếu trường.pdf" in page
    assert "la.pdf" in page
    assert "Không phải" in page or "không phải PDF" in page
    assert "dpi" in page
    assert not list((site.office.workspace.root / UPLOADS_FOLDER).iterdir())
    assert models.QueueItem.objects.filter(sheet__pageoutcome__file__name="phiếu trường.pdf")
    assert clerk.get(address).status_code == 200
    other = site.client(site.account("phuong", Role.NHAP_LIEU, unit_id="PMA"))
    assert other.get(address).status_code == 404
    assert other.get(f"{address}/progress").status_code == 404
    assert address not in other.get("/desk/scans").content.decode()
    assert address in school.get("/desk/scans").content.decode()
    assert AuditEvent.objects.filter(action=Action.UPLOADED, account__username="truong").exists()


def test_files_of_the_drop_folder_are_taken_when_they_are_whole(
    site: TestSite, clerk: Client, school: Client
) -> None:
    root = site.office.workspace.root
    settings = root / SETTINGS_FILE
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('drop_folder = ""', 'drop_folder = "may-quet"'))
    open_site(open_office(root))
    assert "Không mở được thư mục" in clerk.get("/desk/scans").content.decode()
    folder = root / "may-quet"
    folder.mkdir()
    (folder / "đang ghi.pdf").write_bytes(b"%PDF-1.7")
    assert clerk.post("/desk/scans/take").status_code == 409
    whole = folder / "lô sáng.pdf"
    whole.write_bytes(SCAN.read_bytes())
    os.utime(whole, (1, 1))
    assert "lô sáng.pdf" in clerk.get("/desk/scans").content.decode()
    assert "lô sáng.pdf" not in school.get("/desk/scans").content.decode()
    assert school.post("/desk/scans/take").status_code == 403
    answer = clerk.post("/desk/scans/take")
    assert answer.status_code == 302
    _wait(clerk, f"{answer.headers['Location']}/progress")
    assert "lô sáng.pdf" in clerk.get(answer.headers["Location"]).content.decode()
    assert [file.name for file in folder.iterdir()] == ["đang ghi.pdf"]


def test_nothing_chosen_is_said_in_words(clerk: Client) -> None:
    answer = clerk.post("/desk/scans/upload", {})
    assert answer.status_code == 422
    assert "Chưa chọn tệp nào" in answer.content.decode()


def _interrupted(office: Office, username: str) -> Job:
    """A batch whose process is gone, with its file still there."""
    account = Account.objects.get(username=username)
    folder = office.workspace.root / UPLOADS_FOLDER / "abc" / "0001"
    folder.mkdir(parents=True)
    (folder / SCAN.name).write_bytes(SCAN.read_bytes())
    batch = models.Batch.objects.create(account=account)
    return Job.objects.create(
        kind=JobKind.SCANS, account=account, batch=batch, request={"folder": "abc"}
    )


def test_an_interrupted_batch_is_said_so_and_continued(site: TestSite, clerk: Client) -> None:
    job = _interrupted(site.office, "ca")
    address = f"/desk/scans/{job.batch_id}"
    page = clerk.get(address).content.decode()
    assert "bị ngắt giữa chừng" in page
    answer = clerk.post(f"{address}/continue")
    assert answer.status_code == 302
    _wait(clerk, f"{answer.headers['Location']}/progress")
    assert "Đã đọc 6 trang" in clerk.get(answer.headers["Location"]).content.decode()
    assert clerk.post(f"{address}/continue").status_code == 409


def test_what_an_interrupted_batch_has_read_is_not_read_again(
    site: TestSite, clerk: Client
) -> None:
    job = _interrupted(site.office, "ca")
    assert job.batch_id is not None
    ingest_interrupted(site.office, SCAN, after=4, batch=job.batch_id)
    pages = models.PageOutcome.objects.filter(file_id=content_hash(SCAN))
    done = pages.count()
    assert 0 < done < 6
    answer = clerk.post(f"/desk/scans/{job.batch_id}/continue")
    _wait(clerk, f"{answer.headers['Location']}/progress")
    page = clerk.get(answer.headers["Location"]).content.decode()
    assert f"Đã đọc {6 - done} trang" in page
    assert SCAN.name in page
    assert sorted(pages.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


@contextmanager
def _held(file: Path) -> Iterator[None]:
    file.parent.mkdir(exist_ok=True)
    handle = os.open(file, os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def test_one_job_of_a_kind_at_a_time(site: TestSite, clerk: Client) -> None:
    job = _interrupted(site.office, "ca")
    with _held(site.office.workspace.root / "jobs" / f"{job.pk}.lock"):
        state = find_job(site.office, job.pk)
        assert state is not None
        assert state.running
        answer = clerk.post("/desk/scans/upload", {"files": _file("a.pdf", b"%PDF")})
        assert answer.status_code == 422
        assert "còn đang chạy" in answer.content.decode()
    state = find_job(site.office, job.pk)
    assert state is not None
    assert state.interrupted
    assert Job.objects.count() == 1


# --- print files and lists


def _job_address(client: Client, page: str) -> str:
    found = client.get(page).content.decode()
    job = Job.objects.latest("pk").pk
    assert f'id="job-{job}"' in found
    return f"/desk/jobs/{job}"


def test_a_unit_prints_for_itself_only(site: TestSite, clerk: Client, school: Client) -> None:
    for file in site.office.workspace.out.rglob("*.pdf"):
        file.unlink()
    asked = {"form": "03B", "period": "2026-Q4", "units": ["PMA"]}
    assert school.post("/desk/print", {**asked, "units": ["PMA"]}).status_code == 422
    answer = school.post("/desk/print", {"form": "03B", "period": "2026-Q4"})
    assert answer.status_code == 302
    address = _job_address(school, answer.headers["Location"])
    _wait(school, address)
    page = school.get(answer.headers["Location"]).content.decode()
    assert "03B-TH-2026-Q4.pdf" in page
    assert [file.name for file in site.office.workspace.out.rglob("*.pdf")] == [
        "03B-TH-2026-Q4.pdf"
    ]
    other = site.client(site.account("phuong", Role.NHAP_LIEU, unit_id="PMA"))
    assert other.get(address).status_code == 404
    assert AuditEvent.objects.filter(action=Action.PRINTED, account__username="truong").exists()


def test_who_cannot_be_printed_is_said_with_the_reason(clerk: Client) -> None:
    answer = clerk.post("/desk/print", {"form": "03B", "period": "2026-Q4", "units": ["PMA"]})
    _wait(clerk, _job_address(clerk, answer.headers["Location"]))
    page = clerk.get(answer.headers["Location"]).content.decode()
    assert "PMA004" in page
    assert "quá dài" in page


def test_a_period_that_is_not_of_the_form_is_said_beside_it(clerk: Client) -> None:
    answer = clerk.post("/desk/print", {"form": "01", "period": "2026-Q4"})
    assert answer.status_code == 422
    assert "không hợp với mẫu 01" in answer.content.decode()
    assert not Job.objects.exists()


def test_lists_are_made_for_all_and_given_to_each(
    site: TestSite, clerk: Client, school: Client
) -> None:
    assert school.post("/desk/2026-Q4/lists/make", {"forms": "04"}).status_code == 403
    assert clerk.post("/desk/2026-Q4/lists/make").status_code == 422
    answer = clerk.post("/desk/2026-Q4/lists/make", {"forms": "04"})
    assert answer.status_code == 302
    _wait(clerk, _job_address(clerk, "/desk/2026-Q4/lists"))
    assert "Trường Tiểu học" in clerk.get("/desk/2026-Q4/lists").content.decode()
    page = school.get("/desk/2026-Q4/lists").content.decode()
    assert page.count("/files/") == 2
    assert "Ủy ban" not in page
    assert AuditEvent.objects.filter(action=Action.PUBLISHED, account__username="ca").exists()


def test_a_fault_of_the_work_is_told_in_words(site: TestSite, clerk: Client) -> None:
    account = Account.objects.get(username="ca")
    job = Job.objects.create(
        kind=JobKind.PUBLISH, account=account, period="2026-Q4", request={"forms": ["04"]}
    )
    Job.objects.filter(pk=job.pk).update(failure="Không tìm thấy soffice. Cài: apt-get install x")
    assert "apt-get install x" in clerk.get("/desk/2026-Q4/lists").content.decode()

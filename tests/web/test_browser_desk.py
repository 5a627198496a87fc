"""A campaign in the clerk's browser: tables in, print files, scans, results, the notice."""

from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Page, expect

from pipeline.config import DEMO_KEY, create_workspace
from pipeline.roles import Role
from pipeline.store.connection import close_store
from pipeline.work.accounts import create_account
from pipeline.work.audit import COMMAND_LINE
from pipeline.work.office import open_office
from tests.web.conftest import PASSWORD, running_server

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
PATIENCE_MS = 120_000
"""A process in the background takes 3-20 s, on a busy machine longer."""
UNIT = "Trường Tiểu học Hoa Mẫu"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An office without a single person, whose key is that of the sample scans."""
    root = tmp_path_factory.mktemp("browser-desk") / "office"
    create_workspace(root, "long_bien_2021", key=DEMO_KEY)
    open_office(root)
    create_account("clerk", PASSWORD, [Role.NHAP_LIEU], None, COMMAND_LINE)
    close_store()
    with running_server(root) as url:
        yield url


def _import(page: Page, kind: str, file: str, done: str) -> None:
    part = page.locator(f"section:has(#files-{kind})")
    part.locator("input[type=file]").set_input_files(SAMPLES / file)
    expect(part.get_by_text(file)).to_be_visible()
    part.get_by_role("button", name="Kiểm tra").click()
    expect(part.get_by_text("Không có lỗi. Chưa lưu gì")).to_be_visible()
    part.get_by_role("button", name="Nhập", exact=True).click()
    expect(part.get_by_text("Đã nhập")).to_be_visible()
    expect(part.get_by_text(done)).to_be_visible()


def _print(page: Page, form: str) -> None:
    page.get_by_label("Mẫu", exact=True).select_option(form)
    page.locator("[name=period]").first.select_option("2026-Q4")
    page.get_by_label(UNIT).check()
    page.get_by_role("button", name="Lập tệp in").click()
    job = page.locator(".job").first
    expect(job).to_contain_text(f"mẫu {form}")
    expect(job.get_by_text("Xong")).to_be_visible(timeout=PATIENCE_MS)


def test_a_campaign_from_the_roster_to_the_notice(page: Page, address: str, tmp_path: Path) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.goto(f"{address}/")
    page.get_by_label("Tên đăng nhập").fill("clerk")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.keyboard.press("Enter")

    page.get_by_role("link", name="Nhập danh sách").click()
    _import(page, "people", "roster.xlsx", "60 người (60 mới)")
    _import(page, "ratings", "ratings.xlsx", "179 xếp loại tháng")

    page.get_by_role("link", name="In phiếu", exact=True).click()
    _print(page, "03A")
    _print(page, "03B")
    with page.expect_download() as download:
        page.get_by_role("link", name="03B-TH-2026-Q4.pdf").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")

    page.get_by_role("link", name="Bản quét", exact=True).click()
    page.locator("#files").set_input_files(SAMPLES / "th-giao-vien" / "scan-th-giao-vien.pdf")
    page.get_by_role("button", name="Tải lên và đọc").click()
    expect(page.get_by_text("Đã đọc 8 trang")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("rowheader", name="scan-th-giao-vien.pdf")).to_be_visible()

    page.goto(f"{address}/desk/2026-Q4/results")
    page.get_by_label("Kết quả", exact=True).select_option("dat")
    expect(page.locator("#rows .badge").first).to_have_text("đạt")
    expect(page.locator("#rows .badge", has_text="chưa")).to_have_count(0)
    passed = page.locator("#rows tbody tr").first.locator("td").first.inner_text()

    page.get_by_role("link", name="Thông báo, danh sách").click()
    for form in ("05A", "05B"):
        page.get_by_label(f"Mẫu {form}").uncheck()
    page.get_by_role("button", name="Lập DOCX và PDF").click()
    expect(page.locator(".job").get_by_text("Xong")).to_be_visible(timeout=PATIENCE_MS)
    with page.expect_download() as download:
        page.get_by_role("row", name=UNIT).get_by_role("link", name="PDF").click()
    text = " ".join(each.extract_text() for each in pypdf.PdfReader(download.value.path()).pages)
    assert passed in " ".join(text.split())
    assert not faults

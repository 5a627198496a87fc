"""The real server and a real browser: by keyboard alone, at 200 % zoom, over TLS."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.roles import Role
from pipeline.store.connection import close_store
from pipeline.work.accounts import create_account
from pipeline.work.audit import COMMAND_LINE
from pipeline.work.office import open_office
from tests.web.conftest import PASSWORD, running_server


@pytest.fixture(scope="module")
def office_folder(tmp_path_factory: pytest.TempPathFactory, empty_workspace: Path) -> Path:
    root = Path(shutil.copytree(empty_workspace, tmp_path_factory.mktemp("browser") / "office"))
    open_office(root)
    create_account("admin", PASSWORD, [Role.QUAN_TRI], None, COMMAND_LINE)
    close_store()
    return root


@pytest.fixture(scope="module")
def address(office_folder: Path) -> Iterator[str]:
    with running_server(office_folder) as url:
        yield url


def _sign_in_by_keyboard(page: Page, address: str) -> None:
    page.goto(f"{address}/accounts")
    page.keyboard.type("admin")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tài khoản")


def test_an_account_is_made_by_keyboard_alone(page: Page, address: str) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    _sign_in_by_keyboard(page, address)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Tới nội dung chính")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Tạo tài khoản")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_label("Tên đăng nhập").focus()
    page.keyboard.type("clerk")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mật khẩu dùng một lần")
    page.get_by_role("link", name="Đã ghi lại").click()
    expect(page.get_by_role("row", name="clerk Nhập liệu")).to_be_visible()
    assert faults == []


def test_what_cannot_be_taken_back_is_asked_first(page: Page, address: str) -> None:
    _sign_in_by_keyboard(page, address)
    page.get_by_role("link", name="admin", exact=True).click()
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Khóa tài khoản").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tài khoản admin")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Khóa tài khoản").click()
    expect(page.get_by_role("alert").last).to_contain_text("quản trị cuối cùng")


@pytest.mark.parametrize("width", [1280, 1024, 640])  # 640: 1280 at 200 % zoom
def test_no_page_scrolls_sideways(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 720})
    _sign_in_by_keyboard(page, address)
    for path in ("/", "/accounts", "/accounts/new", "/accounts/1", "/audit", "/password", "/no"):
        page.goto(address + path)
        root = "document.documentElement"
        assert page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0, path


def test_injected_markup_does_not_run(page: Page, address: str) -> None:
    """Even if a page forgot to escape: the browser refuses inline scripts and styles."""
    page.goto(f"{address}/sign-in")
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend',"
        '\'<img src=x onerror="window.broken=1"><p id=p style="color:red">x</p>\')'
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.broken") is None
    assert page.evaluate("getComputedStyle(document.getElementById('p')).color") != "rgb(255, 0, 0)"


def test_it_serves_tls_itself(browser: Browser, office_folder: Path, tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    openssl = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    made = [*openssl, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    tls = ("--tls-cert", str(certificate), "--tls-key", str(key))
    with running_server(office_folder, *tls) as url:
        assert url.startswith("https://127.0.0.1:")
        context = browser.new_context(ignore_https_errors=True)
        page = context.new_page()
        _sign_in_by_keyboard(page, url)
        assert all(cookie["secure"] for cookie in context.cookies())
        context.close()

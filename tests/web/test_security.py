"""What protects the office: headers, cookies, forged requests, guessing, sessions, hosts."""

import re
import stat
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client

from pipeline.roles import Role
from pipeline.store.models import AuditEvent
from pipeline.web import audit_pages
from pipeline.web.errors import Refused
from pipeline.web.events import SIGNED_IN_AT
from pipeline.web.site import SECRET_FILE, open_site
from pipeline.work.accounts import disable_account, reset_password
from pipeline.work.audit import COMMAND_LINE
from tests.web.conftest import PASSWORD, TestSite

PAGES = ["/sign-in", "/", "/accounts", "/accounts/new", "/audit", "/password", "/nowhere"]


def _sign_in(client: Client, username: str, password: str = PASSWORD) -> HttpResponse:
    return client.post("/sign-in", {"username": username, "password": password})  # type: ignore[return-value]


@pytest.mark.parametrize("page", PAGES)
def test_headers_of_every_page(site: TestSite, page: str) -> None:
    client = site.client(site.account("admin", Role.QUAN_TRI))
    headers = client.get(page).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["img-src"] == "'self' blob:"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("page", PAGES)
def test_pages_keep_to_their_own_policy(site: TestSite, page: str) -> None:
    text = site.client(site.account("admin", Role.QUAN_TRI)).get(page).content.decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert not re.search(r"(?:src|href|action)=[\"'](?:https?:)?//", text)


def test_scripts_and_styles_are_our_own(site: TestSite) -> None:
    text = site.client().get("/sign-in").content.decode()
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', text)
    assert len(files) == 4
    for file in files:
        answer = site.client().get(file)
        assert answer.status_code == 200
        assert len(b"".join(answer)) > 200


def test_with_tls_cookies_travel_encrypted_only(site: TestSite) -> None:
    open_site(site.office, tls=True)
    try:
        answer = site.client().get("/sign-in", secure=True)
        assert answer.cookies[settings.CSRF_COOKIE_NAME]["secure"]
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
        site.account("clerk", Role.NHAP_LIEU)
        client = Client(SERVER_NAME="127.0.0.1")
        answer = client.post("/sign-in", {"username": "clerk", "password": PASSWORD}, secure=True)
        assert answer.cookies[settings.SESSION_COOKIE_NAME]["secure"]
    finally:
        open_site(site.office)


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(site: TestSite) -> None:
    site.account("clerk", Role.NHAP_LIEU)
    cookies = _sign_in(site.client(), "clerk").cookies
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert cookies[name]["httponly"]
        assert cookies[name]["samesite"] == "Strict"


@pytest.mark.parametrize("address", ["/sign-in", "/sign-out", "/password", "/accounts/new"])
def test_a_forged_request_is_refused_in_words(site: TestSite, address: str) -> None:
    account = site.account("admin", Role.QUAN_TRI)
    answer = site.client(account, check_csrf=True).post(address, {"username": "x"})
    assert answer.status_code == 403
    assert "không đến từ ứng dụng này" in answer.content.decode()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.0.2.1"])
def test_another_host_name_is_refused(site: TestSite, host: str) -> None:
    answer = site.client().get("/sign-in", HTTP_HOST=host)
    assert answer.status_code == 400
    assert "Yêu cầu không hợp lệ" in answer.content.decode()


def test_a_given_name_is_a_host_name(site: TestSite) -> None:
    open_site(site.office, ["phieu.test"])
    assert site.client().get("/sign-in", HTTP_HOST="phieu.test:8000").status_code == 200


def test_the_secret_is_the_offices_own(site: TestSite) -> None:
    file = site.office.workspace.root / SECRET_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text(encoding="ascii").strip() == settings.SECRET_KEY
    first = settings.SECRET_KEY
    open_site(site.office)
    assert first == settings.SECRET_KEY
    file.unlink()
    open_site(site.office)
    assert first != settings.SECRET_KEY


def test_no_account_no_page(site: TestSite) -> None:
    answer = site.client().get("/audit")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in?next=/audit"


def test_sign_in_leads_back_to_our_own_pages_only(site: TestSite) -> None:
    site.account("inspector", Role.THANH_TRA)
    words = {"username": "inspector", "password": PASSWORD}
    answer = site.client().post("/sign-in", {**words, "next": "/audit"})
    assert answer.headers["Location"] == "/audit"
    answer = site.client().post("/sign-in", {**words, "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


def test_a_wrong_name_and_a_wrong_password_look_the_same(site: TestSite) -> None:
    site.account("clerk", Role.NHAP_LIEU)
    gone = site.account("gone", Role.NHAP_LIEU)
    disable_account(gone, COMMAND_LINE)
    pages = [
        re.sub(r'value="[^"]*"', "", _sign_in(site.client(), *tried).content.decode())
        for tried in (("clerk", "wrong"), ("nobody", "wrong"), ("gone", PASSWORD))
    ]
    tokens = re.compile(r'"X-CSRFToken": "[^"]+"')
    assert len({tokens.sub("", page) for page in pages}) == 1
    assert "Tên đăng nhập hoặc mật khẩu không đúng" in pages[0]


def test_guessing_is_stopped_for_the_account_and_for_the_address(site: TestSite) -> None:
    site.account("clerk", Role.NHAP_LIEU)
    site.account("other", Role.NHAP_LIEU)
    statuses = [_sign_in(site.client(), "clerk", f"wrong {n}").status_code for n in range(11)]
    assert statuses[:9] == [200] * 9
    assert statuses[-1] == 429
    answer = _sign_in(site.client(), "clerk")
    assert answer.status_code == 429
    assert "Hãy đợi 15 phút" in answer.content.decode()
    assert _sign_in(site.client(), "other").status_code == 429
    elsewhere = Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR="192.0.2.7")
    assert _sign_in(elsewhere, "clerk").status_code == 429
    assert _sign_in(elsewhere, "other").status_code == 302


def test_waiting_ends_with_a_new_password(site: TestSite) -> None:
    account = site.account("clerk", Role.NHAP_LIEU)
    elsewhere = Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR="192.0.2.7")
    for number in range(11):
        _sign_in(elsewhere, "clerk", f"wrong {number}")
    assert _sign_in(site.client(), "clerk").status_code == 429
    reset_password(account, "Mat-khau-khac-2", COMMAND_LINE)
    assert _sign_in(site.client(), "clerk", "Mat-khau-khac-2").status_code == 302


def test_what_was_typed_for_a_name_is_not_kept(site: TestSite) -> None:
    site.account("clerk", Role.NHAP_LIEU)
    _sign_in(site.client(), "a-password-typed-into-the-wrong-field")
    events = list(AuditEvent.objects.filter(action="sign_in_failed"))
    assert len(events) == 1
    assert events[0].subject == events[0].detail == ""


def test_a_session_ends_after_eight_hours_of_whatever(
    site: TestSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = site.client(site.account("clerk", Role.NHAP_LIEU))
    now = time.time()
    for hours, status in ((1, 200), (7.9, 200), (8.1, 302)):
        monkeypatch.setattr(time, "time", lambda at=now + hours * 3600: at)
        assert client.get("/").status_code == status
    assert client.get("/").headers["Location"].startswith("/sign-in")


def test_a_session_without_its_beginning_is_none(site: TestSite) -> None:
    client = site.client(site.account("clerk", Role.NHAP_LIEU))
    session = client.session
    del session[SIGNED_IN_AT]
    session.save()
    assert client.get("/").status_code == 302


def test_signing_in_makes_a_new_session(site: TestSite) -> None:
    site.account("clerk", Role.NHAP_LIEU)
    client = site.client()
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    _sign_in(client, "clerk")
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_sessions_end_with_the_account_and_with_its_password(site: TestSite) -> None:
    first, second = site.account("first", Role.DUYET), site.account("second", Role.DUYET)
    clients = [site.client(first), site.client(second)]
    assert [client.get("/").status_code for client in clients] == [200, 200]
    disable_account(first, COMMAND_LINE)
    reset_password(second, "Mat-khau-khac-2", COMMAND_LINE)
    assert [client.get("/").status_code for client in clients] == [302, 302]


def test_a_name_with_markup_is_text(site: TestSite) -> None:
    client = site.client(site.account("admin", Role.QUAN_TRI))
    answer = client.post("/accounts/new", {"username": "<script>x</script>", "roles": ["duyet"]})
    assert answer.status_code == 422
    assert b"<script>x" not in answer.content
    answer = client.get("/audit", {"username": '"><script>x</script>'})
    assert b"<script>x" not in answer.content


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 429])
def test_refusals_say_what_to_do(
    site: TestSite, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    def refuse(*_: object) -> None:
        raise Refused(status)

    monkeypatch.setattr(audit_pages, "find_events", refuse)
    client = site.client(site.account("inspector", Role.THANH_TRA))
    answer = client.get("/audit")
    assert answer.status_code == status
    assert re.search(r"(?i)hãy ", answer.content.decode())
    fragment = client.get("/audit", headers={"HX-Request": "true"})
    assert fragment.status_code == status
    assert fragment.content.startswith(b'<div class="notice')


def test_a_fault_of_the_program_shows_nothing_of_itself(
    site: TestSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("inner secret")

    monkeypatch.setattr(audit_pages, "find_events", fail)
    client = site.client(site.account("inspector", Role.THANH_TRA))
    client.raise_request_exception = False
    answer = client.get("/audit")
    assert answer.status_code == 500
    assert "Lỗi của chương trình" in answer.content.decode()
    assert b"inner secret" not in answer.content
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_fragment_of_a_session_that_ended_sends_the_whole_page_away(site: TestSite) -> None:
    answer = site.client().get("/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in"


def test_no_secret_stands_in_the_code() -> None:
    text = (Path(__file__).resolve().parents[2] / "pipeline/settings.py").read_text("utf-8")
    assert "SECRET_KEY" not in text
    assert "DEBUG = False" in text


def test_too_much_in_a_form_is_said(site: TestSite) -> None:
    answer = site.client().post("/sign-in", {"username": "x" * 2_000_000})
    assert answer.status_code == 413
    assert "vượt giới hạn" in answer.content.decode()

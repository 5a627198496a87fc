"""``phieu accounts`` and ``phieu review serve`` as an administrator types them."""

import io
import json
import socket
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Ended, Run

PASSWORD = "Mat-khau-thu-1"  # noqa: S105 - of accounts that live for one test


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, run: Run) -> Run:
    """Run with a password on standard input."""

    def run_typed(*words: str | Path, password: str = PASSWORD) -> Ended:
        monkeypatch.setattr(sys, "stdin", io.StringIO(password + "\n"))
        return run(*words, "--password-stdin")

    return run_typed


@pytest.fixture
def administrator(office: Path, typed: Run) -> Path:
    ended = typed("accounts", "create", "admin", "--role", "quan_tri")
    assert ended.code == 0, ended.err
    return office


def test_accounts_are_made_listed_reset_and_disabled(
    administrator: Path, typed: Run, run: Run
) -> None:
    roles = ("--role", "duyet", "--role", "phe_duyet")
    assert typed("accounts", "create", "reviewer", *roles).code == 0
    another = "Mat-khau-khac-2"
    assert typed("accounts", "reset", "reviewer", password=another).code == 0
    assert run("accounts", "disable", "reviewer").code == 0
    listed = json.loads(run("accounts", "list", "--json").out)["accounts"]
    assert [(a["username"], a["roles"], a["unit_id"], a["active"]) for a in listed] == [
        ("admin", ["quan_tri"], None, True),
        ("reviewer", ["duyet", "phe_duyet"], None, False),
    ]
    assert "đã khóa" in run("accounts", "list").err


@pytest.mark.parametrize(
    ("words", "password", "complaint"),
    [
        (("create", "admin", "--role", "duyet"), PASSWORD, "Đã có tài khoản"),
        (("create", "a b", "--role", "duyet"), PASSWORD, "tên đăng nhập"),
        (("create", "x", "--role", "duyet", "--unit", "XX"), PASSWORD, "Không có đơn vị"),
        (("create", "x", "--role", "duyet"), "ngan", "cần ít nhất 10 ký tự"),
        (("reset", "nobody"), PASSWORD, "Không có tài khoản"),
    ],
)
def test_what_is_wrong_with_an_account_is_3_and_said(
    administrator: Path, typed: Run, words: tuple[str, ...], password: str, complaint: str
) -> None:
    ended = typed("accounts", *words, password=password)
    assert ended.code == 3
    assert complaint in ended.err
    assert password not in ended.err


def test_an_unknown_role_is_wrong_usage(office: Path, typed: Run) -> None:
    ended = typed("accounts", "create", "x", "--role", "chief")
    assert ended.code == 2
    assert "quan_tri" in ended.err


def test_the_last_administrator_cannot_be_disabled(administrator: Path, run: Run) -> None:
    ended = run("accounts", "disable", "admin")
    assert ended.code == 3
    assert "cuối cùng" in ended.err


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "phieu.example"])  # noqa: S104
def test_others_are_not_served_in_the_clear_by_accident(office: Path, run: Run, host: str) -> None:
    ended = run("review", "serve", "--host", host)
    assert ended.code == 2
    assert "--insecure-lan" in ended.err
    assert "--tls-cert" in ended.err


def test_a_certificate_needs_its_key(office: Path, run: Run, tmp_path: Path) -> None:
    pem = tmp_path / "cert.pem"
    pem.write_text("no certificate", encoding="ascii")
    assert run("review", "serve", "--tls-cert", pem).code == 2
    ended = run("review", "serve", "--tls-cert", pem, "--tls-key", pem)
    assert ended.code == 3
    assert "Không dùng được chứng thư" in ended.err


@pytest.mark.enable_socket  # it listens on this machine
def test_a_port_in_use_is_said(office: Path, run: Run) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        ended = run("review", "serve", "--port", str(other.getsockname()[1]))
    assert ended.code == 3
    assert "đang có chương trình khác dùng" in ended.err


@pytest.mark.enable_socket  # it listens on this machine
def test_an_address_of_another_machine_is_said(office: Path, run: Run) -> None:
    ended = run("review", "serve", "--host", "192.0.2.1", "--insecure-lan", "--port", "0")
    assert ended.code == 3
    assert "Máy này không có địa chỉ 192.0.2.1" in ended.err

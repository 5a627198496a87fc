"""The application over a fresh workspace: in this process for requests, as a process of its own
for a browser."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO, Any

import pytest
from django.test import Client, override_settings
from playwright.sync_api import expect

from pipeline.config import create_workspace
from pipeline.roles import Role
from pipeline.store.connection import close_store
from pipeline.store.models import Account
from pipeline.web.site import open_site
from pipeline.work.accounts import create_account
from pipeline.work.audit import COMMAND_LINE
from pipeline.work.office import Office, open_office

# Playwright keeps an event loop in the thread of the tests, also of those after its own; Django
# would refuse its database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# On a busy machine a page takes longer than Playwright's five seconds, and is right.
expect.set_options(timeout=30_000)

PASSWORD = "Mat-khau-thu-1"  # noqa: S105 - of accounts that live for one test


@dataclass(frozen=True)
class TestSite:
    """An office on the web, for requests within this process."""

    __test__ = False
    office: Office

    def account(self, username: str, *roles: Role, unit_id: str | None = None) -> Account:
        """A new account with the password ``PASSWORD``."""
        return create_account(username, PASSWORD, roles, unit_id, COMMAND_LINE)

    def client(self, account: Account | None = None, *, check_csrf: bool = False) -> Client:
        """A browser, signed in when an account is given."""
        client = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=check_csrf)
        if account is not None:
            client.force_login(account, "django.contrib.auth.backends.ModelBackend")
        return client


@pytest.fixture(scope="session")
def empty_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with its database made once, to be copied."""
    root = tmp_path_factory.mktemp("web") / "office"
    create_workspace(root, "long_bien_2021")
    open_office(root)
    close_store()
    return root


@pytest.fixture
def workspace(empty_workspace: Path, tmp_path: Path) -> Path:
    """A fresh workspace."""
    return Path(shutil.copytree(empty_workspace, tmp_path / "office"))


@pytest.fixture
def site(workspace: Path) -> Iterator[TestSite]:
    """A fresh workspace on the web, with a hash of passwords that costs nothing.

    Django remembers its hashers; only its own override makes it forget them again, and the real
    server of the browser tests knows no other than the real ones.
    """
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        office = open_office(workspace)
        open_site(office)
        yield TestSite(office)
        close_store()


@contextmanager
def running_server(workspace: Path, *options: str) -> Iterator[str]:
    """The real ``phieu review serve`` on a free port; gives its address. It listens already when
    it names it, so nothing has to be polled."""
    command = [sys.executable, "-m", "pipeline.cli", "review", "serve", "--port", "0"]
    server = subprocess.Popen(
        [*command, "--workspace", str(workspace), *options],
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ, COLUMNS="500"),
        cwd=Path(__file__).resolve().parents[2],
    )
    assert server.stderr is not None
    try:
        first = server.stderr.readline()
        assert "http" in first, first + server.stderr.read()
        Thread(target=_drain, args=[server.stderr], daemon=True).start()
        yield next(word for word in first.split() if word.startswith("http")).rstrip("/")
    finally:
        server.terminate()
        server.wait(timeout=60)


def _drain(log: IO[str]) -> None:
    """Read a log to its end: who writes it stops when the pipe is full (64 KB, 800 requests)."""
    with log:
        for _ in log:
            pass


@pytest.fixture(scope="session")
def base_url() -> str | None:
    """None: pages are opened by whole addresses. (The plugin's own fixture warns with pytest 9.)"""
    return None


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, which talks to nobody but us."""
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return {
        **browser_type_launch_args,
        "executable_path": shutil.which("chromium"),
        "args": ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", *quiet],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """The smallest screen that offices have."""
    return {
        **browser_context_args,
        "viewport": {"width": 1280, "height": 720},
        "locale": "vi-VN",
        "timezone_id": "Asia/Ho_Chi_Minh",
    }

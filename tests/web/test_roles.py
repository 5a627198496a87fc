"""Every address, for every role and for strangers: each cell of the table of roles."""

from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from pipeline.roles import Role
from pipeline.web import middleware
from pipeline.web.access import ACCESS, Audience
from pipeline.web.roles_document import access_document
from tests.web.conftest import TestSite

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS: dict[str, dict[str, Any]] = {
    "account": {"account_id": 10**6},
    "account-reset": {"account_id": 10**6},
    "account-disable": {"account_id": 10**6},
    "account-enable": {"account_id": 10**6},
    "desk:import-template": {"kind": "people"},
    "desk:batch": {"batch_id": 10**6},
    "desk:batch-progress": {"batch_id": 10**6},
    "desk:batch-continue": {"batch_id": 10**6},
    "desk:job": {"job_id": 10**6},
    **{f"desk:{page}": {"period": "2026-Q4"} for page in ("campaign", "missing", "flags")},
    **{f"desk:{page}": {"period": "2026-Q4"} for page in ("close", "reopen", "results")},
    **{f"desk:{page}": {"period": "2026-Q4"} for page in ("lists", "lists-make")},
    **{f"desk:{page}": {"period": "2026-Q4"} for page in ("summary", "summary-make")},
    "desk:results-export": {"period": "2026-Q4", "kind": "xlsx"},
    "desk:file": {"period": "2026-Q4", "file_id": "0" * 24},
    "desk:archive": {"period": "2026-Q4", "kind": "list"},
    **{f"review:{page}": {"period": "2026-Q4"} for page in ("queue", "one", "decide", "move")},
    **{f"review:{page}": {"period": "2026-Q4"} for page in ("aside", "undo", "assign", "discard")},
    **{f"review:{page}": {"period": "2026-Q4"} for page in ("keep", "search", "contact", "accept")},
    **{f"review:{page}": {"period": "2026-Q4"} for page in ("undo-listed", "take-back")},
    "review:page-picture": {"outcome_id": 10**6},
    "review:part-picture": {"outcome_id": 10**6, "name": "I.1.1/self"},
    "review:sheet": {"sheet_id": "0" * 10},
}
"""For views whose address has some: of things that are not there, which is 404 to who may."""

_SENT_BACK = "/sign-in"


def _view_names(found: Any, namespace: str = "") -> list[str]:
    names = []
    for each in found.url_patterns:
        if isinstance(each, URLResolver):
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            names += _view_names(each, inner)
        elif isinstance(each, URLPattern):
            names.append(f"{namespace}{each.name}")
    return names


VIEWS = _view_names(get_resolver("pipeline.web.urls"))


def test_the_table_has_every_view_and_no_other() -> None:
    assert sorted(VIEWS) == sorted(ACCESS)


def _answers(client: Client, name: str) -> list[HttpResponse]:
    address = reverse(name, kwargs=ARGUMENTS.get(name))
    return [client.get(address), client.post(address)]  # type: ignore[list-item] # its own class


def _sent_to_sign_in(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith(_SENT_BACK)


@pytest.mark.parametrize("role", [None, *Role], ids=str)
def test_each_cell_of_the_table(site: TestSite, role: Role | None) -> None:
    """Who may gets an answer of the view's own, a page or what is wrong with the request; who may
    not gets 403; a stranger is sent to sign in."""
    for name, access in ACCESS.items():
        account = None
        if role is not None:
            account = site.account(f"{role}.{len(name)}.{abs(hash(name))}", role)
        for answer in _answers(site.client(account), name):
            cell = f"{name} for {role}: {answer.status_code}"
            if access.who is Audience.ANYONE:
                assert answer.status_code in {200, 302, 422}, cell
            elif role is None:
                assert _sent_to_sign_in(answer), cell
            elif access.allows(frozenset({role})):
                assert answer.status_code != 403, cell
                assert answer.status_code < 500, cell
                assert name == "sign-out" or not _sent_to_sign_in(answer), cell
            else:
                assert answer.status_code == 403, cell


def test_an_account_without_a_role_opens_nothing_but_its_own(site: TestSite) -> None:
    account = site.account("nobody", Role.DUYET)
    account.groups.clear()
    for name, access in ACCESS.items():
        for answer in _answers(site.client(account), name):
            assert (answer.status_code == 403) == (not isinstance(access.who, Audience)), name


def test_a_view_that_is_not_in_the_table_is_refused_to_all(
    site: TestSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten = {name: access for name, access in ACCESS.items() if name != "home"}
    monkeypatch.setattr(middleware, "ACCESS", forgotten)
    for account in (None, site.account("all", *Role)):
        assert site.client(account).get("/").status_code == 403


def test_the_menu_leads_where_one_may_go(site: TestSite) -> None:
    menu = site.client(site.account("clerk", Role.NHAP_LIEU)).get("/").content.decode()
    assert "/accounts" not in menu
    assert "/audit" not in menu
    menu = site.client(site.account("inspector", Role.THANH_TRA)).get("/").content.decode()
    assert "/audit" in menu
    assert 'href="/accounts"' not in menu


def test_the_document_is_the_table() -> None:
    assert (ROOT / "docs" / "roles.md").read_text(encoding="utf-8") == access_document()

"""What happens at signing in and out, and how views record what they do."""

import time
from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from pipeline.store.models import Account
from pipeline.work.audit import Action, Actor, record

SIGNED_IN_AT = "signed_in_at"
"""In the session: when it began, in seconds since the epoch."""


def address_of(request: HttpRequest) -> str | None:
    """The address a request comes from. Headers of proxies are not believed: there is none."""
    return request.META.get("REMOTE_ADDR") or None


def actor_of(request: HttpRequest) -> Actor:
    """Who asks, for the log of events."""
    return Actor(request.user.pk, address_of(request))


def note(request: HttpRequest, action: Action, subject: str = "", detail: str = "") -> None:
    """Record what the account that is signed in does. ``subject`` is an opaque id, never a name."""
    record(action, actor_of(request), subject, detail)


def connect() -> None:
    """Listen to signing in and out from now on."""
    user_logged_in.connect(_signed_in, dispatch_uid="phieu.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="phieu.signed_out")
    user_login_failed.connect(_failed, dispatch_uid="phieu.sign_in_failed")
    user_locked_out.connect(_locked_out, dispatch_uid="phieu.locked_out")


def _signed_in(request: HttpRequest, user: Account, **_: Any) -> None:
    request.session[SIGNED_IN_AT] = time.time()
    record(Action.SIGN_IN, Actor(user.pk, address_of(request)))


def _signed_out(request: HttpRequest, user: Account | None, **_: Any) -> None:
    if user is not None:
        record(Action.SIGN_OUT, Actor(user.pk, address_of(request)))


def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    if request is not None:
        record(
            Action.SIGN_IN_FAILED,
            Actor(None, address_of(request)),
            _meant(credentials.get("username")),
        )


def _locked_out(request: HttpRequest, username: str | None = None, **_: Any) -> None:
    record(Action.LOCKED_OUT, Actor(None, address_of(request)), _meant(username))


def _meant(username: str | None) -> str:
    """The account somebody tried. What is no account's name is not kept: people type passwords
    into the wrong field."""
    found = Account.objects.filter(username=username or "").first()
    return "" if found is None else f"account/{found.pk}"

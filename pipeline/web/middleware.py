"""What holds for every request: headers, and that nobody opens what is not theirs."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse

from pipeline.errors import BadInput
from pipeline.web import events
from pipeline.web.access import ACCESS, Audience, account_of, roles_of
from pipeline.web.access import Access as Entry
from pipeline.web.errors import Refused, error_page
from pipeline.work.audit import Action

Handler = Callable[[HttpRequest], HttpResponse]
_OWN_PASSWORD_FIRST = {"password", "sign-out"}
"""All that an account may open while its password is one that somebody else has set."""

_NOT_NEEDED = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()"


def headers(get_response: Handler) -> Handler:
    """Headers that no middleware of Django sets. Pages hold personal data: nothing is stored."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Permissions-Policy"] = _NOT_NEEDED
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    return handle


class Access:
    """Refuses every view that ``ACCESS`` does not open to who asks."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """End sessions that are too old, then go on."""
        if request.user.is_authenticated and _too_old(request):
            logout(request)
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            return error_page(request, 405)
        return response

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Let pass, send to sign in, or refuse."""
        match = request.resolver_match
        name = match.view_name if match else ""
        entry = ACCESS.get(name)
        if entry is None:
            return error_page(request, 403)
        if entry.who is Audience.ANYONE:
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if account_of(request).must_change_password and name not in _OWN_PASSWORD_FIRST:
            return redirect("password")
        return self._by_role(request, entry, name)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What a view cannot do, in words; faults of the program go on to the page 500."""
        if isinstance(exception, Refused):
            return error_page(request, exception.status, exception.message)
        if isinstance(exception, BadInput):
            return error_page(request, 400, str(exception))
        return None

    @staticmethod
    def _by_role(request: HttpRequest, entry: Entry, name: str) -> HttpResponse | None:
        if entry.allows(roles_of(request)):
            return None
        events.note(request, Action.REFUSED, name)
        return error_page(request, 403)


def _too_old(request: HttpRequest) -> bool:
    begun = request.session.get(events.SIGNED_IN_AT, 0.0)
    return time.time() - float(begun) > settings.SESSION_COOKIE_AGE


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page; from a fragment, which would show it in a corner, the whole page."""
    if getattr(request, "htmx", False):
        response = HttpResponse(status=401)
        response.headers["HX-Redirect"] = reverse("sign-in")
        return response
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")

"""The one office that this process serves."""

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from pipeline.config import Workspace
from pipeline.errors import BadInput
from pipeline.web import events
from pipeline.work.office import Office
from pipeline.work.uploads import drop_leftovers, uploads_folder

SECRET_FILE = "web.key"  # noqa: S105 - the name of a file
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Site:
    """An office on the web."""

    office: Office


_open: list[Site] = []
"""None or one: Django, too, has one set of settings a process."""


def open_site(office: Office, names: Iterable[str] = (), *, tls: bool = False) -> Site:
    """Tie the application to this office, whose database is open; before the first request.

    ``names`` are host names and addresses it is reached by besides this machine's own loopback;
    requests that name another host are refused. With ``tls``, cookies travel encrypted only.
    """
    events.connect()
    settings.SECRET_KEY = _secret(office.workspace)
    drop_leftovers(office.workspace)
    settings.FILE_UPLOAD_TEMP_DIR = str(uploads_folder(office.workspace))
    settings.ALLOWED_HOSTS = [*LOOPBACK, *names]
    settings.SESSION_COOKIE_SECURE = tls
    settings.CSRF_COOKIE_SECURE = tls
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if tls else 0
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    _open[:] = [Site(office)]
    return _open[0]


def office() -> Office:
    """The office that is served."""
    return _open[0].office


def _secret(workspace: Workspace) -> str:
    """The key that signs cookies: drawn when first needed, readable by the owner alone."""
    file = workspace.root / SECRET_FILE
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "w", encoding="ascii") as new:
            new.write(secrets.token_urlsafe(48) + "\n")
    found = file.read_text(encoding="ascii").strip()
    if len(found) < 48:
        raise BadInput(f"{file} hỏng. Xóa tệp này rồi chạy lại; mọi người sẽ phải đăng nhập lại.")
    return found

"""Serving the application: gunicorn, one process with threads, with or without TLS.

gunicorn and not waitress, because it speaks TLS itself: an office has no proxy before it.
"""

import errno
import ipaddress
import os
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from pipeline.errors import BadInput, PhieuError
from pipeline.store.connection import close_store
from pipeline.web.site import open_site
from pipeline.work.office import Office

THREADS = 16
"""Some ten people at once; a thread waits while a scan is being sent."""
KEEP_ALIVE_S = 75
"""A reviewer's connection outlives a pause for thought: no new handshake at the next key."""
BACKLOG = 128
"""Connections that may wait to be taken up."""
_LOG_FORMAT = "%(t)s %(h)s %(m)s %(U)s %(s)s %(M)sms"
"""No query string: what is searched for may be a name."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the application listens, and the certificate and key (PEM) it shows, if any."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None

    @property
    def url(self) -> str:
        """For people to open."""
        scheme = "https" if self.certificate else "http"
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{name}:{self.port}/"


class RequestLog(Logger):
    """gunicorn's log, with paths quoted: a line of it cannot be forged."""

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> Any:
        """What may stand in a line."""
        found: dict[str, Any] = dict(super().atoms(resp, req, environ, request_time))
        return found | {"U": quote(str(found["U"]))}


class _Server(BaseApplication):
    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        application = get_wsgi_application()
        get_resolver().url_patterns  # noqa: B018 - a fault in a view's module stops the start
        return application


def is_loopback(host: str) -> bool:
    """Whether only this machine itself can reach that address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serve(
    office: Office, address: Address, names: tuple[str, ...], started: Callable[[Address], None]
) -> None:
    """Serve until stopped; never returns but by SystemExit. ``names`` are what people may type for
    the host besides ``address.host``; ``started`` is told where it listens (port 0: a free one).

    Raises BadInput when the address cannot be had or the certificate cannot be used.
    """
    tls = address.certificate is not None
    if tls:
        _check_certificate(address)
    listening = _listen(address)
    bound = Address(address.host, listening.getsockname()[1], address.certificate, address.key)
    open_site(office, (*_own_names(address.host), *names), tls=tls)
    close_store()  # the worker process opens its own connections
    started(bound)
    _Server(_options(bound, listening.detach())).run()


def _options(address: Address, descriptor: int) -> dict[str, Any]:
    tls = (
        {}
        if address.certificate is None
        else {
            "certfile": str(address.certificate),
            "keyfile": str(address.key),
        }
    )
    return {
        "bind": f"fd://{descriptor}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": THREADS,
        "keepalive": KEEP_ALIVE_S,
        "preload_app": True,
        "control_socket_disable": True,
        "proc_name": "phieu",
        "loglevel": "warning",
        "accesslog": "-",
        "access_log_format": _LOG_FORMAT,
        "logger_class": RequestLog,
        "logconfig_dict": _LOGGING,
        **tls,
    }


_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"screen": {"class": "logging.StreamHandler"}},
    "root": {"level": "WARNING", "handlers": ["screen"]},
    "loggers": {
        "gunicorn.error": {"level": "WARNING", "handlers": ["screen"], "propagate": False},
        "gunicorn.access": {"level": "INFO", "handlers": ["screen"], "propagate": False},
    },
}
"""All to standard error."""


def _listen(address: Address) -> socket.socket:
    """A socket that listens at this address. Raises BadInput."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((address.host, address.port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise _cannot_listen(address, error) from error
    return listening


def _cannot_listen(address: Address, error: OSError) -> PhieuError:
    place = f"{address.host}, cổng {address.port}"
    if error.errno == errno.EADDRINUSE:
        return BadInput(
            f"Cổng {address.port} đang có chương trình khác dùng (có thể ứng dụng đã chạy rồi). "
            "Dừng chương trình đó, hoặc chọn cổng khác bằng --port."
        )
    if error.errno == errno.EACCES:
        return BadInput(
            f"Không được phép dùng cổng {address.port}; chọn cổng từ 1024 trở lên bằng --port."
        )
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return BadInput(f"Máy này không có địa chỉ {address.host}; xem lại --host.")
    return BadInput(f"Không mở được {place}: {os.strerror(error.errno or 0)}.")


def _check_certificate(address: Address) -> None:
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(str(address.certificate), str(address.key), password="")
    except (OSError, ssl.SSLError) as error:
        raise BadInput(
            f"Không dùng được chứng thư {address.certificate} với khóa {address.key}. Cần tệp PEM, "
            "khóa không đặt mật khẩu và đúng là của chứng thư đó."
        ) from error


def _own_names(host: str) -> tuple[str, ...]:
    """The names people use for this host; of every address, those this machine knows of itself."""
    if host not in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return (f"[{host}]" if ":" in host else host,)
    name = socket.gethostname()
    try:
        found = {str(each[4][0]) for each in socket.getaddrinfo(name, None)}
    except OSError:
        found = set()
    return (name, socket.getfqdn(), *(f"[{a}]" if ":" in a else a for a in sorted(found)))

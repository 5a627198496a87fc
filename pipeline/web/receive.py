"""Receiving files: piece by piece to the workspace's disk, within limits, from whoever may send.

A view that takes files is decorated by :func:`receives_files`. It is called before a byte of the
body is read: who sends and how much is known by then, and the check against forged requests, which
needs the body, comes after.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    StopUpload,
    TemporaryFileUploadHandler,
)
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from pipeline.web.errors import Refused
from pipeline.web.site import office
from pipeline.work.uploads import Received, check_room

View = Callable[..., HttpResponse]


class NoFiles(FileUploadHandler):
    """Stops at the first file."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002 - Django's signature
        """None is expected here."""
        raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Nothing is received."""

    def file_complete(self, file_size: int) -> None:
        """Nothing is complete."""


class LimitedFiles(TemporaryFileUploadHandler):
    """Writes files to disk as they come, each up to ``max_mb`` mebibytes."""

    def __init__(self, request: HttpRequest, max_mb: int) -> None:
        super().__init__(request)
        self._max_mb = max_mb

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Write a piece, or refuse the request."""
        if start + len(raw_data) > self._max_mb * 2**20:
            self.file.close()  # which removes it
            raise Refused(
                413,
                f"Tệp “{self.file_name}” lớn hơn {self._max_mb} MB. Hãy chia thành nhiều tệp nhỏ "
                "hơn rồi tải lên lại. Chưa nhận tệp nào.",
            )
        return super().receive_data_chunk(raw_data, start)


def receives_files(max_mb: Callable[[], int]) -> Callable[[View], View]:
    """Let a view take files of up to ``max_mb()`` mebibytes each.

    The view is protected against forged requests like any other.
    """

    def decorate(view: View) -> View:
        protected = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def handle(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                check_room(office().workspace, _length(request))
                request.upload_handlers = [LimitedFiles(request, max_mb())]
            return protected(request, *args, **kwargs)

        return handle

    return decorate


def received(request: HttpRequest, field: str) -> list[Received]:
    """The files of a field, where they lie for now: until the request is done."""
    found = []
    for file in request.FILES.getlist(field):
        if not isinstance(file, TemporaryUploadedFile):
            raise TypeError("files of this view are written to disk")
        found.append(Received(file.name or "", Path(file.temporary_file_path())))
    return found


def _length(request: HttpRequest) -> int:
    given = request.META.get("CONTENT_LENGTH") or ""
    if not given.isdecimal():
        raise Refused(411, "Trình duyệt không cho biết độ lớn của tệp. Hãy thử trình duyệt khác.")
    return int(given)

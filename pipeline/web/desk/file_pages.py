"""Fetching files: one, or all of a form as an archive. Only what the account may see."""

import io
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from pipeline.periods import Period
from pipeline.web.access import scope_of
from pipeline.web.events import note
from pipeline.web.site import office
from pipeline.work.audit import Action
from pipeline.work.office_files import OfficeFile, find_office_file, office_files

_BLOCK = 1 << 18


@require_safe
def file(request: HttpRequest, period: Period, file_id: str) -> FileResponse:
    """One file of a period."""
    found = find_office_file(office(), period, file_id, scope_of(request))
    if found is None:
        raise Http404
    note(request, Action.DOWNLOADED, f"file/{file_id}", found.name)
    return FileResponse(found.path.open("rb"), as_attachment=True, filename=found.name)


@require_safe
def archive(request: HttpRequest, period: Period, kind: str) -> HttpResponseBase:
    """All files of a kind (and form, ``?form=``) of a period as a ZIP, made while it is sent."""
    form = request.GET.get("form", "")
    if form and form not in {*office().form_set.paper_forms, *office().form_set.list_forms}:
        raise Http404
    files = [
        found
        for found in office_files(office(), period, scope_of(request))
        if found.kind.value == kind and form in {"", found.form}
    ]
    if not files:
        raise Http404
    note(request, Action.DOWNLOADED, f"{kind}/{period}", f"{form} {len(files)} tệp".strip())
    answer = StreamingHttpResponse(_zipped(files), content_type="application/zip")
    name = "-".join(part for part in (form or kind, str(period)) if part)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return answer


class _Sink(io.RawIOBase):
    """A stream to write to only, emptied from time to time."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        """Nothing else."""
        return True

    def write(self, piece: Any) -> int:
        """Take a piece."""
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        """What was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _zipped(files: list[OfficeFile]) -> Iterator[bytes]:
    """The bytes of a ZIP; PDF, DOCX and XLSX are packed already. No more than a block of one file
    is in memory."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as packed:
        for each in files:
            entry = zipfile.ZipInfo(f"{each.folder}/{each.name}", each.made_at.timetuple()[:6])
            with each.path.open("rb") as source, packed.open(entry, "w") as target:
                yield from _copied(source, target, sink)
    yield sink.taken()


def _copied(source: IO[bytes], target: IO[bytes], sink: _Sink) -> Iterator[bytes]:
    while block := source.read(_BLOCK):
        target.write(block)
        yield sink.taken()

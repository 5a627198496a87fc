"""Bringing in the roster and ratings, with the complaints row by row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from pipeline.errors import BadInput, BadTable, Complaint
from pipeline.spreadsheets import MAX_FILE_BYTES
from pipeline.table_templates import RATINGS, ROSTER, empty_tables
from pipeline.web.access import scope_of
from pipeline.web.desk import snapshots
from pipeline.web.events import actor_of
from pipeline.web.receive import received, receives_files
from pipeline.web.site import office
from pipeline.work.tables import (
    Importer,
    RatingsImport,
    RosterImport,
    import_people,
    import_ratings,
)
from pipeline.work.uploads import Received, safe_name

SHOWN_COMPLAINTS = 200
"""More than anybody mends at once; the rest is counted."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class _Table:
    """A kind of import: its title, the tables of its template and the template's file name."""

    title: str
    help: str
    kinds: tuple[str, ...]
    file: str


TABLES: Mapping[str, _Table] = {
    "people": _Table(
        "Đơn vị và người",
        "Danh sách đơn vị và cán bộ, công chức, viên chức, người lao động. Mã đã có thì được thay "
        "bằng dữ liệu mới; người không có trong tệp giữ nguyên.",
        ROSTER,
        "danh-sach-mau.xlsx",
    ),
    "ratings": _Table(
        "Xếp loại, cam kết, thành tích",
        "Xếp loại tháng và năm, ngày ký cam kết, thành tích đề nghị khen đột xuất. Xếp loại đã có "
        "của cùng người, cùng kỳ được thay bằng xếp loại mới.",
        RATINGS,
        "xep-loai-mau.xlsx",
    ),
}


@receives_files(lambda: MAX_FILE_BYTES // 2**20)
@require_http_methods(["GET", "HEAD", "POST"])
def tables(request: HttpRequest) -> HttpResponse:
    """Choose files, check them, store them."""
    kind = request.POST.get("kind", "")
    words: dict[str, Any] = {
        "tables": TABLES,
        "chosen": kind,
        "people": snapshots.roster(request).people,
    }
    if request.method != "POST":
        return render(request, "desk/import.html", words)
    if kind not in TABLES:
        raise Http404
    words |= _import(request, kind, received(request, "files"))
    template = "desk/import_result.html" if getattr(request, "htmx", False) else "desk/import.html"
    failed = "complaints" in words or "problem" in words
    return render(request, template, words, status=422 if failed else 200)


@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """An empty table to fill in."""
    if kind not in TABLES:
        raise Http404
    answer = HttpResponse(empty_tables(TABLES[kind].kinds), content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{TABLES[kind].file}"'
    return answer


def _import(request: HttpRequest, kind: str, files: list[Received]) -> dict[str, Any]:
    """What came of it, for the template."""
    if not files:
        return {"problem": "Chưa chọn tệp nào. Chọn tệp XLSX hoặc CSV rồi bấm lại."}
    importer = Importer(actor_of(request), scope_of(request))
    dry_run = request.POST.get("do") != "store"
    # Complaints name files as their sender knows them.
    paths = []
    for number, file in enumerate(files):
        folder = file.path.with_suffix(f".{number}")
        folder.mkdir()
        paths.append(file.path.rename(folder / safe_name(file.name)))
    try:
        done: RosterImport | RatingsImport
        if kind == "people":
            done = import_people(office(), paths, date.today(), importer, dry_run=dry_run)
        else:
            done = import_ratings(office(), paths, None, importer, dry_run=dry_run)
    except BadTable as error:
        return _complaints(error.complaints)
    except BadInput as error:
        return {"problem": str(error)}
    finally:
        for path in paths:
            path.unlink()
            path.parent.rmdir()
    return {"done": done, "dry_run": dry_run}


def _complaints(complaints: tuple[Complaint, ...]) -> dict[str, Any]:
    return {
        "complaints": complaints[:SHOWN_COMPLAINTS],
        "n_complaints": len(complaints),
        "n_hidden": max(0, len(complaints) - SHOWN_COMPLAINTS),
    }

"""What leaves the office: notices and lists, and the summary for leadership with its charts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from pipeline.people import BLOCKS, Unit
from pipeline.periods import Period
from pipeline.results.bars import percent
from pipeline.results.lists import title_of
from pipeline.results.summary import ItemTally, Tally
from pipeline.results.verdict import STATUS_WORDS, VerdictStatus
from pipeline.web.access import may, scope_of
from pipeline.web.desk import snapshots
from pipeline.web.desk.campaign_pages import campaign_words
from pipeline.web.desk.job_pages import new_job
from pipeline.web.desk.result_pages import STATUS_KINDS
from pipeline.web.errors import Refused
from pipeline.web.events import note
from pipeline.web.site import office
from pipeline.work.audit import Action
from pipeline.work.jobs import JobKind, latest_jobs, start_job
from pipeline.work.office_files import FileKind, OfficeFile, office_files
from pipeline.work.summary import summarise_decided

BAR_LENGTH = 1000
"""Lengths in drawings are whole numbers: a decimal comma would break them."""
SHOWN_ITEMS = 10


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: its kind, and where it starts and how long it is, of BAR_LENGTH."""

    kind: str
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table of numbers with its bar."""

    name: str
    tally: Tally
    share: str
    parts: tuple[Part, ...]


class _Document:
    """A list in all its files, and whose it is."""

    def __init__(self, files: list[OfficeFile], units: Mapping[str, Unit]) -> None:
        unit = units.get(files[0].unit_id or "")
        self.name = files[0].path.stem if unit is None else unit.name
        self.gathered = unit is None
        self.files = files
        self.made_at = max(file.made_at for file in files)


@require_safe
def lists(request: HttpRequest, period: Period) -> HttpResponse:
    """Notices and lists: what was made, by form."""
    scope = scope_of(request)
    units = snapshots.roster(request).units
    made: dict[str, dict[str, list[OfficeFile]]] = {}
    for file in office_files(office(), period, scope):
        if file.kind is FileKind.LIST:
            made.setdefault(file.form, {}).setdefault(file.path.stem, []).append(file)
    known = [f for f in office().form_set.list_forms.values() if period.kind in f.periods]
    words = {
        "forms": [(form.form_id, " – ".join(title_of(form, period))) for form in known],
        "made": {
            form_id: [_Document(files, units) for files in documents.values()]
            for form_id, documents in made.items()
        },
        "can_make": scope is None and may(request, "desk:lists-make"),
        "jobs": latest_jobs(office(), (JobKind.PUBLISH,), scope, str(period), 1),
    }
    return render(request, "desk/lists.html", campaign_words(request, period, "desk:lists") | words)


@require_POST
def lists_make(request: HttpRequest, period: Period) -> HttpResponse:
    """Make notices and lists anew, for all units."""
    known = [f.form_id for f in office().form_set.list_forms.values() if period.kind in f.periods]
    chosen = [form_id for form_id in known if form_id in request.POST.getlist("forms")]
    if not chosen:
        raise Refused(422, "Chưa chọn mẫu nào để lập. Hãy quay lại và chọn ít nhất một mẫu.")
    return _start(request, JobKind.PUBLISH, period, {"forms": chosen}, "desk:lists")


@require_POST
def summary_make(request: HttpRequest, period: Period) -> HttpResponse:
    """Write the summary's PDF and XLSX anew."""
    if not snapshots.roster(request).people:
        raise Refused(422, "Chưa có người nào trong danh sách. Nhập danh sách trước.")
    return _start(request, JobKind.SUMMARY, period, {}, "desk:summary")


@require_safe
def summary(request: HttpRequest, period: Period) -> HttpResponse:
    """The numbers of a period, with charts."""
    scope = scope_of(request)
    found, quarters = summarise_decided(office(), snapshots.decided(request, period))
    most = max((item.failed for item in found.items), default=1)
    words = {
        "summary": found,
        "total": _line("Tổng cộng", found.total),
        "blocks": [_line(BLOCKS[block], tally) for block, tally in found.blocks],
        "units": [_line(each.unit.name, each.tally) for each in found.units],
        "quarters": [_line(each.period.words, each.total) for each in quarters if each.has_begun],
        "items": [(item, _item_bar(item, most)) for item in found.items[:SHOWN_ITEMS]],
        "n_more_items": max(0, len(found.items) - SHOWN_ITEMS),
        "legend": [(STATUS_KINDS[status], STATUS_WORDS[status]) for status in STATUS_KINDS],
        "files": [f for f in office_files(office(), period, scope) if f.kind is FileKind.SUMMARY],
        "can_make": scope is None and may(request, "desk:summary-make"),
        "jobs": latest_jobs(office(), (JobKind.SUMMARY,), scope, str(period), 1),
        "bar_length": BAR_LENGTH,
    }
    return render(
        request, "desk/summary.html", campaign_words(request, period, "desk:summary") | words
    )


def _start(
    request: HttpRequest, kind: JobKind, period: Period, asked: Mapping[str, Any], then: str
) -> HttpResponse:
    if scope_of(request) is not None:
        raise Refused(403, "Việc này làm cho mọi đơn vị cùng lúc, do tài khoản của cơ quan làm.")
    number = start_job(office(), new_job(request, kind, str(period)), asked)
    note(request, Action.PUBLISHED, f"job/{number}", f"{kind} {period}")
    return redirect(then, period=period)


def _line(name: str, tally: Tally) -> Line:
    counts = {
        VerdictStatus.DAT: tally.dat,
        VerdictStatus.TAM_TINH: tally.tam_tinh,
        VerdictStatus.CHUA_DAT: tally.chua_dat,
        VerdictStatus.CHUA_CO_KET_QUA: tally.chua_co_ket_qua,
    }
    parts, seen = [], 0
    for status, count in counts.items():
        start = BAR_LENGTH * seen // max(tally.people, 1)
        seen += count
        end = BAR_LENGTH * seen // max(tally.people, 1)
        parts.append(Part(STATUS_KINDS[status], start, end - start))
    return Line(name, tally, percent(tally.dat, tally.people), tuple(parts))


def _item_bar(item: ItemTally, most: int) -> int:
    return BAR_LENGTH * item.failed // most

"""Results: who has passed, and why not."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from pipeline.people import Roster
from pipeline.periods import Period
from pipeline.results.result_table import ResultFilter, ResultRow, result_rows, to_csv, to_xlsx
from pipeline.results.verdict import STATUS_WORDS, VerdictStatus
from pipeline.web.desk import snapshots
from pipeline.web.desk.campaign_pages import campaign_words
from pipeline.web.desk.import_pages import XLSX
from pipeline.web.events import note
from pipeline.work.audit import Action
from pipeline.work.results import Decided

ROWS_A_PAGE = 50
STATUS_KINDS = {
    VerdictStatus.DAT: "good",
    VerdictStatus.TAM_TINH: "warn",
    VerdictStatus.CHUA_DAT: "bad",
    VerdictStatus.CHUA_CO_KET_QUA: "open",
}


class ResultForm(forms.Form):
    """Which results are shown. A name is looked for in the body of a request, never in its
    address."""

    text = forms.CharField(label="Tên hoặc mã", required=False, max_length=100)
    unit = forms.ChoiceField(label="Đơn vị", required=False)
    status = forms.ChoiceField(
        label="Kết quả",
        required=False,
        choices=[("", "Tất cả"), *((s.value, STATUS_WORDS[s].capitalize()) for s in VerdictStatus)],
    )
    page = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: Any, roster: Roster) -> None:
        super().__init__(data, label_suffix="")
        units = [(each.unit_id, each.name) for each in roster.units.values()]
        self.fields["unit"] = forms.ChoiceField(
            label="Đơn vị", required=False, choices=[("", "Tất cả"), *units]
        )

    def wanted(self) -> ResultFilter:
        """The filter; everything when what was sent makes no sense."""
        data = self.cleaned_data if self.is_valid() else {}
        return ResultFilter(data.get("unit", ""), data.get("status", ""), data.get("text", ""))


@require_http_methods(["GET", "HEAD", "POST"])
def results(request: HttpRequest, period: Period) -> HttpResponse:
    """The results of a period, a page of rows at a time."""
    decided = snapshots.decided(request, period)
    form = _form(request, decided)
    rows = _rows(decided, form)
    pages = max(1, -(-len(rows) // ROWS_A_PAGE))
    page = min(pages, (form.cleaned_data.get("page") or 1) if form.is_valid() else 1)
    shown = rows[(page - 1) * ROWS_A_PAGE :][:ROWS_A_PAGE]
    words = {
        "form": form,
        "rows": [(row, STATUS_KINDS[row.status]) for row in shown],
        "wanted": form.wanted(),
        "total": len(rows),
        "page": page,
        "previous": page - 1,
        "next": page + 1,
        "pages": pages,
        "counts": _counts(decided),
        "people": len(decided.people),
    }
    fragment = getattr(request, "htmx", False)
    template = "desk/result_rows.html" if fragment else "desk/results.html"
    return render(request, template, campaign_words(request, period, "desk:results") | words)


@require_POST
def results_export(request: HttpRequest, period: Period, kind: str) -> HttpResponse:
    """The rows that are shown, all pages of them, as XLSX or CSV."""
    decided = snapshots.decided(request, period)
    rows = _rows(decided, _form(request, decided))
    content, mime = (to_csv(rows), "text/csv") if kind == "csv" else (to_xlsx(rows), XLSX)
    note(request, Action.DOWNLOADED, f"results/{period}", f"{kind}, {len(rows)} người")
    answer = HttpResponse(content, content_type=mime)
    answer.headers["Content-Disposition"] = f'attachment; filename="ket-qua-{period}.{kind}"'
    return answer


def _form(request: HttpRequest, decided: Decided) -> ResultForm:
    """What is asked for; a name only from the body."""
    if request.method == "POST":
        return ResultForm(request.POST, decided.roster)
    given = {key: request.GET[key] for key in ("unit", "status", "page") if key in request.GET}
    return ResultForm(given, decided.roster)


def _rows(decided: Decided, form: ResultForm) -> tuple[ResultRow, ...]:
    return result_rows(decided.roster, decided.people, decided.verdicts, form.wanted())


def _counts(decided: Decided) -> list[tuple[str, str, str, int]]:
    """Value, words, kind of badge and number of each status."""
    found = [verdict.status for verdict in decided.verdicts]
    return [
        (status.value, words, STATUS_KINDS[status], found.count(status))
        for status, words in STATUS_WORDS.items()
    ]

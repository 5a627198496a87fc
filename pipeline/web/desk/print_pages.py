"""Print files: making them and fetching them."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from pipeline.errors import BadInput
from pipeline.forms.sets import CommitmentForm, FormSet
from pipeline.people import Roster
from pipeline.periods import Period
from pipeline.web.access import scope_of
from pipeline.web.desk import snapshots
from pipeline.web.desk.job_pages import new_job
from pipeline.web.desk.periods import current_period, given_period, periods_around
from pipeline.web.events import note
from pipeline.web.site import office
from pipeline.work.audit import Action
from pipeline.work.jobs import JobKind, latest_jobs, start_job
from pipeline.work.office_files import FileKind, office_files
from pipeline.work.printing import check_printable

SHOWN_JOBS = 3


class PrintForm(forms.Form):
    """What to print, for whom."""

    form = forms.ChoiceField(label="Mẫu")
    period = forms.ChoiceField(label="Kỳ")
    units = forms.MultipleChoiceField(
        label="Đơn vị",
        required=False,
        help_text="Không chọn đơn vị nào là in cho tất cả.",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any, form_set: FormSet, roster: Roster, today: date) -> None:
        super().__init__(data, label_suffix="")
        self.fields["form"] = forms.ChoiceField(
            label="Mẫu", choices=_form_choices(form_set), initial=next(iter(form_set.answer_forms))
        )
        periods = [(str(each), each.words) for each in periods_around(form_set, today)]
        self.fields["period"] = forms.ChoiceField(
            label="Kỳ", choices=periods, initial=str(current_period(form_set, today))
        )
        units = self.fields["units"]
        assert isinstance(units, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        units.choices = [(each.unit_id, each.name) for each in roster.units.values()]

    def clean(self) -> dict[str, Any]:
        """The period must be one of the form."""
        data: dict[str, Any] = super().clean() or {}
        if "form" in data and "period" in data:
            try:
                check_printable(office(), data["form"], Period.parse(data["period"]))
            except BadInput as error:
                self.add_error("period", str(error))
        return data


def _form_choices(form_set: FormSet) -> list[tuple[str, str]]:
    kinds = {True: "bản cam kết năm", False: "phiếu đánh giá"}
    return [
        (form_id, f"Mẫu {form_id} – {kinds[isinstance(form, CommitmentForm)]}")
        for form_id, form in form_set.paper_forms.items()
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def print_forms(request: HttpRequest) -> HttpResponse:
    """Choose, start, and fetch the files of a period."""
    roster, scope = snapshots.roster(request), scope_of(request)
    form = PrintForm(request.POST or None, office().form_set, roster, date.today())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        units = data["units"] if scope is None else [scope]
        job = new_job(request, JobKind.PRINT, data["period"])
        number = start_job(office(), job, {"form": data["form"], "units": units})
        note(request, Action.PRINTED, f"job/{number}", f"{data['form']} {data['period']}")
        return redirect(f"{request.path}?period={data['period']}")
    period = given_period(request) or current_period(office().form_set, date.today())
    files = office_files(office(), period, scope)
    words = {
        "form": form,
        "roster": roster,
        "scope": scope,
        "period": period,
        "periods": periods_around(office().form_set, date.today()),
        "jobs": latest_jobs(office(), (JobKind.PRINT,), scope, str(period), SHOWN_JOBS),
        "files": [file for file in files if file.kind is FileKind.PRINT],
    }
    return render(request, "desk/print.html", words, status=422 if form.errors else 200)

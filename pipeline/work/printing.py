"""Printing a form: one file a unit, prefilled per person, and the register of what was printed."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import BadInput
from pipeline.forms.built import BuiltForm, layout_json, load_built
from pipeline.forms.compose import SheetToPrint
from pipeline.forms.cover import Cover, CoverLine, render_cover
from pipeline.forms.sets import CommitmentForm, FormSet, PaperForm
from pipeline.forms.sheets import page_codes, sheet_id
from pipeline.forms.stamp import PrintedSheet, behind_cover, print_file
from pipeline.forms.typeface import register
from pipeline.holidays import load_holidays
from pipeline.names import people_in_order
from pipeline.people import Person, Roster, Unit
from pipeline.periods import Period
from pipeline.programs.fonts import font_folder
from pipeline.results.calendar import (
    commitment_due,
    day_note,
    evaluation_due,
    find_calendar,
    in_words,
)
from pipeline.results.routing import Routing, commitment_copies, load_routing
from pipeline.store import queries
from pipeline.store.queries import SheetRow
from pipeline.work.files import write_whole
from pipeline.work.office import Office

INDEX = "print-index.json"
SCHEMA = "phieu.print/1"


@dataclass(frozen=True, slots=True)
class Selection:
    """Whose forms to print: units and people by id; both empty means everybody."""

    unit_ids: tuple[str, ...] = ()
    person_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedPlace:
    """Where a sheet lies: ``first_page`` is 1-based in ``file``, the cover's pages counted.

    ``copies`` are the first page and the keeper of each copy, for commitments only; all copies are
    one sheet and carry one code.
    """

    sheet_id: str
    person_id: str
    file: str
    first_page: int
    pages: int
    copies: tuple[tuple[int, str], ...] = ()

    @property
    def printed_pages(self) -> int:
        """The pages of all copies."""
        return self.pages * max(len(self.copies), 1)


@dataclass(frozen=True, slots=True)
class RefusedPerson:
    """Whose form was not printed, and why."""

    person_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class PrintReport:
    """What was printed into ``folder``."""

    folder: Path
    sheets: tuple[PrintedPlace, ...]
    refused: tuple[RefusedPerson, ...]


@dataclass(frozen=True, slots=True)
class _Job:
    """All that one run of printing needs; ``due`` are the lines about dates on the covers."""

    office: Office
    built: BuiltForm
    period: Period
    roster: Roster
    routing: Routing
    due: tuple[str, ...]
    folder: Path


def _unseen(_done: int, _total: int) -> None:
    """Progress that nobody looks at."""


def print_forms(
    office: Office,
    form_id: str,
    period: Period,
    selection: Selection,
    out: Path | None,
    progress: Callable[[int, int], None] = _unseen,
) -> PrintReport:
    """Print a form for the people it is meant for; whoever cannot be printed is refused by name,
    the others are printed. Printing again gives the same sheets. A unit's file begins with a cover.
    ``progress`` is told how many units of how many are done.

    Raises BadInput for an unknown form, unit or person or a period that is not one of the form,
    StaleBuild when the built form does not fit its template, BadSet when the calendar or routing of
    the set is faulty.
    """
    form = check_printable(office, form_id, period)
    roster = queries.load_roster()
    people, refused = _selected(roster, form, selection)
    register(font_folder())
    job = _Job(
        office,
        load_built(office.form_set, form_id),
        period,
        roster,
        load_routing(office.form_set),
        _due_lines(office, form, period),
        out or office.workspace.out / str(period) / form_id,
    )
    write_whole(_layout_path(office, job.built), layout_json(job.built.layout))
    by_unit: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        by_unit[person.unit_id].append(person)
    places: list[PrintedPlace] = []
    unit_ids = [unit_id for unit_id in roster.units if unit_id in by_unit]
    for done, unit_id in enumerate(unit_ids):
        progress(done, len(unit_ids))
        found, not_found = _print_unit(job, roster.units[unit_id], by_unit[unit_id])
        places += found
        refused += not_found
    report = PrintReport(job.folder, tuple(places), tuple(refused))
    write_whole(job.folder / INDEX, _index(office, form_id, period, report))
    return report


def check_printable(office: Office, form_id: str, period: Period) -> PaperForm:
    """The form of this id. Raises BadInput when there is none or the period is not one of it."""
    form = _form(office, form_id)
    _check_period(office.form_set, form, period)
    return form


def _form(office: Office, form_id: str) -> PaperForm:
    form = office.form_set.paper_forms.get(form_id)
    if form is None:
        known = ", ".join(office.form_set.paper_forms)
        raise BadInput(f"Không có mẫu phiếu “{form_id}” để in. Hiện có: {known}.")
    return form


def _check_period(form_set: FormSet, form: PaperForm, period: Period) -> None:
    """Commitments are for a year, evaluations for periods as the set's first one is."""
    first = Period.parse(form_set.first_period)
    if isinstance(form, CommitmentForm):
        first = Period(first.year)
    if period.kind != first.kind:
        raise BadInput(f"Kỳ {period} không hợp với mẫu {form.form_id}; ví dụ đúng: {first}.")
    if period < first:
        raise BadInput(f"Kỳ {period} trước kỳ đầu tiên áp dụng của bộ biểu mẫu ({first}).")


def _due_lines(office: Office, form: PaperForm, period: Period) -> tuple[str, ...]:
    """By when, from the set's calendar; none when it has no calendar or no such day."""
    calendar = find_calendar(office.form_set)
    if calendar is None:
        return ()
    if isinstance(form, CommitmentForm):
        due = commitment_due(calendar, period.year)
    else:
        due = evaluation_due(calendar, period)
    if due is None:
        return ()
    note = day_note(due, load_holidays(office.workspace.templates))
    line = f"{due.what}: {in_words(due.day)}."
    return (line, f"{note}.") if note else (line,)


def _selected(
    roster: Roster, form: PaperForm, selection: Selection
) -> tuple[list[Person], list[RefusedPerson]]:
    """The people to print in order, and those named whom the form is not meant for."""
    unknown = [unit for unit in selection.unit_ids if unit not in roster.units]
    unknown += [person for person in selection.person_ids if person not in roster.people]
    if unknown:
        raise BadInput(f"Không có trong danh sách: {', '.join(unknown)}.")
    if not roster.people:
        raise BadInput("Chưa có người nào trong danh sách. Nhập bằng: phieu people import TỆP")
    named = set(selection.person_ids)
    everybody = not selection.unit_ids and not named
    people = [
        person
        for person in people_in_order(list(roster.people.values()))
        if everybody or person.unit_id in selection.unit_ids or person.person_id in named
    ]
    refused = [
        RefusedPerson(person.person_id, f"Mẫu {form.form_id} không dùng cho nhóm {person.group}.")
        for person in people
        if person.person_id in named and person.group not in form.groups
    ]
    return [person for person in people if person.group in form.groups], refused


def _print_unit(
    job: _Job, unit: Unit, people: Sequence[Person]
) -> tuple[list[PrintedPlace], list[RefusedPerson]]:
    """The print file of a unit: its cover, then the sheets person by person."""
    keepers = {person.person_id: _keepers(job, person, unit) for person in people}
    printed = print_file(
        job.built, [_to_print(job, person, keepers[person.person_id]) for person in people]
    )
    refused = [RefusedPerson(each.person_id, each.reason) for each in printed.refused]
    if not printed.sheets:
        return [], refused
    lines = tuple(
        CoverLine(
            job.roster.people[sheet.person_id],
            sheet.first_page,
            sheet.pages * sheet.copies,
            keepers[sheet.person_id],
        )
        for sheet in printed.sheets
    )
    cover, offset = render_cover(
        Cover(
            job.office.form_set,
            job.built.form,
            unit,
            job.period,
            lines,
            job.due,
            job.office.workspace.settings.scans_to,
        )
    )
    file = f"{job.built.form.form_id}-{unit.unit_id}-{job.period}.pdf"
    queries.save_sheets([_row(job, sheet) for sheet in printed.sheets])
    write_whole(job.folder / file, behind_cover(cover, printed.pdf))
    return [
        PrintedPlace(
            sheet.sheet_id,
            sheet.person_id,
            file,
            sheet.first_page + offset,
            sheet.pages,
            tuple(
                (sheet.first_page + offset + number * sheet.pages, keeper)
                for number, keeper in enumerate(keepers[sheet.person_id])
            ),
        )
        for sheet in printed.sheets
    ], refused


def _keepers(job: _Job, person: Person, unit: Unit) -> tuple[str, ...]:
    """Who keeps each copy of a commitment (R-000-31, 32, 33); nobody for other forms."""
    if not isinstance(job.built.form, CommitmentForm):
        return ()
    return tuple(copy.keeper for copy in commitment_copies(job.routing, person, unit))


def _to_print(job: _Job, person: Person, keepers: tuple[str, ...]) -> SheetToPrint:
    key, layout = job.office.workspace.key, job.built.layout
    sheet = sheet_id(key, layout, job.period, person.person_id)
    evaluator = job.roster.people.get(person.evaluator_id)
    copies = tuple(
        f"Bản {number}/{len(keepers)}, lưu tại: {keeper}"
        for number, keeper in enumerate(keepers, start=1)
    )
    return SheetToPrint(
        person=person,
        unit=job.roster.units[person.unit_id],
        evaluator_name="" if evaluator is None else evaluator.full_name,
        period=job.period,
        codes=page_codes(key, layout, sheet),
        copies=copies or ("",),
    )


def _row(job: _Job, sheet: PrintedSheet) -> SheetRow:
    layout = job.built.layout
    return SheetRow(
        sheet.sheet_id,
        job.office.form_set.set_id,
        layout.set_code,
        layout.form,
        layout.version,
        str(job.period),
        sheet.person_id,
        sheet.pages,
    )


def _layout_path(office: Office, built: BuiltForm) -> Path:
    return office.workspace.layouts / f"{'-'.join(built.layout.key)}.layout.json"


def _copies(place: PrintedPlace) -> dict[str, object]:
    """Where each copy of a commitment stands and who keeps it; nothing for other forms."""
    if not place.copies:
        return {}
    return {"copies": [{"first_page": first, "keeper": keeper} for first, keeper in place.copies]}


def _index(office: Office, form_id: str, period: Period, report: PrintReport) -> bytes:
    document = {
        "schema": SCHEMA,
        "set": office.form_set.set_id,
        "form": form_id,
        "period": str(period),
        "sheets": [
            {
                "sheet_id": place.sheet_id,
                "person_id": place.person_id,
                "file": place.file,
                "first_page": place.first_page,
                "pages": place.pages,
            }
            | _copies(place)
            for place in report.sheets
        ],
        "refused": [
            {"person_id": each.person_id, "reason": each.reason} for each in report.refused
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")

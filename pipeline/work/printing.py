"""Printing a form: one file a unit, prefilled per person, and the register of what was printed."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import BadInput
from pipeline.forms.built import BuiltForm, layout_json, load_built
from pipeline.forms.compose import SheetToPrint
from pipeline.forms.sets import AnswerForm
from pipeline.forms.sheets import page_codes, sheet_id
from pipeline.forms.stamp import PrintedSheet, print_file
from pipeline.forms.typeface import register
from pipeline.names import people_in_order
from pipeline.people import Person, Roster
from pipeline.periods import Period
from pipeline.programs.fonts import font_folder
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
    """Where a sheet lies: ``first_page`` is 1-based in ``file``."""

    sheet_id: str
    person_id: str
    file: str
    first_page: int
    pages: int


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


def print_forms(
    office: Office, form_id: str, period: Period, selection: Selection, out: Path | None
) -> PrintReport:
    """Print a form for the people it is meant for; whoever cannot be printed is refused by name,
    the others are printed. Printing again gives the same sheets.

    Raises BadInput for an unknown form, unit or person or a period that is not one of the set,
    StaleBuild when the built form does not fit its template.
    """
    form = _form(office, form_id)
    _check_period(office, period)
    roster = queries.load_roster()
    people, refused = _selected(roster, form, selection)
    built = load_built(office.form_set, form_id)
    register(font_folder())
    write_whole(_layout_path(office, built), layout_json(built.layout))
    folder = out or office.workspace.out / str(period) / form_id
    by_unit: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        by_unit[person.unit_id].append(person)
    places: list[PrintedPlace] = []
    for unit_id in roster.units:
        if unit_id in by_unit:
            found, not_found = _print_unit(office, built, period, roster, by_unit[unit_id], folder)
            places += found
            refused += not_found
    report = PrintReport(folder, tuple(places), tuple(refused))
    write_whole(folder / INDEX, _index(office, form_id, period, report))
    return report


def _form(office: Office, form_id: str) -> AnswerForm:
    form = office.form_set.answer_forms.get(form_id)
    if form is None:
        known = ", ".join(office.form_set.answer_forms)
        raise BadInput(f"Không có mẫu phiếu “{form_id}” để in. Hiện có: {known}.")
    return form


def _check_period(office: Office, period: Period) -> None:
    first = Period.parse(office.form_set.first_period)
    if (period.quarter is None) != (first.quarter is None) or (period.month is None) != (
        first.month is None
    ):
        raise BadInput(f"Kỳ {period} không hợp với bộ biểu mẫu này; ví dụ đúng: {first}.")
    if period < first:
        raise BadInput(f"Kỳ {period} trước kỳ đầu tiên áp dụng của bộ biểu mẫu ({first}).")


def _selected(
    roster: Roster, form: AnswerForm, selection: Selection
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
    office: Office,
    built: BuiltForm,
    period: Period,
    roster: Roster,
    people: Sequence[Person],
    folder: Path,
) -> tuple[list[PrintedPlace], list[RefusedPerson]]:
    unit = roster.units[people[0].unit_id]
    printed = print_file(
        built, [_to_print(office, built, period, roster, person) for person in people]
    )
    file = f"{built.form.form_id}-{unit.unit_id}-{period}.pdf"
    if printed.sheets:
        queries.save_sheets([_row(office, built, period, sheet) for sheet in printed.sheets])
        write_whole(folder / file, printed.pdf)
    return [
        PrintedPlace(sheet.sheet_id, sheet.person_id, file, sheet.first_page, sheet.pages)
        for sheet in printed.sheets
    ], [RefusedPerson(each.person_id, each.reason) for each in printed.refused]


def _to_print(
    office: Office, built: BuiltForm, period: Period, roster: Roster, person: Person
) -> SheetToPrint:
    key, layout = office.workspace.key, built.layout
    sheet = sheet_id(key, layout, period, person.person_id)
    evaluator = roster.people.get(person.evaluator_id)
    return SheetToPrint(
        person=person,
        unit=roster.units[person.unit_id],
        evaluator_name="" if evaluator is None else evaluator.full_name,
        period=period,
        codes=page_codes(key, layout, sheet),
    )


def _row(office: Office, built: BuiltForm, period: Period, sheet: PrintedSheet) -> SheetRow:
    layout = built.layout
    return SheetRow(
        sheet.sheet_id,
        office.form_set.set_id,
        layout.set_code,
        layout.form,
        layout.version,
        str(period),
        sheet.person_id,
        sheet.pages,
    )


def _layout_path(office: Office, built: BuiltForm) -> Path:
    return office.workspace.layouts / f"{'-'.join(built.layout.key)}.layout.json"


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
            for place in report.sheets
        ],
        "refused": [
            {"person_id": each.person_id, "reason": each.reason} for each in report.refused
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")

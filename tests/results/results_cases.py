"""Invented evidence for verdicts: people, sheets and ratings written as short as a table row."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from pipeline.forms.sets import AnswerForm, FormSet, load_set
from pipeline.people import Person, Unit
from pipeline.periods import Period
from pipeline.ratings import MonthlyRating
from pipeline.scans.record import (
    Answer,
    Flag,
    PageSource,
    SheetRecord,
    SheetStatus,
    SignatureRecord,
    TotalRecord,
)

TEMPLATES = Path(__file__).parents[2] / "templates"
LONG_BIEN = load_set(TEMPLATES / "long_bien_2021")
Q4 = Period.parse("2026-Q4")
LEVELS = {
    "X": "hoan_thanh_xuat_sac",
    "T": "hoan_thanh_tot",
    "H": "hoan_thanh",
    "K": "khong_hoan_thanh",
}
UNIT = Unit(
    "THM",
    "Trường Tiểu học Hoa Mẫu",
    "Ủy ban nhân dân quận Mẫu",
    "truong_hoc",
    "truong",
    "state",
    "Mẫu",
    "HIỆU TRƯỞNG",
)


def person(person_id: str = "P1", group: str = "vc", **changes: object) -> Person:
    """Somebody of the unit, evaluated by HT."""
    someone = Person(
        person_id,
        f"Nguyễn Thị Mẫu {person_id}",
        "1985-01-05",
        "Giáo viên",
        UNIT.unit_id,
        group,
        party_member=False,
        managed_by="don_vi",
        manager_id="",
        evaluator_id="HT",
        order=None,
    )
    return replace(someone, **changes)  # type: ignore[arg-type]  # the test names real fields


def form_of(form_set: FormSet, group: str) -> AnswerForm:
    """The form of a group."""
    return next(form for form in form_set.answer_forms.values() if group in form.groups)


def sheet(
    who: Person,
    short: Mapping[str, int] | None = None,
    *,
    form_set: FormSet = LONG_BIEN,
    sheet_id: str = "7K3QF9XM2A",
    period: Period = Q4,
) -> SheetRecord:
    """A clean sheet; ``short`` says for a side how many of its first contents do not pass."""
    form = form_of(form_set, who.group)
    passes = form.passes
    answers = {
        (item.item_id, side.option_id): Answer(
            passes.otherwise if item.seq <= (short or {}).get(side.option_id, 0) else passes.value,
            "clear",
            0.9999,
            flagged=False,
            decided_by="machine",
        )
        for item in form.items
        for side in form_set.sides
    }
    record = SheetRecord(
        sheet_id,
        who.person_id,
        form.form_id,
        str(period),
        SheetStatus.CLEAN,
        (PageSource(1, "scan.pdf", 1, "0" * 64),),
        answers,
        {},
        Answer(passes.value, "clear", 0.9999, flagged=False, decided_by="machine"),
        {side.option_id: SignatureRecord(present=True, flagged=False) for side in form_set.sides},
        (),
    )
    return recounted(record, form_set)


def recounted(record: SheetRecord, form_set: FormSet = LONG_BIEN) -> SheetRecord:
    """The record with totals and result box that follow from its answers."""
    form = form_set.answer_forms[record.form]
    totals = {}
    for side in form_set.sides:
        given = [record.answers[item.item_id, side.option_id].value for item in form.items]
        for value in form_set.values:
            n = given.count(value.option_id)
            totals[side.option_id, value.option_id] = TotalRecord(n, n, flagged=False)
    n_pass = totals[form.passes.side, form.passes.value].counted
    result = form.passes.value if n_pass >= form.passes.needs else form.passes.otherwise
    assert record.overall is not None
    return replace(record, totals=totals, overall=replace(record.overall, value=result))


def flagged(record: SheetRecord, code: str, where: str, state: str = "") -> SheetRecord:
    """The sheet with a flag; a flag on an answer takes its value away."""
    answers = dict(record.answers)
    item, _, side = where.partition("/")
    if (item, side) in answers:
        answers[item, side] = Answer(None, state, 0.5, flagged=True, decided_by=None)
    flag = Flag(code, 1, where, f"{where}: cần xem lại.")
    flags = (*record.flags, flag)
    return replace(record, status=SheetStatus.FLAGGED, answers=answers, flags=flags)


def months(
    person_id: str, levels: str, discipline: str = "20,20,20", reason: str = ""
) -> dict[tuple[str, Period], MonthlyRating]:
    """Ratings of the quarter: ``T,H,–`` with the discipline points; – where there is none yet.

    ``reason`` goes to the months with a level below T.
    """
    ratings = {}
    for month, level, points in zip(
        Q4.months, levels.split(","), discipline.split(","), strict=True
    ):
        if level != "–":
            ratings[person_id, month] = MonthlyRating(
                person_id,
                month.year,
                month.month or 0,
                LEVELS[level],
                Decimal(points),
                reason if level in "HK" else "",
            )
    return ratings

"""All pages of a sheet put together into its record, with what people decided about them.

Decisions come first: the answers, then everything that is computed from them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from ocr.reading import ChoiceReading, NumberReading, SignatureReading
from pipeline.forms.sets import AnswerForm, FormSet, PaperForm, signing_sides
from pipeline.scans import check, decide
from pipeline.scans.decide import Ruling
from pipeline.scans.record import (
    Answer,
    Flag,
    SheetRecord,
    SheetStatus,
    SignatureRecord,
    TotalRecord,
)
from pipeline.scans.sort import PrintedSheet, SheetPages

_NOT_SEEN = Answer(None, "missing", 0.0, flagged=True, decided_by=None)
"""The answer of a row whose page has not come."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What the pages of a sheet hold, by name, each with its page number."""

    choices: Mapping[str, tuple[int, ChoiceReading]]
    numbers: Mapping[str, tuple[int, NumberReading]]
    signatures: Mapping[str, tuple[int, SignatureReading]]
    rulings: Mapping[str, Ruling]


def assemble(
    form_set: FormSet,
    form: PaperForm,
    sheet: PrintedSheet,
    pages: SheetPages,
    rulings: Mapping[str, Ruling] = MappingProxyType({}),
) -> SheetRecord:
    """The record of a sheet; everything of the form is in it, also what has not come. ``rulings``
    are what people decided, by place (:func:`pipeline.scans.decide.rule_places`)."""
    found = _found(pages, rulings)
    page_flags = check.page_flags(pages, sheet)
    flags: list[Flag] = list(decide.undecided_page_flags(page_flags, rulings))
    answers: dict[tuple[str, str], Answer] = {}
    totals: dict[tuple[str, str], TotalRecord] = {}
    overall = None
    if isinstance(form, AnswerForm):
        answers = _answers(form_set, form, found, flags)
        totals = _totals(form_set, form, answers, found, flags)
        overall = _overall(form_set, form, answers, found, flags)
    signatures = _signatures(form_set, form, found, flags)
    missing = len(pages.used) < sheet.pages
    reviewed = any(ruling.settled and not ruling.confirms for ruling in rulings.values())
    settled = SheetStatus.REVIEWED if reviewed else SheetStatus.CLEAN
    status = SheetStatus.FLAGGED if flags else settled
    return SheetRecord(
        sheet_id=sheet.sheet_id,
        person_id=sheet.person_id,
        form=sheet.form,
        period=sheet.period,
        status=SheetStatus.INCOMPLETE if missing else status,
        pages=tuple(page.source for page in pages.used.values()),
        answers=answers,
        totals=totals,
        overall=overall,
        signatures=signatures,
        flags=tuple(flags),
    )


def _found(pages: SheetPages, rulings: Mapping[str, Ruling]) -> _Found:
    used = [(number, page.reading) for number, page in pages.used.items()]
    return _Found(
        {choice.name: (number, choice) for number, page in used for choice in page.choices},
        {total.name: (number, total) for number, page in used for total in page.numbers},
        {area.name: (number, area) for number, page in used for area in page.signatures},
        rulings,
    )


def _answers(
    form_set: FormSet, form: AnswerForm, found: _Found, flags: list[Flag]
) -> dict[tuple[str, str], Answer]:
    return {
        (item.item_id, side.option_id): _answer(
            form_set, form, f"{item.item_id}/{side.option_id}", found, flags
        )
        for item in form.items
        for side in form_set.sides
    }


def _answer(
    form_set: FormSet, form: AnswerForm, name: str, found: _Found, flags: list[Flag]
) -> Answer:
    if name not in found.choices:
        return _NOT_SEEN
    page, choice = found.choices[name]
    if name in found.rulings:
        words = check.label(form_set, form, name)
        answer, flag = decide.decided_choice(words, choice, found.rulings[name], page)
        flags += [] if flag is None else [flag]
        return answer
    flag = check.choice_flag(form_set, form, choice, page)
    if flag is not None:
        flags.append(flag)
    return Answer(
        value=choice.value,
        state=str(choice.state),
        confidence=choice.confidence,
        flagged=flag is not None,
        decided_by=None if flag is not None else "machine",
        proposal=choice.proposal,
    )


def _totals(
    form_set: FormSet,
    form: AnswerForm,
    answers: Mapping[tuple[str, str], Answer],
    found: _Found,
    flags: list[Flag],
) -> dict[tuple[str, str], TotalRecord]:
    totals = {}
    complete = _NOT_SEEN not in answers.values()
    for side in form_set.sides:
        values = [answers[item.item_id, side.option_id].value for item in form.items]
        for option in form_set.values:
            counted = values.count(option.option_id)
            name = f"total/{side.option_id}/{option.option_id}"
            seen = found.numbers.get(name)
            if seen is None or not complete:
                # Counting the rows of some pages says nothing about a total of all.
                written = None if seen is None else seen[1].written
                record, flag = TotalRecord(written, counted, flagged=True), None
            elif name in found.rulings:
                words = check.label(form_set, form, name)
                record, flag = decide.decided_total(
                    words, seen[1], counted, found.rulings[name], seen[0]
                )
            else:
                record, flag = check.total(form_set, form, seen[1], counted, seen[0])
            totals[side.option_id, option.option_id] = record
            if flag is not None:
                flags.append(flag)
    return totals


def _overall(
    form_set: FormSet,
    form: AnswerForm,
    answers: Mapping[tuple[str, str], Answer],
    found: _Found,
    flags: list[Flag],
) -> Answer:
    overall = _answer(form_set, form, "overall", found, flags)
    if "overall" not in found.choices:
        return overall
    computed = check.form_result(form, answers)
    ruling = found.rulings.get("overall")
    if ruling is not None and ruling.settled and decide.settles_result(ruling, computed):
        return overall
    flag = check.overall_flag(form_set, form, overall, computed, found.choices["overall"][0])
    if flag is None:
        return overall
    flags.append(flag)
    return replace(overall, flagged=True, decided_by=None, proposal=None)


def _signatures(
    form_set: FormSet, form: PaperForm, found: _Found, flags: list[Flag]
) -> dict[str, SignatureRecord]:
    signatures = {}
    for side in signing_sides(form_set, form):
        seen = found.signatures.get(f"signature/{side.option_id}")
        if seen is None:
            signatures[side.option_id] = SignatureRecord(None, flagged=True)
            continue
        ruling = found.rulings.get(seen[1].name)
        if ruling is None:
            flag = check.signature_flag(form_set, form, seen[1], seen[0])
            record = SignatureRecord(seen[1].present, flagged=flag is not None)
        else:
            words = check.label(form_set, form, seen[1].name)
            record, flag = decide.decided_signature(words, seen[1], ruling, seen[0])
        signatures[side.option_id] = record
        if flag is not None:
            flags.append(flag)
    return signatures

"""From the sheets of one person to the form result (kết quả chung), or why it is still open.

Form results are a matter of the side that decides (``PassRule.side``; reading A1: the evaluator).
Nothing is guessed: a sheet with anything left to look at gives no result, and an answer without a
mark is never counted as a "no" (A5).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.forms.sets import AnswerForm, FormSet, Item, Option
from pipeline.people import GROUPS
from pipeline.results.findings import Finding, Kind, Reason
from pipeline.scans.check import form_result
from pipeline.scans.record import Answer, SheetRecord, SheetStatus


@dataclass(frozen=True, slots=True)
class SheetResult:
    """What the sheets of a person say.

    ``form`` is the form of the person's group; ``form_result`` a value of its pass rule, None
    while open; ``record`` the one sheet the result was taken from, None while open.
    """

    form: AnswerForm | None
    form_result: str | None
    record: SheetRecord | None
    findings: tuple[Finding, ...]


def assess_sheets(
    form_set: FormSet, group: str, records: Iterable[SheetRecord], rule: str
) -> SheetResult:
    """The form result from all sheets of one person and period (none, one or several).

    Sheets of which no page has arrived do not count. ``rule`` is the id that reasons carry.
    """
    forms = [form for form in form_set.answer_forms.values() if group in form.groups]
    if len(forms) != 1:
        message = f"Bộ mẫu không có đúng một mẫu phiếu cho nhóm “{GROUPS.get(group, group)}”"
        return SheetResult(None, None, None, (_open(rule, "no_form", message),))
    form = forms[0]
    evaluations = (r for r in records if r.pages and r.form in form_set.answer_forms)
    arrived = sorted(evaluations, key=lambda r: r.sheet_id)
    if len(arrived) != 1:
        return SheetResult(form, None, None, (_not_one_sheet(rule, form, arrived),))
    record = arrived[0]
    if record.form != form.form_id:
        message = (
            f"Phiếu {record.sheet_id} là mẫu {record.form}, trong khi người này thuộc nhóm đánh "
            f"giá theo mẫu {form.form_id}: cần xem lại chức vụ vào ngày đánh giá"
        )
        return SheetResult(form, None, None, (_open(rule, "wrong_form", message),))
    unsettled = tuple(_unsettled(rule, record, form, form_set))
    if unsettled:
        return SheetResult(form, None, None, unsettled)
    warnings = (
        *_contradictions(Kind.WARNING, rule, record, form, form_set),
        *_differences(rule, record, form, form_set),
    )
    return SheetResult(form, form_result(form, record.answers), record, warnings)


def items_short_of(record: SheetRecord, form: AnswerForm) -> tuple[Item, ...]:
    """The contents that the deciding side did not give the value that passes, in order."""
    rule = form.passes
    return tuple(
        item for item in form.items if record.answers[item.item_id, rule.side].value != rule.value
    )


def label_of(options: Iterable[Option], option_id: str) -> str:
    """The printed words of a side or value."""
    return next(option.label for option in options if option.option_id == option_id)


def _finding(kind: Kind, rule: str, code: str, message: str, item: str | None = None) -> Finding:
    return Finding(kind, Reason(rule, code, message, item=item))


def _open(rule: str, code: str, message: str, item: str | None = None) -> Finding:
    return _finding(Kind.OPEN, rule, code, message, item)


def _not_one_sheet(rule: str, form: AnswerForm, arrived: list[SheetRecord]) -> Finding:
    if not arrived:
        return _open(rule, "no_sheet", f"Chưa có phiếu mẫu {form.form_id} của kỳ này được quét")
    sheet_ids = ", ".join(record.sheet_id for record in arrived)
    return _open(
        rule,
        "several_sheets",
        f"Có {len(arrived)} phiếu đã quét cho cùng một kỳ ({sheet_ids}): cần xác định phiếu nào "
        "có giá trị",
    )


def _unsettled(
    rule: str, record: SheetRecord, form: AnswerForm, form_set: FormSet
) -> Iterator[Finding]:
    """All that keeps a sheet from giving a result, each thing once.

    Flags say most of it. What is open on the record without a flag is found here as well, so that
    a flag forgotten elsewhere can never become a result.
    """
    expected = {(item.item_id, side.option_id) for item in form.items for side in form_set.sides}
    if record.answers.keys() != expected:
        message = f"Nội dung của phiếu {record.sheet_id} không khớp với mẫu {form.form_id}"
        yield _open(rule, "items_differ", message)
        return
    found = list(_flagged(rule, record, form, form_set))
    if record.status is not SheetStatus.INCOMPLETE:  # else all rows of missing pages would follow
        found += _open_answers(rule, record, form, form_set)
    if record.status is not SheetStatus.REVIEWED and not record.flags:
        found += _contradictions(Kind.OPEN, rule, record, form, form_set)
    if record.status is SheetStatus.INCOMPLETE and "page_missing" not in _codes(found):
        found.append(_open(rule, "page_missing", f"Phiếu {record.sheet_id} còn thiếu trang"))
    if record.status is SheetStatus.FLAGGED and not found:
        message = f"Phiếu {record.sheet_id} đang chờ người kiểm tra"
        found.append(_open(rule, "waiting", message))
    yield from found


def _codes(findings: Iterable[Finding]) -> set[str]:
    return {finding.reason.code for finding in findings}


def _side_is_empty(record: SheetRecord, form: AnswerForm) -> bool:
    """Whether the deciding side has not filled in anything at all (A1)."""
    side = form.passes.side
    return all(record.answers[item.item_id, side].state == "missing" for item in form.items) and (
        all(record.answers[item.item_id, side].value is None for item in form.items)
    )


def _flagged(
    rule: str, record: SheetRecord, form: AnswerForm, form_set: FormSet
) -> Iterator[Finding]:
    """A finding for each flag; one for all of them when the deciding side is empty."""
    item_ids = {item.item_id for item in form.items}
    side = form.passes.side
    side_is_empty = record.status is not SheetStatus.INCOMPLETE and _side_is_empty(record, form)
    if side_is_empty:
        who = label_of(form_set.sides, side)
        message = f"Cột “{who}” chưa được đánh dấu ở nội dung nào"
        yield _open(rule, "side_empty", message)
    for flag in record.flags:
        item, _, flag_side = flag.where.partition("/")
        if side_is_empty and flag.code == "mark_missing" and flag_side == side:
            continue
        message = f"Trang {flag.page}: {flag.message}" if flag.page else flag.message
        yield _open(rule, flag.code, message, item if item in item_ids else None)


def _open_answers(
    rule: str, record: SheetRecord, form: AnswerForm, form_set: FormSet
) -> Iterator[Finding]:
    """Answers that are open although no flag names them."""
    named = {flag.where for flag in record.flags}
    values = {value.option_id for value in form_set.values}
    empty_side = form.passes.side if _side_is_empty(record, form) else None
    for item in form.items:
        for side in form_set.sides:
            answer = record.answers[item.item_id, side.option_id]
            where = f"{item.item_id}/{side.option_id}"
            is_open = answer.flagged or answer.value not in values
            if not is_open or where in named or side.option_id == empty_side:
                continue
            name = f"Nội dung {item.item_id}, cột “{side.label}”"
            if not _is_found_blank(answer):
                message = f"{name}: chưa xác định kết quả"
                yield _open(rule, "answer_open", message, item.item_id)
            elif side.option_id == form.passes.side:
                message = f"{name}: người kiểm tra xác nhận không có dấu, nên chưa có kết quả"
                yield _open(rule, "answer_blank", message, item.item_id)
    others = [
        (
            "overall",
            record.overall is None or record.overall.flagged,
            form.result_label.rstrip(" :"),
        ),
        *((f"total/{s}/{v}", t.flagged, "tổng số nội dung") for (s, v), t in record.totals.items()),
        *((f"signature/{s}", x.flagged, "chữ ký") for s, x in record.signatures.items()),
    ]
    for where, is_flagged, what in others:
        if is_flagged and where not in named:
            yield _open(rule, "answer_open", f"Phần {what} của phiếu đang chờ người kiểm tra")


def _is_found_blank(answer: Answer) -> bool:
    """Whether a person has looked and found that nothing is marked. That is never a "no" (A5); of a
    side that does not decide it is worth a warning, and no more."""
    decided = answer.decided_by not in (None, "machine")
    return answer.value is None and not answer.flagged and decided


def _contradictions(
    kind: Kind, rule: str, record: SheetRecord, form: AnswerForm, form_set: FormSet
) -> Iterator[Finding]:
    """What a sheet must not say: box or total against the marks, no signature of who decides.

    On a sheet nobody has reviewed this leaves the result open; on a reviewed one a person has seen
    it and let the marks prevail (A4, R-000-20..22), and it is worth a warning.
    """
    side = form.passes.side
    computed = form_result(form, record.answers)
    written = None if record.overall is None else record.overall.value
    if computed is not None and written != computed:
        message = f"Ô “{form.result_label.rstrip(' :')}” không khớp với các nội dung đã đánh dấu"
        yield _finding(kind, rule, "overall_mismatch", message)
    if any(t.written is not None and t.written != t.counted for t in record.totals.values()):
        message = "Tổng số ghi trên phiếu không khớp với số nội dung đã đánh dấu"
        yield _finding(kind, rule, "total_mismatch", message)
    if not record.signatures[side].present:
        message = f"Không thấy chữ ký, phần “{label_of(form_set.sides, side)}”"
        yield _finding(kind, rule, "signature_missing", message)


def _differences(
    rule: str, record: SheetRecord, form: AnswerForm, form_set: FormSet
) -> Iterator[Finding]:
    """Where other sides differ from the one that decides or are blank, content by content (A1)."""
    decides = form.passes.side
    for item in form.items:
        decided = record.answers[item.item_id, decides].value
        for side in form_set.sides:
            answer = record.answers[item.item_id, side.option_id]
            value = answer.value
            if side.option_id != decides and _is_found_blank(answer):
                message = f"Nội dung {item.item_id}: cột “{side.label}” để trống"
                yield _finding(Kind.WARNING, rule, "self_blank", message, item.item_id)
            if value is None or decided is None or value == decided:
                continue
            message = (
                f"Nội dung {item.item_id}: cột “{side.label}” ghi "
                f"“{label_of(form_set.values, value)}”, cột “{label_of(form_set.sides, decides)}” "
                f"ghi “{label_of(form_set.values, decided)}”"
            )
            yield _finding(Kind.WARNING, rule, "self_differs", message, item.item_id)

"""The conditions of the professional status, one small function a kind of condition.

Which conditions there are, for whom and with which limits is data of the set
(``FormSet.conditions``); a kind is what code can check. Each function yields what speaks against
the condition (FAILED), what is missing to know (PENDING) and what is worth a warning; yielding
nothing means that the condition holds.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pipeline.forms.sets import Condition, FormSet, Level
from pipeline.people import Person
from pipeline.periods import Period
from pipeline.ratings import MonthlyRating
from pipeline.results.findings import Finding, Kind, Reason
from pipeline.results.sheets import SheetResult, items_short_of, label_of


@dataclass(frozen=True, slots=True)
class Facts:
    """All that conditions look at. ``monthly`` is keyed by person id and month."""

    form_set: FormSet
    period: Period
    person: Person
    sheet: SheetResult
    monthly: Mapping[tuple[str, Period], MonthlyRating]
    subordinates: tuple[Person, ...]


Check = Callable[[Condition, Facts], Iterator[Finding]]


def check_condition(condition: Condition, facts: Facts) -> Iterator[Finding]:
    """What speaks against one condition for one person.

    Raises ValueError for a kind, level or rating that the set does not know; a set that was loaded
    and ratings that were imported do not have any.
    """
    try:
        check = _CHECKS[condition.kind]
    except KeyError:
        raise ValueError(f"unknown kind of condition: {condition.kind}") from None
    return check(condition, facts)


def _form_passed(condition: Condition, facts: Facts) -> Iterator[Finding]:
    """R-000-13, R-000-14. While the sheet is open its own findings say so."""
    sheet, values = facts.sheet, facts.form_set.values
    if sheet.form is None or sheet.record is None or sheet.form_result == sheet.form.passes.value:
        return
    passes, total = sheet.form.passes, len(sheet.form.items)
    short = items_short_of(sheet.record, sheet.form)
    wanted = label_of(values, passes.value)
    yield _finding(
        Kind.FAILED,
        condition,
        "form_failed",
        f"Phiếu mẫu {sheet.form.form_id} có {total - len(short)}/{total} nội dung được đánh giá "
        f"“{wanted}”, yêu cầu {passes.needs}/{total}",
    )
    side = label_of(facts.form_set.sides, passes.side)
    for item in short:
        value = sheet.record.answers[item.item_id, passes.side].value
        message = (
            f"Nội dung {item.item_id} (thứ {item.seq}/{total}): cột “{side}” ghi "
            f"“{label_of(values, value or '')}”"
        )
        reason = Reason(condition.rule, "item_failed", message, item=item.item_id)
        yield Finding(Kind.FAILED, reason)


def _monthly_level(condition: Condition, facts: Facts) -> Iterator[Finding]:
    """R-000-15. The leave and illness exception is not for the person himself (A16)."""
    needed = _level(facts.form_set, condition.level)
    for month in facts.period.months:
        rating = facts.monthly.get((facts.person.person_id, month))
        if rating is None:
            message = f"{month.words}: chưa có kết quả xếp loại hằng tháng"
            yield _finding(Kind.PENDING, condition, "level_missing", message, month)
            continue
        level = _level(facts.form_set, rating.level)
        if level.rank < needed.rank:
            message = f"{month.words}: xếp loại “{level.name}”, thấp hơn mức “{needed.name}”"
            yield _finding(Kind.FAILED, condition, "level_too_low", message, month)


def _monthly_discipline(condition: Condition, facts: Facts) -> Iterator[Finding]:
    """R-000-16."""
    needed = condition.points
    for month in facts.period.months:
        rating = facts.monthly.get((facts.person.person_id, month))
        if rating is None or rating.discipline is None:
            message = f"{month.words}: chưa có điểm ý thức tổ chức kỷ luật"
            yield _finding(Kind.PENDING, condition, "discipline_missing", message, month)
        elif rating.discipline < needed:
            message = (
                f"{month.words}: ý thức tổ chức kỷ luật đạt {_points(rating.discipline)} điểm, "
                f"yêu cầu {_points(needed)} điểm"
            )
            yield _finding(Kind.FAILED, condition, "discipline_too_low", message, month)


def _subordinates_level(condition: Condition, facts: Facts) -> Iterator[Finding]:
    """R-000-17: every month of every direct subordinate; true, with a warning, without any."""
    if not facts.subordinates:
        message = (
            "Không có người thuộc quyền quản lý trực tiếp trong danh sách: điều kiện về cấp dưới "
            "được coi là đạt"
        )
        yield _finding(Kind.WARNING, condition, "no_subordinates", message)
    for subordinate in sorted(facts.subordinates, key=lambda person: person.person_id):
        for month in facts.period.months:
            yield from _subordinate_month(condition, facts, subordinate, month)


def _subordinate_month(
    condition: Condition, facts: Facts, subordinate: Person, month: Period
) -> Iterator[Finding]:
    about = subordinate.person_id
    rating = facts.monthly.get((about, month))
    who = f"người thuộc quyền quản lý trực tiếp, mã {about}"
    if rating is None:
        message = f"{month.words}: chưa có kết quả xếp loại của {who}"
        reason = Reason(condition.rule, "subordinate_level_missing", message, month, about)
        yield Finding(Kind.PENDING, reason)
        return
    level, needed = (_level(facts.form_set, code) for code in (rating.level, condition.level))
    has_excuse = rating.reason in condition.excused_reasons
    if level.rank >= needed.rank or (has_excuse and rating.level == condition.excused_level):
        return
    message = f"{month.words}: {who}, được xếp loại “{level.name}”, thấp hơn mức “{needed.name}”"
    if has_excuse:
        excused = _level(facts.form_set, condition.excused_level)
        message += f" (trường hợp được trừ chỉ áp dụng với mức “{excused.name}”)"
    reason = Reason(condition.rule, "subordinate_level_too_low", message, month, about)
    yield Finding(Kind.FAILED, reason)


def _finding(
    kind: Kind, condition: Condition, code: str, message: str, month: Period | None = None
) -> Finding:
    return Finding(kind, Reason(condition.rule, code, message, month))


def _level(form_set: FormSet, code: str) -> Level:
    for level in form_set.levels:
        if level.code == code:
            return level
    raise ValueError(f"level unknown to the set {form_set.set_id}: {code!r}")


def _points(points: Decimal) -> str:
    """As Vietnamese documents write it: no needless zeros, decimal comma."""
    text = f"{points:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


_CHECKS: Mapping[str, Check] = {
    "form_passed": _form_passed,
    "monthly_level_at_least": _monthly_level,
    "monthly_discipline_at_least": _monthly_discipline,
    "subordinates_level_at_least": _subordinates_level,
}

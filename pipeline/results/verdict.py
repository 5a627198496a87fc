"""The professional status of people in a period: đạt, chưa đạt, provisional or not yet.

Two results must not be mixed up: the *form result* is what the sheet says; the *status* needs all
conditions of the set (monthly ratings, discipline, for leaders their direct subordinates).

How the status follows from what was found, in this order:

1. ``chua_co_ket_qua``: there is no single sheet without anything left to look at. Whatever else is
   known, no verdict is given on a sheet that is not read; conditions that have failed already are
   among the reasons all the same.
2. ``chua_dat``: a condition has failed. A month that is still missing cannot cure that, so this is
   not called provisional.
3. ``tam_tinh``: all that is there holds, but a rating is missing (A12, R-000-15).
4. ``dat``: all conditions hold.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.errors import BadInput
from pipeline.forms.sets import FormSet
from pipeline.people import Person
from pipeline.periods import Period
from pipeline.ratings import Commitment, MonthlyRating
from pipeline.results.commitments import signers
from pipeline.results.conditions import Facts, check_condition
from pipeline.results.findings import Finding, Kind, Reason
from pipeline.results.sheets import assess_sheets
from pipeline.scans.record import SheetRecord

SCHEMA = "phieu.results/1"


class VerdictStatus(StrEnum):
    """The professional status."""

    DAT = "dat"
    CHUA_DAT = "chua_dat"
    TAM_TINH = "tam_tinh"
    CHUA_CO_KET_QUA = "chua_co_ket_qua"


STATUS_WORDS = {
    VerdictStatus.DAT: "đạt",
    VerdictStatus.CHUA_DAT: "chưa đạt",
    VerdictStatus.TAM_TINH: "tạm tính",
    VerdictStatus.CHUA_CO_KET_QUA: "chưa có kết quả",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The status of one person in one period, with what it rests on.

    ``form_id`` is the form of the person's group, None when the set has none. ``form_result`` is a
    value of the form's pass rule, None while the sheet is open. ``reasons`` are empty when the
    status is đạt; they are for the person's unit and never published.
    """

    person_id: str
    unit_id: str
    form_id: str | None
    form_result: str | None
    status: VerdictStatus
    reasons: tuple[Reason, ...]
    warnings: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about one person in the period.

    ``records`` are the person's sheets of the period (none, one or several); ``monthly`` may hold
    the ratings of everybody, keyed by person id and month; ``subordinates`` are the people whose
    direct manager the person is. ``has_signed`` is None when no register of commitments is kept;
    ``late`` is what there is to say when the person signed late.
    """

    records: Sequence[SheetRecord] = ()
    monthly: Mapping[tuple[str, Period], MonthlyRating] | None = None
    subordinates: Sequence[Person] = ()
    has_signed: bool | None = None
    late: Reason | None = None


def decide(person: Person, form_set: FormSet, period: Period, evidence: Evidence) -> Verdict:
    """The verdict on one person.

    Pure; the order of ``evidence`` does not matter. Raises ValueError when the set knows no
    condition for the person's group (nobody passes because nothing was asked), or when a rating or
    condition names a level the set does not have.
    """
    conditions = [c for c in form_set.conditions if person.group in c.groups]
    if not conditions:
        raise ValueError(f"the set {form_set.set_id} has no condition for group {person.group!r}")
    form_rule = next((c.rule for c in conditions if c.kind == "form_passed"), "")
    sheet = assess_sheets(form_set, person.group, evidence.records, form_rule)
    facts = Facts(
        form_set, period, person, sheet, evidence.monthly or {}, tuple(evidence.subordinates)
    )
    findings = list(sheet.findings)
    for condition in conditions:
        findings += check_condition(condition, facts)
    status = _status(findings)
    warnings = person_warnings(person, status, evidence.has_signed, evidence.late)
    findings += (Finding(Kind.WARNING, reason) for reason in warnings)
    findings.sort(key=lambda finding: finding.kind)  # stable: else in the order of the set
    return Verdict(
        person.person_id,
        person.unit_id,
        sheet.form.form_id if sheet.form else None,
        sheet.form_result,
        status,
        tuple(f.reason for f in findings if f.kind is not Kind.WARNING),
        tuple(f.reason for f in findings if f.kind is Kind.WARNING),
    )


def decide_all(
    people: Sequence[Person],
    form_set: FormSet,
    period: Period,
    records: Iterable[SheetRecord],
    monthly: Iterable[MonthlyRating],
    commitments: Iterable[Commitment] | None,
    late: Mapping[str, Reason] | None = None,
) -> tuple[Verdict, ...]:
    """The verdicts on ``people``, who must be all people of the office, in their order.

    ``records`` of other periods are left out; ``commitments`` is None when no register of them is
    kept; ``late`` says by person id who signed late. Raises BadInput for a period before the set's
    first (R-000-04), ValueError for a sheet of somebody who is not among ``people`` and for two
    different ratings of a person in a month.
    """
    check_in_scope(form_set, period)
    sheets: dict[str, list[SheetRecord]] = defaultdict(list)
    for record in records:
        if record.period == str(period):
            sheets[record.person_id].append(record)
    subordinates: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        subordinates[person.manager_id].append(person)
    strangers = sheets.keys() - {person.person_id for person in people}
    if strangers:
        raise ValueError(f"sheets of people who are not on the roster: {sorted(strangers)}")
    ratings = _by_month(monthly)
    signed = None if commitments is None else signers(commitments, period)
    return tuple(
        decide(
            person,
            form_set,
            period,
            Evidence(
                sheets.get(person.person_id, ()),
                ratings,
                subordinates.get(person.person_id, ()),
                None if signed is None else person.person_id in signed,
                (late or {}).get(person.person_id),
            ),
        )
        for person in people
    )


def check_in_scope(form_set: FormSet, period: Period) -> None:
    """Raise BadInput for a period that ends before the set's first begins (R-000-04)."""
    if period.months[-1].first_day < Period.parse(form_set.first_period).first_day:
        raise BadInput(
            f"Kỳ {period} trước kỳ đầu tiên áp dụng của bộ mẫu {form_set.set_id} "
            f"({form_set.first_period}): hãy chọn kỳ từ {form_set.first_period} trở đi."
        )


def to_json(verdicts: Iterable[Verdict], form_set: FormSet, period: Period) -> dict[str, Any]:
    """The document of schema ``phieu.results/1``, ready for ``json.dumps``.

    ``people`` keep the order of ``verdicts``; ``counts`` has every status and their ``total``.
    """
    people = [
        {
            "person_id": verdict.person_id,
            "unit_id": verdict.unit_id,
            "form": verdict.form_id,
            "form_result": verdict.form_result,
            "status": verdict.status.value,
            "reasons": [reason_json(reason) for reason in verdict.reasons],
            "warnings": [reason_json(reason) for reason in verdict.warnings],
        }
        for verdict in verdicts
    ]
    tally = Counter(person["status"] for person in people)
    counts = {status.value: tally[status.value] for status in VerdictStatus}
    return {
        "schema": SCHEMA,
        "set": form_set.set_id,
        "period": str(period),
        "people": people,
        "counts": {"total": len(people), **counts},
    }


def _status(findings: Iterable[Finding]) -> VerdictStatus:
    """The weightiest finding decides; see the module's text."""
    heaviest = min((finding.kind for finding in findings), default=Kind.WARNING)
    return {
        Kind.OPEN: VerdictStatus.CHUA_CO_KET_QUA,
        Kind.FAILED: VerdictStatus.CHUA_DAT,
        Kind.PENDING: VerdictStatus.TAM_TINH,
        Kind.WARNING: VerdictStatus.DAT,
    }[heaviest]


def person_warnings(
    person: Person, status: VerdictStatus, has_signed: bool | None, late: Reason | None
) -> Iterator[Reason]:
    """What changes no status: no evaluator is known (R-000-05), passing without a commitment (A8),
    a commitment signed late (R-000-08, R-000-09)."""
    if not person.evaluator_id:
        message = "Danh sách chưa ghi người có thẩm quyền đánh giá của người này"
        yield Reason("", "no_evaluator", message)
    if status is VerdictStatus.DAT and has_signed is False:
        message = "Đạt nhưng chưa có bản cam kết của năm được ghi nhận"
        yield Reason("", "no_commitment", message)
    if late is not None:
        yield late


def _by_month(monthly: Iterable[MonthlyRating]) -> dict[tuple[str, Period], MonthlyRating]:
    ratings: dict[tuple[str, Period], MonthlyRating] = {}
    for rating in monthly:
        key = (rating.person_id, Period(rating.year, month=rating.month))
        if ratings.setdefault(key, rating) != rating:
            raise ValueError(f"two ratings of {rating.person_id} in {key[1]}")
    return ratings


def reason_json(reason: Reason) -> dict[str, str | None]:
    """A reason as documents of schema ``phieu.results/1`` hold it."""
    return {
        "rule": reason.rule,
        "code": reason.code,
        "message": reason.message,
        "month": str(reason.month) if reason.month else None,
        "about_person_id": reason.about_person_id,
        "item": reason.item,
    }

"""What people decided about the places of a sheet, and what counts of it.

A decision is never changed and never taken away: another is appended that undoes it. What counts is
computed from those that survive. Words of a decision's value:

========== ==========================================================================
choice     id of an option, ``""`` nothing stands there, ``"?"`` it cannot be told
total      ``"0"`` .. ``"99"``, ``""``, ``"?"``
signature  ``"present"``, ``"absent"``, ``"?"``
page flag  ``"ok"`` seen and accepted, ``"?"``
========== ==========================================================================

``where`` is the place's name in the layout; for a flag of a whole page ``page/<number>/<code>``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ocr.reading import ChoiceReading, NumberReading, SignatureReading
from pipeline.forms.sets import AnswerForm, FormSet, PaperForm
from pipeline.scans.record import Answer, Flag, SignatureRecord, TotalRecord

EMPTY, UNCLEAR, SEEN, PRESENT, ABSENT = "", "?", "ok", "present", "absent"
MAX_TOTAL = 99
"""A total has two digit boxes."""
NEVER_ACCEPTED = frozenset({"page_missing", "page_twin"})
"""A missing page must be scanned; of twins one must be kept."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of the store.

    ``source`` is the scan that was looked at: the hash of its file and its page there (1-based);
    ``by`` a user's name; ``machine`` what the machine proposed or read; ``against`` what the marks
    gave when a total or the result box was settled; ``undoes`` the row it takes back.
    """

    decision_id: int
    where: str
    source: tuple[str, int]
    value: str
    by: str
    machine: str = ""
    against: str = ""
    sample: bool = False
    undoes: int | None = None


class Standing(StrEnum):
    """How far a place is decided."""

    SETTLED = "settled"
    UNCLEAR = "unclear"
    """Whoever looked last could not tell."""
    SECOND = "second"
    """One person has decided; another must."""
    DIFFER = "differ"
    """Two have decided, and not the same."""


_OPEN_WORDS = {
    Standing.UNCLEAR: "người kiểm tra không xác định được",
    Standing.SECOND: "một người đã xem, cần người thứ hai",
    Standing.DIFFER: "hai người xem cho kết quả khác nhau",
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the surviving decisions of a place come to; ``by`` are those who said ``value``, the
    latest last. ``sample``: the machine was sure there; ``confirms``: and the person found it
    right. ``last`` is the id of the latest decision."""

    where: str
    standing: Standing
    value: str
    against: str
    by: tuple[str, ...]
    sample: bool
    confirms: bool
    last: int

    @property
    def settled(self) -> bool:
        """Whether the value counts."""
        return self.standing is Standing.SETTLED


def surviving(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions that nobody has undone, in the order they were made."""
    rows = sorted(decisions, key=lambda row: row.decision_id)
    undone = {row.undoes for row in rows}
    return tuple(row for row in rows if row.undoes is None and row.decision_id not in undone)


def rule_places(
    decisions: Iterable[Decision],
    sources: Iterable[tuple[str, int]],
    needs_two: Callable[[str], bool],
) -> dict[str, Ruling]:
    """The ruling of each place that has a surviving decision about one of these scans: what was
    said of a scan that no longer counts says nothing about the one that does."""
    known = set(sources)
    places: dict[str, list[Decision]] = defaultdict(list)
    for row in surviving(decisions):
        if row.source in known:
            places[row.where].append(row)
    return {where: _rule(rows, two=needs_two(where)) for where, rows in places.items()}


def _rule(rows: Sequence[Decision], *, two: bool) -> Ruling:
    last = rows[-1]
    votes = {row.by: row.value for row in rows}  # each person's latest
    agreeing = [by for by, value in votes.items() if value == last.value]
    confirms = last.sample and last.value == last.machine
    standing = Standing.SETTLED
    if last.value == UNCLEAR:
        standing = Standing.UNCLEAR
    elif two and len(agreeing) < 2 and not confirms:
        standing = Standing.SECOND if len(votes) == 1 else Standing.DIFFER
    by = (*(name for name in agreeing if name != last.by), last.by)
    return Ruling(
        last.where,
        standing,
        last.value,
        last.against,
        by,
        last.sample,
        confirms,
        last.decision_id,
    )


def deciding_places(form_set: FormSet, form: PaperForm) -> frozenset[str]:
    """The places that decide an award: rows and totals of the side that decides, result box."""
    if not isinstance(form, AnswerForm):
        return frozenset()
    side = form.passes.side
    return frozenset(
        {"overall"}
        | {f"{item.item_id}/{side}" for item in form.items}
        | {f"total/{side}/{value.option_id}" for value in form_set.values}
    )


def allowed_values(form_set: FormSet, kind: str) -> tuple[str, ...]:
    """What may be said of a place of this kind, but for the numbers of a total."""
    match kind:
        case "choice" | "overall":
            return (*(value.option_id for value in form_set.values), EMPTY, UNCLEAR)
        case "total":
            return (EMPTY, UNCLEAR)
        case "signature":
            return (PRESENT, ABSENT, UNCLEAR)
        case _:
            return (SEEN, UNCLEAR)


def is_value(form_set: FormSet, kind: str, value: str) -> bool:
    """Whether a value is one of the words for this kind of place."""
    if value in allowed_values(form_set, kind):
        return True
    return (
        kind == "total" and value.isascii() and value.isdigit() and str(int(value)) == value
    ) and int(value) <= MAX_TOTAL


def decided_choice(
    words: str, choice: ChoiceReading, ruling: Ruling, page: int
) -> tuple[Answer, Flag | None]:
    """The answer of a choice somebody has looked at; ``words`` name the place."""
    if not ruling.settled:
        flag = Flag("mark_doubtful", page, choice.name, open_message(words, ruling))
        machine = choice.proposal or choice.value
        return Answer(None, "doubtful", choice.confidence, True, None, machine), flag  # noqa: FBT003 - "flagged"
    return Answer(
        value=ruling.value or None,
        state="clear" if ruling.value else "missing",
        confidence=choice.confidence,
        flagged=False,
        decided_by=", ".join(ruling.by),
        proposal=choice.proposal,
    ), None


def open_message(words: str, ruling: Ruling) -> str:
    """Why a place that somebody has looked at is still open."""
    return f"{words}: {_OPEN_WORDS[ruling.standing]}."


def decided_total(
    words: str, number: NumberReading, counted: int, ruling: Ruling, page: int
) -> tuple[TotalRecord, Flag | None]:
    """A total as a person read it. That it is not the count is settled against the count it was
    looked at with, and asked anew when that has changed (A4, R-000-21)."""
    if not ruling.settled:
        flag = Flag("total_unreadable", page, number.name, open_message(words, ruling))
        return TotalRecord(None, counted, flagged=True), flag
    written = int(ruling.value) if ruling.value else None
    if counted == (written or 0) or ruling.against == str(counted):
        return TotalRecord(written, counted, flagged=False), None
    said = "để trống" if written is None else f"ghi {written}"
    before = f" (lúc xem trước là {ruling.against})" if ruling.against else ""
    message = f"{words}: phiếu {said}, nay đếm dấu được {counted}{before}."
    return TotalRecord(written, counted, flagged=True), Flag(
        "total_mismatch", page, number.name, message
    )


def settles_result(ruling: Ruling, computed: str | None) -> bool:
    """Whether what a person said of the result box holds against what the marks give now
    (R-000-20): they say the same, or it was said in view of just this."""
    if computed is None or computed == ruling.value:
        return True
    return ruling.against == computed


def decided_signature(
    words: str, signature: SignatureReading, ruling: Ruling, page: int
) -> tuple[SignatureRecord, Flag | None]:
    """Whether a signature is there, as a person saw it."""
    if ruling.settled:
        return SignatureRecord(ruling.value == PRESENT, flagged=False), None
    flag = Flag("signature_missing", page, signature.name, open_message(words, ruling))
    return SignatureRecord(None, flagged=True), flag


def page_where(flag: Flag) -> str:
    """The place of a flag of a whole page."""
    return f"page/{flag.page}/{flag.code}"


def undecided_page_flags(flags: Iterable[Flag], rulings: Mapping[str, Ruling]) -> tuple[Flag, ...]:
    """The flags of whole pages that nobody has accepted."""
    left = []
    for flag in flags:
        ruling = rulings.get(page_where(flag))
        if ruling is None or flag.code in NEVER_ACCEPTED:
            left.append(flag)
        elif not ruling.settled:
            words = flag.message.rstrip(".")
            left.append(Flag(flag.code, flag.page, flag.where, open_message(words, ruling)))
    return tuple(left)

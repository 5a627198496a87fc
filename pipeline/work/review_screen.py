"""What a reviewer sees beside an item: the words of the row, what else is known, where to look."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils import timezone

from ocr.geometry import Rect
from ocr.layout import PageLayout
from pipeline.forms.sets import AnswerForm, Criterion, FormSet, Item, Option, PaperForm
from pipeline.scans import check
from pipeline.scans.check import form_result
from pipeline.scans.code_words import flag_words, reject_words
from pipeline.scans.decide import ABSENT, EMPTY, PRESENT, SEEN, UNCLEAR
from pipeline.scans.record import Answer, SheetRecord
from pipeline.scans.waiting import Kind
from pipeline.store import models
from pipeline.store.review_queries import PastDecision
from pipeline.work import review, review_items
from pipeline.work.images import find_scan, part_rect
from pipeline.work.office import Office
from pipeline.work.review_items import QueueFilter, Reviewer
from pipeline.work.sheet_files import load_sheet_files
from pipeline.work.sheets import sheets_of

IDENTITY_PART = "person"
"""The fields of a page in which its person is printed."""

_NOTHING_FOUND = frozenset({"mark_missing", "overall_missing"})


@dataclass(frozen=True, slots=True)
class Fact:
    """Something to know about an item: a label and what is known."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the part that is shown large: the label of its value, and the middle of the cell in
    thousandths of the part's width with its margin left out."""

    label: str
    middle: int


@dataclass(frozen=True, slots=True)
class Shown:
    """An item with all that is shown of it.

    ``part`` is what is cut out large and ``row`` what is around it, by the names of the layout,
    empty when there is none (see images.part_rect); ``box`` is where ``part`` is on the page, None
    when the page was not read.
    """

    item: review_items.Item
    title: str
    reason: str
    criterion: str
    text: str
    part: str
    row: str
    box: Rect | None
    page: PageLayout | None
    cells: tuple[Cell, ...]
    facts: tuple[Fact, ...]
    history: tuple[PastDecision, ...]


def show(office: Office, reviewer: Reviewer, item: review_items.Item) -> Shown:
    """All that is shown of an item. Raises NotAllowed outside the reviewer's unit."""
    reviewer.check_scope(item.unit_id)
    scan = None if item.outcome_id is None else find_scan(office, item.outcome_id)
    page = None if scan is None else scan.page
    part, row = parts_of(item)
    box = None if page is None or not part else part_rect(page, part)
    form = None if item.form is None else office.form_set.paper_forms.get(item.form)
    criterion, content = _content_of(form, item.where)
    words = title(office.form_set, item)
    return Shown(
        item=item,
        title=words,
        reason=_reason(words, item.message),
        criterion="" if criterion is None else criterion.title,
        text="" if content is None else content.text,
        part=part if box is not None else "",
        row=row if page is not None and row and part_rect(page, row) is not None else "",
        box=box,
        page=page,
        cells=() if page is None or box is None else _cells(office.form_set, page, item, box),
        facts=tuple(_facts(office, form, item)),
        history=() if item.sheet_id is None else review.history(reviewer, item.key),
    )


def parts_of(item: review_items.Item) -> tuple[str, str]:
    """What is shown large of an item, and what is around it."""
    match item.kind:
        case Kind.CHOICE:
            return item.where, item.where.rsplit("/", 1)[0]
        case Kind.TOTAL:
            return item.where, "total"
        case Kind.OVERALL | Kind.SIGNATURE:
            return item.where, ""
        case Kind.SHEET if item.code == "identity_mismatch":
            return IDENTITY_PART, ""
        case _:
            return "", ""


def title(form_set: FormSet, item: review_items.Item) -> str:
    """What an item is about: its place, or what is wrong with a page."""
    form = None if item.form is None else form_set.paper_forms.get(item.form)
    if item.kind in (Kind.PAGE, Kind.TWIN, Kind.SHEET) or form is None:
        return code_words(item.kind, item.code)
    return check.label(form_set, form, item.where)


def _reason(words: str, message: str) -> str:
    """The reason for doubt without the place, which the title has said."""
    reason = message.removeprefix(f"{words}:").strip()
    return reason[:1].upper() + reason[1:]


def code_words(kind: str, code: str) -> str:
    """A code of the queue in words."""
    return (reject_words if kind == Kind.PAGE else flag_words)(code).what


def _content_of(form: PaperForm | None, where: str) -> tuple[Criterion | None, Item | None]:
    if not isinstance(form, AnswerForm):
        return None, None
    item_id = where.rsplit("/", 1)[0]
    for section in form.sections:
        for criterion in section.criteria:
            for item in criterion.items:
                if item.item_id == item_id:
                    return criterion, item
    return None, None


def _cells(
    form_set: FormSet, page: PageLayout, item: review_items.Item, box: Rect
) -> tuple[Cell, ...]:
    """The cells of a choice whose cells lie side by side."""
    if item.kind != Kind.CHOICE:
        return ()
    labels = {value.option_id: value.label for value in form_set.values}
    return tuple(
        Cell(labels.get(value, value), round(1000 * (rect.centre[0] - box.x_mm) / box.w_mm))
        for choice in page.choices
        if choice.name == item.where
        for value, rect in choice.cells
    )


def value_words(form_set: FormSet, kind: str, value: str) -> str:
    """A value of a decision in words; see scans.decide for the values."""
    if value == UNCLEAR:
        return "không rõ"
    if kind == Kind.SIGNATURE:
        return {PRESENT: "có chữ ký", ABSENT: "không có chữ ký"}.get(value, "chưa rõ")
    if value == SEEN:
        return "chấp nhận"
    if value == EMPTY:
        return "trống"
    labels = {each.option_id: each.label for each in form_set.values}
    return value if kind == Kind.TOTAL else labels.get(value, value)


def can_accept(kind: str, code: str, proposal: str) -> bool:
    """Whether the machine says something that can be accepted: nothing (``""``) is a proposal only
    where nothing was found, not where it could not choose."""
    if kind in (Kind.PAGE, Kind.TWIN, Kind.SHEET):
        return False
    return proposal != EMPTY or kind == Kind.TOTAL or code in _NOTHING_FOUND


def kind_of(where: str) -> str:
    """The kind of a place by its name."""
    first, *rest = where.split("/")
    if first in ("total", "signature", "overall"):
        return first
    return Kind.SHEET if first == "page" and len(rest) == 2 else Kind.CHOICE


def _facts(office: Office, form: PaperForm | None, item: review_items.Item) -> Iterator[Fact]:
    if can_accept(item.kind, item.code, item.proposal):
        yield Fact("Máy đề xuất", value_words(office.form_set, item.kind, item.proposal))
    elif item.kind in (Kind.CHOICE, Kind.OVERALL, Kind.SIGNATURE):
        yield Fact("Máy đề xuất", "không có đề xuất")
    if item.second:
        yield Fact("Người thứ hai", "Đã có một người xem; ý kiến đó không hiện cho người thứ hai.")
    if item.sheet_id is None or form is None:
        return
    record = _record(office, item.sheet_id)
    if record is None:
        return
    if item.code == "identity_mismatch":
        yield Fact("Phiếu in cho", models.Person.objects.get(pk=record.person_id).full_name)
    if item.kind == Kind.CHOICE:
        yield from _other_sides(office.form_set, record, item.where)
    if item.kind == Kind.TOTAL:
        _, side, value = item.where.split("/")
        yield Fact("Đếm các dấu được", str(record.totals[side, value].counted))
    if item.kind == Kind.OVERALL and isinstance(form, AnswerForm):
        computed = form_result(form, record.answers)
        words = "chưa tính được" if computed is None else value_words(office.form_set, "", computed)
        yield Fact("Theo các dấu", words)


def _record(office: Office, sheet_id: str) -> SheetRecord | None:
    file = load_sheet_files(office, sheets_of([sheet_id]).values()).get(sheet_id)
    return None if file is None else file.record


def _other_sides(form_set: FormSet, record: SheetRecord, where: str) -> Iterator[Fact]:
    item_id, own = where.rsplit("/", 1)
    for side in form_set.sides:
        if side.option_id != own:
            answer = record.answers[item_id, side.option_id]
            yield Fact(f"Cột “{side.label}”", _answer_words(form_set.values, answer))


def _answer_words(values: tuple[Option, ...], answer: Answer) -> str:
    if answer.flagged:
        return "chưa rõ, đang chờ xem"
    labels = {value.option_id: value.label for value in values}
    words = "trống" if answer.value is None else labels.get(answer.value, answer.value)
    by = "máy đọc" if answer.decided_by == "machine" else f"{answer.decided_by} quyết định"
    return f"{words} ({by})"


@dataclass(frozen=True, slots=True)
class Picture:
    """A part of a scan that will be asked for soon; ``part`` empty: the page."""

    outcome_id: int
    part: str


def ahead(
    reviewer: Reviewer, chosen: QueueFilter, at: review_items.Position, count: int
) -> tuple[Picture, ...]:
    """The pictures of the items that come after a position, without leasing them."""
    now = timezone.now()
    found: list[Picture] = []
    for rows in review_items.queue_rows(reviewer, chosen):
        free = review_items.free(rows, reviewer, now)
        # Nearly those after the position: of equal doubt one may be before it. Found by the index.
        after = free.filter(level=at.level, doubt__lte=at.doubt).exclude(pk=at.row)
        for item in review_items.as_items(list(after[:count])):
            if item.outcome_id is not None:
                parts = dict.fromkeys((*parts_of(item), ""))
                found += [Picture(item.outcome_id, part) for part in parts]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Waits:
    """How many items of one level, kind and code wait."""

    level: int
    kind: str
    code: str
    count: int


def count_waiting(reviewer: Reviewer, chosen: QueueFilter) -> tuple[Waits, ...]:
    """What waits in a part of the queue, in the order of work."""
    counts: dict[tuple[int, str, str], int] = {}
    for rows in review_items.queue_rows(reviewer, chosen):
        grouped = rows.order_by().values_list("level", "kind", "code").annotate(Count("id"))
        for level, kind, code, count in grouped:
            counts[level, kind, code] = counts.get((level, kind, code), 0) + count
    return tuple(
        Waits(*key, count)
        for key, count in sorted(counts.items(), key=lambda each: (each[0][0], -each[1], each[0]))
    )


def count_left(reviewer: Reviewer, chosen: QueueFilter) -> int:
    """How many items are in a part of the queue."""
    parts: list[QuerySet[models.QueueItem]] = review_items.queue_rows(reviewer, chosen)
    return sum(rows.order_by().count() for rows in parts)


def list_items(reviewer: Reviewer, chosen: QueueFilter, most: int) -> tuple[review_items.Item, ...]:
    """The first items of a part of the queue, without leasing them."""
    rows = [row for part in review_items.queue_rows(reviewer, chosen) for row in part[:most]]
    return review_items.as_items(rows[:most])

"""Deciding about scanned pages: whose they are, which of several scans counts, which to leave out.

A scan is never thrown away: what is discarded stays in the workspace and does not count.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from pipeline.errors import BadInput, NotAllowed, Stale
from pipeline.scans.record import PageSource
from pipeline.scans.waiting import Kind
from pipeline.store import models, review_queries
from pipeline.store.review_queries import ASSIGN, DISCARD, KEEP, UNDO
from pipeline.tables import folded
from pipeline.work.office import Office
from pipeline.work.queue import refresh_pages, refresh_queue
from pipeline.work.review import check_open, claim
from pipeline.work.review_items import Reviewer
from pipeline.work.scans import reread_as
from pipeline.work.sheet_files import load_sheet_files
from pipeline.work.sheets import sheets_of

MOST_FOUND = 20
"""Sheets offered at once: what a person looks through without searching."""


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """A sheet that a page may be given to. ``missing`` are its pages that have not come;
    ``proposed``: what is printed on the page points to it."""

    sheet_id: str
    period: str
    form: str
    person_id: str
    full_name: str
    unit_id: str
    pages: int
    missing: tuple[int, ...]
    proposed: bool


@dataclass(frozen=True, slots=True)
class TwinScan:
    """One of several scans of a page of a sheet; ``counts`` now, until one is kept."""

    source: PageSource
    outcome_id: int
    counts: bool


def proposals(reviewer: Reviewer, key: str, period: str) -> tuple[SheetChoice, ...]:
    """The sheets that a page without a known sheet may belong to: those that what is printed on it
    points to, then those of the period with a page missing, those begun first."""
    row = _row(reviewer, key)
    sha256, number = _page_of(row)
    newest = models.PageOutcome.objects.filter(file=sha256, number=number).order_by("id").last()
    ids = [] if newest is None else [str(each) for each in newest.proposals]
    first = _choices(reviewer, models.Sheet.objects.filter(sheet_id__in=ids), proposed=set(ids))
    of_period = models.Sheet.objects.filter(period=period).exclude(sheet_id__in=ids)
    rest = [each for each in _choices(reviewer, of_period) if each.missing]
    first.sort(key=lambda each: ids.index(each.sheet_id))
    rest.sort(key=lambda each: len(each.missing) == each.pages)
    return tuple([*first, *rest][:MOST_FOUND])


def search_sheets(reviewer: Reviewer, period: str, text: str) -> tuple[SheetChoice, ...]:
    """The sheets of a period whose id, person's id or name has all the words of a text; capitals
    and accents do not count."""
    words = folded(text).split()
    if not words:
        return ()
    found = _choices(reviewer, models.Sheet.objects.filter(period=period))
    return tuple(each for each in found if all(word in _searched(each) for word in words))[
        :MOST_FOUND
    ]


def _searched(choice: SheetChoice) -> str:
    return folded(f"{choice.sheet_id} {choice.person_id} {choice.full_name}")


def _choices(
    reviewer: Reviewer,
    sheets: QuerySet[models.Sheet],
    proposed: AbstractSet[str] = frozenset(),
) -> list[SheetChoice]:
    sheets = sheets.select_related("person").order_by("person__position", "form")
    if reviewer.unit_id is not None:
        sheets = sheets.filter(person__unit=reviewer.unit_id)
    rows = list(sheets)
    come = _pages_come(row.sheet_id for row in rows)
    return [
        SheetChoice(
            sheet_id=row.sheet_id,
            period=row.period,
            form=row.form,
            person_id=row.person_id,
            full_name=row.person.full_name,
            unit_id=row.person.unit_id,
            pages=row.pages,
            missing=tuple(n for n in range(1, row.pages + 1) if n not in come[row.sheet_id]),
            proposed=row.sheet_id in proposed,
        )
        for row in rows
    ]


def _pages_come(sheet_ids: Iterable[str]) -> dict[str, set[int]]:
    """The pages of each sheet that were read, also those somebody has discarded."""
    come: dict[str, set[int]] = defaultdict(set)
    later = models.PageOutcome.objects.filter(
        file=OuterRef("file"), number=OuterRef("number"), id__gt=OuterRef("id")
    )
    rows = models.PageOutcome.objects.filter(~Exists(later), reject_code="")
    rows = rows.filter(sheet_id__in=list(sheet_ids))
    for sheet_id, page in rows.values_list("sheet_id", "sheet_page"):
        come[str(sheet_id)].add(page or 0)
    return come


def twins(office: Office, reviewer: Reviewer, key: str) -> tuple[TwinScan, ...]:
    """The scans of a page of a sheet among which one is to be kept."""
    row = _row(reviewer, key)
    sources = _scans(office, row.sheet_id or "", row.page or 0)
    newest = review_queries.newest_outcomes((s.sha256, s.source_page) for s in sources)
    return tuple(
        TwinScan(source, newest[source.sha256, source.source_page], counts=at == 0)
        for at, source in enumerate(sources)
    )


def _scans(office: Office, sheet_id: str, page: int) -> list[PageSource]:
    """All scans of a page of a sheet that nobody discarded, the one that counts first."""
    file = load_sheet_files(office, sheets_of([sheet_id]).values()).get(sheet_id)
    if file is None or page not in file.pages.used:
        return []
    others = [each.source for each in (*file.pages.twins, *file.pages.repeated)]
    return [file.pages.used[page].source, *(each for each in others if each.number == page)]


@dataclass(frozen=True, slots=True)
class PageChoice:
    """An item of the queue as it was shown, and why something is done with its page."""

    key: str
    version: int
    reason: str = ""


def assign(office: Office, reviewer: Reviewer, choice: PageChoice, sheet_id: str, page: int) -> int:
    """Say whose page this is: it is read again as page ``page`` of that sheet. The reference for
    :func:`undo_page`. Raises as review.decide."""
    with transaction.atomic():
        row = _claimed(reviewer, choice, (Kind.PAGE, Kind.SHEET))
        sheet = sheets_of([sheet_id]).get(sheet_id)
        if sheet is None:
            raise BadInput(f"Không có phiếu {sheet_id} trong sổ in của đơn vị.")
        reviewer.check_scope(review_queries.units_of([sheet_id])[sheet_id])
        check_open(sheet.period)
        sha256, number = _page_of(row)
        before = review_queries.newest_outcome(sha256, number)
        read = reread_as(office, sha256, number, sheet_id, page)
        if read.reject_code:
            raise BadInput(
                f"Trang này không đọc được như trang {page} của phiếu {sheet_id}: "
                f"{read.reject_message}"
            )
        ref = _append(reviewer, (sha256, number), ASSIGN, choice.reason, (sheet_id, page), before)
        _refresh(office, {sheet_id, row.sheet_id}, sha256)
    return ref


def discard(office: Office, reviewer: Reviewer, choice: PageChoice) -> int:
    """Leave a scanned page out, for a reason in words."""
    if not choice.reason.strip():
        raise BadInput("Cần ghi lý do khi bỏ một trang.")
    with transaction.atomic():
        row = _claimed(reviewer, choice, (Kind.PAGE, Kind.SHEET))
        sha256, number = _page_of(row)
        newest = review_queries.newest_outcome(sha256, number)
        place = (row.sheet_id, row.page)
        ref = _append(reviewer, (sha256, number), DISCARD, choice.reason, place, newest)
        _refresh(office, {row.sheet_id}, sha256)
    return ref


def keep(office: Office, reviewer: Reviewer, choice: PageChoice, sha256: str, number: int) -> int:
    """Say which of several scans of a page counts; the others there are now do not. One that comes
    later is asked about anew."""
    with transaction.atomic():
        row = _claimed(reviewer, choice, (Kind.TWIN,))
        scans = [
            (s.sha256, s.source_page) for s in _scans(office, row.sheet_id or "", row.page or 0)
        ]
        if (sha256, number) not in scans:
            raise BadInput("Trang quét này không phải một bản của trang đang xem.")
        newest = max(review_queries.newest_outcomes(scans).values())
        place = (row.sheet_id, row.page)
        ref = _append(reviewer, (sha256, number), KEEP, choice.reason, place, newest)
        _refresh(office, {row.sheet_id}, sha256)
    return ref


def undo_page(office: Office, reviewer: Reviewer, ref: int) -> None:
    """Take back the latest decision about a page; one's own, or as approver anybody's. Raises as
    review.undo."""
    try:
        with transaction.atomic():
            row = models.PageDecision.objects.filter(pk=ref).first()
            if row is None or row.action == UNDO:
                raise BadInput("Không có quyết định này để rút lại.")
            if row.account_id != reviewer.account_id and not reviewer.approves:
                raise NotAllowed("Chỉ người phê duyệt được rút lại quyết định của người khác.")
            _check_page(reviewer, row)
            _append_undo(reviewer, row)
            sheet_ids = {row.sheet_id}
            if row.action == ASSIGN and row.outcome is not None:
                _append_again(row.outcome)
                sheet_ids.add(row.outcome.sheet_id)
            _refresh(office, sheet_ids, row.file_id)
    except IntegrityError as error:
        raise Stale("Quyết định này đã được rút lại rồi.") from error


def _check_page(reviewer: Reviewer, row: models.PageDecision) -> None:
    """Raises unless this is the latest decision about its page, in one's scope, not closed."""
    if row.sheet_id is not None:
        reviewer.check_scope(review_queries.units_of([row.sheet_id])[row.sheet_id])
        check_open(sheets_of([row.sheet_id])[row.sheet_id].period)
    elif reviewer.unit_id is not None:
        reviewer.check_scope(None)
    latest = review_queries.page_rulings([row.file_id]).get((row.file_id, row.number))
    if latest is not None and latest.decision_id > row.pk:
        raise Stale(f"Trang này đã có quyết định sau đó của {latest.by}; rút lại cái đó trước.")


def _append_undo(reviewer: Reviewer, row: models.PageDecision) -> None:
    models.PageDecision.objects.create(
        file_id=row.file_id,
        number=row.number,
        action=UNDO,
        sheet_id=row.sheet_id,
        sheet_page=row.sheet_page,
        undoes=row,
        account_id=reviewer.account_id,
    )


def _append_again(row: models.PageOutcome) -> None:
    """What a page was before is appended once more: the newest outcome counts."""
    models.PageOutcome.objects.create(
        file_id=row.file_id,
        number=row.number,
        sheet_id=row.sheet_id,
        sheet_page=row.sheet_page,
        reading=row.reading,
        reject_code=row.reject_code,
        reject_message=row.reject_message,
        proposals=row.proposals,
        read_as=row.read_as,
    )


def _row(reviewer: Reviewer, key: str) -> models.QueueItem:
    row = models.QueueItem.objects.filter(key=key).first()
    if row is None:
        raise Stale("Trang này không còn chờ xem.")
    reviewer.check_scope(row.unit_id)
    return row


def _page_of(row: models.QueueItem) -> tuple[str, int]:
    """The scan an item is about: file and page there."""
    return row.file_id or "", row.number or 0


def _claimed(reviewer: Reviewer, choice: PageChoice, kinds: Sequence[Kind]) -> models.QueueItem:
    row = claim(reviewer, choice.key, choice.version)
    if row.kind not in kinds:
        raise BadInput("Không làm được việc này với chỗ đang xem.")
    return row


def _append(
    reviewer: Reviewer,
    page: tuple[str, int],
    action: str,
    reason: str,
    place: tuple[str | None, int | None],
    outcome_id: int | None,
) -> int:
    made = models.PageDecision.objects.create(
        file_id=page[0],
        number=page[1],
        action=action,
        sheet_id=place[0],
        sheet_page=place[1],
        reason=reason.strip(),
        outcome_id=outcome_id,
        account_id=reviewer.account_id,
    )
    return made.pk


def _refresh(office: Office, sheet_ids: Iterable[str | None], sha256: str) -> None:
    refresh_queue(office, [each for each in sheet_ids if each])
    refresh_pages({sha256})

"""From pages in any order to the sheets they belong to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ocr.code import PageCode, is_genuine
from ocr.reading import (
    ChoiceReading,
    MarkState,
    NumberReading,
    PageReading,
    Reject,
    SignatureReading,
)
from pipeline.periods import Period
from pipeline.scans.record import PageSource


class PageState(StrEnum):
    """What a scanned page is to the office. Each has its codes of the contract, see
    :data:`STATE_OF_CODE`."""

    KNOWN = "known"
    """A page of a printed sheet that counts."""
    UNKNOWN = "unknown"
    """Of our kind, but whose it is cannot be told, or this office did not print it."""
    EXTRA = "extra"
    """Of ours, but not expected here: of another period, or not as the print register has it."""
    TWIN = "twin"
    """A page that came before, with other content."""
    REPEATED = "repeated"
    """A page that came before, saying the same."""
    MISSING = "missing"
    """A page that did not come though others of its sheet did."""
    FOREIGN = "foreign"
    """Not one of our forms."""
    BLANK = "blank"
    """Nothing on it."""
    UNREADABLE = "unreadable"
    """A picture that cannot be read; whose page it is may be known."""


STATE_OF_CODE = {
    "": PageState.KNOWN,
    "no_sheet_code": PageState.UNKNOWN,
    "unknown_sheet": PageState.UNKNOWN,
    "wrong_version": PageState.EXTRA,
    "wrong_period": PageState.EXTRA,
    "page_twin": PageState.TWIN,
    "page_repeated": PageState.REPEATED,
    "page_missing": PageState.MISSING,
    "foreign_page": PageState.FOREIGN,
    "blank_page": PageState.BLANK,
    "poor_registration": PageState.UNREADABLE,
    "poor_image": PageState.UNREADABLE,
    "unreadable_file": PageState.UNREADABLE,
    "encrypted_file": PageState.UNREADABLE,
    "too_large": PageState.UNREADABLE,
}
"""The state of a page by the code of its reject, or of the flag that says it."""


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """What the office knows of a sheet it printed. ``pages`` is how many it has."""

    sheet_id: str
    person_id: str
    set_code: str
    form: str
    version: str
    period: str
    pages: int


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a page belongs: a sheet and its page number, or why it cannot be used.

    A page may have both: of a known sheet, but not readable.
    """

    sheet_id: str | None
    page: int | None
    reject: Reject | None


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """A page that was read and placed."""

    source: PageSource
    reading: PageReading


@dataclass(frozen=True, slots=True)
class SheetPages:
    """The pages of one sheet: by page number the one that counts, then the others that carry the
    same code: ``repeated`` say the same, ``twins`` say something else."""

    used: dict[int, ScannedPage]
    repeated: tuple[ScannedPage, ...]
    twins: tuple[ScannedPage, ...]


def place(
    result: PageReading | Reject, sheets: Mapping[str, PrintedSheet], key: bytes
) -> Placement:
    """Find the sheet of a page by its code; ``key`` is the office's, for the code's check."""
    code = result.code if isinstance(result, PageReading) else result.page_code
    reject = result if isinstance(result, Reject) else None
    if code is None:
        return Placement(None, None, reject)
    fault = _fault_of_code(code, sheets, key)
    if fault is not None:
        return Placement(None, None, reject or fault)
    return Placement(code.sheet_id, code.page, reject)


def _fault_of_code(code: PageCode, sheets: Mapping[str, PrintedSheet], key: bytes) -> Reject | None:
    if not is_genuine(code, key):
        message = (
            f"Mã phiếu {code.text} sai ký hiệu kiểm tra: mã bị sửa hoặc phiếu do nơi khác in. "
            "Kiểm tra tờ giấy; nếu cần, in lại phiếu."
        )
        return Reject("unknown_sheet", message, code)
    sheet = sheets.get(code.sheet_id)
    if sheet is None:
        message = (
            f"Không có phiếu {code.sheet_id} trong sổ in của đơn vị. "
            "Kiểm tra có quét đúng thư mục làm việc không."
        )
        return Reject("unknown_sheet", message, code)
    printed = (sheet.set_code, sheet.form, sheet.version)
    if (code.set_code, code.form, code.version) != printed or code.page > sheet.pages:
        message = (
            f"Mã phiếu {code.text} không khớp sổ in (mẫu {sheet.form}, phiên bản {sheet.version}, "
            f"{sheet.pages} trang)."
        )
        return Reject("wrong_version", message, code)
    return None


def collect(pages: Sequence[ScannedPage]) -> SheetPages:
    """Put the pages of one sheet in order; the first of each number, as taken in, counts."""
    used: dict[int, ScannedPage] = {}
    repeated: list[ScannedPage] = []
    twins: list[ScannedPage] = []
    for page in pages:
        first = used.setdefault(page.source.number, page)
        if first is not page:
            (repeated if _says_the_same(first, page) else twins).append(page)
    return SheetPages(dict(sorted(used.items())), tuple(repeated), tuple(twins))


def _says_the_same(first: ScannedPage, second: ScannedPage) -> bool:
    """Whether two scans are of one paper, as far as their content tells. Of two papers with the
    same marks either serves.

    What one scan leaves in doubt tells two papers apart only if it looks like something else than
    what the other shows: a mark on the edge is clear in one scan of a paper and doubtful in the
    next.
    """
    one, other = first.reading, second.reading
    # Both are read by the layout of their sheet and page: the same places in the same order.
    return (
        all(map(_same_choice, one.choices, other.choices))
        and all(map(_same_number, one.numbers, other.numbers))
        and all(map(_same_signature, one.signatures, other.signatures))
    )


def _same_choice(one: ChoiceReading, other: ChoiceReading) -> bool:
    if one.state is other.state:
        return one.value == other.value
    return MarkState.DOUBTFUL in (one.state, other.state) and one.proposal == other.proposal


def _same_number(one: NumberReading, other: NumberReading) -> bool:
    return one.blank == other.blank and one.likeliest == other.likeliest


def _same_signature(one: SignatureReading, other: SignatureReading) -> bool:
    """Where one scan shows none, ink under a seal in the other may be a signature added since."""
    return (one.present, other.present) in {(True, None), (None, True)} or (
        one.present is other.present
    )


def period_of_batch(pages: Mapping[str, int]) -> str | None:
    """The period that more than half of a batch's pages are of; ``pages`` counts them by period."""
    total = sum(pages.values())
    return next((period for period, count in pages.items() if 2 * count > total), None)


def is_stray(period: str, batch_period: str | None) -> bool:
    """Whether a sheet of this period does not belong into a batch of that: they have no month in
    common. (A commitment of a year belongs to any of its quarters.)"""
    if batch_period is None:
        return False
    months = set(Period.parse(period).months)
    return months.isdisjoint(Period.parse(batch_period).months)

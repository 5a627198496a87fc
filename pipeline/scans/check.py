"""What a person has to look at on a sheet, each with a code of the contract and a sentence.

The totals and the result box are evidence about the marks: they raise flags and never change a
reading (specification A4).
"""

from collections.abc import Iterator, Mapping, Sequence

from ocr.reading import ChoiceReading, Defect, MarkState, NumberReading, SignatureReading
from pipeline.forms.sets import AnswerForm, FormSet, PaperForm
from pipeline.periods import Period
from pipeline.scans.record import Answer, Flag, TotalRecord
from pipeline.scans.sort import PrintedSheet, SheetPages

TOTAL_SURE = 0.99
"""A total that the reader alone is not sure of agrees with the count, or contradicts it, when that
is at least this probable given the ink and :data:`_WRITTEN_PRIOR`."""

_WRITTEN_PRIOR = {0: 0.97, 1: 0.008, 2: 0.003}
"""How probable it is that a total is written this far from the count, either way. A judgement: most
people count right, slips are by one or two. What it costs: a total wrong by one passes only if the
ink is 0.8 times as likely to be the count as to be what was written."""

_PRIOR_OTHER, _PRIOR_IMPOSSIBLE = 0.007, 0.001
"""Shared by all other numbers that a form can have, and by those above its number of contents."""

_STATE_CODES = {
    MarkState.MISSING: ("mark_missing", "chưa đánh dấu"),
    MarkState.DOUBLE: ("mark_double", "đánh dấu nhiều ô"),
    MarkState.CORRECTED: ("mark_corrected", "có dấu tẩy xóa, sửa lại"),
    MarkState.DOUBTFUL: ("mark_doubtful", "dấu không rõ"),
}


def label(form_set: FormSet, form: PaperForm, where: str) -> str:
    """A box group of a layout in words: ``I.1.1/self`` -> Nội dung I.1.1, cột “...”."""
    sides = {side.option_id: side.label for side in form_set.sides}
    values = {value.option_id: value.label for value in form_set.values}
    match where.split("/"):
        case ["overall"] if isinstance(form, AnswerForm):
            return f"Ô “{_result_words(form)}”"
        case ["total", side, value]:
            return f"Tổng số {values.get(value, value)}, cột “{sides.get(side, side)}”"
        case ["signature", side]:
            return f"Chữ ký, phần “{sides.get(side, side)}”"
        case [item, side]:
            return f"Nội dung {item}, cột “{sides.get(side, side)}”"
        case _:
            return where


def _result_words(form: AnswerForm) -> str:
    return form.result_label.rstrip(" :")


def choice_flag(
    form_set: FormSet, form: PaperForm, choice: ChoiceReading, page: int
) -> Flag | None:
    """The flag of a choice that is not plainly marked."""
    if choice.state is MarkState.CLEAR:
        return None
    code, words = _STATE_CODES[choice.state]
    if choice.name == "overall" and choice.state is MarkState.MISSING:
        code = "overall_missing"
    return Flag(code, page, choice.name, f"{label(form_set, form, choice.name)}: {words}.")


def total(
    form_set: FormSet, form: AnswerForm, number: NumberReading, counted: int, page: int
) -> tuple[TotalRecord, Flag | None]:
    """A written total against the count of marks (R-000-21). An empty cell stands for 0."""
    name = label(form_set, form, number.name)
    if number.blank and counted == 0:
        return TotalRecord(None, counted, flagged=False), None
    if number.blank:
        message = f"{name}: chưa ghi số; đếm được {counted}."
        flag = Flag("total_unreadable", page, number.name, message)
        return TotalRecord(None, counted, flagged=True), flag
    written = number.written
    if written is None:
        written = _likely_written(number.likelihood, counted, len(form.items))
    if written is None:
        message = f"{name}: không đọc chắc được số đã ghi; đếm được {counted}."
        flag = Flag("total_unreadable", page, number.name, message)
        return TotalRecord(None, counted, flagged=True), flag
    if written != counted:
        message = f"{name}: phiếu ghi {written}, đếm dấu được {counted}."
        flag = Flag("total_mismatch", page, number.name, message)
        return TotalRecord(written, counted, flagged=True), flag
    return TotalRecord(written, counted, flagged=False), None


def _likely_written(likelihood: Sequence[float], counted: int, contents: int) -> int | None:
    """The number that was written, by Bayes' rule, if one is at least :data:`TOTAL_SURE`."""
    posterior = [p * _written_prior(n, counted, contents) for n, p in enumerate(likelihood)]
    best = max(posterior, default=0.0)
    if best == 0 or best < TOTAL_SURE * sum(posterior):
        return None
    return posterior.index(best)


def _written_prior(n: int, counted: int, contents: int) -> float:
    if n > contents:
        return _PRIOR_IMPOSSIBLE / 100
    return _WRITTEN_PRIOR.get(abs(n - counted), _PRIOR_OTHER / contents)


def signature_flag(
    form_set: FormSet, form: PaperForm, signature: SignatureReading, page: int
) -> Flag | None:
    """The flag of a signature that is missing or in doubt (R-000-22)."""
    if signature.present:
        return None
    words = "chưa ký" if signature.present is False else "không chắc đã ký"
    message = f"{label(form_set, form, signature.name)}: {words}."
    return Flag("signature_missing", page, signature.name, message)


def form_result(form: AnswerForm, answers: Mapping[tuple[str, str], Answer]) -> str | None:
    """The result that the marks of the deciding side give (R-000-13, 14; A1); None while one of
    them is open."""
    values = [answers[item.item_id, form.passes.side].value for item in form.items]
    if None in values:
        return None
    passed = values.count(form.passes.value) >= form.passes.needs
    return form.passes.value if passed else form.passes.otherwise


def overall_flag(
    form_set: FormSet, form: AnswerForm, overall: Answer, computed: str | None, page: int
) -> Flag | None:
    """The flag of a result box that says something else than the marks (R-000-20)."""
    if overall.value is None or computed is None or overall.value == computed:
        return None
    values = {value.option_id: value.label for value in form_set.values}
    side = next(s.label for s in form_set.sides if s.option_id == form.passes.side)
    message = (
        f"{_result_words(form)} ghi “{values[overall.value]}”, còn các dấu ở cột “{side}” cho "
        f"kết quả “{values[computed]}”."
    )
    return Flag("overall_mismatch", page, "overall", message)


def page_flags(pages: SheetPages, sheet: PrintedSheet) -> Iterator[Flag]:
    """Flags of whole pages: missing ones, twins, and what is wrong with a page as a whole."""
    for number in range(1, sheet.pages + 1):
        if number not in pages.used:
            yield Flag("page_missing", number, "page", _missing_message(pages, sheet, number))
    for twin in pages.twins:
        first = pages.used[twin.source.number].source
        message = (
            f"Trang {twin.source.number} có hai bản nội dung khác nhau: {first.source} trang "
            f"{first.source_page} và {twin.source.source} trang {twin.source.source_page}."
        )
        yield Flag("page_twin", twin.source.number, "page", message)
    for number, page in pages.used.items():
        for defect in page.reading.defects:
            yield Flag(defect.code, number, defect.where, defect.message)
    for twin in pages.twins:
        # What is wrong with the picture of a page that does not count is nobody's concern; whose
        # page it is helps to choose.
        for defect in twin.reading.defects:
            if defect.code == "identity_mismatch":
                message = f"{twin.source.source} trang {twin.source.source_page}: {defect.message}"
                yield Flag(defect.code, twin.source.number, defect.where, message)


def _missing_message(pages: SheetPages, sheet: PrintedSheet, number: int) -> str:
    """Which page is missing, and where the nearest of its sisters came from."""
    words = f"Thiếu trang {number}/{sheet.pages}"
    nearest = min(pages.used, key=lambda other: abs(other - number), default=None)
    if nearest is None:
        return f"{words}."
    sister = pages.used[nearest].source
    return f"{words}; trang {nearest} ở {sister.source} trang {sister.source_page}."


def stray_defect(period: str, batch_period: str) -> Defect:
    """What to tell of a page that came among those of another period."""
    message = (
        f"Phiếu của {Period.parse(period).words} nằm trong lô quét phần lớn là phiếu của "
        f"{Period.parse(batch_period).words}; phiếu vẫn được tính vào kỳ in trên phiếu."
    )
    return Defect("wrong_period", "page", message)

"""What a sheet's record says when one thing after another goes wrong on it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.reading import Defect, MarkState, PageReading, SignatureReading
from pipeline.scans.assemble import assemble
from pipeline.scans.record import SheetRecord, SheetStatus
from pipeline.scans.sort import collect
from tests.scans.page_readings import (
    FORM,
    FORM_SET,
    SHEET,
    number,
    read_pages,
    scanned,
    with_choice,
    with_number,
)


def _record(readings: list[PageReading]) -> SheetRecord:
    return assemble(FORM_SET, FORM, SHEET, collect(scanned(readings)))


def _flags(record: SheetRecord) -> list[tuple[str, int, str]]:
    return [(flag.code, flag.page, flag.where) for flag in record.flags]


def test_a_plain_sheet_is_clean() -> None:
    record = _record(read_pages())
    assert record.status is SheetStatus.CLEAN
    assert record.flags == ()
    assert len(record.answers) == 36
    assert {answer.value for answer in record.answers.values()} == {"dat"}
    assert {answer.decided_by for answer in record.answers.values()} == {"machine"}
    assert record.overall is not None
    assert record.overall.value == "dat"
    total = record.totals["self", "dat"]
    assert (total.written, total.counted, total.flagged) == (18, 18, False)
    blank = record.totals["evaluator", "chua_dat"]
    assert (blank.written, blank.counted, blank.flagged) == (None, 0, False)


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (MarkState.MISSING, "mark_missing"),
        (MarkState.DOUBLE, "mark_double"),
        (MarkState.CORRECTED, "mark_corrected"),
        (MarkState.DOUBTFUL, "mark_doubtful"),
    ],
)
def test_a_mark_that_is_not_clear_has_no_value_and_a_flag_in_words(
    state: MarkState, code: str
) -> None:
    first, second = read_pages()
    record = _record([with_choice(first, "I.2.1/self", state, None), second])
    answer = record.answers["I.2.1", "self"]
    assert (answer.value, answer.flagged, answer.decided_by) == (None, True, None)
    assert record.status is SheetStatus.FLAGGED
    # The count is one less than the 18 written: that is said too.
    assert _flags(record) == [(code, 1, "I.2.1/self"), ("total_mismatch", 2, "total/self/dat")]
    assert "Nội dung I.2.1, cột “Cá nhân tự đánh giá”" in record.flags[0].message


def test_a_wrong_total_is_flagged_with_both_numbers_and_changes_no_mark() -> None:
    first, second = read_pages()
    record = _record([first, with_number(second, number("total/evaluator/dat", 17))])
    assert _flags(record) == [("total_mismatch", 2, "total/evaluator/dat")]
    assert "ghi 17" in record.flags[0].message
    assert "được 18" in record.flags[0].message
    assert {answer.value for answer in record.answers.values()} == {"dat"}


@pytest.mark.parametrize(
    ("likelihood", "code"),
    [
        ({18: 1.0, 48: 0.5, 78: 0.2}, None),  # 48 of 18 contents is no total
        ({18: 1.0, 13: 0.3, 17: 0.05}, None),
        ({18: 0.5, 17: 1.0}, "total_unreadable"),
        ({18: 0.02, 16: 1.0}, "total_unreadable"),
        ({17: 1.0, 18: 1e-6}, "total_mismatch"),
        ({}, "total_unreadable"),
    ],
)
def test_an_unsure_total_passes_only_if_it_is_surely_the_count(
    likelihood: dict[int, float], code: str | None
) -> None:
    first, second = read_pages()
    reading = number("total/self/dat", None, likelihood=likelihood)
    record = _record([first, with_number(second, reading)])
    assert [flag.code for flag in record.flags] == ([code] if code else [])
    assert record.totals["self", "dat"].flagged is (code is not None)


@given(st.dictionaries(st.integers(0, 18), st.floats(0, 1), max_size=6))
def test_a_total_that_is_likelier_another_never_passes(likelihood: dict[int, float]) -> None:
    """Whatever the reader makes of the ink: to pass, the count must be its best by far, or nearly
    as good as the best of the likely slips."""
    first, second = read_pages()
    reading = number("total/self/dat", None, likelihood=likelihood)
    record = _record([first, with_number(second, reading)])
    slip = max(likelihood.get(17, 0.0), likelihood.get(16, 0.0))
    if slip > 0 and likelihood.get(18, 0.0) <= slip * 0.3:
        assert record.totals["self", "dat"].flagged


def test_an_empty_result_box_is_flagged_and_a_contradicting_one_too() -> None:
    first, second = read_pages()
    missing = _record([first, with_choice(second, "overall", MarkState.MISSING, None)])
    assert _flags(missing) == [("overall_missing", 2, "overall")]
    wrong = _record([first, with_choice(second, "overall", MarkState.CLEAR, "chua_dat")])
    assert _flags(wrong) == [("overall_mismatch", 2, "overall")]
    assert wrong.flags[0].message.startswith("Kết quả chung ghi “Chưa đạt”")
    assert missing.flags[0].message == "Ô “Kết quả chung”: chưa đánh dấu."
    assert wrong.overall is not None
    assert wrong.overall.decided_by is None


def test_the_evaluators_column_decides_not_the_persons() -> None:
    first, second = read_pages()
    second = with_choice(second, "II.2.1/self", MarkState.CLEAR, "chua_dat")
    second = with_number(second, number("total/self/dat", 17))
    second = with_number(second, number("total/self/chua_dat", 1))
    assert _record([first, second]).status is SheetStatus.CLEAN


@pytest.mark.parametrize("present", [False, None])
def test_a_missing_or_doubtful_signature_is_flagged(present: bool | None) -> None:
    first, second = read_pages()
    unsigned = SignatureReading("signature/evaluator", present, 0.0)
    signatures = tuple(
        unsigned if area.name == unsigned.name else area for area in second.signatures
    )
    record = _record([first, replace(second, signatures=signatures)])
    assert _flags(record) == [("signature_missing", 2, "signature/evaluator")]
    assert record.signatures["evaluator"].present is present


def test_a_missing_page_is_named_once_and_its_rows_are_open() -> None:
    record = _record([read_pages()[1]])
    assert record.status is SheetStatus.INCOMPLETE
    assert _flags(record) == [("page_missing", 1, "page")]
    assert record.answers["I.1.1", "self"].flagged
    assert record.answers["I.1.1", "self"].value is None
    assert record.totals["self", "dat"].flagged


def test_a_twin_and_a_defect_of_the_page_are_flagged() -> None:
    first, second = read_pages()
    streaked = replace(second, defects=(Defect("streak", "page", "Có vệt máy quét."),))
    other = with_choice(first, "I.1.1/self", MarkState.CLEAR, "chua_dat")
    record = _record([first, streaked, other])
    assert _flags(record) == [("page_twin", 1, "page"), ("streak", 2, "page")]
    assert "scan.pdf trang 3" in record.flags[0].message

"""What counts of decisions and undoings, and what it does to a sheet's record."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.reading import Defect, MarkState, PageReading, SignatureReading
from pipeline.scans import decide
from pipeline.scans.assemble import assemble
from pipeline.scans.decide import Decision, Standing, rule_places, surviving
from pipeline.scans.record import SheetRecord, SheetStatus
from pipeline.scans.sort import collect
from tests.scans.page_readings import (
    FORM,
    FORM_SET,
    LAYOUT,
    SHEET,
    number,
    read_pages,
    scanned,
    with_choice,
    with_number,
)

ROWS = ("I.1.1/evaluator", "I.1.2/self", "overall")
SHA = "00" * 32


def _page_of(where: str) -> int:
    kind, *rest = where.split("/")
    pages = (page for page in LAYOUT.pages if where in {each.name for each in page.choices})
    return int(rest[0]) if kind == "page" else next((p.number for p in pages), len(LAYOUT.pages))


def said(decision_id: int, where: str, value: str, by: str = "an", **more: object) -> Decision:
    row = Decision(decision_id, where, (SHA, _page_of(where)), value, by)
    return replace(row, **more)  # type: ignore[arg-type] # names of fields


def record_of(readings: list[PageReading], *decisions: Decision, two: bool = False) -> SheetRecord:
    pages = collect(scanned(readings))
    sources = [(page.source.sha256, page.source.source_page) for page in pages.used.values()]
    deciding = decide.deciding_places(FORM_SET, FORM) if two else frozenset()
    rulings = rule_places(decisions, sources, lambda where: where in deciding)
    return assemble(FORM_SET, FORM, SHEET, pages, rulings)


def codes(record: SheetRecord) -> list[tuple[str, str]]:
    return [(flag.code, flag.where) for flag in record.flags]


@st.composite
def histories(draw: st.DrawFn) -> list[Decision]:
    """Decisions of two people on three places, each perhaps undone at any later time."""
    rows: list[Decision] = []
    for at in range(1, draw(st.integers(0, 12)) + 1):
        undone = {row.undoes for row in rows}
        open_rows = [r for r in rows if r.undoes is None and r.decision_id not in undone]
        by = draw(st.sampled_from(("an", "binh")))
        takes_back = draw(st.booleans())
        if open_rows and takes_back:
            taken_back = draw(st.sampled_from(open_rows))
            undoing = replace(taken_back, decision_id=at, value="", by=by)
            rows.append(replace(undoing, undoes=taken_back.decision_id))
        else:
            where = draw(st.sampled_from(ROWS))
            value = draw(st.sampled_from(("dat", "chua_dat", "", "?")))
            rows.append(said(at, where, value, by))
    return rows


@given(histories(), st.booleans(), st.randoms())
def test_decisions_and_undoings_come_to_what_the_surviving_ones_come_to(
    rows: list[Decision], two: bool, random: object
) -> None:
    readings = read_pages()
    left = [r for r in rows if r.undoes is None and r.decision_id not in {x.undoes for x in rows}]
    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[attr-defined] # hypothesis' Random
    assert list(surviving(mixed)) == left
    assert record_of(readings, *mixed, two=two) == record_of(readings, *left, two=two)


def test_a_decision_about_another_scan_of_the_page_says_nothing() -> None:
    old = said(1, "I.1.1/evaluator", "chua_dat", source=("ff" * 32, 1))
    assert record_of(read_pages(), old) == record_of(read_pages())


@pytest.mark.parametrize(
    ("value", "expected"), [("chua_dat", ("chua_dat", "clear")), ("", (None, "missing"))]
)
def test_a_row_is_what_a_person_says(value: str, expected: tuple[str | None, str]) -> None:
    first, second = read_pages()
    first = with_choice(first, "I.1.1/self", MarkState.DOUBLE, None)
    answer = record_of([first, second], said(1, "I.1.1/self", value)).answers["I.1.1", "self"]
    assert (answer.value, answer.state) == expected
    assert (answer.flagged, answer.decided_by) == (False, "an")


def test_a_row_that_cannot_be_told_stays_open_and_says_that_somebody_looked() -> None:
    first, second = read_pages()
    first = with_choice(first, "I.1.1/self", MarkState.DOUBLE, None)
    record = record_of([first, second], said(1, "I.1.1/self", "?"))
    assert record.status is SheetStatus.FLAGGED
    flag = next(flag for flag in record.flags if flag.where == "I.1.1/self")
    assert "không xác định được" in flag.message
    assert record.answers["I.1.1", "self"].value is None


def test_totals_are_counted_anew_from_what_people_said() -> None:
    record = record_of(read_pages(), said(1, "I.1.1/evaluator", "chua_dat"))
    assert record.totals["evaluator", "dat"].counted == 17
    assert ("total_mismatch", "total/evaluator/dat") in codes(record)
    assert ("overall_mismatch", "overall") in codes(record)


def test_a_total_that_is_not_the_count_is_settled_by_a_person_and_kept() -> None:
    first, second = read_pages()
    pages = [first, with_number(second, number("total/self/dat", 17))]
    assert codes(record_of(pages)) == [("total_mismatch", "total/self/dat")]
    record = record_of(pages, said(1, "total/self/dat", "17", against="18"))
    assert (record.status, record.flags) == (SheetStatus.REVIEWED, ())
    total = record.totals["self", "dat"]
    assert (total.written, total.counted, total.flagged) == (17, 18, False)


def test_a_settled_total_is_asked_about_again_when_the_count_has_changed() -> None:
    first, second = read_pages()
    pages = [first, with_number(second, number("total/self/dat", 16))]
    settled = said(1, "total/self/dat", "16", against="18")
    assert record_of(pages, settled).flags == ()
    record = record_of(pages, settled, said(2, "I.1.1/self", "chua_dat"))
    assert ("total_mismatch", "total/self/dat") in codes(record)
    flag = next(flag for flag in record.flags if flag.where == "total/self/dat")
    assert "17" in flag.message
    assert "18" in flag.message


def test_a_total_read_by_a_person_as_the_count_needs_no_more() -> None:
    first, second = read_pages()
    pages = [first, with_number(second, number("total/self/dat", None, likelihood={1: 1, 7: 1}))]
    assert codes(record_of(pages)) == [("total_unreadable", "total/self/dat")]
    assert record_of(pages, said(1, "total/self/dat", "18")).flags == ()


def test_a_result_box_against_the_marks_is_settled_against_those_marks_only() -> None:
    first, second = read_pages()
    pages = [first, with_choice(second, "overall", MarkState.CLEAR, "chua_dat")]
    box = said(1, "overall", "chua_dat", against="dat")
    record = record_of(pages, box)
    assert record.flags == ()
    assert record.overall is not None
    assert (record.overall.value, record.overall.decided_by) == ("chua_dat", "an")
    elsewhere = said(2, "overall", "chua_dat", against="")
    assert ("overall_mismatch", "overall") in codes(record_of(pages, elsewhere))


@pytest.mark.parametrize(("value", "present"), [("present", True), ("absent", False)])
def test_a_signature_is_there_or_not_as_a_person_says(value: str, present: bool) -> None:
    first, second = read_pages()
    second = replace(second, signatures=(SignatureReading("signature/self", None, 0.0),))
    record = record_of([first, second], said(1, "signature/self", value))
    assert record.signatures["self"].present is present
    assert record.signatures["self"].flagged is False


def test_a_flag_of_a_page_is_accepted_for_that_page_and_code_alone() -> None:
    first, second = read_pages()
    spoilt = (Defect("streak", "page", "Có vệt."), Defect("poor_image", "page", "Mờ."))
    pages = [replace(first, defects=spoilt), second]
    record = record_of(pages, said(1, "page/1/streak", "ok"))
    assert codes(record) == [("poor_image", "page")]
    assert codes(record_of(pages, said(1, "page/1/streak", "?")))[0] == ("streak", "page")


def test_a_missing_page_is_never_accepted() -> None:
    first, _ = read_pages()
    record = record_of([first], replace(said(1, "page/1/x", "ok"), where="page/2/page_missing"))
    assert record.status is SheetStatus.INCOMPLETE
    assert ("page_missing", "page") in codes(record)


def test_a_sample_that_was_found_right_does_not_make_a_sheet_reviewed() -> None:
    right = said(1, "I.1.1/self", "dat", sample=True, machine="dat")
    assert record_of(read_pages(), right).status is SheetStatus.CLEAN


def test_a_sample_that_was_found_wrong_takes_effect() -> None:
    wrong = said(1, "I.1.1/self", "chua_dat", sample=True, machine="dat")
    record = record_of(read_pages(), wrong)
    assert record.answers["I.1.1", "self"].value == "chua_dat"
    assert ("total_mismatch", "total/self/dat") in codes(record)


class TestTwoPeople:
    """A place of the deciding side needs the same value from two."""

    WHERE = "I.1.1/evaluator"

    def ruled(self, *rows: Decision) -> Standing:
        return rule_places(rows, [(SHA, 1), (SHA, 2)], lambda _: True)[self.WHERE].standing

    def test_one_is_not_enough_and_twice_the_same_is_one(self) -> None:
        once = said(1, self.WHERE, "dat")
        assert self.ruled(once) is Standing.SECOND
        assert self.ruled(once, said(2, self.WHERE, "dat")) is Standing.SECOND

    def test_two_of_one_mind_settle_it(self) -> None:
        rows = (said(1, self.WHERE, "dat"), said(2, self.WHERE, "dat", "binh"))
        assert self.ruled(*rows) is Standing.SETTLED
        first, second = read_pages()
        first = with_choice(first, self.WHERE, MarkState.DOUBLE, None)
        record = record_of([first, second], *rows, two=True)
        assert record.answers["I.1.1", "evaluator"].decided_by == "an, binh"

    def test_two_of_two_minds_leave_it_open_until_two_agree(self) -> None:
        rows = [said(1, self.WHERE, "dat"), said(2, self.WHERE, "chua_dat", "binh")]
        assert self.ruled(*rows) is Standing.DIFFER
        record = record_of(read_pages(), *rows, two=True)
        flag = next(flag for flag in record.flags if flag.where == self.WHERE)
        assert "khác nhau" in flag.message
        assert self.ruled(*rows, said(3, self.WHERE, "dat", "chi")) is Standing.SETTLED

    def test_one_who_comes_later_and_differs_opens_it_again(self) -> None:
        rows = [said(1, self.WHERE, "dat"), said(2, self.WHERE, "dat", "binh")]
        assert self.ruled(*rows, said(3, self.WHERE, "chua_dat", "chi")) is Standing.DIFFER

    def test_a_sure_reading_that_one_person_doubts_is_open_until_another_looks(self) -> None:
        doubts = said(1, self.WHERE, "chua_dat", sample=True, machine="dat")
        record = record_of(read_pages(), doubts, two=True)
        assert record.answers["I.1.1", "evaluator"].value is None
        agrees = said(2, self.WHERE, "dat", "binh", sample=True, machine="dat")
        assert record_of(read_pages(), doubts, agrees, two=True).flags == ()

    def test_the_other_side_needs_one_person_only(self) -> None:
        first, second = read_pages()
        first = with_choice(first, "I.1.1/self", MarkState.DOUBLE, None)
        assert record_of([first, second], said(1, "I.1.1/self", "dat"), two=True).flags == ()

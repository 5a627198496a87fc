"""The summary for leadership: numbers, the page to hang up, the workbook."""

import io
import re
import zipfile
from dataclasses import fields, replace
from datetime import date

import openpyxl
import pdfplumber
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.forms.typeface import register
from pipeline.people import Person, Roster, Unit
from pipeline.periods import Period
from pipeline.programs.fonts import font_folder
from pipeline.results.bars import percent
from pipeline.results.page_head import PageHead, long_date
from pipeline.results.summary import (
    Commitments,
    Summary,
    Tally,
    UnitTally,
    decided_sheets,
    failing_items,
    summarise,
)
from pipeline.results.summary_book import render_book
from pipeline.results.summary_page import clipped, render_summary
from pipeline.results.verdict import Verdict, VerdictStatus
from pipeline.scans.record import SheetRecord
from tests.results.results_cases import LONG_BIEN, Q4, UNIT, flagged, person, sheet

YEAR = Period.parse("2026")
WARD = replace(UNIT, unit_id="UBP", name="Ủy ban nhân dân phường Mẫu", block="chinh_quyen")
HEAD = PageHead(WARD, date(2026, 12, 28))
STATUSES = st.sampled_from(list(VerdictStatus))


@pytest.fixture(scope="module", autouse=True)
def typeface() -> None:
    register(font_folder())


def verdict(who: Person, status: VerdictStatus) -> Verdict:
    return Verdict(who.person_id, who.unit_id, "03B", None, status, (), ())


def roster(people: list[Person], units: tuple[Unit, ...] = (UNIT, WARD)) -> Roster:
    return Roster({unit.unit_id: unit for unit in units}, {one.person_id: one for one in people})


def counted(
    statuses: list[VerdictStatus],
    commitments: Commitments = Commitments(),  # noqa: B008 - frozen and empty
    records: tuple[SheetRecord, ...] = (),
) -> Summary:
    """People by turns of the school and of the ward."""
    people = [
        person(f"P{number}", unit_id=(UNIT, WARD)[number % 2].unit_id)
        for number in range(len(statuses))
    ]
    verdicts = [verdict(who, status) for who, status in zip(people, statuses, strict=True)]
    return summarise(roster(people), LONG_BIEN, Q4, verdicts, records, commitments, has_begun=True)


@given(st.lists(STATUSES, max_size=40))
def test_the_statuses_add_up_to_the_people(statuses: list[VerdictStatus]) -> None:
    summary = counted(statuses)
    for tally in (summary.total, *(tally for _, tally in summary.blocks)):
        assert tally.people == tally.dat + tally.chua_dat + tally.waiting
        assert tally.evaluated == tally.dat + tally.chua_dat + tally.tam_tinh
    assert summary.total.people == len(statuses)
    assert summary.total.dat == statuses.count(VerdictStatus.DAT)


@given(st.lists(STATUSES, max_size=40))
def test_units_blocks_and_district_are_the_same_people(statuses: list[VerdictStatus]) -> None:
    summary = counted(statuses)
    for field in fields(Tally):
        by_unit = sum(getattr(each.tally, field.name) for each in summary.units)
        by_block = sum(getattr(tally, field.name) for _, tally in summary.blocks)
        assert by_unit == by_block == getattr(summary.total, field.name)


def test_signing_is_counted_apart_from_the_result() -> None:
    commitments = Commitments(frozenset({"P0", "P1", "GONE"}), frozenset({"P1", "P2"}))
    total = counted([VerdictStatus.CHUA_CO_KET_QUA] * 3, commitments).total
    assert (total.people, total.signed, total.late) == (3, 2, 1)


def test_units_without_people_are_left_out_and_blocks_keep_their_order() -> None:
    empty = replace(UNIT, unit_id="TRONG")
    people = [person("P1", unit_id=UNIT.unit_id), person("P2", unit_id=WARD.unit_id)]
    summary = summarise(
        roster(people, (UNIT, WARD, empty)),
        LONG_BIEN,
        Q4,
        [verdict(one, VerdictStatus.DAT) for one in people],
        (),
        Commitments(),
        has_begun=True,
    )
    assert [each.unit.unit_id for each in summary.units] == ["THM", "UBP"]
    assert [block for block, _ in summary.blocks] == ["chinh_quyen", "truong_hoc"]


def test_contents_that_fail_most_come_first_and_the_evaluator_decides() -> None:
    people = [person(f"P{number}") for number in range(3)]
    records = [
        sheet(people[0], {"evaluator": 2}),
        sheet(people[1], {"evaluator": 1, "self": 18}),
        sheet(people[2], {"self": 5}),
    ]
    found = [(item.item_id, item.failed, item.marked) for item in failing_items(LONG_BIEN, records)]
    assert found == [("I.1.1", 2, 3), ("I.1.2", 1, 3)]


def test_what_waits_for_a_person_is_no_failing_content() -> None:
    who, other = person("P1"), person("P2")
    records = (
        flagged(sheet(who, {"evaluator": 3}), "mark_double", "I.2.1/evaluator", "double"),
        sheet(other),
    )
    verdicts = [verdict(who, VerdictStatus.CHUA_CO_KET_QUA), verdict(other, VerdictStatus.DAT)]
    assert decided_sheets(records, verdicts) == records[1:]


def test_leaders_and_staff_are_counted_by_form() -> None:
    leader, staff = person("L1", "lanh_dao"), person("P1")
    records = [sheet(leader, {"evaluator": 1}), sheet(staff, {"evaluator": 1})]
    found = failing_items(LONG_BIEN, records)
    assert [(item.form_id, item.item_id, item.marked) for item in found] == [
        ("03A", "I.1.1", 1),
        ("03B", "I.1.1", 1),
    ]


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_share_is_never_rounded_to_all_or_nothing(part: int, whole: int) -> None:
    part = min(part, whole)
    text = percent(part, whole)
    assert (text == "100%") is (part == whole)
    assert (text == "0%") is (part == 0)
    assert re.fullmatch(r"\d{1,3}(,\d)?%", text)
    assert abs(float(text[:-1].replace(",", ".")) - 100 * part / whole) <= 0.1


def test_no_share_of_nobody() -> None:
    assert percent(0, 0) == "–"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2022, 1, 5), "ngày 05 tháng 01 năm 2022"),
        (date(2019, 6, 29), "ngày 29 tháng 6 năm 2019"),
        (date(2026, 12, 1), "ngày 01 tháng 12 năm 2026"),
    ],
)
def test_long_dates_as_the_decree_writes_them(day: date, words: str) -> None:
    assert long_date(day) == words


# -- the page and the workbook --------------------------------------------------------------------


def many(n_units: int, *, has_begun: bool = True, period: Period = Q4) -> Summary:
    """Units of all blocks, and every content failing once: the fullest page there is."""
    blocks = ("dang", "mttq", "doan_the", "chinh_quyen", "truong_hoc")
    tally = Tally(50, 45, 2, 40, 4, 3, 3)
    units = tuple(
        UnitTally(
            replace(UNIT, unit_id=f"U{n}", name=f"Đơn vị Mẫu {n}", block=blocks[n % 5]), tally
        )
        for n in range(n_units)
    )
    records = [
        sheet(person("L", "lanh_dao"), {"evaluator": 27}),
        sheet(person(), {"evaluator": 18}),
    ]
    return Summary(period, has_begun, units, failing_items(LONG_BIEN, records), 2)


EMPTY = Summary(Q4, False, (), (), 0)  # noqa: FBT003 - a dataclass of five fields


def pages(pdf: bytes) -> list[str]:
    """The text of each page; only the house's faces are in it."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        faces = {char["fontname"].split("+")[-1] for page in document.pages for char in page.chars}
        assert faces <= {"LiberationSerif", "LiberationSerif-Bold", "LiberationSerif-Italic"}
        return [page.extract_text() for page in document.pages]


def test_the_first_page_has_the_numbers_and_the_units_follow() -> None:
    first, *others = pages(render_summary(many(40), (), LONG_BIEN, HEAD))
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Quý IV/2026",
        "ngày 28 tháng 12 năm 2026",
        "2.000",  # 40 units of 50 people
        "80,0%",
        "Trường học",
    ):
        assert words in first
    assert "Đơn vị Mẫu" not in first
    assert all("Tạm" in page for page in others)  # the headings are repeated
    assert sum(page.count("Đơn vị Mẫu") for page in others) == 40
    assert "không niêm yết" in others[0]
    assert "Tổng cộng" in others[-1]


def test_the_fullest_year_stays_on_one_first_page() -> None:
    quarters = [many(10, period=Period(2026, quarter=n)) for n in (1, 2, 3)]
    quarters.append(many(10, has_begun=False, period=Period(2026, quarter=4)))
    first, second, *_ = pages(render_summary(many(10, period=YEAR), quarters, LONG_BIEN, HEAD))
    assert "Quý III/2026" in first
    assert "chưa đánh giá" in first
    assert "Kết quả năm tính từ kết quả các quý" in first
    assert "Kết quả theo đơn vị" in second


def test_party_offices_have_their_own_header() -> None:
    head = PageHead(replace(WARD, name="Ban Tổ chức Quận ủy", header_style="party"), HEAD.made_on)
    first = pages(render_summary(many(3), (), LONG_BIEN, head))[0]
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in first
    assert "CỘNG HÒA" not in first


@pytest.mark.parametrize(
    ("summary", "words"),
    [
        (EMPTY, "phieu people import"),
        (many(4, has_begun=False), "Danh sách có 200 người; 180 người đã ký cam kết (90,0%)"),
    ],
)
def test_an_empty_period_says_what_to_do_next(summary: Summary, words: str) -> None:
    (only,) = pages(render_summary(summary, (), LONG_BIEN, HEAD))
    assert words in only
    assert "phieu forms print" in only


def test_the_page_names_no_person() -> None:
    summary = counted([VerdictStatus.DAT, VerdictStatus.CHUA_DAT])
    text = "\n".join(pages(render_summary(summary, (), LONG_BIEN, HEAD)))
    assert "Nguyễn Thị Mẫu" not in text
    assert "P1" not in text


def test_long_texts_are_cut_between_words() -> None:
    text = LONG_BIEN.answer_forms["03A"].items[15].text
    shown = clipped(text, 150)
    assert shown.endswith("…")
    assert text.startswith(shown[:-1])
    assert text[len(shown) - 1] in " ,;:."
    assert clipped("Đủ sức khỏe.", 150) == "Đủ sức khỏe."


def sheets_of(content: bytes) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {name: list(book[name].iter_rows(values_only=True)) for name in book.sheetnames}


def test_the_workbook_has_the_numbers_and_charts() -> None:
    quarters = [many(10, period=Period(2026, quarter=1))]
    content = render_book(many(10, period=YEAR), quarters, LONG_BIEN)
    tables = sheets_of(content)
    assert list(tables) == [
        "Theo khối", "Theo quý", "Theo đơn vị", "Biểu đồ đơn vị", "Nội dung chưa đạt",
    ]  # fmt: skip
    assert tables["Theo khối"][2][:2] == ("Khối", "Số người")
    assert tables["Theo khối"][8] == ("Tổng cộng", 500, 450, 20, 470, 400, 30, 40, 30, 0.8)
    assert len(tables["Nội dung chưa đạt"]) == 3 + 27 + 18
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        charts = [name for name in parts.namelist() if name.startswith("xl/charts/chart")]
        texts = [parts.read(name).decode() for name in charts]
    assert len(charts) == 4
    assert sum("percentStacked" in text for text in texts) == 3
    assert sum("$A$4:$A$13" in text for text in texts) == 2  # ten units, ten contents


def test_a_unit_called_like_a_formula_stays_a_name() -> None:
    summary = many(1)
    evil = replace(summary.units[0].unit, name='=HYPERLINK("http://example.org")')
    summary = replace(summary, units=(UnitTally(evil, summary.units[0].tally),))
    book = openpyxl.load_workbook(io.BytesIO(render_book(summary, (), LONG_BIEN)))
    cell = book["Theo đơn vị"]["A4"]
    assert cell.data_type == "s"
    assert str(cell.value).startswith("'=")


def test_the_workbook_of_an_empty_period_says_so() -> None:
    tables = sheets_of(render_book(EMPTY, (), LONG_BIEN))
    assert list(tables) == ["Theo khối"]
    texts = [str(row[0]) for row in tables["Theo khối"]]
    assert "Chưa có số liệu" in texts[2]
    assert "phieu people import" in texts[3]

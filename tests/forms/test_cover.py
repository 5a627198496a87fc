"""The cover of a print file: everybody on it in the order of the file, on the right pages, however
many they are; and nothing on it that a reader would take for a form."""

import subprocess
from dataclasses import replace

import pytest
import zxingcpp

from pipeline.forms.cover import Cover, CoverLine, render_cover
from pipeline.forms.sets import FormSet
from pipeline.people import Unit
from pipeline.periods import Period
from tests.forms.printing_cases import PARTY, PERIOD, SCHOOL, YOUTH, person
from tests.forms.test_stamp import pixels

LONG_POST = "Phó Trưởng phòng phụ trách công tác văn hóa, thông tin, thể dục thể thao và du lịch"


def _text(pdf: bytes) -> str:
    command = ["pdftotext", "-layout", "-", "-"]
    output = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    return output.decode()


def _cover(form_set: FormSet, count: int, unit: Unit = SCHOOL) -> Cover:
    """Two pages a person, every third with a long position."""
    lines = tuple(
        CoverLine(
            person(n, position=LONG_POST if n % 3 == 0 else "Giáo viên"),
            first_page=1 + 2 * (n - 1),
            pages=2,
        )
        for n in range(1, count + 1)
    )
    due = ("Đánh giá Quý IV/2026: thứ Sáu 25/12/2026.",)
    return Cover(form_set, form_set.paper_forms["03B"], unit, PERIOD, lines, due, "Phòng Nội vụ")


@pytest.mark.parametrize(("count", "least"), [(1, 1), (8, 1), (14, 2), (120, 3)])
def test_everybody_stands_on_it_with_the_pages_in_the_file(
    long_bien: FormSet, count: int, least: int
) -> None:
    pdf, pages = render_cover(_cover(long_bien, count))
    text = _text(pdf)
    assert text.count("\f") == pages
    assert pages == least if count < 10 else pages >= least
    places = [text.index(f"GV{n:04d}") for n in range(1, count + 1)]
    assert places == sorted(places)
    for n in range(1, count + 1):
        first = pages + 1 + 2 * (n - 1)
        assert f"{first}–{first + 1}" in text
    assert f"trang {pages + 1} đến {pages + 2 * count} của tệp" in " ".join(text.split())


def test_it_says_how_to_print_fill_scan_and_by_when(long_bien: FormSet) -> None:
    words = " ".join(_text(render_cover(_cover(long_bien, 3))[0]).split())
    wanted = (
        "TỜ BÌA MẪU 03B – PHIẾU ĐÁNH GIÁ",
        "Quý IV/2026",
        "TRƯỜNG TRUNG HỌC CƠ SỞ",
        "tỷ lệ 100 %",
        "dấu X",
        "mực xanh hoặc đen",
        "gạch bỏ dấu sai",
        "300 dpi",
        "về Phòng Nội vụ",
        "25/12/2026",
        "không phải phiếu",
    )
    assert [text for text in wanted if text not in words] == []


@pytest.mark.parametrize("unit", [SCHOOL, PARTY, YOUTH, replace(SCHOOL, header_style="custom")])
def test_it_carries_the_letterhead_and_no_code(long_bien: FormSet, unit: Unit) -> None:
    pdf, _ = render_cover(_cover(long_bien, 2, unit))
    assert long_bien.headers[unit.header_style].lines[-1] in _text(pdf)
    assert zxingcpp.read_barcodes(pixels(pdf, 1, 150)) == []


def test_copies_are_counted_and_the_second_keeper_named(long_bien: FormSet) -> None:
    keepers = ("Trường Mẫu", "Phòng Nội vụ Quận")
    lines = (CoverLine(person(1), 1, 2, keepers), CoverLine(person(2), 3, 1, keepers[:1]))
    form = long_bien.paper_forms["01"]
    pdf, _ = render_cover(Cover(long_bien, form, SCHOOL, Period.parse("2026"), lines))
    words = " ".join(_text(pdf).split())
    assert "2 người, 3 bản, 3 trang: trang 2 đến 4 của tệp" in words
    assert words.count("Phòng Nội vụ Quận") == 1
    assert "Thời hạn" not in words

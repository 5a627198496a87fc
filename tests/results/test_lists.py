"""Mẫu 02, 04, 05A, 05B as documents: what they say, and how they look on paper."""

import io
import re
import runpy
import zipfile
from dataclasses import replace
from pathlib import Path

import pdfplumber
import pytest
from docx import Document
from docx.shared import Mm
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdfium2 import PdfDocument

from pipeline.errors import BadSet
from pipeline.forms.sets import ListForm
from pipeline.people import GROUPS
from pipeline.periods import Period
from pipeline.programs.soffice import convert_to_pdf
from pipeline.results.letterhead import text_width
from pipeline.results.lists import (
    Counts,
    ListDocument,
    ListRow,
    Section,
    count_words,
    date_words,
    header_of,
    position_and_unit,
    render_list,
    title_of,
)
from tests.results.results_cases import LONG_BIEN, Q4, TEMPLATES, UNIT, person

FORMS = LONG_BIEN.list_forms
NAMES = "Nguyễn Thị Hương", "Lê An", "Tôn Nữ Thị Ngọc Hà", "K' Mẫu", "Ngô Thị Ý"
POST = "Giáo viên, Trường Tiểu học Hoa Mẫu"
YEAR = Period.parse("2026")


def _row(number: int) -> ListRow:
    groups = list(GROUPS)
    who = person(
        f"P{number}",
        groups[number % 4],
        full_name=NAMES[number % len(NAMES)],
        party_member=number % 3 == 0,
    )
    return ListRow(who, POST, achievement=f"Thành tích {number}")


def _listing(
    n_rows: int, style: str = "state", form: ListForm = FORMS["04"], parts: int = 0
) -> ListDocument:
    """A list of ``n_rows`` people, in ``parts`` under headings when it is not 0."""
    rows = tuple(_row(number) for number in range(1, n_rows + 1))
    sections: tuple[Section, ...] = (Section("", rows),)
    if parts:
        sections = tuple(Section(f"Đơn vị {n}", rows[n::parts]) for n in range(parts))
    return ListDocument(
        form=form,
        name=f"{form.form_id}-{style}-{n_rows}",
        issuer=replace(UNIT, header_style=style),
        header=LONG_BIEN.headers[style],
        title=title_of(form, YEAR if form.form_id == "02" else Q4),
        sections=sections,
        addressees=("Phòng Nội vụ Quận",),
        counts=Counts(500, 410, n_rows),
    )


def _text(docx: bytes) -> str:
    document = Document(io.BytesIO(docx))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def _table(docx: bytes) -> list[list[str]]:
    """The rows of the tables of the list; merged cells repeat their text."""
    _, *tables = Document(io.BytesIO(docx)).tables
    return [[cell.text for cell in row.cells] for table in tables for row in table.rows]


def test_titles_say_the_period() -> None:
    assert title_of(FORMS["04"], Q4)[1].endswith("đạt tiêu chí chuyên nghiệp Quý IV/2026")
    assert title_of(FORMS["04"], YEAR)[1].endswith("đạt tiêu chí chuyên nghiệp năm 2026")
    assert title_of(FORMS["02"], Q4)[1].endswith("chuyên nghiệp năm 2026")
    assert title_of(FORMS["05A"], YEAR, "Khối Đảng")[2:] == ("Năm 2026", "Khối Đảng")
    assert all("2026" not in line for line in title_of(FORMS["05B"], Q4))


def test_a_header_style_the_set_has_not_is_named() -> None:
    with pytest.raises(BadSet, match="quan_doi"):
        header_of(replace(UNIT, header_style="quan_doi"), LONG_BIEN)


def test_the_unit_is_not_said_twice() -> None:
    head = person("P1", position="Hiệu trưởng Trường Tiểu học Hoa Mẫu")
    assert position_and_unit(head, UNIT) == "Hiệu trưởng Trường Tiểu học Hoa Mẫu"
    assert position_and_unit(person(position=""), UNIT) == "Trường Tiểu học Hoa Mẫu"
    assert position_and_unit(person(), UNIT) == POST


def test_numbers_and_dates_as_official_papers_write_them() -> None:
    assert [count_words(n) for n in (0, 1, 9, 10, 123)] == ["0", "01", "09", "10", "123"]
    assert [date_words(d) for d in ("1985-01-05", "1968", "")] == ["05/01/1985", "1968", ""]


def test_names_with_signs_of_xml_and_of_templates_are_printed_as_they_are() -> None:
    odd = "K' Mẫu & <b>{{ don_vi }}</b> {% if %}"
    row = ListRow(person(full_name=odd), "A & B", achievement="dòng 1\ndòng 2")
    context = replace(_listing(0, form=FORMS["05B"]), sections=(Section("<1> & 2", (row,)),))
    text = _text(render_list(context))
    for expected in (odd, "A & B", "<1> & 2", "dòng 1\ndòng 2"):
        assert expected in text


def test_counts_and_an_empty_list_are_said_in_words() -> None:
    text = _text(render_list(_listing(0)))
    assert "Số CBCCVC, NLĐ đạt tiêu chí chuyên nghiệp: 0 người." in text
    assert "(Không có CBCCVC, NLĐ đạt tiêu chí chuyên nghiệp)" in text
    text = _text(render_list(_listing(5)))
    assert "Tổng số CBCCVC, NLĐ của đơn vị: 500 người." in text
    assert "đã ký cam kết thực hiện bộ tiêu chí: 410 người." in text
    assert "đạt tiêu chí chuyên nghiệp: 05 người." in text
    assert "Không có" not in text
    assert "- Phòng Nội vụ Quận;" in text


@pytest.mark.parametrize("form_id", sorted(FORMS))
def test_an_empty_list_of_each_form_says_so(form_id: str) -> None:
    assert re.search(
        "[(](Không có|Chưa có) CBCCVC", _text(render_list(_listing(0, form=FORMS[form_id])))
    )


def test_02_has_ten_columns_two_heading_rows_and_totals() -> None:
    """R-000-10: one group a person, totals of each column that is counted."""
    first, second, *lines, total, _ = _table(render_list(_listing(9, form=FORMS["02"])))
    group = "Thuộc nhóm"
    assert first == [
        *("TT", "Họ và tên", "Ngày, tháng, năm sinh", "Chức vụ hiện nay", "Đảng viên"),
        *(group, group, group, group, "Ghi chú"),
    ]
    assert second[4:] == ["Đảng viên", "CB lãnh đạo quản lý", "CC", "VC", "NLĐ", "Ghi chú"]
    assert [line[0] for line in lines] == [str(n) for n in range(1, 10)]
    assert all(line[5:9].count("x") == 1 for line in lines)
    assert lines[0][:4] == ["1", "Lê An", "05/01/1985", POST]
    assert total[0] == "Tổng số"
    columns = list(zip(*lines, strict=True))
    counted = [count_words(column.count("x")) for column in columns[4:9]]
    assert total[4:9] == counted == ["03", "02", "03", "02", "02"]


@settings(max_examples=15)
@given(n_rows=st.integers(0, 12), parts=st.integers(1, 4))
def test_numbers_run_through_all_parts_and_nobody_is_lost(n_rows: int, parts: int) -> None:
    document = _listing(n_rows, form=FORMS["05A"], parts=parts)
    *lines, _ = _table(render_list(document))
    headings = [line[0] for line in lines if line[0].startswith("Đơn vị")]
    people = [line for line in lines if line[0].isdecimal()]
    assert headings == [section.heading for section in document.sections]
    assert [line[0] for line in people] == [str(n) for n in range(1, n_rows + 1)]
    assert [line[1] for line in people] == [row.person.full_name for row in document.rows]


def test_05b_prints_the_achievement_and_tells_namesakes_apart() -> None:
    row = ListRow(person(), POST, "Sinh năm 1985", "Có 02 sáng kiến")
    document = replace(_listing(0, form=FORMS["05B"]), sections=(Section("", (row,)),))
    _, line, _ = _table(render_list(document))
    assert line[2:] == [f"{POST} (Sinh năm 1985)", "Có 02 sáng kiến"]


def test_a_template_with_a_wrong_tag_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "sai_the.docx"
    document = Document()
    document.add_paragraph("{{ ten_sai }}")
    document.save(str(wrong))
    with pytest.raises(BadSet, match="sai_the"):
        render_list(replace(_listing(1), form=replace(FORMS["04"], template=wrong)))


@pytest.mark.parametrize("form_id", sorted(FORMS))
def test_the_committed_template_is_what_its_recipe_makes(form_id: str, tmp_path: Path) -> None:
    template = FORMS[form_id].template
    made = tmp_path / template.name
    runpy.run_path(str(TEMPLATES / "make_lists.py"))["build"](template.name, made)
    parts = ("word/document.xml", "word/styles.xml")
    with zipfile.ZipFile(made) as new, zipfile.ZipFile(template) as committed:
        assert [new.read(part) for part in parts] == [committed.read(part) for part in parts]


# --- on paper ---------------------------------------------------------------------------------

LENGTHS = {
    "02": (0, 1, 2, 3, 4, 5, 40),
    "04": (0, 1, *range(4, 13), 40),
    "05B": (0, 1, *range(9, 13), 40),
}
"""Rows; those between the first and the last cross the end of the first page."""
KEPT = {"02": 1, "04": 2, "05B": 2}
"""Rows that stay with the signature; a landscape page is too low for two."""
STYLES = {
    "state": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "party": "ĐẢNG CỘNG SẢN VIỆT NAM",
    "youth_union": "ĐOÀN TNCS HỒ CHÍ MINH",
    "custom": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Text of the pages of lists of many lengths and all styles, by ``<form>-<style>-<rows>``."""
    folder = tmp_path_factory.mktemp("lists")
    documents = [
        _listing(n, form=FORMS[form_id]) for form_id, lengths in LENGTHS.items() for n in lengths
    ]
    documents += [_listing(3, style, FORMS["05A"]) for style in STYLES]
    documents += [_listing(3, style, FORMS["02"]) for style in ("party", "youth_union", "custom")]
    documents.append(replace(_listing(43, form=FORMS["05A"], parts=3), name="parts"))
    files = [folder / f"{document.name}.docx" for document in documents]
    for file, document in zip(files, documents, strict=True):
        file.write_bytes(render_list(document))
    texts = {}
    for pdf in convert_to_pdf(files, folder).values():
        opened = PdfDocument(pdf)
        texts[pdf.stem] = [page.get_textpage().get_text_bounded() for page in opened]
        opened.close()
    return texts


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("form_id", ["02", "05A"])
def test_each_header_style_has_its_own_words(
    form_id: str, style: str, pages: dict[str, list[str]]
) -> None:
    text = pages[f"{form_id}-{style}-3"]
    assert STYLES[style] in text[0]
    assert [other for other in set(STYLES.values()) if other in text[0]] == [STYLES[style]]
    assert ("***" in text[0]) == (style == "youth_union")
    assert f"Mẫu {form_id}" in text[0]
    assert "ỦY BAN NHÂN DÂN QUẬN MẪU" in text[0]
    assert "HIỆU TRƯỞNG" in text[-1]


@pytest.mark.parametrize("form_id", LENGTHS)
def test_the_signature_never_stands_alone_and_headings_repeat(
    form_id: str, pages: dict[str, list[str]]
) -> None:
    documents = {n: pages[f"{form_id}-state-{n}"] for n in LENGTHS[form_id]}
    for n, document in documents.items():
        for number in range(max(1, n + 1 - KEPT[form_id]), n + 1):
            assert re.search(rf"^{number}\b", document[-1], re.MULTILINE), f"{n} rows"
        assert all("Họ và tên" in page for page in document)
        assert "(ký tên và đóng dấu)" in document[-1]
    assert len(documents[0]) == len(documents[1]) == 1
    assert {1, 2} <= {len(document) for document in documents.values()}  # the break was crossed
    assert len(documents[40]) > 2


def test_pages_are_numbered_from_the_second_on(pages: dict[str, list[str]]) -> None:
    for number, text in enumerate(pages["04-state-40"][1:], 2):
        assert text.split()[0] == str(number)
    assert pages["04-state-40"][0].split()[0] != "1"


def test_no_heading_of_a_part_stands_at_the_end_of_a_page(pages: dict[str, list[str]]) -> None:
    found: set[str] = set()
    for page in pages["parts"]:
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        found |= {line for line in lines if line.startswith("Đơn vị ")}
        assert not lines[-1].startswith(("Đơn vị ", "TT"))
    assert found == {"Đơn vị 0", "Đơn vị 1", "Đơn vị 2"}


def test_rules_are_as_long_as_the_words_above(tmp_path: Path) -> None:
    """Against the widths that LibreOffice printed."""
    docx = tmp_path / "state.docx"
    docx.write_bytes(render_list(_listing(1)))
    (pdf,) = convert_to_pdf([docx], tmp_path).values()
    with pdfplumber.open(pdf) as opened:
        page = opened.pages[0]
        words = page.search("Độc lập - Tự do - Hạnh phúc")[0]
        wide = words["x1"] - words["x0"]
        below = {  # LibreOffice draws a border twice
            (line["x0"], line["x1"])
            for line in page.lines
            if 0 < line["top"] - words["bottom"] < 8 and line["x0"] > page.width / 2
        }
    assert len(below) == 1
    (left, right) = below.pop()
    assert right - left == pytest.approx(wide, rel=0.02)
    assert left == pytest.approx(words["x0"], abs=1.5)


def test_width_of_vietnamese_text_is_that_of_its_letters() -> None:
    document = Document()
    plain, marked = document.add_paragraph("Doc lap"), document.add_paragraph("Độc lập")
    assert text_width(plain) == text_width(marked) > Mm(10)

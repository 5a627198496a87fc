"""Mẫu 04: who is on it, what it says of them, and how the document looks."""

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
from pypdfium2 import PdfDocument
from results_cases import LONG_BIEN, Q4, TEMPLATES, UNIT, person

from pipeline.errors import BadSet
from pipeline.people import Person
from pipeline.programs.soffice import convert_to_pdf
from pipeline.ratings import Commitment
from pipeline.results.letterhead import text_width
from pipeline.results.notices import (
    NoticeContext,
    NoticeRow,
    notice_context,
    render_notice,
)
from pipeline.results.verdict import Verdict, VerdictStatus

TEMPLATE = LONG_BIEN.list_forms["04"].template
NAMES = "Nguyễn Thị Hương", "Lê An", "Tôn Nữ Thị Ngọc Hà", "K' Mẫu", "Ngô Thị Ý"


def _verdict(who: Person, status: VerdictStatus = VerdictStatus.DAT) -> Verdict:
    return Verdict(who.person_id, who.unit_id, "03B", "dat", status, (), ())


def _context(
    people: list[Person], status: VerdictStatus = VerdictStatus.DAT, signed: tuple[str, ...] = ()
) -> NoticeContext:
    commitments = [Commitment(person_id, 2026, "2026-01-20") for person_id in signed]
    verdicts = [_verdict(who, status) for who in people]
    return notice_context(UNIT, people, verdicts, commitments, Q4, LONG_BIEN)


def _notes(*people: Person) -> list[str]:
    return [row.note for row in _context(list(people)).rows]


def test_only_the_units_own_people_with_a_final_pass_are_listed_in_order() -> None:
    people = [
        person("P3", full_name="Lê An"),
        person("P1", full_name="Ngô Thị Ý"),
        person("P2", full_name="Phan Văn Mẫu"),
        person("P4", full_name="Trần Văn Mẫu"),
        person("P5", full_name="Vũ Văn Mẫu"),
        person("X1", full_name="Người đơn vị khác", unit_id="KHAC"),
    ]
    statuses = [
        VerdictStatus.DAT,
        VerdictStatus.DAT,
        VerdictStatus.TAM_TINH,
        VerdictStatus.CHUA_DAT,
        VerdictStatus.CHUA_CO_KET_QUA,
        VerdictStatus.DAT,
    ]
    verdicts = [_verdict(who, status) for who, status in zip(people, statuses, strict=True)]
    commitments = [Commitment(p, 2026, "2026-01-20") for p in ("P1", "P2", "P3", "X1")]
    context = notice_context(UNIT, people, verdicts, commitments, Q4, LONG_BIEN)
    assert [(row.number, row.full_name) for row in context.rows] == [(1, "Lê An"), (2, "Ngô Thị Ý")]
    assert (context.n_total, context.n_signed, context.n_pass, context.n_waiting) == (5, 3, 2, 2)
    assert context.title[1].endswith("đạt tiêu chí chuyên nghiệp Quý IV/2026")
    assert context.rows[0].position == "Giáo viên, Trường Tiểu học Hoa Mẫu"


def test_somebody_without_a_verdict_is_never_left_out_silently() -> None:
    with pytest.raises(KeyError):
        notice_context(UNIT, [person("P1")], [], [], Q4, LONG_BIEN)


def test_a_style_or_form_the_set_has_not_is_named() -> None:
    with pytest.raises(BadSet, match="quan_doi"):
        notice_context(replace(UNIT, header_style="quan_doi"), [], [], [], Q4, LONG_BIEN)
    with pytest.raises(BadSet, match="mẫu 04"):
        notice_context(UNIT, [], [], [], Q4, replace(LONG_BIEN, list_forms={}))


def test_the_unit_is_not_said_twice() -> None:
    head = person("P1", position="Hiệu trưởng Trường Tiểu học Hoa Mẫu")
    nobody = person("P2", position="")
    positions = [row.position for row in _context([head, nobody]).rows]
    assert positions == ["Hiệu trưởng Trường Tiểu học Hoa Mẫu", "Trường Tiểu học Hoa Mẫu"]


def test_namesakes_are_told_apart_by_the_least_that_does() -> None:
    hoa = person("P1", full_name="Lê Thị Hoà", birth_date="1985-01-05")
    same_year = person("P2", full_name="LÊ THỊ HÒA", birth_date="1985-12-31")
    assert _notes(hoa, person("P3", full_name="Lê Thị Hóa")) == ["", ""]
    assert _notes(hoa, replace(same_year, position="Văn thư")) == ["", ""]
    assert _notes(hoa, replace(same_year, birth_date="1968")) == ["Sinh năm 1985", "Sinh năm 1968"]
    assert _notes(hoa, same_year) == ["Sinh ngày 05/01/1985", "Sinh ngày 31/12/1985"]
    for unknown in ("", "1985", "1985-01-05"):
        assert _notes(hoa, replace(same_year, birth_date=unknown)) == ["Mã số P1", "Mã số P2"]


def test_a_namesake_who_is_not_listed_still_counts() -> None:
    people = [person("P1", full_name="Lê An"), person("P2", full_name="Lê An", birth_date="1990")]
    verdicts = [_verdict(people[0]), _verdict(people[1], VerdictStatus.CHUA_DAT)]
    context = notice_context(UNIT, people, verdicts, [], Q4, LONG_BIEN)
    assert [row.note for row in context.rows] == ["Sinh năm 1985"]


# --- the document -----------------------------------------------------------------------------


def _listing(n_rows: int, style: str = "state") -> NoticeContext:
    rows = tuple(
        NoticeRow(n, NAMES[n % len(NAMES)], "Giáo viên, Trường Tiểu học Hoa Mẫu", "")
        for n in range(1, n_rows + 1)
    )
    unit = replace(UNIT, header_style=style)
    title = ("THÔNG BÁO", "Danh sách CBCCVC, NLĐ đạt tiêu chí chuyên nghiệp Quý IV/2026")
    return NoticeContext(unit, LONG_BIEN.headers[style], title, 500, 410, rows, (), 0)


def _text(docx: bytes) -> str:
    document = Document(io.BytesIO(docx))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_names_with_signs_of_xml_and_of_templates_are_printed_as_they_are() -> None:
    odd = "K' Mẫu & <b>{{ don_vi }}</b> {% if %}"
    context = replace(_listing(0), rows=(NoticeRow(1, odd, "A & B", ""),))
    text = _text(render_notice(TEMPLATE, context))
    assert odd in text
    assert "A & B" in text


def test_counts_and_an_empty_list_are_said_in_words() -> None:
    text = _text(render_notice(TEMPLATE, _listing(0)))
    assert "Số CBCCVC, NLĐ đạt tiêu chí chuyên nghiệp: 0 người." in text
    assert "(Không có CBCCVC, NLĐ đạt tiêu chí chuyên nghiệp)" in text
    text = _text(render_notice(TEMPLATE, _listing(5)))
    assert "Tổng số CBCCVC, NLĐ của đơn vị: 500 người." in text
    assert "đã ký cam kết thực hiện bộ tiêu chí: 410 người." in text
    assert "đạt tiêu chí chuyên nghiệp: 05 người." in text
    assert "Không có" not in text


def test_a_template_with_a_wrong_tag_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "sai_the.docx"
    document = Document()
    document.add_paragraph("{{ ten_sai }}")
    document.save(str(wrong))
    with pytest.raises(BadSet, match="sai_the"):
        render_notice(wrong, _listing(1))


def test_the_committed_template_is_what_its_recipe_makes(tmp_path: Path) -> None:
    made = tmp_path / "mau_04.docx"
    runpy.run_path(str(TEMPLATES / "make_mau_04.py"))["build"](made)
    parts = ("word/document.xml", "word/styles.xml")
    with zipfile.ZipFile(made) as new, zipfile.ZipFile(TEMPLATE) as committed:
        assert [new.read(part) for part in parts] == [committed.read(part) for part in parts]


LENGTHS = range(4, 13)
"""Rows around the end of the first page."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Text of the pages of notices of many lengths and all styles, by ``<style>-<rows>``."""
    folder = tmp_path_factory.mktemp("notices")
    wanted = [("state", n) for n in (0, 1, *LENGTHS, 40)]
    wanted += [("party", 3), ("youth_union", 3), ("custom", 3)]
    files = [folder / f"{style}-{n}.docx" for style, n in wanted]
    for file, (style, n) in zip(files, wanted, strict=True):
        file.write_bytes(render_notice(TEMPLATE, _listing(n, style)))
    texts = {}
    for pdf in convert_to_pdf(files, folder).values():
        opened = PdfDocument(pdf)
        texts[pdf.stem] = [page.get_textpage().get_text_bounded() for page in opened]
        opened.close()
    return texts


def test_each_header_style_has_its_own_words(pages: dict[str, list[str]]) -> None:
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in pages["state-1"][0]
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in pages["party-3"][0]
    assert "ĐOÀN TNCS HỒ CHÍ MINH" in pages["youth_union-3"][0]
    assert "***" in pages["youth_union-3"][0]
    for text in pages.values():
        assert "Mẫu 04" in text[0]
        assert "ỦY BAN NHÂN DÂN QUẬN MẪU" in text[0]
        assert "HIỆU TRƯỞNG" in text[-1]


def test_the_signature_never_stands_alone_and_headings_repeat(pages: dict[str, list[str]]) -> None:
    for n in (*LENGTHS, 40):
        document = pages[f"state-{n}"]
        for number in (n - 1, n):
            assert re.search(rf"^{number}\b", document[-1], re.MULTILINE), f"{n} rows"
        assert all("Họ và tên" in page for page in document)
    assert {len(pages[f"state-{n}"]) for n in LENGTHS} == {1, 2}  # the break was crossed
    assert len(pages["state-1"]) == 1
    assert len(pages["state-0"]) == 1


def test_rules_are_as_long_as_the_words_above(tmp_path: Path) -> None:
    """Against the widths that LibreOffice printed."""
    docx = tmp_path / "state.docx"
    docx.write_bytes(render_notice(TEMPLATE, _listing(1)))
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

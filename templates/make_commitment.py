"""The recipe of the first docx template of the commitment of ``long_bien_2021`` (mẫu 01).

Run once, from the project's folder: ``python -m templates.make_commitment``. From then on the docx
belongs to the office, which changes it in Word or LibreOffice; running the recipe again overwrites
that. After either, ``phieu forms build --form 01`` makes the printed form and its layout anew.

Text: mẫu 01 of Kế hoạch số 05-KH/BCN. Margins, typeface and sizes: Nghị định 30/2020/NĐ-CP, Phụ lục
I; the body is 13 pt and the lines to write on are 8 mm apart, so that all stands on one page.
"""

from docx.document import Document as DocumentType
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from templates.make_long_bien_2021 import (
    FOLDER,
    SIGNATURE_HEIGHT_MM,
    WHITE,
    add_row,
    add_table,
    borders,
    letterhead,
    new_document,
    spacer,
    title_and_person,
    write,
)

BODY_PT = 13.0
IDENTITY_MM = (52.0, 113.0)
IDENTITY = (
    ("Họ và tên:", "name", 6.5),
    ("Ngày, tháng, năm sinh:", "birth_date", 6.5),
    ("Chức vụ, đơn vị công tác:", "post", 11.0),
)
LINES_MM = (5.0, 160.0)
LINE_HEIGHT_MM = 8.0
LINES_A_SECTION = 3
SIGNATURES_MM = (72.0, 93.0)
CLEAR_MM = 2.0
"""Between print and the signature's area: paper is not flat in a scanner, and print read into the
area would look like ink."""

PARAGRAPHS = (
    "Thực hiện Quyết định số 264-QĐ/QU, ngày 24/9/2021 của Ban Thường vụ Quận ủy Long Biên về việc "
    "ban hành bộ tiêu chí đánh giá sự chuyên nghiệp của cán bộ, công chức, viên chức, người lao "
    "động quận Long Biên; Kế hoạch số 05-KH/BCN, ngày 27/9/2021 của Ban Chủ nhiệm Chương trình số "
    "01-CTr/QU,",
    "Tôi cam kết thực hiện tiêu chí chuyên nghiệp của cán bộ, công chức, viên chức, người lao động "
    "quận Long Biên, trong đó tập trung một số nội dung sau:",
)
SECTIONS = (
    "1. Về đạo đức công vụ:",
    "2. Về hoạt động công vụ:",
    "3. Về phong cách lãnh đạo (đối với cán bộ lãnh đạo, quản lý)",
)
"""The third is printed for everybody and left blank by who leads nobody (A21)."""


def body(document: DocumentType) -> None:
    """What is promised, and lines to write on."""
    for text in PARAGRAPHS:
        paragraph = document.add_paragraph()
        paragraph.alignment = ALIGN.JUSTIFY
        paragraph.paragraph_format.first_line_indent = Mm(10)
        paragraph.paragraph_format.space_after = Pt(3)
        paragraph.add_run(text).font.size = Pt(BODY_PT)
    for heading in SECTIONS:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(3)
        paragraph.paragraph_format.keep_with_next = True
        run = paragraph.add_run(heading)
        run.font.size, run.bold = Pt(BODY_PT), True
        _lines(document)


def _lines(document: DocumentType) -> None:
    """Dashes with a dotted line each."""
    table = add_table(document, LINES_MM, 0.5)
    for _ in range(LINES_A_SECTION):
        row = add_row(table, LINE_HEIGHT_MM, exact=True)
        write(row.cells[0], "-", BODY_PT)
        row.cells[0].vertical_alignment = VERTICAL.BOTTOM
        dotted = OxmlElement("w:tcBorders")
        line = OxmlElement("w:bottom")
        for key, value in (("val", "dotted"), ("sz", "6"), ("color", "404040")):
            line.set(qn(f"w:{key}"), value)
        dotted.append(line)
        row.cells[1]._tc.get_or_add_tcPr().append(dotted)


def signature(document: DocumentType) -> None:
    """Who keeps the copy on the left, the signature on the right."""
    spacer(document, 6)
    table = add_table(document, SIGNATURES_MM, 0.5)
    heights = (12, CLEAR_MM, SIGNATURE_HEIGHT_MM, CLEAR_MM, 7)
    rows = [add_row(table, height, exact=True) for height in heights]
    for row in rows:
        borders(row.cells[1], WHITE)
    heading, _, area, _, name = rows
    top = heading.cells[1]
    write(top, "NGƯỜI CAM KẾT", 12, bold=True, align=ALIGN.CENTER, keep=True)
    below = top.add_paragraph()
    below.alignment, below.paragraph_format.keep_with_next = ALIGN.CENTER, True
    run = below.add_run("(ký và ghi rõ họ tên)")
    run.font.size, run.italic = Pt(11), True
    write(area.cells[1], "{{r signature.self }}", keep=True)
    write(name.cells[1], "{{r field.signer.self }}")
    borders(area.cells[0], WHITE)
    write(area.cells[0], "{{r field.keeper }}", keep=True)


def make() -> DocumentType:
    """The template of mẫu 01."""
    document = new_document()
    properties = document.core_properties
    properties.title, properties.language = "Mẫu 01 – Bản cam kết", "vi-VN"
    properties.author = properties.comments = ""
    letterhead(document)
    title_and_person(document, IDENTITY_MM, 13, IDENTITY)
    spacer(document, 4)
    body(document)
    signature(document)
    return document


if __name__ == "__main__":
    make().save(str(FOLDER / "mau_01.docx"))

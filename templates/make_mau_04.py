"""How the first ``long_bien_2021/mau_04.docx`` was made: ``python templates/make_mau_04.py``.

The docx is the office's to change in Word or LibreOffice afterwards; running this again throws such
changes away. Sizes and styles: Nghị định 30/2020/NĐ-CP, Phụ lục I; for the letterhead of Party and
youth union units Hướng dẫn 36-HD/VPTW. Texts: mẫu 04 of Kế hoạch 05-KH/BCN.

Tags that the program fills in: see ``pipeline.results.notices``. Two paragraph styles make a rule
whose length the program fits to the line of text above it.
"""

from pathlib import Path

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
FULL_RULE = "Kẻ bằng dòng trên"
SHORT_RULE = "Kẻ ngắn dưới dòng trên"
CENTRE, LEFT, RIGHT, JUSTIFY = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)
TEXT_WIDTH_MM = 165
"""A4 less 30 mm on the left and 15 mm on the right."""
LETTERHEAD_MM = {"state": (68, 97), "party": (80, 85)}
LIST_MM = (12, 50, 71, 32)
LINE_EIGHTHS_PT = 4


def build(path: Path) -> None:
    """Write the template to ``path``."""
    document = Document()
    _set_page(document)
    _set_styles(document)
    _label(document, "Mẫu 04")
    _paragraph(document, '{%p if tieu_ngu_kieu in ("party", "youth_union") %}')
    _party_letterhead(document)
    _paragraph(document, "{%p else %}")
    _state_letterhead(document)
    _paragraph(document, "{%p endif %}")
    _title(document)
    _counts(document)
    _list(document)
    _end(document)
    document.save(str(path))


def _set_page(document: DocumentObject) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance, section.footer_distance = Mm(10), Mm(10)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = CENTRE
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = number.add_run()
        run.font.size = Pt(13)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _set_styles(document: DocumentObject) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(14)
    fonts = normal.element.rPr.rFonts
    for slot in ("w:eastAsia", "w:cs"):
        fonts.set(qn(slot), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    normal.element.rPr.append(language)
    normal.paragraph_format.space_after = Pt(0)
    for name in (FULL_RULE, SHORT_RULE):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.element.get_or_add_pPr().append(_borders("w:pBdr", ("top",), 6))
        style.font.size = Pt(2)
        style.paragraph_format.space_before = Pt(2)
        style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        style.paragraph_format.line_spacing = Pt(3)


def _borders(tag: str, sides: tuple[str, ...], eighths_pt: int) -> BaseOxmlElement:
    borders = OxmlElement(tag)
    for side in sides:
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", str(eighths_pt)), ("space", "0")):
            line.set(qn(f"w:{key}"), value)
        line.set(qn("w:color"), "000000")
        borders.append(line)
    return borders


def _paragraph(
    parent: DocumentObject | _Cell,
    text: str,
    size_pt: float = 14,
    align: WD_ALIGN_PARAGRAPH = LEFT,
    look: str = "",
) -> Paragraph:
    """A paragraph; ``look`` holds b (bold) and i (italic). Reuses a cell's first, empty one."""
    is_fresh = isinstance(parent, _Cell) and [p.text for p in parent.paragraphs] == [""]
    paragraph = parent.paragraphs[0] if is_fresh else parent.add_paragraph()
    paragraph.alignment = align
    run = paragraph.add_run(text)
    run.font.size = Pt(size_pt)
    run.bold, run.italic = "b" in look, "i" in look
    return paragraph


def _label(document: DocumentObject, text: str) -> None:
    _paragraph(document, text, 13, RIGHT, "b").paragraph_format.space_after = Pt(4)


def _table(document: DocumentObject, widths_mm: tuple[int, ...]) -> Table:
    table: Table = document.add_table(rows=1, cols=len(widths_mm))
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    _set_widths(table.rows[0], widths_mm)
    _never_split(table.rows[0])
    return table


def _set_widths(row: _Row, widths_mm: tuple[int, ...]) -> None:
    for cell, width in zip(row.cells, widths_mm, strict=True):
        cell.width = Length(Mm(width))


def _never_split(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _issuer(cell: _Cell, size_pt: float) -> None:
    """The left side: superior upright, issuer bold, and a mark or a short rule below."""
    _paragraph(cell, "{%p if don_vi_chu_quan %}")
    _paragraph(cell, "{{ don_vi_chu_quan }}", size_pt, CENTRE)
    _paragraph(cell, "{%p endif %}")
    _paragraph(cell, "{{ don_vi }}", size_pt, CENTRE, "b")
    _paragraph(cell, "{%p if dau_don_vi %}")
    _paragraph(cell, "{{ dau_don_vi }}", size_pt, CENTRE)
    _paragraph(cell, "{%p else %}")
    cell.add_paragraph(style=SHORT_RULE)
    _paragraph(cell, "{%p endif %}")


def _date(cell: _Cell, size_pt: float) -> None:
    text = "{{ dia_danh }}, ngày ..... tháng ..... năm 20....."
    _paragraph(cell, text, size_pt, CENTRE, "i").paragraph_format.space_before = Pt(6)


def _party_letterhead(document: DocumentObject) -> None:
    left, right = _table(document, LETTERHEAD_MM["party"]).rows[0].cells
    _issuer(left, 14)
    _paragraph(right, "{%p for dong in tieu_ngu %}")
    _paragraph(right, "{{ dong }}", 15, CENTRE, "b")
    _paragraph(right, "{%p endfor %}")
    right.add_paragraph(style=FULL_RULE)
    _date(right, 14)


def _state_letterhead(document: DocumentObject) -> None:
    left, right = _table(document, LETTERHEAD_MM["state"]).rows[0].cells
    _issuer(left, 12)
    _paragraph(right, "{%p for dong in tieu_ngu[:-1] %}")
    _paragraph(right, "{{ dong }}", 12, CENTRE, "b")
    _paragraph(right, "{%p endfor %}")
    _paragraph(right, "{{ tieu_ngu[-1] }}", 13, CENTRE, "b")
    right.add_paragraph(style=FULL_RULE)
    _date(right, 13)


def _title(document: DocumentObject) -> None:
    kind = _paragraph(document, "{{ tieu_de[0] }}", 14, CENTRE, "b")
    kind.paragraph_format.space_before = Pt(18)
    _paragraph(document, "{%p for dong in tieu_de[1:] %}")
    _paragraph(document, "{{ dong }}", 14, CENTRE, "b")
    _paragraph(document, "{%p endfor %}")
    rule = document.add_paragraph(style=SHORT_RULE)
    rule.paragraph_format.space_after = Pt(12)


def _counts(document: DocumentObject) -> None:
    lines = (
        ("1. Số lượng CBCCVC, NLĐ:", "b"),
        ("- Tổng số CBCCVC, NLĐ của đơn vị: {{ tong_so }} người.", ""),
        ("- Số CBCCVC, NLĐ đã ký cam kết thực hiện bộ tiêu chí: {{ so_da_ky }} người.", ""),
        ("- Số CBCCVC, NLĐ đạt tiêu chí chuyên nghiệp: {{ so_dat }} người.", ""),
        ("2. Danh sách CBCCVC, NLĐ đạt tiêu chí chuyên nghiệp:", "b"),
    )
    for text, look in lines:
        paragraph = _paragraph(document, text, 14, JUSTIFY, look)
        paragraph.paragraph_format.first_line_indent = Mm(12.7)
        paragraph.paragraph_format.space_after = Pt(6)
        paragraph.paragraph_format.keep_with_next = True


def _list(document: DocumentObject) -> None:
    table = _table(document, LIST_MM)
    heading = table.rows[0]
    heading._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    titles = ("TT", "Họ và tên", "Chức vụ, đơn vị công tác hiện nay", "Ghi chú")
    for cell, text in zip(heading.cells, titles, strict=True):
        _list_cell(cell, text, CENTRE, "b", keep=True)
    _control_row(table, "{%tr for nguoi in danh_sach[:-2] %}")
    _person_row(table, keep=False)
    _control_row(table, "{%tr endfor %}")
    # The last two rows stay with the signature, which is a row of the same table because
    # LibreOffice keeps rows together, but not a table with what follows it.
    _control_row(table, "{%tr for nguoi in danh_sach[-2:] %}")
    _person_row(table, keep=True)
    _control_row(table, "{%tr endfor %}")
    _control_row(table, "{%tr if not danh_sach %}")
    nobody = _new_row(table)
    _never_split(nobody)
    whole = nobody.cells[0].merge(nobody.cells[-1])
    text = "(Không có CBCCVC, NLĐ đạt tiêu chí chuyên nghiệp)"
    _list_cell(whole, text, CENTRE, "i", keep=True)
    _control_row(table, "{%tr endif %}")
    _signature(table)


def _new_row(table: Table) -> _Row:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]  # python-docx left it untyped
    _set_widths(row, LIST_MM)
    return row


def _control_row(table: Table, tag: str) -> None:
    row = _new_row(table)
    row.cells[0].paragraphs[0].add_run(tag)


def _person_row(table: Table, *, keep: bool) -> None:
    row = _new_row(table)
    _never_split(row)
    tags = (
        ("{{ nguoi.tt }}", CENTRE),
        ("{{ nguoi.ho_va_ten }}", LEFT),
        ("{{ nguoi.chuc_vu }}", LEFT),
        ("{{ nguoi.ghi_chu }}", LEFT),
    )
    for cell, (text, align) in zip(row.cells, tags, strict=True):
        _list_cell(cell, text, align, "", keep=keep)


def _list_cell(cell: _Cell, text: str, align: WD_ALIGN_PARAGRAPH, look: str, *, keep: bool) -> None:
    paragraph = _paragraph(cell, text, 13, align, look)
    paragraph.paragraph_format.space_before = Pt(3)
    paragraph.paragraph_format.space_after = Pt(3)
    paragraph.paragraph_format.keep_with_next = keep
    edges = _borders("w:tcBorders", ("top", "left", "bottom", "right"), LINE_EIGHTHS_PT)
    cell._tc.get_or_add_tcPr().append(edges)


def _signature(table: Table) -> None:
    row = _new_row(table)
    _never_split(row)
    left, right = row.cells[0].merge(row.cells[1]), row.cells[2].merge(row.cells[3])
    for cell in (left, right):
        cell.paragraphs[0].paragraph_format.space_before = Pt(14)
    _paragraph(left, "Nơi nhận:", 12, LEFT, "bi")
    _paragraph(left, "{%p for noi in noi_nhan %}")
    _paragraph(left, "- {{ noi }};", 11)
    _paragraph(left, "{%p endfor %}")
    _paragraph(left, "{%p if not noi_nhan %}")
    _paragraph(left, "- ........................................;", 11)
    _paragraph(left, "{%p endif %}")
    _paragraph(left, "- Lưu.", 11)
    _paragraph(right, "{{ chuc_danh }}", 14, CENTRE, "b")
    note = _paragraph(right, "(ký tên và đóng dấu)", 13, CENTRE, "i")
    note.paragraph_format.space_after = Mm(32)  # room for signature and seal on the same page


def _end(document: DocumentObject) -> None:
    """The paragraph that has to follow a table, too small to need a page of its own."""
    document.add_paragraph().paragraph_format.line_spacing = Pt(1)


if __name__ == "__main__":
    build(Path(__file__).parent / "long_bien_2021" / "mau_04.docx")

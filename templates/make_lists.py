"""How the first docx templates of the lists of ``long_bien_2021`` were made: mẫu 02, 04, 05A, 05B.

``python templates/make_lists.py`` writes them anew and throws away what an office has changed in
them with Word or LibreOffice since. Sizes and styles: Nghị định 30/2020/NĐ-CP, Phụ lục I; for units
of the Party and the youth union Hướng dẫn 36-HD/VPTW. Texts: the forms of Kế hoạch 05-KH/BCN.

Tags that the program fills in: see ``pipeline.results.lists``. Two paragraph styles make a rule
whose length the program fits to the line of text above it.
"""

from dataclasses import dataclass
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
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
LETTERHEAD_MM = {
    False: {"state": (68, 97), "party": (80, 85)},
    True: {"state": (112, 140), "party": (122, 130)},
}
"""Left and right side, upright (165 mm of text) and landscape (252 mm)."""
LINE_EIGHTHS_PT = 4


@dataclass(frozen=True)
class Column:
    """A column of the list; ``group`` is a heading over it and its neighbours of that group,
    ``more`` a text after that of the tag, ``total`` the tag of its total."""

    title: str
    width_mm: int
    tag: str
    align: WD_ALIGN_PARAGRAPH = LEFT
    group: str = ""
    total: str = ""
    more: str = ""


@dataclass(frozen=True)
class ListTemplate:
    """One list form. ``opening`` are the lines between title and table, headings first with *."""

    label: str
    columns: tuple[Column, ...]
    nobody: str
    opening: tuple[str, ...] = ()
    remark: str = ""
    is_landscape: bool = False
    has_addressees: bool = True

    @property
    def widths_mm(self) -> tuple[int, ...]:
        """Of the columns."""
        return tuple(column.width_mm for column in self.columns)


_TT = Column("TT", 12, "tt", CENTRE)
_NAME = Column("Họ và tên", 50, "ho_va_ten")
_POST = Column("Chức vụ, đơn vị công tác hiện nay", 71, "chuc_vu")
_NOTE = Column("Ghi chú", 32, "ghi_chu")
_COUNT = "- Tổng số CBCCVC, NLĐ của đơn vị: {{ so.tong_so }} người."
_NOBODY = "(Không có CBCCVC, NLĐ đạt tiêu chí chuyên nghiệp)"
_NOBODY_PROPOSED = "(Không có CBCCVC, NLĐ đề nghị khen thưởng)"


def _group(title: str, width_mm: int, name: str) -> Column:
    return Column(title, width_mm, f"nhom.{name}", CENTRE, "Thuộc nhóm", f"cong.{name}")


TEMPLATES = {
    "mau_02.docx": ListTemplate(
        "Mẫu 02",
        (
            Column("TT", 11, "tt", CENTRE),
            Column("Họ và tên", 50, "ho_va_ten"),
            Column("Ngày, tháng, năm sinh", 30, "ngay_sinh", CENTRE),
            Column("Chức vụ hiện nay", 54, "chuc_vu"),
            Column("Đảng viên", 16, "dang_vien", CENTRE, total="cong.dang_vien"),
            _group("CB lãnh đạo quản lý", 27, "lanh_dao"),
            _group("CC", 12, "cc"),
            _group("VC", 12, "vc"),
            _group("NLĐ", 15, "nld"),
            Column("Ghi chú", 25, "ghi_chu"),
        ),
        "(Chưa có CBCCVC, NLĐ ký cam kết)",
        (
            "*1. Số lượng CBCCVC, NLĐ:",
            _COUNT,
            "- Số CBCCVC, NLĐ đã ký cam kết thực hiện tiêu chí chuyên nghiệp: "
            "{{ so.da_ky }} người.",
            "*2. Danh sách CBCCVC ký cam kết",
        ),
        is_landscape=True,
        has_addressees=False,
    ),
    "mau_04.docx": ListTemplate(
        "Mẫu 04",
        (_TT, _NAME, _POST, _NOTE),
        _NOBODY,
        (
            "*1. Số lượng CBCCVC, NLĐ:",
            _COUNT,
            "- Số CBCCVC, NLĐ đã ký cam kết thực hiện bộ tiêu chí: {{ so.da_ky }} người.",
            "- Số CBCCVC, NLĐ đạt tiêu chí chuyên nghiệp: {{ so.dat }} người.",
            "*2. Danh sách CBCCVC, NLĐ đạt tiêu chí chuyên nghiệp:",
        ),
    ),
    "mau_05a.docx": ListTemplate(
        "Mẫu 05A",
        (_TT, _NAME, _POST, _NOTE),
        _NOBODY_PROPOSED,
        remark="(mẫu dành cho khen thưởng định kỳ)",
    ),
    "mau_05b.docx": ListTemplate(
        "Mẫu 05B",
        (
            _TT,
            Column("Họ và tên", 40, "ho_va_ten"),
            Column(
                "Chức vụ, đơn vị công tác hiện nay",
                48,
                "chuc_vu",
                more="{% if dong.ghi_chu %} ({{ dong.ghi_chu }}){% endif %}",
            ),
            Column("Trích ngang thành tích", 65, "thanh_tich"),
        ),
        _NOBODY_PROPOSED,
        remark="(mẫu dành cho khen thưởng đột xuất)",
    ),
}


def build(name: str, path: Path) -> None:
    """Write the template of this name to ``path``."""
    form = TEMPLATES[name]
    document = Document()
    _set_page(document, is_landscape=form.is_landscape)
    _set_styles(document)
    _label(document, form.label)
    widths = LETTERHEAD_MM[form.is_landscape]
    _paragraph(document, '{%p if tieu_ngu_kieu in ("party", "youth_union") %}')
    _party_letterhead(document, widths["party"])
    _paragraph(document, "{%p else %}")
    _state_letterhead(document, widths["state"])
    _paragraph(document, "{%p endif %}")
    _title(document, form)
    _opening(document, form)
    _list(document, form)
    _end(document)
    document.save(str(path))


def _set_page(document: DocumentObject, *, is_landscape: bool) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    if is_landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
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


def _party_letterhead(document: DocumentObject, widths_mm: tuple[int, ...]) -> None:
    left, right = _table(document, widths_mm).rows[0].cells
    _issuer(left, 14)
    _paragraph(right, "{%p for dong in tieu_ngu %}")
    _paragraph(right, "{{ dong }}", 15, CENTRE, "b")
    _paragraph(right, "{%p endfor %}")
    right.add_paragraph(style=FULL_RULE)
    _date(right, 14)


def _state_letterhead(document: DocumentObject, widths_mm: tuple[int, ...]) -> None:
    left, right = _table(document, widths_mm).rows[0].cells
    _issuer(left, 12)
    _paragraph(right, "{%p for dong in tieu_ngu[:-1] %}")
    _paragraph(right, "{{ dong }}", 12, CENTRE, "b")
    _paragraph(right, "{%p endfor %}")
    _paragraph(right, "{{ tieu_ngu[-1] }}", 13, CENTRE, "b")
    right.add_paragraph(style=FULL_RULE)
    _date(right, 13)


def _title(document: DocumentObject, form: ListTemplate) -> None:
    for tag, size_pt in (('{%p if tieu_ngu_kieu == "party" %}', 16), ("{%p else %}", 14)):
        _paragraph(document, tag)
        kind = _paragraph(document, "{{ tieu_de[0] }}", size_pt, CENTRE, "b")
        kind.paragraph_format.space_before = Pt(8 if form.is_landscape else 18)
    _paragraph(document, "{%p endif %}")
    _paragraph(document, "{%p for dong in tieu_de[1:] %}")
    _paragraph(document, "{{ dong }}", 14, CENTRE, "b")
    _paragraph(document, "{%p endfor %}")
    if form.remark:
        _paragraph(document, form.remark, 13, CENTRE, "i")
    rule = document.add_paragraph(style=SHORT_RULE)
    rule.paragraph_format.space_after = Pt(6 if form.is_landscape else 12)


def _opening(document: DocumentObject, form: ListTemplate) -> None:
    for line in form.opening:
        look = "b" if line.startswith("*") else ""
        paragraph = _paragraph(document, line.lstrip("*"), 14, JUSTIFY, look)
        paragraph.paragraph_format.first_line_indent = Mm(12.7)
        paragraph.paragraph_format.space_after = Pt(3 if form.is_landscape else 6)
        paragraph.paragraph_format.keep_with_next = line == form.opening[-1]


def _list(document: DocumentObject, form: ListTemplate) -> None:
    """A table a part: LibreOffice lays out one of thousands of rows in minutes (measured: 2,000
    rows in 16 s, 4,300 not in 60 s of CPU), many small ones in the time of their rows."""
    _paragraph(document, "{%p for phan in cac_phan %}")
    _gap(document)
    table = _table(document, form.widths_mm)
    _headings(table, form)
    # The last rows stay with the signature, which is a row of the same table because LibreOffice
    # keeps rows together, but not a table with what follows it. A landscape page is too low to
    # keep more than one.
    kept = 1 if form.is_landscape else 2
    _control_row(table, form, "{%tr for dong in phan.dong %}")
    _control_row(table, form, f"{{%tr if dong.con_lai < {kept} %}}")
    _person_row(table, form, keep=True)
    _control_row(table, form, "{%tr else %}")
    _person_row(table, form, keep=False)
    _control_row(table, form, "{%tr endif %}")
    _control_row(table, form, "{%tr endfor %}")
    _control_row(table, form, "{%tr if not phan.dong %}")
    _whole_row(table, form, form.nobody, CENTRE, "i")
    _control_row(table, form, "{%tr endif %}")
    _control_row(table, form, "{%tr if phan.la_cuoi %}")
    if any(column.total for column in form.columns):
        _totals(table, form)
    _signature(table, form)
    _control_row(table, form, "{%tr endif %}")
    _paragraph(document, "{%p endfor %}")


def _headings(table: Table, form: ListTemplate) -> None:
    """The name of the part, if it has one, and one row of columns, or two when columns have a
    heading in common; repeated on every page."""
    first = table.rows[0]
    first.cells[0].paragraphs[0].add_run("{%tr if phan.tieu_de %}")
    _as_heading(_whole_row(table, form, "{{ phan.tieu_de }}", LEFT, "b"))
    _control_row(table, form, "{%tr endif %}")
    rows = [_new_row(table, form)]
    if any(column.group for column in form.columns):
        rows.append(_new_row(table, form))
    for row in rows:
        _never_split(row)
        _as_heading(row)
    top, bottom = rows[0].cells, rows[-1].cells
    done = ""
    for index, column in enumerate(form.columns):
        if not column.group:
            cell = top[index] if len(rows) == 1 else top[index].merge(bottom[index])
            _list_cell(cell, column.title, CENTRE, "b", keep=True)
            continue
        if column.group != done:
            last = max(i for i, other in enumerate(form.columns) if other.group == column.group)
            cell = top[index].merge(top[last])
            _list_cell(cell, column.group, CENTRE, "b", keep=True)
            done = column.group
        _list_cell(bottom[index], column.title, CENTRE, "b", keep=True)
    for row in rows:
        for tc in row._tr.tc_lst:
            cell = _Cell(tc, table)
            _edge(cell)  # also the lower part of a cell over two rows
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _as_heading(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _person_row(table: Table, form: ListTemplate, *, keep: bool) -> None:
    row = _new_row(table, form)
    _never_split(row)
    for cell, column in zip(row.cells, form.columns, strict=True):
        _list_cell(cell, f"{{{{ dong.{column.tag} }}}}{column.more}", column.align, "", keep=keep)


def _totals(table: Table, form: ListTemplate) -> None:
    row = _new_row(table, form)
    _never_split(row)
    cells = row.cells
    first = next(index for index, column in enumerate(form.columns) if column.total)
    _list_cell(cells[0].merge(cells[first - 1]), "Tổng số", CENTRE, "b", keep=True)
    for cell, column in zip(cells[first:], form.columns[first:], strict=True):
        text = f"{{{{ {column.total} }}}}" if column.total else ""
        _list_cell(cell, text, CENTRE, "b", keep=True)


def _new_row(table: Table, form: ListTemplate) -> _Row:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]  # python-docx left it untyped
    _set_widths(row, form.widths_mm)
    return row


def _control_row(table: Table, form: ListTemplate, tag: str) -> None:
    row = _new_row(table, form)
    row.cells[0].paragraphs[0].add_run(tag)


def _whole_row(
    table: Table, form: ListTemplate, text: str, align: WD_ALIGN_PARAGRAPH, look: str
) -> _Row:
    """A row of one cell that stays with the row after it."""
    row = _new_row(table, form)
    _never_split(row)
    _list_cell(row.cells[0].merge(row.cells[-1]), text, align, look, keep=True)
    return row


def _gap(document: DocumentObject) -> None:
    """Between tables, which would grow together without a paragraph."""
    gap = document.add_paragraph().paragraph_format
    gap.line_spacing_rule, gap.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(4)
    gap.keep_with_next = True


def _list_cell(cell: _Cell, text: str, align: WD_ALIGN_PARAGRAPH, look: str, *, keep: bool) -> None:
    paragraph = _paragraph(cell, text, 13, align, look)
    paragraph.paragraph_format.space_before = Pt(3)
    paragraph.paragraph_format.space_after = Pt(3)
    paragraph.paragraph_format.keep_with_next = keep
    _edge(cell)


def _edge(cell: _Cell) -> None:
    properties = cell._tc.get_or_add_tcPr()
    if properties.find(qn("w:tcBorders")) is None:
        sides = ("top", "left", "bottom", "right")
        properties.append(_borders("w:tcBorders", sides, LINE_EIGHTHS_PT))


def _signature(table: Table, form: ListTemplate) -> None:
    row = _new_row(table, form)
    _never_split(row)
    cells, half = row.cells, len(form.columns) // 2
    left, right = cells[0].merge(cells[half - 1]), cells[half].merge(cells[-1])
    for cell in (left, right):
        cell.paragraphs[0].paragraph_format.space_before = Pt(8 if form.is_landscape else 14)
    if form.has_addressees:
        _addressees(left)
    _paragraph(right, "{{ chuc_danh }}", 14, CENTRE, "b")
    note = _paragraph(right, "(ký tên và đóng dấu)", 13, CENTRE, "i")
    # Room for signature and seal on the same page.
    note.paragraph_format.space_after = Mm(22 if form.is_landscape else 32)


def _addressees(cell: _Cell) -> None:
    _paragraph(cell, "Nơi nhận:", 12, LEFT, "bi")
    _paragraph(cell, "{%p for noi in noi_nhan %}")
    _paragraph(cell, "- {{ noi }};", 11)
    _paragraph(cell, "{%p endfor %}")
    _paragraph(cell, "{%p if not noi_nhan %}")
    _paragraph(cell, "- ........................................;", 11)
    _paragraph(cell, "{%p endif %}")
    _paragraph(cell, "- Lưu.", 11)


def _end(document: DocumentObject) -> None:
    """The paragraph that has to follow a table: a twentieth of a point high, the least there is,
    or a full page would need another one for it (seen with 1 pt)."""
    document.add_paragraph().paragraph_format.line_spacing = Pt(0.05)


if __name__ == "__main__":
    for template in TEMPLATES:
        build(template, Path(__file__).parent / "long_bien_2021" / template)

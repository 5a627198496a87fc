"""The recipe of the first docx templates of the set ``long_bien_2021`` (mẫu 03A and 03B).

Run once: ``python templates/make_long_bien_2021.py``. From then on the docx files belong to the
office, which changes them in Word or LibreOffice; running the recipe again overwrites that.
After either, ``phieu forms build`` makes the printed form and its layout anew.

Measures: margins, typeface and sizes of Nghị định 30/2020/NĐ-CP, Phụ lục I; table text 11 pt keeps
03A on 3 pages and 03B on 2. Cells that a program measures carry a tag such as
``{{r item.mark.self.dat }}``, which prints nothing.
"""

from collections.abc import Sequence
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as VERTICAL
from docx.enum.table import WD_ROW_HEIGHT_RULE as HEIGHT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row

FOLDER = Path(__file__).parent / "long_bien_2021"

MARK_MM = (5.5, 5.5, 6.0)
"""A mark column is three grid columns: tens, units and the word ND of its total."""
GRID_MM = (10.0, 76.0, *MARK_MM * 4, 11.0)
"""STT, content, four mark columns, remarks: 165 mm between the margins of 30 and 15 mm."""
FIRST_MARK, PER_MARK, LAST = 2, 3, 14
"""Grid columns: where the marks start, how many a mark column has, the remarks."""

LETTERHEAD_MM = (68.0, 97.0)
LETTERHEAD_HEIGHT_MM = 25.0
"""Two lines each for superior and issuer, a rule or stars; on the right place and date."""
IDENTITY_MM = (48.0, 117.0)
IDENTITY = (("Họ và tên:", "name", 6.5), ("Chức vụ, đơn vị công tác:", "post", 11.0))
SIGNATURES_MM = (72.0, 93.0)
SIGNATURE_HEIGHT_MM = 26.0

WHITE, BLACK = "FFFFFF", "000000"
EDGES = ("top", "left", "bottom", "right")


def write(
    cell: _Cell, text: str, size_pt: float = 11, align: ALIGN = ALIGN.LEFT, **look: bool
) -> None:
    """Fill a cell; ``look``: bold, keep (with the next row). A line feed breaks the line."""
    paragraph = cell.paragraphs[0]
    paragraph.alignment = align
    paragraph.paragraph_format.keep_with_next = look.get("keep", False)
    cell.vertical_alignment = VERTICAL.CENTER
    for number, line in enumerate(text.split("\n")):
        run = paragraph.add_run()
        if number:
            run.add_break()
        run.add_text(line)
        run.font.size = Pt(size_pt)
        run.bold = look.get("bold", False)


def borders(cell: _Cell, colour: str | None, edges: tuple[str, ...] = EDGES) -> None:
    """Set borders of a cell, 0.75 pt black or 0.25 pt white; None takes them away."""
    properties = cell._tc.get_or_add_tcPr()
    found = properties.find(qn("w:tcBorders"))
    if found is None:
        found = OxmlElement("w:tcBorders")
        properties.append(found)
    for edge in edges:
        line = OxmlElement(f"w:{edge}")
        line.set(qn("w:val"), "nil" if colour is None else "single")
        if colour is not None:
            line.set(qn("w:sz"), "6" if colour == BLACK else "2")
            line.set(qn("w:color"), colour)
        found.append(line)


def margin_of(edge: str, width_mm: float) -> BaseOxmlElement:
    """A cell margin, of a table or of one cell."""
    margin = OxmlElement(f"w:{edge}")
    margin.set(qn("w:w"), str(Mm(width_mm).twips))
    margin.set(qn("w:type"), "dxa")
    return margin


def without_margins(cell: _Cell) -> None:
    """Give a narrow cell all its width for text."""
    margins = OxmlElement("w:tcMar")
    for edge in EDGES:
        margins.append(margin_of(edge, 0.0))
    cell._tc.get_or_add_tcPr().append(margins)


def add_table(
    document: DocumentType, grid_mm: tuple[float, ...], margin_mm: float, above_mm: float = 0.0
) -> Table:
    """A table of fixed column widths whose outer edge stands on the page margin.

    ``margin_mm`` is kept free left and right of a cell's text, ``above_mm`` above and below it.
    """
    table: Table = document.add_table(rows=0, cols=len(grid_mm))
    table.autofit = False
    for column, width in zip(table.columns, grid_mm, strict=True):
        column.width = Mm(width)
    properties = table._tbl.tblPr
    indent = OxmlElement("w:tblInd")
    # Word and LibreOffice hang a table out by its cell margin; the indent takes that back.
    indent.set(qn("w:w"), str(Mm(margin_mm).twips))
    indent.set(qn("w:type"), "dxa")
    properties.append(indent)
    margins = OxmlElement("w:tblCellMar")
    for edge, width in zip(EDGES, (above_mm, margin_mm) * 2, strict=True):
        margins.append(margin_of(edge, width))
    properties.append(margins)
    return table


def add_row(table: Table, height_mm: float = 0.0, *, exact: bool = False) -> _Row:
    """A row that never breaks across pages, at least or exactly this high."""
    row: _Row = table.add_row()  # type: ignore[no-untyped-call] # python-docx has not typed it
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    if height_mm:
        row.height = Mm(height_mm)
        row.height_rule = HEIGHT.EXACTLY if exact else HEIGHT.AT_LEAST
    for cell, column in zip(row.cells, table.columns, strict=True):
        cell.width = column.width
    return row


def merged(row: _Row, first: int, last: int) -> _Cell:
    """The cells of these grid columns as one."""
    cell = row.cells[first]
    return cell if first == last else cell.merge(row.cells[last])


def ruled(row: _Row, *spans: tuple[int, int]) -> list[_Cell]:
    """Merge the row's grid columns into these spans, all ruled black."""
    cells = [merged(row, first, last) for first, last in spans]
    for cell in cells:
        borders(cell, BLACK)
    return cells


def mark_span(column: int) -> tuple[int, int]:
    """First and last grid column of mark column 0..3."""
    first = FIRST_MARK + column * PER_MARK
    return first, first + PER_MARK - 1


MARKS = tuple(mark_span(column) for column in range(4))
MARK_TAGS = ("self.dat", "self.chua_dat", "evaluator.dat", "evaluator.chua_dat")


def loop(table: Table, tag: str) -> None:
    """A row that docxtpl takes out and repeats others by."""
    merged(add_row(table), 0, LAST).paragraphs[0].add_run(f"{{%tr {tag} %}}")


def header_rows(table: Table) -> None:
    """Two heading rows, repeated on every page."""
    top, below = add_row(table, 10), add_row(table, 10)
    for row in (top, below):
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for column, label in ((0, "STT"), (1, "Nội dung tiêu chí"), (LAST, "Ghi\nchú")):
        for row in (top, below):
            borders(row.cells[column], BLACK)
        cell = top.cells[column].merge(below.cells[column])
        write(cell, label, bold=True, align=ALIGN.CENTER, keep=True)
    sides = (("Cá nhân\ntự đánh giá", 2, 7), ("Người có thẩm\nquyền đánh giá", 8, 13))
    for label, first, last in sides:
        cell = merged(top, first, last)
        borders(cell, BLACK)
        write(cell, label, bold=True, align=ALIGN.CENTER, keep=True)
    for (first, last), label in zip(MARKS, ("Đạt", "Chưa\nđạt") * 2, strict=True):
        cell = merged(below, first, last)
        borders(cell, BLACK)
        write(cell, label, bold=True, align=ALIGN.CENTER, keep=True)


def content_rows(table: Table) -> None:
    """Sections, criteria and contents, looped from the criteria file."""
    loop(table, "for section in sections")
    number, title = ruled(add_row(table, 6), (0, 0), (1, LAST))
    write(number, "{{ section.id }}", bold=True, align=ALIGN.CENTER, keep=True)
    write(title, "{{ section.title }}", bold=True, keep=True)
    loop(table, "for criterion in section.criteria")
    number, title = ruled(add_row(table, 6), (0, 0), (1, LAST))
    write(number, "{{ criterion.number }}.", bold=True, align=ALIGN.CENTER, keep=True)
    write(title, "{{ criterion.title }}", bold=True, keep=True)
    loop(table, "for item in criterion.contents")
    number, text, *marks, _ = ruled(add_row(table, 9.5), (0, 0), (1, 1), *MARKS, (LAST, LAST))
    write(number, "({{ item.number }})", align=ALIGN.CENTER)
    write(text, "- {{ item.text }}", align=ALIGN.JUSTIFY)
    for cell, tag in zip(marks, MARK_TAGS, strict=True):
        write(cell, f"{{{{r item.mark.{tag} }}}}", align=ALIGN.CENTER)
    for _ in range(3):
        loop(table, "endfor")


def total_row(table: Table) -> None:
    """Label, and for each mark column two digit boxes and ND."""
    row = add_row(table, 10)
    label, *digits, _ = ruled(row, (0, 1), *((c, c) for c in range(FIRST_MARK, LAST)), (LAST, LAST))
    write(label, "{{ form.total_label }}", bold=True, align=ALIGN.CENTER, keep=True)
    for column, tag in enumerate(MARK_TAGS):
        tens, units, word = digits[column * PER_MARK : (column + 1) * PER_MARK]
        write(tens, f"{{{{r total.{tag}.tens }}}}", keep=True)
        write(units, f"{{{{r total.{tag}.units }}}}", keep=True)
        for cell in (tens, units, word):
            without_margins(cell)
        write(word, "{{ form.total_unit }}", 9, align=ALIGN.CENTER, keep=True)


def result_option(row: _Row, box: int, text: tuple[int, int], tag: str, label: str) -> None:
    """A ruled empty box and its word beside it."""
    borders(row.cells[box], BLACK)
    write(row.cells[box], f"{{{{r overall.{tag} }}}}", keep=True)
    write(merged(row, *text), f" {label}", keep=True)


def result_rows_across(table: Table) -> None:
    """03A: one row over all mark columns."""
    row = add_row(table, 10)
    label, _ = ruled(row, (0, 1), (LAST, LAST))
    write(label, "{{ form.result_label }}", bold=True, align=ALIGN.CENTER, keep=True)
    result_option(row, 4, (5, 6), "dat", "Đạt")
    result_option(row, 8, (9, 13), "chua_dat", "Chưa đạt")
    blank = (merged(row, 2, 3), row.cells[7])
    for cell in (*blank, row.cells[5], row.cells[9]):
        borders(cell, BLACK, ("top", "bottom"))


def result_rows_below_evaluator(table: Table) -> None:
    """03B: two lines under the evaluator's columns."""
    rows = add_row(table, 9), add_row(table, 9)
    for first, last in ((0, 1), (2, 7), (LAST, LAST)):
        cells = [merged(row, first, last) for row in rows]
        for cell in cells:
            borders(cell, BLACK)
        whole = cells[0].merge(cells[1])
        if first == 0:
            write(whole, "{{ form.result_label }}", bold=True, align=ALIGN.CENTER, keep=True)
    for row, tag, label in zip(rows, ("dat", "chua_dat"), ("Đạt", "Chưa đạt"), strict=True):
        result_option(row, 8, (9, 13), tag, label)
        borders(row.cells[9], BLACK, ("top", "bottom"))


def letterhead(document: DocumentType) -> None:
    """The form's label and the area that the printer fills for each unit."""
    label = document.add_paragraph()
    label.alignment = ALIGN.RIGHT
    run = label.add_run("Mẫu {{ form.id }}")
    run.font.size, run.bold = Pt(11), True
    label.paragraph_format.space_after = Pt(4)
    table = add_table(document, LETTERHEAD_MM, 0.5)
    row = add_row(table, LETTERHEAD_HEIGHT_MM, exact=True)
    for cell, tag in zip(row.cells, ("issuer", "style"), strict=True):
        borders(cell, WHITE)
        write(cell, f"{{{{r field.letterhead.{tag} }}}}")


def title_and_person(
    document: DocumentType,
    columns_mm: tuple[float, float],
    title_mm: float,
    lines: Sequence[tuple[str, str, float]],
) -> None:
    """Title and whose form it is; labels printed, values filled by the printer.

    ``title_mm`` is the height of the second line of the title; ``lines`` are label, name of the
    field and height in mm.
    """
    spacer(document, 4)
    table = add_table(document, columns_mm, 0.5)
    row = add_row(table, 7, exact=True)
    write(merged(row, 0, 1), "{{ form.title }}", 14, bold=True, align=ALIGN.CENTER)
    row = add_row(table, title_mm, exact=True)
    cell = merged(row, 0, 1)
    borders(cell, WHITE)
    write(cell, "{{r field.title }}", align=ALIGN.CENTER)
    add_row(table, 2, exact=True)
    for label, tag, height in lines:
        row = add_row(table, height, exact=True)
        for cell in row.cells:
            borders(cell, WHITE)
        write(row.cells[0], label, 12)
        row.cells[0].vertical_alignment = VERTICAL.TOP
        write(row.cells[1], f"{{{{r field.person.{tag} }}}}")


def signatures(document: DocumentType) -> None:
    """Headings, free areas for ink, and below them the names that the printer fills."""
    note = document.add_paragraph()
    note.paragraph_format.space_before = note.paragraph_format.space_after = Pt(4)
    note.paragraph_format.keep_with_next = True
    run = note.add_run("{{ form.footnote }}")
    run.font.size, run.italic = Pt(11), True
    table = add_table(document, SIGNATURES_MM, 0.5)
    blocks = (
        ("self", "NGƯỜI TỰ ĐÁNH GIÁ", "(Ký, ghi rõ họ tên)"),
        ("evaluator", "NGƯỜI CÓ THẨM QUYỀN ĐÁNH GIÁ", "(ký, ghi rõ họ tên, đóng dấu)"),
    )
    rows = add_row(table, 12), add_row(table, SIGNATURE_HEIGHT_MM, exact=True), add_row(table, 7)
    rows[2].height_rule = HEIGHT.EXACTLY
    for column, (side, heading, remark) in enumerate(blocks):
        top, area, name = (row.cells[column] for row in rows)
        for cell in (top, area, name):
            borders(cell, WHITE)
        write(top, heading, 12, bold=True, align=ALIGN.CENTER, keep=True)
        below = top.add_paragraph()
        below.alignment, below.paragraph_format.keep_with_next = ALIGN.CENTER, True
        run = below.add_run(remark)
        run.font.size, run.italic = Pt(11), True
        write(area, f"{{{{r signature.{side} }}}}", keep=True)
        write(name, f"{{{{r field.signer.{side} }}}}")


def spacer(document: DocumentType, size_pt: float) -> None:
    """A small blank line: two tables that touch would become one."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.line_spacing = Pt(size_pt)
    paragraph.add_run().font.size = Pt(size_pt / 2)


def new_document() -> DocumentType:
    """A4 with the margins and the typeface of the decree, and nothing on it."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = section.footer_distance = Mm(10)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    style.element.rPr.append(language)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = 1.0
    return document


def make(form: str) -> DocumentType:
    """The template of mẫu 03A or 03B."""
    document = new_document()
    properties = document.core_properties
    properties.title, properties.language = f"Mẫu {form} – Phiếu đánh giá", "vi-VN"
    properties.author = properties.comments = ""
    letterhead(document)
    title_and_person(document, IDENTITY_MM, 7, IDENTITY)
    spacer(document, 4)
    table = add_table(document, GRID_MM, 1.0, 0.25)
    header_rows(table)
    content_rows(table)
    total_row(table)
    if form == "03A":
        result_rows_across(table)
    else:
        result_rows_below_evaluator(table)
    signatures(document)
    return document


def main() -> None:
    """Write the templates into the set."""
    for form in ("03A", "03B"):
        make(form).save(str(FOLDER / f"mau_{form.lower()}.docx"))


if __name__ == "__main__":
    main()

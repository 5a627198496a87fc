"""The template of mẫu 03B, spoilt in the ways a clerk might spoil it."""

import io
from collections.abc import Callable
from pathlib import Path

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table, _Cell


def _cells(table: Table) -> list[_Cell]:
    return [cell for row in table.rows for cell in row.cells]


def _with_tag(document: str, tag: str, change: Callable[[_Cell], None]) -> Callable[[Path], None]:
    """Change the cell that carries a tag."""

    def spoil(path: Path) -> None:
        opened = Document(document)
        cell = next(
            cell for table in opened.tables for cell in _cells(table) if f" {tag} " in cell.text
        )
        change(cell)
        opened.save(str(path))

    return spoil


def _retag(new: str) -> Callable[[_Cell], None]:
    def change(cell: _Cell) -> None:
        run = next(run for run in cell.paragraphs[0].runs if "{{r" in run.text)
        run.text = f"{{{{r {new} }}}}" if new else ""

    return change


def _shade(cell: _Cell) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), "CCCCCC")
    cell._tc.get_or_add_tcPr().append(shading)


def _white_borders(cell: _Cell) -> None:
    row = cell._tc.getparent()
    for line in row.iter(qn("w:top"), qn("w:left"), qn("w:bottom"), qn("w:right")):
        if line.get(qn("w:color")):
            line.set(qn("w:color"), "FFFFFF")


def _no_borders(cell: _Cell) -> None:
    for borders in cell._tc.getparent().iter(qn("w:tcBorders")):
        for line in borders:
            line.set(qn("w:val"), "nil")


def _text(text: str) -> Callable[[_Cell], None]:
    return lambda cell: cell.add_paragraph(text) and None


def _narrow(cell: _Cell) -> None:
    """The first mark column gives 6 mm to the contents."""
    table = next(element for element in cell._tc.iterancestors() if element.tag == qn("w:tbl"))
    columns = table.tblGrid.gridCol_lst
    columns[1].w = Mm(columns[1].w.mm + 6)
    for column in columns[2:5]:
        column.w = Mm(column.w.mm - 2)


def _swapped(document: str, one: str, other: str) -> Callable[[Path], None]:
    """Two texts of the template change places."""

    def spoil(path: Path) -> None:
        opened = Document(document)
        elements = [
            text
            for text in opened.element.body.iter(qn("w:t"))
            if text.text and (one in text.text or other in text.text)
        ]
        for text in elements:
            pair = (one, other) if one in text.text else (other, one)
            text.text = text.text.replace(*pair)
        opened.save(str(path))

    return spoil


def move_first_mark(filled: bytes, item_text: str) -> bytes:
    """A filled form with the first mark of one content a third narrower than the column."""
    document = Document(io.BytesIO(filled))
    for table in document.tables:
        for row in table.rows:
            cells = row._tr.tc_lst
            if len(cells) > 3 and item_text in "".join(cells[1].itertext()):
                for cell, wider in zip(cells[1:3], (5.5, -5.5), strict=True):
                    cell.grid_span = 2
                    cell.width = Mm((cell.width or 0) / Mm(1) + wider)
                target = io.BytesIO()
                document.save(target)
                return target.getvalue()
    raise AssertionError("no such content in the document")


def broken_templates(template: Path) -> dict[str, Callable[[Path], None]]:
    """Name of a fault -> what writes a template with it to a path."""
    source, mark = str(template), "item.mark.self.dat"
    return {
        "duplicated": _with_tag(source, "overall.chua_dat", _retag("overall.dat")),
        "missing": _with_tag(source, "signature.self", _retag("")),
        "shaded": _with_tag(source, mark, _shade),
        "white_borders": _with_tag(source, "total.self.dat.tens", _white_borders),
        "no_borders": _with_tag(source, "overall.dat", _no_borders),
        "text_in_cell": _with_tag(source, mark, _text("x")),
        "narrow": _with_tag(source, mark, _narrow),
        "swapped_marks": _swapped(source, "mark.self.dat", "mark.self.chua_dat"),
        "swapped_totals": _swapped(source, "total.self.dat", "total.evaluator.dat"),
        "swapped_results": _swapped(source, "overall.dat", "overall.chua_dat"),
        "swapped_signatures": _swapped(source, "signature.self", "signature.evaluator"),
        "swapped_sides": _swapped(source, "Cá nhân", "Tập thể"),
        "foreign_letter": _with_tag(source, "item.mark.evaluator.dat", _text("☐")),
    }

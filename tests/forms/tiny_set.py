"""An invented regulation: 6 contents, three values, three levels, other sides, 5 of 6 to pass, once
a year, another header, a list of who has passed; no commitments, calendar, routing or awards.

It must run through the whole program as a folder of data, without a change of code.
"""

from pathlib import Path

import yaml
from docx import Document
from docx.document import Document as DocumentType
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ROW_HEIGHT_RULE as HEIGHT
from docx.shared import Mm, Pt
from docx.table import Table

from templates.make_lists import build as build_list

SIDES = ("ban_than", "hoi_dong")
VALUES = ("tot", "kha", "kem")
GAP = "Gap between tables"
EVERYBODY = ["lanh_dao", "cc", "vc", "nld"]
PAIRS = tuple(f"{side}.{value}" for side in SIDES for value in VALUES)


def make_tiny_set(folder: Path, gap_pt: float = 9.0) -> Path:
    """Write the set into ``folder/tiny_2030`` and return that folder; the tables of its form are
    ``gap_pt`` apart."""
    path = folder / "tiny_2030"
    path.mkdir(parents=True)
    (path / "set.yaml").write_text(yaml.safe_dump(_set(), allow_unicode=True), encoding="utf-8")
    text = yaml.safe_dump(_criteria(), allow_unicode=True)
    (path / "criteria.yaml").write_text(text, encoding="utf-8")
    _template(gap_pt).save(str(path / "t1.docx"))
    build_list("mau_04.docx", path / "t9.docx")
    return path


def _set() -> dict[str, object]:
    header = {"lines": ["HỘI MẪU VIỆT NAM"], "issuer_mark": ""}
    return {
        "schema": "phieu.set/1",
        "id": "tiny_2030",
        "code": "TINY",
        "title": "Bộ mẫu thử",
        "first_period": "2030",
        "sides": [{"id": side, "label": side} for side in SIDES],
        "values": [{"id": value, "label": value} for value in VALUES],
        "levels": [
            {"code": code, "letter": letter, "name": code, "rank": rank}
            for rank, (code, letter) in enumerate((("thap", "K"), ("vua", "V"), ("cao", "C")))
        ],
        "headers": dict.fromkeys(("state", "party", "youth_union", "custom"), header),
        "answer_forms": [
            {
                "id": "T1",
                "template": "t1.docx",
                "criteria": "criteria.yaml",
                "groups": EVERYBODY,
                "title": ["PHIẾU THỬ", "Kỳ đánh giá: {period}"],
                "total_label": "Cộng",
                "total_unit": "mục",
                "result_label": "Kết luận",
                "footnote": "",
                "passes": {"side": "hoi_dong", "value": "tot", "needs": 5, "otherwise": "kem"},
            }
        ],
        "list_forms": [
            {
                "id": "T9",
                "kind": "notice",
                "periods": ["year"],
                "template": "t9.docx",
                "title": ["DANH SÁCH THỬ", "Người được công nhận {period}"],
            }
        ],
        "conditions": [
            {"rule": "T-1", "kind": "form_passed", "groups": EVERYBODY},
            {
                "rule": "T-2",
                "kind": "monthly_level_at_least",
                "groups": EVERYBODY,
                "level": "vua",
            },
        ],
    }


def _criteria() -> dict[str, object]:
    return {
        "schema": "phieu.criteria/1",
        "form": "T1",
        "expected_criteria": 2,
        "expected_contents": 6,
        "sections": [
            {
                "id": "A",
                "title": "Phần duy nhất",
                "criteria": [
                    {
                        "id": f"A.{c}",
                        "number": c,
                        "title": f"Tiêu chí thử {c}",
                        "contents": [
                            {"id": f"A.{c}.{n}", "number": n, "text": f"Nội dung thử {c}-{n}"}
                            for n in (1, 2, 3)
                        ],
                    }
                    for c in (1, 2)
                ],
            }
        ],
    }


def _template(gap_pt: float) -> DocumentType:
    document = Document()
    gap = document.styles.add_style(GAP, WD_STYLE_TYPE.PARAGRAPH)
    gap.base_style = document.styles["Normal"]
    gap.paragraph_format.line_spacing = Pt(gap_pt)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(32), Mm(15)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(11)
    style.paragraph_format.space_after = Pt(0)
    document.add_paragraph("{{ form.title }}")
    _rows(
        document, (75, 85), 26, ["{{r field.letterhead.issuer }}", "{{r field.letterhead.style }}"]
    )
    for name, height in (("title", 8), ("person.name", 8), ("person.post", 12)):
        _rows(document, (120,), height, [f"{{{{r field.{name} }}}}"])
    grid = (40.0, *(20.0,) * len(PAIRS))
    table = _rows(document, grid, 8, ["", SIDES[0], "", "", SIDES[1]])
    for first in (1, 4):
        table.rows[0].cells[first].merge(table.rows[0].cells[first + 2])
    _add(table, 8, ["Nội dung", *VALUES * len(SIDES)])
    _add(table, 0, ["{%tr for criterion in sections[0].criteria %}"])
    _add(table, 0, ["{%tr for item in criterion.contents %}"])
    marks = [f"{{{{r item.mark.{pair} }}}}" for pair in PAIRS]
    _add(table, 12, ["{{ item.number }} {{ item.text }}", *marks])
    _add(table, 0, ["{%tr endfor %}"])
    _add(table, 0, ["{%tr endfor %}"])
    digits = [f"{{{{r total.{pair}.{digit} }}}}" for pair in PAIRS for digit in ("tens", "units")]
    total = ["{{ form.total_label }} {{ form.total_unit }}", *digits]
    _rows(document, (40.0, *(10.0,) * len(digits)), 10, total)
    options = [text for value in VALUES for text in (f"{{{{r overall.{value} }}}}", value)]
    _rows(document, (40.0, *(10.0, 20.0) * 3), 10, ["{{ form.result_label }}", *options])
    for kind, height in (("signature", 30), ("field.signer", 8)):
        _rows(document, (70, 70), height, [f"{{{{r {kind}.{side} }}}}" for side in SIDES])
    return document


def _rows(
    document: DocumentType, grid_mm: tuple[float, ...], height_mm: float, cells: list[str]
) -> Table:
    """A ruled table with one row, after a small paragraph that parts it from the one before."""
    document.add_paragraph(style=GAP)
    table: Table = document.add_table(rows=0, cols=len(grid_mm), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, grid_mm, strict=True):
        column.width = Mm(width)
    _add(table, height_mm, cells)
    return table


def _add(table: Table, height_mm: float, cells: list[str]) -> None:
    row = table.add_row()  # type: ignore[no-untyped-call] # python-docx has not typed it
    if height_mm:
        row.height, row.height_rule = Mm(height_mm), HEIGHT.EXACTLY
    for cell, column, text in zip(row.cells, table.columns, cells, strict=False):
        cell.width = column.width
        cell.paragraphs[0].add_run(text)

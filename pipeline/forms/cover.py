"""The cover of a unit's print file: whose sheets follow and on which pages, how to print, fill and
scan them, and by when. It carries no corner marks and no code, so it is never read as a form.

Sizes: Nghị định 30/2020/NĐ-CP, Phụ lục I, with 12 pt for the text so that it stays on one page.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from ocr.geometry import Rect
from pipeline.forms.compose import header, header_style, issuer
from pipeline.forms.frame import PAGE_HEIGHT_MM, PAGE_WIDTH_MM, PT_PER_MM
from pipeline.forms.sets import AnswerForm, FormSet, PaperForm
from pipeline.forms.stamp import draw_pieces
from pipeline.forms.typeface import BOLD, ITALIC, REGULAR, normalised, width_pt
from pipeline.people import Person, Unit
from pipeline.periods import Period

LEFT_MM, RIGHT_MM, EDGE_MM = 30.0, 15.0, 20.0
"""Margins of the decree: left, right, above and below."""
WIDTH_MM = PAGE_WIDTH_MM - LEFT_MM - RIGHT_MM
ISSUER = Rect(LEFT_MM, EDGE_MM, 68.0, 25.0)
HEADER = Rect(LEFT_MM + 68.0, EDGE_MM, 97.0, 25.0)
"""As on the forms themselves."""

ANSWER_GRID_MM = (10.0, 24.0, 47.0, 50.0, 20.0, 14.0)
COMMITMENT_GRID_MM = (10.0, 19.0, 40.0, 34.0, 11.0, 35.0, 16.0)
CELL_PT, CELL_PADDING_PT = 10.5, 3.0


@dataclass(frozen=True, slots=True)
class CoverLine:
    """A person whose sheet follows. ``first_page`` is 1-based among the sheets, the cover left out;
    ``pages`` counts all copies; ``keepers`` says who keeps each copy, empty for one copy."""

    person: Person
    first_page: int
    pages: int
    keepers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cover:
    """What a cover sheet says. ``due`` are the lines about dates; none when the regulation has no
    day for the period. ``return_to`` is who receives the scans, empty when it is not said."""

    form_set: FormSet
    form: PaperForm
    unit: Unit
    period: Period
    lines: tuple[CoverLine, ...]
    due: tuple[str, ...] = ()
    return_to: str = ""


def render_cover(cover: Cover) -> tuple[bytes, int]:
    """The cover as a PDF and its number of pages, which page numbers of the sheets are moved by.

    The faces must have been registered (:func:`pipeline.forms.typeface.register`); the letterhead
    must fit, as it did on the sheets, else Unprintable is raised.
    """
    offset = 1
    while True:
        pdf, pages = _render(cover, offset)
        if pages == offset:
            return pdf, pages
        offset = pages


def _render(cover: Cover, offset: int) -> tuple[bytes, int]:
    target = io.BytesIO()
    document = BaseDocTemplate(
        target,
        pagesize=(PAGE_WIDTH_MM * PT_PER_MM, PAGE_HEIGHT_MM * PT_PER_MM),
        initialFontName=REGULAR,
        invariant=1,
    )
    below_mm = ISSUER.bottom_mm + 2
    document.addPageTemplates(
        [
            PageTemplate("first", [_frame(below_mm)], onPage=partial(_first_page, cover)),
            PageTemplate("next", [_frame(EDGE_MM)], onPage=partial(_next_page, cover)),
        ]
    )
    document.build([NextPageTemplate("next"), *_story(cover, offset)])
    return target.getvalue(), document.page


def _frame(top_mm: float) -> Frame:
    height_mm = PAGE_HEIGHT_MM - top_mm - EDGE_MM
    place = (LEFT_MM, EDGE_MM, WIDTH_MM, height_mm)
    return Frame(
        *(value * PT_PER_MM for value in place),
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )


def _first_page(cover: Cover, canvas: Canvas, document: BaseDocTemplate) -> None:
    style = header_style(cover.form_set, cover.unit)
    draw_pieces(canvas, issuer(ISSUER, cover.unit, style))
    draw_pieces(canvas, header(HEADER, cover.unit, style, cover.period))
    _footer(cover, canvas, document)


def _next_page(cover: Cover, canvas: Canvas, document: BaseDocTemplate) -> None:
    """With the number of the page in the top margin, as the decree wants it."""
    canvas.setFont(REGULAR, 13)
    y = (PAGE_HEIGHT_MM - EDGE_MM / 2 - 2) * PT_PER_MM
    canvas.drawCentredString((LEFT_MM + WIDTH_MM / 2) * PT_PER_MM, y, str(document.page))
    _footer(cover, canvas, document)


def _footer(cover: Cover, canvas: Canvas, _document: BaseDocTemplate) -> None:
    canvas.setFont(ITALIC, 10)
    words = f"Tờ bìa mẫu {cover.form.form_id}, {cover.unit.name}: không phải phiếu, không cần quét"
    canvas.drawCentredString((LEFT_MM + WIDTH_MM / 2) * PT_PER_MM, 11 * PT_PER_MM, words)


def _style(size: float, face: str = REGULAR, **settings: object) -> ParagraphStyle:
    name = f"{face}-{size}-{settings}"
    return ParagraphStyle(name, fontName=face, fontSize=size, leading=1.17 * size, **settings)


_TITLE = _style(14, BOLD, alignment=TA_CENTER)
_TEXT = _style(12, alignment=TA_JUSTIFY, leftIndent=12, firstLineIndent=-12, spaceAfter=2.5)
_HEADING = _style(12, BOLD, spaceBefore=5, spaceAfter=2.5)
_LABEL = _style(CELL_PT, BOLD, alignment=TA_CENTER)
_CELL = _style(CELL_PT)


def _story(cover: Cover, offset: int) -> list[Flowable]:
    form, period = cover.form, cover.period
    titles = (line.replace("{period}", period.words) for line in form.title[1:])
    story: list[Flowable] = [
        Spacer(0, 8),
        Paragraph(escape(f"TỜ BÌA MẪU {form.form_id} – {form.title[0]}"), _TITLE),
        *(Paragraph(escape(title), _TITLE) for title in titles),
        Spacer(0, 6),
    ]
    for heading, lines in _instructions(cover):
        story.append(Paragraph(heading, _HEADING))
        story += [Paragraph(f"–&nbsp;&nbsp;{escape(line)}", _TEXT) for line in lines]
    story += [Paragraph("Danh sách phiếu", _HEADING), Paragraph(_counts(cover, offset), _TEXT)]
    return [*story, Spacer(0, 4), _people(cover, offset)]


def _instructions(cover: Cover) -> list[tuple[str, Sequence[str]]]:
    if isinstance(cover.form, AnswerForm):
        fill = _how_to_mark(cover.form_set, cover.form)
    else:
        fill = HOW_TO_COMMIT
    to = cover.return_to or "nơi đã gửi tệp in này"
    send = f"Gửi các tệp quét (PDF, TIFF, JPEG hoặc PNG) về {to}."
    return [
        ("Cách in", HOW_TO_PRINT),
        ("Cách điền", fill),
        ("Cách quét và gửi", (*HOW_TO_SCAN, send)),
        *((("Thời hạn", cover.due),) if cover.due else ()),
    ]


HOW_TO_PRINT = (
    "Giấy A4, tỷ lệ 100 % (kích thước thật), không chọn “vừa trang giấy” (Fit to page).",
    "In một mặt: in hai mặt thì phiếu của hai người có thể nằm chung một tờ.",
)
HOW_TO_SCAN = (
    "Quét màu, 300 dpi, cả chồng, theo thứ tự nào cũng được; mỗi tệp gồm nhiều trang. Tháo ghim, "
    "vuốt phẳng trước khi quét. Không cần quét tờ bìa.",
)
KEEP_CLEAR = (
    "Không viết, không đóng dấu, không ghim đè lên mã QR và bốn ô vuông ở góc trang; không cắt xén."
)
HOW_TO_COMMIT = (
    "Viết bằng bút mực xanh hoặc đen vào các dòng kẻ; mục nào không dành cho mình thì để trống. "
    "Ghi ngày, tháng và ký vào chỗ trống trên họ tên.",
    "Người có 02 bản: điền và ký cả hai bản; mỗi bản ghi sẵn nơi lưu. Chỉ cần quét một bản.",
    KEEP_CLEAR,
)


def _how_to_mark(form_set: FormSet, form: AnswerForm) -> tuple[str, ...]:
    sides = " và ".join(f"“{side.label}”" for side in form_set.sides)
    values = " hoặc ".join(f"“{value.label}”" for value in form_set.values)
    return (
        f"Bút mực xanh hoặc đen. Ở phần {sides}, mỗi nội dung đánh dấu X vào đúng một ô: {values}.",
        "Ghi tổng số vào hai ô chữ số (hàng chục, hàng đơn vị), không có thì để trống. Đánh dấu "
        f"một ô “{form.result_label.rstrip(' :')}”. Ký ở trang cuối.",
        "Đánh dấu nhầm: gạch bỏ dấu sai, đánh dấu X vào ô đúng; không tẩy, không dán. Chỗ sửa sẽ "
        "có người xem lại. Phiếu hỏng thì đề nghị in lại, mã phiếu không đổi.",
        KEEP_CLEAR,
    )


def _counts(cover: Cover, offset: int) -> str:
    pages = sum(line.pages for line in cover.lines)
    first, last = offset + 1, offset + pages
    people = len(cover.lines)
    sheets = people + sum(max(len(line.keepers) - 1, 0) for line in cover.lines)
    what = f"{sheets} bản" if sheets != people else "mỗi người một phiếu"
    return f"–&nbsp;&nbsp;{people} người, {what}, {pages} trang: trang {first} đến {last} của tệp."


def _people(cover: Cover, offset: int) -> Table:
    is_answer = isinstance(cover.form, AnswerForm)
    grid: tuple[float, ...] = ANSWER_GRID_MM if is_answer else COMMITMENT_GRID_MM
    copy_headings = ("Số bản", "Bản thứ hai nộp về", "Trang")
    more = ("Trang", "Đã thu") if is_answer else copy_headings
    headings = ("TT", "Mã", "Họ và tên", "Chức vụ", *more)
    rows = [[Paragraph(text, _LABEL) for text in headings]]
    for number, line in enumerate(cover.lines, start=1):
        first = line.first_page + offset
        last = first + line.pages - 1
        pages = f"{first}–{last}" if last > first else str(first)
        copies = (f"{max(len(line.keepers), 1):02d}", "; ".join(line.keepers[1:]))
        person = line.person
        texts = (
            str(number),
            person.person_id,
            person.full_name,
            person.position,
            *((pages, "") if is_answer else (*copies, pages)),
        )
        rows.append([_cell(text, width) for text, width in zip(texts, grid, strict=True)])
    table = Table(rows, colWidths=[width * PT_PER_MM for width in grid], repeatRows=1)
    table.setStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.5, "black"),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("FONT", (0, 1), (-1, -1), REGULAR, CELL_PT, 1.17 * CELL_PT),
            ("ALIGN", (0, 1), (0, -1), "CENTER"),
            ("ALIGN", (4, 1), (4, -1), "CENTER"),
            ("ALIGN", (6, 1), (6, -1), "CENTER"),
            ("LEFTPADDING", (0, 0), (-1, -1), CELL_PADDING_PT),
            ("RIGHTPADDING", (0, 0), (-1, -1), CELL_PADDING_PT),
            ("TOPPADDING", (0, 0), (-1, -1), 1.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ]
    )
    return table


def _cell(text: str, width_mm: float) -> str | Paragraph:
    """Plain where one line is enough: a paragraph costs ten times as much."""
    text = normalised(text)
    room = width_mm * PT_PER_MM - 2 * CELL_PADDING_PT
    if width_pt(text, REGULAR, CELL_PT) <= room:
        return text
    return Paragraph(escape(text), _CELL)

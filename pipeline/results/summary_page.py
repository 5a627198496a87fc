"""The summary for leadership as a PDF: a page to hang up, then the units on pages of their own.

The first page has blocks and the district only; numbers of single units can point at people, so
their pages are marked for the office's own use (specification 4.5).
"""

import io
from collections.abc import Sequence

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, SimpleDocTemplate, Spacer, Table

from pipeline.forms.sets import FormSet
from pipeline.forms.typeface import BOLD, ITALIC, REGULAR, wrapped
from pipeline.people import BLOCKS
from pipeline.results.bars import (
    FAILED,
    GRID,
    OPEN,
    PASSED,
    PROVISIONAL,
    Legend,
    Shade,
    ShareBar,
    StackedBar,
    number,
    percent,
)
from pipeline.results.page_head import PageHead, letterhead, paragraph, style
from pipeline.results.summary import ItemTally, Summary, Tally
from pipeline.results.summary_words import explanation, next_steps, state_before

PAGE = landscape(A4)
MARGINS_MM = (20.0, 15.0, 15.0, 15.0)
"""Left, right, top, bottom. Left wide enough for a binder."""
TOP_ITEMS = 8
"""Contents on the first page: as many as can be read from two metres."""

_FRAME_PADDING_PT = 6.0  # reportlab's own, on each side
_WIDTH = PAGE[0] - (MARGINS_MM[0] + MARGINS_MM[1]) * mm - 2 * _FRAME_PADDING_PT
_LINES = 2
"""Lines of a content's text on the first page."""
_HEAD = HexColor("#E8EEF5")
_SUBTOTAL = HexColor("#F5F5F5")


_TEXT, _TEXT_RIGHT = style(10), style(10, alignment=TA_RIGHT)
_TEXT_BOLD, _TEXT_BOLD_RIGHT = style(10, BOLD), style(10, BOLD, alignment=TA_RIGHT)
_HEADING = style(13, BOLD, spaceBefore=2, spaceAfter=4)
_TITLE = style(16, BOLD, alignment=TA_CENTER)
_SUBTITLE = style(13, BOLD, alignment=TA_CENTER)
_NOTE = style(10, ITALIC)
_FIGURE, _CAPTION = style(26, BOLD, alignment=TA_CENTER), style(11, alignment=TA_CENTER)
_SHARE = style(12, BOLD, alignment=TA_CENTER)
_BAR, _BAR_RIGHT = style(12), style(12, alignment=TA_RIGHT)
_BAR_BOLD, _BAR_BOLD_RIGHT = style(12, BOLD), style(12, BOLD, alignment=TA_RIGHT)
_SMALL = style(10)
_STEP = style(13)
_COLUMN = style(9, BOLD, alignment=TA_CENTER)


def render_summary(
    summary: Summary, quarters: Sequence[Summary], form_set: FormSet, head: PageHead
) -> bytes:
    """The summary as PDF, A4 landscape, with embedded faces.

    ``quarters`` are those of a year's summary, else empty.
    :func:`pipeline.forms.typeface.register` must have been called.
    """
    story = [*letterhead(form_set, head, _WIDTH), Spacer(0, 6), *_titles(summary, form_set)]
    if summary.total.people == 0 or not summary.has_begun:
        story += _nothing_yet(summary)
    else:
        story += [*_figures(summary.total), Spacer(0, 9), _two_columns(summary, quarters)]
        story += [Spacer(0, 5), paragraph(explanation(summary, head.made_on), _NOTE)]
        story += [PageBreak(), *_unit_pages(summary)]
    target = io.BytesIO()
    left, right, top, bottom = (side * mm for side in MARGINS_MM)
    document = SimpleDocTemplate(
        target,
        pagesize=PAGE,
        leftMargin=left,
        rightMargin=right,
        topMargin=top,
        bottomMargin=bottom,
        title=f"{form_set.title} – {summary.period.words}",
        initialFontName=REGULAR,
        invariant=1,
    )
    document.build(story, onLaterPages=_page_number)
    return target.getvalue()


def _page_number(canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.setFont(REGULAR, 13)
    canvas.drawCentredString(PAGE[0] / 2, PAGE[1] - 10 * mm, str(document.page))


def _titles(summary: Summary, form_set: FormSet) -> list[Flowable]:
    return [
        paragraph("TỔNG HỢP KẾT QUẢ", _TITLE),
        paragraph(f"{form_set.title} – {summary.period.words}", _SUBTITLE),
        Spacer(0, 10),
    ]


def _figures(total: Tally) -> list[Flowable]:
    """The numbers that are seen first."""
    people = total.people
    figures = [
        (number(people), "người", ""),
        (number(total.signed), "đã ký cam kết", percent(total.signed, people)),
        (number(total.evaluated), "đã đánh giá", percent(total.evaluated, people)),
        (number(total.dat), "đạt", percent(total.dat, people)),
        (number(total.chua_dat), "chưa đạt", percent(total.chua_dat, people)),
        (number(total.waiting), "chưa có kết quả cuối", percent(total.waiting, people)),
    ]
    cells = [
        [
            paragraph(figure, _FIGURE),
            Spacer(0, 5),
            paragraph(words, _CAPTION),
            paragraph(share, _SHARE),
        ]
        for figure, words, share in figures
    ]
    table = Table([cells], colWidths=[_WIDTH / len(cells)] * len(cells))
    table.setStyle(
        [
            ("BOX", (0, 0), (-1, -1), 0.75, GRID),
            ("INNERGRID", (0, 0), (-1, -1), 0.5, GRID),
            ("BACKGROUND", (3, 0), (3, 0), _HEAD),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
            ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ("RIGHTPADDING", (0, 0), (-1, -1), 2),
        ]
    )
    return [table]


def _two_columns(summary: Summary, quarters: Sequence[Summary]) -> Table:
    gap = 14.0
    left_width = 0.5 * _WIDTH - gap / 2
    bar_height = 14.0 if quarters else 22.0  # four quarters more must stand on the page
    blocks: list[tuple[str, Tally | None]] = [
        (BLOCKS[block], tally) for block, tally in summary.blocks
    ]
    blocks.append(("Tổng cộng", summary.total))
    left: list[Flowable] = []
    if quarters:
        rows = [(each.period.words, each.total if each.has_begun else None) for each in quarters]
        left += [paragraph("Theo quý", _HEADING), _bars(rows, left_width, bar_height)]
        left.append(Spacer(0, 4))
    left += [paragraph("Theo khối", _HEADING), _bars(blocks, left_width, bar_height, sums=True)]
    left += [Spacer(0, 4), Legend(left_width, _LEGEND)]
    right_width = _WIDTH - left_width - gap
    right = [paragraph("Nội dung chưa đạt nhiều nhất", _HEADING)]
    right += _item_bars(summary, right_width)
    table = Table([[left, "", right]], colWidths=[left_width, gap, right_width])
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            *((f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP")),
        ]
    )
    return table


_LEGEND = (
    ("đạt", PASSED),
    ("tạm tính", PROVISIONAL),
    ("chưa đạt", FAILED),
    ("chưa có kết quả", OPEN),
)


def _parts(tally: Tally) -> tuple[tuple[int, Shade], ...]:
    """The statuses in the order of the legend."""
    counts = (tally.dat, tally.tam_tinh, tally.chua_dat, tally.chua_co_ket_qua)
    return tuple((count, shade) for count, (_, shade) in zip(counts, _LEGEND, strict=True))


def _bars(
    rows: Sequence[tuple[str, Tally | None]], width: float, height: float, *, sums: bool = False
) -> Table:
    """A bar a row; None: not evaluated yet. With ``sums`` the last row adds up the others."""
    name, people, share = 82.0, 44.0, 50.0
    bar = width - name - people - share
    heading = [paragraph(text, _COLUMN) for text in ("", "Số người", "", "Tỷ lệ đạt")]
    cells: list[list[object]] = [list(heading)]
    for row, (words, tally) in enumerate(rows, 1):
        is_sum = sums and row == len(rows)
        left, right = (_BAR_BOLD, _BAR_BOLD_RIGHT) if is_sum else (_BAR, _BAR_RIGHT)
        if tally is None:
            cells.append([paragraph(words, left), "", paragraph("chưa đánh giá", _NOTE), ""])
            continue
        cells.append(
            [
                paragraph(words, left),
                paragraph(number(tally.people), right),
                StackedBar(bar - 8, height, _parts(tally)),
                paragraph(percent(tally.dat, tally.people), right),
            ]
        )
    table = Table(cells, colWidths=[name, people, bar, share])
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ("RIGHTPADDING", (0, 0), (-1, -1), 2),
            ("LEFTPADDING", (2, 0), (2, -1), 7),
            ("TOPPADDING", (0, 0), (-1, -1), 1.5 if height < 20 else 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5 if height < 20 else 3),
        ]
    )
    return table


def _item_bars(summary: Summary, width: float) -> list[Flowable]:
    if not summary.items:
        words = "Không có nội dung nào bị đánh giá chưa đạt."
        if not summary.sheets:
            words = "Chưa có phiếu nào được đánh giá xong."
        return [paragraph(words, _TEXT)]
    shown = summary.items[:TOP_ITEMS]
    code, bar = 62.0, 104.0
    longest = max(item.failed for item in shown)
    cells = [
        [
            paragraph(f"{item.form_id} · {item.item_id}", _TEXT_BOLD),
            paragraph(clipped(item.text, width - code - bar - 6), _SMALL),
            ShareBar(bar - 6, 12, item.failed / longest, _failed_words(item)),
        ]
        for item in shown
    ]
    table = Table(cells, colWidths=[code, width - code - bar, bar])
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ("LINEBELOW", (0, 0), (-1, -2), 0.25, GRID),
        ]
    )
    rest = len(summary.items) - len(shown)
    more = [paragraph(f"và {rest} nội dung khác, xem bảng tính kèm theo", _NOTE)] if rest else []
    return [table, *more]


def clipped(text: str, width: float) -> str:
    """As much of a text as stands on :data:`_LINES` lines of small print, by whole words."""
    words = text.split()
    for count in range(len(words), 0, -1):
        shown = " ".join(words[:count]).rstrip(" ,;:.") + "…" if count < len(words) else text
        lines = wrapped(shown, REGULAR, _SMALL.fontSize, width)
        if lines is not None and len(lines) <= _LINES:
            return shown
    return "…"


def _failed_words(item: ItemTally) -> str:
    return f"{number(item.failed)} phiếu ({percent(item.failed, item.marked)})"


def _nothing_yet(summary: Summary) -> list[Flowable]:
    """Instead of empty charts: how far things are, and the next steps."""
    rows = [
        [paragraph(f"{place}. {step}", _STEP)] for place, step in enumerate(next_steps(summary), 1)
    ]
    return [
        Spacer(0, 60),
        paragraph(state_before(summary), style(14, alignment=TA_CENTER)),
        Spacer(0, 24),
        paragraph("Việc cần làm tiếp:", style(13, BOLD, alignment=TA_CENTER)),
        Spacer(0, 8),
        Table(rows, colWidths=[460]),
    ]


_UNIT_COLUMNS = (
    ("TT", 24.0),
    ("Đơn vị", 0.0),
    ("Số người", 40.0),
    ("Đã ký cam kết", 44.0),
    ("Ký muộn", 38.0),
    ("Đã đánh giá", 44.0),
    ("Đạt", 38.0),
    ("Chưa đạt", 38.0),
    ("Tạm tính", 38.0),
    ("Chưa có kết quả", 44.0),
    ("Tỷ lệ đạt", 42.0),
    ("", 150.0),
)
"""Headings and widths in points; 0 takes the rest."""


def _unit_pages(summary: Summary) -> list[Flowable]:
    """All units by block, with the sums of blocks and the district."""
    widths = [width for _, width in _UNIT_COLUMNS]
    widths[widths.index(0.0)] = _WIDTH - sum(widths)
    rows: list[list[Flowable]] = [[paragraph(words, _COLUMN) for words, _ in _UNIT_COLUMNS]]
    sums: list[int] = []
    place = 0
    for block, tally in summary.blocks:
        sums.append(len(rows))
        rows.append(_unit_row("", f"Khối {BLOCKS[block]}", tally, widths[-1], bold=True))
        for each in summary.units:
            if each.unit.block == block:
                place += 1
                rows.append(_unit_row(str(place), each.unit.name, each.tally, widths[-1]))
    sums.append(len(rows))
    rows.append(_unit_row("", "Tổng cộng", summary.total, widths[-1], bold=True))
    table = Table(rows, colWidths=widths, repeatRows=1)
    table.setStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.5, GRID),
            ("BACKGROUND", (0, 0), (-1, 0), _HEAD),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            *(("BACKGROUND", (0, row), (-1, row), _SUBTOTAL) for row in sums),
            *(("NOSPLIT", (0, row), (-1, row + 1)) for row in sums[:-1]),
            ("NOSPLIT", (0, sums[-1] - 1), (-1, sums[-1])),
        ]
    )
    title = f"Kết quả theo đơn vị – {summary.period.words}"
    return [
        paragraph(title, _HEADING),
        paragraph("Dùng trong nội bộ, không niêm yết.", _NOTE),
        Spacer(0, 4),
        Legend(_WIDTH, _LEGEND),
        Spacer(0, 4),
        table,
    ]


def _unit_row(
    place: str, name: str, tally: Tally, bar_width: float, *, bold: bool = False
) -> list[Flowable]:
    left, right = (_TEXT_BOLD, _TEXT_BOLD_RIGHT) if bold else (_TEXT, _TEXT_RIGHT)
    counts = (
        tally.people,
        tally.signed,
        tally.late,
        tally.evaluated,
        tally.dat,
        tally.chua_dat,
        tally.tam_tinh,
        tally.chua_co_ket_qua,
    )
    return [
        paragraph(place, right),
        paragraph(name, left),
        *(paragraph(number(count), right) for count in counts),
        paragraph(percent(tally.dat, tally.people), right),
        StackedBar(bar_width - 6, 11, _parts(tally)),
    ]

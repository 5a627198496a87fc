"""The summary for leadership as an XLSX workbook with charts of the spreadsheet program's own."""

import io
from collections.abc import Iterable, Sequence
from math import ceil

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.forms.sets import FormSet
from pipeline.people import BLOCKS
from pipeline.results.bars import FAILED, OPEN, PASSED, PROVISIONAL
from pipeline.results.summary import Summary, Tally
from pipeline.results.summary_words import next_steps, state_before
from pipeline.spreadsheets import harmless

_COLUMNS = (
    "Số người",
    "Đã ký cam kết",
    "Ký muộn",
    "Đã đánh giá",
    "Đạt",
    "Tạm tính",
    "Chưa đạt",
    "Chưa có kết quả",
    "Tỷ lệ đạt",
)
_STATUS_AT = _COLUMNS.index("Đạt")
"""The four statuses stand side by side from here on: the charts take them as a block."""
_STATUSES = 4
_CHART_ITEMS = 10
_LANDSCAPE_UNITS = 30
"""So many bars still fill a landscape page; a longer chart goes on a portrait one."""
_CM_A_BAR = 0.62
_TEXT_COLUMN = 90
"""Characters on a line of the column with the contents' texts."""
_LINE_PT = 16.5
_FACE = "Times New Roman"
_LINE = Side(style="thin", color="B8B8B8")
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


def render_book(summary: Summary, quarters: Sequence[Summary], form_set: FormSet) -> bytes:
    """The workbook: district and blocks, units, contents, and for a year its ``quarters``.

    Cells hold values, no formulas; texts that look like one are neutralised.
    """
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)  # noqa: S101 - a new workbook has one sheet of cells
    _overview(first, summary, form_set)
    if summary.total.people and summary.has_begun:
        if quarters:
            _quarters(book.create_sheet("Theo quý"), quarters)
        units = book.create_sheet("Theo đơn vị")
        _units(units, summary)
        _unit_chart(book.create_sheet("Biểu đồ đơn vị"), units, summary)
        _items(book.create_sheet("Nội dung chưa đạt"), summary)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _overview(sheet: Worksheet, summary: Summary, form_set: FormSet) -> None:
    sheet.title = "Theo khối"
    _title(sheet, f"{form_set.title} – {summary.period.words}")
    if not summary.total.people or not summary.has_begun:
        for row, words in enumerate((state_before(summary), *next_steps(summary)), 3):
            _write(sheet, row, (words,))
        return
    if summary.period.quarter is None:
        _write(sheet, 2, ("“Đã đánh giá” là có kết quả năm, kể cả tạm tính.",))
    rows = [(BLOCKS[block], tally) for block, tally in summary.blocks]
    _tallies(sheet, "Khối", rows, summary.total)
    _status_chart(sheet, sheet, len(rows), "Kết quả theo khối")


def _quarters(sheet: Worksheet, quarters: Sequence[Summary]) -> None:
    _title(sheet, "Kết quả theo quý")
    begun = [each for each in quarters if each.has_begun]
    _tallies(sheet, "Quý", [(each.period.words, each.total) for each in begun], None)
    _status_chart(sheet, sheet, len(begun), "Kết quả theo quý")
    to_come = [each.period.words for each in quarters if not each.has_begun]
    if to_come:
        _write(sheet, 4 + len(begun), (f"Chưa đánh giá: {', '.join(to_come)}",))


def _units(sheet: Worksheet, summary: Summary) -> None:
    _title(sheet, f"Kết quả theo đơn vị – {summary.period.words} (dùng trong nội bộ)")
    by_block = [each for block in BLOCKS for each in summary.units if each.unit.block == block]
    _tallies(sheet, "Đơn vị", [(each.unit.name, each.tally) for each in by_block], summary.total)


def _unit_chart(sheet: Worksheet, data: Worksheet, summary: Summary) -> None:
    """A chart that prints on one page, whatever its length."""
    _title(sheet, f"Kết quả theo đơn vị – {summary.period.words} (dùng trong nội bộ)")
    _status_chart(sheet, data, len(summary.units), "Kết quả theo đơn vị")
    sheet.page_setup.fitToHeight = 1
    if len(summary.units) > _LANDSCAPE_UNITS:
        sheet.page_setup.orientation = "portrait"


def _items(sheet: Worksheet, summary: Summary) -> None:
    _title(sheet, f"Nội dung bị đánh giá chưa đạt – {summary.period.words}")
    _headings(sheet, ("Mẫu và nội dung", "Số phiếu chưa đạt", "Số phiếu", "Tỷ lệ", "Nội dung"))
    for row, item in enumerate(summary.items, 4):
        name = f"{item.form_id} – {item.item_id}"
        _write(sheet, row, (name, item.failed, item.marked, item.share, item.text), grid=True)
        sheet.cell(row, 4).number_format = "0.0%"
        for cell in sheet[row]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[row].height = _LINE_PT * ceil(len(item.text) / _TEXT_COLUMN)
    if not summary.items:
        _write(sheet, 4, ("Không có nội dung nào bị đánh giá chưa đạt.",))
        return
    _widths(sheet, (18, 14, 12, 10, _TEXT_COLUMN))
    sheet.page_setup.fitToHeight = 1
    shown = min(len(summary.items), _CHART_ITEMS)
    chart = _bar_chart("Nội dung chưa đạt nhiều nhất", shown)
    chart.add_data(Reference(sheet, min_col=2, min_row=3, max_row=3 + shown), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=4, max_row=3 + shown))
    _colour(chart, (FAILED.fill.hexval(),))
    chart.legend = None
    sheet.add_chart(chart, f"A{len(summary.items) + 6}")


def _tallies(
    sheet: Worksheet, what: str, rows: Iterable[tuple[str, Tally]], total: Tally | None
) -> None:
    """A table from row 3 on, with the sum in the last row."""
    _headings(sheet, (what, *_COLUMNS))
    row = 3
    for row, (name, tally) in enumerate(rows, 4):
        _tally_row(sheet, row, name, tally)
    if total is not None:
        _tally_row(sheet, row + 1, "Tổng cộng", total)
        for cell in sheet[row + 1]:
            cell.font = Font(name=_FACE, size=12, bold=True)
    _widths(sheet, (44, *(13 for _ in _COLUMNS)))
    sheet.freeze_panes = "B4"


def _tally_row(sheet: Worksheet, row: int, name: str, tally: Tally) -> None:
    counts = (
        tally.people,
        tally.signed,
        tally.late,
        tally.evaluated,
        tally.dat,
        tally.tam_tinh,
        tally.chua_dat,
        tally.chua_co_ket_qua,
        tally.dat / tally.people if tally.people else None,
    )
    _write(sheet, row, (name, *counts), grid=True)
    for column in range(2, 10):
        sheet.cell(row, column).number_format = "#,##0"
    sheet.cell(row, 10).number_format = "0.0%"


def _status_chart(sheet: Worksheet, data: Worksheet, rows: int, title: str) -> None:
    """Bars of shares, one for each of the first ``rows`` rows of the table on ``data``: below
    that table, or at the top of a sheet of its own."""
    if not rows:
        return
    chart = _bar_chart(title, rows)
    chart.grouping, chart.overlap = "percentStacked", 100
    first = 2 + _STATUS_AT
    counts = Reference(
        data, min_col=first, max_col=first + _STATUSES - 1, min_row=3, max_row=3 + rows
    )
    chart.add_data(counts, titles_from_data=True)
    chart.set_categories(Reference(data, min_col=1, min_row=4, max_row=3 + rows))
    _colour(chart, [shade.fill.hexval() for shade in (PASSED, PROVISIONAL, FAILED, OPEN)])
    chart.y_axis.number_format = "0%"
    chart.legend.position = "b"
    sheet.add_chart(chart, f"A{rows + 7}" if sheet is data else "A3")


def _bar_chart(title: str, bars: int) -> BarChart:
    chart = BarChart()
    chart.type = "bar"
    chart.title = title
    chart.gapWidth = 40
    chart.width, chart.height = 28, 5 + _CM_A_BAR * bars
    chart.x_axis.scaling.orientation = "maxMin"  # the first row on top
    chart.y_axis.crosses = "max"  # so that the scale stays below
    chart.x_axis.delete = chart.y_axis.delete = False
    line = GraphicalProperties(ln=LineProperties(solidFill="D9D9D9"))
    chart.y_axis.majorGridlines = ChartLines(spPr=line)
    return chart


def _colour(chart: BarChart, colours: Sequence[str]) -> None:
    for series, colour in zip(chart.series, colours, strict=True):
        series.graphicalProperties.solidFill = colour.removeprefix("0x").upper()


def _title(sheet: Worksheet, words: str) -> None:
    _write(sheet, 1, (words,))
    sheet["A1"].font = Font(name=_FACE, size=14, bold=True)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _headings(sheet: Worksheet, headings: Sequence[str]) -> None:
    _write(sheet, 3, headings, grid=True)
    for cell in sheet[3]:
        cell.font = Font(name=_FACE, size=12, bold=True)
        cell.fill = PatternFill("solid", fgColor="E8EEF5")
        cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
    sheet.print_title_rows = "3:3"


def _write(
    sheet: Worksheet, row: int, values: Sequence[str | float | None], *, grid: bool = False
) -> None:
    for column, value in enumerate(values, 1):
        cell = sheet.cell(row, column)
        cell.value = harmless(value)
        cell.font = Font(name=_FACE, size=12)
        if grid:
            cell.border = _GRID


def _widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width

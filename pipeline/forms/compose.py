"""What is written where on one person's sheet: texts fitted into the measured areas.

All in PDF points from the bottom left. A text that does not fit or cannot be written raises
:class:`Unprintable`; nothing is ever cut.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from ocr.code import PageCode
from ocr.geometry import Rect
from ocr.layout import PageLayout
from pipeline.forms.frame import FOOTER_BASELINE_MM, FOOTER_SIZE_PT, PT_PER_MM, from_top_pt
from pipeline.forms.sets import AnswerForm, FormSet, HeaderStyle, PaperForm, signing_sides
from pipeline.forms.typeface import (
    BOLD,
    ITALIC,
    MONO,
    REGULAR,
    Unprintable,
    check_letters,
    normalised,
    width_pt,
    wrapped,
    wrapped_title,
)
from pipeline.people import Person, Unit
from pipeline.periods import Period

SMALLEST_PT = 9.0
"""Below this a printed form is not read without effort; then the person is refused."""
SMALLEST_FOOTER_PT, SMALLEST_CODE_PT, CODE_PT = 7.0, 7.5, 8.0
STEP_PT = 0.5
ASCENT, PITCH = 0.891, 1.15
"""Liberation Serif: ascent and line pitch in units of its size (as LibreOffice sets it)."""
RULE_GAP_PT, RULE_PT = 3.0, 0.75
UNKNOWN = "." * 40
"""Left for the pen."""


@dataclass(frozen=True, slots=True)
class SheetToPrint:
    """One person's sheet: ``codes`` are the signed codes of its pages, in order
    (:func:`pipeline.forms.sheets.page_codes`); ``evaluator_name`` is empty when not known.
    ``copies`` has what is printed on each copy about who keeps it: one copy that says nothing, but
    for commitments."""

    person: Person
    unit: Unit
    evaluator_name: str
    period: Period
    codes: tuple[PageCode, ...]
    copies: tuple[str, ...] = ("",)

    @property
    def sheet_id(self) -> str:
        """The id that all its pages carry."""
        return self.codes[0].sheet_id


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text: left end of its baseline in points."""

    x: float
    y: float
    text: str
    face: str
    size: float


@dataclass(frozen=True, slots=True)
class Line:
    """A horizontal rule."""

    x0: float
    x1: float
    y: float


Piece: TypeAlias = Text | Line


@dataclass(frozen=True, slots=True)
class _Style:
    """How a text is fitted into an area."""

    face: str
    largest: float
    smallest: float = SMALLEST_PT
    max_lines: int = 1
    centred: bool = False


def compose_page(
    form_set: FormSet, form: PaperForm, sheet: SheetToPrint, page: PageLayout, copy: str = ""
) -> tuple[Piece, ...]:
    """All that is written on one page of a sheet (the QR code left out); ``copy`` is one of the
    sheet's copies.

    Raises Unprintable with the reason when something cannot be written.
    """
    person, unit = sheet.person, sheet.unit
    if not person.full_name.strip():
        raise Unprintable("không có họ và tên")
    writers: dict[str, Callable[[Rect], tuple[Piece, ...]]] = {
        "letterhead/issuer": lambda area: issuer(area, unit, header_style(form_set, unit)),
        "letterhead/style": lambda area: header(
            area, unit, header_style(form_set, unit), sheet.period
        ),
        "title": lambda area: _title(area, form, sheet.period),
        "person/name": lambda area: _text(area, person.full_name, _Style(BOLD, 12), "họ và tên"),
        "person/birth_date": lambda area: _text(
            area, birth_words(person) or UNKNOWN, _Style(REGULAR, 12), "ngày sinh"
        ),
        "person/post": lambda area: _text(
            area,
            f"{person.position}, {unit.name}" if person.position else unit.name,
            _Style(REGULAR, 12, max_lines=2),
            "chức vụ, đơn vị công tác",
        ),
        "keeper": lambda area: _text(
            area, copy, _Style(ITALIC, 11, max_lines=4), "nơi lưu bản này"
        ),
        "footer/name": lambda area: _footer(
            area, person.full_name, _Style(REGULAR, FOOTER_SIZE_PT, SMALLEST_FOOTER_PT)
        ),
        "footer/code": lambda area: _footer(
            area,
            sheet.codes[page.number - 1].text,
            _Style(MONO, CODE_PT, SMALLEST_CODE_PT, centred=True),
        ),
    }
    for side in signing_sides(form_set, form):
        is_evaluator = isinstance(form, AnswerForm) and side.option_id == form.passes.side
        name = sheet.evaluator_name if is_evaluator else person.full_name
        writers[f"signer/{side.option_id}"] = _signer(name, side.label)
    return tuple(piece for box in page.fields for piece in writers[box.name](box.rect))


def birth_words(person: Person) -> str:
    """``05/01/1985``; a year alone stays as it is; empty when it is not known."""
    return "/".join(reversed(person.birth_date.split("-")))


def _title(area: Rect, form: PaperForm, period: Period) -> tuple[Text, ...]:
    """The lines of the title after the first, which is part of the form."""
    style = _Style(BOLD, 14, 11, centred=True)
    lines = [line.replace("{period}", period.words) for line in form.title[1:]]
    height = area.h_mm / max(len(lines), 1)
    return tuple(
        piece
        for number, line in enumerate(lines)
        for piece in _text(
            Rect(area.x_mm, area.y_mm + number * height, area.w_mm, height), line, style, "tiêu đề"
        )
    )


def _signer(name: str, label: str) -> Callable[[Rect], tuple[Piece, ...]]:
    style = _Style(BOLD, 12, centred=True)
    return lambda area: _text(area, name, style, f"tên dưới chữ ký ({label})")


def header_style(form_set: FormSet, unit: Unit) -> HeaderStyle:
    """The letterhead of a unit. Raises Unprintable when the set has no such style."""
    style = form_set.headers.get(unit.header_style)
    if style is None:
        raise Unprintable(f"bộ mẫu không có tiêu ngữ “{unit.header_style}”")
    return style


def issuer(area: Rect, unit: Unit, style: HeaderStyle) -> tuple[Piece, ...]:
    """Left side of the letterhead: superior upright, issuer bold, a rule of about 2/5 or stars.

    Sizes and rule: Nghị định 30/2020/NĐ-CP, Phụ lục I; stars: Hướng dẫn 36-HD/VPTW.
    """
    blocks = [
        (normalised(text).upper(), face)
        for text, face in ((unit.parent_name, REGULAR), (unit.name, BOLD))
        if text.strip()
    ]
    for text, face in blocks:
        check_letters(text, face)
    limit = area.w_mm * PT_PER_MM
    for size in _sizes(12.0, SMALLEST_PT):
        fitted = [(wrapped_title(text, face, size, limit), face) for text, face in blocks]
        if all(lines is not None and len(lines) <= 2 for lines, _ in fitted):
            flat = [(line, face) for lines, face in fitted for line in lines or ()]
            break
    else:
        raise Unprintable("tên đơn vị quá dài so với chỗ in ở đầu phiếu")
    if style.issuer_mark:
        flat.append((style.issuer_mark, BOLD))
    pieces: list[Piece] = []
    y = from_top_pt(area.y_mm) - ASCENT * size
    for text, face in flat:
        pieces.append(_centred(area, y, text, face, size))
        y -= PITCH * size
    if not style.issuer_mark:
        middle, half = area.centre[0] * PT_PER_MM, 0.2 * limit
        y_rule = y + PITCH * size - RULE_GAP_PT
        pieces.append(Line(middle - half, middle + half, y_rule))
    return tuple(pieces)


def header(area: Rect, unit: Unit, style: HeaderStyle, period: Period) -> tuple[Piece, ...]:
    """Right side of the letterhead: the lines of the style, the last ruled, place and date.

    Day and month are left for the pen. Two lines: 12 and 13 pt (decree), one line: 15 (party).
    """
    sizes = (12.0, 13.0) if len(style.lines) > 1 else (15.0,)
    pieces: list[Piece] = []
    y = from_top_pt(area.y_mm)
    for text, size in zip(style.lines, sizes, strict=True):
        check_letters(text, BOLD)
        y -= ASCENT * size
        line = _centred(area, y, text, BOLD, size)
        pieces.append(line)
        y -= (PITCH - ASCENT) * size
        if width_pt(text, BOLD, size) > area.w_mm * PT_PER_MM:
            raise Unprintable("tiêu ngữ quá dài so với chỗ in ở đầu phiếu")
    y_rule = line.y - RULE_GAP_PT
    pieces.append(Line(line.x, line.x + width_pt(line.text, BOLD, line.size), y_rule))
    place = normalised(unit.place) or "....."
    date = f"{place}, ngày ..... tháng ..... năm {period.year}"
    check_letters(date, ITALIC)
    for size in _sizes(13.0, SMALLEST_PT):
        if width_pt(date, ITALIC, size) <= area.w_mm * PT_PER_MM:
            return (*pieces, _centred(area, y_rule - 2 * size, date, ITALIC, size))
    raise Unprintable("địa danh quá dài so với chỗ in ở đầu phiếu")


def _text(area: Rect, text: str, style: _Style, what: str) -> tuple[Text, ...]:
    """A text from the top of its area, its first baseline where the largest size would have it
    (in line with the printed label beside it)."""
    text = normalised(text)
    check_letters(text, style.face)
    limit = area.w_mm * PT_PER_MM
    for size in _sizes(style.largest, style.smallest):
        lines = wrapped(text, style.face, size, limit)
        if lines is not None and len(lines) <= style.max_lines:
            break
    else:
        raise Unprintable(f"{what} quá dài so với chỗ in, kể cả ở cỡ chữ {style.smallest:g}")
    top = from_top_pt(area.y_mm) - ASCENT * style.largest
    x = area.x_mm * PT_PER_MM
    return tuple(
        _centred(area, top - number * PITCH * size, line, style.face, size)
        if style.centred
        else Text(x, top - number * PITCH * size, line, style.face, size)
        for number, line in enumerate(lines)
    )


def _footer(area: Rect, text: str, style: _Style) -> tuple[Piece, ...]:
    """A text on the baseline of the footer."""
    y = from_top_pt(area.bottom_mm - FOOTER_BASELINE_MM)
    return tuple(replace(line, y=y) for line in _text(area, text, style, "chữ ở chân trang"))


def _centred(area: Rect, y: float, text: str, face: str, size: float) -> Text:
    x = area.centre[0] * PT_PER_MM - width_pt(text, face, size) / 2
    return Text(x, y, text, face, size)


def _sizes(largest: float, smallest: float) -> list[float]:
    """Sizes to try, from the largest down."""
    steps = int((largest - smallest) / STEP_PT)
    return [largest - STEP_PT * step for step in range(steps + 1)]

"""Letterhead of pages that are drawn, not filled into a template: issuer and header of its style,
place and date (Nghị định 30/2020/NĐ-CP; 36-HD/VPTW for the Party's single line)."""

from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph, Spacer, Table

from pipeline.forms.sets import FormSet, HeaderStyle
from pipeline.forms.typeface import BOLD, ITALIC, REGULAR, width_pt
from pipeline.people import Unit

_ISSUER_SHARE = 0.42
"""Of the width, for the issuer on the left."""
_ISSUER_RULE_PT = 60.0
"""About 40 % of the width of a common name: between the third and the half of the decree."""


def style(size: float, font: str = REGULAR, **settings: object) -> ParagraphStyle:
    """A paragraph style: size in points, lines 1.18 times as high."""
    name = f"{font}-{size}-{settings}"
    return ParagraphStyle(name, fontName=font, fontSize=size, leading=1.18 * size, **settings)


def paragraph(text: str, of: ParagraphStyle) -> Paragraph:
    """A paragraph of plain text: nothing in it is markup."""
    return Paragraph(escape(text), of)


_PLAIN, _BOLD = style(12, alignment=TA_CENTER), style(12, BOLD, alignment=TA_CENTER)
_DATE = style(13, ITALIC, alignment=TA_CENTER)


@dataclass(frozen=True, slots=True)
class PageHead:
    """What stands above a page: who issues it (None: nobody is named), and the day it is made."""

    issuer: Unit | None
    made_on: date


def letterhead(form_set: FormSet, head: PageHead, width: float) -> list[Flowable]:
    """The letterhead, ``width`` points wide.

    Without an issuer the header is that of the State and the left side stays empty.
    """
    issuer = head.issuer
    header = form_set.headers["state" if issuer is None else issuer.header_style]
    left: list[Flowable] = []
    if issuer is not None:
        left = [
            paragraph(issuer.parent_name.upper(), _PLAIN),
            paragraph(issuer.name.upper(), _BOLD),
        ]
        left.append(
            paragraph(header.issuer_mark, _PLAIN) if header.issuer_mark else _Rule(_ISSUER_RULE_PT)
        )
    place = issuer.place if issuer is not None and issuer.place else "..............."
    right = [
        *_header_lines(header),
        Spacer(0, 4),
        paragraph(f"{place}, {long_date(head.made_on)}", _DATE),
    ]
    table = Table([[left, right]], colWidths=[_ISSUER_SHARE * width, (1 - _ISSUER_SHARE) * width])
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 0)])
    return [table]


def long_date(day: date) -> str:
    """``ngày 05 tháng 01 năm 2026``: days below 10 and months 1 and 2 with a leading zero."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def _header_lines(header: HeaderStyle) -> list[Flowable]:
    *first, last = header.lines
    size = 13 if first else 15
    return [
        *(paragraph(line, _BOLD) for line in first),
        paragraph(last, style(size, BOLD, alignment=TA_CENTER)),
        _Rule(width_pt(last, BOLD, size)),
    ]


class _Rule(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A rule of so many points in the middle of the room there is."""

    def __init__(self, length: float) -> None:
        super().__init__()
        self.length = length

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """As wide as there is room."""
        self.width, self.height = width, 4.0
        return self.width, self.height

    def draw(self) -> None:
        """Draw onto the flowable's own canvas, origin at its bottom left."""
        left = (self.width - self.length) / 2
        self.canv.setLineWidth(0.75)
        self.canv.line(left, 2, left + self.length, 2)

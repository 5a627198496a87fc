"""The ruled lines of a PDF page and the cells between them, in points from the page's top left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pdfplumber.page import Page

from ocr.geometry import MM_PER_INCH, Rect

MM_PER_PT = MM_PER_INCH / 72

THIN_PT = 2.0
"""A filled rectangle thinner than this is a line (some exporters draw lines so)."""
SAME_LINE_PT = 0.6
"""Pieces of one line lie this near to each other (LibreOffice: 0.0-0.15)."""
GAP_PT = 0.8
"""A longer hole in a side means that the cell is open there (LibreOffice leaves 0.25 at joints)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal or vertical line: its middle at ``at``, from ``start`` to ``end``."""

    at: float
    start: float
    end: float
    half: float
    """Half of its thickness."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """All lines of one page."""

    horizontal: tuple[Rule, ...]
    vertical: tuple[Rule, ...]


def read_ruling(page: Page) -> Ruling:
    """The lines of a pdfplumber page, stroked or filled, of any colour."""
    horizontal, vertical = [], []
    for line in [*page.lines, *page.rects]:
        x0, x1, top, bottom = (float(line[key]) for key in ("x0", "x1", "top", "bottom"))
        width, height = x1 - x0, bottom - top
        stroke = float(line["linewidth"] or 0) if line["stroke"] else 0.0
        if height < THIN_PT and width > height:
            horizontal.append(Rule((top + bottom) / 2, x0, x1, max(height, stroke) / 2))
        elif width < THIN_PT and height > width:
            vertical.append(Rule((x0 + x1) / 2, top, bottom, max(width, stroke) / 2))
    return Ruling(tuple(horizontal), tuple(vertical))


def cell_at(ruling: Ruling, x: float, y: float) -> Rect | None:
    """The inner edges, in mm, of the ruled cell round a point; None when a side is open."""
    left = _nearest(ruling.vertical, x, y, before=True)
    right = _nearest(ruling.vertical, x, y, before=False)
    top = _nearest(ruling.horizontal, y, x, before=True)
    bottom = _nearest(ruling.horizontal, y, x, before=False)
    if left is None or right is None or top is None or bottom is None:
        return None
    sides = (
        (ruling.vertical, left, top, bottom),
        (ruling.vertical, right, top, bottom),
        (ruling.horizontal, top, left, right),
        (ruling.horizontal, bottom, left, right),
    )
    if not all(_covered(rules, side, a.at, b.at) for rules, side, a, b in sides):
        return None
    x0, x1 = left.at + left.half, right.at - right.half
    y0, y1 = top.at + top.half, bottom.at - bottom.half
    return Rect(*(value * MM_PER_PT for value in (x0, y0, x1 - x0, y1 - y0)))


def _nearest(rules: Sequence[Rule], at: float, along: float, *, before: bool) -> Rule | None:
    """The nearest line on one side of a point, among those that pass it."""
    passing = [
        rule
        for rule in rules
        if rule.start <= along <= rule.end and (rule.at < at if before else rule.at > at)
    ]
    return min(passing, key=lambda rule: abs(rule.at - at), default=None)


def _covered(rules: Iterable[Rule], side: Rule, start: float, end: float) -> bool:
    """Whether the pieces of a line reach from ``start`` to ``end`` without a hole."""
    reached = start + GAP_PT
    pieces = (rule for rule in rules if abs(rule.at - side.at) <= SAME_LINE_PT)
    for piece in sorted(pieces, key=lambda rule: rule.start):
        if piece.start <= reached + GAP_PT:
            reached = max(reached, piece.end)
    return reached >= end - GAP_PT

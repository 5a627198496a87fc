"""Simulated pages of a form as a scanner sees them: rows of two ruled cells, marked by one hand.

Gives :class:`Row` with how it was marked and the cells as the reader gets them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from ocr.cells import INK_PX_PER_MM, CellImage, PageTone
from ocr.defects import TONE_MARGIN_MM, measure_tone
from ocr.images import PageImage
from ocr.marks import MARGIN_MM
from pipeline.forms.frame import CODE, FIDUCIAL_MM
from training import strokes
from training.hands import Hand, Pool, any_hand, leave_gaps, withdraw, write_plain
from training.paper import (
    AROUND_MM,
    CANVAS_PX_PER_MM,
    Back,
    Scan,
    cut_out,
    dirt,
    pepper,
    ruling,
    scanned,
    show_through,
)
from training.strokes import Canvas
from training.withdrawals import any_cancellation, cancellation, painted_over, rubbed_out
from training.writing import letters

THIN_PAPER = 0.6
"""Share of the pages through which print of the other side shows."""

FROM_OUTSIDE = 0.12
"""Share of the rows into which a long stroke runs from a row above or below or from beside."""

EMPTY_CROSSED = 0.5
"""Share of the empty rows, of pages that have such strokes, through which one runs that is no mark:
there nothing but its look says so."""

WITHDRAWN_BESIDE = 0.1
"""Share of the marks in the rows around that are withdrawn: what withdraws them runs wide."""

NOTHING, PLAIN, CANCELLED, RESIDUE = range(4)
"""What a cell holds: nothing of its own (perhaps dirt or a neighbour's stroke), one plain mark, a
mark that was withdrawn by drawing over it, the trace of a mark that was erased or painted over."""

LABELS = {
    "empty": NOTHING,
    "plain": PLAIN,
    "cancelled": CANCELLED,
    "residue": RESIDUE,
    "anew": RESIDUE,
    "written": CANCELLED,
}
"""What may be written in a cell -> what it holds then. ``anew`` is a plain mark on correction fluid
that covers another one: a person has to look, as at a trace alone. ``written`` are letters: no mark
that could be counted, as little as one that was drawn over."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the rows of a simulated page share: who marks it, how it is scanned, the tone that the
    reader measures of it, and what its paper lets through of its ``back``, None for nothing."""

    hand: Hand
    scan: Scan
    tone: PageTone
    back: Back | None


@dataclass(frozen=True, slots=True)
class Row:
    """A simulated row: its two cells, and how each was marked."""

    cells: list[CellImage]
    kinds: list[str]


@dataclass(frozen=True, slots=True)
class Place:
    """A cell on the canvas, in mm: its middle and its height."""

    x: float
    y: float
    height: float


Paper = tuple[Canvas, Canvas]
"""The ink and the rules of a row."""

Write = Callable[[np.random.Generator, Hand, Paper, str, Place], str]
"""Puts what a cell holds on the paper, and says how."""


def row_of(
    rng: np.random.Generator,
    sheet: Sheet,
    what: tuple[str, str],
    write: Write,
    *,
    crossed: bool = False,
) -> Row:
    """A row whose cells hold ``what``, as ``write`` knows it; perhaps ``crossed`` by a stroke that
    is no mark."""
    scan = sheet.scan
    width, height = rng.uniform(14, 17), rng.uniform(8.5, 21)
    size_mm = (AROUND_MM * 2 + width * 2, AROUND_MM * 2 + height)
    shape = (round(size_mm[1] * CANVAS_PX_PER_MM), round(size_mm[0] * CANVAS_PX_PER_MM))
    ink: Canvas = np.zeros(shape, np.float32)
    rules = ruling(rng, shape, width, height, scan)
    kinds = []
    for index, content in enumerate(what):
        place = Place(AROUND_MM + width * (index + 0.5), AROUND_MM + height / 2, height)
        kinds.append(write(rng, sheet.hand, (ink, rules), content, place))
    _neighbours(rng, ink, (width, height), sheet.hand, scan.dirty)
    if crossed:
        _stroke_across(rng, ink, (width, height))
    if scan.dirty:
        dirt(rng, ink)
    pepper(rng, ink, scan.specks)
    if sheet.back is not None:
        show_through(rng, ink, sheet.back)
    opacity = np.maximum(rules, ink) * 0.6 + (1 - (1 - rules) * (1 - ink)) * 0.4
    return Row(_cells_of(rng, opacity, scan, (width, height)), kinds)


def write_content(
    rng: np.random.Generator, hand: Hand, paper: Paper, content: str, place: Place
) -> str:
    """Put a content, a key of :data:`LABELS`, into its cell, and say its kind."""
    if content == "empty":
        return "empty"
    ink, rules = paper
    size = hand.size_mm * float(rng.lognormal(0, 0.14))
    size = float(np.clip(size, 2.2, min(13, place.height * 1.15)))
    spot = _spot(rng, place, hand)
    layer: Canvas = np.zeros_like(ink)
    kind, marks = "letters", []
    if content == "written":
        strokes.draw(layer, letters(rng), spot, hand.pen, CANVAS_PX_PER_MM, rng)
    else:
        kind, marks = write_plain(rng, hand, layer, spot, size)
    middle_px = (round(spot[0] * CANVAS_PX_PER_MM), round(spot[1] * CANVAS_PX_PER_MM))
    if content == "cancelled":
        kind = withdraw(rng, hand, layer, (kind, marks, spot, size))
    elif content == "anew" or (content == "residue" and rng.random() < 0.4):
        rim = 0.08 if content == "anew" else 0.05
        painted_over(rng, layer, rules, middle_px, size * CANVAS_PX_PER_MM, rim)
        kind = "fluid"
        if content == "anew":
            write_plain(rng, hand, layer, _spot(rng, place, hand), size)
    elif content == "residue":
        rubbed_out(rng, layer, middle_px)
        kind = "erased"
    leave_gaps(rng, layer, hand)
    np.copyto(ink, ink + layer * (0.985 - ink).clip(0))
    return kind


def _spot(rng: np.random.Generator, place: Place, hand: Hand) -> tuple[float, float]:
    """Where in its cell the hand puts a mark; one in twenty-five lies half across a rule."""
    x = hand.off_mm[0] + rng.normal(0, 1.2)
    y = hand.off_mm[1] + rng.normal(0, place.height * 0.08)
    reach = place.height * 0.35
    if rng.random() < 0.04:
        y = rng.choice([1, -1]) * place.height * rng.uniform(0.35, 0.48)
        reach = place.height / 2
    return place.x + float(np.clip(x, -5, 5)), place.y + float(np.clip(y, -reach, reach))


def _neighbours(
    rng: np.random.Generator, ink: Canvas, cell: tuple[float, float], hand: Hand, careless: bool
) -> None:
    """Marks of the rows above and below and of the columns beside, withdrawn ones among them;
    careless ones spill in."""
    width, height = cell
    spots = [(i + 0.5, j) for i in (0, 1) for j in (-0.5, 1.5)] + [(-0.5, 0.5), (2.5, 0.5)]
    for i, j in spots:
        if rng.random() < 0.5:
            continue
        away = rng.uniform(2.5, 6) if careless else rng.uniform(5, 9)
        x = -away if i < 0 else 2 * width + away if i > 2 else width * i + rng.normal(0, 2)
        y = -away if j < 0 else height + away if j > 1 else height * j + rng.normal(0, 2)
        size = float(np.clip(rng.normal(7, 2), 3, 11))
        kind, marks = strokes.plain_mark(rng, size, hand.kind if rng.random() < 0.7 else "")
        if rng.random() < WITHDRAWN_BESIDE:
            marks = marks + cancellation(rng, any_cancellation(rng, kind), size, marks)
        spot = (AROUND_MM + x, AROUND_MM + y)
        strokes.draw(ink, marks, spot, hand.pen, CANVAS_PX_PER_MM, rng)
    if rng.random() < FROM_OUTSIDE:
        _long_stroke(rng, ink, cell, hand)


def _long_stroke(
    rng: np.random.Generator, ink: Canvas, cell: tuple[float, float], hand: Hand
) -> None:
    """The tail of a mark of another row, or of one that begins beside the two cells."""
    width, height = cell
    deep = rng.uniform(0.5, 4.0)
    if rng.random() < 0.7:
        above = rng.random() < 0.5
        start = (rng.uniform(0, 2 * width), -4.5 if above else height + 4.5)
        end = (start[0] + rng.normal(0, 3), deep if above else height - deep)
    else:
        left = rng.random() < 0.5
        start = (-4.5 if left else 2 * width + 4.5, rng.uniform(0, height))
        end = (deep if left else 2 * width - deep, start[1] + rng.normal(0, 2))
    tail = strokes.line(rng, start, end)
    strokes.draw(ink, [tail], (AROUND_MM, AROUND_MM), hand.pen, CANVAS_PX_PER_MM, rng)


def _stroke_across(rng: np.random.Generator, ink: Canvas, cell: tuple[float, float]) -> None:
    """A stroke by any pen that begins in or about the row and runs out of it, in any direction."""
    width, height = cell
    inside = np.array([rng.uniform(0, 2 * width), rng.uniform(0, height)])
    turn = rng.uniform(0, 2 * np.pi)
    along = np.array([np.cos(turn), np.sin(turn)])
    before, after = rng.uniform(1, 8), rng.uniform(10, 35)
    bow = np.array([-along[1], along[0]]) * rng.normal(0, 0.06) * (before + after)
    knots = [inside - along * before, inside + bow, inside + along * after]
    stroke = strokes.smooth(knots, rng, 0.1)
    at = (AROUND_MM, AROUND_MM)
    strokes.draw(ink, [stroke], at, strokes.random_pen(rng), CANVAS_PX_PER_MM, rng)


def _cells_of(
    rng: np.random.Generator, opacity: Canvas, scan: Scan, cell_mm: tuple[float, float]
) -> list[CellImage]:
    """Scan the canvas and cut the two cells out of it with an error of registration."""
    pixels = scanned(rng, opacity, scan)
    error = rng.uniform(-0.3, 0.3, 2)
    turn = float(np.radians(rng.normal(0, 0.15)))
    corners = [np.array([AROUND_MM + cell_mm[0] * index, AROUND_MM]) + error for index in range(2)]
    return [
        cut_out(pixels, scan, corner, cell_mm, turn, MARGIN_MM, INK_PX_PER_MM) for corner in corners
    ]


def tone_of(rng: np.random.Generator, scan: Scan) -> PageTone:
    """The tone of a page so scanned, measured by the reader on a corner mark and a code."""
    mark, code = np.ones((1, 1), np.uint8), rng.integers(0, 2, (37, 37), np.uint8)
    cells = []
    for modules, side_mm in ((mark, FIDUCIAL_MM), (code, CODE.w_mm)):
        side, edge = (round(mm * CANVAS_PX_PER_MM) for mm in (side_mm, AROUND_MM))
        square = cv2.resize(modules, (side, side), interpolation=cv2.INTER_NEAREST)
        pixels = scanned(rng, np.pad(square, edge) * np.float32(scan.toner), scan)
        corner, size_mm = np.full(2, AROUND_MM), (side_mm, side_mm)
        cells.append(cut_out(pixels, scan, corner, size_mm, 0.0, TONE_MARGIN_MM))
    return measure_tone(PageImage(pixels), cells)


def page_of(
    rng: np.random.Generator, whats: list[tuple[str, str]], pool: Pool, crossed: float
) -> tuple[Sheet, list[Row]]:
    """Rows of one side of one page: one hand, one paper, one scan; this share of them ``crossed``
    by a stroke that is no mark."""
    hand, scan = any_hand(rng, pool), Scan.random(rng)
    back = Back.random(rng) if rng.random() < THIN_PAPER else None
    sheet = Sheet(hand, scan, tone_of(rng, scan), back)
    rows = []
    for what in whats:
        share = EMPTY_CROSSED if crossed and what == ("empty", "empty") else crossed
        across = share > 0 and rng.random() < share
        rows.append(row_of(rng, sheet, what, write_content, crossed=across))
    return sheet, rows

"""What stands in the rows of a page of the bench: the truth first, the ink after it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench.strokes import Ink, RealMarks, marks_of, withdrawn_of, written_by
from ocr.geometry import Rect
from ocr.layout import Choice, PageLayout
from samples.corrections import WITHDRAWALS
from samples.hands import MARK_KINDS, PENCIL, PENS, RED_PEN, Hand, new_hand
from samples.strokes import Pen

SPOILT = 0.08
"""Share of rows with something a person must look at: on a page as on a real sheet, about one of a
side."""

ODD_ROWS = 0.05
ODD_PENS = 0.10
"""Share of rows with an unusual mark, and of hands with an unusual pen."""

FIRST_VALUE = 0.7
"""Share of rows marked with their first value (real sheets: nearly all; here both must show)."""

FAINT_PENCIL = replace(PENCIL, name="faint pencil", width_mm=0.35, opacity=0.32)
LIGHT_PENS = (PENCIL, FAINT_PENCIL, RED_PEN)

DEEP_MM = 1.5
"""A stroke of another row that reaches so far into a cell is said to have spilled into it; what
goes less far is what careful hands do."""

MISPLACED = ("tiny", "half outside", "long", "retraced")

ALONG = ("arm_line", "arm_lines")
CLASHES = {
    "ring": ("ring", *ALONG),
    "fill": ("ring", "double_line", "zigzag", "blackened", "overwritten", *ALONG),
    "dash": ("double_line", *ALONG),
    "slash": ALONG,
    "dot": ALONG,
}
"""Ways to withdraw a mark that nobody uses whose own mark looks like that, or in whose mark they
cannot be seen. (A ring round a blackened cell even means that it is chosen again.)"""

PALE = ("erased", "fluid")
"""Ways that leave a trace too pale for a scanner that decides black or white."""


@dataclass(frozen=True, slots=True)
class RowTruth:
    """What stands in a row.

    ``sort`` is ``plain`` (one mark as offices see them), ``odd`` (one mark that is unusual, or into
    whose cells something ran: to be read right or flagged) or ``spoilt`` (to be flagged). ``kind``
    says what. ``value`` is what the writer meant, None when that cannot be known.
    """

    name: str
    sort: str
    kind: str
    value: str | None


@dataclass(frozen=True)
class FilledPage:
    """The rows of a page and their ink in the order of writing."""

    rows: tuple[RowTruth, ...]
    ink: tuple[Ink, ...]


def fill_page(
    page: PageLayout,
    rng: np.random.Generator,
    real: RealMarks | None = None,
    *,
    bilevel: bool = False,
) -> FilledPage:
    """Every choice filled in by the hand of its side; ``real`` are marks of real pens to write
    with instead of invented ones. On ``bilevel`` scans a new mark beside a pale trace is odd, not
    spoilt: nobody can see the trace."""
    hands: dict[str, Hand] = {}
    rows: list[RowTruth] = []
    ink: list[tuple[Ink, ...]] = []
    for choice in page.choices:
        side = choice.name.rpartition("/")[2]
        if side not in hands:
            hands[side] = _hand(rng, real)
        row, layers = _fill_row(choice, hands[side], rng, real)
        rows.append(row)
        ink.append(layers)
    spilled = _spilled(page.choices, ink)
    return FilledPage(
        tuple(_seen(row, spilled=row.name in spilled, bilevel=bilevel) for row in rows),
        tuple(layer for layers in ink for layer in layers),
    )


def _hand(rng: np.random.Generator, real: RealMarks | None) -> Hand:
    hand = new_hand(rng, kinds=real.kinds if real else tuple(MARK_KINDS))
    if rng.random() < ODD_PENS:
        return replace(hand, pen=LIGHT_PENS[int(rng.integers(len(LIGHT_PENS)))])
    return hand


def _fill_row(
    choice: Choice, hand: Hand, rng: np.random.Generator, real: RealMarks | None
) -> tuple[RowTruth, tuple[Ink, ...]]:
    """The truth and the ink of one row."""
    drawn, cells = rng.random(), dict(choice.cells)
    first, second = cells
    chosen, other = (first, second) if rng.random() < FIRST_VALUE else (second, first)
    if drawn < SPOILT:
        kind, meant, ink = _spoil(hand, cells[chosen], cells[other], rng, real)
        value = {"chosen": chosen, "other": other}.get(meant)
        return RowTruth(choice.name, "spoilt", kind, value), ink
    if drawn < SPOILT + ODD_ROWS:
        kind = str(rng.choice(MISPLACED))
        marks = marks_of(rng, hand, cells[chosen], real)
        ink = _misplaced(kind, marks, hand, cells[chosen], rng)
        return RowTruth(choice.name, "odd", kind, chosen), ink
    sort, kind = ("odd", hand.pen.name) if _odd(hand.pen) else ("plain", hand.kind)
    return RowTruth(choice.name, sort, kind, chosen), marks_of(rng, hand, cells[chosen], real)


def _odd(pen: Pen) -> bool:
    return pen in LIGHT_PENS


def _spoil(
    hand: Hand, chosen: Rect, other: Rect, rng: np.random.Generator, real: RealMarks | None
) -> tuple[str, str, tuple[Ink, ...]]:
    """What was done, which cell is meant (``chosen``, ``other`` or none), and the ink.

    A tenth of the rows each is empty and marked twice. In the others the mark in the other cell is
    withdrawn in some way; half of them have a new plain mark in the chosen cell. What is written
    anew over a mark or on its fluid is meant, but to be seen by a person all the same.
    """
    drawn = rng.random()
    if drawn < 0.1:
        return "missing", "", ()
    if drawn < 0.2:
        both = [marks_of(rng, hand, cell, real) for cell in (chosen, other)]
        return "double", "", (*both[0], *both[1])
    ways = [way for way in WITHDRAWALS if way not in CLASHES.get(hand.kind, ())]
    weights = np.array([0.5 if way in ALONG else 1.0 for way in ways])
    way = str(rng.choice(ways, p=weights / weights.sum()))
    withdrawn = withdrawn_of(rng, hand, other, way, real)
    if rng.random() < 0.5:
        return f"{way}, new mark", "chosen", (*withdrawn, *marks_of(rng, hand, chosen, real))
    if way == "fluid" and rng.random() < 0.5:
        return "fluid, marked again", "other", (*withdrawn, *marks_of(rng, hand, other, real))
    return f"{way}, alone", "other" if way == "overwritten" else "", withdrawn


def _misplaced(
    kind: str,
    marks: Sequence[Ink],
    hand: Hand,
    cell: Rect,
    rng: np.random.Generator,
) -> tuple[Ink, ...]:
    """A mark much smaller or larger than its cell, beside it, or drawn twice."""
    if kind == "tiny":
        return tuple(mark.resized(float(rng.uniform(0.3, 0.5))) for mark in marks)
    if kind == "long":
        return tuple(mark.resized(float(rng.uniform(1.5, 2.2))) for mark in marks)
    if kind == "half outside":
        dx, dy = _to_edge(marks, cell, rng)
        return tuple(mark.moved(dx, dy) for mark in marks)
    pen = hand.pen if rng.random() < 0.5 else PENS[int(rng.integers(len(PENS)))]
    again = written_by(marks, pen)
    return (*marks, *(mark.moved(*rng.normal(0, 0.25, 2)) for mark in again))


def _to_edge(marks: Sequence[Ink], cell: Rect, rng: np.random.Generator) -> tuple[float, float]:
    """The move that brings the middle of a mark to just inside one of the cell's edges, mm."""
    points = np.vstack([mark.points_mm for mark in marks])
    x, y = (points.min(axis=0) + points.max(axis=0)) / 2
    inside = float(rng.uniform(0.3, 1.2))
    return (
        (cell.x_mm + inside - float(x), 0.0),
        (cell.right_mm - inside - float(x), 0.0),
        (0.0, cell.y_mm + inside - float(y)),
        (0.0, cell.bottom_mm - inside - float(y)),
    )[int(rng.integers(4))]


def _seen(row: RowTruth, *, spilled: bool, bilevel: bool) -> RowTruth:
    """A plain row with a stroke of its neighbour in it is an odd one; so is one whose only fault
    the scan does not show."""
    if spilled and row.sort == "plain":
        return replace(row, sort="odd", kind="spilled into")
    if bilevel and row.value is not None and row.kind.startswith(PALE):
        return replace(row, sort="odd")
    return row


def _spilled(choices: Sequence[Choice], ink: Sequence[Sequence[Ink]]) -> set[str]:
    """The names of choices into whose cells the ink of another reaches :data:`DEEP_MM`."""
    cells = [(choice.name, rect) for choice in choices for _, rect in choice.cells]
    inner = [rect.grown(-DEEP_MM) for _, rect in cells]
    low = np.array([(rect.x_mm, rect.y_mm) for rect in inner])
    high = np.array([(rect.right_mm, rect.bottom_mm) for rect in inner])
    found: set[str] = set()
    for choice, layers in zip(choices, ink, strict=True):
        if layers:
            points = np.vstack([layer.points_mm for layer in layers])
            reached = (low <= points.max(axis=0)) & (high >= points.min(axis=0))
            for index in np.flatnonzero(reached.all(axis=1)).tolist():
                inside = (points >= low[index]).all(axis=1) & (points <= high[index]).all(axis=1)
                if cells[index][0] != choice.name and inside.any():
                    found.add(cells[index][0])
    return found

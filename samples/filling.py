"""A sheet filled in by two people: what they wrote (the truth) and the strokes they wrote it with.

The truth is made first and the ink after it, so that it is what was written and never what some
reader makes of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from zlib import crc32

import numpy as np

from ocr.geometry import Rect
from ocr.layout import Choice, Layout, PageLayout
from pipeline.forms.sets import AnswerForm, FormSet
from samples.hands import Hand, draw_mark, is_blank, new_hand, sign, strike_out, write_number
from samples.strokes import Stroke

ORDINARY_MARKS = ("x", "tick", "slash", "dash")
"""Marks that nobody can take for a correction; blots and rings only where a case wants them."""


@dataclass(frozen=True)
class Plan:
    """How a sheet departs from the plainest one (all ``dat``, right totals, everything signed).

    ``rows`` maps a choice (``I.1.1/self``) to the value marked instead of the first. ``missing``
    and ``double`` name choices, ``corrected`` maps a choice to how its withdrawn mark was struck
    out; ``overall`` may be among them. ``wrong_totals`` maps ``self/dat`` to the number written.
    ``wrong_overall`` ticks the other result. ``unsigned`` names sides. ``kinds`` narrows the marks
    of a side. ``seal`` is ``signature``, ``marks`` or empty.
    """

    rows: Mapping[str, str] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    double: frozenset[str] = frozenset()
    corrected: Mapping[str, str] = field(default_factory=dict)
    wrong_totals: Mapping[str, int] = field(default_factory=dict)
    wrong_overall: bool = False
    unsigned: frozenset[str] = frozenset()
    kinds: Mapping[str, Sequence[str]] = field(default_factory=dict)
    seal: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceTruth:
    """What stands in a choice. ``value`` is what was meant (None when missing or double);
    ``state`` is a state of the contract."""

    value: str | None
    state: str


@dataclass(frozen=True)
class SheetTruth:
    """What was written on a sheet. ``choices`` by name of the layout; ``totals`` by
    ``side/value``, None where nothing was written; ``signatures`` by side."""

    choices: Mapping[str, ChoiceTruth]
    totals: Mapping[str, int | None]
    signatures: Mapping[str, bool]

    def count(self, side: str, value: str) -> int:
        """How many rows of a side are plainly marked with a value."""
        return sum(
            truth.value == value and truth.state == "clear"
            for name, truth in self.choices.items()
            if name.endswith(f"/{side}")
        )

    def open_rows(self, side: str) -> bool:
        """Whether some row of the side is not plainly marked."""
        return any(
            truth.state != "clear"
            for name, truth in self.choices.items()
            if name.endswith(f"/{side}")
        )


@dataclass(frozen=True, slots=True)
class Hands:
    """Who writes on a sheet: a hand for each side, the evaluator's also for the result."""

    by_side: Mapping[str, Hand]
    deciding: str


def seeded(seed: int, *names: str) -> np.random.Generator:
    """A generator of its own for a named thing, so that adding a sheet changes no other."""
    return np.random.default_rng([seed, *(crc32(name.encode("utf-8")) for name in names)])


def person_hand(seed: int, person_id: str, kinds: Sequence[str] = ORDINARY_MARKS) -> Hand:
    """The hand of a person: the same on every sheet, but for the kind of mark."""
    hand = new_hand(seeded(seed, "hand", person_id))
    if hand.kind in kinds:
        return hand
    return replace(hand, kind=new_hand(seeded(seed, "kind", person_id), kinds=tuple(kinds)).kind)


def write_truth(
    form_set: FormSet, form: AnswerForm, layout: Layout, plan: Plan, hands: Hands
) -> SheetTruth:
    """What the two people write on the sheet under this plan.

    Totals and result say what they meant: who forgot a mark did not notice.
    """
    values = [option.option_id for option in form_set.values]
    sides = [option.option_id for option in form_set.sides]
    meant = {
        choice.name: plan.rows.get(choice.name, values[0])
        for choice in layout.choices()
        if choice.name != "overall"
    }
    choices = {name: _row_truth(name, value, plan) for name, value in meant.items()}
    totals: dict[str, int | None] = {}
    for side in sides:
        of_side = [value for name, value in meant.items() if name.endswith(f"/{side}")]
        for value in values:
            number = plan.wrong_totals.get(f"{side}/{value}", of_side.count(value))
            blank = is_blank(hands.by_side[side], number)
            totals[f"{side}/{value}"] = None if blank else number
    deciding = [value for name, value in meant.items() if name.endswith(f"/{form.passes.side}")]
    passed = deciding.count(form.passes.value) >= form.passes.needs
    result = form.passes.value if passed != plan.wrong_overall else form.passes.otherwise
    return SheetTruth(
        choices | {"overall": _row_truth("overall", result, plan)},
        totals,
        {side: side not in plan.unsigned for side in sides},
    )


def _row_truth(name: str, value: str, plan: Plan) -> ChoiceTruth:
    if name in plan.missing:
        return ChoiceTruth(None, "missing")
    if name in plan.double:
        return ChoiceTruth(None, "double")
    return ChoiceTruth(value, "corrected" if name in plan.corrected else "clear")


def page_strokes(
    page: PageLayout, truth: SheetTruth, plan: Plan, hands: Hands, rng: np.random.Generator
) -> tuple[Stroke, ...]:
    """The ink of both people on one page, in page millimetres."""
    strokes: list[Stroke] = []
    for choice in page.choices:
        side = hands.deciding if choice.name == "overall" else choice.name.rsplit("/", 1)[1]
        strokes += _choice_strokes(
            choice, truth.choices[choice.name], plan, hands.by_side[side], rng
        )
    for total in page.totals:
        _, side, value = total.name.split("/")
        number = truth.totals[f"{side}/{value}"]
        if number is not None:
            strokes += write_number(rng, hands.by_side[side], number, total.tens, total.units)
    for area in page.signatures:
        side = area.name.split("/")[1]
        if truth.signatures[side]:
            strokes += sign(rng, hands.by_side[side], area.rect)
    return tuple(strokes)


def _choice_strokes(
    choice: Choice, truth: ChoiceTruth, plan: Plan, hand: Hand, rng: np.random.Generator
) -> list[Stroke]:
    """The marks of one choice; a correction writes the other cell first and withdraws it."""
    cells: dict[str, Rect] = dict(choice.cells)
    if truth.state == "missing":
        return []
    if truth.state == "double":
        return [stroke for cell in cells.values() for stroke in draw_mark(rng, hand, cell)]
    if truth.value is None:
        raise ValueError(f"{choice.name}: a marked choice needs its value")
    strokes: list[Stroke] = []
    if truth.state == "corrected":
        withdrawn = next(cell for value, cell in cells.items() if value != truth.value)
        marks = draw_mark(rng, hand, withdrawn)
        strokes += [*marks, *strike_out(rng, hand, marks, plan.corrected[choice.name])]
    return [*strokes, *draw_mark(rng, hand, cells[truth.value])]

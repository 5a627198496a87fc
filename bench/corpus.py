"""The scans of the bench: dense pages and real sheets, made from seeds that no sample and no fit
has used, each with the truth of what is on it.

The same seed, setting and number give the same bytes; one page more changes no other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from zlib import crc32

import numpy as np

from bench.conditions import Setting
from bench.dense import dense_code, dense_layout, dense_page
from bench.rows import RowTruth, fill_page
from bench.strokes import RealMarks, put
from ocr.layout import Layout
from pipeline.forms.sets import AnswerForm, FormSet
from samples import seal
from samples.cases import Case, Feed
from samples.files import Picture, write_files
from samples.filling import Plan, seeded
from samples.hands import MARK_KINDS
from samples.ink import Image
from samples.mishaps import MISHAPS
from samples.paper import MASTER_DPI, MM_PER_INCH, digitise, handle_page, print_page
from samples.prints import OfficePrints
from samples.roster import sample_roster
from samples.scan import make_case

FIRST_SEED = 1_900_000
"""Samples use the seed of the roster, fits use small ones; the corpus starts here."""

PX_PER_MM = MASTER_DPI / MM_PER_INCH
SEAL_TEXT = "ĐƠN VỊ MẪU • CON DẤU MẪU • "
STRUCK = ("double_line", "scribble", "ring")
UNLIKE_STRUCK = ("x", "tick", "slash")
"""Marks that do not look like one of the ways to strike them out."""
RESULT = "overall"
UNPRINTABLE = "PMA004"
"""The person of the sample roster whose name is too long for the form."""


@dataclass(frozen=True)
class SheetTruth:
    """What stands on a real sheet beside its rows. ``totals`` by ``side/value``, None where nothing
    was written; ``signatures`` by side; whether it is ``sealed``; ``form`` for judging totals."""

    form: AnswerForm
    totals: Mapping[str, int | None]
    signatures: Mapping[str, bool]
    sealed: bool


@dataclass(frozen=True)
class Page:
    """A scanned page: its file, whose it is, its layout, the truth of its rows, and for pages of
    real sheets the truth of the sheet."""

    data: bytes
    sheet_id: str
    layout: Layout
    rows: Mapping[str, RowTruth]
    sheet: SheetTruth | None = None


def dense_scan(setting: Setting, seed: int, number: int, real: RealMarks | None = None) -> Page:
    """The dense page of this number (0-based) of a setting."""
    rng = np.random.default_rng([seed, crc32(setting.name.encode()), number])
    code, layout = dense_code(seed + number), dense_layout()
    page = print_page(dense_page(code), setting.condition, rng)
    bilevel = setting.condition.mode == "bilevel"
    filled = fill_page(layout.pages[0], rng, real, bilevel=bilevel)
    put(page, filled.ink, PX_PER_MM, rng)
    _treat(page, setting, rng)
    page = handle_page(page, setting.condition, rng, _behind(int(rng.integers(4))))
    turns = 2 if rng.random() < setting.upside_down else 0
    data = _file(digitise(page, setting.condition, rng, turns), setting, rng)
    return Page(data, code.sheet_id, layout, {row.name: row for row in filled.rows})


def _treat(page: Image, setting: Setting, rng: np.random.Generator) -> None:
    """A seal and mishaps, anywhere on the page, in place."""
    if rng.random() < setting.seal:
        x, y = rng.uniform([15, 15], [195, 282])
        seal.stamp(page, (float(x), float(y)), SEAL_TEXT, PX_PER_MM, rng)
    for name, probability in setting.mishaps:
        if rng.random() < probability:
            MISHAPS[name](page, PX_PER_MM, rng)


def _file(pixels: Image, setting: Setting, rng: np.random.Generator) -> bytes:
    """As the scanner stores it: JPEG, or PNG of one bit."""
    condition = setting.condition
    quality = int(rng.integers(condition.jpeg[0], condition.jpeg[1] + 1))
    bilevel = condition.mode == "bilevel"
    picture = Picture(pixels, condition.dpi, quality, bilevel)
    return stored(picture)


def stored(picture: Picture) -> bytes:
    """The file of a picture: JPEG, or PNG of one bit."""
    kind = "png" if picture.bilevel else "jpg"
    return next(iter(write_files("page", kind, [picture]).values()))


@cache
def _prints() -> OfficePrints:
    return OfficePrints(sample_roster())


@cache
def _behind(number: int) -> Image:
    """What is printed on the back: a page of some form."""
    person, page = (("TH001", 2), ("TH001", 1), ("TH003", 1), ("TH003", 2))[number]
    return _prints().page(person, page)


def form_set() -> FormSet:
    """The set of the real sheets."""
    return _prints().form_set


def layouts() -> dict[tuple[str, str, str], Layout]:
    """All forms of the bench by key."""
    known = [built.layout for built in _prints().built.values()]
    return {layout.key: layout for layout in [*known, dense_layout()]}


def sheet_scans(setting: Setting, seed: int, number: int) -> Iterator[Page]:
    """The pages of the real sheet of this number (0-based) of a setting; every second is spoilt."""
    rng = seeded(seed + number, "bench", setting.name)
    people = [person for person in sorted(_prints().roster.people) if person != UNPRINTABLE]
    person = str(rng.choice(people))
    plan = _plan(rng, person, spoilt=bool(number % 2), sealed=rng.random() < setting.seal)
    case = Case(
        f"{setting.name}-{number}",
        "bench",
        {person: plan},
        setting.condition,
        "png" if setting.condition.mode == "bilevel" else "jpg",
        Feed(upside_down=int(rng.random() < 2 * setting.upside_down)),
    )
    made = make_case(case, _prints(), seed + number)
    expected = made.expected["sheets"][0]
    sheet_id, form, layout = _prints().sheet(person)
    truth = SheetTruth(
        form,
        {
            f"{side}/{value}": total["written"]
            for side, values in expected["totals"].items()
            for value, total in values.items()
        },
        {side: area["present"] for side, area in expected["signatures"].items()},
        bool(plan.seal),
    )
    rows = dict(_row_truths(expected, plan))
    for data in made.files.values():
        yield Page(data, sheet_id, layout, rows, truth)


def _plan(rng: np.random.Generator, person: str, *, spoilt: bool, sealed: bool) -> Plan:
    """Some rows Chưa đạt; if spoilt, also rows missing, double, and struck out."""
    form = _prints().sheet(person)[1]
    sides = ("self", "evaluator")
    names = [f"{item.item_id}/{side}" for item in form.items for side in sides]
    drawn = [str(name) for name in rng.permutation(names)]
    rows = dict.fromkeys(drawn[: int(rng.integers(0, 5))], "chua_dat")
    common = Plan(
        rows=rows,
        kinds=dict.fromkeys(sides, UNLIKE_STRUCK if spoilt else tuple(MARK_KINDS)),
        seal=str(rng.choice(["signature", "marks"])) if sealed else "",
        unsigned=frozenset({str(rng.choice(sides))}) if rng.random() < 0.25 else frozenset(),
    )
    if not spoilt:
        return common
    picked = drawn[-9:]
    return replace(
        common,
        missing=frozenset(picked[:2]),
        double=frozenset(picked[2:4]),
        corrected={name: str(rng.choice(STRUCK)) for name in picked[4:9]},
        wrong_totals={"self/dat": len(form.items) - 1 - len(rows)},
    )


def _row_truths(expected: Mapping[str, Any], plan: Plan) -> Iterator[tuple[str, RowTruth]]:
    """The truth of all rows of a sheet by name, the result among them."""
    written = {
        f"{item['id']}/{side}": item[side]
        for item in expected["items"]
        for side in item
        if side != "id"
    }
    for name, row in [*written.items(), (RESULT, expected["overall"])]:
        state, value = row["state"], row["value"]
        if state == "clear":
            yield name, RowTruth(name, "plain", "mark", value)
        elif state == "corrected":
            yield name, RowTruth(name, "spoilt", f"{plan.corrected[name]}, new mark", value)
        else:
            yield name, RowTruth(name, "spoilt", state, None)

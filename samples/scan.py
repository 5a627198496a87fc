"""One case made: sheets printed, filled in, fed through the scanner, stored as files.

Every random draw comes from a generator seeded by what it is for, so the same seed gives the same
bytes and one more case changes none of the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from ocr.geometry import Rect
from ocr.layout import Layout
from pipeline.forms.sets import AnswerForm, FormSet
from samples import foreign, seal
from samples.cases import Case, PageKey
from samples.expected import Scanned, expected_case, expected_sheet
from samples.files import Picture, write_files
from samples.filling import (
    ORDINARY_MARKS,
    Hands,
    Plan,
    SheetTruth,
    page_strokes,
    person_hand,
    seeded,
    write_truth,
)
from samples.hands import PENS, draw_mark, new_hand
from samples.ink import Image, write
from samples.paper import MASTER_DPI, MM_PER_INCH, Condition, digitise, handle_page, print_page
from samples.roster import PERIOD

_PX_PER_MM = MASTER_DPI / MM_PER_INCH
_SEAL_TEXT = "ĐƠN VỊ MẪU • CON DẤU MẪU • "


class Prints(Protocol):
    """The office's printed sheets, as the product prints them."""

    form_set: FormSet

    def sheet(self, person_id: str) -> tuple[str, AnswerForm, Layout]:
        """The sheet of a person: its id, form and layout."""
        ...

    def evaluator(self, person_id: str) -> str:
        """Who evaluates a person."""
        ...

    def page(self, person_id: str, number: int) -> Image:
        """A printed page (1-based) at :data:`samples.paper.MASTER_DPI`."""
        ...

    def strange_page(self, person_id: str) -> Image:
        """The first page of a sheet that another office printed for somebody."""
        ...


@dataclass(frozen=True, slots=True)
class Slot:
    """One side of paper as it is fed. ``what`` is ``sheet``, ``covered``, ``stranger``, ``blank``,
    or the name of a foreign page; ``again`` is ``copy`` or ``rescan`` for a page that was fed
    before."""

    what: str
    page: PageKey
    quarter_turns: int = 0
    again: str = ""


@dataclass(frozen=True)
class _Filled:
    """A sheet with all that was decided about it."""

    sheet_id: str
    form: AnswerForm
    layout: Layout
    plan: Plan
    hands: Hands
    truth: SheetTruth
    sealed: tuple[int, Rect] | None


@dataclass(frozen=True)
class Made:
    """A case as files by name, and its ``expected.json`` document."""

    files: Mapping[str, bytes]
    expected: Mapping[str, Any]


def make_case(case: Case, prints: Prints, seed: int) -> Made:
    """Fill in and scan all sheets of a case."""
    filled = {person: _fill(case, person, prints, seed) for person in case.plans}
    slots = _slots(case, filled, seeded(seed, case.name, "order"))
    pictures = _scan(case, slots, filled, prints, seed)
    files = write_files(f"scan-{case.name}", case.kind, pictures)
    places = _places(list(files), len(slots))
    sheets = [
        expected_sheet(prints.form_set, sheet.form, _scanned(case, person, sheet, slots, places))
        for person, sheet in filled.items()
    ]
    heading = {
        "case": case.name,
        "purpose": case.purpose,
        "condition": case.condition.name,
        "period": PERIOD,
        "seed": seed,
        "scans": list(files),
    }
    return Made(files, expected_case(heading, sheets, _rejects(slots, places)))


def _fill(case: Case, person: str, prints: Prints, seed: int) -> _Filled:
    """Decide who writes and what."""
    sheet_id, form, layout = prints.sheet(person)
    plan, form_set = case.plans[person], prints.form_set
    writers = dict(
        zip(
            (side.option_id for side in form_set.sides),
            (person, prints.evaluator(person)),
            strict=True,
        )
    )
    hands = Hands(
        {
            side: person_hand(seed, writer, plan.kinds.get(side, ORDINARY_MARKS))
            for side, writer in writers.items()
        },
        form.passes.side,
    )
    truth = write_truth(form_set, form, layout, plan, hands)
    sealed = _sealed(plan, layout, form.passes.side, seeded(seed, case.name, "seal", person))
    return _Filled(sheet_id, form, layout, plan, hands, truth, sealed)


def _slots(case: Case, filled: Mapping[str, _Filled], rng: np.random.Generator) -> list[Slot]:
    """The sides of paper in the order in which they are fed."""
    feed = case.feed
    slots = []
    for person, sheet in filled.items():
        for number in range(1, len(sheet.layout.pages) + 1):
            key = person, number
            if key not in feed.lost:
                slots.append(Slot("covered" if key in feed.covered else "sheet", key))
    slots += [Slot("stranger", (person, 1)) for person in feed.strangers]
    for name in feed.foreign:
        slots.insert(int(rng.integers(1, len(slots))), Slot(name, ("", 1)))
    if feed.shuffled:
        slots = [slots[index] for index in rng.permutation(len(slots))]
    for index in rng.choice(len(slots), size=feed.upside_down, replace=False):
        slots[index] = replace(slots[index], quarter_turns=2)
    for key, again in feed.repeated.items():
        slots.append(Slot("sheet", key, again=again))
    backed = [
        side for slot in slots[: feed.blank_backs] for side in (slot, Slot("blank", slot.page))
    ]
    return backed + slots[feed.blank_backs :]


def _places(files: list[str], count: int) -> list[tuple[str, int]]:
    """Where each side of paper ends up: file and its 1-based page."""
    if len(files) == 1:
        return [(files[0], number) for number in range(1, count + 1)]
    return [(name, 1) for name in files]


def _scan(
    case: Case,
    slots: list[Slot],
    filled: Mapping[str, _Filled],
    prints: Prints,
    seed: int,
) -> list[Picture]:
    pictures: list[Picture] = []
    seen: dict[PageKey, Picture] = {}
    for index, slot in enumerate(slots):
        if slot.again == "copy":
            pictures.append(seen[slot.page])
            continue
        paper = _paper(case, slot, filled, prints, seed)
        rng = seeded(seed, case.name, "scan", str(index))
        picture = Picture(
            digitise(paper, case.condition, rng, slot.quarter_turns),
            case.condition.dpi,
            int(rng.integers(case.condition.jpeg[0], case.condition.jpeg[1] + 1)),
            case.condition.mode == "bilevel",
        )
        pictures.append(picture)
        seen.setdefault(slot.page, picture)
    return pictures


def _paper(
    case: Case, slot: Slot, filled: Mapping[str, _Filled], prints: Prints, seed: int
) -> Image:
    """A side of paper as it lies on the scanner's tray; the same whenever it is fed."""
    person, number = slot.page
    rng = seeded(seed, case.name, "paper", slot.what, person, str(number))
    if slot.what == "blank":
        front = prints.page(person, number) if person else foreign.minutes_page()
        return handle_page(
            foreign.blank_page(), replace(case.condition, show_through=0.04), rng, front
        )
    if slot.what == "stranger":
        return print_page(prints.strange_page(person), case.condition, rng)
    if slot.what == "minutes":
        return print_page(foreign.minutes_page(), case.condition, rng)
    if slot.what == "invoice":
        return print_page(foreign.invoice_page(), case.condition, rng)
    sheet = filled[person]
    page = print_page(prints.page(person, number), case.condition, rng)
    layout = sheet.layout.pages[number - 1]
    write(page, page_strokes(layout, sheet.truth, sheet.plan, sheet.hands, rng), _PX_PER_MM, rng)
    if sheet.sealed is not None and sheet.sealed[0] == number:
        seal.stamp(page, sheet.sealed[1].centre, _SEAL_TEXT, _PX_PER_MM, rng)
    if slot.what == "covered":
        blot = new_hand(rng, kinds=("fill",), pens=PENS[-1:])
        for _ in range(3):
            marks = draw_mark(rng, replace(blot, size_mm=22.0), layout.code.grown(1.0))
            write(page, marks, _PX_PER_MM, rng)
    behind = sheet.layout.pages[number % len(sheet.layout.pages)].number
    return handle_page(page, case.condition, rng, prints.page(person, behind))


def _sealed(
    plan: Plan, layout: Layout, side: str, rng: np.random.Generator
) -> tuple[int, Rect] | None:
    """Page and square of the seal of a sheet: over a third of the deciding side's signature, or
    across the marks of the last rows."""
    if not plan.seal:
        return None
    page = layout.pages[-1]
    if plan.seal == "signature":
        area = next(box.rect for box in page.signatures if box.name == f"signature/{side}")
        x, y = area.centre[0] - 16, area.centre[1]
    else:
        rows = [choice for choice in page.choices if choice.name.endswith(f"/{side}")]
        x, y = rows[-2].cells[0][1].centre
    x, y = x + float(rng.uniform(-3, 3)), y + float(rng.uniform(-3, 3))
    half = seal.RADIUS_MM + 1
    return page.number, Rect(x - half, y - half, 2 * half, 2 * half)


def _scanned(
    case: Case, person: str, sheet: _Filled, slots: list[Slot], places: list[tuple[str, int]]
) -> Scanned:
    pages: list[tuple[int, str, int]] = []
    repeats: list[tuple[int, str, int]] = []
    for slot, (source, source_page) in zip(slots, places, strict=True):
        if slot.what == "sheet" and slot.page[0] == person:
            (repeats if slot.again else pages).append((slot.page[1], source, source_page))
    return Scanned(
        sheet_id=sheet.sheet_id,
        person_id=person,
        layout=sheet.layout,
        truth=sheet.truth,
        pages=sorted(pages),
        repeats=sorted(repeats),
        sealed=sheet.sealed,
        page_faults=_page_faults(case.condition),
    )


def _page_faults(condition: Condition) -> frozenset[str]:
    """What may rightly be said about the images of a condition."""
    faults = set()
    if condition.streak:
        faults.add("streak")
    if condition.name in ("poor", "photo", "bilevel"):
        faults.add("poor_image")
    return frozenset(faults)


def _rejects(slots: list[Slot], places: list[tuple[str, int]]) -> list[dict[str, Any]]:
    codes = {
        "covered": "no_sheet_code",
        "stranger": "unknown_sheet",
        "blank": "blank_page",
        "minutes": "foreign_page",
        "invoice": "foreign_page",
    }
    return [
        {"source": source, "source_page": number, "code": codes[slot.what]}
        for slot, (source, number) in zip(slots, places, strict=True)
        if slot.what in codes
    ]

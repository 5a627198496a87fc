"""Sheets filled and scanned by the samples' maker, with seeds that no sample and no fit saw."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ocr.images import decode
from ocr.page import read_page
from ocr.reading import MarkState, PageReading
from pipeline.scans.check import total
from samples.cases import Case, Feed
from samples.filling import Plan, seeded
from samples.paper import CONDITIONS
from samples.prints import OfficePrints
from samples.roster import sample_roster
from samples.scan import Made, make_case

FIRST_SEED = 500_000
"""Samples use the seed of the roster, fits use small ones; the corpus starts here."""

STRUCK = ("double_line", "scribble", "ring")


@dataclass(frozen=True, slots=True)
class Batch:
    """A part of the corpus: one sheet, under one condition, with or without spoilt rows."""

    condition: str
    seed: int
    spoilt: bool


@lru_cache(maxsize=1)
def _prints() -> OfficePrints:
    return OfficePrints(sample_roster())


def measure(batch: Batch) -> Counter[str]:
    """Make a sheet, read its pages, and count what came out right and wrong."""
    made = _make(batch)
    prints = _prints()
    layouts = {built.layout.key: built.layout for built in prints.built.values()}
    expected = made.expected["sheets"][0]
    truth = {
        f"{item['id']}/{side}": item[side]
        for item in expected["items"]
        for side in item
        if side != "id"
    }
    counts: Counter[str] = Counter()
    for content in made.files.values():
        counts["pages"] += 1
        reading = read_page(decode(content), layouts)
        if not isinstance(reading, PageReading):
            counts[f"rejected {reading.code}"] += 1
            continue
        counts["identified"] += 1
        counts["wrong_person"] += reading.code.sheet_id != expected["sheet_id"]
        _count_rows(reading, truth, counts)
        _count_totals(prints, reading, expected, counts)
        _count_signatures(reading, expected, counts)
    return counts


def _make(batch: Batch) -> Made:
    people = [p for p in sorted(_prints().roster.people) if p != "PMA004"]  # who cannot be printed
    rng = seeded(batch.seed, "bench", batch.condition)
    person = str(rng.choice(people))
    plan = _plan(rng, person, spoilt=batch.spoilt)
    feed = Feed(upside_down=int(rng.random() < 0.2))
    case = Case(
        f"{batch.condition}-{batch.seed}",
        "bench",
        {person: plan},
        CONDITIONS[batch.condition],
        "jpg",
        feed,
    )
    return make_case(case, _prints(), batch.seed)


def _plan(rng: np.random.Generator, person: str, *, spoilt: bool) -> Plan:
    """Some rows Chưa đạt; if spoilt, also rows missing, double, and struck out."""
    form = _prints().sheet(person)[1]
    names = [f"{item.item_id}/{side}" for item in form.items for side in ("self", "evaluator")]
    drawn = [str(name) for name in rng.permutation(names)]
    rows = dict.fromkeys(drawn[: int(rng.integers(0, 5))], "chua_dat")
    if not spoilt:
        return Plan(rows=rows, unsigned=frozenset({"self"}) if rng.random() < 0.2 else frozenset())
    picked = drawn[-9:]
    return Plan(
        rows=rows,
        missing=frozenset(picked[:2]),
        double=frozenset(picked[2:4]),
        corrected={name: str(rng.choice(STRUCK)) for name in picked[4:9]},
        wrong_totals={"self/dat": len(form.items) - 1 - len(rows)},
    )


def _count_rows(
    reading: PageReading, truth: Mapping[str, Mapping[str, Any]], counts: Counter[str]
) -> None:
    for choice in reading.choices:
        if choice.name == "overall":
            continue
        written = truth[choice.name]
        clear = choice.state is MarkState.CLEAR
        if written["state"] == "clear":
            counts["plain"] += 1
            counts["plain_flagged"] += not clear
            counts["silent_wrong"] += clear and choice.value != written["value"]
        else:
            counts[f"spoilt {written['state']}"] += 1
            counts[f"spoilt {written['state']} passed"] += clear


def _count_totals(
    prints: OfficePrints, reading: PageReading, expected: Mapping[str, Any], counts: Counter[str]
) -> None:
    """Each total against the right count, and against one that is off by one."""
    form = prints.form_set.answer_forms[expected["form"]]
    for number in reading.numbers:
        _, side, value = number.name.split("/")
        written = expected["totals"][side][value]["written"]
        if not written:
            continue
        _, flag = total(prints.form_set, form, number, written, reading.code.page)
        counts["totals_right"] += 1
        counts["totals_right_flagged"] += flag is not None
        _, flag = total(prints.form_set, form, number, written - 1, reading.code.page)
        counts["totals_off"] += 1
        counts["totals_off_passed"] += flag is None


def _count_signatures(
    reading: PageReading, expected: Mapping[str, Any], counts: Counter[str]
) -> None:
    for area in reading.signatures:
        present = expected["signatures"][area.name.split("/")[1]]["present"]
        counts["signatures"] += 1
        counts["signatures_doubtful"] += area.present is None
        counts["signatures_wrong"] += area.present is not None and area.present != present

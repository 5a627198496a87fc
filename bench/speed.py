"""CPU time and memory of printing and reading, on one core."""

import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import ocr.page
from ocr.images import decode
from ocr.layout import Layout
from ocr.page import LayoutKey, read_page
from pipeline.forms.built import load_built
from pipeline.forms.compose import SheetToPrint
from pipeline.forms.sheets import page_codes, sheet_id
from pipeline.forms.stamp import print_file
from pipeline.periods import Period
from pipeline.scans.worker import settle
from samples.cases import Case
from samples.filling import Plan
from samples.paper import CLEAN
from samples.prints import OfficePrints
from samples.roster import PERIOD, sample_roster
from samples.scan import make_case

REPEATS = 12
PRINTED_PEOPLE = 100

STAGES = (
    *("find_codes", "register", "extract_cuts", "measure_tone", "_read_choices"),
    *("_read_numbers", "_read_signatures", "find_defects"),
)


@dataclass(frozen=True, slots=True)
class PrintCost:
    """Of one person's sheet in a print file of :data:`PRINTED_PEOPLE`."""

    form: str
    cpu_ms: float
    size_bytes: float


@dataclass(frozen=True, slots=True)
class ReadCost:
    """Of one page: CPU ms in all and by stage, of an embedded JPEG, ``mode`` grey or colour.

    Of the fastest of :data:`REPEATS` readings of each page: whatever else a machine does only adds.
    """

    dpi: int
    mode: str
    cpu_ms: float
    stages_ms: Mapping[str, float]


def print_costs() -> list[PrintCost]:
    """Print one person :data:`PRINTED_PEOPLE` times; people differ by their sheet ids alone."""
    prints = OfficePrints(sample_roster())
    costs = []
    for form_id, person_id in (("03A", "TH001"), ("03B", "TH003")):
        built = load_built(prints.form_set, form_id)
        person, period = prints.roster.people[person_id], Period.parse(PERIOD)
        ids = [
            sheet_id(prints.key, built.layout, period, f"{person_id}-{number}")
            for number in range(PRINTED_PEOPLE)
        ]
        sheets = [
            SheetToPrint(
                person=person,
                unit=prints.roster.units[person.unit_id],
                evaluator_name="",
                period=period,
                codes=page_codes(prints.key, built.layout, each),
            )
            for each in ids
        ]
        print_file(built, sheets[:1])
        start = time.process_time()
        printed = print_file(built, sheets)
        cpu = time.process_time() - start
        costs.append(
            PrintCost(form_id, 1000 * cpu / PRINTED_PEOPLE, len(printed.pdf) / PRINTED_PEOPLE)
        )
    return costs


def read_costs() -> list[ReadCost]:
    """Read the pages of two clean sheets again and again, in turn."""
    settle()
    prints = OfficePrints(sample_roster())
    layouts = {built.layout.key: built.layout for built in prints.built.values()}
    costs = []
    for mode, dpi in product(("grey", "colour"), (200, 300)):
        people = {"TH001": Plan(), "TH003": Plan()}
        case = Case("speed", "", people, replace(CLEAN, dpi=dpi, mode=mode), "jpg")
        pages = list(make_case(case, prints, 1).files.values())
        read_page(decode(pages[0]), layouts)
        runs = [[_stages_of(page, layouts) for page in pages] for _ in range(REPEATS)]
        fastest = [min(times, key=lambda ms: sum(ms.values())) for times in zip(*runs, strict=True)]
        stages = {name: statistics.mean(ms[name] for ms in fastest) for name in fastest[0]}
        costs.append(ReadCost(dpi, mode, sum(stages.values()), stages))
    return costs


def _stages_of(page: bytes, layouts: Mapping[LayoutKey, Layout]) -> dict[str, float]:
    """CPU ms of the stages of reading one page, in their order, and of the rest."""
    spent = dict.fromkeys(("decode", *STAGES), 0.0)
    with _timed(spent):
        start = time.process_time()
        image = decode(page)
        spent["decode"] = time.process_time() - start
        read_page(image, layouts)
        total = time.process_time() - start
    spent["rest"] = total - sum(spent.values())
    return {name.strip("_"): 1000 * seconds for name, seconds in spent.items()}


@contextmanager
def _timed(spent: dict[str, float]) -> Iterator[None]:
    """Measure the stages of ``ocr.page`` while they run."""
    originals = {name: getattr(ocr.page, name) for name in STAGES}

    def timed(name: str, stage: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: object) -> object:
            begun = time.process_time()
            try:
                return stage(*arguments)
            finally:
                spent[name] += time.process_time() - begun

        return run

    for name, stage in originals.items():
        setattr(ocr.page, name, timed(name, stage))
    try:
        yield
    finally:
        for name, stage in originals.items():
            setattr(ocr.page, name, stage)


def worker_memory_mb() -> float:
    """The most memory that a process needs that only reads pages, at 300 dpi."""
    prints = OfficePrints(sample_roster())
    case = Case("speed", "", {"TH003": Plan()}, replace(CLEAN, dpi=300), "jpg")
    pages = list(make_case(case, prints, 1).files.values())
    layouts = {built.layout.key: built.layout for built in prints.built.values()}
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_read_and_weigh, (pages, layouts))


def _read_and_weigh(pages: list[bytes], layouts: dict[tuple[str, str, str], Any]) -> float:
    for page in pages * 3:
        read_page(decode(page), layouts)
    # Not ru_maxrss: that starts with what the parent used when it forked.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(
        int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")
    )

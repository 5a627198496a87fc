"""How long the lists of a whole district take: 85 units, 4,300 people, mẫu 02, 04 and 05A.

``python -m bench.publish`` makes an office of invented people in a temporary folder, all of whom
have passed, and publishes. The office's making is not measured.
"""

import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdf
from pydantic import TypeAdapter

import pipeline.store.connection  # noqa: F401 - Django must be set up before models
from ocr.code import PageCode, signed
from ocr.layout import Layout, PageLayout, load_layout
from ocr.reading import (
    ChoiceReading,
    MarkState,
    NumberReading,
    PageReading,
    Registration,
    SignatureReading,
)
from pipeline.config import create_workspace
from pipeline.forms.built import layout_path
from pipeline.forms.sets import FormSet
from pipeline.people import Person, Roster, Unit
from pipeline.periods import Period
from pipeline.ratings import Commitment, MonthlyRating, Ratings
from pipeline.store import models, queries
from pipeline.store.connection import close_store
from pipeline.store.queries import ScanFileRow, SheetRow
from pipeline.work import results
from pipeline.work.office import open_office

UNITS, PEOPLE = 85, 4300
PERIOD = Period(2026, quarter=4)
FORMS = ("02", "04", "05A")
SHA256 = "0" * 64
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi")
MIDDLES = ("Thị", "Văn", "Thị Ngọc", "Minh", "Thu", "Đức")
GIVEN = ("Mẫu", "Ân", "Bình", "Châu", "Dũng", "Giang", "Hoa", "Khánh", "Lan", "Yến")
BLOCKS = ("dang", "mttq", "doan_the", "chinh_quyen", "truong_hoc", "truong_hoc", "truong_hoc")
_READING = TypeAdapter(PageReading)


def measure(units: int = UNITS, people: int = PEOPLE) -> dict[str, Any]:
    """Seconds on the clock to publish, in all and by step, and how much came out of it."""
    with tempfile.TemporaryDirectory(prefix="phieu-bench-") as folder:
        root = Path(folder, "office")
        create_workspace(root, "long_bien_2021")
        office = open_office(root)
        fill(office.form_set, invented_roster(units, people))
        seconds: dict[str, float] = {}
        start = time.perf_counter()
        with (
            _timed("decide_office", seconds),
            _timed("render_list", seconds),
            _timed("_convert", seconds),
        ):
            published = results.publish_lists(office, PERIOD, FORMS)
        total = time.perf_counter() - start
        close_store()
        pages = sum(len(pypdf.PdfReader(each.pdf).pages) for each in published)
        return {
            "units": units,
            "people": people,
            "forms": list(FORMS),
            "documents": len(published),
            "pages": pages,
            "rows": sum(each.listed for each in published),
            "seconds": round(total, 1),
            "steps": {name.strip("_"): round(spent, 1) for name, spent in seconds.items()},
        }


def invented_roster(units: int, people: int) -> Roster:
    """Units of all blocks, and people spread over them evenly."""
    made = {
        f"DV{n:03d}": Unit(
            f"DV{n:03d}",
            f"Đơn vị Mẫu số {n}",
            "Ủy ban nhân dân quận Mẫu",
            BLOCKS[n % len(BLOCKS)],
            "",
            "party" if BLOCKS[n % len(BLOCKS)] == "dang" else "state",
            "Mẫu",
            "THỦ TRƯỞNG ĐƠN VỊ",
        )
        for n in range(units)
    }
    ids = list(made)
    return Roster(made, {f"M{n:05d}": _person(n, ids[n % units]) for n in range(people)})


def _person(number: int, unit_id: str) -> Person:
    surname, middle = SURNAMES[number % 8], MIDDLES[number // 8 % 6]
    return Person(
        person_id=f"M{number:05d}",
        full_name=f"{surname} {middle} {GIVEN[number // 48 % 10]}",
        birth_date=f"19{60 + number % 40}-0{1 + number % 9}-1{number % 10}",
        position="Giáo viên" if number % 3 else "Chuyên viên phụ trách công tác tổng hợp",
        unit_id=unit_id,
        group=("cc", "vc", "nld")[number % 3],
        party_member=number % 4 == 0,
        managed_by="don_vi",
        manager_id="",
        evaluator_id="",
        order=None,
    )


def fill(form_set: FormSet, roster: Roster, *, doubtful_one_in: int = 0) -> None:
    """Everybody has signed, is rated well, and has a whole sheet with every content passed; when
    asked for, one row in so many is doubtful."""
    queries.save_roster(roster)
    monthly = tuple(
        MonthlyRating(who, month.year, month.month or 0, "hoan_thanh_tot", Decimal(20), "")
        for who in roster.people
        for month in PERIOD.months
    )
    commitments = tuple(Commitment(who, PERIOD.year, "2026-01-20") for who in roster.people)
    queries.save_all_ratings(Ratings(monthly, (), commitments))
    layout = load_layout(layout_path(form_set, "03B"))
    sheets = [_sheet(number, who, form_set, layout) for number, who in enumerate(roster.people)]
    queries.save_sheets(sheets)
    queries.save_scan_file(ScanFileRow(SHA256, "scan.pdf", "pdf", len(sheets) * len(layout.pages)))
    rng = random.Random(2026)  # noqa: S311 - invented readings, no secret
    pages = _pages(
        sheets, layout, lambda: bool(doubtful_one_in) and not rng.randrange(doubtful_one_in)
    )
    models.PageOutcome.objects.bulk_create(pages, batch_size=500)


def _sheet(number: int, person_id: str, form_set: FormSet, layout: Layout) -> SheetRow:
    code, form, version = layout.key
    return SheetRow(
        f"{number:010d}",
        form_set.set_id,
        code,
        form,
        version,
        str(PERIOD),
        person_id,
        len(layout.pages),
    )


def _pages(
    sheets: Sequence[SheetRow], layout: Layout, is_doubtful: Callable[[], bool]
) -> Iterator[models.PageOutcome]:
    number = 0
    for sheet in sheets:
        for page in layout.pages:
            number += 1
            yield models.PageOutcome(
                file_id=SHA256,
                number=number,
                sheet_id=sheet.sheet_id,
                sheet_page=page.number,
                reading=_READING.dump_python(
                    _reading(sheet, page, layout, is_doubtful), mode="json"
                ),
            )


def _reading(
    sheet: SheetRow, page: PageLayout, layout: Layout, is_doubtful: Callable[[], bool]
) -> PageReading:
    n_items = len({choice.name for each in layout.pages for choice in each.choices}) // 2
    return PageReading(
        code=signed(PageCode(*layout.key, sheet.sheet_id, page.number), b"bench"),
        dpi=300,
        colour=True,
        registration=Registration((8.0, 0, 0, 0, 8.0, 0, 0, 0, 1), 0.05, 4, 60, 60, 0.0, 1.0),
        choices=tuple(
            ChoiceReading(choice.name, MarkState.DOUBTFUL, None, "dat", 0.8, ())
            if is_doubtful()
            else ChoiceReading(choice.name, MarkState.CLEAR, "dat", None, 0.999, ())
            for choice in page.choices
        ),
        numbers=tuple(
            NumberReading(total.name, n_items, blank=False, likelihood=_sure(n_items))
            if total.name.endswith("/dat")
            else NumberReading(total.name, None, blank=True, likelihood=())
            for total in page.totals
        ),
        signatures=tuple(
            SignatureReading(box.name, present=True, ink=0.05) for box in page.signatures
        ),
        defects=(),
    )


def _sure(written: int) -> tuple[float, ...]:
    return tuple(float(number == written) for number in range(100))


@contextmanager
def _timed(name: str, seconds: dict[str, float]) -> Iterator[None]:
    """Add up the time spent in a function of the task."""
    original = getattr(results, name)

    def timed(*args: Any, **settings: Any) -> Any:
        start = time.perf_counter()
        try:
            return original(*args, **settings)
        finally:
            seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - start

    setattr(results, name, timed)
    try:
        yield
    finally:
        setattr(results, name, original)


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))

"""Readings of a whole 03B sheet as the reader gives them, to be spoilt one thing at a time."""

from dataclasses import replace

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
from pipeline.config import DEFAULT_TEMPLATES
from pipeline.forms.built import layout_path
from pipeline.forms.sets import find_set
from pipeline.scans.record import PageSource
from pipeline.scans.sort import PrintedSheet, ScannedPage

KEY = b"the office's own key"
FORM_SET = find_set(DEFAULT_TEMPLATES, "long_bien_2021")
FORM = FORM_SET.answer_forms["03B"]
LAYOUT: Layout = load_layout(layout_path(FORM_SET, "03B"))
SHEET = PrintedSheet("7K3QF9XM2A", "GV0001", *LAYOUT.key, "2026-Q4", len(LAYOUT.pages))

_REGISTRATION = Registration((8.0, 0, 0, 0, 8.0, 0, 0, 0, 1), 0.05, 4, 60, 60, 0.0, 1.0)


def read_pages() -> list[PageReading]:
    """Both pages of a plain sheet: every content Đạt on both sides, totals 18 and empty."""
    return [_page(page) for page in LAYOUT.pages]


def _page(page: PageLayout) -> PageReading:
    code = signed(PageCode(*LAYOUT.key, SHEET.sheet_id, page.number), KEY)
    return PageReading(
        code=code,
        dpi=200,
        colour=True,
        registration=_REGISTRATION,
        choices=tuple(
            ChoiceReading(choice.name, MarkState.CLEAR, "dat", "dat", 0.999, ())
            for choice in page.choices
        ),
        numbers=tuple(number(total.name, _written(total.name)) for total in page.totals),
        signatures=tuple(SignatureReading(box.name, True, 0.05) for box in page.signatures),  # noqa: FBT003 - "present"
        defects=(),
    )


def _written(name: str) -> int | None:
    return 18 if name.endswith("/dat") else None


def number(
    name: str, written: int | None, *, likelihood: dict[int, float] | None = None
) -> NumberReading:
    """A total: empty when nothing is given, read for sure as ``written``, or only likely."""
    if likelihood is not None:
        return NumberReading(name, None, False, tuple(likelihood.get(n, 0.0) for n in range(100)))  # noqa: FBT003
    if written is None:
        return NumberReading(name, None, True, ())  # noqa: FBT003 - "blank"
    return NumberReading(name, written, False, tuple(float(n == written) for n in range(100)))  # noqa: FBT003


def with_choice(
    reading: PageReading, name: str, state: MarkState, value: str | None
) -> PageReading:
    """The page with one choice read otherwise."""
    choices = tuple(
        replace(choice, state=state, value=value, proposal=value) if choice.name == name else choice
        for choice in reading.choices
    )
    return replace(reading, choices=choices)


def with_number(reading: PageReading, changed: NumberReading) -> PageReading:
    """The page with one total read otherwise."""
    numbers = tuple(changed if old.name == changed.name else old for old in reading.numbers)
    return replace(reading, numbers=numbers)


def scanned(readings: list[PageReading], source: str = "scan.pdf") -> list[ScannedPage]:
    """The pages as taken from one file, in this order."""
    return [
        ScannedPage(PageSource(reading.code.page, source, number, "00" * 32), reading)
        for number, reading in enumerate(readings, start=1)
    ]

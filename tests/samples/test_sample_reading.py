"""The program reads the committed scans: never wrong in silence, everything faulty noticed."""

import json
from collections import defaultdict
from typing import Any

import cv2
import pytest

from ocr.page import read_page
from ocr.reading import PageReading, Reject
from pipeline.config import DEMO_KEY, Limits
from pipeline.scans.assemble import assemble
from pipeline.scans.export import RejectedPage, to_document
from pipeline.scans.intake import page_image, probe
from pipeline.scans.record import PageSource
from pipeline.scans.sort import PrintedSheet, ScannedPage, collect, place
from samples.cases import CASES
from samples.compare import GRAVE, compare
from samples.make import FOLDER
from samples.prints import OfficePrints
from samples.roster import PERIOD, sample_roster


@pytest.fixture(scope="module")
def office() -> tuple[OfficePrints, dict[str, PrintedSheet]]:
    """What the office printed for everybody, by sheet id."""
    prints = OfficePrints(sample_roster())
    sheets = {}
    for person_id in prints.roster.people:
        sheet_id, _, layout = prints.sheet(person_id)
        sheets[sheet_id] = PrintedSheet(
            sheet_id, person_id, *layout.key, period=PERIOD, pages=len(layout.pages)
        )
    return prints, sheets


@pytest.mark.parametrize("name", [case.name for case in CASES])
def test_nothing_is_read_wrong_in_silence(
    name: str, office: tuple[OfficePrints, dict[str, PrintedSheet]]
) -> None:
    prints, sheets = office
    expected = json.loads((FOLDER / name / "expected.json").read_text(encoding="utf-8"))
    readings = _read(name, expected["scans"], prints, sheets)
    grave = [d for d in compare(readings, expected) if d.kind in GRAVE]
    assert grave == []
    rejected = {(r["source"], r["source_page"]): r["code"] for r in readings["rejects"]}
    assert rejected == {(r["source"], r["source_page"]): r["code"] for r in expected["rejects"]}


def _read(
    name: str, scans: list[str], prints: OfficePrints, sheets: dict[str, PrintedSheet]
) -> dict[str, Any]:
    """The readings export of one case."""
    cv2.setNumThreads(1)
    layouts = {layout.key: layout for _, _, layout in map(prints.sheet, prints.roster.people)}
    pages: dict[str, list[ScannedPage]] = defaultdict(list)
    rejects = []
    for source in scans:
        file = probe(FOLDER / name / source, Limits())
        for number in range(1, file.pages + 1):
            result = read_page(page_image(file, number), layouts)
            placed = place(result, sheets, DEMO_KEY)
            if placed.reject is not None:
                reject: Reject = placed.reject
                rejects.append(RejectedPage(source, number, reject.code, reject.message))
            else:
                assert isinstance(result, PageReading)
                assert placed.sheet_id is not None
                assert placed.page is not None
                where = PageSource(placed.page, source, number, file.path.name)
                pages[placed.sheet_id].append(ScannedPage(where, result))
    records = [
        assemble(
            prints.form_set,
            prints.form_set.answer_forms[sheets[sheet_id].form],
            sheets[sheet_id],
            collect(found),
        )
        for sheet_id, found in pages.items()
    ]
    return to_document(PERIOD, records, rejects)

"""The record of a sheet that is only signed."""

import json

import pytest

from ocr.code import PageCode, signed
from ocr.layout import load_layout
from ocr.reading import Defect, PageReading, SignatureReading
from pipeline.forms.built import layout_path
from pipeline.scans.assemble import assemble
from pipeline.scans.export import to_csv, to_document, to_json, to_xlsx
from pipeline.scans.record import SheetRecord, SheetStatus
from pipeline.scans.sort import PrintedSheet, collect
from tests.scans.page_readings import FORM_SET, KEY, read_pages, scanned

FORM = FORM_SET.paper_forms["01"]
LAYOUT = load_layout(layout_path(FORM_SET, "01"))
SHEET = PrintedSheet("7K3QF9XM2A", "GV0001", *LAYOUT.key, "2026", 1)


def _reading(present: bool | None, *defects: Defect) -> PageReading:
    registration = read_pages()[0].registration
    code = signed(PageCode(*LAYOUT.key, SHEET.sheet_id, 1), KEY)
    area = SignatureReading("signature/self", present, 0.01)
    return PageReading(code, 200, True, registration, (), (), (area,), defects)  # noqa: FBT003 - "colour"


def _record(*readings: PageReading) -> SheetRecord:
    return assemble(FORM_SET, FORM, SHEET, collect(scanned(list(readings))))


@pytest.mark.parametrize(
    ("present", "status", "flags"),
    [
        (True, SheetStatus.CLEAN, []),
        (False, SheetStatus.FLAGGED, ["signature_missing"]),
        (None, SheetStatus.FLAGGED, ["signature_missing"]),
    ],
)
def test_only_a_plain_signature_is_clean(
    present: bool | None, status: SheetStatus, flags: list[str]
) -> None:
    record = _record(_reading(present))
    assert (record.status, [flag.code for flag in record.flags]) == (status, flags)
    assert (record.answers, record.totals, record.overall) == ({}, {}, None)
    assert record.signatures["self"].present is present


def test_a_streak_leaves_a_signature_to_a_person() -> None:
    """A line of the scanner may be all the ink there is."""
    record = _record(_reading(True, Defect("streak", "page", "Vệt dọc.")))  # noqa: FBT003 - "present"
    assert record.status is SheetStatus.FLAGGED


def test_a_signed_and_an_unsigned_copy_contradict_each_other() -> None:
    record = _record(_reading(True), _reading(False))  # noqa: FBT003 - "present"
    assert [flag.code for flag in record.flags] == ["page_twin"]
    both = _record(_reading(True), _reading(True))  # noqa: FBT003 - "present"
    assert both.status is SheetStatus.CLEAN


def test_exports_hold_it_in_every_format() -> None:
    document = to_document("2026", [_record(_reading(False))], [])  # noqa: FBT003 - "present"
    (sheet,) = json.loads(to_json(document))["sheets"]
    assert (sheet["items"], sheet["totals"], sheet["overall"]) == ([], {"self": {}}, None)
    assert to_csv(document).decode("utf-8-sig").splitlines()[1:] == []
    assert to_xlsx(document).startswith(b"PK")

"""The committed cases: their truth agrees with itself, with the scans and with today's forms."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import pytest
import zxingcpp

from ocr.code import is_genuine, parse_code
from pipeline.config import DEMO_KEY, Limits
from pipeline.scans.intake import page_image, probe
from samples.cases import CASES, Case, Feed
from samples.filling import Plan
from samples.make import FOLDER
from samples.paper import BILEVEL
from samples.prints import OfficePrints
from samples.roster import sample_roster
from samples.scan import make_case

Document = dict[str, Any]
QR_CODES = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
NAMES = [case.name for case in CASES]
REJECT_CODES = {"no_sheet_code", "unknown_sheet", "foreign_page", "blank_page"}
FLAG_CODES = {
    *("mark_missing", "mark_double", "mark_corrected", "total_mismatch", "overall_missing"),
    *("overall_mismatch", "signature_missing", "page_missing"),
}


def _expected(case: str) -> Document:
    document: Document = json.loads((FOLDER / case / "expected.json").read_text(encoding="utf-8"))
    return document


ALL = {name: _expected(name) for name in NAMES}


def _sheets() -> Iterator[Document]:
    for document in ALL.values():
        yield from document["sheets"]


@pytest.fixture(scope="module")
def prints() -> OfficePrints:
    return OfficePrints(sample_roster())


def test_enough_sheets_of_both_forms_and_all_units_in_less_than_15_megabytes() -> None:
    forms = Counter(sheet["form"] for sheet in _sheets())
    assert sum(forms.values()) >= 40
    assert min(forms["03A"], forms["03B"]) >= 5
    assert {sheet["person_id"][:-3] for sheet in _sheets()} == set(sample_roster().units)
    assert len({sheet["person_id"] for sheet in _sheets()}) == sum(forms.values())
    scans = [path for name in NAMES for path in (FOLDER / name).glob("scan-*")]
    assert sum(path.stat().st_size for path in scans) < 15_000_000
    assert len({path.name for path in scans}) == len(scans)


def test_every_fault_that_the_reader_must_notice_is_there() -> None:
    flags = {flag["code"] for sheet in _sheets() for flag in sheet["flags"]}
    assert flags == FLAG_CODES
    rejects = {reject["code"] for document in ALL.values() for reject in document["rejects"]}
    assert rejects == REJECT_CODES
    assert sum(bool(sheet["repeats"]) for sheet in _sheets()) == 2
    values = Counter(i["evaluator"]["value"] for sheet in _sheets() for i in sheet["items"])
    assert values["chua_dat"] >= 3
    statuses = Counter(sheet["status"] for sheet in _sheets())
    assert statuses["clean"] > 0.6 * statuses.total()


@pytest.mark.parametrize("name", NAMES)
def test_totals_count_the_marks_unless_a_flag_says_otherwise(name: str) -> None:
    for sheet in ALL[name]["sheets"]:
        excused = {flag["where"] for flag in [*sheet["flags"], *sheet["may_flag"]]}
        for side, totals in sheet["totals"].items():
            answers = [item[side] for item in sheet["items"]]
            for value, total in totals.items():
                counted = answers.count({"value": value, "state": "clear"})
                assert total["counted"] == counted
                agrees = (total["written"] or 0) == counted
                mismatch = f"total/{side}/{value}" in excused
                assert agrees or mismatch or sheet["status"] == "incomplete"


@pytest.mark.parametrize("name", NAMES)
def test_the_result_ticked_follows_the_evaluator_unless_flagged(name: str) -> None:
    for sheet in ALL[name]["sheets"]:
        if any(flag["where"] == "overall" for flag in sheet["flags"]):
            continue
        failed = any(item["evaluator"]["value"] == "chua_dat" for item in sheet["items"])
        if sheet["overall"]["state"] == "clear":
            assert sheet["overall"]["value"] == ("chua_dat" if failed else "dat")


@pytest.mark.parametrize("name", NAMES)
def test_status_follows_from_flags_and_pages(name: str, prints: OfficePrints) -> None:
    for sheet in ALL[name]["sheets"]:
        _, form, layout = prints.sheet(sheet["person_id"])
        missing = {flag["page"] for flag in sheet["flags"] if flag["code"] == "page_missing"}
        there = {page["number"] for page in sheet["pages"]}
        assert there | missing == {page.number for page in layout.pages}
        assert not there & missing
        expected = "incomplete" if missing else "flagged" if sheet["flags"] else "clean"
        assert sheet["status"] == expected
        assert [item["id"] for item in sheet["items"]] == [item.item_id for item in form.items]


@pytest.mark.parametrize("name", NAMES)
def test_sheets_are_those_that_the_office_prints_today(name: str, prints: OfficePrints) -> None:
    for sheet in ALL[name]["sheets"]:
        sheet_id, form, layout = prints.sheet(sheet["person_id"])
        told = (sheet["sheet_id"], sheet["form"], sheet["version"])
        assert told == (sheet_id, form.form_id, layout.version), "run python -m samples.make"


@pytest.mark.parametrize("name", NAMES)
def test_the_codes_on_the_scans_are_where_the_truth_says(name: str) -> None:
    expected = ALL[name]
    told = {
        (page["source"], page["source_page"]): (sheet["sheet_id"], page["number"])
        for sheet in expected["sheets"]
        for page in [*sheet["pages"], *sheet["repeats"]]
    }
    found, others = {}, []
    for source in expected["scans"]:
        file = probe(FOLDER / name / source, Limits())
        for number in range(1, file.pages + 1):
            code = _code_of(page_image(file, number).pixels)
            if code is None:
                others.append((source, number))
            else:
                found[source, number] = code
    assert found == told
    assert others == [(page["source"], page["source_page"]) for page in expected["rejects"]]


def _code_of(pixels: Any) -> tuple[str, int] | None:
    """The genuine sheet code of a page, by a reader that knows nothing of layouts."""
    small = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY) if pixels.ndim == 3 else pixels
    for barcode in zxingcpp.read_barcodes(small, formats=QR_CODES):
        code = parse_code(barcode.text)
        if code is not None and is_genuine(code, DEMO_KEY):
            return code.sheet_id, code.page
    return None


def test_the_same_seed_makes_the_same_bytes_and_another_seed_others(prints: OfficePrints) -> None:
    case = Case(
        "small", "", {"QD005": Plan()}, BILEVEL, "tif", Feed(lost=frozenset({("QD005", 1)}))
    )
    once, again, other = (make_case(case, prints, seed) for seed in (7, 7, 8))
    assert once == again
    assert once.files != other.files
    assert once.expected["sheets"][0]["sheet_id"] == other.expected["sheets"][0]["sheet_id"]


def test_the_readme_names_every_file() -> None:
    rows = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    told = {found[1] for row in rows if (found := re.match(r"\| `([^`]+)`", row))}
    folders = {f"{name}/" for name in NAMES}
    tables = {path.name for path in FOLDER.iterdir() if path.suffix in (".xlsx", ".csv")}
    assert told == folders | tables
    assert {path.parent.name for path in FOLDER.glob("*/expected.json")} == set(NAMES)


def test_every_case_folder_holds_its_scans_and_nothing_else() -> None:
    for name in NAMES:
        files = {path.name for path in Path(FOLDER, name).iterdir()}
        assert files == {"expected.json", *ALL[name]["scans"]}

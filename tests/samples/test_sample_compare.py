"""The comparison tells a silent error from mere caution."""

import copy
import json
from typing import Any

import pytest

from samples.cases import CASES
from samples.compare import GRAVE, compare
from samples.make import FOLDER

Document = dict[str, Any]


def _expected(case: str) -> Document:
    document: Document = json.loads((FOLDER / case / "expected.json").read_text(encoding="utf-8"))
    return document


def _perfect(expected: Document) -> Document:
    """The export of a reader that sees everything as it is."""
    sheets = []
    for truth in expected["sheets"]:
        flagged = {flag["where"] for flag in truth["flags"]}
        sides = list(truth["signatures"])

        def answer(where: str, choice: Document, flagged: set[str] = flagged) -> Document:
            open_ = choice["state"] != "clear"
            value = None if open_ else choice["value"]
            return {**choice, "value": value, "flagged": open_ or where in flagged}

        sheets.append(
            {
                **{key: truth[key] for key in ("sheet_id", "person_id", "form", "status")},
                "pages": [{**page, "sha256": ""} for page in truth["pages"]],
                "items": [
                    {"id": item["id"]}
                    | {side: answer(f"{item['id']}/{side}", item[side]) for side in sides}
                    for item in truth["items"]
                ],
                "totals": {
                    side: {
                        value: {**total, "flagged": f"total/{side}/{value}" in flagged}
                        for value, total in truth["totals"][side].items()
                    }
                    for side in sides
                },
                "overall": answer("overall", truth["overall"]),
                "signatures": {
                    side: {**truth["signatures"][side], "flagged": f"signature/{side}" in flagged}
                    for side in sides
                },
                "flags": [{**flag, "message": ""} for flag in truth["flags"]],
            }
        )
    rejects = [{**reject, "message": ""} for reject in expected["rejects"]]
    return {"schema": "phieu.readings/1", "sheets": sheets, "rejects": rejects}


@pytest.mark.parametrize("case", [case.name for case in CASES])
def test_a_perfect_reading_differs_nowhere(case: str) -> None:
    expected = _expected(case)
    assert compare(_perfect(expected), expected) == []


@pytest.fixture
def expected() -> Document:
    return _expected("nv-chua-dat")


@pytest.fixture
def readings(expected: Document) -> Document:
    return _perfect(expected)


def _kinds(readings: Document, expected: Document) -> list[tuple[str, str]]:
    return [(difference.kind, difference.where) for difference in compare(readings, expected)]


def test_another_value_without_a_flag_is_a_silent_error(
    readings: Document, expected: Document
) -> None:
    answer = readings["sheets"][0]["items"][4]["self"]
    answer["value"] = "chua_dat" if answer["value"] == "dat" else "dat"
    where = f"{readings['sheets'][0]['items'][4]['id']}/self"
    assert _kinds(readings, expected) == [("silent_error", where)]
    assert "silent_error" in GRAVE


def test_a_wrong_total_or_signature_without_a_flag_is_a_silent_error(
    readings: Document, expected: Document
) -> None:
    readings["sheets"][0]["totals"]["self"]["dat"]["written"] = 3
    readings["sheets"][1]["signatures"]["self"]["present"] = False
    assert _kinds(readings, expected) == [
        ("silent_error", "total/self/dat"),
        ("silent_error", "signature/self"),
    ]


def test_doubt_about_a_plain_mark_is_over_flagged_and_not_grave(
    readings: Document, expected: Document
) -> None:
    sheet = readings["sheets"][0]
    sheet["items"][0]["self"].update(value=None, state="doubtful", flagged=True)
    where = f"{sheet['items'][0]['id']}/self"
    sheet["flags"].append({"code": "mark_doubtful", "page": 1, "where": where, "message": ""})
    assert _kinds(readings, expected) == [("over_flagged", where)]
    assert "over_flagged" not in GRAVE


def test_a_double_mark_read_as_one_is_a_silent_error_and_as_doubtful_another_flag() -> None:
    expected = _expected("cs-tay-xoa")
    missed, other = _perfect(expected), _perfect(expected)
    for readings in (missed, other):
        sheet = next(s for s in readings["sheets"] if s["flags"][0]["code"] == "mark_double")
        (flag,) = sheet["flags"]
        if readings is other:
            flag["code"] = "mark_doubtful"
        else:
            item, side = flag["where"].split("/")
            answer = next(i for i in sheet["items"] if i["id"] == item)[side]
            answer.update(value="dat", state="clear", flagged=False)
            sheet["flags"] = []
    assert _kinds(missed, expected) == [("silent_error", flag["where"])]
    assert _kinds(other, expected) == [("other_flag", flag["where"])]


def test_a_correction_passed_over_with_the_right_value_is_a_missed_flag() -> None:
    expected = _expected("cs-tay-xoa")
    readings = _perfect(expected)
    sheet = next(s for s in readings["sheets"] if s["flags"][0]["code"] == "mark_corrected")
    flag = sheet["flags"].pop(0)
    item, side = flag["where"].split("/")
    answer = next(i for i in sheet["items"] if i["id"] == item)[side]
    meant = next(
        i[side]["value"]
        for s in expected["sheets"]
        if s["sheet_id"] == sheet["sheet_id"]
        for i in s["items"]
        if i["id"] == item
    )
    answer.update(value=meant, state="clear", flagged=False)
    assert _kinds(readings, expected) == [("missed_flag", flag["where"])]


def test_a_result_that_waits_for_a_row_in_doubt_is_deferred() -> None:
    expected = _expected("pma-chu-ky")
    readings = _perfect(expected)
    sheet = next(s for s in readings["sheets"] if s["flags"][0]["code"] == "overall_mismatch")
    where = f"{sheet['items'][0]['id']}/evaluator"
    sheet["items"][0]["evaluator"].update(value=None, state="doubtful", flagged=True)
    sheet["flags"] = [{"code": "mark_doubtful", "page": 1, "where": where, "message": ""}]
    assert _kinds(readings, expected) == [("deferred", "overall"), ("over_flagged", where)]


def test_sheets_persons_and_pages_that_are_mixed_up(readings: Document, expected: Document) -> None:
    lost = copy.deepcopy(readings)
    del lost["sheets"][0]
    assert _kinds(lost, expected) == [("missing_sheet", "")]
    readings["sheets"][0]["person_id"] = "NV999"
    readings["sheets"][1]["pages"][0]["source"] = "scan-other.pdf"
    assert _kinds(readings, expected) == [("wrong_person", ""), ("wrong_pages", "page")]


def test_rejects_are_missed_wrong_or_too_many() -> None:
    expected = _expected("nv-to-la")
    readings = _perfect(expected)
    first, second, *_ = readings["rejects"]
    readings["rejects"].remove(first)
    second["code"] = "poor_image"
    page = expected["sheets"][0]["pages"][0]
    readings["rejects"].append(
        {"source": page["source"], "source_page": page["source_page"], "code": "no_sheet_code"}
    )
    assert [d.kind for d in compare(readings, expected)] == [
        "missed_reject",
        "wrong_reject",
        "over_rejected",
    ]


def test_other_scans_of_the_export_are_ignored(readings: Document, expected: Document) -> None:
    readings["rejects"].append({"source": "else.pdf", "source_page": 1, "code": "foreign_page"})
    assert compare(readings, expected) == []

"""A readings export (schema ``phieu.readings/1``) against what was written (``expected.json``).

A reader may doubt more than it had to; it must not be wrong in silence. So differences have kinds:

* ``silent_error``: a value given without a flag that is not what was written;
* ``missed_flag``: something a person had to look at was passed over, though no wrong value came
  out;
* ``other_flag``: flagged at the right place, for another reason than the true one;
* ``deferred``: the result box contradicts the marks, which cannot be seen while a row is in doubt;
  it comes up when a person has decided the row;
* ``over_flagged``: flagged although plainly written;
* ``missing_sheet``, ``wrong_person``, ``wrong_pages``: the sheet is not there, is somebody else's,
  or its pages were taken from other places of the scan;
* ``missed_reject``, ``wrong_reject``, ``over_rejected``: a page that is none was used, was rejected
  for another reason, or a good page was rejected.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]

GRAVE = frozenset(
    {"silent_error", "missed_flag", "missing_sheet", "wrong_person", "wrong_pages", "missed_reject"}
)
"""Kinds that a trustworthy reader never shows; the others cost a person's time only."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. ``place`` is a sheet id or ``file:page``, ``where`` a box or ``page``."""

    kind: str
    place: str
    where: str
    expected: str
    found: str


def compare(readings: Document, expected: Document) -> list[Difference]:
    """All differences of one case; sheets and rejects of other scans are ignored."""
    sheets = {sheet["sheet_id"]: sheet for sheet in readings["sheets"]}
    differences: list[Difference] = []
    for truth in expected["sheets"]:
        found = sheets.get(truth["sheet_id"])
        if found is None or (truth["pages"] and not found["pages"]):
            differences.append(
                Difference("missing_sheet", truth["sheet_id"], "", truth["form"], "nothing")
            )
        else:
            differences += _compare_sheet(found, truth)
    return [*differences, *_compare_rejects(readings, expected)]


def _compare_sheet(found: Document, truth: Document) -> Iterator[Difference]:
    place = truth["sheet_id"]
    if found["person_id"] != truth["person_id"]:
        yield Difference("wrong_person", place, "", truth["person_id"], found["person_id"])
    yield from _compare_pages(found, truth)
    silent = list(_silent_errors(found, truth))
    yield from silent
    wrong = {difference.where for difference in silent}
    yield from (d for d in _compare_flags(found, truth) if d.where not in wrong)


def _compare_pages(found: Document, truth: Document) -> Iterator[Difference]:
    allowed = {_source(page) for page in [*truth["pages"], *truth["repeats"]]}
    numbers = sorted(page["number"] for page in truth["pages"])
    taken = sorted(page["number"] for page in found["pages"])
    if numbers != taken or any(_source(page) not in allowed for page in found["pages"]):
        yield Difference("wrong_pages", truth["sheet_id"], "page", str(numbers), str(taken))


def _source(page: Document) -> tuple[int, str, int]:
    return page["number"], page["source"], page["source_page"]


def _silent_errors(found: Document, truth: Document) -> Iterator[Difference]:
    """Values given without a flag that are not what was written."""
    for where, expected, value, flagged in _values(found, truth):
        if not flagged and value != expected:
            yield Difference("silent_error", truth["sheet_id"], where, str(expected), str(value))


def _values(found: Document, truth: Document) -> Iterator[tuple[str, object, object, bool]]:
    """(where, true value, value read, flagged) of everything on a sheet that has a value."""
    items = {item["id"]: item for item in found["items"]}
    for item in truth["items"]:
        for side in truth["signatures"]:
            answer = items[item["id"]][side]
            expected = item[side]["value"]
            yield f"{item['id']}/{side}", expected, answer["value"], answer["flagged"]
    overall = found["overall"]
    yield "overall", truth["overall"]["value"], overall["value"], overall["flagged"]
    for side, totals in truth["totals"].items():
        for value, total in totals.items():
            seen = found["totals"][side][value]
            where = f"total/{side}/{value}"
            # An empty total and a written 0 mean the same.
            yield where, total["written"] or 0, seen["written"] or 0, seen["flagged"]
    for side, signature in truth["signatures"].items():
        seen = found["signatures"][side]
        yield f"signature/{side}", signature["present"], seen["present"], seen["flagged"]


def _compare_flags(found: Document, truth: Document) -> Iterator[Difference]:
    place = truth["sheet_id"]
    raised = {(flag["code"], _where(flag)) for flag in found["flags"]}
    due = {(flag["code"], _where(flag)) for flag in truth["flags"]}
    places_raised, places_due = {where for _, where in raised}, {where for _, where in due}
    for code, where in sorted(due - raised):
        kind = "other_flag" if where in places_raised else "missed_flag"
        if kind == "missed_flag" and code == "overall_mismatch" and _rows_in_doubt(found):
            kind = "deferred"
        codes = sorted(other for other, at in raised if at == where)
        yield Difference(kind, place, where, code, ", ".join(codes))
    for code, where in sorted(raised - due):
        if where not in places_due and not _allowed(code, where, truth["may_flag"]):
            yield Difference("over_flagged", place, where, "", code)


def _rows_in_doubt(found: Document) -> bool:
    answers = (answer for item in found["items"] for side, answer in item.items() if side != "id")
    return any(answer["flagged"] for answer in answers)


def _where(flag: Document) -> str:
    """Where a flag points; flags of whole pages are told apart by the page."""
    return f"page {flag['page']}" if flag["where"] == "page" else str(flag["where"])


def _allowed(code: str, where: str, may_flag: list[Document]) -> bool:
    return any(may["code"] in ("*", code) and may["where"] in ("*", where) for may in may_flag)


def _compare_rejects(readings: Document, expected: Document) -> Iterator[Difference]:
    rejected = {(page["source"], page["source_page"]): page for page in readings["rejects"]}
    due = {(page["source"], page["source_page"]): page for page in expected["rejects"]}
    may = {(p["source"], p["source_page"]) for s in expected["sheets"] for p in s["repeats"]}
    for (source, number), page in due.items():
        found = rejected.get((source, number))
        place = f"{source}:{number}"
        if found is None:
            yield Difference("missed_reject", place, "page", page["code"], "")
        elif found["code"] != page["code"]:
            yield Difference("wrong_reject", place, "page", page["code"], found["code"])
    for (source, number), page in rejected.items():
        if source in expected["scans"] and (source, number) not in due | dict.fromkeys(may):
            yield Difference("over_rejected", f"{source}:{number}", "page", "", page["code"])

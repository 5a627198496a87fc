"""The readings of a period as a document: JSON (schema ``phieu.readings/1``), CSV or XLSX."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook

from pipeline.scans.record import Answer, SheetRecord
from pipeline.spreadsheets import harmless

SCHEMA = "phieu.readings/1"

_READINGS = (
    "sheet_id",
    "person_id",
    "form",
    "status",
    "item",
    "side",
    "value",
    "state",
    "confidence",
    "flagged",
    "decided_by",
)
_TOTALS = ("sheet_id", "person_id", "side", "value", "written", "counted", "flagged")
_FLAGS = ("sheet_id", "person_id", "code", "page", "where", "message")
_REJECTS = ("source", "source_page", "code", "message")


@dataclass(frozen=True, slots=True)
class RejectedPage:
    """A page (1-based) or a whole file (page None) that could not be used; ``proposals`` are the
    sheets that it may belong to, likeliest first."""

    source: str
    source_page: int | None
    code: str
    message: str
    proposals: tuple[str, ...] = ()


def to_document(
    period: str, records: Sequence[SheetRecord], rejects: Sequence[RejectedPage]
) -> dict[str, Any]:
    """The JSON document of the contract. A sheet that is only signed has no items, empty totals,
    and null as ``overall``."""
    return {
        "schema": SCHEMA,
        "period": period,
        "sheets": [_sheet(record) for record in records],
        "rejects": [_reject(reject) for reject in rejects],
    }


def _reject(reject: RejectedPage) -> dict[str, Any]:
    document: dict[str, Any] = {
        "source": reject.source,
        "source_page": reject.source_page,
        "code": reject.code,
        "message": reject.message,
    }
    if reject.proposals:
        document["proposals"] = list(reject.proposals)
    return document


def _sheet(record: SheetRecord) -> dict[str, Any]:
    sides = list(record.signatures)
    items = list(dict.fromkeys(item for item, _ in record.answers))
    return {
        "sheet_id": record.sheet_id,
        "person_id": record.person_id,
        "form": record.form,
        "status": str(record.status),
        "pages": [
            {
                "number": page.number,
                "source": page.source,
                "source_page": page.source_page,
                "sha256": page.sha256,
            }
            for page in record.pages
        ],
        "items": [
            {"id": item} | {side: _answer(record.answers[item, side]) for side in sides}
            for item in items
        ],
        "totals": {
            side: {
                value: {
                    "written": total.written,
                    "counted": total.counted,
                    "flagged": total.flagged,
                }
                for (of_side, value), total in record.totals.items()
                if of_side == side
            }
            for side in sides
        },
        "overall": None if record.overall is None else _answer(record.overall),
        "signatures": {
            side: {"present": signature.present, "flagged": signature.flagged}
            for side, signature in record.signatures.items()
        },
        "flags": [
            {"code": flag.code, "page": flag.page, "where": flag.where, "message": flag.message}
            for flag in record.flags
        ],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    """``confidence`` is the machine's; what a person decided has none."""
    of_machine = answer.decided_by in (None, "machine")
    document: dict[str, Any] = {
        "value": answer.value,
        "state": answer.state,
        "confidence": round(answer.confidence, 6) if of_machine else None,
        "flagged": answer.flagged,
        "decided_by": answer.decided_by,
    }
    if answer.proposal is not None:
        document["proposal"] = answer.proposal
    return document


def to_json(document: dict[str, Any]) -> bytes:
    """The document as UTF-8 JSON."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def to_csv(document: dict[str, Any]) -> bytes:
    """The answers as a table, one row a content and side; UTF-8 with a mark so that spreadsheet
    programs show Vietnamese letters."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(_READINGS)
    writer.writerows([harmless(cell) for cell in row] for row in _reading_rows(document))
    return stream.getvalue().encode("utf-8-sig")


def to_xlsx(document: dict[str, Any]) -> bytes:
    """A workbook with the sheets readings, totals, flags and rejects."""
    book = Workbook(write_only=True)
    tables = (
        ("readings", _READINGS, _reading_rows(document)),
        ("totals", _TOTALS, _total_rows(document)),
        ("flags", _FLAGS, _flag_rows(document)),
        ("rejects", _REJECTS, _reject_rows(document)),
    )
    for title, headings, rows in tables:
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        sheet.append(headings)
        for row in rows:
            sheet.append([harmless(cell) for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _reading_rows(document: dict[str, Any]) -> Iterator[list[object]]:
    for sheet in document["sheets"]:
        start = [sheet["sheet_id"], sheet["person_id"], sheet["form"], sheet["status"]]
        rows = [
            (item["id"], side, answer)
            for item in sheet["items"]
            for side, answer in item.items()
            if side != "id"
        ]
        if sheet["overall"] is not None:
            rows.append(("overall", "", sheet["overall"]))
        for item, side, answer in rows:
            yield [
                *start,
                item,
                side,
                answer["value"],
                answer["state"],
                answer["confidence"],
                answer["flagged"],
                answer["decided_by"],
            ]


def _total_rows(document: dict[str, Any]) -> Iterator[list[object]]:
    for sheet in document["sheets"]:
        for side, totals in sheet["totals"].items():
            for value, total in totals.items():
                yield [
                    sheet["sheet_id"],
                    sheet["person_id"],
                    side,
                    value,
                    total["written"],
                    total["counted"],
                    total["flagged"],
                ]


def _flag_rows(document: dict[str, Any]) -> Iterator[list[object]]:
    for sheet in document["sheets"]:
        for flag in sheet["flags"]:
            yield [
                sheet["sheet_id"],
                sheet["person_id"],
                *(flag[key] for key in ("code", "page", "where", "message")),
            ]


def _reject_rows(document: dict[str, Any]) -> Iterator[list[object]]:
    for reject in document["rejects"]:
        yield [reject[key] for key in _REJECTS]

"""A batch of samples from print to verdict, all its flags decided by a person."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from pipeline.cli.main import phieu
from pipeline.config import DEMO_KEY, create_workspace
from pipeline.errors import ExitCode
from pipeline.periods import Period
from pipeline.results.verdict import Verdict
from pipeline.work import review
from pipeline.work.office import Office, open_office
from pipeline.work.results import decide_period
from pipeline.work.review import Choice
from pipeline.work.review_items import Item
from samples.make import FOLDER
from tests.work.review_office import ALL, PERIOD, reviewer

CASE = FOLDER / "cs-tay-xoa"
LOOKED = {"I.2.3/self": "chua_dat", "II.1.2/evaluator": ""}
"""What the person makes of the double mark and of the missing one; else what was written."""


def _run(root: Path, *words: str | Path) -> bytes:
    told = [*map(str, words), "--workspace", str(root)]
    ended = CliRunner().invoke(phieu, told, catch_exceptions=False)
    assert ended.exit_code in (ExitCode.DONE, ExitCode.NEEDS_PERSON)
    return ended.stdout_bytes


def _seen(item: Item, written: Mapping[str, Any]) -> str:
    """What a person sees at a place, from what was written on the sample."""
    if item.kind == "total":
        _, side, value = item.where.split("/")
        return str(written["totals"][side][value]["written"])
    if item.kind == "choice":
        content, side = item.where.split("/")
        row = next(row for row in written["items"] if row["id"] == content)
        return LOOKED.get(item.where, str(row[side]["value"]))
    return str(written["overall"]["value"]) if item.kind == "overall" else "present"


def _verdicts(office: Office) -> dict[str, Verdict]:
    return {each.person_id: each for each in decide_period(office, Period.parse(PERIOD))}


def test_flags_are_decided_and_open_verdicts_become_verdicts(tmp_path: Path) -> None:
    root = tmp_path / "office"
    create_workspace(root, "long_bien_2021", key=DEMO_KEY)
    _run(root, "people", "import", FOLDER / "roster.xlsx")
    _run(root, "ratings", "import", FOLDER / "ratings.xlsx")
    _run(root, "forms", "print", "--form", "03B", "--period", PERIOD, "--unit", "CS")
    _run(root, "scans", "ingest", CASE)
    office = open_office(root)
    expected = json.loads((CASE / "expected.json").read_text(encoding="utf-8"))["sheets"]
    written = {sheet["sheet_id"]: sheet for sheet in expected}
    before = _verdicts(office)
    assert {before[sheet["person_id"]].form_result for sheet in expected} == {None}

    an = reviewer("an")
    while (item := review.next_item(an, ALL)) is not None:
        value = _seen(item, written[item.sheet_id or ""])
        review.decide(office, an, Choice(item.key, item.version, value))

    after = _verdicts(office)
    results = {sheet["person_id"]: after[sheet["person_id"]].form_result for sheet in expected}
    assert results == {"CS009": "dat", "CS010": None, "CS011": "dat", "CS012": "dat"}
    assert "answer_blank" in {reason.code for reason in after["CS010"].reasons}
    assert "total_mismatch" in {warning.code for warning in after["CS012"].warnings}

    told = json.loads(_run(root, "readings", "export", "--period", PERIOD, "--format", "json"))
    sheets = {sheet["person_id"]: sheet for sheet in told["sheets"]}
    assert {sheet["status"] for sheet in sheets.values()} == {"reviewed"}
    row = next(row for row in sheets["CS009"]["items"] if row["id"] == "I.2.3")
    assert (row["self"]["value"], row["self"]["decided_by"]) == ("chua_dat", "an")
    assert (row["evaluator"]["value"], row["evaluator"]["decided_by"]) == ("dat", "machine")
    assert row["self"]["confidence"] is None
    assert row["evaluator"]["confidence"] > 0.98

"""``phieu results records``: what is missing in the records files."""

from pathlib import Path

import click

from pipeline.cli.help import Command
from pipeline.cli.options import json_option, period_option, workspace_option
from pipeline.cli.show import put_json, put_table, say
from pipeline.errors import ExitCode
from pipeline.periods import Period
from pipeline.work.office import open_office
from pipeline.work.records import UnitRecords, unit_records


@click.command("records", cls=Command)
@period_option
@json_option
@workspace_option
def records(period: Period, as_json: bool, root: Path) -> ExitCode:
    """Hồ sơ lưu của từng đơn vị trong một kỳ đã đủ chưa: phiếu, thông báo, danh sách."""
    units = unit_records(open_office(root), period)
    if as_json:
        put_json({"schema": "phieu.records/1", "period": str(period), "units": _document(units)})
    elif not units:
        say("Chưa có người nào trong danh sách. Nhập bằng: phieu people import TỆP")
    else:
        put_table(
            f"Hồ sơ lưu {period.words}",
            ("Đơn vị", "Còn thiếu"),
            [
                (
                    unit.unit_id,
                    "\n".join(piece.message for piece in unit.pieces if piece.message) or "đủ",
                )
                for unit in units
            ],
        )
    complete = all(unit.is_complete for unit in units)
    return ExitCode.DONE if complete else ExitCode.NEEDS_PERSON


def _document(units: tuple[UnitRecords, ...]) -> list[dict[str, object]]:
    return [
        {
            "unit_id": unit.unit_id,
            "complete": unit.is_complete,
            "pieces": [
                {
                    "form": piece.form_id,
                    "name": piece.name,
                    "present": piece.present,
                    "expected": piece.expected,
                    "rule": piece.rule,
                }
                for piece in unit.pieces
            ],
        }
        for unit in units
    ]

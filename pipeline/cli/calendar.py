"""``phieu calendar``: the due dates of the regulation."""

import re
from pathlib import Path
from typing import Any

import click

from pipeline.cli.help import Command
from pipeline.cli.options import json_option, workspace_option
from pipeline.cli.show import put_json, put_table, say
from pipeline.results.calendar import day_note, in_words
from pipeline.work.calendar import YearCalendar, write_ics, year_calendar
from pipeline.work.office import open_office


class _YearType(click.ParamType[int]):
    """Four digits; the complaint is Vietnamese."""

    name = "NĂM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Parse a year."""
        if not re.fullmatch(r"[12][0-9]{3}", str(value)):
            self.fail(f"“{value}” không phải là năm; viết bốn chữ số, ví dụ 2026", param, ctx)
        return int(value)


@click.command("calendar", cls=Command)
@click.option("--year", type=_YearType(), required=True, help="Năm cần xem, ví dụ 2026.")
@click.option(
    "--ics",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="TỆP",
    help="Ghi thêm tệp iCalendar (.ics) để mở bằng chương trình lịch.",
)
@json_option
@workspace_option
def calendar(year: int, ics: Path | None, as_json: bool, root: Path) -> None:
    """Các mốc thời gian của quy định trong một năm: việc gì, ai làm, ngày nào.

    Mốc trùng ngày nghỉ thì giữ nguyên ngày, có ghi ngày làm việc liền trước và liền sau.
    """
    found = year_calendar(open_office(root), year)
    if as_json:
        put_json(_document(found))
    else:
        _show(found)
    for note in found.notes:
        say(note)
    if ics is not None:
        say(f"Đã ghi {len(found.dates)} mốc vào {write_ics(found, ics)}.")


def _show(found: YearCalendar) -> None:
    put_table(
        f"Lịch thực hiện năm {found.year}",
        ("Ngày", "Việc", "Thực hiện", "Căn cứ", "Ghi chú"),
        [
            (
                in_words(due.day),
                due.what,
                due.event.who,
                due.event.basis,
                day_note(due, found.holidays),
            )
            for due in found.dates
        ],
    )
    if found.undated:
        put_table(
            "Không có ngày cố định (không có trong tệp lịch)",
            ("Thời gian", "Việc", "Thực hiện", "Căn cứ"),
            [(event.when, event.what, event.who, event.basis) for event in found.undated],
        )
    say(f"Mục: số thứ tự trong {found.calendar.source}.")


def _document(found: YearCalendar) -> dict[str, Any]:
    return {
        "schema": "phieu.due-dates/1",
        "set": found.calendar.set_id,
        "year": found.year,
        "dates": [
            {
                "id": due.event.event_id,
                "date": due.day.isoformat(),
                "rule": due.event.rule or None,
                "row": due.event.row,
                "what": due.what,
                "who": due.event.who,
                "note": day_note(due, found.holidays) or None,
            }
            for due in found.dates
        ],
        "undated": [
            {
                "id": event.event_id,
                "when": event.when,
                "rule": event.rule or None,
                "row": event.row,
                "what": event.what,
                "who": event.who,
            }
            for event in found.undated
        ],
        "notes": list(found.notes),
    }

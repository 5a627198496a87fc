"""``phieu calendar`` as a clerk uses it."""

import json
from datetime import date
from pathlib import Path

import icalendar
import pytest
from click.testing import CliRunner, Result

from pipeline.cli.calendar import calendar
from pipeline.errors import BadInput
from pipeline.store.connection import close_store


def call(*words: str | Path) -> Result:
    result = CliRunner().invoke(calendar, [str(word) for word in words])
    close_store()
    return result


def test_the_year_as_json(office: Path) -> None:
    result = call("--year", "2025", "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["schema"] == "phieu.due-dates/1"
    assert [due["date"] for due in document["dates"] if due["rule"] == "R-000-11"] == [
        "2025-03-25",
        "2025-06-25",
        "2025-09-25",
        "2025-12-25",
    ]
    assert "Tết Nguyên đán" in document["dates"][0]["note"]
    assert {event["when"] for event in document["undated"]} >= {"theo kế hoạch riêng (Quý I/2025)"}


def test_the_file_for_calendar_programs(office: Path, tmp_path: Path) -> None:
    target = tmp_path / "nested" / "2026.ics"
    result = call("--year", "2026", "--ics", target)
    assert result.exit_code == 0
    events = icalendar.Calendar.from_ical(target.read_bytes()).walk("VEVENT")
    assert events[0].decoded("dtstart") == date(2026, 1, 30)
    assert f"Đã ghi {len(events)} mốc" in result.stderr.replace("\n", " ")
    assert result.stdout == ""


def test_a_year_without_holidays_is_told(office: Path) -> None:
    assert "Chưa có lịch nghỉ năm 2031" in call("--year", "2031").stderr


def test_a_year_before_the_regulation(office: Path) -> None:
    result = call("--year", "2019")
    assert isinstance(result.exception, BadInput)
    assert "từ năm 2021" in str(result.exception)


@pytest.mark.parametrize("words", [(), ("--year", "x"), ("--year", "99999")])
def test_wrong_usage(office: Path, words: tuple[str, ...]) -> None:
    assert call(*words).exit_code == 2


def test_a_wrong_year_is_told_in_vietnamese(office: Path) -> None:
    assert "không phải là năm" in call("--year", "26").stderr

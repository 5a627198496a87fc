"""Achievements (Trích ngang thành tích) from their tables, and back from the store."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import BadTable, Complaint
from pipeline.people import Person, Roster, Unit
from pipeline.ratings import MAX_ACHIEVEMENT, Achievement, Ratings, parse_ratings
from pipeline.store import queries
from pipeline.store.connection import close_store, open_store
from pipeline.tables import read_tables
from tests.pipeline.table_files import LEVELS, write_xlsx

HEADINGS = ["Mã CBCCVC", "Quý", "Trích ngang thành tích"]
TEXT = "Có 02 sáng kiến; vượt 30% chỉ tiêu"


def _read(tmp_path: Path, *rows: list[Any]) -> tuple[Achievement, ...]:
    path = write_xlsx(tmp_path / "t.xlsx", **{"Thành tích": [HEADINGS, *rows]})
    return parse_ratings(read_tables([path]), LEVELS, {"GV1", "GV2"}).achievements


def _complaint(tmp_path: Path, *rows: list[Any]) -> Complaint:
    with pytest.raises(BadTable) as caught:
        _read(tmp_path, *rows)
    (complaint,) = caught.value.complaints
    return complaint


@pytest.mark.parametrize("typed", ["2026-Q4", "Quý IV/2026", "quý 4/2026", "Q4/2026", "QUÝ 4-2026"])
def test_a_quarter_as_people_write_it(tmp_path: Path, typed: str) -> None:
    assert _read(tmp_path, ["GV1", typed, TEXT]) == (Achievement("GV1", 2026, 4, TEXT),)


@pytest.mark.parametrize("typed", ["2026", "2026-10", "Quý V/2026", "Quý 0/2026", "1926-Q1", None])
def test_what_is_no_quarter(tmp_path: Path, typed: Any) -> None:
    assert _complaint(tmp_path, ["GV1", typed, TEXT]).column == "Quý"


def test_no_text_too_long_a_text_and_the_same_quarter_twice(tmp_path: Path) -> None:
    assert _complaint(tmp_path, ["GV1", "2026-Q4", None]).column == HEADINGS[2]
    long = _complaint(tmp_path, ["GV1", "2026-Q4", "x" * (MAX_ACHIEVEMENT + 1)])
    assert (long.column, long.value) == (HEADINGS[2], "")
    twice = _complaint(tmp_path, ["GV1", "2026-Q4", TEXT], ["GV1", "Quý 4/2026", "khác"])
    assert "cùng quý" in twice.reason
    assert len(_read(tmp_path, ["GV1", "2026-Q4", "x" * MAX_ACHIEVEMENT])) == 1


def test_stored_once_a_quarter_and_replaced_by_the_newer(tmp_path: Path) -> None:
    unit = Unit("TH", "Trường Mẫu", "", "truong_hoc", "", "state", "", "HIỆU TRƯỞNG")
    who = Person("GV1", "Lê Mẫu", "", "", "TH", "vc", False, "don_vi", "", "", None)  # noqa: FBT003 - a row
    open_store(tmp_path / "s.sqlite3")
    try:
        queries.save_roster(Roster({"TH": unit}, {"GV1": who}))
        for text in (TEXT, "Mới"):
            queries.save_all_ratings(Ratings((), (), (), (Achievement("GV1", 2026, 4, text),)))
        assert queries.load_achievements(2026) == (Achievement("GV1", 2026, 4, "Mới"),)
        assert queries.load_achievements(2025) == ()
    finally:
        close_store()

"""Monthly and annual ratings and commitments from their tables."""

import unicodedata
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import BadTable, Complaint
from pipeline.forms.sets import Level
from pipeline.ratings import AnnualRating, Commitment, MonthlyRating, Ratings, parse_ratings
from pipeline.tables import read_tables
from tests.pipeline.table_files import LEVELS, write_csv, write_xlsx

PEOPLE = {"GV1", "GV2"}
HEADINGS = {
    "monthly": ["person_id", "month", "class", "discipline", "reason"],
    "annual": ["person_id", "year", "class"],
    "commitments": ["person_id", "year", "signed_on"],
}
QUICK = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def ratings(tmp_path: Path, **rows: list[list[Any]]) -> Ratings:
    sheets = {kind: [HEADINGS[kind], *listed] for kind, listed in rows.items()}
    return parse_ratings(read_tables([write_xlsx(tmp_path / "r.xlsx", **sheets)]), LEVELS, PEOPLE)


def complaints(tmp_path: Path, **rows: list[list[Any]]) -> tuple[Complaint, ...]:
    with pytest.raises(BadTable) as caught:
        ratings(tmp_path, **rows)
    return caught.value.complaints


def test_one_of_each(tmp_path: Path) -> None:
    found = ratings(
        tmp_path,
        monthly=[["GV1", "2026-10", "B", "19,5", "ốm đau"], ["GV2", "2026-10", "A", None, None]],
        annual=[["GV1", 2026, "Hoàn thành xuất sắc nhiệm vụ"]],
        commitments=[["GV1", 2026, "30/01/2026"], ["GV2", 2026, None]],
    )
    assert found == Ratings(
        (
            MonthlyRating("GV1", 2026, 10, "hoan_thanh_tot", Decimal("19.5"), "om_dau"),
            MonthlyRating("GV2", 2026, 10, "hoan_thanh_xuat_sac", None, ""),
        ),
        (AnnualRating("GV1", 2026, "hoan_thanh_xuat_sac"),),
        (Commitment("GV1", 2026, "2026-01-30"), Commitment("GV2", 2026, "")),
    )


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: str(level.letter))
def test_a_class_by_letter_code_or_name(tmp_path: Path, level: Level) -> None:
    names = [level.letter, level.letter.lower(), level.code, level.name, level.name.upper()]
    names.append(unicodedata.normalize("NFD", level.name))
    rows = [["GV1", f"2026-{month:02d}", name] for month, name in enumerate(names, start=1)]
    assert {entry.level for entry in ratings(tmp_path, monthly=rows).monthly} == {level.code}


def test_a_letter_two_levels_share_is_not_guessed(tmp_path: Path) -> None:
    twice = (*LEVELS, Level("khac", "B", "Mức khác", 5))
    path = write_csv(tmp_path / "a.csv", [HEADINGS["annual"], ["GV1", 2026, "B"]])
    with pytest.raises(BadTable):
        parse_ratings(read_tables([path]), twice, PEOPLE)


@pytest.mark.parametrize(
    "typed",
    ["2026-10", "10/2026", "10-2026", "Tháng 10/2026", "tháng 10 năm 2026", date(2026, 10, 1)],
)
def test_months(tmp_path: Path, typed: Any) -> None:
    (entry,) = ratings(tmp_path, monthly=[["GV1", typed, "A"]]).monthly
    assert (entry.year, entry.month) == (2026, 10)


@pytest.mark.parametrize(
    "typed", ["13/2026", "2026-00", "10", 10, "01/10/2026", "2026", "2206-10", None, 2026.1]
)
def test_what_is_no_month(tmp_path: Path, typed: Any) -> None:
    (found,) = complaints(tmp_path, monthly=[["GV1", typed, "A"]])
    assert (found.sheet, found.row, found.column) == ("monthly", 2, "month")


@QUICK
@given(points=st.decimals(0, 20, places=2, allow_nan=False), comma=st.booleans())
def test_discipline_points_are_exact(tmp_path: Path, points: Decimal, comma: bool) -> None:
    typed = str(points).replace(".", "," if comma else ".")
    path = write_csv(tmp_path / "m.csv", [HEADINGS["monthly"], ["GV1", "2026-10", "A", typed, ""]])
    (entry,) = parse_ratings(read_tables([path]), LEVELS, PEOPLE).monthly
    assert entry.discipline == points


@pytest.mark.parametrize("typed", [21, "20,01", "-1", "nan", "1e1", "19.999", date(2026, 5, 19)])
def test_points_out_of_range_or_not_exact(tmp_path: Path, typed: Any) -> None:
    (found,) = complaints(tmp_path, monthly=[["GV1", "2026-10", "A", typed]])
    assert found.column == "discipline"


def test_points_of_zero_are_not_missing_points(tmp_path: Path) -> None:
    (entry,) = ratings(tmp_path, monthly=[["GV1", "2026-10", "D", 0]]).monthly
    assert entry.discipline == Decimal(0)
    assert entry.discipline is not None


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("nghi_phep", "nghi_phep"), ("Nghỉ phép", "nghi_phep"), ("ỐM ĐAU", "om_dau"), (None, "")],
)
def test_reasons(tmp_path: Path, typed: Any, stored: str) -> None:
    (entry,) = ratings(tmp_path, monthly=[["GV1", "2026-10", "C", 20, typed]]).monthly
    assert entry.reason == stored


def test_two_entries_for_one_person_and_time_name_both_rows(tmp_path: Path) -> None:
    found = complaints(
        tmp_path,
        monthly=[["GV1", "2026-10", "A"], ["GV2", "2026-10", "A"], ["GV1", "10/2026", "B"]],
        annual=[["GV1", 2026, "A"], ["GV1", 2026, "A"]],
        commitments=[["GV1", 2026, None], ["GV1", 2026, None]],
    )
    assert [(c.sheet, c.row) for c in found] == [("monthly", 4), ("annual", 3), ("commitments", 3)]
    assert all("dòng 2" in complaint.reason for complaint in found)


def test_two_entries_in_two_files(tmp_path: Path) -> None:
    rows = [HEADINGS["annual"], ["GV1", 2026, "A"]]
    files = [write_csv(tmp_path / name, rows) for name in ("1.csv", "2.csv")]
    with pytest.raises(BadTable) as caught:
        parse_ratings(read_tables(files), LEVELS, PEOPLE)
    (found,) = caught.value.complaints
    assert found.file == "2.csv"
    assert "“1.csv”" in found.reason


def test_every_fault_of_a_row_at_once(tmp_path: Path) -> None:
    found = complaints(tmp_path, monthly=[["GV3", "13/2026", "Z", 50, "đi chơi"]])
    assert [(complaint.column, complaint.value) for complaint in found] == [
        ("person_id", "GV3"),
        ("month", "13/2026"),
        ("class", "Z"),
        ("discipline", "50"),
        ("reason", "đi chơi"),
    ]
    assert "Hoàn thành tốt nhiệm vụ" in found[2].reason


@pytest.mark.parametrize("year", ["26", "20x6", 1026, None, 2026.5])
def test_what_is_no_year(tmp_path: Path, year: Any) -> None:
    assert [c.column for c in complaints(tmp_path, annual=[["GV1", year, "A"]])] == ["year"]


@pytest.mark.parametrize("day", ["30/02/2026", "1/1/2020", "2026"])
def test_what_is_no_day_of_signing(tmp_path: Path, day: str) -> None:
    assert [c.column for c in complaints(tmp_path, commitments=[["GV1", 2026, day]])] == [
        "signed_on"
    ]


@QUICK
@given(
    entries=st.lists(
        st.tuples(st.sampled_from(sorted(PEOPLE)), st.integers(1, 12), st.sampled_from(LEVELS)),
        unique_by=lambda entry: entry[:2],
        min_size=1,
    )
)
def test_what_is_written_is_what_is_read(
    tmp_path: Path, entries: list[tuple[str, int, Level]]
) -> None:
    rows = [[person, f"2026-{month:02d}", level.name, "20", ""] for person, month, level in entries]
    path = write_csv(tmp_path / "m.csv", [HEADINGS["monthly"], *rows])
    found = parse_ratings(read_tables([path]), LEVELS, PEOPLE).monthly
    assert [(entry.person_id, entry.month, entry.level) for entry in found] == [
        (person, month, level.code) for person, month, level in entries
    ]

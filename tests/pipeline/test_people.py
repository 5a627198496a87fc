"""The roster from its tables: what is taken, what is refused, and what the clerk is told."""

import unicodedata
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import BadTable, Complaint, ExitCode
from pipeline.people import (
    BLOCKS,
    GROUPS,
    HEADER_STYLES,
    MANAGED_BY,
    Person,
    Roster,
    Unit,
    default_header_style,
    parse_people,
)
from pipeline.tables import COLUMNS, read_tables
from tests.pipeline.table_files import write_csv, write_xlsx

Form = Literal["NFC", "NFD"]
TODAY = date(2026, 11, 20)
PEOPLE = [column.column_id for column in COLUMNS["people"]]
UNITS = [column.column_id for column in COLUMNS["units"]]
UNIT = {"unit_id": "TH", "name": "Trường Tiểu học Hoa Mẫu", "block": "truong_hoc"}


def person(person_id: str = "GV1", **cells: Any) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "full_name": "Nguyễn Thị Mẫu",
        "unit_id": "TH",
        "group": "vc",
    } | cells


def roster(
    tmp_path: Path,
    *people: dict[str, Any],
    units: tuple[dict[str, Any], ...] = (UNIT,),
    known_units: dict[str, Unit] | None = None,
    known_people: dict[str, Person] | None = None,
) -> Roster:
    sheets = {
        "units": [UNITS, *([unit.get(column) for column in UNITS] for unit in units)],
        "people": [PEOPLE, *([row.get(column) for column in PEOPLE] for row in people)],
    }
    tables = read_tables([write_xlsx(tmp_path / "roster.xlsx", **sheets)])
    return parse_people(tables, today=TODAY, known_units=known_units, known_people=known_people)


def complaints(tmp_path: Path, *people: dict[str, Any], **more: Any) -> tuple[Complaint, ...]:
    with pytest.raises(BadTable) as caught:
        roster(tmp_path, *people, **more)
    assert caught.value.exit_code == ExitCode.BAD_INPUT
    return caught.value.complaints


def complaint(tmp_path: Path, *people: dict[str, Any], **more: Any) -> Complaint:
    (only,) = complaints(tmp_path, *people, **more)
    return only


def test_a_whole_row_and_its_defaults(tmp_path: Path) -> None:
    full = person(
        "GV2",
        birth_date=date(1984, 2, 29),
        position="Hiệu  trưởng",
        group="Cán bộ lãnh đạo, quản lý",
        party_member="x",
        managed_by="Ban Thường vụ Quận ủy",
        order=3.0,
    )
    found = roster(tmp_path, person(manager_id="GV2", evaluator_id="GV2"), full)
    assert found.units["TH"] == Unit(
        "TH", "Trường Tiểu học Hoa Mẫu", "", "truong_hoc", "", "state", "", "THỦ TRƯỞNG ĐƠN VỊ"
    )
    assert list(found.people) == ["GV1", "GV2"]
    assert found.people["GV1"] == Person(
        *("GV1", "Nguyễn Thị Mẫu", "", "", "TH", "vc"),
        *(False, "don_vi", "GV2", "GV2", None),
    )
    assert found.people["GV2"] == Person(
        *("GV2", "Nguyễn Thị Mẫu", "1984-02-29", "Hiệu trưởng", "TH", "lanh_dao"),
        *(True, "btv_quan_uy", "", "", 3),
    )


@pytest.mark.parametrize(
    "name",
    ["TRẦN THỊ MẪU", "Ngô Thị Ý", "K' Mẫu", "K’ Mẫu", "Y Mẫu Niê", "Lê Thị Hoà", "Lê Thị Hòa"],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_stay_as_spelled(tmp_path: Path, name: str, form: Form) -> None:
    typed = "  " + unicodedata.normalize(form, name).replace(" ", "  ") + " "
    assert roster(tmp_path, person(full_name=typed)).people["GV1"].full_name == name


@pytest.mark.parametrize("name", ["NguyÔn V¨n MÉu", "Trần\ufffd Mẫu", "Lê = Mẫu", "12"])
def test_names_of_broken_fonts_are_refused_and_not_repeated(tmp_path: Path, name: str) -> None:
    found = complaint(tmp_path, person(full_name=name))
    assert found.column == "full_name"
    assert name not in found.value + found.reason


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("05/01/1980", "1980-01-05"),
        ("5/1/1980", "1980-01-05"),
        ("5-1-1980", "1980-01-05"),
        ("1980-01-05", "1980-01-05"),
        (date(1980, 1, 5), "1980-01-05"),
        ("29/02/1988", "1988-02-29"),
        ("1968", "1968"),
        (1968, "1968"),
        (1968.0, "1968"),
        ("", ""),
        ("20/11/2011", "2011-11-20"),  # 15 today
    ],
)
def test_birth_dates(tmp_path: Path, typed: Any, stored: str) -> None:
    assert roster(tmp_path, person(birth_date=typed)).people["GV1"].birth_date == stored


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("31/02/1980", "tháng 2/1980 không có ngày 31"),
        ("29/02/1981", "tháng 2/1981 không có ngày 29"),
        ("12/25/1980", "không có tháng 25"),
        ("5/1/80", "không phải ngày"),
        (29221, "không phải ngày"),  # the number of a date whose format was lost
        ("tháng 5", "không phải ngày"),
        ("21/11/2026", "tương lai"),
        (2027, "tương lai"),
        ("21/11/2011", "chưa đủ 15 tuổi"),
        (2012, "chưa đủ 15 tuổi"),
        ("05/01/1880", "hơn 100 tuổi"),
    ],
)
def test_impossible_birth_dates(tmp_path: Path, typed: Any, reason: str) -> None:
    found = complaint(tmp_path, person(birth_date=typed))
    assert (found.file, found.sheet, found.row) == ("roster.xlsx", "people", 2)
    assert found.value == str(typed)
    assert reason in found.reason


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(day=st.dates(TODAY - timedelta(days=90 * 365), TODAY - timedelta(days=16 * 365)))
def test_every_way_to_write_a_day_is_the_same_day(tmp_path: Path, day: date) -> None:
    ways = [f"{day:%d/%m/%Y}", f"{day.day}/{day.month}/{day.year}", day.isoformat()]
    rows = [[f"P{i}", "Lê An", "TH", "cc", way] for i, way in enumerate(ways)]
    path = write_csv(
        tmp_path / "p.csv", [["person_id", "full_name", "unit_id", "group", "birth_date"], *rows]
    )
    known = {"TH": Unit("TH", "", "", "truong_hoc", "", "state", "", "")}
    found = parse_people(read_tables([path]), today=TODAY, known_units=known)
    assert {one.birth_date for one in found.people.values()} == {day.isoformat()}


@pytest.mark.parametrize(("column", "labels"), [("group", GROUPS), ("managed_by", MANAGED_BY)])
def test_ids_and_labels_of_people_columns(
    tmp_path: Path, column: str, labels: dict[str, str]
) -> None:
    for value, label in labels.items():
        for typed in (value, label, label.upper(), unicodedata.normalize("NFD", label)):
            found = roster(tmp_path, person(**{column: typed}))
            assert getattr(found.people["GV1"], column) == value


@pytest.mark.parametrize(("column", "labels"), [("block", BLOCKS), ("header_style", HEADER_STYLES)])
def test_ids_and_labels_of_unit_columns(
    tmp_path: Path, column: str, labels: dict[str, str]
) -> None:
    for value, label in labels.items():
        for typed in (value, label, label.lower()):
            found = roster(tmp_path, person(), units=(UNIT | {column: typed},))
            assert getattr(found.units["TH"], column) == value


def test_tone_placement_of_labels_does_not_matter(tmp_path: Path) -> None:
    found = roster(tmp_path, person(managed_by="Ban Thường vụ Thành uỷ"))
    assert found.people["GV1"].managed_by == "btv_thanh_uy"


@pytest.mark.parametrize(
    ("typed", "member"),
    [("x", True), ("X", True), ("Có", True), (1, True), ("", False), (0, False)],
)
def test_party_membership(tmp_path: Path, typed: Any, member: bool) -> None:
    assert roster(tmp_path, person(party_member=typed)).people["GV1"].party_member is member


@pytest.mark.parametrize(
    ("column", "typed"),
    [
        ("group", "giáo viên"),
        ("group", None),
        ("managed_by", "ai đó"),
        ("party_member", "chắc là có"),
        ("order", "1,5"),
        ("order", "-1"),
        ("person_id", "GV 1"),
        ("person_id", "../GV1"),
        ("person_id", ".."),
        ("person_id", "G" * 33),
        ("person_id", None),
        ("unit_id", "TH/2"),
        ("full_name", None),
        ("position", "rất dài " * 60),
        ("position", date(2026, 1, 2)),
    ],
)
def test_values_that_cannot_be_taken(tmp_path: Path, column: str, typed: Any) -> None:
    assert [found.column for found in complaints(tmp_path, person() | {column: typed})] == [column]


def test_numeric_ids_have_no_decimals(tmp_path: Path) -> None:
    assert list(roster(tmp_path, person() | {"person_id": 123.0}).people) == ["123"]


@pytest.mark.parametrize(
    ("block", "name", "style"),
    [
        ("dang", "Ban Tổ chức", "party"),
        ("doan_the", "Quận đoàn Mẫu", "youth_union"),
        ("doan_the", "Đoàn Thanh niên phường Mẫu A", "youth_union"),
        ("doan_the", "Ban Chấp hành Quận đoàn Mẫu", "youth_union"),
        ("doan_the", "Thành đoàn Mẫu", "youth_union"),
        ("doan_the", "Liên đoàn Lao động quận Mẫu", "state"),
        ("doan_the", "Hội Nông dân quận Mẫu", "state"),
        ("mttq", "Ủy ban MTTQ quận Mẫu", "state"),
        ("chinh_quyen", "Phòng Nội vụ", "state"),
        ("truong_hoc", "Trường Tiểu học Hoa Mẫu", "state"),
    ],
)
def test_letterhead_by_block(tmp_path: Path, block: str, name: str, style: str) -> None:
    assert default_header_style(block, name) == style
    found = roster(tmp_path, person(), units=(UNIT | {"block": block, "name": name},))
    assert found.units["TH"].header_style == style


def test_two_people_with_one_id_name_both_rows(tmp_path: Path) -> None:
    found = complaint(tmp_path, person(), person("GV2"), person())
    assert (found.row, found.value) == (4, "GV1")
    assert "dòng 2" in found.reason
    assert "chỉ khác" not in complaint(tmp_path, person(), person("gv1")).reason


def test_rows_with_a_wrong_or_second_id_are_read_on(tmp_path: Path) -> None:
    rows = [person(), person(group="?", manager_id="N1"), person("GV 2", group="?")]
    assert [(found.row, found.column) for found in complaints(tmp_path, *rows)] == [
        (3, "person_id"),
        (3, "group"),
        (3, "manager_id"),
        (4, "person_id"),
        (4, "group"),
    ]


def test_a_person_in_two_units_is_said_so(tmp_path: Path) -> None:
    other = UNIT | {"unit_id": "TH2"}
    found = complaint(tmp_path, person(), person(unit_id="TH2"), units=(UNIT, other))
    assert "một người thuộc hai đơn vị" in found.reason


def test_twins_in_two_files_name_the_file(tmp_path: Path) -> None:
    heads = ["person_id", "full_name", "unit_id", "group"]
    files = [
        write_csv(tmp_path / name, [heads, ["GV1", "Lê An", "TH", "cc"]])
        for name in ("a.csv", "b.csv")
    ]
    units = write_csv(tmp_path / "u.csv", [list(UNIT), list(UNIT.values())])
    with pytest.raises(BadTable) as caught:
        parse_people(read_tables([*files, units]), today=TODAY)
    (found,) = caught.value.complaints
    assert found.file == "b.csv"
    assert "“a.csv”" in found.reason


def test_unknown_unit_manager_and_evaluator(tmp_path: Path) -> None:
    row = person(unit_id="XX", manager_id="N1", evaluator_id="N2")
    assert [(found.column, found.value) for found in complaints(tmp_path, row)] == [
        ("unit_id", "XX"),
        ("manager_id", "N1"),
        ("evaluator_id", "N2"),
    ]


def test_what_is_already_known_may_be_named(tmp_path: Path) -> None:
    first = roster(tmp_path, person("HT"))
    later = roster(
        tmp_path,
        person("GV9", manager_id="HT", evaluator_id="HT"),
        units=(),
        known_units=first.units,
        known_people=first.people,
    )
    assert list(later.people) == ["GV9"]
    assert later.units == {}


def test_ids_that_differ_from_known_ones_in_case_only(tmp_path: Path) -> None:
    first = roster(tmp_path, person("GV1"))
    found = complaint(tmp_path, person("gv1"), known_people=first.people)
    assert "GV1" in found.reason


@pytest.mark.parametrize("column", ["manager_id", "evaluator_id"])
def test_nobody_manages_or_evaluates_himself(tmp_path: Path, column: str) -> None:
    found = complaint(tmp_path, person(**{column: "GV1"}))
    assert found.column == column
    assert "chính" in found.reason


def test_circles_of_managers_name_the_chain_once(tmp_path: Path) -> None:
    rows = [
        person("A", manager_id="B"),
        person("B", manager_id="C"),
        person("C", manager_id="B"),
        person("D", manager_id="A"),
    ]
    found = complaint(tmp_path, *rows)
    assert found.row == 3
    assert "B → C → B" in found.reason


def test_a_circle_through_known_people(tmp_path: Path) -> None:
    known = roster(tmp_path, person("A"), person("B", manager_id="A")).people
    found = complaint(tmp_path, person("A", manager_id="B"), known_people=known)
    assert "A → B → A" in found.reason


@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(managers=st.lists(st.integers(0, 12), min_size=1, max_size=12))
def test_circles_are_found_exactly_when_there_are_some(tmp_path: Path, managers: list[int]) -> None:
    count = len(managers)
    chosen = [m % (count + 1) - 1 for m in managers]  # -1: none
    circular = False
    for start in range(count):
        seen, current = set(), start
        while current >= 0 and current not in seen:
            seen.add(current)
            current = chosen[current]
        circular |= current >= 0
    rows = [person(f"P{i}", manager_id=f"P{m}" if m >= 0 else "") for i, m in enumerate(chosen)]
    if circular:
        assert all(found.column == "manager_id" for found in complaints(tmp_path, *rows))
    else:
        assert len(roster(tmp_path, *rows).people) == count


def test_all_faults_of_all_rows_at_once_with_their_place(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "ds.csv",
        [
            ["Nhóm", "Mã CBCCVC", "Họ và tên", "Mã đơn vị", "Ngày sinh"],
            ["vc", "GV1", "Lê An", "TH", "31/02/1980"],
            [],
            ["?", "GV2", "", "TH", ""],
        ],
    )
    units = write_csv(tmp_path / "u.csv", [["unit_id", "name", "block"], ["TH", "", "x"]])
    with pytest.raises(BadTable) as caught:
        parse_people(read_tables([path, units, tmp_path / "none.csv"]), today=TODAY)
    places = [(c.file, c.row, c.column, c.value) for c in caught.value.complaints]
    assert places == [
        ("none.csv", 0, "", ""),
        ("u.csv", 2, "name", ""),
        ("u.csv", 2, "block", "x"),
        ("ds.csv", 2, "Ngày sinh", "31/02/1980"),
        ("ds.csv", 4, "Họ và tên", ""),
        ("ds.csv", 4, "Nhóm", "?"),
    ]

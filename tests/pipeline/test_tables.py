"""Files of tables: what is read, and what a clerk is told about files that cannot be."""

import contextlib
import io
import unicodedata
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Literal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import spreadsheets
from pipeline.errors import Complaint, PhieuError
from pipeline.people import parse_people
from pipeline.ratings import parse_ratings
from pipeline.tables import COLUMNS, SHEET_NAMES, Table, folded, read_tables
from tests.pipeline.table_files import LEVELS, write_csv, write_xlsx

Form = Literal["NFC", "NFD"]
MONTHLY = ["person_id", "month", "class", "discipline", "reason"]


def only(paths: Path) -> Table:
    tables = read_tables([paths])
    assert tables.complaints == ()
    (table,) = tables.tables
    return table


def texts(table: Table) -> list[dict[str, str]]:
    return [{key: cell.text for key, cell in row.cells.items()} for row in table.rows]


def file_complaint(path: Path) -> Complaint:
    tables = read_tables([path])
    assert tables.tables == ()
    (complaint,) = tables.complaints
    assert complaint.file == path.name
    return complaint


# --- headings and kinds


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_vietnamese_headings_in_any_order_case_and_unicode_form(
    tmp_path: Path, kind: str, form: Form
) -> None:
    columns = list(reversed(COLUMNS[kind]))
    headings = [unicodedata.normalize(form, f" {column.label.upper()} ") for column in columns]
    path = write_csv(tmp_path / "t.csv", [headings, [f"v{i}" for i in range(len(columns))]])
    table = only(path)
    assert table.kind == kind
    assert texts(table) == [{column.column_id: f"v{i}" for i, column in enumerate(columns)}]
    assert table.complaints == ()


@pytest.mark.parametrize("kind", COLUMNS)
def test_sheet_names_of_the_contract_tell_the_kind(tmp_path: Path, kind: str) -> None:
    headings = [column.column_id for column in COLUMNS[kind]]
    for name in (kind, SHEET_NAMES[kind], SHEET_NAMES[kind].upper()):
        path = write_xlsx(tmp_path / f"{kind}.xlsx", **{name: [headings, ["x"] * len(headings)]})
        assert only(path).kind == kind


def test_titles_above_the_headings_and_empty_rows_keep_the_numbers_of_the_spreadsheet(
    tmp_path: Path,
) -> None:
    rows = [
        ["DANH SÁCH XẾP LOẠI THÁNG 10"],
        [],
        MONTHLY,
        [],
        ["GV1", "2026-10", "A", 20, None],
        [None] * 5,
        ["GV2", "2026-10", "B", 20, None],
    ]
    table = only(write_xlsx(tmp_path / "r.xlsx", Sheet1=rows))
    assert table.kind == "monthly"
    assert [row.number for row in table.rows] == [5, 7]


def test_row_numbers_of_a_csv_count_records_as_a_spreadsheet_does(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('person_id,year,class\n"GV\n1",2026,A\n\nGV2,2026,B\n', encoding="utf-8")
    assert [(row.number, row.cells["person_id"].text) for row in only(path).rows] == [
        (2, "GV 1"),
        (4, "GV2"),
    ]


def test_several_tables_in_one_workbook_and_split_over_files(tmp_path: Path) -> None:
    annual = [["person_id", "year", "class"], ["GV1", 2026, "A"]]
    monthly = [MONTHLY, ["GV1", "2026-10", "A", 20, ""]]
    first = write_xlsx(tmp_path / "1.xlsx", Năm=annual, Tháng=monthly, Sheet3=[])
    second = write_csv(tmp_path / "2.csv", monthly)
    tables = read_tables([first, second])
    assert tables.complaints == ()
    assert [(table.file, table.kind) for table in tables.tables] == [
        ("1.xlsx", "annual"),
        ("1.xlsx", "monthly"),
        ("2.csv", "monthly"),
    ]
    assert len(tables.of("monthly")) == 2


def test_missing_and_double_columns_are_complaints(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "p.csv", [["Mã CBCCVC", "Họ tên", "Họ và tên"], ["GV1", "A", "B"]])
    reasons = [complaint.reason for complaint in only(path).complaints]
    assert sum("thiếu cột bắt buộc" in reason for reason in reasons) == 2
    assert any("hai cột cùng là “Họ và tên”" in reason for reason in reasons)


def test_a_mistyped_heading_is_a_complaint_and_a_foreign_one_a_note(tmp_path: Path) -> None:
    headings = ["STT", "person_id", "full_name", "unit_id", "group", "Đảng vin", "Số điện thoại"]
    table = only(write_csv(tmp_path / "p.csv", [headings, list("abcdefg")]))
    (complaint,) = table.complaints
    assert (complaint.row, complaint.column) == (1, "Đảng vin")
    assert "Đảng viên" in complaint.reason
    assert any("Số điện thoại" in note for note in table.notes)
    assert any("không có cột “Ngày sinh”" in note for note in table.notes)


def test_a_sheet_that_cannot_be_told_names_what_was_expected(tmp_path: Path) -> None:
    complaint = file_complaint(write_csv(tmp_path / "x.csv", [["a", "b"], ["1", "2"]]))
    assert "Họ và tên" in complaint.reason
    assert "“Cam kết”" in complaint.reason


def test_instruction_sheets_are_passed_over(tmp_path: Path) -> None:
    annual = [["person_id", "year", "class"], ["GV1", 2026, "A"]]
    guide = [["Điền vào bảng"]]
    path = write_xlsx(tmp_path / "a.xlsx", **{"Hướng dẫn": guide}, Năm=annual)
    assert only(path).kind == "annual"


def test_an_unquoted_decimal_comma_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text(
        "person_id,month,class,discipline\nGV1,2026-10,A,19,5\nGV2,2026-10,A,20\n", encoding="utf-8"
    )
    (complaint,) = only(path).complaints
    assert (complaint.row, complaint.column, complaint.value) == (2, "E", "5")


def test_no_table_of_the_wanted_kind_is_a_fault(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["person_id", "year", "class"], ["GV1", 2026, "A"]])
    (complaint,) = read_tables([path]).faults("people", "units")
    assert "CBCCVC" in complaint.reason


# --- cells


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_csv_separators_and_byte_order_mark(tmp_path: Path, delimiter: str, encoding: str) -> None:
    rows = [MONTHLY, ["GV1", "2026-10", "Hoàn thành, tốt; nhiệm vụ", "19,5", ""]]
    table = only(write_csv(tmp_path / "m.csv", rows, delimiter=delimiter, encoding=encoding))
    assert texts(table)[0]["class"] == "Hoàn thành, tốt; nhiệm vụ"
    assert texts(table)[0]["discipline"] == "19,5"


def test_texts_are_normalised_but_not_respelled(tmp_path: Path) -> None:
    typed = unicodedata.normalize("NFD", "  TRẦN \u00a0Thị\n\u200bHoà ")
    table = only(write_csv(tmp_path / "a.csv", [["person_id", "year", "class"], ["1", "2", typed]]))
    assert texts(table)[0]["class"] == "TRẦN Thị Hoà"


def test_numbers_and_dates_of_a_workbook(tmp_path: Path) -> None:
    values = [123.0, 19.5, 0.1 + 0.2, datetime(2026, 10, 5, 7, 30), time(1, 0)]
    table = only(write_xlsx(tmp_path / "m.xlsx", Tháng=[MONTHLY, values]))
    cells = list(table.rows[0].cells.values())
    assert [cell.text for cell in cells[:4]] == ["123", "19.5", "0.3", "05/10/2026"]
    assert cells[3].day == date(2026, 10, 5)
    assert cells[4].fault


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!"])
def test_error_cells_are_faults(tmp_path: Path, error: str) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", Năm=[["person_id", "year", "class"], ["1", 2026, error]])
    assert "ô báo lỗi" in only(path).rows[0].cells["class"].fault


def formula_workbook(path: Path, cell_xml: str) -> Path:
    """A workbook whose cell C2 is replaced by raw XML."""
    source = io.BytesIO()
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "annual"
    sheet.append(["person_id", "year", "class"])
    sheet.append(["GV1", 2026, 777])
    workbook.save(source)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                changed = data.replace(b'<c r="C2" t="n"><v>777</v></c>', cell_xml.encode())
                assert changed != data
                data = changed
            new.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("cell_xml", "text", "faulty"),
    [
        ('<c r="C2"><f>"A"&amp;""</f></c>', "=", True),
        ('<c r="C2"><f>"A"&amp;""</f><v></v></c>', "=", True),
        ('<c r="C2" t="str"><f>"A"&amp;""</f><v>A</v></c>', "A", False),
        ('<c r="C2" t="str"><f>""</f><v></v></c>', "", False),
    ],
)
def test_formulas_count_only_with_their_stored_result(
    tmp_path: Path, cell_xml: str, text: str, faulty: bool
) -> None:
    cell = only(formula_workbook(tmp_path / "f.xlsx", cell_xml)).rows[0].cells["class"]
    assert cell.text == text
    assert bool(cell.fault) is faulty


# --- files that cannot be used


def test_missing_empty_and_folder(tmp_path: Path) -> None:
    assert "Không tìm thấy" in file_complaint(tmp_path / "none.csv").reason
    (tmp_path / "empty.xlsx").write_bytes(b"")
    assert "rỗng" in file_complaint(tmp_path / "empty.xlsx").reason
    assert "thư mục" in file_complaint(tmp_path).reason


def test_text_named_xlsx_old_excel_and_encrypted(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("person_id,year,class\n", encoding="utf-8")
    assert "không phải là tệp Excel" in file_complaint(path).reason
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert ".xls" in file_complaint(path).reason
    path.write_bytes(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"))
    assert "mật khẩu" in file_complaint(path).reason


def test_cut_workbook_and_zip_that_is_none(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", Năm=[["person_id", "year", "class"]])
    path.write_bytes(path.read_bytes()[:-200])
    assert "hỏng" in file_complaint(path).reason
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "không phải sổ làm việc Excel" in file_complaint(path).reason


def test_zip_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.xlsx"
    monkeypatch.setattr(spreadsheets, "MAX_UNPACKED_BYTES", 2**26)  # quicker to pack
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for _ in range(spreadsheets.MAX_UNPACKED_BYTES // 2**24 + 1):
                member.write(b" " * 2**24)
    assert path.stat().st_size < 2**20
    assert "giải nén" in file_complaint(path).reason


@pytest.mark.parametrize("encoding", ["cp1258", "utf-16", "utf-16-le"])
def test_csv_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "v.csv"
    # cp1258 writes tones as marks of their own
    text = unicodedata.normalize("NFC", "person_id,year,class\nGV1,2026,Hoàn thành đủ\n")
    if encoding == "cp1258":
        text = text.replace("ủ", "u\u0309")
    path.write_bytes(text.encode(encoding))
    assert "UTF-8" in file_complaint(path).reason or "CSV" in file_complaint(path).reason


def test_an_unclosed_quote_does_not_swallow_rows(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text('person_id,year,class\nGV1,2026,"A\nGV2,2026,B\n', encoding="utf-8")
    assert "ngoặc kép" in file_complaint(path).reason


def test_too_many_rows_and_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["person_id", "year", "class"], *([f"GV{i}", 2026, "A"] for i in range(30))]
    csv_file, xlsx_file = write_csv(tmp_path / "a.csv", rows), tmp_path / "a.xlsx"
    write_xlsx(xlsx_file, Năm=rows)
    monkeypatch.setattr(spreadsheets, "MAX_ROWS", 30)
    assert "30 dòng" in file_complaint(csv_file).reason
    assert "30 dòng" in file_complaint(xlsx_file).reason
    monkeypatch.setattr(spreadsheets, "MAX_FILE_BYTES", 100)
    assert "lớn hơn" in file_complaint(csv_file).reason


def test_one_bad_file_does_not_hide_the_others(tmp_path: Path) -> None:
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"nothing")
    good = write_csv(tmp_path / "g.csv", [["person_id", "year", "class"], ["GV1", 2026, "A"]])
    tables = read_tables([bad, good])
    assert len(tables.tables) == len(tables.complaints) == 1


# --- whatever comes


def swallow(path: Path) -> None:
    """Read and parse as all kinds; only the house's own errors may come out."""
    tables = read_tables([path])
    for parse in (
        lambda: parse_people(tables, today=date(2026, 11, 20)),
        lambda: parse_ratings(tables, LEVELS, {"GV1"}),
    ):
        with contextlib.suppress(PhieuError):
            parse()


QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@QUICK
@given(data=st.binary(max_size=300))
def test_random_bytes_never_crash(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "random.csv"
    path.write_bytes(data)
    swallow(path)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(min_value=date(1900, 3, 1)),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12),
    st.sampled_from(["GV1", "2026-10", "A", "20", "x", "31/02/2020", "1968", "lanh_dao", "#N/A"]),
)


@QUICK
@given(kind=st.sampled_from(sorted(COLUMNS)), data=st.data())
def test_random_rows_never_crash(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    headings = [column.column_id for column in COLUMNS[kind]]
    rows = data.draw(st.lists(st.lists(VALUES, max_size=len(headings) + 1), max_size=6))
    swallow(write_csv(tmp_path / "random.csv", [headings, *rows]))
    swallow(write_xlsx(tmp_path / "random.xlsx", **{kind: [headings, *rows]}))


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    rows = [["person_id", "year", "class"], ["GV1", 2026, "A"]]
    return write_xlsx(tmp_path_factory.mktemp("w") / "w.xlsx", annual=rows).read_bytes()


@QUICK
@given(data=st.data())
def test_damaged_workbooks_never_crash(
    tmp_path: Path, workbook: bytes, data: st.DataObject
) -> None:
    damaged = bytearray(workbook)
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(4, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(damaged)
    swallow(path)


@given(st.text(max_size=30))
def test_folding_ignores_case_form_and_is_idempotent(text: str) -> None:
    once = folded(text)
    assert folded(once) == once
    assert folded(unicodedata.normalize("NFD", text)) == once

"""``phieu results summary`` from the roster to the files."""

from pathlib import Path

import openpyxl
import pdfplumber
import pytest
from click.testing import CliRunner, Result

from pipeline.cli.summary import summary
from pipeline.errors import BadInput
from pipeline.store.connection import close_store
from tests.cli.conftest import Run

PEOPLE = """Mã CBCCVC,Họ và tên,Ngày sinh,Chức vụ,Mã đơn vị,Nhóm,Mã người đánh giá
GV1,Nguyễn Thị Mẫu,01/02/1980,Giáo viên,TH,vc,HT1
GV2,Trần Văn Mẫu,1975,Giáo viên,TH,vc,HT1
HT1,Lê Thị Mẫu,03/04/1970,Hiệu trưởng,TH,lanh_dao,
"""
UNITS = """Mã đơn vị,Tên đơn vị,Tên đơn vị chủ quản,Khối,Cấp,Tiêu ngữ,Địa danh,Chức danh thủ trưởng
TH,Trường Tiểu học Hoa Mẫu,UBND quận Mẫu,truong_hoc,quận,state,Mẫu,Hiệu trưởng
"""
COMMITMENTS = """person_id,year,signed_on
GV1,2026,05/01/2026
GV2,2026,15/02/2026
"""


def call(*words: str | Path) -> Result:
    result = CliRunner().invoke(summary, [str(word) for word in words])
    close_store()
    return result


@pytest.fixture
def roster(office: Path, run: Run, tmp_path: Path) -> Path:
    for name, text in (("people", PEOPLE), ("units", UNITS), ("commitments", COMMITMENTS)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    ended = run("people", "import", tmp_path / "people.csv", tmp_path / "units.csv")
    assert ended.code == 0, ended.err
    ended = run("ratings", "import", tmp_path / "commitments.csv")
    assert ended.code == 0, ended.err
    return office


def page(path: Path) -> str:
    with pdfplumber.open(path) as document:
        return document.pages[0].extract_text()


def test_an_empty_office_gets_a_page_that_says_what_to_do(office: Path) -> None:
    result = call("--period", "2026-Q4")
    assert result.exit_code == 0
    folder = office / "out" / "2026-Q4" / "summary"
    assert "phieu people import" in page(folder / "summary-2026-Q4.pdf")
    assert (folder / "summary-2026-Q4.xlsx").is_file()


def test_a_period_in_print_counts_people_and_commitments(
    roster: Path, run: Run, tmp_path: Path
) -> None:
    result = call("--period", "2026-Q4", "--out", tmp_path / "before")
    assert "chưa in phiếu nào" in result.stderr
    assert "Danh sách có 3 người; 2 người đã ký" in page(tmp_path / "before/summary-2026-Q4.pdf")
    assert run("forms", "print", "--form", "03B", "--period", "2026-Q4").code == 0
    result = call("--period", "2026-Q4", "--out", tmp_path / "after")
    assert result.exit_code == 0, result.output
    book = openpyxl.load_workbook(tmp_path / "after" / "summary-2026-Q4.xlsx")
    total = [cell.value for cell in book["Theo khối"][5]]
    # people, signed, signed late (after 30/01), evaluated, four statuses, share
    assert total == ["Tổng cộng", 3, 2, 1, 0, 0, 0, 0, 3, 0]


def test_a_year_shows_its_quarters(roster: Path, run: Run, tmp_path: Path) -> None:
    assert run("forms", "print", "--form", "03B", "--period", "2026-Q2").code == 0
    result = call("--period", "2026", "--out", tmp_path)
    assert result.exit_code == 0, result.output
    text = page(tmp_path / "summary-2026.pdf")
    assert "năm 2026" in text
    assert "Quý II/2026" in text
    assert text.count("chưa đánh giá") == 3


@pytest.mark.parametrize("period", ["2026-10", "2021-Q3"])
def test_periods_that_have_no_summary(roster: Path, period: str) -> None:
    assert isinstance(call("--period", period).exception, BadInput)

"""Commands, exit codes and messages as the contract and a clerk expect them."""

import json
import re
import shutil
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from ocr import networks
from pipeline.cli.main import phieu
from pipeline.config import DEFAULT_TEMPLATES
from tests.cli.conftest import Run

PEOPLE = """Mã CBCCVC,Họ và tên,Ngày sinh,Chức vụ,Mã đơn vị,Nhóm,Mã người đánh giá
GV1,Nguyễn Thị Mẫu,01/02/1980,Giáo viên,TH,vc,HT1
GV2,Trần Văn Mẫu,1975,Giáo viên,TH,vc,HT1
HT1,Lê Thị Mẫu,03/04/1970,Hiệu trưởng,TH,lanh_dao,
"""
UNITS = """Mã đơn vị,Tên đơn vị,Tên đơn vị chủ quản,Khối,Cấp,Tiêu ngữ,Địa danh,Chức danh thủ trưởng
TH,Trường Tiểu học Hoa Mẫu,UBND quận Mẫu,truong_hoc,quận,state,Mẫu,Hiệu trưởng
"""


@pytest.fixture
def roster(office: Path, run: Run, tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    ended = run("people", "import", tmp_path / "people.csv", tmp_path / "units.csv")
    assert ended.code == 0, ended.err
    assert "1 đơn vị (1 mới), 3 người (3 mới)" in ended.err
    return office


def test_every_command_has_vietnamese_help(run: Run) -> None:
    def commands(group: object, words: tuple[str, ...]) -> list[tuple[str, ...]]:
        below = getattr(group, "commands", {})
        return [words, *(w for name, c in below.items() for w in commands(c, (*words, name)))]

    for words in commands(phieu, ()):
        ended = run(*words, "--help")
        assert ended.code == 0
        assert ended.out.startswith("Cách dùng: ")
        assert not re.search(r"\b(Usage|Options|Commands|Show this|Error)\b", ended.out)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("nonsense",), "không có lệnh này"),
        (("results", "decide"), "thiếu tùy chọn --period"),
        (("results", "decide", "--period", "2026-Q5"), "2026-Q5"),
        (("readings", "export", "--period", "2026", "--format", "docx"), "docx"),
        (("scans", "ingest"), "thiếu TỆP_HOẶC_THƯ_MỤC"),
        (("people", "import", "x.csv", "--quick"), "không có tùy chọn --quick"),
    ],
)
def test_wrong_usage_is_2_and_says_what(run: Run, words: tuple[str, ...], complaint: str) -> None:
    ended = run(*words)
    assert ended.code == 2
    assert complaint in ended.err
    assert ended.out == ""


def test_no_workspace_is_3_and_says_how_to_make_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PHIEU_WORKSPACE", raising=False)
    ended = run("scans", "status")
    assert ended.code == 3
    assert "phieu init" in ended.err


def test_a_bad_table_stores_nothing_and_lists_every_fault(
    office: Path, run: Run, tmp_path: Path
) -> None:
    bad = PEOPLE.replace("01/02/1980", "31/02/1980").replace("GV2,", "GV1,")
    (tmp_path / "people.csv").write_text(bad, encoding="utf-8")
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    ended = run("people", "import", tmp_path / "people.csv", tmp_path / "units.csv")
    assert ended.code == 3
    assert "dòng 2" in ended.err
    assert "31/02/1980" in ended.err
    assert "dòng 3" in ended.err
    assert "chưa lưu gì" in ended.err
    assert run("forms", "print", "--form", "03B", "--period", "2026-Q4").code == 3


def test_a_dry_run_stores_nothing(office: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    ended = run("people", "import", tmp_path / "people.csv", tmp_path / "units.csv", "--dry-run")
    assert ended.code == 0
    assert "chưa lưu" in ended.err
    assert "Chưa có người nào" in run("results", "decide", "--period", "2026-Q4").err


def test_printing_twice_gives_the_same_sheets(roster: Path, run: Run) -> None:
    words = ("forms", "print", "--form", "03B", "--period", "2026-Q4")
    assert run(*words).code == 0
    folder = roster / "out" / "2026-Q4" / "03B"
    index = json.loads((folder / "print-index.json").read_text(encoding="utf-8"))
    assert {key: index[key] for key in ("schema", "set", "form", "period")} == {
        "schema": "phieu.print/1",
        "set": "long_bien_2021",
        "form": "03B",
        "period": "2026-Q4",
    }
    assert [s["person_id"] for s in index["sheets"]] == ["GV1", "GV2"]
    assert [(s["first_page"], s["pages"]) for s in index["sheets"]] == [
        (2, 2),
        (4, 2),
    ]  # a cover first
    with pikepdf.open(folder / index["sheets"][0]["file"]) as pdf:
        assert len(pdf.pages) == 5
    assert run(*words).code == 0
    assert json.loads((folder / "print-index.json").read_text(encoding="utf-8")) == index


def test_only_the_people_named_are_printed_and_the_wrong_group_is_refused(
    roster: Path, run: Run, tmp_path: Path
) -> None:
    ended = run(
        *("forms", "print", "--form", "03B", "--period", "2026-Q4", "--out", tmp_path / "out"),
        *("--person", "GV2", "--person", "HT1"),
    )
    assert ended.code == 3
    index = json.loads((tmp_path / "out" / "print-index.json").read_text(encoding="utf-8"))
    assert [s["person_id"] for s in index["sheets"]] == ["GV2"]
    assert [r["person_id"] for r in index["refused"]] == ["HT1"]
    assert "HT1" in ended.err
    assert "Lê Thị Mẫu" not in ended.err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--form", "09X", "--period", "2026-Q4"), "09X"),
        (("--form", "03B", "--period", "2026"), "2021-Q4"),
        (("--form", "03B", "--period", "2021-Q3"), "2021-Q4"),
        (("--form", "03B", "--period", "2026-Q4", "--unit", "XX"), "XX"),
        (("--form", "03B", "--period", "2026-Q4", "--person", "ZZ"), "ZZ"),
    ],
)
def test_what_cannot_be_printed_is_3_and_named(
    roster: Path, run: Run, words: tuple[str, ...], complaint: str
) -> None:
    ended = run("forms", "print", *words)
    assert ended.code == 3
    assert complaint in ended.err
    assert not (roster / "out" / "2026-Q4").exists()


def test_bad_files_are_named_and_the_good_ones_done(roster: Path, run: Run, tmp_path: Path) -> None:
    batch = tmp_path / "batch"
    batch.mkdir()
    (batch / "empty.pdf").write_bytes(b"")
    (batch / "letter.pdf").write_text("Kính gửi", encoding="utf-8")
    Image.new("L", (827, 1169), 255).save(batch / "white.png", dpi=(100, 100))
    ended = run("scans", "ingest", batch, "--workers", "1", "--json")
    assert ended.code == 3
    report = json.loads(ended.out)
    assert [(file["name"], file["state"], file["code"]) for file in report["files"]] == [
        ("empty.pdf", "refused", "unreadable_file"),
        ("letter.pdf", "refused", "unreadable_file"),
        ("white.png", "new", None),
    ]
    assert report["pages_read"] == 1
    kept = list((roster / "scans").iterdir())
    assert [path.suffix for path in kept] == [".png"]
    again = json.loads(run("scans", "ingest", batch / "white.png", "--workers", "1", "--json").out)
    assert [file["state"] for file in again["files"]] == ["known"]
    assert again["pages_read"] == 0
    exported = json.loads(run("readings", "export", "--period", "2026-Q4", "--format", "json").out)
    assert exported["schema"] == "phieu.readings/1"
    assert [(r["source"], r["source_page"], r["code"]) for r in exported["rejects"]] == [
        ("empty.pdf", None, "unreadable_file"),
        ("letter.pdf", None, "unreadable_file"),
        ("white.png", 1, "blank_page"),
    ]


def test_a_reader_with_a_broken_file_says_so_instead_of_blaming_the_pages(
    roster: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    white = tmp_path / "white.png"
    Image.new("L", (827, 1169), 255).save(white, dpi=(100, 100))
    broken = tmp_path / "weights"
    shutil.copytree(networks.WEIGHTS, broken)
    (broken / "digits.onnx").write_bytes(b"")
    with monkeypatch.context() as installed:
        installed.setattr(networks, "WEIGHTS", broken)
        networks._network.cache_clear()
        ended = run("scans", "ingest", white, "--workers", "1")
    networks._network.cache_clear()
    assert ended.code == 4
    assert "digits.onnx" in ended.err
    assert "./setup.sh" in ended.err
    # The batch is not spoilt: after the repair the same file is read.
    again = json.loads(run("scans", "ingest", white, "--workers", "1", "--json").out)
    assert again["pages_read"] == 1


def test_status_before_anything_is_printed_says_what_to_do(office: Path, run: Run) -> None:
    ended = run("scans", "status")
    assert ended.code == 0
    assert "phieu forms print" in ended.err


def test_status_names_the_missing_sheets_by_unit(roster: Path, run: Run) -> None:
    run("forms", "print", "--form", "03B", "--period", "2026-Q4")
    status = json.loads(run("scans", "status", "--period", "2026-Q4", "--json").out)
    (unit,) = status["units"]
    assert (unit["unit_id"], unit["form"], unit["printed"]) == ("TH", "03B", 2)
    assert [sheet["person_id"] for sheet in unit["missing"]] == ["GV1", "GV2"]


def test_nobody_has_a_result_before_the_scans(roster: Path, run: Run) -> None:
    run("forms", "print", "--form", "03B", "--period", "2026-Q4")
    ended = run("results", "decide", "--period", "2026-Q4", "--json")
    assert ended.code == 5
    people = json.loads(ended.out)["people"]
    assert {person["status"] for person in people} == {"chua_co_ket_qua"}


def test_demo_never_removes_a_folder_that_is_not_a_demo(office: Path, run: Run) -> None:
    ended = run("demo", office)
    assert ended.code == 3
    assert (office / "phieu.toml").is_file()


def test_stale_build_is_named_and_not_printed(roster: Path, run: Run, tmp_path: Path) -> None:
    """An office's own copy of the templates, with a word changed in a criterion."""
    copy = tmp_path / "office" / "mau"
    for path in sorted((DEFAULT_TEMPLATES / "long_bien_2021").rglob("*")):
        if path.is_file():
            target = copy / path.relative_to(DEFAULT_TEMPLATES)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    settings = roster / "phieu.toml"
    settings.write_text('templates = "mau"\n' + settings.read_text("utf-8"), encoding="utf-8")
    words = ("forms", "print", "--form", "03B", "--period", "2026-Q4")
    assert run(*words).code == 0
    criteria = copy / "long_bien_2021" / "criteria_03b.yaml"
    text = criteria.read_text(encoding="utf-8")
    criteria.write_text(text.replace("gọn gàng", "sạch sẽ"), encoding="utf-8")
    ended = run(*words)
    assert ended.code == 3
    assert "phieu forms build --form 03B" in ended.err


def test_a_school_outside_the_regulation_is_told_and_taken(
    office: Path, run: Run, tmp_path: Path
) -> None:
    """R-000-01."""
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    units = UNITS.replace("Trường Tiểu học Hoa Mẫu", "Trường THPT Hoa Mẫu")
    (tmp_path / "units.csv").write_text(units, encoding="utf-8")
    ended = run("people", "import", tmp_path / "people.csv", tmp_path / "units.csv")
    assert ended.code == 0
    assert "TH: tên có “THPT”" in ended.err
    assert "R-000-01" in ended.err


def test_an_evaluator_who_is_the_person_is_refused(office: Path, run: Run, tmp_path: Path) -> None:
    """R-000-05."""
    (tmp_path / "people.csv").write_text(PEOPLE.replace("vc,HT1", "vc,GV2"), encoding="utf-8")
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    ended = run("people", "import", tmp_path / "people.csv", tmp_path / "units.csv")
    assert ended.code == 3
    assert "dòng 3, cột “Mã người đánh giá”: “GV2”" in ended.err


def test_a_month_outside_the_quarter_is_refused(roster: Path, run: Run, tmp_path: Path) -> None:
    table = tmp_path / "ratings.csv"
    table.write_text(
        'Mã CBCCVC,Tháng,Xếp loại,Điểm ý thức kỷ luật\nGV1,2026-10,A,"20"\nGV1,2026-09,B,"19,5"\n',
        encoding="utf-8",
    )
    ended = run("ratings", "import", table, "--period", "2026-Q4")
    assert ended.code == 3
    assert "dòng 3, cột “Tháng”: “2026-09”" in ended.err
    assert run("ratings", "import", table).code == 0


def test_the_records_file_names_what_is_missing(roster: Path, run: Run) -> None:
    """R-000-30."""
    ended = run("results", "records", "--period", "2026-Q4", "--json")
    assert ended.code == 5
    (unit,) = json.loads(ended.out)["units"]
    missing = {
        piece["form"]: (piece["present"], piece["expected"])
        for piece in unit["pieces"]
        if piece["present"] < piece["expected"]
    }
    assert missing == {"03A": (0, 1), "03B": (0, 2), "04": (0, 1), "05A": (0, 1)}
    assert run("results", "publish", "--period", "2026-Q4", "--form", "04").code == 5
    (unit,) = json.loads(run("results", "records", "--period", "2026-Q4", "--json").out)["units"]
    there = {piece["form"] for piece in unit["pieces"] if piece["present"] >= piece["expected"]}
    assert "04" in there
    assert not unit["complete"]

"""An invented regulation goes the whole way as a folder of data, by the commands of an office:
print, pen, scan, verdict, list. Not a line of the program knows its forms, sides, values or levels.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from docx import Document

from ocr.layout import Layout, load_layout
from pipeline.cli.main import phieu
from pipeline.config import DEFAULT_TEMPLATES
from pipeline.store.connection import close_store
from tests.forms.tiny_set import make_tiny_set
from tests.work.pen_and_scanner import scan

UNITS = """unit_id,name,parent_name,block,header_style,place
A,Đơn vị Mẫu A,Hội Mẫu,doan_the,custom,Mẫu
"""
PEOPLE = """person_id,full_name,birth_date,position,unit_id,group
A1,Lê Đạt Mẫu,1980,Chuyên viên,A,cc
A2,Vũ Kém Mẫu,1981,Chuyên viên,A,lanh_dao
A3,Trần Vừa Mẫu,1982,Chuyên viên,A,vc
A4,Đỗ Thiếu Mẫu,1983,Chuyên viên,A,nld
"""
ITEMS = [f"A.{c}.{n}" for c in (1, 2) for n in (1, 2, 3)]


@dataclass(frozen=True)
class Way:
    """What the commands said."""

    root: Path
    index: dict[str, Any]
    readings: dict[str, Any]
    results: dict[str, Any]


def _run(root: Path, *words: str | Path) -> str:
    ended = CliRunner().invoke(
        phieu, [*map(str, words), "--workspace", str(root)], catch_exceptions=False
    )
    close_store()
    assert ended.exit_code in (0, 5), ended.output
    return ended.stdout


def _ratings() -> str:
    """Twelve months for each person: A1, A2 and A4 the middle level, A3 once the lowest."""
    rows = [
        f"{who},2030-{month:02d},{'K' if (who, month) == ('A3', 7) else 'V'},20,"
        for who in ("A1", "A2", "A3", "A4")
        for month in range(1, 13)
    ]
    return "\n".join(("person_id,month,class,discipline,reason", *rows, ""))


def _ink(jury: dict[str, str], result: str) -> dict[str, object]:
    """Oneself all "tot", the jury as said and else "tot"; totals as counted; both sign."""
    marks = {item: jury.get(item, "tot") for item in ITEMS}
    ink: dict[str, object] = {f"{item}/ban_than": "tot" for item in ITEMS}
    ink |= {f"{item}/hoi_dong": value for item, value in marks.items()}
    ink["total/ban_than/tot"] = 6
    for value in set(marks.values()):
        ink[f"total/hoi_dong/{value}"] = list(marks.values()).count(value)
    return ink | {"overall": result, "signature/ban_than": True, "signature/hoi_dong": True}


SHEETS = {
    "A1": _ink({"A.2.2": "kha"}, "tot"),
    "A2": _ink({"A.1.1": "kem", "A.2.3": "kha"}, "kem"),
    "A3": _ink({}, "tot"),
}
"""A1 passes with 5 of 6, A2 fails with 4, A3 has all and a month too low, A4 does not come."""


@pytest.fixture(scope="module")
def way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Way]:
    root = tmp_path_factory.mktemp("other") / "office"
    assert CliRunner().invoke(phieu, ["init", str(root)]).exit_code == 0
    close_store()
    make_tiny_set(root / "mau")
    settings = root / "phieu.toml"
    text = settings.read_text(encoding="utf-8").replace("long_bien_2021", "tiny_2030", 1)
    settings.write_text(f'templates = "mau"\n{text}', encoding="utf-8")
    tables = root.parent
    for name, content in (("units", UNITS), ("people", PEOPLE), ("monthly", _ratings())):
        (tables / f"{name}.csv").write_text(content, encoding="utf-8")
    _run(root, "forms", "build")
    _run(root, "people", "import", tables / "units.csv", tables / "people.csv")
    _run(root, "ratings", "import", tables / "monthly.csv")
    _run(root, "forms", "print", "--form", "T1", "--period", "2030")
    out = root / "out/2030/T1"
    index = json.loads((out / "print-index.json").read_text(encoding="utf-8"))
    layout = load_layout(root / "mau/tiny_2030/built/T1.layout.json")
    _scan(out, index, layout, tables / "scans")
    _run(root, "scans", "ingest", tables / "scans", "--workers", "1", "--json")
    words = ("--period", "2030")
    readings = json.loads(_run(root, "readings", "export", *words, "--format", "json"))
    results = json.loads(_run(root, "results", "decide", *words, "--json"))
    _run(root, "results", "publish", *words)
    _run(root, "results", "summary", *words)
    yield Way(root, index, readings, results)
    close_store()


def _scan(out: Path, index: dict[str, Any], layout: Layout, target: Path) -> None:
    for sheet in index["sheets"]:
        ink = SHEETS.get(sheet["person_id"])
        if ink is not None:
            for page in layout.pages:
                number = sheet["first_page"] + page.number - 1
                name = f"{sheet['person_id']}-{page.number}.jpg"
                scan(out / sheet["file"], number, page, target / name, number, ink)


def test_the_marks_are_read_in_its_own_words(way: Way) -> None:
    sheets = {sheet["person_id"]: sheet for sheet in way.readings["sheets"]}
    assert set(sheets) == set(SHEETS)
    for person_id, sheet in sheets.items():
        assert sheet["flags"] == []
        read = {
            f"{item['id']}/{side}": item[side]["value"]
            for item in sheet["items"]
            for side in ("ban_than", "hoi_dong")
        }
        wanted = {name: value for name, value in SHEETS[person_id].items() if name in read}
        assert read == wanted
        assert sheet["overall"]["value"] == SHEETS[person_id]["overall"]
    assert sheets["A2"]["totals"]["hoi_dong"]["kem"]["written"] == 1


def test_its_rules_decide(way: Way) -> None:
    people = {person["person_id"]: person for person in way.results["people"]}
    assert {person_id: person["status"] for person_id, person in people.items()} == {
        "A1": "dat",
        "A2": "chua_dat",
        "A3": "chua_dat",
        "A4": "chua_co_ket_qua",
    }
    reasons = {r["code"]: r for r in people["A2"]["reasons"]}
    assert reasons["form_failed"]["rule"] == "T-1"
    assert "4/6" in reasons["form_failed"]["message"]
    assert [(r["rule"], r["month"]) for r in people["A3"]["reasons"]] == [("T-2", "2030-07")]


def test_its_list_names_who_passed(way: Way) -> None:
    (docx,) = (way.root / "out/2030/T9").glob("**/*.docx")
    document = Document(str(docx))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "Lê Đạt Mẫu" in cells
    assert not {"Vũ Kém Mẫu", "Trần Vừa Mẫu", "Đỗ Thiếu Mẫu"} & set(cells)
    text = "\n".join([*cells, *(paragraph.text for paragraph in document.paragraphs)])
    assert "HỘI MẪU VIỆT NAM" in text
    assert "Người được công nhận năm 2030" in text
    assert "Long Biên" not in text


def test_it_is_summed_up_for_leadership(way: Way) -> None:
    command = ["pdftotext", "-layout", str(way.root / "out/2030/summary/summary-2030.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert "Nội dung thử 2-3" in text
    assert "Đơn vị Mẫu A" in text


def test_its_cover_speaks_its_words_and_names_no_day(way: Way) -> None:
    pdf = way.root / "out/2030/T1" / way.index["sheets"][0]["file"]
    command = ["pdftotext", "-layout", "-l", "1", str(pdf), "-"]
    text = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    words = " ".join(text.split())
    assert "“tot” hoặc “kha” hoặc “kem”" in words
    assert "“Kết luận”" in words
    assert "HỘI MẪU VIỆT NAM" in words
    assert "Thời hạn" not in words


def test_its_sheets_are_still_read_when_the_office_takes_up_another(way: Way) -> None:
    shutil.copytree(DEFAULT_TEMPLATES / "long_bien_2021", way.root / "mau/long_bien_2021")
    settings = way.root / "phieu.toml"
    before = settings.read_text(encoding="utf-8")
    settings.write_text(before.replace("tiny_2030", "long_bien_2021", 1), encoding="utf-8")
    try:
        words = ("readings", "export", "--period", "2030", "--format", "json")
        assert json.loads(_run(way.root, *words)) == way.readings
    finally:
        settings.write_text(before, encoding="utf-8")

"""Mẫu 01 from the print file to the register: copies, cover, scans (R-000-07, 31, 32, 33)."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ocr.layout import PageLayout
from pipeline.batch import Inline
from pipeline.config import DEFAULT_TEMPLATES, create_workspace
from pipeline.errors import BadInput, BadSet
from pipeline.forms.built import load_built
from pipeline.people import Person, Roster, Unit
from pipeline.periods import Period
from pipeline.ratings import Commitment
from pipeline.scans.export import to_document
from pipeline.store import queries
from pipeline.store.connection import close_store, open_store
from pipeline.work.office import Office, open_office
from pipeline.work.printing import PrintReport, Selection, print_forms
from pipeline.work.progress import arrivals
from pipeline.work.readings import load_readings
from pipeline.work.scans import ingest
from tests.work.pen_and_scanner import scan

YEAR = Period.parse("2026")
UNITS = (
    Unit("TH", "Trường Tiểu học Mẫu", "UBND quận Mẫu", "truong_hoc", "", "state", "Mẫu", "HT"),
    Unit("DU", "Đảng ủy phường Mẫu", "Quận ủy Mẫu", "dang", "", "party", "Mẫu", "BÍ THƯ"),
)


def _person(person_id: str, name: str, unit: str, group: str, managed_by: str) -> Person:
    return Person(
        person_id,
        name,
        "1980-05-17",
        "Chức vụ mẫu",
        unit,
        group,
        party_member=False,
        managed_by=managed_by,
        manager_id="",
        evaluator_id="",
        order=None,
    )


PEOPLE = (
    _person("TH1", "Lê Ân", "TH", "lanh_dao", "btv_quan_uy"),
    _person("TH2", "Vũ Mẫu", "TH", "vc", "don_vi"),
    _person("TH3", "Vũ Mẫu", "TH", "nld", "don_vi"),
    _person("DU1", "Trần Mẫu", "DU", "lanh_dao", "btv_quan_uy"),
    _person("DU2", "Trần Tỵ", "DU", "cc", "don_vi"),
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    workspace = create_workspace(tmp_path / "office", "long_bien_2021")
    open_store(workspace.database)
    queries.save_roster(
        Roster({unit.unit_id: unit for unit in UNITS}, {who.person_id: who for who in PEOPLE})
    )
    yield open_office(tmp_path / "office")
    close_store()


def _print(office: Office) -> PrintReport:
    return print_forms(office, "01", YEAR, Selection(), None)


def _page(office: Office) -> PageLayout:
    return load_built(office.form_set, "01").layout.pages[0]


def _words(pdf: Path, page: int) -> str:
    command = ["pdftotext", "-layout", "-f", str(page), "-l", str(page), str(pdf), "-"]
    output = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return " ".join(output.split())


def test_everybody_gets_the_copies_of_the_rules_each_with_its_keeper(office: Office) -> None:
    report = _print(office)
    assert report.refused == ()
    places = {place.person_id: place for place in report.sheets}
    assert {person_id: place.copies for person_id, place in places.items()} == {
        "TH1": ((2, "Trường Tiểu học Mẫu"), (3, "Phòng Nội vụ Quận")),
        "TH2": ((4, "Trường Tiểu học Mẫu"),),
        "TH3": ((5, "Trường Tiểu học Mẫu"),),
        "DU1": ((2, "Đảng ủy phường Mẫu"), (3, "Ban Tổ chức Quận ủy")),
        "DU2": ((4, "Đảng ủy phường Mẫu"),),
    }
    first = places["TH1"]
    for page, keeper in first.copies:
        words = _words(report.folder / first.file, page)
        wanted = ("BẢN CAM KẾT", "quận Long Biên năm 2026", "Lê Ân", "17/05/1980", keeper)
        assert [text for text in (*wanted, first.sheet_id) if text not in words] == []
    index = json.loads((report.folder / "print-index.json").read_text(encoding="utf-8"))
    entry = next(sheet for sheet in index["sheets"] if sheet["person_id"] == "DU1")
    assert (entry["first_page"], entry["pages"]) == (2, 1)
    assert [copy["first_page"] for copy in entry["copies"]] == [2, 3]


def test_the_cover_names_who_has_two_copies_and_where_the_second_goes(office: Office) -> None:
    report = _print(office)
    cover = _words(report.folder / "01-TH-2026.pdf", 1)
    assert "1 TH1 Lê Ân Chức vụ mẫu 02 Phòng Nội vụ Quận 2–3" in cover
    assert "2 TH2 Vũ Mẫu Chức vụ mẫu 01 4" in cover
    assert "30/01/2026" in cover
    assert "3 người, 4 bản, 4 trang: trang 2 đến 5 của tệp" in cover


def test_a_signed_scan_registers_and_an_unsigned_one_is_flagged(
    office: Office, tmp_path: Path
) -> None:
    queries.save_ratings((), (), (Commitment("DU1", 2026, "2026-01-05"),))
    report, page = _print(office), _page(office)
    places = {place.person_id: place for place in report.sheets}
    signed = {"signature/self": True}
    for number, (person_id, copy, ink) in enumerate(
        (("TH1", 0, signed), ("TH1", 1, signed), ("TH2", 0, {}), ("DU1", 1, signed))
    ):
        place = places[person_id]
        file = report.folder / place.file
        scan(file, place.copies[copy][0], page, tmp_path / f"in/{number}.jpg", number, ink)
    taken = ingest(office, [tmp_path / "in"], Inline(), lambda _done, _all: None)
    assert taken.commitments == 1
    assert sorted(queries.load_commitments(2026), key=lambda each: each.person_id) == [
        Commitment("DU1", 2026, "2026-01-05"),
        Commitment("TH1", 2026, ""),
    ]
    readings = load_readings(office, YEAR)
    document = to_document("2026", readings.records, readings.rejects)
    sheets = {sheet["person_id"]: sheet for sheet in document["sheets"]}
    assert {person_id: sheet["status"] for person_id, sheet in sheets.items()} == {
        "TH1": "clean",
        "TH2": "flagged",
        "DU1": "clean",
    }
    plain = sheets["TH1"]
    assert (plain["form"], plain["items"], plain["totals"]) == ("01", [], {"self": {}})
    assert plain["overall"] is None
    assert plain["signatures"] == {"self": {"present": True, "flagged": False}}
    flags = [(flag["code"], flag["where"]) for flag in sheets["TH2"]["flags"]]
    assert flags == [("signature_missing", "signature/self")]
    assert [reject["code"] for reject in document["rejects"]] == ["page_repeated"]
    states = {each.unit_id: (each.clean, each.flagged) for each in arrivals(office, YEAR)}
    assert states == {"DU": (1, 0), "TH": (1, 1)}
    again = ingest(office, [tmp_path / "in"], Inline(), lambda _done, _all: None)
    assert (again.commitments, again.pages_read) == (0, 0)


def test_the_cover_is_no_form_when_it_is_scanned(office: Office, tmp_path: Path) -> None:
    report = _print(office)
    scan(report.folder / "01-TH-2026.pdf", 1, _page(office), tmp_path / "in/cover.jpg", 1, {})
    ingest(office, [tmp_path / "in"], Inline(), lambda _done, _all: None)
    assert [row.code for row in queries.load_rejected_pages()] == ["foreign_page"]


@pytest.mark.parametrize("period", ["2026-Q4", "2026-10", "2020"])
def test_a_commitment_is_for_a_year_of_the_regulation(office: Office, period: str) -> None:
    with pytest.raises(BadInput, match=r"2021|mẫu 01"):
        print_forms(office, "01", Period.parse(period), Selection(), None)


def test_the_cover_of_an_evaluation_has_its_day_and_who_receives_the_scans(office: Office) -> None:
    root = office.workspace.root
    settings = root / "phieu.toml"
    text = settings.read_text(encoding="utf-8").replace('scans_to = ""', 'scans_to = "P. Mẫu"')
    settings.write_text(text, encoding="utf-8")
    close_store()
    quarter = Period.parse("2026-Q4")
    report = print_forms(open_office(root), "03B", quarter, Selection(("TH",)), None)
    cover = _words(report.folder / "03B-TH-2026-Q4.pdf", 1)
    assert "Đánh giá việc thực hiện bộ tiêu chí Quý IV/2026: thứ Sáu 25/12/2026." in cover
    assert "về P. Mẫu." in cover
    assert [(place.first_page, place.copies) for place in report.sheets] == [(2, ()), (4, ())]
    assert "Vũ Mẫu" in _words(report.folder / "03B-TH-2026-Q4.pdf", 2)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("routing.yaml", "to: phong_noi_vu", "to: phong_khac"),
        ("routing.yaml", "managed_by: [btv_thanh_uy]", "managed_by: [tinh_uy]"),
        ("calendar.yaml", "30/01", "31/02"),
        ("set.yaml", "template: mau_01.docx", "template: mau_1.docx"),
    ],
)
def test_a_faulty_set_is_named_and_nothing_is_printed_or_stored(
    office: Office, file: str, old: str, new: str
) -> None:
    root = office.workspace.root
    copy = root / "mau" / "long_bien_2021"
    shutil.copytree(DEFAULT_TEMPLATES / "long_bien_2021", copy)
    shutil.copy(DEFAULT_TEMPLATES / "holidays.yaml", root / "mau")
    settings = root / "phieu.toml"
    settings.write_text('templates = "mau"\n' + settings.read_text("utf-8"), encoding="utf-8")
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    close_store()
    with pytest.raises(BadSet, match=file.replace(".", r"\.")):
        print_forms(open_office(root), "01", YEAR, Selection(), None)
    assert not (root / "out" / "2026").exists()
    assert queries.load_sheets() == {}

"""``phieu results`` on an office with commitments, ratings and achievements, but scans left out:
what can be decided and published without them, and what the files are."""

import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from docx import Document

from pipeline.cli.main import phieu
from pipeline.config import create_workspace
from pipeline.errors import BadInput, ExitCode
from pipeline.names import people_in_order
from pipeline.people import Person, Roster, Unit
from pipeline.periods import Period
from pipeline.ratings import Achievement, AnnualRating, Commitment, Ratings
from pipeline.store import queries
from pipeline.store.connection import close_store, open_store
from pipeline.work.office import Office, open_office
from pipeline.work.results import decide_office, publish_lists

Q4, YEAR = Period.parse("2026-Q4"), Period.parse("2026")
UNITS = (
    Unit("TH", "Trường Tiểu học Mẫu", "UBND quận Mẫu", "truong_hoc", "", "state", "Mẫu", "HT"),
    Unit("DU", "Đảng ủy phường Mẫu", "Quận ủy Mẫu", "dang", "", "party", "Mẫu", "BÍ THƯ"),
)


def _person(person_id: str, name: str, unit: str, group: str = "vc") -> Person:
    return Person(
        person_id,
        name,
        "1980",
        "Chức vụ",
        unit,
        group,
        party_member=True,
        managed_by="don_vi",
        manager_id="",
        evaluator_id="",
        order=None,
    )


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    root = tmp_path_factory.mktemp("office") / "w"
    workspace = create_workspace(root, "long_bien_2021")
    open_store(workspace.database)
    people = (
        _person("TH1", "Vũ Mẫu", "TH"),
        _person("TH2", "Lê Ân", "TH", "lanh_dao"),
        _person("DU1", "Trần Mẫu", "DU", "cc"),
    )
    queries.save_roster(
        Roster({unit.unit_id: unit for unit in UNITS}, {who.person_id: who for who in people})
    )
    queries.save_all_ratings(
        Ratings(
            (),
            tuple(AnnualRating(who.person_id, 2026, "hoan_thanh_xuat_sac") for who in people),
            (Commitment("TH1", 2026, "2026-03-05"), Commitment("DU1", 2026, "2026-01-05")),
            (Achievement("TH1", 2026, 4, "Có 02 sáng kiến"),),
        )
    )
    yield open_office(root)
    close_store()


def test_a_year_publishes_its_forms_and_02_lists_the_signers(office: Office) -> None:
    published = publish_lists(office, YEAR)
    assert {each.form_id for each in published} == {"02", "04", "05A"}
    signed = {each.issuer_id: each.listed for each in published if each.form_id == "02"}
    assert signed == {"TH": 1, "DU": 1}
    waiting = {each.issuer_id: each.waiting for each in published if each.form_id == "04"}
    assert waiting == {"TH": 2, "DU": 1}
    for each in published:
        assert each.pdf.read_bytes().startswith(b"%PDF-")
        assert each.docx.is_file()
    table = Document(str(office.workspace.out / "2026/02/02-TH-2026.docx")).tables[-1]
    assert [cell.text for cell in table.rows[2].cells][:5] == [
        "1",
        "Vũ Mẫu",
        "1980",
        "Chức vụ",
        "x",
    ]
    assert (office.workspace.out / "2026/05A/tong-hop/05A-tong-hop-2026.pdf").is_file()


def test_without_a_form_result_an_achievement_is_not_published(office: Office) -> None:
    """R-000-25: the text alone is not enough."""
    published = publish_lists(office, Q4, ["05B"])
    assert [each.docx.name for each in published] == [
        "05B-TH-2026-Q4.docx",
        "05B-tong-hop-phong_noi_vu-2026-Q4.docx",
        "05B-tong-hop-2026-Q4.docx",
    ]
    assert [(each.listed, each.waiting) for each in published] == [(0, 1)] * 3
    text = "\n".join(
        cell.text
        for table in Document(str(published[0].docx)).tables
        for row in table.rows
        for cell in row.cells
    )
    assert "sáng kiến" not in text
    assert "Vũ Mẫu" not in text


def test_what_cannot_be_published_is_said_and_nothing_written(office: Office) -> None:
    with pytest.raises(BadInput, match="09"):
        publish_lists(office, Q4, ["04", "09"])
    for period in ("2026-10", "2021-Q3", "2020"):
        with pytest.raises(BadInput):
            publish_lists(office, Period.parse(period))
        assert not (office.workspace.out / period).exists()
    with pytest.raises(BadInput, match="quý"):
        decide_office(office, Period.parse("2026-10"))


def test_the_order_is_that_of_names_when_the_roster_has_none(office: Office) -> None:
    decided = decide_office(office, YEAR)
    assert [who.person_id for who in decided.people] == ["TH2", "DU1", "TH1"]
    assert decided.people == people_in_order(decided.roster.people.values())


def _run(office: Office, *words: str) -> Result:
    return CliRunner().invoke(phieu, [*words, "--workspace", str(office.workspace.root)])


def test_decide_of_a_year_in_json_has_quarters_warnings_and_awards(office: Office) -> None:
    runner = CliRunner()
    root = str(office.workspace.root)
    ended = runner.invoke(
        phieu,
        ["results", "decide", "--period", "2026", "--json", "--workspace", root],
        standalone_mode=False,
    )
    assert ended.return_value is ExitCode.NEEDS_PERSON
    document = json.loads(ended.stdout)
    people = {person["person_id"]: person for person in document["people"]}
    assert people["TH1"]["status"] == "chua_co_ket_qua"
    assert set(people["TH1"]["quarters"]) == {f"2026-Q{n}" for n in range(1, 5)}
    codes = {w["code"]: w["rule"] for w in people["TH1"]["warnings"]}
    assert codes == {"no_evaluator": "", "late_commitment": "R-000-09"}
    awards = {p["person_id"]: p["proposed"] for p in document["awards"]["05A"]}
    assert awards == {"TH1": "waiting", "TH2": "waiting", "DU1": "waiting"}
    assert [p["person_id"] for p in document["awards"]["05B"]] == ["TH1"]


def test_achievements_come_in_by_a_sheet_of_the_ratings(office: Office, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("Thành tích")
    sheet.append(["Mã CBCCVC", "Quý", "Trích ngang thành tích"])
    sheet.append(["DU1", "Quý III/2026", "Vượt chỉ tiêu"])
    book.save(tmp_path / "t.xlsx")
    ended = _run(office, "ratings", "import", str(tmp_path / "t.xlsx"))
    assert ended.exit_code == 0, ended.output
    open_store(office.workspace.database)
    assert Achievement("DU1", 2026, 3, "Vượt chỉ tiêu") in queries.load_achievements(2026)

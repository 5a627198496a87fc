"""The database keeps what was read, gives back what was put in, and serves several commands."""

import multiprocessing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError

from pipeline.people import Person, Roster, Unit
from pipeline.ratings import AnnualRating, Commitment, MonthlyRating
from pipeline.store import batch_queries, models, queries
from pipeline.store.connection import close_store, open_store
from pipeline.store.queries import FileRejectRow, PageRow, ScanFileRow, SheetRow
from tests.scans.page_readings import SHEET, read_pages

UNIT = Unit("TH", "Trường Mẫu", "", "truong_hoc", "quận", "state", "Mẫu", "Hiệu trưởng")
PEOPLE = {
    f"P{number}": Person(
        person_id=f"P{number}",
        full_name="Nguyễn Thị Mẫu",
        birth_date="1980",
        position="Giáo viên",
        unit_id="TH",
        group="vc",
        party_member=number % 2 == 0,
        managed_by="don_vi",
        manager_id="",
        evaluator_id="",
        order=None,
    )
    for number in range(3)
}
PRINTED = SheetRow(
    SHEET.sheet_id, "long_bien_2021", SHEET.set_code, SHEET.form, SHEET.version, "2026-Q4", "P1", 2
)
FILE = ScanFileRow("ab" * 32, "scan.pdf", "pdf", 2)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "phieu.sqlite3"
    open_store(path)
    queries.save_roster(Roster({"TH": UNIT}, PEOPLE))
    queries.save_sheets([PRINTED])
    queries.save_scan_file(FILE)
    return path


def _page(number: int) -> PageRow:
    reading = read_pages()[number - 1]
    return PageRow(FILE.sha256, FILE.name, number, SHEET.sheet_id, number, reading, "", "")


@pytest.mark.usefixtures("database")
def test_a_reading_comes_back_as_it_was() -> None:
    for number in (2, 1):
        queries.save_page(_page(number))
    assert queries.load_pages([SHEET.sheet_id]) == (_page(2), _page(1))
    assert queries.pages_done(FILE.sha256) == {1, 2}
    assert queries.sheets_in_files([FILE.sha256]) == {SHEET.sheet_id}


@pytest.mark.usefixtures("database")
def test_pages_of_a_batch_come_by_name_whichever_process_was_done_first() -> None:
    first, second = batch_queries.open_batch(None), batch_queries.open_batch(None)
    names = {"c.jpg": first, "b.jpg": first, "e.jpg": first, "a.jpg": second, "d.jpg": second}
    for number, (name, batch) in enumerate(names.items()):
        file = ScanFileRow(f"{number:064}", name, "jpg", 1)
        queries.save_scan_file(file, batch)
        assigned = name == "d.jpg"
        page = replace(_page(1), file_sha256=file.sha256, file_name=name, batch=batch)
        queries.save_page(replace(page, read_as=assigned))
    found = [row.file_name for row in queries.load_pages([SHEET.sheet_id])]
    assert found == ["b.jpg", "c.jpg", "e.jpg", "a.jpg", "d.jpg"]


@pytest.mark.usefixtures("database")
def test_the_newest_outcome_of_a_page_counts_and_the_old_one_stays() -> None:
    unreadable = replace(_page(1), reading=None, reject_code="poor_image", reject_message="…")
    queries.save_page(unreadable)
    assert [row.code for row in queries.load_rejected_pages()] == ["poor_image"]
    queries.save_page(_page(1))
    assert queries.load_rejected_pages() == ()
    assert queries.load_pages([SHEET.sheet_id]) == (_page(1),)
    assert models.PageOutcome.objects.count() == 2


@pytest.mark.usefixtures("database")
def test_what_was_read_cannot_be_changed_or_deleted() -> None:
    queries.save_page(_page(1))
    queries.save_file_reject(FileRejectRow("cd" * 32, "x.pdf", "unreadable_file", "…"))
    for model in (
        models.PageOutcome,
        models.ScanFile,
        models.FileReject,
    ):
        with pytest.raises(IntegrityError, match="append-only"):
            model.objects.update(**{"name" if hasattr(model, "name") else "number": "9"})
        with pytest.raises(IntegrityError, match="append-only"):
            model.objects.all()._raw_delete("default")


@pytest.mark.usefixtures("database")
def test_a_new_roster_replaces_people_in_place_and_keeps_their_order() -> None:
    moved = replace(PEOPLE["P1"], position="Tổ trưởng", order=4)
    newcomer = replace(PEOPLE["P1"], person_id="P9")
    queries.save_roster(Roster({}, {"P9": newcomer, "P1": moved}))
    people = queries.load_roster().people
    assert list(people) == ["P0", "P1", "P2", "P9"]
    assert people["P1"] == moved


@pytest.mark.usefixtures("database")
def test_ratings_are_replaced_by_person_and_time() -> None:
    first = MonthlyRating("P0", 2026, 10, "hoan_thanh_tot", Decimal("19.50"), "om_dau")
    better = replace(first, level="hoan_thanh_xuat_sac", discipline=None, reason="")
    queries.save_ratings([first], [AnnualRating("P0", 2026, "hoan_thanh")], [])
    assert queries.load_monthly(2026, [10, 11]) == (first,)
    queries.save_ratings([better], [], [Commitment("P0", 2026, "2026-01-20")])
    assert queries.load_monthly(2026, [10, 11]) == (better,)
    assert queries.load_monthly(2026, [11]) == ()
    assert queries.load_commitments(2026) == (Commitment("P0", 2026, "2026-01-20"),)


def test_opening_another_workspace_leaves_the_first(database: Path, tmp_path: Path) -> None:
    open_store(tmp_path / "other.sqlite3")
    assert queries.load_roster().people == {}
    open_store(database)
    assert list(queries.load_roster().people) == ["P0", "P1", "P2"]


def _write_pages(path: Path, count: int) -> None:
    open_store(path)
    for _ in range(count):
        queries.save_page(_page(1))
    close_store()


def test_several_commands_write_at_once_without_losing_a_page(database: Path) -> None:
    close_store()
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_pages, args=(database, 40)) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    open_store(database)
    assert models.PageOutcome.objects.count() == 120

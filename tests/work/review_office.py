"""An office with sheets that were read, to be reviewed: readings are made, not scanned."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from django.contrib.auth.models import Group

from ocr.code import signed
from ocr.reading import MarkState, PageReading
from pipeline.config import create_workspace
from pipeline.people import Person, Roster, Unit
from pipeline.store import models, queries
from pipeline.store.queries import PageRow, ScanFileRow, SheetRow
from pipeline.work.office import Office, open_office
from pipeline.work.queue import refresh_queue
from pipeline.work.review_items import QueueFilter, Reviewer
from tests.scans.page_readings import LAYOUT, read_pages

PERIOD = "2026-Q4"
ALL = QueueFilter(PERIOD)
UNITS = {
    unit_id: Unit(unit_id, "Trường Mẫu", "", "truong_hoc", "quận", "state", "Mẫu", "Hiệu trưởng")
    for unit_id in ("TH", "CS")
}


def make_office(root: Path, *, review: str = "sample_share = 0.0") -> Office:
    """An empty office with two units."""
    create_workspace(root, "long_bien_2021")
    settings = root / "phieu.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text[: text.index("[review]")] + f"[review]\n{review}\n", encoding="utf-8")
    office = open_office(root)
    queries.save_roster(Roster(UNITS, {}))
    return office


def reviewer(name: str, unit_id: str | None = None, *roles: str) -> Reviewer:
    """An account with these roles (duyet at least)."""
    names = frozenset({"duyet", *roles})
    account, created = models.Account.objects.get_or_create(username=name, unit_id=unit_id)
    if created:
        account.groups.set(Group.objects.filter(name__in=names))
    return Reviewer(account.pk, name, unit_id, names)


def file_of(number: int, *, copy: int = 0) -> str:
    """The hash of the file of a sheet."""
    return f"{copy:02d}{number:062d}"


def plain_pages() -> list[PageReading]:
    """Both pages of a plain sheet."""
    return read_pages()


def spoilt(
    pages: Iterable[PageReading], places: Mapping[str, tuple[MarkState, str | None]]
) -> list[PageReading]:
    """The pages with some choices not plain: state and the machine's proposal by name."""
    return [
        replace(
            page,
            choices=tuple(
                replace(
                    choice,
                    state=places[choice.name][0],
                    value=None,
                    proposal=places[choice.name][1],
                    confidence=0.5,
                )
                if choice.name in places
                else choice
                for choice in page.choices
            ),
        )
        for page in pages
    ]


def scan_sheet(
    office: Office, number: int, pages: Iterable[PageReading], *, unit_id: str = "TH", copy: int = 0
) -> str:
    """Print and scan a sheet of a person of their own, one file a sheet; its id."""
    sheet_id, person_id, sha256 = f"{number:010d}", f"P{number}", file_of(number, copy=copy)
    person = Person(
        person_id=person_id,
        full_name="Nguyễn Thị Mẫu",
        birth_date="1980",
        position="Giáo viên",
        unit_id=unit_id,
        group="vc",
        party_member=False,
        managed_by="don_vi",
        manager_id="",
        evaluator_id="",
        order=None,
    )
    queries.save_roster(Roster({}, {person_id: person}))
    queries.save_sheets(
        [SheetRow(sheet_id, "long_bien_2021", *LAYOUT.key, PERIOD, person_id, len(LAYOUT.pages))]
    )
    readings = list(pages)
    name = f"scan-{number}-{copy}.pdf"
    queries.save_scan_file(ScanFileRow(sha256, name, "pdf", len(readings)))
    for at, reading in enumerate(readings, start=1):
        code = signed(replace(reading.code, sheet_id=sheet_id), office.workspace.key)
        own = replace(reading, code=code)
        queries.save_page(PageRow(sha256, name, at, sheet_id, code.page, own, "", ""))
    refresh_queue(office, files=[sha256])
    return sheet_id

"""An office whose queue holds every kind of item, with pictures behind it: readings are made, the
scans are the printed forms."""

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ocr.geometry import MM_PER_INCH
from ocr.reading import Defect, MarkState, PageReading, Registration
from pipeline.people import Roster, Unit
from pipeline.roles import Role
from pipeline.scans.intake import RENDER_DPI
from pipeline.store import models, queries
from pipeline.store.queries import PageRow, ScanFileRow
from pipeline.work.accounts import create_account
from pipeline.work.audit import COMMAND_LINE
from pipeline.work.files import kept_path
from pipeline.work.office import Office
from pipeline.work.queue import rebuild_queue
from tests.ocr.printed_pages import BUILT
from tests.scans.page_readings import number
from tests.web.conftest import PASSWORD
from tests.work.review_office import make_office, plain_pages, scan_sheet, spoilt

UNITS = ("U1", "U2", "U3", "U4", "U5", "U6")
EVIL_NAME = (
    "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"
)
LOST_PAGE = "f" * 64
_K = RENDER_DPI / MM_PER_INCH
_AS_RENDERED = Registration((_K, 0, -0.5, 0, _K, -0.5, 0, 0, 1), 0.05, 4, 60, 60, 0.0, 1.0)


def empty_office(root: Path) -> Office:
    """An office with units and three reviewers: ``an``, ``binh`` and ``chi``, who sees U2 alone."""
    office = make_office(root)
    shutil.copy(BUILT / "03B.layout.json", office.workspace.layouts)
    units = {
        unit_id: Unit(unit_id, f"Trường {unit_id}", "", "truong_hoc", "quận", "state", "Mẫu", "HT")
        for unit_id in UNITS
    }
    queries.save_roster(Roster(units, {}))
    for name, unit_id in (("an", None), ("binh", None), ("chi", "U2")):
        account = create_account(name, PASSWORD, [Role.DUYET], unit_id, COMMAND_LINE)
        models.Account.objects.filter(pk=account.pk).update(must_change_password=False)
    return office


def add_sheet(
    office: Office, at: int, pages: Iterable[PageReading], unit_id: str, copy: int = 0
) -> str:
    """A sheet with these readings and the printed form as its scan."""
    ready = [replace(page, registration=_AS_RENDERED) for page in pages]
    sheet_id = scan_sheet(office, at, ready, unit_id=unit_id, copy=copy)
    sha256 = f"{copy:02d}{at:062d}"
    shutil.copy(BUILT / "03B.pdf", kept_path(office.workspace, sha256, "pdf"))
    return sheet_id


def doubtful(office: Office, first: int, count: int, unit_id: str) -> list[str]:
    """Sheets with one doubtful row each; the machine proposes Đạt."""
    places = {"I.1.2/self": (MarkState.DOUBTFUL, "dat")}
    return [
        add_sheet(office, at, spoilt(plain_pages(), places), unit_id)
        for at in range(first, first + count)
    ]


def every_flag(office: Office, unit_id: str) -> str:
    """Sheets with every kind of flag a person can settle; the id of the one with spoilt rows."""
    spoilt_rows = {
        "I.1.1/evaluator": (MarkState.CORRECTED, "dat"),
        "I.1.1/self": (MarkState.MISSING, None),
        "I.1.2/self": (MarkState.DOUBLE, None),
        "I.1.3/evaluator": (MarkState.DOUBTFUL, "chua_dat"),
    }
    sheet_id = add_sheet(office, 101, spoilt(plain_pages(), spoilt_rows), unit_id)
    add_sheet(office, 102, _with_total(None), unit_id)
    add_sheet(office, 103, _with_total(16), unit_id)
    overall = {"overall": (MarkState.MISSING, None)}
    add_sheet(office, 104, spoilt(plain_pages(), overall), unit_id)
    unsigned = [
        replace(page, signatures=tuple(replace(each, present=False) for each in page.signatures))
        for page in plain_pages()
    ]
    add_sheet(office, 105, unsigned, unit_id)
    for at, code in ((106, "streak"), (107, "identity_mismatch"), (108, "poor_image")):
        first, *rest = plain_pages()
        flawed = replace(first, defects=(Defect(code, "page", "Cần xem cả trang."),))
        add_sheet(office, at, [flawed, *rest], unit_id)
    add_sheet(office, 109, plain_pages(), unit_id)
    other = spoilt(plain_pages(), {"I.1.1/self": (MarkState.MISSING, None)})
    add_sheet(office, 109, other, unit_id, copy=1)
    rebuild_queue(office)
    return sheet_id


def _with_total(written: int | None) -> list[PageReading]:
    """The first side's total of Đạt left out, or another number."""
    return [
        replace(
            page,
            numbers=tuple(
                number(each.name, written) if each.name == "total/self/dat" else each
                for each in page.numbers
            ),
        )
        for page in plain_pages()
    ]


def lost_page(office: Office) -> None:
    """A scanned page of which nobody knows whose it is."""
    shutil.copy(BUILT / "03B.pdf", kept_path(office.workspace, LOST_PAGE, "pdf"))
    queries.save_scan_file(ScanFileRow(LOST_PAGE, "scan-lost.pdf", "pdf", 1))
    queries.save_page(
        PageRow(LOST_PAGE, "scan-lost.pdf", 1, None, None, None, "no_sheet_code", "Không có mã.")
    )
    rebuild_queue(office)


def rename(sheet_id: str, full_name: str) -> None:
    """Give the person of a sheet another name."""
    person = models.Sheet.objects.get(pk=sheet_id).person_id
    models.Person.objects.filter(pk=person).update(full_name=full_name)

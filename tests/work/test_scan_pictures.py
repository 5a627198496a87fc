"""Pictures of scans: what is cut out is upright and is the place that was asked for."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.images import PageImage, Pixels
from ocr.page import read_page
from ocr.reading import PageReading
from pipeline.config import create_workspace
from pipeline.errors import BadInput
from pipeline.people import Person, Roster, Unit
from pipeline.store import queries, review_queries
from pipeline.store.connection import close_store
from pipeline.store.queries import PageRow, ScanFileRow, SheetRow
from pipeline.work.files import kept_path
from pipeline.work.images import (
    PAGE_PX_PER_MM,
    PART_PX_PER_MM,
    Scan,
    find_scan,
    page_picture,
    part_picture,
    part_rect,
    shown_rect,
)
from pipeline.work.office import Office, open_office
from tests.ocr.printed_pages import BUILT, layout, layouts, printed

ROW = "I.1.1"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office that has printed one sheet of 03B."""
    workspace = create_workspace(tmp_path / "office", "long_bien_2021")
    shutil.copy(BUILT / "03B.layout.json", workspace.layouts)
    office = open_office(workspace.root)
    unit = Unit("TH", "Trường Mẫu", "", "truong_hoc", "quận", "state", "Mẫu", "Hiệu trưởng")
    person = Person("P1", "Người Mẫu", "1980", "", "TH", "vc", False, "don_vi", "", "", None)  # noqa: FBT003 - party member
    queries.save_roster(Roster({"TH": unit}, {"P1": person}))
    sheet = SheetRow("7K3QF9XM2A", "long_bien_2021", *layout("03B").key, "2026-Q4", "P1", 2)
    queries.save_sheets([sheet])
    yield office
    close_store()


def take_in(office: Office, pixels: Pixels, sha256: str, *, read: bool = True) -> Scan:
    """Store a scan of page 1 as if it had been ingested."""
    cv2.imwrite(str(kept_path(office.workspace, sha256, "png")), pixels)
    queries.save_scan_file(ScanFileRow(sha256, f"{sha256}.png", "png", 1))
    reading = read_page(PageImage(pixels, 200), layouts()) if read else None
    assert reading is None or isinstance(reading, PageReading)
    row = PageRow(sha256, f"{sha256}.png", 1, "7K3QF9XM2A", 1, reading, "", "")
    if not read:
        row = PageRow(sha256, f"{sha256}.png", 1, None, None, None, "no_sheet_code", "Không có mã.")
    queries.save_page(row)
    outcome = review_queries.newest_outcome(sha256, 1)
    assert outcome is not None
    scan = find_scan(office, outcome)
    assert scan is not None
    return scan


def marked_page() -> Pixels:
    """Page 1 with the first cell of a row blackened."""
    scan = printed("03B", 1, 200)
    pixels = scan.pixels.copy()
    rect = part_rect(scan.page, f"{ROW}/self/dat")
    assert rect is not None
    corners = np.rint(scan.place(rect.grown(-3).corners)).astype(np.int32)
    cv2.fillPoly(pixels, [corners], (0.0,))
    return pixels


def grey(jpeg: bytes | None) -> Pixels:
    assert jpeg is not None
    decoded = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert decoded is not None
    return decoded.astype(np.uint8, copy=False)


def test_part_shows_the_cells_asked_for_whichever_way_the_page_was_scanned(office: Office) -> None:
    pixels = marked_page()
    pictures = []
    for turns in range(4):
        turned = np.ascontiguousarray(np.rot90(pixels, turns))
        pictures.append(grey(part_picture(take_in(office, turned, f"{turns}" * 64), f"{ROW}/self")))
    rect = part_rect(printed("03B", 1, 200).page, f"{ROW}/self")
    assert rect is not None
    shown = shown_rect(rect)
    wanted = [side * PART_PX_PER_MM for side in (shown.w_mm, shown.h_mm)]
    for picture in pictures:
        height, width = picture.shape
        assert abs(width - wanted[0]) <= 1
        assert abs(height - wanted[1]) <= 1
        left, right = picture[:, : width // 2].mean(), picture[:, width // 2 :].mean()
        assert left < right - 40  # the blackened cell is the left one, upright
        assert np.abs(picture.astype(int) - pictures[0]).mean() < 6


def test_whole_row_holds_both_sides(office: Office) -> None:
    scan = take_in(office, marked_page(), "a" * 64)
    row, side = grey(part_picture(scan, ROW)), grey(part_picture(scan, f"{ROW}/self"))
    assert row.shape[1] / row.shape[0] > 1.5 * side.shape[1] / side.shape[0]


def test_page_is_shown_in_page_coordinates(office: Office) -> None:
    picture = grey(page_picture(take_in(office, np.rot90(marked_page(), 2).copy(), "b" * 64)))
    assert picture.shape == (round(297 * PAGE_PX_PER_MM), round(210 * PAGE_PX_PER_MM))
    rect = part_rect(printed("03B", 1, 200).page, f"{ROW}/self/dat")
    assert rect is not None
    x, y = (round(value * PAGE_PX_PER_MM) for value in rect.centre)
    assert picture[y - 9 : y + 9, x - 9 : x + 9].mean() < 40


def test_page_that_was_not_read_is_shown_as_scanned_and_can_be_turned(office: Office) -> None:
    pixels = marked_page()
    scan = take_in(office, pixels, "c" * 64, read=False)
    assert part_picture(scan, ROW) is None
    plain, turned = grey(page_picture(scan)), grey(page_picture(scan, 90))
    assert plain.shape == turned.shape[::-1]
    assert np.abs(np.rot90(plain, -1).astype(int) - turned).mean() < 3


def test_what_the_page_has_not_is_no_picture(office: Office) -> None:
    scan = take_in(office, marked_page(), "d" * 64)
    assert part_picture(scan, "I.1") is None  # no row: a beginning of names is not a name
    assert part_picture(scan, "../../phieu.key") is None


def test_unit_of_a_scan_is_the_one_it_belongs_to_now(office: Office) -> None:
    scan = take_in(office, marked_page(), "e" * 64)
    assert scan.unit_id == "TH"
    queries.save_page(PageRow("e" * 64, "e.png", 1, None, None, None, "foreign_page", "Trang lạ."))
    again = find_scan(office, scan.outcome_id)
    assert again is not None
    assert again.unit_id is None  # what an older outcome said opens nothing


def test_scan_that_is_gone_says_so(office: Office) -> None:
    scan = take_in(office, marked_page(), "f" * 64)
    kept_path(office.workspace, "f" * 64, "png").unlink()
    with pytest.raises(BadInput, match="bản quét"):
        page_picture(scan)


def test_unknown_outcome(office: Office) -> None:
    assert find_scan(office, 12345) is None

"""Pictures of scans for people who look at them: whole pages, and parts of them cut out upright.

A scan is known by the outcome of reading it, which never changes, so a picture made once may be
kept for as long as there is room. Who may see it is asked every time (:func:`find_scan`).
"""

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import cv2
import numpy as np
from pydantic import TypeAdapter

from ocr.code import PageCode
from ocr.draw import upright_part
from ocr.geometry import Rect
from ocr.images import PageImage, Pixels
from ocr.layout import PageLayout
from ocr.reading import Registration
from pipeline.errors import BadInput
from pipeline.scans.intake import FileRefused, Source, page_image
from pipeline.scans.worker import load_layouts
from pipeline.store import models
from pipeline.work.files import kept_path
from pipeline.work.office import Office

PAGE_PX_PER_MM = 6.0
"""Resolution of a whole page (152 dpi): handwriting and 11 pt print are read easily on a screen at
twice their size, and a page is some 300 kB."""

PART_PX_PER_MM, PART_PX = 16.0, 1200
"""Resolution of a part, and the most pixels it may be wide: a row of two cells comes out at 4 times
its size on a screen of 96 dpi, a signature at 3 times."""

PART_MARGIN_MM, PART_LEAST_MM = 3.0, 36.0
"""Around a part, so that what was written across its edge is seen; and the least width of what is
shown: beside small boxes stands what they are for."""

QUARTER_TURNS = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}

_PAGE_QUALITY, _PART_QUALITY = 80, 88
"""JPEG, 0..100."""

_DECODED = 4
"""Scans kept decoded: of a colour page of 300 dpi 26 MB each."""
_ENCODED = 1500
"""Pictures kept ready to send: parts of 20 kB, pages of 300 kB; 100 MB as reviewers mix them."""

_REGISTRATION, _CODE = TypeAdapter(Registration), TypeAdapter(PageCode)

_pdf = Lock()
"""pdfium is not made for threads, and a page that two ask for is decoded once."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A scanned page. ``page`` and ``registration`` are None when it could not be read; ``unit_id``
    is the unit it belongs to now, None when nobody knows whose it is."""

    outcome_id: int
    source: Source
    number: int
    unit_id: str | None
    page: PageLayout | None
    registration: Registration | None


def find_scan(office: Office, outcome_id: int) -> Scan | None:
    """The scan that an outcome is of."""
    row = models.PageOutcome.objects.select_related("file").filter(pk=outcome_id).first()
    if row is None:
        return None
    newest = (
        models.PageOutcome.objects.filter(file=row.file_id, number=row.number)
        .order_by("-id")
        .values_list("sheet__person__unit_id", flat=True)[:1]
    )
    page, registration = _place(office, row.reading)
    path = kept_path(office.workspace, row.file_id, row.file.kind)
    source = Source(path, row.file.kind, row.file.pages)
    return Scan(row.pk, source, row.number, newest[0], page, registration)


def _place(
    office: Office, reading: dict[str, Any] | None
) -> tuple[PageLayout | None, Registration | None]:
    if reading is None:
        return None, None
    code = _CODE.validate_python(reading["code"])
    layout = load_layouts(office.workspace.layouts).get((code.set_code, code.form, code.version))
    page = None if layout is None else layout.page(code.page)
    return page, _REGISTRATION.validate_python(reading["registration"])


def part_rect(page: PageLayout, part: str) -> Rect | None:
    """Where a part of a page is, in page mm: what bears its name, or a name below it. So
    ``I.1.1/self`` are the cells of that side, ``I.1.1`` the whole row, ``person`` who it is of."""
    rects = [
        box.rect
        for box in (*page.boxes, *page.fields)
        if box.name == part or box.name.startswith(part + "/")
    ]
    if not rects:
        return None
    left, top = min(rect.x_mm for rect in rects), min(rect.y_mm for rect in rects)
    right, bottom = max(rect.right_mm for rect in rects), max(rect.bottom_mm for rect in rects)
    return Rect(left, top, right - left, bottom - top)


def shown_rect(rect: Rect) -> Rect:
    """What is shown of a part: with its margin."""
    beside = max(PART_MARGIN_MM, (PART_LEAST_MM - rect.w_mm) / 2)
    return Rect(
        rect.x_mm - beside,
        rect.y_mm - PART_MARGIN_MM,
        rect.w_mm + 2 * beside,
        rect.h_mm + 2 * PART_MARGIN_MM,
    )


def part_picture(scan: Scan, part: str) -> bytes | None:
    """A part of a page with a margin, upright, as JPEG; None when the page has no such part or was
    not read. Raises BadInput when the scan cannot be opened any more."""
    if scan.page is None or scan.registration is None:
        return None
    rect = part_rect(scan.page, part)
    if rect is None:
        return None
    return _part(scan.source, scan.number, scan.registration, shown_rect(rect))


def page_picture(scan: Scan, turn_deg: int = 0) -> bytes:
    """The whole page as JPEG: upright at :data:`PAGE_PX_PER_MM` in page coordinates when it was
    read, else as it was scanned, turned clockwise by quarter turns. Raises as
    :func:`part_picture`."""
    if scan.page is None or scan.registration is None:
        return _as_scanned(scan.source, scan.number, turn_deg)
    whole = Rect(0.0, 0.0, scan.page.width_mm, scan.page.height_mm)
    return _upright(scan.source, scan.number, scan.registration, whole)


@lru_cache(maxsize=_ENCODED)
def _part(source: Source, number: int, registration: Registration, rect: Rect) -> bytes:
    px_per_mm = min(PART_PX_PER_MM, PART_PX / rect.w_mm)
    pixels = upright_part(_decoded(source, number), registration, rect, px_per_mm)
    return _jpeg(pixels, _PART_QUALITY)


@lru_cache(maxsize=_ENCODED // 10)
def _upright(source: Source, number: int, registration: Registration, rect: Rect) -> bytes:
    pixels = upright_part(_decoded(source, number), registration, rect, PAGE_PX_PER_MM)
    return _jpeg(pixels, _PAGE_QUALITY)


@lru_cache(maxsize=_ENCODED // 10)
def _as_scanned(source: Source, number: int, turn_deg: int) -> bytes:
    pixels = _decoded(source, number).pixels
    longest = 297.0 * PAGE_PX_PER_MM
    scale = min(1.0, longest / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if turn_deg in QUARTER_TURNS:
        small = cv2.rotate(small, QUARTER_TURNS[turn_deg])
    return _jpeg(small.astype(np.uint8, copy=False), _PAGE_QUALITY)


def _decoded(source: Source, number: int) -> PageImage:
    with _pdf:
        try:
            return _decode(source, number)
        except (FileRefused, OSError) as error:
            raise BadInput("Không mở được bản quét của trang này trong thư mục lưu.") from error


@lru_cache(maxsize=_DECODED)
def _decode(source: Source, number: int) -> PageImage:
    return page_image(source, number)


def _jpeg(pixels: Pixels, quality: int) -> bytes:
    _, encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return encoded.tobytes()

"""A page with everything that was read drawn over it."""

from pathlib import Path

import cv2

from ocr.draw import draw_reading
from pipeline.errors import BadInput
from pipeline.scans.intake import Source, page_image
from pipeline.scans.worker import load_layouts
from pipeline.store import queries
from pipeline.work.files import kept_path, write_whole
from pipeline.work.office import Office


def draw_page(office: Office, sheet_id: str, number: int, target: Path) -> Path:
    """Write a PNG of a sheet's page as scanned with its reading over it.

    Raises BadInput when that page was not read.
    """
    rows = [row for row in queries.load_pages([sheet_id]) if row.sheet_page == number]
    row = next((row for row in rows if row.reading is not None), None)
    if row is None or row.reading is None:
        raise BadInput(f"Chưa đọc được trang {number} của phiếu {sheet_id}.")
    file = queries.find_scan_file(row.file_sha256)
    code = row.reading.code
    layout = load_layouts(office.workspace.layouts)[code.set_code, code.form, code.version]
    page = layout.page(number)
    if file is None or page is None:
        raise BadInput(f"Không còn bản quét hoặc sơ đồ ô của phiếu {sheet_id}, trang {number}.")
    path = kept_path(office.workspace, file.sha256, file.kind)
    image = page_image(Source(path, file.kind, file.pages), row.number)
    _, png = cv2.imencode(".png", draw_reading(image, page, row.reading))
    write_whole(target, png.tobytes())
    return target

"""From the files of a scanner to page images.

A file is known by its content, not by its name. Pages are taken out one at a time, so a long file
costs no more memory than a short one. A page that is one picture is taken as it was scanned,
without rendering it again; any other page of a PDF is rendered.
"""

import atexit
import hashlib
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, UnidentifiedImageError

from ocr.images import MAX_PIXELS, ImageTooLarge, ImageUnreadable, PageImage, decode, from_pillow
from pipeline.config import Limits

SUFFIXES = frozenset({".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png"})
"""What is taken from a folder; a file named outright is looked at whatever its name."""

RENDER_DPI = 200
"""For PDF pages that are not one picture; the least the archive wants (Thông tư 05/2025/TT-BNV)."""

_FULL_PAGE_SHARE = 0.8
"""A picture that covers at least this share of a PDF page is taken to be its scan."""

# The size of an image is checked here before anything of it is decoded.
Image.MAX_IMAGE_PIXELS = None


class FileRefused(Exception):
    """A file or page that cannot be taken: a reject code of the contract and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(f"{code}: {message}")


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be opened. ``kind`` is pdf, tiff, jpeg or png."""

    path: Path
    kind: str
    pages: int


def find_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The files named, and those of scans below the folders named, each folder in the order of
    names; every file once. Raises FileNotFoundError for a path that is not there."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(path.rglob("*"), key=lambda file: file.relative_to(path).parts)
            for file in inside:
                hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
                if file.is_file() and not hidden and file.suffix.lower() in SUFFIXES:
                    found.setdefault(file)
        elif path.exists():
            found.setdefault(path)
        else:
            raise FileNotFoundError(path)
    return tuple(found)


def content_hash(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def probe(path: Path, limits: Limits) -> Source:
    """What kind of scan a file is and how many pages it has, by its content.

    Raises FileRefused when it is empty, too large, encrypted or no scan at all.
    """
    size = path.stat().st_size
    if size == 0:
        raise FileRefused("unreadable_file", "Tệp rỗng (0 byte). Hãy quét lại.")
    if size > limits.max_file_mb * 1024 * 1024:
        raise FileRefused(
            "too_large",
            f"Tệp {size // 1024 // 1024} MB, vượt giới hạn {limits.max_file_mb} MB. "
            "Hãy chia nhỏ tệp quét.",
        )
    with path.open("rb") as stream:
        head = stream.read(1024)
    count, kind = _kind_of(head)
    pages = count(path)
    if pages == 0:
        raise FileRefused("unreadable_file", "Tệp không có trang nào. Hãy quét lại.")
    if pages > limits.max_pages_per_file:
        raise FileRefused(
            "too_large",
            f"Tệp có {pages} trang, vượt giới hạn {limits.max_pages_per_file} trang. "
            "Hãy chia nhỏ tệp quét.",
        )
    return Source(path, kind, pages)


def _kind_of(head: bytes) -> tuple[Callable[[Path], int], str]:
    if b"%PDF-" in head:
        return _count_pdf_pages, "pdf"
    if head[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return _count_tiff_pages, "tiff"
    if head[:3] == b"\xff\xd8\xff":
        return lambda _: 1, "jpeg"
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return lambda _: 1, "png"
    raise FileRefused(
        "unreadable_file", "Nội dung không phải PDF, TIFF, JPEG hay PNG. Kiểm tra lại tệp."
    )


def page_image(source: Source, number: int) -> PageImage:
    """The image of the 1-based page ``number``, as scanned.

    Raises FileRefused when the page cannot be decoded or has too many pixels.
    """
    take = {"pdf": _pdf_page, "tiff": _tiff_page, "jpeg": _whole_file, "png": _whole_file}
    try:
        return take[source.kind](source.path, number)
    except ImageTooLarge as error:
        raise FileRefused(
            "too_large",
            f"Ảnh quá lớn, vượt giới hạn {MAX_PIXELS // 1_000_000} triệu điểm ảnh. "
            "Hãy quét lại khổ A4 ở 200-300 dpi.",
        ) from error
    except (ImageUnreadable, UnidentifiedImageError, pdfium.PdfiumError, OSError) as error:
        raise FileRefused(
            "unreadable_file", "Trang không giải mã được, có thể tệp bị hỏng. Hãy quét lại."
        ) from error


def _whole_file(path: Path, number: int) -> PageImage:  # noqa: ARG001 - such files have one page
    return decode(path.read_bytes())


@lru_cache(maxsize=1)
def _open_pdf(path: Path) -> pdfium.PdfDocument:
    """The document, kept open: a worker takes many pages of one file in a row."""
    return pdfium.PdfDocument(path)


# pdfium complains about documents that are open when it is shut down.
atexit.register(_open_pdf.cache_clear)


def _count_pdf_pages(path: Path) -> int:
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if pdfium_c.FPDF_GetLastError() == pdfium_c.FPDF_ERR_PASSWORD or "password" in str(error):
            raise FileRefused(
                "encrypted_file", "PDF có mật khẩu. Hãy bỏ mật khẩu hoặc quét lại."
            ) from error
        raise FileRefused("unreadable_file", "PDF hỏng, không mở được. Hãy quét lại.") from error
    try:
        return len(document)
    finally:
        document.close()


def _pdf_page(path: Path, number: int) -> PageImage:
    page = _open_pdf(path)[number - 1]
    try:
        scan = _scan_of(page)
        return _rendered(page) if scan is None else _embedded_image(scan)
    finally:
        page.close()


def _scan_of(page: pdfium.PdfPage) -> pdfium.PdfImage | None:
    """The one upright picture that is the whole page, if it is that; hidden text of a scanner's
    own OCR may lie over it."""
    if page.get_rotation() != 0:
        return None
    scan = None
    for item in page.get_objects(max_depth=2):
        if item.type == pdfium_c.FPDF_PAGEOBJ_IMAGE and scan is None:
            scan = item
        elif item.type == pdfium_c.FPDF_PAGEOBJ_TEXT and _is_invisible(item):
            continue
        else:
            return None
    if scan is None or scan.container is not None:
        return None
    a, b, c, d, *_ = scan.get_matrix().get()
    upright = a > 0 and d > 0 and abs(b) + abs(c) < 1e-3 * (a + d)
    covers = a * d >= _FULL_PAGE_SHARE * page.get_width() * page.get_height()
    return scan if upright and covers else None


def _is_invisible(text: pdfium.PdfObject) -> bool:
    mode = pdfium_c.FPDFTextObj_GetTextRenderMode(text.raw)
    return bool(mode == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE)


def _embedded_image(scan: pdfium.PdfImage) -> PageImage:
    width_px, height_px = scan.get_px_size()
    _refuse_too_large(width_px, height_px)
    width_pt = scan.get_matrix().get()[0]
    dpi = width_px / (width_pt / 72)
    if scan.get_filters() == ["DCTDecode"]:
        return decode(bytes(scan.get_data(decode_simple=False)), dpi)
    return PageImage(_as_grey_or_bgr(scan.get_bitmap(render=False).to_numpy()), dpi)


def _rendered(page: pdfium.PdfPage) -> PageImage:
    width_px, height_px = (int(side_pt / 72 * RENDER_DPI) for side_pt in page.get_size())
    _refuse_too_large(width_px, height_px)
    return PageImage(_as_grey_or_bgr(page.render(scale=RENDER_DPI / 72).to_numpy()), RENDER_DPI)


def _refuse_too_large(width_px: int, height_px: int) -> None:
    if width_px * height_px > MAX_PIXELS:
        raise ImageTooLarge(f"{width_px} x {height_px} px")


def _as_grey_or_bgr(pixels: np.ndarray) -> np.ndarray:
    """(H, W) or (H, W, 3) uint8, contiguous and free of pdfium's memory."""
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    if pixels.ndim == 3:
        pixels = pixels[:, :, :3]
    return np.ascontiguousarray(pixels).copy()


def _count_tiff_pages(path: Path) -> int:
    try:
        with _open_tiff(path) as picture:
            return int(getattr(picture, "n_frames", 1))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise FileRefused("unreadable_file", "TIFF hỏng, không mở được. Hãy quét lại.") from error


def _tiff_page(path: Path, number: int) -> PageImage:
    with _open_tiff(path) as picture:
        picture.seek(number - 1)
        return from_pillow(picture)


@contextmanager
def _open_tiff(path: Path) -> Iterator[Image.Image]:
    """The open file. What Pillow warns of (a damaged tag) either does not matter for the picture
    or makes it fail to decode."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        with Image.open(path) as picture:
            yield picture

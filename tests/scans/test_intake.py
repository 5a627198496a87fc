"""Files as offices have them: good ones of every kind, and everything that can be wrong."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from pipeline.config import Limits
from pipeline.scans.intake import FileRefused, find_files, page_image, probe

LIMITS = Limits()
A4_PT = (595.276, 841.89)


def _picture(dpi: int = 100) -> Image.Image:
    """An A4 page with a grey wedge, so that any turn or loss shows."""
    width, height = round(8.27 * dpi), round(11.69 * dpi)
    rows = np.linspace(40, 250, height, dtype=np.uint8)[:, None]
    return Image.fromarray(np.repeat(rows, width, axis=1))


def _jpeg(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=90, dpi=(100, 100))
    return stream.getvalue()


def _scan_pdf(path: Path, pages: int = 1, *, hidden_text: bool = False) -> Path:
    canvas = Canvas(str(path), pagesize=A4_PT)
    jpeg = ImageReader(io.BytesIO(_jpeg(_picture())))
    for _ in range(pages):
        canvas.drawImage(jpeg, 0, 0, *A4_PT)
        if hidden_text:
            text = canvas.beginText(50, 50)
            text.setTextRenderMode(3)
            text.textOut("read by the scanner")
            canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return path


def test_pdf_scan_gives_its_own_picture_not_a_rendering(tmp_path: Path) -> None:
    source = probe(_scan_pdf(tmp_path / "scan.pdf", 3), LIMITS)
    assert (source.kind, source.pages) == ("pdf", 3)
    image = page_image(source, 2)
    assert image.pixels.shape == (1169, 827)
    assert image.dpi == pytest.approx(100, abs=0.2)
    assert image.grey[0].mean() < 60
    assert image.grey[-1].mean() > 240


def test_hidden_text_of_the_scanner_does_not_change_that(tmp_path: Path) -> None:
    source = probe(_scan_pdf(tmp_path / "scan.pdf", hidden_text=True), LIMITS)
    assert page_image(source, 1).pixels.shape == (1169, 827)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_pdf_page_is_rendered_as_it_is_shown(tmp_path: Path, turn: int) -> None:
    path = _scan_pdf(tmp_path / "scan.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].rotate(turn, relative=False)
        pdf.save(path)
    grey = page_image(probe(path, LIMITS), 1).grey
    edges = {90: grey[:, -1], 180: grey[-1], 270: grey[:, 0]}
    assert edges[turn].mean() < 60


def test_a_pdf_of_text_is_rendered(tmp_path: Path) -> None:
    path = tmp_path / "text.pdf"
    canvas = Canvas(str(path), pagesize=A4_PT)
    canvas.drawString(100, 400, "not a scan")
    canvas.save()
    image = page_image(probe(path, LIMITS), 1)
    assert image.dpi == 200
    assert image.grey.min() < 100


@pytest.mark.parametrize("compression", ["group4", "tiff_lzw", "jpeg"])
def test_tiff_pages_in_turn(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "scan.tif"
    mode = "1" if compression == "group4" else "L"
    pages = [_picture().convert(mode), _picture().rotate(180).convert(mode)]
    pages[0].save(
        path, save_all=True, append_images=pages[1:], compression=compression, dpi=(100, 100)
    )
    source = probe(path, LIMITS)
    assert (source.kind, source.pages) == ("tiff", 2)
    first, second = page_image(source, 1), page_image(source, 2)
    assert first.dpi == pytest.approx(100)
    assert first.grey[:100].mean() < first.grey[-100:].mean()
    assert second.grey[:100].mean() > second.grey[-100:].mean()


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_single_pictures_whatever_their_name(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"page{suffix}"
    _picture().save(path, dpi=(100, 100))
    wrong_name = path.rename(tmp_path / "page.bin")
    image = page_image(probe(wrong_name, LIMITS), 1)
    assert image.pixels.shape == (1169, 827)


def _broken_files(folder: Path) -> dict[str, Path]:
    def put(name: str, content: bytes) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    encrypted = folder / "encrypted.pdf"
    with pikepdf.open(_scan_pdf(folder / "plain.pdf")) as pdf:
        pdf.save(encrypted, encryption=pikepdf.Encryption(owner="o", user="u"))
    return {
        "empty": put("empty.pdf", b""),
        "text": put("text.pdf", "đây là văn bản".encode()),
        "cut": put("cut.pdf", _scan_pdf(folder / "whole.pdf").read_bytes()[:3000]),
        "tiff": put("broken.tif", b"II*\x00" + b"\xff" * 50),
        "encrypted": encrypted,
    }


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("empty", "unreadable_file"),
        ("text", "unreadable_file"),
        ("cut", "unreadable_file"),
        ("tiff", "unreadable_file"),
        ("encrypted", "encrypted_file"),
    ],
)
def test_files_that_cannot_be_opened_say_why(tmp_path: Path, kind: str, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        probe(_broken_files(tmp_path)[kind], LIMITS)
    assert refused.value.code == code
    assert refused.value.message.endswith(".")


def test_a_pdf_of_too_many_pages_is_not_begun(tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    with pikepdf.new() as pdf:
        for _ in range(3000):
            pdf.add_blank_page()
        pdf.save(path)
    with pytest.raises(FileRefused, match=r"too_large.*3000 trang"):
        probe(path, LIMITS)
    assert probe(path, Limits(max_pages_per_file=3000)).pages == 3000


def test_a_file_of_too_many_bytes_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "huge.pdf"
    with path.open("wb") as stream:
        stream.truncate(2 * 1024 * 1024)
    with pytest.raises(FileRefused, match="too_large"):
        probe(path, Limits(max_file_mb=1))


def _png_of(width: int, height: int) -> bytes:
    """A PNG that claims a size, with data of one row only: enough for a decoder to be tempted."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    row = zlib.compress(b"\x00" * (width + 1))
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", row) + chunk(b"IEND", b"")


def test_20000_by_20000_pixels_are_refused_before_decoding(tmp_path: Path) -> None:
    path = tmp_path / "vast.png"
    path.write_bytes(_png_of(20_000, 20_000))
    with pytest.raises(FileRefused) as refused:
        page_image(probe(path, LIMITS), 1)
    assert refused.value.code == "too_large"


def test_a_tiff_of_20000_by_20000_pixels_is_refused_before_decoding(tmp_path: Path) -> None:
    path = tmp_path / "vast.tif"
    Image.new("1", (20_000, 20_000), 1).save(path, compression="group4")
    with pytest.raises(FileRefused) as refused:
        page_image(probe(path, LIMITS), 1)
    assert refused.value.code == "too_large"


def test_a_pdf_page_of_a_wall_is_refused_before_rendering(tmp_path: Path) -> None:
    path = tmp_path / "wall.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(14_400, 14_400))
        pdf.save(path)
    with pytest.raises(FileRefused) as refused:
        page_image(probe(path, LIMITS), 1)
    assert refused.value.code == "too_large"


def test_a_cut_jpeg_or_png_is_a_page_that_cannot_be_decoded(tmp_path: Path) -> None:
    stream = io.BytesIO()
    _picture().save(stream, "PNG")
    path = tmp_path / "cut.png"
    path.write_bytes(stream.getvalue()[:2000])
    with pytest.raises(FileRefused) as refused:
        page_image(probe(path, LIMITS), 1)
    assert refused.value.code == "unreadable_file"


def test_folders_are_searched_in_order_of_names_and_files_taken_once(tmp_path: Path) -> None:
    for name in ("b/2.pdf", "a/1.TIF", "a/.hidden.pdf", "a/notes.txt", ".trash/x.pdf", "c.jpg"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    found = find_files([tmp_path, tmp_path / "c.jpg", tmp_path / "a" / "notes.txt"])
    names = [str(path.relative_to(tmp_path)) for path in found]
    assert names == ["a/1.TIF", "b/2.pdf", "c.jpg", "a/notes.txt"]


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"gone\.pdf"):
        find_files([tmp_path / "gone.pdf"])

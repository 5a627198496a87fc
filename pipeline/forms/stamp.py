"""Print files: the base pages of a form once, and over them each person's texts and page codes.

The base pages are XObjects that all sheets share, so that every person has the same geometry and a
sheet costs little (measured on 2 cores at 100 people: see ``bench``).
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import pikepdf
import zxingcpp
from reportlab.pdfgen.canvas import Canvas

from ocr.geometry import Rect
from pipeline.forms.built import BuiltForm
from pipeline.forms.compose import RULE_PT, Line, Piece, SheetToPrint, compose_page
from pipeline.forms.frame import PAGE_HEIGHT_MM, PAGE_WIDTH_MM, PT_PER_MM, from_top_pt
from pipeline.forms.typeface import REGULAR, Unprintable


@dataclass(frozen=True, slots=True)
class Refusal:
    """A person whose sheet was not printed, and why, in a Vietnamese sentence."""

    person_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """Where a sheet stands in its print file: ``copies`` times ``pages`` pages from ``first_page``
    (1-based) on."""

    sheet_id: str
    person_id: str
    first_page: int
    pages: int
    copies: int = 1


@dataclass(frozen=True, slots=True)
class PrintFile:
    """A print file: ``pdf`` is empty when every person was refused."""

    pdf: bytes
    sheets: tuple[PrintedSheet, ...]
    refused: tuple[Refusal, ...]


def print_file(built: BuiltForm, sheets: Sequence[SheetToPrint]) -> PrintFile:
    """The sheets one after another, each with all pages of all its copies; who cannot be printed is
    refused.

    :func:`pipeline.forms.typeface.register` must have been called with the folder of the faces.
    """
    composed: list[tuple[SheetToPrint, list[tuple[Piece, ...]]]] = []
    refused = []
    for sheet in sheets:
        try:
            pages = [
                compose_page(built.form_set, built.form, sheet, page, copy)
                for copy in sheet.copies
                for page in built.layout.pages
            ]
        except Unprintable as finding:
            refused.append(Refusal(sheet.person.person_id, f"Không in được: {finding.reason}."))
        else:
            composed.append((sheet, pages))
    if not composed:
        return PrintFile(b"", (), tuple(refused))
    starts = accumulate((len(pages) for _, pages in composed), initial=1)
    printed = tuple(
        PrintedSheet(
            sheet.sheet_id,
            sheet.person.person_id,
            start,
            len(built.layout.pages),
            len(sheet.copies),
        )
        for start, (sheet, _) in zip(starts, composed, strict=False)
    )
    texts = _draw([pieces for _, pages in composed for pieces in pages])
    codes = [
        draw_code(code.text, page.code)
        for sheet, _ in composed
        for _ in sheet.copies
        for code, page in zip(sheet.codes, built.layout.pages, strict=True)
    ]
    return PrintFile(_onto_base(built.base_pdf, texts, codes), printed, tuple(refused))


def draw_code(text: str, area: Rect) -> bytes:
    """PDF operators that draw a QR code (level M) as one path filling ``area``, without its quiet
    zone."""
    image = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(
        scale=1, add_quiet_zones=False
    )
    dark = np.asarray(image) < 128
    size = len(dark)
    # Runs of dark modules: +1 where one starts, -1 where it ends.
    edges = np.diff(np.pad(dark.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    starts, ends = np.argwhere(edges == 1), np.argwhere(edges == -1)
    path = " ".join(
        f"{start} {size - 1 - row} {end - start} 1 re"
        for (row, start), (_, end) in zip(starts.tolist(), ends.tolist(), strict=True)
    )
    module = area.w_mm * PT_PER_MM / size
    x, y = area.x_mm * PT_PER_MM, from_top_pt(area.bottom_mm)
    return f"q {module:.5f} 0 0 {module:.5f} {x:.3f} {y:.3f} cm 0 g {path} f Q\n".encode()


def _draw(pages: Sequence[Sequence[Piece]]) -> bytes:
    """A PDF with these pieces, one page each, faces embedded as subsets."""
    target = io.BytesIO()
    canvas = Canvas(
        target,
        pagesize=(PAGE_WIDTH_MM * PT_PER_MM, PAGE_HEIGHT_MM * PT_PER_MM),
        pageCompression=0,
        initialFontName=REGULAR,
        invariant=1,
    )
    for pieces in pages:
        draw_pieces(canvas, pieces)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def draw_pieces(canvas: Canvas, pieces: Iterable[Piece]) -> None:
    """Draw composed texts and rules onto the page of a canvas."""
    canvas.setLineWidth(RULE_PT)
    for piece in pieces:
        if isinstance(piece, Line):
            canvas.line(piece.x0, piece.y, piece.x1, piece.y)
        else:
            canvas.setFont(piece.face, piece.size)
            canvas.drawString(piece.x, piece.y, piece.text)


def behind_cover(cover: bytes, sheets: bytes) -> bytes:
    """One print file of a cover's pages and the sheets after them."""
    with (
        pikepdf.open(io.BytesIO(sheets)) as output,
        pikepdf.open(io.BytesIO(cover)) as first,
    ):
        for number, page in enumerate(first.pages):
            output.pages.insert(number, page)
        return _saved(output)


def _onto_base(base_pdf: bytes, texts: bytes, codes: Sequence[bytes]) -> bytes:
    """Base pages, in turn, under the pages of ``texts``, each with its operators of ``codes``."""
    with (
        pikepdf.open(io.BytesIO(texts)) as output,
        pikepdf.open(io.BytesIO(base_pdf)) as base,
    ):
        shared = [output.copy_foreign(page.as_form_xobject()) for page in base.pages]
        for number, (page, code) in enumerate(zip(output.pages, codes, strict=True)):
            under = pikepdf.Dictionary(Base=shared[number % len(shared)])
            page.obj.Resources["/XObject"] = under
            text = page.obj.Contents.read_bytes()
            page.obj.Contents = output.make_stream(b"q /Base Do Q\n" + code + text)
        del output.trailer["/Info"]
        return _saved(output)


def _saved(output: pikepdf.Pdf) -> bytes:
    """The file as small as it can be; the same content is the same bytes."""
    target = io.BytesIO()
    output.save(
        target,
        deterministic_id=True,
        compress_streams=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )
    return target.getvalue()

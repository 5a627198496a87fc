"""What is taken from one page of a PDF to measure it: lines, letters, size."""

import io
from dataclasses import dataclass

import pdfplumber
from pdfplumber.page import Page

from pipeline.forms.ruling import MM_PER_PT, Ruling, read_ruling


@dataclass(frozen=True, slots=True)
class Char:
    """A printed letter: the middle of its box in page mm, and its font's name."""

    text: str
    x_mm: float
    y_mm: float
    font: str


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page; ``chars`` are in the order in which they are drawn, which is the order of the
    document: cell after cell."""

    ruling: Ruling
    chars: tuple[Char, ...]
    width_mm: float
    height_mm: float

    @property
    def text(self) -> str:
        """All letters in drawing order."""
        return "".join(char.text for char in self.chars)


def read_pages(pdf: bytes) -> list[PdfPage]:
    """All pages of a PDF."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return [_read_page(page) for page in document.pages]


def _read_page(page: Page) -> PdfPage:
    chars = tuple(
        Char(
            str(char["text"]),
            (char["x0"] + char["x1"]) / 2 * MM_PER_PT,
            (char["top"] + char["bottom"]) / 2 * MM_PER_PT,
            str(char["fontname"]),
        )
        for char in page.chars
    )
    width, height = float(page.width) * MM_PER_PT, float(page.height) * MM_PER_PT
    return PdfPage(read_ruling(page), chars, width, height)

"""The faces that the printer writes with: widths, wrapping, and letters that a face lacks."""

import unicodedata
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD, ITALIC, MONO = (
    "LiberationSerif-Regular",
    "LiberationSerif-Bold",
    "LiberationSerif-Italic",
    "LiberationMono-Regular",
)
"""Names of faces, which are also the stems of their TrueType files."""


class Unprintable(Exception):
    """A text that cannot be printed; handled at once by the printer, which refuses the person.

    ``reason`` is a sentence in Vietnamese that does not hold the text.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@cache
def register(folder: Path) -> None:
    """Make the faces known to reportlab from their files in ``folder``; OSError when one is not
    there."""
    for face in (REGULAR, BOLD, ITALIC, MONO):
        pdfmetrics.registerFont(TTFont(face, folder / f"{face}.ttf"))


def normalised(text: str) -> str:
    """NFC, and every run of blanks (line breaks too) as one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def missing_letters(text: str, face: str) -> str:
    """The letters of a text that the face lacks, as a list to read; empty when it has all."""
    known = pdfmetrics.getFont(face).face.charToGlyph
    missing = sorted({letter for letter in text if ord(letter) not in known})
    return ", ".join(f"“{letter}” (U+{ord(letter):04X})" for letter in missing)


def check_letters(text: str, face: str) -> None:
    """Raises Unprintable when the face lacks a letter of the text."""
    missing = missing_letters(text, face)
    if missing:
        raise Unprintable(f"phông chữ in phiếu không có ký tự {missing}")


def width_pt(text: str, face: str, size_pt: float) -> float:
    """How wide a text is, in points."""
    return float(pdfmetrics.stringWidth(text, face, size_pt))


def wrapped(text: str, face: str, size_pt: float, limit_pt: float) -> tuple[str, ...] | None:
    """The text in as few lines as fit into ``limit_pt``; None when one word is wider than that."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_pt(longer, face, size_pt) <= limit_pt:
            lines[-1] = longer
        elif width_pt(word, face, size_pt) <= limit_pt:
            lines.append(word)
        else:
            return None
    return tuple(lines)


def wrapped_title(text: str, face: str, size_pt: float, limit_pt: float) -> tuple[str, ...] | None:
    """Like :func:`wrapped`, but no single word is left on the last line: the lines are then made
    as even as possible (``ỦY BAN NHÂN DÂN / QUẬN LONG BIÊN``)."""
    lines = wrapped(text, face, size_pt, limit_pt)
    while lines is not None and len(lines) > 1 and " " not in lines[-1]:
        # The next narrower limit that changes a line.
        limit_pt = max(width_pt(line, face, size_pt) for line in lines) - 0.01
        narrower = wrapped(text, face, size_pt, limit_pt)
        if narrower is None or len(narrower) > len(lines):
            break
        lines = narrower
    return lines

"""Bars drawn as vectors for printed summaries."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.colors import Color, HexColor
from reportlab.platypus import Flowable

from pipeline.forms.typeface import REGULAR, width_pt

GRID = HexColor("#B8B8B8")
TEXT_SIZE_PT = 9
_PADDING_PT = 2.5


@dataclass(frozen=True, slots=True)
class Shade:
    """A fill and the colour of text on it."""

    fill: Color
    text: Color


_WHITE, _BLACK = HexColor("#FFFFFF"), HexColor("#000000")
PASSED = Shade(HexColor("#1D5C99"), _WHITE)
FAILED = Shade(HexColor("#D27D20"), _BLACK)
PROVISIONAL = Shade(HexColor("#A9CBE8"), _BLACK)
OPEN = Shade(HexColor("#E4E4E4"), _BLACK)
"""Blue and orange differ for the colour-blind; the four differ in lightness, for grey prints."""


def number(count: int) -> str:
    """As Vietnamese papers write it: a point at the thousands."""
    return f"{count:,}".replace(",", ".")


def percent(part: int, whole: int) -> str:
    """One decimal, decimal comma, but 0% and 100%; a dash when there is no whole.

    Never rounded up to 100 % or down to 0 % when it is not.
    """
    if whole == 0:
        return "–"
    tenths = round(1000 * part / whole)
    if part < whole:
        tenths = min(tenths, 999)
    if part > 0:
        tenths = max(tenths, 1)
    return f"{tenths // 10}%" if tenths in {0, 1000} else f"{tenths // 10},{tenths % 10}%"


class StackedBar(Flowable):  # type: ignore[misc]  # reportlab has no types
    """Parts of a whole side by side, each with its number where there is room for it.

    The bar is ``width`` points long whatever the whole is, so parts are shares; with a whole of 0
    it is an empty frame.
    """

    def __init__(self, width: float, height: float, parts: Sequence[tuple[int, Shade]]) -> None:
        super().__init__()
        self.width, self.height, self.parts = width, height, parts

    def draw(self) -> None:
        """Draw onto the flowable's own canvas, origin at its bottom left."""
        whole = sum(count for count, _ in self.parts)
        left = 0.0
        for count, shade in self.parts:
            length = self.width * count / whole if whole else 0.0
            if length > 0:
                self.canv.setFillColor(shade.fill)
                self.canv.rect(left, 0, length, self.height, stroke=0, fill=1)
                self._label(number(count), left, length, shade)
            left += length
        self.canv.setStrokeColor(GRID)
        self.canv.setLineWidth(0.5)
        self.canv.rect(0, 0, self.width, self.height, stroke=1, fill=0)

    def _label(self, text: str, left: float, length: float, shade: Shade) -> None:
        size = min(TEXT_SIZE_PT + 2, self.height - 4)
        if width_pt(text, REGULAR, size) + 2 * _PADDING_PT <= length:
            self.canv.setFillColor(shade.text)
            self.canv.setFont(REGULAR, size)
            baseline = (self.height - size) / 2 + 0.2 * size
            self.canv.drawCentredString(left + length / 2, baseline, text)


class ShareBar(Flowable):  # type: ignore[misc]  # reportlab has no types
    """One bar with its label behind it; ``share`` is 0..1 of the longest bar."""

    def __init__(self, width: float, height: float, share: float, label: str) -> None:
        super().__init__()
        self.width, self.height, self.share, self.label = width, height, share, label

    def draw(self) -> None:
        """Draw onto the flowable's own canvas, origin at its bottom left."""
        room = width_pt(self.label, REGULAR, TEXT_SIZE_PT) + 2 * _PADDING_PT
        length = max(1.0, (self.width - room) * self.share)
        self.canv.setFillColor(FAILED.fill)
        self.canv.rect(0, 0, length, self.height, stroke=0, fill=1)
        self.canv.setFillColor(_BLACK)
        self.canv.setFont(REGULAR, TEXT_SIZE_PT)
        baseline = (self.height - TEXT_SIZE_PT) / 2 + 0.2 * TEXT_SIZE_PT
        self.canv.drawString(length + _PADDING_PT, baseline, self.label)


class Legend(Flowable):  # type: ignore[misc]  # reportlab has no types
    """Squares of colour with their words, in one row."""

    def __init__(self, width: float, entries: Sequence[tuple[str, Shade]]) -> None:
        super().__init__()
        self.width, self.height, self.entries = width, 12.0, entries

    def draw(self) -> None:
        """Draw onto the flowable's own canvas, origin at its bottom left."""
        left = 0.0
        for words, shade in self.entries:
            self.canv.setFillColor(shade.fill)
            self.canv.setStrokeColor(GRID)
            self.canv.setLineWidth(0.5)
            self.canv.rect(left, 1.5, 9, 9, stroke=1, fill=1)
            self.canv.setFillColor(_BLACK)
            self.canv.setFont(REGULAR, TEXT_SIZE_PT + 1)
            self.canv.drawString(left + 13, 3, words)
            left += 13 + width_pt(words, REGULAR, TEXT_SIZE_PT + 1) + 14

"""What was read from a page: frozen data, no behaviour beyond looking itself up.

A value that is not ``clear`` is never given out as a value: ``value`` is None and ``proposal``
says what the machine would suggest to the person who decides.
"""

from dataclasses import dataclass
from enum import StrEnum

from ocr.code import PageCode


class MarkState(StrEnum):
    """How a choice was found."""

    CLEAR = "clear"
    """One plain mark."""
    MISSING = "missing"
    """No mark."""
    DOUBLE = "double"
    """More than one plain mark."""
    CORRECTED = "corrected"
    """One struck out, blacked out or erased, another marked."""
    DOUBTFUL = "doubtful"
    """None of the above is sure."""


@dataclass(frozen=True, slots=True)
class CellReading:
    """One cell of a choice.

    ``marked`` is the calibrated probability that the cell carries ink of a hand (0..1),
    ``cancelled`` that this ink is a withdrawn mark, ``ink`` the share of dark pixels (0..1).
    """

    value: str
    marked: float
    cancelled: float
    ink: float


@dataclass(frozen=True, slots=True)
class ChoiceReading:
    """A choice of the layout: ``<item>/<side>`` or ``overall``.

    ``confidence`` is the calibrated probability (0..1) that ``state`` and ``value`` are right.
    """

    name: str
    state: MarkState
    value: str | None
    proposal: str | None
    confidence: float
    cells: tuple[CellReading, ...]


@dataclass(frozen=True, slots=True)
class NumberReading:
    """A handwritten number in two digit boxes.

    ``written`` is the number when it was read surely, else None. ``likelihood[n]`` is the relative
    likelihood of the ink given that the number n (0..99) was written, the highest being 1;
    empty when the boxes are empty (``blank``).
    """

    name: str
    written: int | None
    blank: bool
    likelihood: tuple[float, ...]

    @property
    def likeliest(self) -> int | None:
        """The number that was read surely, or else the likeliest; None when nothing is there."""
        if self.written is not None or not self.likelihood:
            return self.written
        return self.likelihood.index(max(self.likelihood))


@dataclass(frozen=True, slots=True)
class SignatureReading:
    """Whether a signature area carries ink; None when a seal or a grey scan leaves it open."""

    name: str
    present: bool | None
    ink: float


@dataclass(frozen=True, slots=True)
class Registration:
    """How the page lies in the image.

    ``homography`` are the 9 numbers, row by row, of the map from page mm to image px.
    ``residual_mm`` is the root mean square distance between printed lines as predicted and as
    found, after the fit; ``lines`` how many of them were found out of ``lines_expected``.
    """

    homography: tuple[float, ...]
    residual_mm: float
    fiducials: int
    lines: int
    lines_expected: int
    rotation_deg: float
    scale: float
    """Printed size over true size (1 = printed at 100 %), as far as the scan's dpi is known."""


@dataclass(frozen=True, slots=True)
class Defect:
    """Something about the whole page that a person should know: code, where, and a sentence.

    Of a streak also where it runs: ``at_mm`` from the ``left`` or ``top`` edge of the picture.
    """

    code: str
    where: str
    message: str
    edge: str = ""
    at_mm: float | None = None


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page of a form: its layout's key and the 1-based number."""

    set_code: str
    form: str
    version: str
    number: int


@dataclass(frozen=True, slots=True)
class PrintedText:
    """What was read of a page's print about whose it is; for proposals, never a fact.

    ``pages`` are the pages whose lines fit, the best first; ``texts`` (area of the layout, text)
    as Tesseract reads them, an area possibly more than once.
    """

    pages: tuple[FormPage, ...]
    texts: tuple[tuple[str, str], ...]

    def of(self, *areas: str) -> tuple[str, ...]:
        """The texts of these areas, in their order."""
        return tuple(text for area in areas for found, text in self.texts if found == area)


@dataclass(frozen=True, slots=True)
class PageReading:
    """All that was read from one page that could be identified and registered."""

    code: PageCode
    dpi: float
    colour: bool
    registration: Registration
    choices: tuple[ChoiceReading, ...]
    numbers: tuple[NumberReading, ...]
    signatures: tuple[SignatureReading, ...]
    defects: tuple[Defect, ...]
    bilevel: bool = False
    code_off_mm: float = 0.0
    """How far the code lies from its printed place, as a mean of its corners."""
    printed: PrintedText | None = None
    """Read only when there is doubt whose page this is."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A page that was not read: code (contract), a sentence, and its page code when known, or else
    what is printed on it."""

    code: str
    message: str
    page_code: PageCode | None = None
    printed: PrintedText | None = None

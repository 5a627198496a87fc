"""The record of a sheet: what exports show and verdicts are computed from.

``assemble`` puts it together from the readings of the sheet's pages.
"""

from dataclasses import dataclass
from enum import StrEnum


class SheetStatus(StrEnum):
    """Where a sheet stands (contract)."""

    CLEAN = "clean"
    FLAGGED = "flagged"
    INCOMPLETE = "incomplete"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class Flag:
    """Something a person has to look at. ``where`` is a box name without its value
    (``I.1.1/evaluator``, ``total/self/dat``, ``overall``, ``signature/self``) or ``page``."""

    code: str
    page: int
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The effective answer of one choice. ``value`` is None unless it is sure or decided;
    ``decided_by`` is ``machine``, a user's name, or None while it is open."""

    value: str | None
    state: str
    confidence: float
    flagged: bool
    decided_by: str | None
    proposal: str | None = None


@dataclass(frozen=True, slots=True)
class TotalRecord:
    """A written total beside what was counted."""

    written: int | None
    counted: int
    flagged: bool


@dataclass(frozen=True, slots=True)
class SignatureRecord:
    """Whether a signature is there; None when that is in doubt."""

    present: bool | None
    flagged: bool


@dataclass(frozen=True, slots=True)
class PageSource:
    """Where a page of the sheet came from. ``source_page`` is 1-based in its file."""

    number: int
    source: str
    source_page: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SheetRecord:
    """One sheet. ``answers`` by (item id, side), ``totals`` by (side, value), ``signatures`` by
    side; everything of the form is present as a key, also when its page is missing. A form that is
    only signed has no answers and no totals, and ``overall`` is None."""

    sheet_id: str
    person_id: str
    form: str
    period: str
    status: SheetStatus
    pages: tuple[PageSource, ...]
    answers: dict[tuple[str, str], Answer]
    totals: dict[tuple[str, str], TotalRecord]
    overall: Answer | None
    signatures: dict[str, SignatureRecord]
    flags: tuple[Flag, ...]

"""Whose page is this, when its code does not say: proposals for a person, likeliest first.

What was printed is known sheet by sheet, so what Tesseract read of it is compared with that: a code
with three signs misread is still nearest to its own sheet among thousands.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from ocr.code import CHECK_LENGTH, SHEET_ID_LENGTH, PageCode, signed
from ocr.printed import CODE_FIELD, NAME_FIELDS
from ocr.reading import PrintedText
from pipeline.scans.sort import PrintedSheet

MOST_PROPOSALS = 5

LEAST_CODE = 0.7
"""Likeness of a printed code as read to that of a sheet from which on it is evidence: the 16 signs
of one sheet are 0.85-1 like what Tesseract reads of them, those of another sheet up to 0.5."""

LEAST_NAME = 0.75
"""The same for a name: letters and tones counted one by one. Names of one family that differ in
the last syllable are up to 0.85 alike, so a name alone is weak evidence."""

CODE_WEIGHT, NAME_WEIGHT, POST_WEIGHT, TITLE_WEIGHT = 6.0, 3.0, 1.0, 1.0
"""How much full likeness counts: a code outweighs all the rest together."""

MISSING_WEIGHT, PERIOD_WEIGHT = 1.5, 0.5
"""What it counts that the sheet's page has not come yet, and that the sheet is of the period most
pages of the batch are of."""

OTHER_NAME = 0.6
"""Likeness below which a name that was read is another than the one expected."""

LEAST_LETTERS = 6
"""A text with fewer letters is no name that was read clearly: a short full name has 6."""

_TAIL = SHEET_ID_LENGTH + 1 + CHECK_LENGTH
_ALIKE = str.maketrans("ILO", "110")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A printed sheet with what stands on it: the name, ``post`` (position and unit) and title."""

    sheet: PrintedSheet
    name: str
    post: str
    title: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A page that a picture may be of. ``score`` orders proposals and means nothing else."""

    sheet_id: str
    page: int
    score: float


def propose(
    printed: PrintedText,
    candidates: Iterable[Candidate],
    arrived: AbstractSet[tuple[str, int]],
    period: str | None,
    key: bytes,
) -> tuple[Proposal, ...]:
    """The pages that this one may be, likeliest first, at most :data:`MOST_PROPOSALS`.

    ``arrived`` are (sheet id, page) that were read already, ``period`` is that of the batch,
    ``key`` the office's, for the checks of codes.
    """
    fitting = {(page.set_code, page.form, page.version, page.number) for page in printed.pages}
    found = []
    for candidate in candidates:
        sheet = candidate.sheet
        for number in range(1, sheet.pages + 1):
            place = (sheet.set_code, sheet.form, sheet.version, number)
            if fitting and place not in fitting:
                continue
            evidence = _evidence(
                printed, candidate, signed(PageCode(*_code_of(sheet, number)), key)
            )
            if evidence > 0:
                score = (
                    evidence
                    + MISSING_WEIGHT * ((sheet.sheet_id, number) not in arrived)
                    + PERIOD_WEIGHT * (sheet.period == period)
                )
                found.append(Proposal(sheet.sheet_id, number, score))
    return tuple(sorted(found, key=lambda one: -one.score)[:MOST_PROPOSALS])


def _code_of(sheet: PrintedSheet, number: int) -> tuple[str, str, str, str, int]:
    return sheet.set_code, sheet.form, sheet.version, sheet.sheet_id, number


def _evidence(printed: PrintedText, candidate: Candidate, code: PageCode) -> float:
    """How much of what was read speaks for a page; 0 when neither code nor name does."""
    code_like = max((code_likeness(text, code) for text in printed.of(CODE_FIELD)), default=0.0)
    name_like = max(
        (likeness(text, candidate.name) for text in printed.of(*NAME_FIELDS)), default=0.0
    )
    evidence = CODE_WEIGHT * code_like * (code_like >= LEAST_CODE)
    evidence += NAME_WEIGHT * name_like * (name_like >= LEAST_NAME)
    if evidence == 0:
        return 0.0
    for weight, area, expected in (
        (POST_WEIGHT, "person/post", candidate.post),
        (TITLE_WEIGHT, "title", candidate.title),
    ):
        evidence += weight * max((likeness(t, expected) for t in printed.of(area)), default=0.0)
    return evidence


def code_likeness(text: str, code: PageCode) -> float:
    """How alike a printed code as read and a code are, 0..1, by the signs that differ from sheet
    to sheet: sheet id, page and check."""
    read = re.sub(r"[^0-9A-Z]", "", text.upper()).translate(_ALIKE)[-_TAIL:]
    true = f"{code.sheet_id}{code.page}{code.check}"
    return SequenceMatcher(None, read, true[-_TAIL:], autojunk=False).ratio()


def likeness(read: str, expected: str) -> float:
    """How alike two texts are, 0..1, letters and their marks counted apart, capitals as small."""
    return SequenceMatcher(None, _letters(read), _letters(expected), autojunk=False).ratio()


@lru_cache(maxsize=20_000)
def _letters(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.casefold().replace("đ", "d\u0335"))
    return " ".join("".join(c if c.isalpha() or c in _MARKS else " " for c in parts).split())


_MARKS = frozenset("\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323\u0335")


def contradicts(printed: PrintedText, name: str, others: Iterable[str]) -> bool:
    """Whether the name on a page was read clearly and is another than ``name``: far from it, or
    near it but letter by letter one of the ``others`` that the office has printed.

    Every reading must say so: where one agrees, the other was misread.
    """
    read = [text for text in printed.of(*NAME_FIELDS) if _is_name(text)]
    known = {_letters(other) for other in others} - {_letters(name)}
    return bool(read) and all(
        _letters(text) in known or likeness(text, name) < OTHER_NAME for text in read
    )


def confirms(printed: PrintedText, name: str) -> bool:
    """Whether the name on a page was read as this one."""
    return any(likeness(text, name) >= LEAST_NAME for text in printed.of(*NAME_FIELDS))


def _is_name(text: str) -> bool:
    letters = sum(character.isalpha() for character in text)
    return letters >= LEAST_LETTERS and letters >= 0.8 * sum(not c.isspace() for c in text)


def sheet_ids(proposals: Sequence[Proposal]) -> tuple[str, ...]:
    """The sheets of proposals, each once, in their order."""
    return tuple(dict.fromkeys(proposal.sheet_id for proposal in proposals))

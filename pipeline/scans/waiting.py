"""What of a sheet waits for a person: its flags, and a sample of what the machine was sure of.

Totals and the result box are held back while rows they depend on are open: they are computed anew
with every decision, and most of their flags vanish with it.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ocr.reading import ChoiceReading, MarkState, NumberReading, SignatureReading
from pipeline.forms.sets import AnswerForm, FormSet, PaperForm
from pipeline.scans import check
from pipeline.scans.decide import ABSENT, EMPTY, PRESENT, Ruling, Standing, page_where
from pipeline.scans.record import Flag, SheetRecord, SheetStatus
from pipeline.scans.sort import ScannedPage, SheetPages

LEVEL_PAGE, LEVEL_SHEET, LEVEL_PLACE = 0, 1, 2
"""The order of work: whose page it is, then what is wrong with a page, then what stands on it."""

DOUBT_UNKNOWN = 0.5
"""Of what has no measure: a flag of a whole page, a number that was read for sure."""

_NOT_QUEUED = frozenset({"page_missing"})
"""A person at a screen can do nothing about it: the page must be scanned."""


class Kind(StrEnum):
    """What is asked."""

    PAGE = "page"
    """Whose a scanned page is that could not be used."""
    TWIN = "twin"
    """Which of several scans of a page counts."""
    SHEET = "sheet"
    """Whether a flag of a whole page is accepted."""
    CHOICE = "choice"
    OVERALL = "overall"
    TOTAL = "total"
    SIGNATURE = "signature"


class State(StrEnum):
    """How an item of the queue stands."""

    OPEN = "open"
    ASIDE = "aside"
    """Put aside by a reviewer, for later."""
    UNCLEAR = "unclear"
    """Somebody looked and could not tell."""
    DIFFER = "differ"
    """Two people said different things."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing of a sheet that waits. ``where`` as in :mod:`pipeline.scans.decide`; ``source`` the
    scan to look at: hash of the file and its page (1-based); ``proposal`` what the machine read or
    would say, in the words of a decision; ``doubt`` 0..1; ``decided_by`` has decided already, and
    somebody else must; ``last`` the latest decision there (0: none)."""

    where: str
    page: int
    level: int
    kind: Kind
    code: str
    message: str
    proposal: str
    doubt: float
    source: tuple[str, int]
    sample: bool = False
    state: State = State.OPEN
    decided_by: str = ""
    last: int = 0


@dataclass(frozen=True, slots=True)
class _Place:
    page: int
    kind: Kind
    proposal: str
    doubt: float


SampleOf = Callable[[str], float | None]
"""From a place to None, or, when it is one of the sample, a number in 0..1 to sort it by."""


def sampler(key: bytes, sheet_id: str, share: float) -> SampleOf:
    """Choose this share of places (0..1), the same each time and for nobody to guess: by an HMAC of
    the place under the office's key."""

    def sample_of(where: str) -> float | None:
        digest = hmac.digest(key, f"sample|{sheet_id}|{where}".encode(), hashlib.sha256)
        drawn, order = (int.from_bytes(digest[at : at + 6], "big") / 2**48 for at in (0, 6))
        return order if drawn < share else None

    return sample_of


def waiting_places(
    form_set: FormSet,
    form: PaperForm,
    record: SheetRecord,
    pages: SheetPages,
    rulings: Mapping[str, Ruling],
    sample_of: SampleOf,
) -> tuple[Waiting, ...]:
    """Everything of a sheet that waits for a person, each place once."""
    places = _places(pages)
    held = _held_back(form, record, places)
    found: dict[str, Waiting] = {}
    for flag in record.flags:
        if flag.where not in held and flag.code not in _NOT_QUEUED:
            item = _of_flag(flag, places, pages, rulings)
            found.setdefault(item.where, item)
    flagged = {flag.where for flag in record.flags}
    for where, place in places.items():
        order = sample_of(where)
        if order is not None and where not in flagged | held and where not in rulings:
            label = check.label(form_set, form, where)
            found[where] = _sample(label, where, place, record, _source(pages, place.page), order)
    return tuple(found.values())


def _places(pages: SheetPages) -> dict[str, _Place]:
    return {
        name: place
        for number, page in pages.used.items()
        for name, place in _places_of_page(number, page)
    }


def _places_of_page(number: int, page: ScannedPage) -> Iterator[tuple[str, _Place]]:
    for choice in page.reading.choices:
        kind = Kind.OVERALL if choice.name == "overall" else Kind.CHOICE
        yield choice.name, _Place(number, kind, _choice_words(choice), 1 - choice.confidence)
    for total in page.reading.numbers:
        yield total.name, _Place(number, Kind.TOTAL, _number_words(total), _number_doubt(total))
    for area in page.reading.signatures:
        doubt = 1.0 if area.present is None else DOUBT_UNKNOWN
        yield area.name, _Place(number, Kind.SIGNATURE, _signature_words(area), doubt)


def _choice_words(choice: ChoiceReading) -> str:
    if choice.state is MarkState.MISSING:
        return EMPTY
    return choice.value or choice.proposal or EMPTY


def _number_words(number: NumberReading) -> str:
    return EMPTY if number.likeliest is None else str(number.likeliest)


def _number_doubt(number: NumberReading) -> float:
    if number.written is not None or not any(number.likelihood):
        return DOUBT_UNKNOWN
    return 1 - max(number.likelihood) / sum(number.likelihood)


def _signature_words(signature: SignatureReading) -> str:
    return {True: PRESENT, False: ABSENT, None: EMPTY}[signature.present]


def _held_back(
    form: PaperForm, record: SheetRecord, places: Mapping[str, _Place]
) -> frozenset[str]:
    """The totals and the result box that are still to be computed."""
    if not isinstance(form, AnswerForm):
        return frozenset()
    rows = [f.where for f in record.flags if f.where in places and f.where.count("/") == 1]
    sides = {where.split("/")[1] for where in rows if places[where].kind is Kind.CHOICE}
    if record.status is SheetStatus.INCOMPLETE:
        sides |= {side for _, side in record.answers}
    totals = {w for w in places if w.startswith("total/") and w.split("/")[1] in sides}
    return frozenset(totals | ({"overall"} if form.passes.side in sides else set()))


def _of_flag(
    flag: Flag,
    places: Mapping[str, _Place],
    pages: SheetPages,
    rulings: Mapping[str, Ruling],
) -> Waiting:
    place = places.get(flag.where)
    if place is None:
        twin = flag.code == "page_twin"
        level, kind = (LEVEL_PAGE, Kind.TWIN) if twin else (LEVEL_SHEET, Kind.SHEET)
        where, proposal, doubt = page_where(flag), EMPTY, DOUBT_UNKNOWN
    else:
        level, kind, where = LEVEL_PLACE, place.kind, flag.where
        proposal, doubt = place.proposal, place.doubt
    ruling = rulings.get(where)
    state, by = State.OPEN, ""
    if ruling is not None and not ruling.settled:
        state = State(ruling.standing) if ruling.standing is not Standing.SECOND else State.OPEN
        by = ruling.by[-1] if ruling.standing is Standing.SECOND else ""
    return Waiting(
        where=where,
        page=flag.page,
        level=level,
        kind=kind,
        code=flag.code,
        message=flag.message,
        proposal=proposal,
        doubt=doubt,
        source=_source(pages, flag.page),
        sample=False if ruling is None else ruling.sample,
        state=state,
        decided_by=by,
        last=0 if ruling is None else ruling.last,
    )


def _source(pages: SheetPages, number: int) -> tuple[str, int]:
    source = pages.used[number].source
    return source.sha256, source.source_page


def _sample(
    label: str,
    where: str,
    place: _Place,
    record: SheetRecord,
    source: tuple[str, int],
    order: float,
) -> Waiting:
    """A sure reading, put as a doubtful one of its kind is: who knows it for a sample looks with
    other eyes."""
    code, words, proposal = "mark_doubtful", "dấu không rõ", place.proposal
    if place.kind is Kind.SIGNATURE:
        code, words = "signature_missing", "không chắc đã ký"
    if place.kind is Kind.TOTAL:
        _, side, value = where.split("/")
        total = record.totals[side, value]
        code, words = "total_unreadable", f"không đọc chắc được số đã ghi; đếm được {total.counted}"
        proposal = EMPTY if total.written is None else str(total.written)
    return Waiting(
        where=where,
        page=place.page,
        level=LEVEL_PLACE,
        kind=place.kind,
        code=code,
        message=f"{label}: {words}.",
        proposal=proposal,
        doubt=order,
        source=source,
        sample=True,
    )

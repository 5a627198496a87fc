"""Readings held against the truth: counts, and what failed.

The keys of the counts are words with ``|`` between::

    pages | identified / rejected <code> / wrong identity
    row | <sort> | <kind> | right / flagged / wrong          sort: plain, odd, result
    row | spoilt | <kind> | flagged / passed / swapped
    total | right / off by one | passed / flagged
    signature | colour / grey / sealed | right / wrong / doubtful

``passed``: a row that a person must see was called clear, with the value that was meant;
``swapped``: with another value, or where no value is known to be meant.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from bench.corpus import RESULT, Page, SheetTruth, form_set
from bench.rows import RowTruth
from ocr.geometry import Rect, transform
from ocr.images import PageImage
from ocr.layout import PageLayout
from ocr.reading import ChoiceReading, MarkState, PageReading, Reject
from pipeline.scans.check import total

WRONG_IDENTITY, OVER_FLAGGED = "wrong identity", "over-flagged"
TOTAL_PASSED, WRONG_SIGNATURE = "total passed", "wrong signature"
GRAVE = ("wrong", "swapped", "passed")
"""Outcomes of rows that are kept as pictures."""

ORDER = (WRONG_IDENTITY, *GRAVE, TOTAL_PASSED, WRONG_SIGNATURE, OVER_FLAGGED)
"""What is kept as pictures, the gravest first."""

KEPT_OVER_FLAGGED = 2
"""So many over-flagged rows of a page are kept as pictures: the surest."""

AROUND_MM = 7.0
CROP_PX_PER_MM = 8.0


@dataclass(frozen=True)
class Failure:
    """Something that went wrong. ``picture`` is a PNG of its place; ``truth`` and ``reading`` say
    in words what stands there and what was read; ``confidence`` 0..1 how sure the reader was."""

    outcome: str
    truth: str
    reading: str
    confidence: float
    picture: bytes


def judge(
    page: Page, image: PageImage, reading: PageReading | Reject
) -> tuple[Counter[str], list[Failure]]:
    """Count what came out right and wrong on one page."""
    counts: Counter[str] = Counter()
    if not isinstance(reading, PageReading):
        counts[f"pages|rejected {reading.code}"] += 1
        return counts, []
    layout = page.layout.page(reading.code.page)
    of_ours = (reading.code.set_code, reading.code.form, reading.code.version) == page.layout.key
    if reading.code.sheet_id != page.sheet_id or layout is None or not of_ours:
        counts["pages|wrong identity"] += 1
        whole = cv2.resize(image.grey, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
        words = f"sheet {page.sheet_id}", f"sheet {reading.code.sheet_id}"
        return counts, [Failure(WRONG_IDENTITY, *words, 1.0, _png(whole))]
    counts["pages|identified"] += 1
    seen = _Seen(image, reading, layout)
    failures = _judge_rows(page.rows, seen, counts)
    if page.sheet is not None:
        failures += _judge_totals(page.sheet, seen, counts)
        failures += _judge_signatures(page.sheet, seen, counts)
    return counts, failures


@dataclass(frozen=True)
class _Seen:
    """A page that was identified, with its picture."""

    image: PageImage
    reading: PageReading
    layout: PageLayout

    def cut(self, rects: Sequence[Rect]) -> bytes:
        """A PNG of places of the page and what is around them, upright."""
        pose = np.array(self.reading.registration.homography).reshape(3, 3)
        left = min(rect.x_mm for rect in rects) - AROUND_MM
        top = min(rect.y_mm for rect in rects) - AROUND_MM
        right = max(rect.right_mm for rect in rects) + AROUND_MM
        bottom = max(rect.bottom_mm for rect in rects) + AROUND_MM
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
        width, height = (round(side * CROP_PX_PER_MM) for side in (right - left, bottom - top))
        target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
        source = transform(pose, corners).astype(np.float32)
        to_crop = cv2.getPerspectiveTransform(source, target)
        return _png(cv2.warpPerspective(self.image.pixels, to_crop, (width, height)))


def _judge_rows(rows: Mapping[str, RowTruth], seen: _Seen, counts: Counter[str]) -> list[Failure]:
    failures = []
    over_flagged = []
    for choice in seen.reading.choices:
        truth = rows[choice.name]
        outcome = _outcome(truth, choice)
        sort = "result" if choice.name == RESULT else truth.sort
        counts[f"row|{sort}|{truth.kind}|{outcome}"] += 1
        if outcome in GRAVE:
            failures.append(_failed_row(outcome, truth, choice, seen))
        elif outcome == "flagged" and truth.sort == "plain":
            over_flagged.append((truth, choice))
    over_flagged.sort(key=lambda found: -found[1].confidence)
    for truth, choice in over_flagged[:KEPT_OVER_FLAGGED]:
        failures.append(_failed_row(OVER_FLAGGED, truth, choice, seen))
    return failures


def _outcome(truth: RowTruth, choice: ChoiceReading) -> str:
    if choice.state is not MarkState.CLEAR:
        return "flagged"
    as_meant = choice.value == truth.value
    if truth.sort == "spoilt":
        return "passed" if as_meant else "swapped"
    return "right" if as_meant else "wrong"


def _judge_totals(sheet: SheetTruth, seen: _Seen, counts: Counter[str]) -> list[Failure]:
    """Each total against the right count, and against one that is off by one."""
    failures = []
    places = {total.name: [total.tens, total.units] for total in seen.layout.totals}
    for number in seen.reading.numbers:
        written = sheet.totals[number.name.removeprefix("total/")]
        if not written:
            continue
        for counted, what in ((written, "right"), (written - 1, "off by one")):
            _, flag = total(form_set(), sheet.form, number, counted, seen.layout.number)
            counts[f"total|{what}|{'passed' if flag is None else 'flagged'}"] += 1
            if flag is None and counted != written:
                words = f"written {written}", f"taken for {counted}"
                picture = seen.cut(places[number.name])
                failures.append(Failure(TOTAL_PASSED, *words, 1.0, picture))
    return failures


def _judge_signatures(sheet: SheetTruth, seen: _Seen, counts: Counter[str]) -> list[Failure]:
    failures = []
    places = {box.name: box.rect for box in seen.layout.signatures}
    scan = "sealed" if sheet.sealed else "colour" if seen.reading.colour else "grey"
    for area in seen.reading.signatures:
        present = sheet.signatures[area.name.removeprefix("signature/")]
        outcome = "right" if area.present == present else "wrong"
        counts[f"signature|{scan}|{'doubtful' if area.present is None else outcome}"] += 1
        if area.present is not None and area.present != present:
            words = f"signed {present} {scan}", f"signed {area.present}"
            picture = seen.cut([places[area.name]])
            failures.append(Failure(WRONG_SIGNATURE, *words, 1.0, picture))
    return failures


def _failed_row(outcome: str, truth: RowTruth, choice: ChoiceReading, seen: _Seen) -> Failure:
    meant = truth.value or "no value"
    read = f"{choice.state.value} {choice.value or choice.proposal or ''}".strip()
    place = next(each for each in seen.layout.choices if each.name == choice.name)
    picture = seen.cut([rect for _, rect in place.cells])
    return Failure(outcome, f"{truth.kind} {meant}", read, choice.confidence, picture)


def _png(pixels: np.ndarray) -> bytes:
    return bytes(cv2.imencode(".png", pixels)[1].tobytes())

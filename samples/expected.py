"""What a right reading of a case is, from what was written and how the pages came.

The document (schema ``phieu.expected/1``) speaks the language of the readings export. ``flags``
must be raised; those of ``may_flag`` can be and are no fault (``*`` stands for any code or place).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ocr.geometry import Rect
from ocr.layout import Layout, PageLayout
from pipeline.forms.sets import AnswerForm, FormSet
from samples.filling import SheetTruth

SCHEMA = "phieu.expected/1"


@dataclass(frozen=True)
class Scanned:
    """A sheet and where its pages came out: ``pages`` the first scan of each page number,
    ``repeats`` further ones, as (page number, file, 1-based page of the file). ``sealed`` is the
    page number and the square that a seal covers; ``page_faults`` are codes that its scans deserve
    (``streak``, ``poor_image``)."""

    sheet_id: str
    person_id: str
    layout: Layout
    truth: SheetTruth
    pages: Sequence[tuple[int, str, int]]
    repeats: Sequence[tuple[int, str, int]]
    sealed: tuple[int, Rect] | None = None
    page_faults: frozenset[str] = frozenset()


def expected_sheet(form_set: FormSet, form: AnswerForm, scanned: Scanned) -> dict[str, Any]:
    """One sheet of ``expected.json``."""
    arrived = {number for number, _, _ in scanned.pages}
    layouts = [page for page in scanned.layout.pages if page.number in arrived]
    complete = len(layouts) == len(scanned.layout.pages)
    flags = [
        *_missing_pages(scanned.layout, arrived),
        *_choice_flags(layouts, scanned.truth),
        *(_total_flags(layouts, scanned.truth) if complete else ()),
        *(_result_flags(form, layouts, scanned.truth) if complete else ()),
        *_signature_flags(layouts, scanned.truth),
    ]
    on_paper = _Arrived(scanned.truth, {box.name for page in layouts for box in page.boxes})
    status = "flagged" if flags else "clean"
    return {
        "sheet_id": scanned.sheet_id,
        "person_id": scanned.person_id,
        "form": form.form_id,
        "version": scanned.layout.version,
        "status": status if complete else "incomplete",
        "pages": [_page(*page) for page in scanned.pages],
        "repeats": [_page(*page) for page in scanned.repeats],
        "items": [
            {"id": item.item_id}
            | {
                side.option_id: on_paper.choice(f"{item.item_id}/{side.option_id}")
                for side in form_set.sides
            }
            for item in form.items
        ],
        "totals": {
            side.option_id: {
                value.option_id: on_paper.total(side.option_id, value.option_id)
                for value in form_set.values
            }
            for side in form_set.sides
        },
        "overall": on_paper.choice("overall"),
        "signatures": {
            side.option_id: {"present": on_paper.signature(side.option_id)}
            for side in form_set.sides
        },
        "flags": flags,
        "may_flag": [*_may_flag(form_set, scanned), *_may_flag_under_seal(scanned)],
    }


@dataclass(frozen=True, slots=True)
class _Arrived:
    """What of the truth can be known from the pages that came; ``boxes`` are theirs."""

    truth: SheetTruth
    boxes: set[str]

    def choice(self, name: str) -> dict[str, Any]:
        if not any(box.rsplit("/", 1)[0] == name for box in self.boxes):
            return {"value": None, "state": "missing"}
        choice = self.truth.choices[name]
        return {"value": choice.value, "state": choice.state}

    def total(self, side: str, value: str) -> dict[str, Any]:
        came = f"total/{side}/{value}" in self.boxes
        written = self.truth.totals[f"{side}/{value}"] if came else None
        return {"written": written, "counted": self._count(side, value)}

    def _count(self, side: str, value: str) -> int:
        return sum(
            self.choice(name) == {"value": value, "state": "clear"}
            for name in self.truth.choices
            if name.endswith(f"/{side}")
        )

    def signature(self, side: str) -> bool | None:
        return self.truth.signatures[side] if f"signature/{side}" in self.boxes else None


def _page(number: int, source: str, source_page: int) -> dict[str, Any]:
    return {"number": number, "source": source, "source_page": source_page}


def _flag(code: str, page: int, where: str) -> dict[str, Any]:
    return {"code": code, "page": page, "where": where}


def _missing_pages(layout: Layout, arrived: set[int]) -> Iterable[dict[str, Any]]:
    for page in layout.pages:
        if page.number not in arrived:
            yield _flag("page_missing", page.number, "page")


def _choice_flags(pages: Iterable[PageLayout], truth: SheetTruth) -> Iterable[dict[str, Any]]:
    for page in pages:
        for choice in page.choices:
            state = truth.choices[choice.name].state
            if choice.name == "overall" and state == "missing":
                yield _flag("overall_missing", page.number, "overall")
            elif state != "clear":
                yield _flag(f"mark_{state}", page.number, choice.name)


def _total_flags(pages: Iterable[PageLayout], truth: SheetTruth) -> Iterable[dict[str, Any]]:
    """Totals that differ from plainly marked rows. Of a side with an open row nothing is sure."""
    for page in pages:
        for total in page.totals:
            _, side, value = total.name.split("/")
            written, counted = truth.totals[f"{side}/{value}"], truth.count(side, value)
            if truth.open_rows(side) or (written or 0) == counted:
                continue
            code = "total_unreadable" if written is None else "total_mismatch"
            yield _flag(code, page.number, total.name)


def _result_flags(
    form: AnswerForm, pages: Iterable[PageLayout], truth: SheetTruth
) -> Iterable[dict[str, Any]]:
    rule, overall = form.passes, truth.choices["overall"]
    if truth.open_rows(rule.side) or overall.state != "clear":
        return
    passed = truth.count(rule.side, rule.value) >= rule.needs
    if overall.value != (rule.value if passed else rule.otherwise):
        page = next(page for page in pages for choice in page.choices if choice.name == "overall")
        yield _flag("overall_mismatch", page.number, "overall")


def _signature_flags(pages: Iterable[PageLayout], truth: SheetTruth) -> Iterable[dict[str, Any]]:
    for page in pages:
        for area in page.signatures:
            if not truth.signatures[area.name.split("/")[1]]:
                yield _flag("signature_missing", page.number, area.name)


def _may_flag(form_set: FormSet, scanned: Scanned) -> Iterable[dict[str, Any]]:
    """Totals and result beside open rows; a page that came twice; what a bad scan deserves."""
    truth = scanned.truth
    for side in form_set.sides:
        if truth.open_rows(side.option_id):
            for value in form_set.values:
                yield {"code": "*", "where": f"total/{side.option_id}/{value.option_id}"}
            yield {"code": "overall_mismatch", "where": "overall"}
    for number, _, _ in scanned.repeats:
        yield {"code": "page_repeated", "where": f"page {number}"}
        yield {"code": "page_twin", "where": f"page {number}"}
    for code in sorted(scanned.page_faults):
        yield {"code": code, "where": "*"}


def _may_flag_under_seal(scanned: Scanned) -> Iterable[dict[str, Any]]:
    """Whatever a seal covers may be doubted, and totals and result that count on it."""
    if scanned.sealed is None:
        return
    number, seal = scanned.sealed
    page = scanned.layout.pages[number - 1]
    covered: dict[str, None] = {}
    for box in page.boxes:
        if _overlap(box.rect, seal):
            kind, *_ = box.name.split("/")
            covered[box.name if kind == "signature" else _group(box.name)] = None
    for name in covered:
        yield {"code": "*", "where": name}
    if any(not name.startswith(("signature", "total", "overall")) for name in covered):
        yield {"code": "*", "where": "overall"}
        for total in page.totals:
            yield {"code": "*", "where": total.name}


def _group(box: str) -> str:
    """The total or choice that a box belongs to."""
    if box.startswith("total/"):
        return "/".join(box.split("/")[:3])
    return box.rsplit("/", 1)[0]


def _overlap(a: Rect, b: Rect) -> bool:
    return (
        a.x_mm < b.right_mm
        and b.x_mm < a.right_mm
        and a.y_mm < b.bottom_mm
        and b.y_mm < a.bottom_mm
    )


def expected_case(
    case: Mapping[str, Any], sheets: Sequence[dict[str, Any]], rejects: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """The whole document of a case; ``case`` are its heading entries."""
    return {"schema": SCHEMA, **case, "sheets": list(sheets), "rejects": list(rejects)}

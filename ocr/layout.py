"""The layout of a form: where on its printed pages the answers stand.

Made by ``pipeline.forms.measure`` from the very PDF that is printed, stored as
``<form>.layout.json`` (schema ``phieu.layout/1``), used by the reader and by the printer.

The names of boxes say what they are: ``<item>/<side>/<value>`` for the cells of a choice,
``overall/<value>``, ``total/<side>/<value>`` with ``/tens`` and ``/units``, ``signature/<side>``.
Items, sides and values are data of a set: nothing here knows which there are.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ocr.geometry import Rect

SCHEMA = "phieu.layout/1"


@dataclass(frozen=True, slots=True)
class Box:
    """A named rectangle on a page: the inner edges of a ruled cell."""

    name: str
    rect: Rect


@dataclass(frozen=True, slots=True)
class Fiducial:
    """A corner mark: a black square, or a black frame when ``hollow`` (one of the four is).

    ``corner`` is ``top_left``, ``top_right``, ``bottom_right`` or ``bottom_left``.
    """

    corner: str
    rect: Rect
    hollow: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Cells of which exactly one is to be marked: value -> cell, in printed order.

    ``name`` is ``<item>/<side>`` or ``overall``.
    """

    name: str
    cells: tuple[tuple[str, Rect], ...]


@dataclass(frozen=True, slots=True)
class Total:
    """Two digit boxes for a number 0..99. ``name`` is ``total/<side>/<value>``."""

    name: str
    tens: Rect
    units: Rect


@dataclass(frozen=True)
class PageLayout:
    """One page of a form. ``number`` is 1-based; ``boxes`` are for answers, ``fields`` are areas
    that the printer fills (person, letterhead, code).
    """

    number: int
    width_mm: float
    height_mm: float
    boxes: tuple[Box, ...]
    fields: tuple[Box, ...]
    fiducials: tuple[Fiducial, ...]
    code: Rect
    """Where the modules of the QR code are printed (without its quiet zone)."""

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the page, (x, y) in mm."""
        return self.width_mm / 2, self.height_mm / 2

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """The choices of the page in printed order."""
        groups: dict[str, list[tuple[str, Rect]]] = {}
        for box in self.boxes:
            kind = box.name.split("/", 1)[0]
            if kind not in ("total", "signature"):
                name, value = box.name.rsplit("/", 1)
                groups.setdefault(name, []).append((value, box.rect))
        return tuple(Choice(name, tuple(cells)) for name, cells in groups.items())

    @cached_property
    def totals(self) -> tuple[Total, ...]:
        """The totals of the page."""
        rects = {box.name: box.rect for box in self.boxes}
        return tuple(
            Total(name, rects[f"{name}/tens"], rects[f"{name}/units"])
            for name in rects
            if name.startswith("total/") and name.count("/") == 2
        )

    @cached_property
    def signatures(self) -> tuple[Box, ...]:
        """The signature areas of the page; names ``signature/<side>``."""
        return tuple(box for box in self.boxes if box.name.startswith("signature/"))

    @cached_property
    def choice_cells(self) -> tuple[Rect, ...]:
        """The cells of all choices, in printed order."""
        return tuple(rect for choice in self.choices for _, rect in choice.cells)

    @cached_property
    def digit_boxes(self) -> tuple[Rect, ...]:
        """The boxes of all totals: tens, units, tens, and so on."""
        return tuple(rect for total in self.totals for rect in (total.tens, total.units))

    @property
    def ruled_cells(self) -> tuple[Rect, ...]:
        """What has printed lines around: the cells of choices and the digit boxes. (The borders of
        signature areas are white.)"""
        return self.choice_cells + self.digit_boxes

    def field(self, name: str) -> Rect | None:
        """The printed area of this name, if the page has it."""
        return next((box.rect for box in self.fields if box.name == name), None)


@dataclass(frozen=True)
class Layout:
    """A form's layout. ``version`` is what the geometry hashes to; printed codes carry it."""

    set_code: str
    form: str
    version: str
    pages: tuple[PageLayout, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """What a page code names a layout by: (set code, form, version)."""
        return self.set_code, self.form, self.version

    def page(self, number: int) -> PageLayout | None:
        """The page of this 1-based number, if the form has it."""
        return self.pages[number - 1] if 1 <= number <= len(self.pages) else None

    def choices(self) -> Iterator[Choice]:
        """All choices of all pages, in printed order."""
        for page in self.pages:
            yield from page.choices


def to_json(layout: Layout) -> dict[str, Any]:
    """The layout as the JSON document of schema ``phieu.layout/1``."""
    return {
        "schema": SCHEMA,
        "set_code": layout.set_code,
        "form": layout.form,
        "version": layout.version,
        "pages": [
            {
                "number": page.number,
                "width_mm": page.width_mm,
                "height_mm": page.height_mm,
                "boxes": [{"name": box.name} | _rect_to_json(box.rect) for box in page.boxes],
                "fields": [{"name": box.name} | _rect_to_json(box.rect) for box in page.fields],
                "fiducials": [
                    {"corner": mark.corner, "hollow": mark.hollow} | _rect_to_json(mark.rect)
                    for mark in page.fiducials
                ],
                "code": _rect_to_json(page.code),
            }
            for page in layout.pages
        ],
    }


def from_json(document: dict[str, Any]) -> Layout:
    """Read a document of schema ``phieu.layout/1``.

    Raises ValueError when it is of another schema, KeyError when a part is missing.
    """
    if document.get("schema") != SCHEMA:
        raise ValueError(f"not a layout of schema {SCHEMA}: {document.get('schema')!r}")
    pages = tuple(
        PageLayout(
            number=page["number"],
            width_mm=page["width_mm"],
            height_mm=page["height_mm"],
            boxes=tuple(Box(box["name"], _rect(box)) for box in page["boxes"]),
            fields=tuple(Box(box["name"], _rect(box)) for box in page["fields"]),
            fiducials=tuple(
                Fiducial(mark["corner"], _rect(mark), mark["hollow"]) for mark in page["fiducials"]
            ),
            code=_rect(page["code"]),
        )
        for page in document["pages"]
    )
    return Layout(document["set_code"], document["form"], document["version"], pages)


def load_layout(path: Path) -> Layout:
    """Read a ``*.layout.json`` file."""
    return from_json(json.loads(path.read_text(encoding="utf-8")))


def _rect(document: dict[str, Any]) -> Rect:
    return Rect(document["x_mm"], document["y_mm"], document["w_mm"], document["h_mm"])


def _rect_to_json(rect: Rect) -> dict[str, float]:
    return {
        "x_mm": round(rect.x_mm, 3),
        "y_mm": round(rect.y_mm, 3),
        "w_mm": round(rect.w_mm, 3),
        "h_mm": round(rect.h_mm, 3),
    }

"""A set of forms: one regulation as a folder of data under ``templates/<set>/``.

Code knows kinds of answer and kinds of condition; which contents, sides, values, levels, forms and
conditions there are is said by ``set.yaml`` and the criteria files.
"""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Option:
    """Something a person chooses or a column stands for: id in data, label on paper."""

    option_id: str
    label: str


@dataclass(frozen=True, slots=True)
class Item:
    """A content (nội dung) to be marked. ``item_id`` such as ``I.1.1`` is unique in its form;
    ``number`` is printed and starts again in each criterion; ``seq`` counts through the form."""

    item_id: str
    seq: int
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion (tiêu chí): a heading over its contents."""

    criterion_id: str
    number: int
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form (I, II, III)."""

    section_id: str
    title: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class PassRule:
    """The form result is ``value`` when the side that decides has it at least ``needs`` times."""

    side: str
    value: str
    otherwise: str
    needs: int


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """A form that people mark by pen and scanners bring back (03A, 03B)."""

    form_id: str
    title: tuple[str, ...]
    template: Path
    groups: tuple[str, ...]
    sections: tuple[Section, ...]
    passes: PassRule
    total_label: str
    total_unit: str
    result_label: str
    footnote: str

    @property
    def items(self) -> tuple[Item, ...]:
        """All contents in printed order."""
        return tuple(
            item
            for section in self.sections
            for criterion in section.criteria
            for item in criterion.items
        )


@dataclass(frozen=True, slots=True)
class ListForm:
    """A document that the program writes (04...): a docxtpl template."""

    form_id: str
    title: tuple[str, ...]
    template: Path


@dataclass(frozen=True, slots=True)
class Level:
    """A level of monthly or annual rating; ``rank`` grows with merit."""

    code: str
    letter: str
    name: str
    rank: int


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the professional status, with the rule's id of the specification.

    Kinds: ``form_passed``; ``monthly_level_at_least`` (``level``); ``monthly_discipline_at_least``
    (``points``); ``subordinates_level_at_least`` (``level``; ``excused_level`` counts too when the
    rating's reason is one of ``excused_reasons``). It applies to people of ``groups``.
    """

    rule: str
    kind: str
    groups: tuple[str, ...]
    level: str = ""
    points: Decimal = Decimal(0)
    excused_level: str = ""
    excused_reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeaderStyle:
    """The right side of the letterhead for units of this style: lines of text, the last ruled."""

    style_id: str
    lines: tuple[str, ...]
    star_below_issuer: bool


@dataclass(frozen=True, slots=True)
class FormSet:
    """A regulation's forms and rules. ``code`` is its short code in printed page codes."""

    set_id: str
    code: str
    title: str
    path: Path
    first_period: str
    sides: tuple[Option, ...]
    values: tuple[Option, ...]
    levels: tuple[Level, ...]
    headers: dict[str, HeaderStyle]
    answer_forms: dict[str, AnswerForm]
    list_forms: dict[str, ListForm]
    conditions: tuple[Condition, ...]

"""Monthly and annual ratings, commitments and achievements: the second source of a verdict."""

import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from pipeline.fields import FIRST_YEAR, LAST_YEAR, Faults, Fields, Spellings, spelled
from pipeline.forms.sets import Level
from pipeline.people import LEAVE_REASONS
from pipeline.periods import Period
from pipeline.tables import Tables

MAX_DISCIPLINE = 20
"""Points for ý thức tổ chức kỷ luật (R-000-16)."""

MAX_ACHIEVEMENT = 1000
"""Characters of a Trích ngang thành tích: a row of mẫu 05B that still fits on half a page."""

_QUARTER = re.compile(
    r"(?P<year>[0-9]{4})-q(?P<number>[1-4])"
    r"|(?:quý|q)\s?(?P<words>[1-4]|i{1,3}|iv)\s?(?:[/-]|năm)\s?(?P<of>[0-9]{4})"
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}

_REASONS = spelled({reason: (label,) for reason, label in LEAVE_REASONS.items()})
_ALLOWED_REASONS = "; ".join(LEAVE_REASONS.values()) + "; hoặc để trống"


@dataclass(frozen=True, slots=True)
class MonthlyRating:
    """The rating of one person in one month.

    ``level`` is the code of a level of the set (``hoan_thanh_tot``...), ``discipline`` the points
    for ý thức tổ chức kỷ luật 0..20 or None when the table leaves them out, ``reason`` a key of
    :data:`pipeline.people.LEAVE_REASONS` or empty.
    """

    person_id: str
    year: int
    month: int
    level: str
    discipline: Decimal | None
    reason: str


@dataclass(frozen=True, slots=True)
class AnnualRating:
    """The rating of one person in one year."""

    person_id: str
    year: int
    level: str


@dataclass(frozen=True, slots=True)
class Commitment:
    """A signed commitment (mẫu 01). ``signed_on`` is ISO ``yyyy-mm-dd`` or empty when not known."""

    person_id: str
    year: int
    signed_on: str


@dataclass(frozen=True, slots=True)
class Achievement:
    """What a person of a quarter did better than was asked (Trích ngang thành tích, mẫu 05B)."""

    person_id: str
    year: int
    quarter: int
    text: str


@dataclass(frozen=True, slots=True)
class Ratings:
    """What tables of ratings hold, in their order; at most one of a kind a person and time."""

    monthly: tuple[MonthlyRating, ...]
    annual: tuple[AnnualRating, ...]
    commitments: tuple[Commitment, ...]
    achievements: tuple[Achievement, ...] = ()


def parse_ratings(
    tables: Tables,
    levels: Sequence[Level],
    people: Container[str],
    within: Period | None = None,
) -> Ratings:
    """Monthly and annual ratings, commitments and achievements.

    ``levels`` are those of the set: a class is a letter, a code or a name, small or capital.
    ``people`` are the known ids. ``within`` is the period that months must lie in, when the tables
    are meant for one. Raises :class:`~pipeline.errors.BadTable` with every fault of
    every file: unknown people and classes, values out of range, a person and time given twice.
    """
    faults = Faults(tables.faults("monthly", "annual", "commitments", "achievements"))
    run = _Run(tables, people, _Classes.of(levels), faults, within)
    ratings = Ratings(
        tuple(run.entries("monthly", _monthly)),
        tuple(run.entries("annual", _annual)),
        tuple(run.entries("commitments", _commitment)),
        tuple(run.entries("achievements", _achievement)),
    )
    faults.raise_any()
    return ratings


@dataclass(frozen=True, slots=True)
class _Classes:
    """The levels of a set by their spellings, and in words."""

    spellings: Spellings
    allowed: str

    @staticmethod
    def of(levels: Sequence[Level]) -> "_Classes":
        return _Classes(
            spelled({level.code: (level.letter, level.name) for level in levels}),
            "; ".join(f"{level.letter} - {level.name} ({level.code})" for level in levels),
        )


_Entry = TypeVar("_Entry", bound=MonthlyRating | AnnualRating | Commitment | Achievement)


@dataclass(frozen=True, slots=True)
class _Run:
    """What every row is read with."""

    tables: Tables
    people: Container[str]
    classes: _Classes
    faults: Faults
    within: Period | None

    def entries(
        self, kind: str, read: Callable[[str, Fields, _Classes], _Entry | None]
    ) -> Iterator[_Entry]:
        """The entries of all tables of a kind whose time could be read."""
        first: dict[tuple[str | int, ...], Fields] = {}
        for table in self.tables.of(kind):
            for row in table.rows:
                fields = Fields(table, row, self.faults)
                entry = read(self._person_id(fields), fields, self.classes)
                if entry is None or not entry.person_id:
                    continue
                twin = first.setdefault((entry.person_id, *_time(entry)), fields)
                if twin is not fields:
                    fields.complain("person_id", _twin_in_words(fields, twin))
                if isinstance(entry, MonthlyRating):
                    self._check_month(entry, fields)
                yield entry

    def _check_month(self, entry: MonthlyRating, fields: Fields) -> None:
        month = Period(entry.year, month=entry.month)
        if self.within is not None and month not in self.within.months:
            fields.complain("month", f"tháng này không thuộc kỳ {self.within} đang nhập")

    def _person_id(self, fields: Fields) -> str:
        person_id = fields.identifier("person_id", required=True) or ""
        if person_id and person_id not in self.people:
            reason = "không có người mang mã này trong danh sách; nhập danh sách trước hoặc sửa mã"
            fields.complain("person_id", reason)
        return person_id


def _time(entry: MonthlyRating | AnnualRating | Commitment | Achievement) -> tuple[int, ...]:
    match entry:
        case MonthlyRating():
            return entry.year, entry.month
        case Achievement():
            return entry.year, entry.quarter
        case _:
            return (entry.year,)


def _twin_in_words(fields: Fields, twin: Fields) -> str:
    what = {"monthly": "tháng", "achievements": "quý"}.get(fields.table.kind, "năm")
    return f"người này đã có dữ liệu của cùng {what} ở {twin.seen_from(fields)}; chỉ giữ một dòng"


def _monthly(person_id: str, fields: Fields, classes: _Classes) -> MonthlyRating | None:
    month = fields.month("month")
    level = fields.choice("class", classes.spellings, classes.allowed) or ""
    discipline = fields.number("discipline", 0, MAX_DISCIPLINE)
    reason = fields.choice("reason", _REASONS, _ALLOWED_REASONS, default="") or ""
    if month is None or month.month is None:
        return None
    return MonthlyRating(person_id, month.year, month.month, level, discipline, reason)


def _annual(person_id: str, fields: Fields, classes: _Classes) -> AnnualRating | None:
    year = fields.year("year")
    level = fields.choice("class", classes.spellings, classes.allowed) or ""
    return None if year is None else AnnualRating(person_id, year, level)


def _commitment(person_id: str, fields: Fields, _: _Classes) -> Commitment | None:
    year = fields.year("year")
    day = fields.day("signed_on")
    if year is None:
        return None
    if day is not None and abs(day.year - year) > 1:
        fields.complain("signed_on", f"ngày ký không thuộc năm {year}; kiểm tra lại")
    return Commitment(person_id, year, "" if day is None else day.isoformat())


def _achievement(person_id: str, fields: Fields, _: _Classes) -> Achievement | None:
    written = fields.text("period", required=True)
    text = fields.text("achievement", required=True, private=True, longest=MAX_ACHIEVEMENT)
    if written is None:
        return None
    found = _QUARTER.fullmatch(" ".join(written.casefold().split()))
    if found is None:
        fields.complain("period", "không phải quý; viết 2026-Q4 hoặc Quý IV/2026")
        return None
    year = int(found["year"] or found["of"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        reason = f"năm phải từ {FIRST_YEAR} đến {LAST_YEAR}; kiểm tra lại"
        fields.complain("period", reason)
        return None
    number = found["number"] or found["words"]
    return Achievement(person_id, year, _ROMAN.get(number) or int(number), text or "")

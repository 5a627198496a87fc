"""Monthly and annual ratings and commitments: the second source of a verdict."""

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from pipeline.fields import Faults, Fields, Spellings, spelled
from pipeline.tables import Tables

if TYPE_CHECKING:  # sets name the reasons below, so the import would go round
    from pipeline.forms.sets import Level

LEAVE_REASONS = {"nghi_phep": "nghỉ phép", "om_dau": "ốm đau"}
MAX_DISCIPLINE = 20
"""Points for ý thức tổ chức kỷ luật (R-000-16)."""

_REASONS = spelled({reason: (label,) for reason, label in LEAVE_REASONS.items()})
_ALLOWED_REASONS = "; ".join(LEAVE_REASONS.values()) + "; hoặc để trống"


@dataclass(frozen=True, slots=True)
class MonthlyRating:
    """The rating of one person in one month.

    ``level`` is the code of a level of the set (``hoan_thanh_tot``...), ``discipline`` the points
    for ý thức tổ chức kỷ luật 0..20 or None when the table leaves them out, ``reason`` a key of
    :data:`LEAVE_REASONS` or empty.
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
class Ratings:
    """What tables of ratings hold, in their order; at most one of a kind a person and time."""

    monthly: tuple[MonthlyRating, ...]
    annual: tuple[AnnualRating, ...]
    commitments: tuple[Commitment, ...]


def parse_ratings(tables: Tables, levels: "Sequence[Level]", people: Container[str]) -> Ratings:
    """Monthly and annual ratings and commitments.

    ``levels`` are those of the set: a class is a letter, a code or a name, small or capital.
    ``people`` are the known ids. Raises :class:`~pipeline.errors.BadTable` with every fault of
    every file: unknown people and classes, values out of range, a person and time given twice.
    """
    faults = Faults(tables.faults("monthly", "annual", "commitments"))
    run = _Run(tables, people, _Classes.of(levels), faults)
    ratings = Ratings(
        tuple(run.entries("monthly", _monthly)),
        tuple(run.entries("annual", _annual)),
        tuple(run.entries("commitments", _commitment)),
    )
    faults.raise_any()
    return ratings


@dataclass(frozen=True, slots=True)
class _Classes:
    """The levels of a set by their spellings, and in words."""

    spellings: Spellings
    allowed: str

    @staticmethod
    def of(levels: "Sequence[Level]") -> "_Classes":
        return _Classes(
            spelled({level.code: (level.letter, level.name) for level in levels}),
            "; ".join(f"{level.letter} - {level.name} ({level.code})" for level in levels),
        )


_Entry = TypeVar("_Entry", bound=MonthlyRating | AnnualRating | Commitment)


@dataclass(frozen=True, slots=True)
class _Run:
    """What every row is read with."""

    tables: Tables
    people: Container[str]
    classes: _Classes
    faults: Faults

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
                yield entry

    def _person_id(self, fields: Fields) -> str:
        person_id = fields.identifier("person_id", required=True) or ""
        if person_id and person_id not in self.people:
            reason = "không có người mang mã này trong danh sách; nhập danh sách trước hoặc sửa mã"
            fields.complain("person_id", reason)
        return person_id


def _time(entry: MonthlyRating | AnnualRating | Commitment) -> tuple[int, ...]:
    return (entry.year, entry.month) if isinstance(entry, MonthlyRating) else (entry.year,)


def _twin_in_words(fields: Fields, twin: Fields) -> str:
    what = "tháng" if fields.table.kind == "monthly" else "năm"
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

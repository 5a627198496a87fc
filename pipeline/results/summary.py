"""The summary for leadership (Biểu tiến độ, rows 7 and 8): how many people stand where.

Counts only, never names: per unit, block and district, of a quarter or a year, and which contents
fail most in the column that decides.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.forms.sets import FormSet
from pipeline.people import BLOCKS, Roster, Unit
from pipeline.periods import Period
from pipeline.results.verdict import Verdict, VerdictStatus
from pipeline.scans.record import SheetRecord


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers of people. ``signed`` have signed the year's commitment, ``late`` of them after the
    due date; the other four are the statuses and add up to ``people``."""

    people: int = 0
    signed: int = 0
    late: int = 0
    dat: int = 0
    chua_dat: int = 0
    tam_tinh: int = 0
    chua_co_ket_qua: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Both groups of people together."""
        return Tally(
            self.people + other.people,
            self.signed + other.signed,
            self.late + other.late,
            self.dat + other.dat,
            self.chua_dat + other.chua_dat,
            self.tam_tinh + other.tam_tinh,
            self.chua_co_ket_qua + other.chua_co_ket_qua,
        )

    @property
    def evaluated(self) -> int:
        """Those with a result, provisional ones too."""
        return self.people - self.chua_co_ket_qua

    @property
    def waiting(self) -> int:
        """Those without a final result."""
        return self.tam_tinh + self.chua_co_ket_qua


@dataclass(frozen=True, slots=True)
class UnitTally:
    """The numbers of one unit."""

    unit: Unit
    tally: Tally


@dataclass(frozen=True, slots=True)
class ItemTally:
    """How often a content fails: ``failed`` of ``marked`` sheets, in the column that decides."""

    form_id: str
    item_id: str
    text: str
    failed: int
    marked: int

    @property
    def share(self) -> float:
        """Of the sheets marked, 0..1."""
        return self.failed / self.marked if self.marked else 0.0


@dataclass(frozen=True, slots=True)
class Summary:
    """The numbers of a period.

    ``has_begun`` is False when no sheet of the period was printed: the evaluation is still to come
    and "no result" says nothing. ``units`` are those with people, in the roster's order, ``blocks``
    in the order of :data:`~pipeline.people.BLOCKS`. ``items`` are the contents that failed at least
    once, worst first; ``sheets`` how many evaluated sheets they come from.
    """

    period: Period
    has_begun: bool
    units: tuple[UnitTally, ...]
    items: tuple[ItemTally, ...]
    sheets: int

    @property
    def blocks(self) -> tuple[tuple[str, Tally], ...]:
        """The numbers of each block that has people, by block id."""
        by_block: dict[str, Tally] = defaultdict(Tally)
        for each in self.units:
            by_block[each.unit.block] += each.tally
        return tuple((block, by_block[block]) for block in BLOCKS if block in by_block)

    @property
    def total(self) -> Tally:
        """The whole district."""
        *_, total = accumulate((each.tally for each in self.units), initial=Tally())
        return total


@dataclass(frozen=True, slots=True)
class Commitments:
    """Who has signed the year's commitment, and who of them late, by person id."""

    signed: frozenset[str] = frozenset()
    late: frozenset[str] = frozenset()


def summarise(
    roster: Roster,
    form_set: FormSet,
    period: Period,
    verdicts: Iterable[Verdict],
    records: Iterable[SheetRecord],
    commitments: Commitments,
    *,
    has_begun: bool,
) -> Summary:
    """The summary of one period; pure.

    ``verdicts`` are those on everybody on the roster; ``records`` the sheets that count for the
    contents, see :func:`decided_sheets`. Raises KeyError when somebody has no verdict.
    """
    status = {verdict.person_id: verdict.status for verdict in verdicts}
    by_unit: dict[str, Tally] = defaultdict(Tally)
    for person in roster.people.values():
        by_unit[person.unit_id] += _one(person.person_id, status[person.person_id], commitments)
    counted = tuple(records)
    return Summary(
        period,
        has_begun,
        tuple(
            UnitTally(unit, by_unit[unit.unit_id])
            for unit in roster.units.values()
            if unit.unit_id in by_unit
        ),
        failing_items(form_set, counted),
        len(counted),
    )


def decided_sheets(
    records: Iterable[SheetRecord], verdicts: Iterable[Verdict]
) -> tuple[SheetRecord, ...]:
    """The sheets of people who have a result: what somebody still has to look at is no failure."""
    status = {verdict.person_id: verdict.status for verdict in verdicts}
    return tuple(
        record
        for record in records
        if status[record.person_id] is not VerdictStatus.CHUA_CO_KET_QUA
    )


def _one(person_id: str, status: VerdictStatus, commitments: Commitments) -> Tally:
    signed = person_id in commitments.signed
    return Tally(
        people=1,
        signed=int(signed),
        late=int(signed and person_id in commitments.late),
        dat=int(status is VerdictStatus.DAT),
        chua_dat=int(status is VerdictStatus.CHUA_DAT),
        tam_tinh=int(status is VerdictStatus.TAM_TINH),
        chua_co_ket_qua=int(status is VerdictStatus.CHUA_CO_KET_QUA),
    )


def failing_items(form_set: FormSet, records: Sequence[SheetRecord]) -> tuple[ItemTally, ...]:
    """The contents that failed at least once in the column that decides, worst first: by how many
    sheets, then by share, then in the order of the form."""
    failed: Counter[tuple[str, str]] = Counter()
    marked: Counter[tuple[str, str]] = Counter()
    for record in records:
        passes = form_set.answer_forms[record.form].passes
        for (item_id, side), answer in record.answers.items():
            if side == passes.side and answer.value is not None:
                marked[record.form, item_id] += 1
                failed[record.form, item_id] += answer.value != passes.value
    found = [
        ItemTally(form.form_id, item.item_id, item.text, failed[key], marked[key])
        for form in form_set.answer_forms.values()
        for item in form.items
        if failed[key := (form.form_id, item.item_id)]
    ]
    return tuple(sorted(found, key=lambda item: (-item.failed, -item.share)))

"""Mẫu 04: the notice of who has reached the professional level, one a unit.

It is public, so it carries the names of those who passed and nothing else: no reasons, nobody who
has not passed, and what tells two people of one name apart only where the list would not
(specification 4.5).

Tags of the template (``mau_04.docx``): ``tieu_ngu_kieu`` (header style), ``tieu_ngu`` (its lines),
``dau_don_vi``, ``don_vi_chu_quan``, ``don_vi``, ``dia_danh``, ``tieu_de`` (title lines),
``tong_so``, ``so_da_ky``, ``so_dat``, ``danh_sach`` (rows with ``tt``, ``ho_va_ten``, ``chuc_vu``,
``ghi_chu``), ``noi_nhan`` (addressees), ``chuc_danh`` (title of who signs).
"""

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx import Document

from pipeline.errors import BadSet
from pipeline.forms.fill import fill
from pipeline.forms.sets import FormSet, HeaderStyle
from pipeline.names import NameKey, sort_key
from pipeline.people import Person, Unit
from pipeline.periods import Period
from pipeline.ratings import Commitment
from pipeline.results.commitments import signers
from pipeline.results.letterhead import fit_rules
from pipeline.results.verdict import Verdict, VerdictStatus

FORM = "04"


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A line of the list. ``note`` is what tells the person apart from a namesake, mostly empty."""

    number: int
    full_name: str
    position: str
    note: str


@dataclass(frozen=True, slots=True)
class NoticeContext:
    """All that a notice says.

    ``n_waiting`` is not printed: how many people of the unit have a provisional result or none
    yet, so that who publishes can be warned that the list may still grow.
    """

    unit: Unit
    header: HeaderStyle
    title: tuple[str, ...]
    n_total: int
    n_signed: int
    rows: tuple[NoticeRow, ...]
    addressees: tuple[str, ...]
    n_waiting: int

    @property
    def n_pass(self) -> int:
        """How many passed: as many as are listed."""
        return len(self.rows)


def notice_context(
    unit: Unit,
    people: Sequence[Person],
    verdicts: Iterable[Verdict],
    commitments: Iterable[Commitment],
    period: Period,
    form_set: FormSet,
) -> NoticeContext:
    """What the notice of one unit says.

    ``people`` in the order of the list; those of other units are left out, as are other people's
    verdicts. Raises BadSet when the set has no mẫu 04 or no such header style, KeyError when
    somebody of the unit has no verdict.
    """
    header = form_set.headers.get(unit.header_style)
    form = form_set.list_forms.get(FORM)
    if header is None or form is None:
        missing = f"tiêu ngữ “{unit.header_style}”" if header is None else f"mẫu {FORM}"
        raise BadSet(
            f"Bộ mẫu {form_set.set_id} không có {missing}: hãy bổ sung vào set.yaml của bộ mẫu."
        )
    members = [person for person in people if person.unit_id == unit.unit_id]
    status = {verdict.person_id: verdict.status for verdict in verdicts}
    notes = notes_for_namesakes(members)
    passed = [person for person in members if status[person.person_id] is VerdictStatus.DAT]
    waiting = {VerdictStatus.TAM_TINH, VerdictStatus.CHUA_CO_KET_QUA}
    return NoticeContext(
        unit=unit,
        header=header,
        title=tuple(line.replace("{period}", period.words) for line in form.title),
        n_total=len(members),
        n_signed=len(signers(commitments, period) & {person.person_id for person in members}),
        rows=tuple(
            NoticeRow(
                number,
                person.full_name,
                position_and_unit(person, unit),
                notes.get(person.person_id, ""),
            )
            for number, person in enumerate(passed, 1)
        ),
        addressees=(),
        n_waiting=sum(status[person.person_id] in waiting for person in members),
    )


def position_and_unit(person: Person, unit: Unit) -> str:
    """Position and unit as the list prints them; the unit once only."""
    if unit.name.casefold() in person.position.casefold():
        return person.position
    return ", ".join(part for part in (person.position, unit.name) if part)


def notes_for_namesakes(members: Sequence[Person]) -> dict[str, str]:
    """What tells people of a unit apart whom the list would print alike, by person id.

    Also when only one of them is listed: readers must see who it is. Different positions are
    enough; else the year of birth, else the day, else the staff code, the least that does. Names
    that sort alike are the same name (``LÊ THỊ HOÀ``, ``Lê Thị Hòa``).
    """
    alike: dict[tuple[NameKey, str], list[Person]] = defaultdict(list)
    for person in members:
        alike[sort_key(person.full_name), person.position.casefold()].append(person)
    return {
        person.person_id: note
        for people in alike.values()
        if len(people) > 1
        for person, note in zip(people, _telling_apart(people), strict=True)
    }


def _telling_apart(people: Sequence[Person]) -> list[str]:
    dates = [person.birth_date for person in people]
    years = [born[:4] for born in dates]
    if all(years) and len(set(years)) == len(years):
        return [f"Sinh năm {year}" for year in years]
    if all(len(born) == len("yyyy-mm-dd") for born in dates) and len(set(dates)) == len(dates):
        return ["Sinh ngày {2}/{1}/{0}".format(*born.split("-")) for born in dates]
    return [f"Mã số {person.person_id}" for person in people]


def render_notice(template: Path, context: NoticeContext) -> bytes:
    """The notice as docx. Raises BadSet when the template is no docx or its tags are wrong."""
    document = Document(io.BytesIO(fill(template, _tags(context))))
    fit_rules(document)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _tags(context: NoticeContext) -> Mapping[str, Any]:
    unit = context.unit
    return {
        "tieu_ngu_kieu": context.header.style_id,
        "tieu_ngu": context.header.lines,
        "dau_don_vi": context.header.issuer_mark,
        "don_vi_chu_quan": unit.parent_name.upper(),
        "don_vi": unit.name.upper(),
        "dia_danh": unit.place or "...............",
        "tieu_de": context.title,
        "tong_so": _count(context.n_total),
        "so_da_ky": _count(context.n_signed),
        "so_dat": _count(context.n_pass),
        "danh_sach": [
            {
                "tt": row.number,
                "ho_va_ten": row.full_name,
                "chuc_vu": row.position,
                "ghi_chu": row.note,
            }
            for row in context.rows
        ],
        "noi_nhan": context.addressees,
        "chuc_danh": unit.head_title.upper(),
    }


def _count(number: int) -> str:
    """Numbers of people as official papers write them: 0, 01 ... 09, 10."""
    return f"{number:02d}" if number else "0"

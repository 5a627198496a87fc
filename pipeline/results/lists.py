"""The lists an office publishes (mẫu 02, 04, 05A, 05B): one shape for all of them, and as docx.

Which of its facts a list prints is said by its docx template alone. Tags that a template may name:
``tieu_ngu_kieu`` (header style), ``tieu_ngu`` (its lines), ``dau_don_vi``, ``don_vi_chu_quan``,
``don_vi``, ``dia_danh``, ``tieu_de`` (title lines), ``so`` (numbers of people: ``so.tong_so``,
``so.da_ky``, ``so.dat``), ``danh_sach`` (lines: a heading in ``tieu_de``, or a person with ``tt``,
``ho_va_ten``, ``ngay_sinh``, ``chuc_vu``, ``dang_vien``, ``nhom.<group>``, ``ghi_chu``,
``thanh_tich``), ``cong`` (totals: ``dang_vien`` and each group), ``noi_nhan`` (addressees),
``chuc_danh`` (title of who signs).
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document

from pipeline.errors import BadSet
from pipeline.forms.fill import fill
from pipeline.forms.sets import FormSet, HeaderStyle, ListForm
from pipeline.people import GROUPS, Person, Unit
from pipeline.periods import Period
from pipeline.results.letterhead import fit_rules

TICK = "x"


@dataclass(frozen=True, slots=True)
class ListRow:
    """A person on a list. ``post`` is the position as this list prints it, with or without the
    unit; ``note`` goes into Ghi chú, ``achievement`` into Trích ngang thành tích."""

    person: Person
    post: str
    note: str = ""
    achievement: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """People under a heading, which is empty when the list has no parts."""

    heading: str
    rows: tuple[ListRow, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of people: all, with a commitment of the year, and who passed."""

    total: int
    signed: int
    passed: int


@dataclass(frozen=True, slots=True)
class ListDocument:
    """All that a list says.

    ``issuer`` is who signs it: a unit, or an office that gathers the lists of units. ``name`` is
    the stem of its files, ``folder`` where they lie below the folder of the form. ``n_waiting`` is
    not printed: how many people have a provisional result or none yet, so that who publishes can
    be warned that the list may still grow.
    """

    form: ListForm
    name: str
    issuer: Unit
    header: HeaderStyle
    title: tuple[str, ...]
    sections: tuple[Section, ...]
    addressees: tuple[str, ...] = ()
    counts: Counts = Counts(0, 0, 0)
    n_waiting: int = 0
    folder: str = ""

    @property
    def rows(self) -> tuple[ListRow, ...]:
        """Everybody on the list, in order."""
        return tuple(row for section in self.sections for row in section.rows)


def header_of(issuer: Unit, form_set: FormSet) -> HeaderStyle:
    """The letterhead of who signs. Raises BadSet when the set has no such style."""
    header = form_set.headers.get(issuer.header_style)
    if header is None:
        raise BadSet(
            f"Bộ mẫu {form_set.set_id} không có tiêu ngữ “{issuer.header_style}”: hãy bổ sung vào "
            "set.yaml của bộ mẫu."
        )
    return header


def title_of(form: ListForm, period: Period, scope: str = "") -> tuple[str, ...]:
    """The title lines for a period; ``scope`` is a last line of its own, such as a block."""
    lines = [
        line.replace("{period}", period.words).replace("{year}", str(period.year))
        for line in form.title
    ]
    return tuple(line[:1].upper() + line[1:] for line in (*lines, scope) if line)


def position_and_unit(person: Person, unit: Unit) -> str:
    """Position and unit as a list prints them; the unit once only."""
    if unit.name.casefold() in person.position.casefold():
        return person.position
    return ", ".join(part for part in (person.position, unit.name) if part)


def render_list(document: ListDocument) -> bytes:
    """The list as docx. Raises BadSet when the template is no docx or its tags are wrong."""
    filled = Document(io.BytesIO(fill(document.form.template, _tags(document))))
    fit_rules(filled)
    target = io.BytesIO()
    filled.save(target)
    return target.getvalue()


def _tags(document: ListDocument) -> Mapping[str, Any]:
    issuer, rows = document.issuer, document.rows
    return {
        "tieu_ngu_kieu": document.header.style_id,
        "tieu_ngu": document.header.lines,
        "dau_don_vi": document.header.issuer_mark,
        "don_vi_chu_quan": issuer.parent_name.upper(),
        "don_vi": issuer.name.upper(),
        "dia_danh": issuer.place or "...............",
        "tieu_de": document.title,
        "so": {
            "tong_so": count_words(document.counts.total),
            "da_ky": count_words(document.counts.signed),
            "dat": count_words(document.counts.passed),
        },
        "danh_sach": _lines(document.sections),
        "cong": {
            "dang_vien": count_words(sum(row.person.party_member for row in rows)),
            **{
                group: count_words(sum(row.person.group == group for row in rows))
                for group in GROUPS
            },
        },
        "noi_nhan": document.addressees,
        "chuc_danh": issuer.head_title.upper(),
    }


def _lines(sections: Sequence[Section]) -> list[dict[str, Any]]:
    """Headings and people in one sequence; numbers run through the whole list."""
    lines: list[dict[str, Any]] = []
    number = 0
    for section in sections:
        if section.heading:
            lines.append({"tieu_de": section.heading})
        for row in section.rows:
            number += 1
            lines.append(_line(number, row))
    return lines


def _line(number: int, row: ListRow) -> dict[str, Any]:
    person = row.person
    return {
        "tieu_de": "",
        "tt": number,
        "ho_va_ten": person.full_name,
        "ngay_sinh": date_words(person.birth_date),
        "chuc_vu": row.post,
        "dang_vien": TICK if person.party_member else "",
        "nhom": {group: TICK if person.group == group else "" for group in GROUPS},
        "ghi_chu": row.note,
        "thanh_tich": row.achievement,
    }


def date_words(iso: str) -> str:
    """``05/01/1985``; a year alone stays as it is."""
    return "/".join(reversed(iso.split("-")))


def count_words(number: int) -> str:
    """Numbers of people as official papers write them: 0, 01 ... 09, 10."""
    return f"{number:02d}" if number else "0"

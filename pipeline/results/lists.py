"""The lists an office publishes (mẫu 02, 04, 05A, 05B): one shape for all of them, and as docx.

Which of its facts a list prints is said by its docx template alone. Tags that a template may name:
``tieu_ngu_kieu`` (header style), ``tieu_ngu`` (its lines), ``dau_don_vi``, ``don_vi_chu_quan``,
``don_vi``, ``dia_danh``, ``tieu_de`` (title lines), ``so`` (numbers of people: ``so.tong_so``,
``so.da_ky``, ``so.dat``), ``cac_phan`` (at least one part, each with ``tieu_de``, empty for none,
``la_cuoi`` and ``dong``: people with ``tt``, ``ho_va_ten``, ``ngay_sinh``, ``chuc_vu``,
``dang_vien``, ``nhom.<group>``, ``ghi_chu``, ``thanh_tich``, and ``con_lai``, how many people of
the whole list are still to come), ``cong`` (totals: ``dang_vien`` and each group), ``noi_nhan``
(addressees), ``chuc_danh`` (title of who signs).
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
        "cac_phan": _parts(document.sections or (Section("", ()),)),
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


def _parts(sections: Sequence[Section]) -> list[dict[str, Any]]:
    """Numbers run through the whole list."""
    parts: list[dict[str, Any]] = []
    done, total = 0, sum(len(section.rows) for section in sections)
    for section in sections:
        lines = [
            _line(number, total - number, row) for number, row in enumerate(section.rows, done + 1)
        ]
        done += len(lines)
        is_last = section is sections[-1]
        parts.append({"tieu_de": section.heading, "la_cuoi": is_last, "dong": lines})
    return parts


def _line(number: int, left: int, row: ListRow) -> dict[str, Any]:
    person = row.person
    return {
        "tt": number,
        "con_lai": left,
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

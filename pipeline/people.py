"""Units and people as the office keeps them: the roster, and how it is read from its tables."""

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.fields import Faults, Fields, spelled
from pipeline.spreadsheets import EMPTY
from pipeline.tables import Tables

GROUPS = {
    "lanh_dao": "Cán bộ lãnh đạo, quản lý",
    "cc": "Công chức",
    "vc": "Viên chức",
    "nld": "Người lao động",
}
BLOCKS = {
    "dang": "Đảng",
    "mttq": "MTTQ",
    "doan_the": "Đoàn thể",
    "chinh_quyen": "Chính quyền",
    "truong_hoc": "Trường học",
}
HEADER_STYLES = {
    "state": "Nhà nước",
    "party": "Đảng",
    "youth_union": "Đoàn Thanh niên",
    "custom": "Tự đặt",
}
MANAGED_BY = {
    "btv_thanh_uy": "Ban Thường vụ Thành ủy",
    "btv_quan_uy": "Ban Thường vụ Quận ủy",
    "don_vi": "Đơn vị",
}
LEAVE_REASONS = {"nghi_phep": "nghỉ phép", "om_dau": "ốm đau"}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit (đơn vị). ``level`` is free text of the office (quận, phường, trường...)."""

    unit_id: str
    name: str
    parent_name: str
    block: str
    level: str
    header_style: str
    place: str
    head_title: str


@dataclass(frozen=True, slots=True)
class Person:
    """A civil servant (CBCCVC, NLĐ) as on the roster.

    ``birth_date`` is ISO ``yyyy-mm-dd`` or a year alone ``yyyy`` (old records), or empty.
    ``order`` is the office's own order, None when the roster has none. Texts are NFC; a name is
    kept exactly as the office spells it.
    """

    person_id: str
    full_name: str
    birth_date: str
    position: str
    unit_id: str
    group: str
    party_member: bool
    managed_by: str
    manager_id: str
    evaluator_id: str
    order: int | None


@dataclass(frozen=True, slots=True)
class Roster:
    """All units and people of an office, by id, in the order of the tables."""

    units: dict[str, Unit]
    people: dict[str, Person]


DEFAULT_HEAD_TITLE = "THỦ TRƯỞNG ĐƠN VỊ"
MIN_AGE, MAX_AGE = 15, 100
"""Years. Work begins at 15 at the earliest (Bộ luật Lao động 2019, Điều 3); nobody is on a roster
at 100, but a birth year is easily mistyped by a century."""
_MAX_CHAIN = 8  # ids of a circle of managers that a complaint shows

_GROUPS = spelled(
    {
        "lanh_dao": (GROUPS["lanh_dao"], "CB lãnh đạo quản lý", "Lãnh đạo, quản lý", "Lãnh đạo"),
        "cc": (GROUPS["cc"],),
        "vc": (GROUPS["vc"],),
        "nld": (GROUPS["nld"], "Lao động hợp đồng", "LĐHĐ"),
    }
)
_BLOCKS = spelled(
    {
        block: (label, f"Khối {label}", *(("Mặt trận Tổ quốc",) if block == "mttq" else ()))
        for block, label in BLOCKS.items()
    }
)
_HEADER_STYLES = spelled({style: (label,) for style, label in HEADER_STYLES.items()})
_MANAGED_BY = spelled(
    {
        "btv_thanh_uy": (MANAGED_BY["btv_thanh_uy"], "BTV Thành ủy", "Thành ủy"),
        "btv_quan_uy": (MANAGED_BY["btv_quan_uy"], "BTV Quận ủy", "Quận ủy"),
        "don_vi": (MANAGED_BY["don_vi"],),
    }
)

_YOUTH_UNION = re.compile(
    r"(ban chấp hành |bch )?((thành|quận|huyện|tỉnh|xã|phường) )?đoàn(?! thể)\b", re.IGNORECASE
)
# What names are written with besides letters, their marks and blanks: K' Mẫu, a hyphen, (A), St.
_NAME_SIGNS = frozenset("'’ʼ‘`´-–.,()0123456789")


def default_header_style(block: str, name: str) -> str:
    """The letterhead of a unit that names none (specification 4.3, A28).

    Party units ``party``; units of the block ``doan_the`` whose name begins with Đoàn, Quận đoàn,
    Thành đoàn or their Ban Chấp hành ``youth_union``; all others ``state`` - also MTTQ, trade
    unions and the other associations, which choose ``custom`` themselves.
    """
    if block == "dang":
        return "party"
    if block == "doan_the" and _YOUTH_UNION.match(name):
        return "youth_union"
    return "state"


def parse_people(
    tables: Tables,
    *,
    today: date,
    known_units: Mapping[str, Unit] | None = None,
    known_people: Mapping[str, Person] | None = None,
) -> Roster:
    """The units and people of tables, in their order; what is already known is not repeated.

    A unit, manager or evaluator may stand in the tables or be known; the tables win where both
    have it. ``today`` is for birth dates. Texts become NFC with single spaces, otherwise a name
    stays as it is spelled. Raises :class:`~pipeline.errors.BadTable` with every fault of every
    file; complaints name people by their id only.
    """
    faults = Faults(tables.faults("people", "units"))
    known_units, known_people = known_units or {}, known_people or {}
    units = [
        (fields, _unit(unit_id, fields))
        for unit_id, fields in _rows(tables, "units", "unit_id", known_units, faults)
    ]
    people = [
        (fields, _person(person_id, fields, today))
        for person_id, fields in _rows(tables, "people", "person_id", known_people, faults)
    ]
    new_units = {unit.unit_id: unit for _, unit in units if unit.unit_id}
    new_people = {person.person_id: person for _, person in people if person.person_id}
    every_person = {**known_people, **new_people}
    for fields, person in people:
        _check_references(person, fields, known_units.keys() | new_units.keys(), every_person)
    _check_circles({person.person_id: fields for fields, person in people}, every_person)
    faults.raise_any()
    return Roster(new_units, new_people)


def _rows(
    tables: Tables, kind: str, id_column: str, known: Iterable[str], faults: Faults
) -> Iterator[tuple[str, Fields]]:
    """All rows of one kind, in order, with their id: empty where it is wrong.

    A second row with an id is a fault, and it is read on for its other faults.
    """
    first: dict[str, Fields] = {}  # by case-folded id: files of GV1 and gv1 would be one
    stored = {key.casefold(): key for key in known}
    for table in tables.of(kind):
        for row in table.rows:
            fields = Fields(table, row, faults)
            key = fields.identifier(id_column, required=True) or ""
            twin = first.setdefault(key.casefold(), fields) if key else fields
            if twin is not fields:
                fields.complain(id_column, _twin_in_words(fields, twin))
            elif stored.get(key.casefold(), key) != key:
                other = stored[key.casefold()]
                reason = f"chỉ khác mã “{other}” đã lưu ở chữ hoa, chữ thường; sửa cho giống"
                fields.complain(id_column, reason)
            yield key, fields


def _twin_in_words(fields: Fields, twin: Fields) -> str:
    where = twin.seen_from(fields)
    units = {
        part.row.cells["unit_id"].text for part in (fields, twin) if "unit_id" in part.row.cells
    }
    if fields.table.kind == "people" and len(units) > 1:
        return f"một người thuộc hai đơn vị: mã này đã có ở {where}; chỉ giữ một dòng"
    return f"trùng mã với {where}; sửa mã hoặc xóa một dòng"


def _unit(unit_id: str, fields: Fields) -> Unit:
    """A unit; where a field is wrong it is empty, and the fault is noted."""
    name = fields.text("name", required=True) or ""
    block = fields.choice("block", _BLOCKS, _words(BLOCKS)) or ""
    return Unit(
        unit_id=unit_id,
        name=name,
        parent_name=fields.text("parent_name") or "",
        block=block,
        level=fields.text("level") or "",
        header_style=fields.choice(
            "header_style",
            _HEADER_STYLES,
            _words(HEADER_STYLES),
            default=default_header_style(block, name),
        )
        or "",
        place=fields.text("place") or "",
        head_title=fields.text("head_title") or DEFAULT_HEAD_TITLE,
    )


def _person(person_id: str, fields: Fields, today: date) -> Person:
    """A person; where a field is wrong it is empty, and the fault is noted."""
    return Person(
        person_id=person_id,
        full_name=_full_name(fields),
        birth_date=_birth_date(fields, today),
        position=fields.text("position") or "",
        unit_id=fields.identifier("unit_id", required=True) or "",
        group=fields.choice("group", _GROUPS, _words(GROUPS)) or "",
        party_member=fields.yes("party_member") or False,
        managed_by=fields.choice("managed_by", _MANAGED_BY, _words(MANAGED_BY), default="don_vi")
        or "",
        manager_id=fields.identifier("manager_id") or "",
        evaluator_id=fields.identifier("evaluator_id") or "",
        order=_order(fields),
    )


def _words(labels: Mapping[str, str]) -> str:
    return "; ".join(f"{label} ({value})" for value, label in labels.items())


def _full_name(fields: Fields) -> str:
    name = fields.text("full_name", required=True, private=True) or ""
    strange = {c for c in name if not (unicodedata.category(c)[0] in "LMZ" or c in _NAME_SIGNS)}
    if strange:
        signs = " ".join(sorted(strange))
        reason = f"họ tên có ký tự lạ: {signs} (phông chữ cũ TCVN3, VNI?); nhập lại bằng Unicode"
        fields.complain("full_name", reason, value=signs)
    elif name and not any(char.isalpha() for char in name):
        fields.complain("full_name", "họ tên không có chữ cái nào; nhập lại", value="")
    return name


def _birth_date(fields: Fields, today: date) -> str:
    """ISO date or year alone; empty when the cell is, or when it is wrong."""
    text = fields.row.cells.get("birth_date", EMPTY).text
    if re.fullmatch(r"[0-9]{4}", text):
        # The age at the end of this year: of a year alone no more is known.
        _check_age(fields, today.year - int(text))
        return text
    born = fields.day("birth_date")
    if born is None:
        return ""
    birthday_to_come = (today.month, today.day) < (born.month, born.day)
    _check_age(fields, today.year - born.year - birthday_to_come)
    return born.isoformat()


def _check_age(fields: Fields, age: int) -> None:
    if age < 0:
        fields.complain("birth_date", "ngày sinh ở tương lai; kiểm tra lại năm sinh")
    elif age < MIN_AGE:
        fields.complain("birth_date", f"chưa đủ {MIN_AGE} tuổi; kiểm tra lại năm sinh")
    elif age > MAX_AGE:
        fields.complain("birth_date", f"hơn {MAX_AGE} tuổi; kiểm tra lại năm sinh")


def _order(fields: Fields) -> int | None:
    text = fields.text("order")
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", text):
        fields.complain("order", "thứ tự phải là số nguyên, từ 0 đến 999999")
        return None
    return int(text)


def _check_references(
    person: Person, fields: Fields, units: Container[str], people: Container[str]
) -> None:
    """The unit exists; manager and evaluator exist and are somebody else (R-000-05)."""
    if person.unit_id and person.unit_id not in units:
        reason = "không có đơn vị mang mã này; thêm vào bảng “Đơn vị” hoặc sửa mã"
        fields.complain("unit_id", reason)
    for column_id, other, role in (
        ("manager_id", person.manager_id, "quản lý trực tiếp"),
        ("evaluator_id", person.evaluator_id, "đánh giá"),
    ):
        if other and other == person.person_id:
            fields.complain(column_id, f"người {role} không thể là chính người được đánh giá")
        elif other and other not in people:
            reason = f"không có người {role} mang mã này; thêm người đó hoặc sửa mã"
            fields.complain(column_id, reason)


def _check_circles(row_of: Mapping[str, Fields], people: Mapping[str, Person]) -> None:
    """Nobody manages himself by way of others; told once, at the first row of the circle."""
    for circle in _circles({key: person.manager_id for key, person in people.items()}):
        start = next((key for key in row_of if key in circle), None)
        if start is not None:
            row_of[start].complain("manager_id", _circle_in_words(circle, start))


def _circles(manager_of: Mapping[str, str]) -> Iterator[list[str]]:
    """The circles of two or more people who manage each other in turn, each once."""
    finished: set[str] = set()
    for start in manager_of:
        path: dict[str, None] = {}
        current = start
        while current in manager_of and current not in finished and current not in path:
            path[current] = None
            current = manager_of[current]
        if current in path:
            members = list(path)
            circle = members[members.index(current) :]
            if len(circle) > 1:
                yield circle
        finished |= path.keys()


def _circle_in_words(circle: Sequence[str], start: str) -> str:
    turned = [*circle[circle.index(start) :], *circle[: circle.index(start)]]
    shown = turned if len(turned) <= _MAX_CHAIN else [*turned[: _MAX_CHAIN - 1], "…"]
    return f"quản lý vòng tròn: {' → '.join([*shown, start])}; sửa mã quản lý trực tiếp"

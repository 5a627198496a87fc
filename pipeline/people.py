"""Units and people as the office keeps them: the roster."""

from dataclasses import dataclass

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
HEADER_STYLES = ("state", "party", "youth_union", "custom")
MANAGED_BY = {
    "btv_thanh_uy": "Ban Thường vụ Thành ủy",
    "btv_quan_uy": "Ban Thường vụ Quận ủy",
    "don_vi": "Đơn vị",
}


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

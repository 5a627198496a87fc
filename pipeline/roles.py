"""The roles of an office: what an account may do."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """The roles of an office; Django's groups have these names."""

    NHAP_LIEU = "nhap_lieu"
    DUYET = "duyet"
    PHE_DUYET = "phe_duyet"
    LUU_TRU = "luu_tru"
    QUAN_TRI = "quan_tri"
    THANH_TRA = "thanh_tra"


ROLE_WORDS: Mapping[Role, str] = {
    Role.NHAP_LIEU: "Nhập liệu",
    Role.DUYET: "Duyệt",
    Role.PHE_DUYET: "Phê duyệt",
    Role.LUU_TRU: "Lưu trữ",
    Role.QUAN_TRI: "Quản trị",
    Role.THANH_TRA: "Thanh tra",
}
OFFICE_WIDE = frozenset({Role.QUAN_TRI, Role.THANH_TRA})
"""Roles that make no sense for one unit: they see every account's doings."""

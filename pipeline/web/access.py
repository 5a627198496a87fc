"""Who may open what: the one table of roles and views, and the unit an account is bound to.

``middleware.Access`` refuses every view that has no row here. ``docs/roles.md`` is made from this
table: ``make docs``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import cast

from django.http import HttpRequest

from pipeline.roles import Role
from pipeline.store.models import Account


class Audience(Enum):
    """Views that need no role."""

    ANYONE = "mọi người"
    SIGNED_IN = "mọi tài khoản"


@dataclass(frozen=True, slots=True)
class Access:
    """What a view is for, in words, and who may open it."""

    what: str
    who: Audience | frozenset[Role]

    def allows(self, roles: frozenset[Role]) -> bool:
        """Whether an account with these roles may."""
        return isinstance(self.who, Audience) or bool(self.who & roles)


def _roles(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


_WORK = _roles(Role.NHAP_LIEU, Role.DUYET, Role.PHE_DUYET, Role.THANH_TRA)
_RESULTS = _roles(Role.NHAP_LIEU, Role.PHE_DUYET, Role.LUU_TRU, Role.THANH_TRA)
_CLERK = _roles(Role.NHAP_LIEU)
_PUBLISHER = _roles(Role.NHAP_LIEU, Role.PHE_DUYET)
_APPROVER = _roles(Role.PHE_DUYET)

_REVIEWER = _roles(Role.DUYET, Role.PHE_DUYET)

ACCESS: Mapping[str, Access] = {
    "sign-in": Access("Đăng nhập", Audience.ANYONE),
    "sign-out": Access("Đăng xuất", Audience.SIGNED_IN),
    "password": Access("Đổi mật khẩu của mình", Audience.SIGNED_IN),
    "home": Access("Trang chủ", Audience.SIGNED_IN),
    "desk:import": Access("Nhập danh sách, xếp loại", _CLERK),
    "desk:import-template": Access("Tải bảng mẫu để điền", _CLERK),
    "desk:print": Access("Lập và tải tệp in phiếu", _CLERK),
    "desk:scans": Access("Nhận bản quét, xem các lô", _CLERK),
    "desk:upload": Access("Tải bản quét lên", _CLERK),
    "desk:take": Access("Nhận tệp từ thư mục của máy quét", _CLERK),
    "desk:batch": Access("Kết quả của một lô quét", _CLERK),
    "desk:batch-progress": Access("Tiến độ của một lô quét", _CLERK),
    "desk:batch-continue": Access("Đọc tiếp lô bị ngắt", _CLERK),
    "desk:job": Access("Tiến độ của việc chạy nền", _PUBLISHER),
    "desk:campaign": Access("Tổng quan một đợt", _WORK | _RESULTS),
    "desk:missing": Access("Phiếu, trang còn thiếu", _WORK),
    "desk:flags": Access("Số chỗ phải xem theo lý do", _WORK),
    "desk:results": Access("Kết quả từng người, lý do", _RESULTS),
    "desk:results-export": Access("Tải bảng kết quả", _RESULTS),
    "desk:lists": Access("Thông báo, danh sách", _RESULTS),
    "desk:lists-make": Access("Lập thông báo, danh sách", _PUBLISHER),
    "desk:summary": Access("Tổng hợp cho lãnh đạo", _RESULTS),
    "desk:summary-make": Access("Lập tệp tổng hợp", _PUBLISHER),
    "desk:file": Access("Tải một tệp của đợt", _RESULTS),
    "desk:archive": Access("Tải trọn bộ tệp của đợt", _RESULTS),
    "desk:close": Access("Đóng đợt", _APPROVER),
    "desk:reopen": Access("Mở lại đợt", _APPROVER),
    "accounts": Access("Danh sách tài khoản", _roles(Role.QUAN_TRI)),
    "account-new": Access("Tạo tài khoản", _roles(Role.QUAN_TRI)),
    "account": Access("Sửa vai trò, đơn vị của tài khoản", _roles(Role.QUAN_TRI)),
    "account-reset": Access("Cấp lại mật khẩu", _roles(Role.QUAN_TRI)),
    "account-disable": Access("Khóa tài khoản", _roles(Role.QUAN_TRI)),
    "account-enable": Access("Mở khóa tài khoản", _roles(Role.QUAN_TRI)),
    "audit": Access("Nhật ký hệ thống", _roles(Role.QUAN_TRI, Role.THANH_TRA)),
    "review:periods": Access("Duyệt các chỗ phải xem", _REVIEWER),
    "review:queue": Access("Hàng chờ duyệt của một đợt", _REVIEWER),
    "review:one": Access("Duyệt từng chỗ", _REVIEWER),
    "review:decide": Access("Ghi một quyết định", _REVIEWER),
    "review:move": Access("Sang chỗ trước, chỗ sau", _REVIEWER),
    "review:aside": Access("Để riêng một chỗ", _REVIEWER),
    "review:undo": Access("Rút lại quyết định vừa rồi", _REVIEWER),
    "review:undo-listed": Access("Rút lại một quyết định trong danh sách", _REVIEWER),
    "review:take-back": Access("Đưa chỗ để riêng lại vào hàng chờ", _REVIEWER),
    "review:assign": Access("Nhận một trang vào phiếu", _REVIEWER),
    "review:discard": Access("Bỏ một trang quét", _REVIEWER),
    "review:keep": Access("Chọn một trong các bản quét của trang", _REVIEWER),
    "review:search": Access("Tìm phiếu theo tên, mã", _REVIEWER),
    "review:contact": Access("Bảng ảnh nhiều chỗ cùng loại", _REVIEWER),
    "review:accept": Access("Ghi các chỗ của một bảng ảnh", _REVIEWER),
    "review:page-picture": Access("Ảnh một trang quét", _REVIEWER),
    "review:part-picture": Access("Ảnh một phần trang quét", _REVIEWER),
    "review:sheet": Access("Lịch sử một phiếu", _roles(Role.DUYET, Role.PHE_DUYET, Role.THANH_TRA)),
}
"""By view name, with its namespace: ``desk:uploads``."""


def account_of(request: HttpRequest) -> Account:
    """The account that is signed in. Only for views that need one, which is all but signing in."""
    return cast(Account, request.user)


def roles_of(request: HttpRequest) -> frozenset[Role]:
    """The roles of the account that is signed in, none for an anonymous visitor."""
    found: frozenset[Role] | None = getattr(request, "_phieu_roles", None)
    if found is None:
        found = roles_of_account(request.user) if isinstance(request.user, Account) else frozenset()
        request._phieu_roles = found  # type: ignore[attr-defined] # one query a request
    return found


def roles_of_account(account: Account) -> frozenset[Role]:
    """The roles of an account; groups that are no roles do not count."""
    names = set(account.groups.values_list("name", flat=True))
    return frozenset(role for role in Role if role in names)


def may(request: HttpRequest, view_name: str) -> bool:
    """Whether who asks may open this view: for links and buttons, which the view checks again."""
    access = ACCESS.get(view_name)
    if access is None:
        return False
    if access.who is Audience.ANYONE:
        return True
    return request.user.is_authenticated and access.allows(roles_of(request))


def scope_of(request: HttpRequest) -> str | None:
    """The id of the one unit that the account sees, None for the whole office.

    Every query of people, sheets, pages and results must be limited by it.
    """
    return account_of(request).unit_id

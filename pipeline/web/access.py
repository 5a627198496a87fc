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


ACCESS: Mapping[str, Access] = {
    "sign-in": Access("Đăng nhập", Audience.ANYONE),
    "sign-out": Access("Đăng xuất", Audience.SIGNED_IN),
    "password": Access("Đổi mật khẩu của mình", Audience.SIGNED_IN),
    "home": Access("Trang chủ", Audience.SIGNED_IN),
    "accounts": Access("Danh sách tài khoản", _roles(Role.QUAN_TRI)),
    "account-new": Access("Tạo tài khoản", _roles(Role.QUAN_TRI)),
    "account": Access("Sửa vai trò, đơn vị của tài khoản", _roles(Role.QUAN_TRI)),
    "account-reset": Access("Cấp lại mật khẩu", _roles(Role.QUAN_TRI)),
    "account-disable": Access("Khóa tài khoản", _roles(Role.QUAN_TRI)),
    "account-enable": Access("Mở khóa tài khoản", _roles(Role.QUAN_TRI)),
    "audit": Access("Nhật ký hệ thống", _roles(Role.QUAN_TRI, Role.THANH_TRA)),
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

"""Accounts of the web application: made, changed, disabled, never deleted — what an account did
keeps its name."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import axes.utils
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from pipeline.errors import BadInput
from pipeline.roles import OFFICE_WIDE, ROLE_WORDS, Role
from pipeline.store.models import Account, Unit
from pipeline.work.audit import Action, Actor, record

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without signs that look alike: a one-time password is read from a slip of paper."""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as lists show it. ``unit_id`` None: the whole office."""

    account_id: int
    username: str
    roles: tuple[Role, ...]
    unit_id: str | None
    active: bool
    last_sign_in: datetime | None


def one_time_password() -> str:
    """Fifteen random signs in groups of five: 74 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(3))


def list_accounts() -> list[AccountRow]:
    """All accounts, by name."""
    return [
        AccountRow(
            account_id=row.pk,
            username=row.username,
            roles=_roles(row),
            unit_id=row.unit_id,
            active=row.is_active,
            last_sign_in=row.last_login,
        )
        for row in Account.objects.prefetch_related("groups").order_by("username")
    ]


def create_account(
    username: str, password: str, roles: Iterable[Role], unit_id: str | None, actor: Actor
) -> Account:
    """A new account. Raises BadInput, saying all that is wrong; nothing is stored then.

    Whoever is given an account by somebody in the application changes the password at first.
    """
    wanted = frozenset(roles)
    name = Account.normalize_username(username)
    if Account.objects.filter(username=name).exists():
        raise BadInput(f"Đã có tài khoản “{name}”; hãy chọn tên khác.")
    account = Account(username=name, must_change_password=actor.account_id is not None)
    _check(account, wanted, unit_id)
    account.unit_id = unit_id
    try:
        account.full_clean(exclude=["password"])
    except ValidationError as error:
        raise BadInput(" ".join(error.messages)) from error
    set_password(account, password)
    with transaction.atomic():
        account.save()
        account.groups.set(Group.objects.filter(name__in=wanted))
        record(Action.ACCOUNT_CREATED, actor, _subject(account), _described(wanted, unit_id))
    return account


def change_account(
    account: Account, roles: Iterable[Role], unit_id: str | None, actor: Actor
) -> None:
    """Other roles, another unit. Raises BadInput."""
    wanted = frozenset(roles)
    _check(account, wanted, unit_id)
    with transaction.atomic():
        if Role.QUAN_TRI not in wanted:
            _keep_an_administrator(account)
        account.unit_id = unit_id
        account.save(update_fields=["unit"])
        account.groups.set(Group.objects.filter(name__in=wanted))
        record(Action.ACCOUNT_CHANGED, actor, _subject(account), _described(wanted, unit_id))


def disable_account(account: Account, actor: Actor) -> None:
    """It cannot sign in any more, and is signed out at once. Raises BadInput for the last
    administrator."""
    with transaction.atomic():
        _keep_an_administrator(account)
        account.is_active = False
        account.save(update_fields=["is_active"])
        record(Action.ACCOUNT_DISABLED, actor, _subject(account))


def enable_account(account: Account, actor: Actor) -> None:
    """It can sign in again."""
    with transaction.atomic():
        account.is_active = True
        account.save(update_fields=["is_active"])
        record(Action.ACCOUNT_ENABLED, actor, _subject(account))


def reset_password(account: Account, password: str, actor: Actor) -> None:
    """Another password, to be changed at the next sign-in; waiting after wrong ones ends, and the
    account's sessions end. Raises BadInput."""
    set_password(account, password)
    account.must_change_password = True
    with transaction.atomic():
        account.save(update_fields=["password", "must_change_password"])
        axes.utils.reset(username=account.username)
        record(Action.PASSWORD_RESET, actor, _subject(account))


def find_account(username: str) -> Account:
    """Raises BadInput when there is none."""
    found = Account.objects.filter(username=username).first()
    if found is None:
        raise BadInput(f"Không có tài khoản “{username}”. Xem danh sách: phieu accounts list")
    return found


def set_password(account: Account, password: str) -> None:
    """Check the rules and set it, without saving. Raises BadInput, saying all that is wrong."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise BadInput("Mật khẩu chưa đạt: " + " ".join(error.messages)) from error
    account.set_password(password)


def _roles(account: Account) -> tuple[Role, ...]:
    names = {group.name for group in account.groups.all()}
    return tuple(role for role in Role if role in names)


def _check(account: Account, roles: frozenset[Role], unit_id: str | None) -> None:
    if not roles:
        raise BadInput("Tài khoản phải có ít nhất một vai trò.")
    if unit_id is None:
        return
    if not Unit.objects.filter(unit_id=unit_id).exists():
        raise BadInput(f"Không có đơn vị “{unit_id}” trong danh sách đơn vị đã nhập.")
    if wide := roles & OFFICE_WIDE:
        names = ", ".join(ROLE_WORDS[role] for role in Role if role in wide)
        raise BadInput(
            f"Vai trò {names} là của cả cơ quan: để trống đơn vị, hoặc bỏ vai trò đó cho tài khoản "
            f"{account.username}."
        )


def _keep_an_administrator(account: Account) -> None:
    others = Account.objects.filter(is_active=True, groups__name=Role.QUAN_TRI)
    was_one = others.filter(pk=account.pk).exists()
    if was_one and not others.exclude(pk=account.pk).exists():
        raise BadInput(
            "Đây là tài khoản quản trị cuối cùng còn dùng được; hãy tạo tài khoản quản trị khác "
            "trước."
        )


def _subject(account: Account) -> str:
    return f"account/{account.pk}"


def _described(roles: frozenset[Role], unit_id: str | None) -> str:
    words = ", ".join(ROLE_WORDS[role] for role in Role if role in roles)
    return f"{words}; {f'đơn vị {unit_id}' if unit_id else 'cả cơ quan'}"

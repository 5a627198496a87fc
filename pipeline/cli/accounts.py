"""``phieu accounts``: who may sign in to the web application."""

import sys
from pathlib import Path

import click

from pipeline.cli.help import Group, vietnamese_choice
from pipeline.cli.options import json_option, workspace_option
from pipeline.cli.show import put_json, put_table, say
from pipeline.errors import BadInput
from pipeline.roles import ROLE_WORDS, Role
from pipeline.work.accounts import (
    AccountRow,
    create_account,
    disable_account,
    find_account,
    list_accounts,
    reset_password,
)
from pipeline.work.audit import COMMAND_LINE
from pipeline.work.office import open_office

_stdin_option = click.option(
    "--password-stdin",
    "from_stdin",
    is_flag=True,
    help="Đọc mật khẩu từ dòng đầu của đầu vào chuẩn, không hỏi.",
)


@click.group(cls=Group)
def accounts() -> None:
    """Tài khoản của ứng dụng web."""


@accounts.command("create")
@click.argument("username", metavar="TÊN")
@click.option(
    "--role",
    "roles",
    type=vietnamese_choice(tuple(role.value for role in Role)),
    multiple=True,
    required=True,
    metavar="VAI_TRÒ",
    help=f"Có thể lặp lại: {', '.join(f'{role.value} ({ROLE_WORDS[role]})' for role in Role)}.",
)
@click.option("--unit", "unit_id", metavar="MÃ", help="Chỉ thấy đơn vị này; bỏ trống: cả cơ quan.")
@_stdin_option
@workspace_option
def create(
    username: str, roles: tuple[str, ...], unit_id: str | None, from_stdin: bool, root: Path
) -> None:
    """Tạo tài khoản. Mật khẩu được hỏi hai lần, không hiện ra màn hình."""
    open_office(root)
    wanted = [Role(role) for role in roles]
    create_account(username, _password(from_stdin), wanted, unit_id, COMMAND_LINE)
    say(f"Đã tạo tài khoản {username}: {', '.join(ROLE_WORDS[role] for role in wanted)}.")


@accounts.command("list")
@json_option
@workspace_option
def show(as_json: bool, root: Path) -> None:
    """Các tài khoản, vai trò và đơn vị."""
    open_office(root)
    rows = list_accounts()
    if as_json:
        put_json({"schema": "phieu.accounts/1", "accounts": [_document(row) for row in rows]})
        return
    if not rows:
        say("Chưa có tài khoản nào. Tạo: phieu accounts create TÊN --role quan_tri")
        return
    put_table(
        "Tài khoản",
        ("Tên đăng nhập", "Vai trò", "Đơn vị", "Trạng thái"),
        [
            (
                row.username,
                ", ".join(ROLE_WORDS[role] for role in row.roles),
                row.unit_id or "cả cơ quan",
                "đang dùng" if row.active else "đã khóa",
            )
            for row in rows
        ],
    )


@accounts.command("reset")
@click.argument("username", metavar="TÊN")
@_stdin_option
@workspace_option
def reset(username: str, from_stdin: bool, root: Path) -> None:
    """Đặt mật khẩu mới; người dùng phải đổi khi đăng nhập lần tới. Hết tạm chặn vì nhập sai."""
    open_office(root)
    account = find_account(username)
    reset_password(account, _password(from_stdin), COMMAND_LINE)
    say(f"Đã đặt mật khẩu mới cho {username}; phải đổi khi đăng nhập lần tới.")


@accounts.command("disable")
@click.argument("username", metavar="TÊN")
@workspace_option
def disable(username: str, root: Path) -> None:
    """Khóa tài khoản. Việc đã làm vẫn còn tên tài khoản; mở lại được trong ứng dụng."""
    open_office(root)
    disable_account(find_account(username), COMMAND_LINE)
    say(f"Đã khóa tài khoản {username}.")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    first: str = click.prompt("Mật khẩu", hide_input=True, err=True)
    again: str = click.prompt("Nhập lại mật khẩu", hide_input=True, err=True)
    if first != again:
        raise BadInput("Hai lần nhập mật khẩu không giống nhau; chưa lưu gì.")
    return first


def _document(row: AccountRow) -> dict[str, object]:
    return {
        "username": row.username,
        "roles": list(row.roles),
        "unit_id": row.unit_id,
        "active": row.active,
        "last_sign_in": row.last_sign_in.isoformat() if row.last_sign_in else None,
    }

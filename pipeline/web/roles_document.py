"""``docs/roles.md``, made from the table of roles and views: ``make docs``."""

import sys

from pipeline.roles import ROLE_WORDS, Role
from pipeline.web.access import ACCESS, Audience


def access_document() -> str:
    """The table as a page."""
    lines = [
        "# Vai trò và quyền",
        "",
        "Bảng này sinh từ `pipeline/web/access.py` bằng `make docs`; một kiểm thử đối chiếu từng",
        "ô. Trang không có trong bảng thì không ai mở được. Tài khoản gắn với một đơn vị chỉ thấy",
        "dữ liệu của đơn vị đó; vai trò Quản trị và Thanh tra không gắn với đơn vị.",
        "",
        "| Việc | Tên trang | Chưa đăng nhập | " + " | ".join(ROLE_WORDS.values()) + " |",
        "|---|---|" + "---|" * (len(Role) + 1),
    ]
    for name, access in ACCESS.items():
        anyone = "có" if access.who is Audience.ANYONE else "–"
        cells = ["có" if access.allows(frozenset({role})) else "–" for role in Role]
        lines.append(f"| {access.what} | `{name}` | {anyone} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(access_document())

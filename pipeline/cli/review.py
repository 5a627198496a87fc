"""``phieu review``: the web application."""

from pathlib import Path

import click

from pipeline.cli.help import Group
from pipeline.cli.options import port_option, workspace_option
from pipeline.cli.show import say
from pipeline.web.server import Address, is_loopback, serve
from pipeline.work.accounts import list_accounts
from pipeline.work.office import open_office

_PEM = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=Group)
def review() -> None:
    """Ứng dụng web: bàn làm việc của người nhập liệu và màn hình duyệt."""


@review.command("serve")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ĐỊA_CHỈ",
    help="Địa chỉ lắng nghe; mặc định chỉ máy này dùng được. 0.0.0.0 là mọi địa chỉ của máy.",
)
@port_option
@click.option("--tls-cert", type=_PEM, metavar="TỆP", help="Chứng thư TLS (PEM).")
@click.option("--tls-key", type=_PEM, metavar="TỆP", help="Khóa của chứng thư (PEM).")
@click.option(
    "--insecure-lan",
    is_flag=True,
    help="Cho máy khác dùng không mã hóa; mật khẩu và dữ liệu đi qua mạng ở dạng đọc được.",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="TÊN",
    help="Tên máy hoặc địa chỉ người dùng gõ vào trình duyệt, nếu khác --host; có thể lặp lại.",
)
@workspace_option
def serve_office(
    host: str,
    port: int,
    tls_cert: Path | None,
    tls_key: Path | None,
    insecure_lan: bool,
    names: tuple[str, ...],
    root: Path,
) -> None:
    """Chạy ứng dụng web cho đến khi dừng bằng Ctrl+C."""
    if (tls_cert is None) != (tls_key is None):
        raise click.UsageError("--tls-cert và --tls-key phải đi cùng nhau")
    open_to_others = not is_loopback(host)
    if open_to_others and tls_cert is None and not insecure_lan:
        raise click.UsageError(
            f"{host} là địa chỉ mà máy khác tới được: cần --tls-cert và --tls-key để mã hóa, hoặc "
            "--insecure-lan nếu chấp nhận không mã hóa"
        )
    office = open_office(root)
    anybody = any(row.active for row in list_accounts())

    def started(at: Address) -> None:
        say(f"Ứng dụng chạy tại {at.url} – dừng bằng Ctrl+C.")
        if open_to_others and tls_cert is None:
            say("Chú ý: không mã hóa. Ai ở trong mạng này cũng có thể đọc được mật khẩu, dữ liệu.")
        if not anybody:
            say(
                "Chưa có tài khoản nào. Tạo người quản trị đầu tiên: "
                f"phieu accounts create TÊN --role quan_tri --workspace {root}"
            )

    serve(office, Address(host, port, tls_cert, tls_key), names, started)

"""``phieu init``: a new workspace."""

from pathlib import Path

import click

from pipeline.cli.help import Command
from pipeline.cli.show import say
from pipeline.config import create_workspace
from pipeline.work.office import open_office


@click.command(cls=Command)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="THƯ_MỤC")
@click.option(
    "--set",
    "set_id",
    default="long_bien_2021",
    show_default=True,
    metavar="BỘ",
    help="Bộ biểu mẫu (thư mục trong templates/).",
)
def init(folder: Path, set_id: str) -> None:
    """Tạo thư mục làm việc mới cho một đơn vị.

    Trong đó có cấu hình, khóa mã phiếu, cơ sở dữ liệu, bản quét gốc, tệp in, hồ sơ lưu. Hãy sao
    lưu cả thư mục; mất khóa phieu.key thì không nhận được phiếu đã in.
    """
    create_workspace(folder, set_id)
    open_office(folder)
    say(f"Đã tạo {folder}. Tiếp theo: phieu people import TỆP --workspace {folder}")

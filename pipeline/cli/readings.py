"""``phieu readings``: what was read, as a document."""

import sys
from pathlib import Path

import click

from pipeline.cli.help import Group, vietnamese_choice
from pipeline.cli.options import period_option, workspace_option
from pipeline.cli.show import say
from pipeline.errors import ExitCode
from pipeline.periods import Period
from pipeline.scans import export
from pipeline.work.files import write_whole
from pipeline.work.office import open_office
from pipeline.work.readings import load_readings

_FORMATS = {"json": export.to_json, "csv": export.to_csv, "xlsx": export.to_xlsx}


@click.group(cls=Group)
def readings() -> None:
    """Kết quả đọc phiếu."""


@readings.command("export")
@period_option
@click.option(
    "--format",
    "kind",
    type=vietnamese_choice(tuple(_FORMATS)),
    required=True,
    metavar="DẠNG",
    help="json (đầy đủ), csv (mỗi dòng một nội dung) hoặc xlsx (bốn trang tính).",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="TỆP",
    help="Tệp kết quả; bỏ trống thì ghi ra đầu ra chuẩn.",
)
@workspace_option
def export_readings(period: Period, kind: str, out: Path | None, root: Path) -> ExitCode:
    """Xuất những gì đã đọc của một kỳ, kèm mọi chỗ phải xem và trang không dùng được."""
    found = load_readings(open_office(root), period)
    content = _FORMATS[kind](export.to_document(found.period, found.records, found.rejects))
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        write_whole(out, content)
        say(f"Đã ghi {len(found.records)} phiếu vào {out}.")
    return ExitCode.NEEDS_PERSON if found.waits_for_person else ExitCode.DONE

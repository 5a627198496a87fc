"""``phieu people`` and ``phieu ratings``: tables in."""

from datetime import date
from pathlib import Path

import click

from pipeline.cli.help import Group
from pipeline.cli.options import PeriodType, workspace_option
from pipeline.cli.show import say
from pipeline.periods import Period
from pipeline.work.office import open_office
from pipeline.work.tables import import_people, import_ratings

_FILES = click.Path(exists=True, dir_okay=False, path_type=Path)
_DRY_RUN = "Chỉ kiểm tra, không lưu."


@click.group(cls=Group)
def people() -> None:
    """Danh sách đơn vị và cán bộ, công chức, viên chức, người lao động."""


@people.command("import")
@click.argument("files", type=_FILES, nargs=-1, required=True, metavar="TỆP...")
@click.option("--dry-run", is_flag=True, help=_DRY_RUN)
@workspace_option
def import_roster(files: tuple[Path, ...], dry_run: bool, root: Path) -> None:
    """Nhập đơn vị và người từ tệp XLSX hoặc CSV.

    Báo tất cả lỗi một lần: trang tính, dòng, cột, giá trị, lý do. Còn một lỗi thì không lưu gì.
    """
    done = import_people(open_office(root), files, date.today(), dry_run=dry_run)
    for note in done.notes:
        say(note)
    units, persons = len(done.roster.units), len(done.roster.people)
    say(
        f"{'Kiểm tra xong, chưa lưu' if dry_run else 'Đã nhập'}: {units} đơn vị "
        f"({done.new_units} mới), {persons} người ({done.new_people} mới)."
    )


@click.group(cls=Group)
def ratings() -> None:
    """Xếp loại tháng, xếp loại năm và bản cam kết."""


@ratings.command("import")
@click.argument("files", type=_FILES, nargs=-1, required=True, metavar="TỆP...")
@click.option("--dry-run", is_flag=True, help=_DRY_RUN)
@click.option("--period", type=PeriodType(), help="Chỉ nhận tháng thuộc kỳ này; tháng khác là lỗi.")
@workspace_option
def import_all(files: tuple[Path, ...], dry_run: bool, period: Period | None, root: Path) -> None:
    """Nhập xếp loại tháng, năm và ngày ký cam kết từ tệp XLSX hoặc CSV.

    Xếp loại đã có của cùng người, cùng kỳ được thay bằng xếp loại mới.
    """
    done = import_ratings(open_office(root), files, period, dry_run=dry_run)
    for note in done.notes:
        say(note)
    found = done.ratings
    say(
        f"{'Kiểm tra xong, chưa lưu' if dry_run else 'Đã nhập'}: {len(found.monthly)} xếp loại "
        f"tháng, {len(found.annual)} xếp loại năm, {len(found.commitments)} bản cam kết, "
        f"{len(found.achievements)} thành tích."
    )

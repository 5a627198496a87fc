"""``phieu results summary``: the numbers of a period for leadership."""

from datetime import date
from pathlib import Path

import click

from pipeline.cli.help import Command
from pipeline.cli.options import period_option, workspace_option
from pipeline.cli.show import put_table, say
from pipeline.people import BLOCKS
from pipeline.periods import Period
from pipeline.results.summary import Summary, Tally
from pipeline.work.office import open_office
from pipeline.work.summary import write_summary


@click.command("summary", cls=Command)
@period_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="THƯ_MỤC",
    help="Nơi ghi tệp; mặc định là out/KỲ/summary trong thư mục làm việc.",
)
@workspace_option
def summary(period: Period, out: Path | None, root: Path) -> None:
    """Tổng hợp cho lãnh đạo theo đơn vị, khối và toàn bộ, tệp PDF và XLSX có biểu đồ.

    Chỉ có số lượng, không có tên người. Trang đầu của tệp PDF để niêm yết; các trang theo đơn vị
    dùng trong nội bộ. Kỳ là quý (2026-Q4) hoặc năm (2026).
    """
    written = write_summary(open_office(root), period, out, date.today())
    if written.summary.total.people == 0:
        say("Chưa có người nào trong danh sách. Nhập bằng: phieu people import TỆP")
    else:
        for each in written.quarters:
            _show(each)
        _show(written.summary)
    say(f"Đã ghi {written.pdf} và {written.xlsx.name}.")


def _show(found: Summary) -> None:
    if not found.has_begun:
        say(f"{found.period.words}: chưa in phiếu nào.")
        return
    rows = [(BLOCKS[block], tally) for block, tally in found.blocks]
    put_table(
        f"Tổng hợp {found.period.words}",
        ("Khối", "Số người", "Đã ký", "Đã đánh giá", "Đạt", "Chưa đạt", "Tạm tính", "Chưa có KQ"),
        [_row(words, tally) for words, tally in (*rows, ("Tổng cộng", found.total))],
    )


def _row(words: str, tally: Tally) -> tuple[str | int, ...]:
    return (
        words,
        tally.people,
        tally.signed,
        tally.evaluated,
        tally.dat,
        tally.chua_dat,
        tally.tam_tinh,
        tally.chua_co_ket_qua,
    )

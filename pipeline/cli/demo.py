"""``phieu demo``: the whole way on the samples, as a clerk would type it."""

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import click

from pipeline.cli import results, scans, tables
from pipeline.cli.forms import forms
from pipeline.cli.help import Command
from pipeline.cli.options import port_option
from pipeline.cli.readings import readings
from pipeline.cli.results import count_rows
from pipeline.cli.show import put_table, screen
from pipeline.config import DEMO_KEY, KEY_FILE, create_workspace
from pipeline.errors import BadInput
from pipeline.periods import Period
from pipeline.web.server import Address, serve
from pipeline.work.demo_accounts import ACCOUNTS, PASSWORD, make_demo_accounts
from pipeline.work.office import Office, open_office
from pipeline.work.picture import draw_page
from pipeline.work.readings import load_readings
from pipeline.work.results import decide_period

SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples"
PERIOD = Period(2026, quarter=4)
QUEUE = f"/review/{PERIOD}/one"
"""Path of the review queue of the sample batch."""

_COMMANDS = {
    "people": tables.people,
    "ratings": tables.ratings,
    "forms": forms,
    "scans": scans.scans,
    "readings": readings,
    "results": results.results,
}


@click.command(cls=Command)
@click.argument(
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo"),
    metavar="[THƯ_MỤC]",
)
@click.option(
    "--serve",
    "serving",
    is_flag=True,
    help="Sau đó chạy ứng dụng web và mở ngay hàng chờ duyệt của bộ mẫu.",
)
@port_option
def demo(folder: Path, serving: bool, port: int) -> None:
    """Chạy thử cả quy trình trên bộ mẫu (người và đơn vị bịa đặt), từng bước trên màn hình.

    Kết quả nằm trong THƯ_MỤC (mặc định: demo). Chạy lại thì làm lại từ đầu.
    """
    start = time.monotonic()
    _clear(folder)
    create_workspace(folder, "long_bien_2021", key=DEMO_KEY)
    where = ("--workspace", str(folder))
    period = ("--period", str(PERIOD))
    scan_folders = sorted(str(path.parent) for path in SAMPLES.glob("*/expected.json"))
    out = str(folder / "out" / "readings.json")
    for words in (
        ("people", "import", str(SAMPLES / "roster.xlsx"), *where),
        ("ratings", "import", str(SAMPLES / "ratings.xlsx"), *where),
        ("forms", "print", "--form", "03A", *period, *where),
        ("forms", "print", "--form", "03B", *period, *where),
        ("scans", "ingest", *scan_folders, *where),
        ("readings", "export", *period, "--format", "json", "--out", out, *where),
        ("results", "decide", *period, *where),
        ("results", "publish", *period, "--form", "04", *where),
    ):
        _run(words)
    office = open_office(folder)
    make_demo_accounts(office)
    _closing(office, time.monotonic() - start)
    if serving:
        serve(office, Address("127.0.0.1", port, None, None), (), _open_queue)
    else:
        screen.print(
            f"Xem trên web: phieu review serve --workspace {folder}, rồi mở "
            f"http://127.0.0.1:8000{QUEUE}. Chạy thử và mở ngay: phieu demo --serve."
        )


def _open_queue(at: Address) -> None:
    """Say where the review queue is, and show it in a browser when there is a screen for one."""
    screen.print(f"Hàng chờ duyệt: {at.url.rstrip('/')}{QUEUE} – dừng bằng Ctrl+C.")
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.name == "nt":
        click.launch(f"{at.url.rstrip('/')}{QUEUE}")


def _clear(folder: Path) -> None:
    """Remove an earlier demo; anything else that is in the way stays."""
    if not folder.exists() or not any(folder.iterdir()):
        return
    key = folder / KEY_FILE
    if not key.is_file() or key.read_text(encoding="ascii").strip() != DEMO_KEY.hex():
        raise BadInput(f"{folder} có sẵn và không phải của lần chạy thử trước; chọn thư mục khác.")
    shutil.rmtree(folder)


def _run(words: Sequence[str]) -> None:
    screen.rule(f"[bold]phieu {words[0]} {words[1]}", align="left")
    _COMMANDS[words[0]].main(
        args=list(words[1:]), prog_name=f"phieu {words[0]}", standalone_mode=False
    )


def _closing(office: Office, seconds: float) -> None:
    """What the demo did, in one table, where it is, and who may sign in."""
    folder = office.workspace.root
    found = load_readings(office, PERIOD)
    shown = next((r for r in found.records if r.flags and len(r.pages) > 1), found.records[0])
    last = shown.pages[-1].number
    picture = draw_page(office, shown.sheet_id, last, folder / "out" / "page-read.png")
    screen.rule("[bold]Kết thúc", align="left")
    scans.show_readings(found)
    put_table(
        f"Kết quả {PERIOD.words}", ("", "Số người"), count_rows(decide_period(office, PERIOD))
    )
    put_table(
        "Xem ở đâu",
        ("", "Tệp"),
        [
            ("Phiếu in", folder / "out" / str(PERIOD) / "03B"),
            ("Một trang đã đọc, vẽ chồng lên bản quét", picture),
            ("Toàn bộ kết quả đọc", folder / "out" / "readings.json"),
            ("Thông báo mẫu 04", folder / "out" / str(PERIOD) / "04"),
        ],
    )
    put_table(
        f"Tài khoản chạy thử, mật khẩu {PASSWORD}",
        ("Tên", "Vai trò"),
        [(each.username, each.words) for each in ACCOUNTS],
    )
    screen.print(f"Xong sau {seconds:.0f} giây.")

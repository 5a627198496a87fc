"""The command ``phieu``."""

import os
import sys
import traceback

import click

from pipeline.cli import scans, tables
from pipeline.cli.accounts import accounts
from pipeline.cli.calendar import calendar
from pipeline.cli.demo import demo
from pipeline.cli.forms import forms
from pipeline.cli.help import Group, explain
from pipeline.cli.job import job
from pipeline.cli.office import init
from pipeline.cli.readings import readings
from pipeline.cli.records import records
from pipeline.cli.results import results
from pipeline.cli.review import review
from pipeline.cli.show import put_complaints, say
from pipeline.cli.summary import summary
from pipeline.errors import BadTable, ExitCode, PhieuError


@click.group(cls=Group)
@click.version_option(package_name="phieu", message="phieu %(version)s", help="Hiện phiên bản.")
def phieu() -> None:
    """Phiếu đánh giá cán bộ, công chức, viên chức, người lao động: in phiếu điền sẵn, đọc bản
    quét, tổng hợp kết quả và lập thông báo.

    Thứ tự công việc: init, people import, ratings import, forms print, scans ingest,
    readings export, results decide, results publish. Xem thử tất cả: phieu demo.
    """


phieu.add_command(init)
phieu.add_command(tables.people)
phieu.add_command(tables.ratings)
phieu.add_command(forms)
phieu.add_command(scans.scans)
phieu.add_command(readings)
phieu.add_command(review)
phieu.add_command(accounts)
results.add_command(summary)
results.add_command(records)
phieu.add_command(results)
phieu.add_command(calendar)
phieu.add_command(demo)
phieu.add_command(job)


def main() -> None:
    """Run, and end with the exit code of the contract."""
    try:
        code = phieu.main(prog_name="phieu", standalone_mode=False)
    except click.UsageError as error:
        name = error.ctx.command_path if error.ctx else "phieu"
        say(f"Sai cách dùng: {explain(error)}.\nXem: {name} --help")
        code = ExitCode.USAGE
    except (click.Abort, KeyboardInterrupt):
        say("Đã dừng. Chạy lại lệnh này để làm tiếp phần còn lại.")
        code = ExitCode.ERROR
    except PhieuError as error:
        if isinstance(error, BadTable):
            put_complaints(error.complaints)
        say(f"Lỗi: {error}")
        code = error.exit_code
    except BrokenPipeError:
        # The reader of our output has gone; nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ExitCode.ERROR
    except Exception:
        traceback.print_exc()
        say("Lỗi của chương trình, không phải của dữ liệu. Gửi đoạn trên cho người phụ trách.")
        code = ExitCode.ERROR
    sys.exit(int(code or 0))

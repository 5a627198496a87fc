"""``phieu job``: what the web application starts in the background. Not for people."""

from pathlib import Path

import click

from pipeline.cli.help import Command
from pipeline.cli.options import workspace_option
from pipeline.work.job_tasks import TASKS
from pipeline.work.jobs import run_job
from pipeline.work.office import open_office


@click.command("job", cls=Command, hidden=True)
@click.argument("number", type=int)
@workspace_option
def job(number: int, root: Path) -> None:
    """Chạy một việc mà ứng dụng web giao; số của việc đã lưu trong cơ sở dữ liệu."""
    run_job(open_office(root), number, TASKS)

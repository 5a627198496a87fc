"""What commands put on the screen. Messages, tables and progress go to standard error; standard
output is for results alone."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from pipeline.errors import Complaint
from pipeline.work.scans import Progress as ProgressCall

screen = Console(stderr=True, highlight=False, soft_wrap=False)


def say(text: str) -> None:
    """A line for the person at the screen."""
    screen.print(escape(text), soft_wrap=True)


def put_json(document: dict[str, Any]) -> None:
    """The one JSON document of a command, on standard output."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=1))


def put_table(title: str, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table for the person at the screen."""
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for number, heading in enumerate(headings):
        numbers = bool(rows) and all(isinstance(row[number], int) for row in rows)
        table.add_column(heading, justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    screen.print(table)


def put_complaints(complaints: Sequence[Complaint]) -> None:
    """Everything that is wrong in tables, one line each, so that it can be worked off."""
    for fault in complaints:
        place = ", ".join(
            part
            for part in (
                f"trang tính {fault.sheet}" if fault.sheet else "",
                f"dòng {fault.row}" if fault.row else "",
                f"cột “{fault.column}”" if fault.column else "",
            )
            if part
        )
        value = f": “{fault.value}”" if fault.value else ""
        say(f"{fault.file}{', ' if place else ''}{place}{value} – {fault.reason}")


@contextmanager
def progress(text: str) -> Iterator[ProgressCall]:
    """A bar on a terminal, nothing elsewhere."""
    if not screen.is_terminal:
        yield lambda _done, _total: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=screen) as bars:
        task = bars.add_task(text, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)

"""Table files for tests, written the way offices write them."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

from pipeline.forms.sets import Level

LEVELS = (
    Level("hoan_thanh_xuat_sac", "A", "Hoàn thành xuất sắc nhiệm vụ", 4),
    Level("hoan_thanh_tot", "B", "Hoàn thành tốt nhiệm vụ", 3),
    Level("hoan_thanh", "C", "Hoàn thành nhiệm vụ", 2),
    Level("khong_hoan_thanh", "D", "Không hoàn thành nhiệm vụ", 1),
)

Rows = Sequence[Any]


def write_csv(path: Path, rows: Rows, *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """A CSV file of these rows, headings first."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_xlsx(path: Path, **sheets: Rows) -> Path:
    """A workbook with these sheets."""
    workbook = openpyxl.Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    workbook.save(path)
    return path

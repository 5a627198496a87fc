"""``phieu scans``: a batch of scans in, and what has come so far."""

import os
from pathlib import Path
from typing import Any

import click

from pipeline.batch import Processes
from pipeline.cli.batches import batch_document, batch_list, put_batch, put_batches
from pipeline.cli.help import Group
from pipeline.cli.options import PeriodType, json_option, workspace_option
from pipeline.cli.show import progress, put_json, put_table, say
from pipeline.errors import BadInput, ExitCode
from pipeline.periods import Period
from pipeline.scans.quality import BatchQuality
from pipeline.scans.record import SheetStatus
from pipeline.store.batch_queries import find_batch
from pipeline.work.office import Office, open_office
from pipeline.work.progress import Arrival, arrivals
from pipeline.work.quality import batch_quality
from pipeline.work.readings import Readings, load_readings, periods_of_files
from pipeline.work.scans import SECONDS_A_PAGE, FileState, IngestReport, ingest

_STATES = {
    FileState.NEW: "mới",
    FileState.RESUMED: "đọc tiếp phần còn lại",
    FileState.KNOWN: "đã có, không đọc lại",
    FileState.REFUSED: "không nhận",
}


@click.group(cls=Group)
def scans() -> None:
    """Bản quét: nhận lô tệp quét, theo dõi phiếu còn thiếu."""


@scans.command("ingest")
@click.argument(
    "paths",
    type=click.Path(exists=True, path_type=Path),
    nargs=-1,
    required=True,
    metavar="TỆP_HOẶC_THƯ_MỤC...",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=lambda: os.cpu_count() or 1,
    metavar="N",
    help="Số tiến trình đọc song song; mặc định bằng số nhân của máy.",
)
@json_option
@workspace_option
def ingest_batch(paths: tuple[Path, ...], workers: int, as_json: bool, root: Path) -> ExitCode:
    """Đọc một lô bản quét: PDF, TIFF nhiều trang, JPEG, PNG hoặc cả thư mục.

    Trang theo thứ tự nào, của ai, xuôi hay ngược đều được. Tệp đã đọc thì không đọc lại; bị ngắt
    giữa chừng thì chạy lại lệnh này để đọc tiếp. Trang hỏng không làm dừng cả lô.
    """
    office = open_office(root)
    with progress("Đọc bản quét") as bar:
        report = ingest(office, paths, Processes(workers, SECONDS_A_PAGE), bar)
    found = [
        load_readings(office, period)
        for period in periods_of_files({file.sha256 for file in report.files})
    ]
    quality = batch_quality(office, report.batch)
    if as_json:
        put_json(_ingest_document(report, found, quality))
    else:
        _show_ingest(report, found)
        put_batch(report.batch, quality)
    if any(file.state is FileState.REFUSED for file in report.files):
        return ExitCode.BAD_INPUT
    waits = any(readings.waits_for_person for readings in found)
    return ExitCode.NEEDS_PERSON if waits else ExitCode.DONE


def _ingest_document(
    report: IngestReport, found: list[Readings], quality: BatchQuality
) -> dict[str, Any]:
    return {
        "schema": "phieu.ingest/1",
        "batch": batch_document(report.batch, quality),
        "files": [
            {
                "name": file.name,
                "sha256": file.sha256,
                "state": str(file.state),
                "pages": file.pages,
                "code": file.code or None,
                "message": file.message or None,
            }
            for file in report.files
        ],
        "pages_read": report.pages_read,
        "commitments_registered": report.commitments,
        "periods": [_counts_document(readings) for readings in found],
    }


def _counts_document(readings: Readings) -> dict[str, Any]:
    return {
        "period": readings.period,
        "sheets": {str(status): count for status, count in sorted(readings.statuses.items())},
        "missing_sheets": len(readings.missing),
        "flags": dict(sorted(readings.flags.items())),
        "rejects": dict(sorted(readings.reject_codes.items())),
    }


def _show_ingest(report: IngestReport, found: list[Readings]) -> None:
    put_table(
        "Tệp quét",
        ("Tệp", "Trang", "Trạng thái"),
        [
            (file.name, file.pages, _STATES[file.state] + (f": {file.message}" * bool(file.code)))
            for file in report.files
        ],
    )
    say(f"Đã đọc {report.pages_read} trang.")
    if report.commitments:
        say(f"Ghi nhận mới {report.commitments} bản cam kết đã ký (ngày ký nhập sau).")
    for readings in found:
        show_readings(readings)


def show_readings(readings: Readings) -> None:
    """The counts of a period as a table."""
    statuses = readings.statuses
    rows: list[tuple[str, int]] = [
        ("Phiếu đọc trọn, không có gì phải xem", statuses[SheetStatus.CLEAN]),
        ("Phiếu có chỗ phải xem", statuses[SheetStatus.FLAGGED]),
        ("Phiếu thiếu trang", statuses[SheetStatus.INCOMPLETE]),
        ("Phiếu chưa về", len(readings.missing)),
    ]
    rows += [(f"  cờ {code}", count) for code, count in sorted(readings.flags.items())]
    rows += [
        (f"  trang không dùng: {code}", count)
        for code, count in sorted(readings.reject_codes.items())
    ]
    put_table(f"Kỳ {readings.period}", ("", "Số lượng"), rows)


@scans.command("status")
@click.option("--period", type=PeriodType(), help="Kỳ đánh giá; bỏ trống là mọi kỳ đã in phiếu.")
@click.option(
    "--batch",
    type=click.IntRange(1),
    metavar="SỐ",
    help="Chất lượng bản quét của một lô: độ phân giải, màu, độ nghiêng, vệt bẩn.",
)
@json_option
@workspace_option
def status(period: Period | None, batch: int | None, as_json: bool, root: Path) -> None:
    """Phiếu nào đã về, còn thiếu, phải xem lại, theo từng đơn vị; các lô quét đã nhận."""
    office = open_office(root)
    if batch is not None:
        _show_batch(office, batch, as_json=as_json)
        return
    units = arrivals(office, period)
    if as_json:
        document = {
            "schema": "phieu.status/1",
            "units": [_arrival_document(unit) for unit in units],
            "batches": batch_list(),
        }
        put_json(document)
        return
    if not units:
        say("Chưa in phiếu nào. In phiếu bằng: phieu forms print --form 03B --period KỲ")
        return
    put_table(
        "Phiếu theo đơn vị",
        ("Kỳ", "Đơn vị", "Mẫu", "Đã in", "Đã về đủ", "Phải xem", "Thiếu trang", "Chưa về"),
        [
            (
                unit.period,
                unit.unit_id,
                unit.form,
                unit.printed,
                unit.clean,
                unit.flagged,
                unit.incomplete,
                len(unit.missing),
            )
            for unit in units
        ],
    )
    put_batches()


def _show_batch(office: Office, batch: int, *, as_json: bool) -> None:
    if find_batch(batch) is None:
        raise BadInput(f"Không có lô quét số {batch}. Xem các lô bằng: phieu scans status")
    quality = batch_quality(office, batch)
    if as_json:
        put_json({"schema": "phieu.batch/1"} | batch_document(batch, quality))
    else:
        put_batch(batch, quality)


def _arrival_document(unit: Arrival) -> dict[str, Any]:
    return {
        "period": unit.period,
        "unit_id": unit.unit_id,
        "form": unit.form,
        "printed": unit.printed,
        "clean": unit.clean,
        "flagged": unit.flagged,
        "incomplete": unit.incomplete,
        "missing": [{"sheet_id": s.sheet_id, "person_id": s.person_id} for s in unit.missing],
    }

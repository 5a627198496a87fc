"""A batch of scans on the screen and as JSON: what came, and how good it is as pictures."""

from typing import Any

from pipeline.cli.show import put_table, say
from pipeline.scans.quality import ARCHIVE_DPI, BatchQuality, RecurringStreak, Worst, streak_warning
from pipeline.scans.sort import PageState
from pipeline.store.batch_queries import BatchRow, load_batches

_STATES = {
    PageState.KNOWN: "trang của phiếu đã in",
    PageState.UNKNOWN: "chưa biết là của phiếu nào",
    PageState.EXTRA: "không thuộc lô này (kỳ khác, bản in khác)",
    PageState.TWIN: "hai bản khác nhau của một trang",
    PageState.REPEATED: "quét lặp, nội dung như nhau",
    PageState.MISSING: "còn thiếu",
    PageState.FOREIGN: "giấy khác",
    PageState.BLANK: "trang trắng",
    PageState.UNREADABLE: "không đọc được",
}

_MODES = {"colour": "màu", "grey": "xám", "bilevel": "đen trắng"}


def put_batch(batch: int, quality: BatchQuality) -> None:
    """The quality report of a batch, short; what is wrong with the scanner comes last."""
    rows = [(_STATES[state], quality.states[state]) for state in PageState if quality.states[state]]
    put_table(f"Lô quét {batch}: các trang", ("", "Số trang"), rows)
    if not quality.read:
        return
    put_table(
        f"Lô quét {batch}: chất lượng ảnh của {quality.read} trang đã đọc",
        ("", "Thường gặp", "Kém nhất"),
        [
            ("Độ phân giải (điểm/inch)", _number(quality.dpi, 0), _worst(quality.least_dpi, 0)),
            ("Độ nghiêng (độ)", _number(quality.skew_deg, 1), _worst(quality.worst_skew, 1)),
            (
                "Sai lệch với mẫu (mm)",
                _number(quality.residual_mm, 2),
                _worst(quality.worst_residual, 2),
            ),
            ("Kiểu ảnh", ", ".join(f"{_MODES[m]} {n}" for m, n in quality.modes.items()), ""),
            ("Trang có chỗ phải xem", _share(quality.flagged, quality.read), ""),
        ],
    )
    for streak in quality.streaks:
        say(streak_warning(streak))
    if not quality.meets_archive:
        say(
            f"{quality.below_archive}/{quality.read} trang chưa đạt chuẩn lưu trữ (ảnh màu, từ "
            f"{ARCHIVE_DPI:.0f} điểm/inch)."
        )


def put_batches() -> None:
    """All batches that were taken in, the newest first."""
    rows = [
        (
            batch.batch_id,
            f"{batch.started_at:%d/%m/%Y %H:%M}",
            batch.files,
            f"{batch.pages_done}/{batch.pages}",
            _state(batch),
        )
        for batch in load_batches()
    ]
    if rows:
        put_table("Lô quét", ("Số", "Lúc", "Tệp mới", "Trang đã đọc", "Trạng thái"), rows)
        say("Chất lượng bản quét của một lô: phieu scans status --batch SỐ")


def _state(batch: BatchRow) -> str:
    if batch.finished_at is None:
        return "chưa xong"
    return "bị ngắt" if batch.failure else "xong"


def batch_list() -> list[dict[str, Any]]:
    """All batches as JSON, the newest first."""
    return [
        {
            "batch": batch.batch_id,
            "started_at": batch.started_at.isoformat(timespec="seconds"),
            "finished_at": batch.finished_at and batch.finished_at.isoformat(timespec="seconds"),
            "files": batch.files,
            "pages": batch.pages,
            "pages_done": batch.pages_done,
            "interrupted": bool(batch.failure),
        }
        for batch in load_batches()
    ]


def batch_document(batch: int, quality: BatchQuality) -> dict[str, Any]:
    """The quality report of a batch as JSON; figures of pages that were read."""
    return {
        "batch": batch,
        "states": {str(state): count for state, count in sorted(quality.states.items())},
        "pages_read": quality.read,
        "pages_flagged": quality.flagged,
        "modes": dict(sorted(quality.modes.items())),
        "dpi": {
            "median": _rounded(quality.dpi),
            "least": _worst_document(quality.least_dpi),
        },
        "skew_deg": {
            "median": _rounded(quality.skew_deg),
            "worst": _worst_document(quality.worst_skew),
        },
        "residual_mm": {
            "median": _rounded(quality.residual_mm),
            "worst": _worst_document(quality.worst_residual),
        },
        "streaks": [_streak_document(streak) for streak in quality.streaks],
        "below_archive": quality.below_archive,
        "meets_archive": quality.meets_archive,
    }


def _worst_document(worst: Worst | None) -> dict[str, Any] | None:
    if worst is None:
        return None
    return {"value": _rounded(worst.value), "source": worst.source, "source_page": worst.number}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _streak_document(streak: RecurringStreak) -> dict[str, Any]:
    return {
        "edge": streak.edge,
        "at_mm": round(streak.at_mm, 1),
        "pages": [{"source": source, "source_page": number} for source, number in streak.pages],
        "message": streak_warning(streak),
    }


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}".replace(".", ",")


def _worst(worst: Worst | None, digits: int) -> str:
    if worst is None:
        return ""
    return f"{_number(worst.value, digits)} ({worst.source} trang {worst.number})"


def _share(part: int, whole: int) -> str:
    return f"{part} ({_number(100 * part / whole, 0)} %)"

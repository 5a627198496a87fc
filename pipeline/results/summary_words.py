"""What a summary says in words: what its numbers mean, and what to do while there are none."""

from datetime import date

from pipeline.results.bars import number, percent
from pipeline.results.summary import Summary


def explanation(summary: Summary, made_on: date) -> str:
    """What the numbers mean, as sentences below them."""
    start = f"Số liệu tính đến ngày {made_on:%d/%m/%Y}; tỷ lệ tính trên tổng số người. "
    if summary.period.quarter is None:
        return start + (
            "Kết quả năm tính từ kết quả các quý; người còn phụ thuộc quý chưa có kết quả thì chưa "
            "có kết quả năm; “đã đánh giá” là có kết quả năm, kể cả tạm tính. Nội dung chưa đạt: "
            "cộng các phiếu đã đánh giá xong của các quý, theo cột quyết định kết quả."
        )
    return start + (
        "Đã đánh giá gồm cả kết quả tạm tính; chưa có kết quả cuối gồm tạm tính (còn thiếu xếp "
        "loại tháng) và chưa có kết quả (chưa có phiếu hoặc phiếu còn chỗ phải xem). Nội dung chưa "
        "đạt: trên các phiếu đã đánh giá xong của mẫu đó, theo cột quyết định kết quả."
    )


def state_before(summary: Summary) -> str:
    """How far things are while nothing is evaluated."""
    total = summary.total
    if total.people == 0:
        return "Chưa có số liệu: danh sách đơn vị và người được đánh giá còn trống."
    return (
        f"Chưa in phiếu nào của kỳ này. Danh sách có {number(total.people)} người; "
        f"{number(total.signed)} người đã ký cam kết ({percent(total.signed, total.people)})."
    )


def next_steps(summary: Summary) -> tuple[str, ...]:
    """What to do while nothing is evaluated, in order."""
    period = summary.period
    quarter = str(period) if period.quarter else f"{period.year}-Q1"
    start = () if summary.total.people else ("Nhập danh sách: phieu people import TỆP",)
    return (
        *start,
        f"In phiếu đánh giá từng quý: phieu forms print --form MẪU --period {quarter}",
        "Sau ngày đánh giá, nhận bản quét: phieu scans ingest THƯ_MỤC",
        f"Lập lại bản tổng hợp này: phieu results summary --period {period}",
    )

"""The codes of flags and rejects in words: what each means and what to do about it.

The same as ``docs/messages.md``, for those who work with the screens.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CodeWords:
    """A code in words: ``what`` it means, what to ``do``."""

    what: str
    do: str


FLAG_WORDS: Mapping[str, CodeWords] = {
    "mark_missing": CodeWords(
        "Nội dung chưa đánh dấu", "Xem phiếu giấy; ô trống không bao giờ được tính là Chưa đạt."
    ),
    "mark_double": CodeWords("Đánh dấu cả hai ô", "Hỏi người đánh dấu chọn ô nào."),
    "mark_corrected": CodeWords("Có tẩy xóa, sửa lại", "Xác nhận dấu đã sửa."),
    "mark_doubtful": CodeWords("Dấu không rõ", "Xem phiếu giấy, xác định có phải dấu hay không."),
    "total_mismatch": CodeWords(
        "Tổng số ghi khác số dấu đếm được", "Đếm lại; kết quả tính theo các dấu."
    ),
    "total_unreadable": CodeWords(
        "Không đọc chắc được tổng số", "So với số đếm được nêu trong lý do."
    ),
    "overall_missing": CodeWords("Chưa đánh dấu kết quả chung", "Xác nhận kết quả theo các dấu."),
    "overall_mismatch": CodeWords(
        "Kết quả chung khác các dấu", "Hỏi người có thẩm quyền đánh giá."
    ),
    "signature_missing": CodeWords(
        "Thiếu chữ ký hoặc không chắc đã ký", "Đề nghị ký bổ sung rồi quét lại trang ký."
    ),
    "identity_mismatch": CodeWords(
        "Mã phiếu và tên in trên trang không khớp", "Xem trang giấy là của ai."
    ),
    "page_missing": CodeWords("Thiếu trang", "Tìm trang còn thiếu và quét bổ sung."),
    "page_twin": CodeWords(
        "Một trang có hai bản khác nội dung", "Chọn bản được tính; bỏ bản còn lại."
    ),
    "wrong_period": CodeWords("Phiếu của kỳ khác", "Xem có lẫn phiếu của kỳ khác không."),
    "streak": CodeWords("Có vệt do máy quét bẩn", "Vệ sinh máy quét rồi quét lại trang này."),
    "poor_image": CodeWords(
        "Ảnh quá tối, quá nhạt hoặc mờ", "Quét lại ở 200–300 dpi, để máy ở chế độ màu."
    ),
}
"""Something on a sheet that a person has to look at."""

REJECT_WORDS: Mapping[str, CodeWords] = {
    "blank_page": CodeWords("Trang trắng", "Không cần làm gì: mặt sau của tờ giấy."),
    "page_repeated": CodeWords("Quét lặp, nội dung như nhau", "Không cần làm gì."),
    "no_sheet_code": CodeWords(
        "Không đọc được mã phiếu", "Gán trang cho đúng phiếu ở phần duyệt, hoặc quét lại."
    ),
    "unknown_sheet": CodeWords(
        "Mã không phải do cơ quan này in", "Kiểm tra tờ giấy và thư mục làm việc."
    ),
    "wrong_version": CodeWords("Mã không khớp sổ in", "In và điền lại phiếu này."),
    "wrong_period": CodeWords("Phiếu của kỳ khác hoặc đợt đã đóng", "Kiểm tra kỳ ghi trên phiếu."),
    "foreign_page": CodeWords("Không phải biểu mẫu của ta", "Lấy tờ này ra khỏi tập."),
    "poor_registration": CodeWords(
        "Khung in bị lệch, nhăn hoặc cắt mất", "Vuốt phẳng giấy, quét lại cả trang."
    ),
    "poor_image": CodeWords(
        "Ảnh quá tối, quá nhạt hoặc mờ", "Quét lại ở 200–300 dpi, để máy ở chế độ màu."
    ),
    "unreadable_file": CodeWords("Tệp hỏng hoặc sai định dạng", "Quét lại thành PDF hoặc TIFF."),
    "encrypted_file": CodeWords("Tệp PDF có mật khẩu", "Bỏ mật khẩu rồi tải lên lại."),
    "too_large": CodeWords(
        "Tệp quá lớn hoặc quá nhiều trang", "Chia nhỏ tệp; quét khổ A4 ở 300 dpi."
    ),
}
"""A page or file that could not be used."""

WITHOUT_WORDS = CodeWords("Mã khác", "Xem lý do ghi ở từng chỗ.")


def flag_words(code: str) -> CodeWords:
    """A flag's code in words."""
    return FLAG_WORDS.get(code, WITHOUT_WORDS)


def reject_words(code: str) -> CodeWords:
    """A reject's code in words."""
    return REJECT_WORDS.get(code, WITHOUT_WORDS)

"""Pages that are none of ours: what else lies on a scanner's tray."""

import io
import math

import numpy as np
import segno
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from pipeline.programs.fonts import font_folder
from samples.ink import Image
from samples.paper import MASTER_DPI, MM_PER_INCH

_PX = MASTER_DPI / MM_PER_INCH
_A4 = (math.ceil(210 * _PX), math.ceil(297 * _PX))
_FONT, _BOLD = "LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf"
_MINUTES = (
    "Thời gian: 8 giờ 00 ngày 18 tháng 12 năm 2026. Địa điểm: phòng họp tầng 2.",
    "Thành phần: toàn thể viên chức, người lao động của đơn vị (có danh sách kèm theo).",
    "Nội dung: triển khai công tác tháng 12; phổ biến kế hoạch đánh giá quý IV; bàn giao",
    "thiết bị dạy học; phân công trực Tết Dương lịch.",
    "",
    "1. Chủ trì đọc kế hoạch công tác tháng 12, các bộ phận thảo luận và thống nhất.",
    "2. Phiếu đánh giá nộp về văn phòng trước 16 giờ 30 ngày 25 tháng 12 năm 2026.",
    "3. Bộ phận thư viện, thiết bị hoàn thành kiểm kê trước ngày 20 tháng 12.",
    "4. Lịch trực được niêm yết tại bảng tin của đơn vị.",
    "",
    "Cuộc họp kết thúc lúc 9 giờ 15 phút cùng ngày. Biên bản đã được thông qua.",
)


def minutes_page() -> Image:
    """The minutes of a meeting: text, no code of any kind."""
    page, draw = _blank()
    _centred(draw, "BIÊN BẢN HỌP", 32, 7.0)
    _text(draw, _MINUTES, 48)
    return np.asarray(page, dtype=np.uint8)


def invoice_page() -> Image:
    """A water bill with a QR code and ruled boxes, none of them ours."""
    page, draw = _blank()
    _centred(draw, "THÔNG BÁO TIỀN NƯỚC", 26, 7.0)
    _text(draw, ("Kỳ hóa đơn: tháng 11/2026. Mã khách hàng: 000-MẪU-000.",), 40)
    for row in range(7):
        for left, right in ((25, 110), (110, 150), (150, 190)):
            box = [left * _PX, (55 + 10 * row) * _PX, right * _PX, (65 + 10 * row) * _PX]
            draw.rectangle(box, outline=(0, 0, 0), width=3)
    code = io.BytesIO()
    segno.make("HOADON*000MAU000*112026*125000VND", error="m").save(
        code, kind="png", scale=10, border=4
    )
    with PillowImage.open(code) as picture:
        side = round(35 * _PX)
        page.paste(picture.convert("RGB").resize((side, side)), (round(25 * _PX), round(140 * _PX)))
    return np.asarray(page, dtype=np.uint8)


def blank_page() -> Image:
    """The empty back of a sheet printed on one side."""
    return np.full((_A4[1], _A4[0], 3), 255, dtype=np.uint8)


def _blank() -> tuple[PillowImage.Image, ImageDraw.ImageDraw]:
    page = PillowImage.new("RGB", _A4, (255, 255, 255))
    return page, ImageDraw.Draw(page)


def _centred(draw: ImageDraw.ImageDraw, text: str, y_mm: float, size_mm: float) -> None:
    font = ImageFont.truetype(font_folder() / _BOLD, round(size_mm * _PX))
    draw.text((_A4[0] / 2, y_mm * _PX), text, fill=(0, 0, 0), font=font, anchor="mm")


def _text(draw: ImageDraw.ImageDraw, lines: tuple[str, ...], y_mm: float) -> None:
    font = ImageFont.truetype(font_folder() / _FONT, round(4.6 * _PX))
    for number, line in enumerate(lines):
        draw.text((28 * _PX, (y_mm + 8 * number) * _PX), line, fill=(0, 0, 0), font=font)

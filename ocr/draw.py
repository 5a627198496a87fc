"""Draw everything that was read over its page, for people who check and for debugging.

The page is shown upright, whichever way it was scanned. Colour is never the only sign: every state
has its letter, and a strip below the page says what the letters mean.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocr.cells import HALVED_ABOVE
from ocr.geometry import Rect
from ocr.geometry import px_per_mm as scale_at
from ocr.images import PageImage, Pixels
from ocr.layout import PageLayout
from ocr.reading import (
    ChoiceReading,
    MarkState,
    NumberReading,
    PageReading,
    Registration,
    SignatureReading,
)

PX_PER_MM = 6.0
"""Resolution of the picture: 152 dpi, an A4 page has 1260 x 1782 px."""

STRIP_MM = 21.0
"""Height of the strip below the page."""

FONTS = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf")
"""Faces with Vietnamese letters, the first that is installed."""

Colour = tuple[int, int, int]

GREEN: Colour = (0, 130, 60)
RED: Colour = (205, 20, 30)
ORANGE: Colour = (215, 110, 0)
BLUE: Colour = (20, 80, 190)
INK: Colour = (40, 40, 40)
WHITE = (255, 255, 255, 255)

CHECK = "✓"
"""Drawn, not written: not every face has it."""

STATES: dict[MarkState, tuple[str, Colour, str]] = {
    MarkState.CLEAR: (CHECK, GREEN, "ô được chọn"),
    MarkState.MISSING: ("–", RED, "chưa đánh dấu"),
    MarkState.DOUBLE: ("2", RED, "đánh nhiều ô"),
    MarkState.CORRECTED: ("S", ORANGE, "sửa, tẩy xóa"),
    MarkState.DOUBTFUL: ("?", ORANGE, "không rõ"),
}
"""Sign, colour (RGB) and meaning of every state."""


@dataclass(frozen=True, slots=True, eq=False)
class _Canvas:
    """The picture being drawn, RGBA over the page, in page mm."""

    draw: ImageDraw.ImageDraw

    def box(self, rect: Rect, colour: Colour, width: int, wash: int = 0) -> None:
        """Outline a rectangle; ``wash`` 0..255 fills it lightly."""
        corners = [value * PX_PER_MM for value in (rect.x_mm, rect.y_mm)] + [
            value * PX_PER_MM for value in (rect.right_mm, rect.bottom_mm)
        ]
        self.draw.rectangle(corners, outline=(*colour, 255), width=width, fill=(*colour, wash))

    def text(self, at_mm: tuple[float, float], words: str, colour: Colour, size_mm: float) -> None:
        """Write words whose left end and middle height are at a place."""
        x, y = (value * PX_PER_MM for value in at_mm)
        self.draw.text((x, y), words, font=_font(size_mm), fill=(*colour, 255), anchor="lm")

    def badge(self, at_mm: tuple[float, float], sign: str, colour: Colour, size_mm: float) -> None:
        """A filled disc with a white sign in it."""
        x, y = (value * PX_PER_MM for value in at_mm)
        radius = size_mm * PX_PER_MM * 0.75
        self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(*colour, 255))
        if sign == CHECK:
            tick = [(x - 0.5 * radius, y), (x - 0.1 * radius, y + 0.45 * radius)]
            tick.append((x + 0.55 * radius, y - 0.45 * radius))
            self.draw.line(tick, fill=WHITE, width=max(2, round(radius / 4)))
        else:
            self.draw.text((x, y), sign, font=_font(size_mm), fill=WHITE, anchor="mm")


def draw_reading(image: PageImage, page: PageLayout, reading: PageReading) -> Pixels:
    """The page upright, BGR uint8 at :data:`PX_PER_MM`, with all of its reading drawn over it and
    a strip below that explains the signs and says how well the page could be registered."""
    base = Image.fromarray(_upright(image, page, reading)[..., ::-1].copy()).convert("RGBA")
    layer = Image.new("RGBA", base.size, (255, 255, 255, 0))
    canvas = _Canvas(ImageDraw.Draw(layer))
    cells = {choice.name: dict(choice.cells) for choice in page.choices}
    for choice in reading.choices:
        _draw_choice(canvas, cells[choice.name], choice, page.width_mm)
    totals = {total.name: (total.tens, total.units) for total in page.totals}
    for number in reading.numbers:
        _draw_number(canvas, *totals[number.name], number)
    areas = {box.name: box.rect for box in page.signatures}
    for signature in reading.signatures:
        _draw_signature(canvas, areas[signature.name], signature)
    _draw_strip(canvas, page, reading)
    drawn = np.asarray(Image.alpha_composite(base, layer).convert("RGB"), dtype=np.uint8)
    return np.ascontiguousarray(drawn[..., ::-1])


def _upright(image: PageImage, page: PageLayout, reading: PageReading) -> Pixels:
    """The page without its turn and skew, BGR, white where the scan does not reach and below."""
    whole = Rect(0.0, 0.0, page.width_mm, page.height_mm + STRIP_MM)
    picture = upright_part(image, reading.registration, whole, PX_PER_MM)
    picture[round(page.height_mm * PX_PER_MM) :] = 255
    return picture


def upright_part(
    image: PageImage, registration: Registration, rect: Rect, px_per_mm: float
) -> Pixels:
    """A rectangle of the page without its turn and skew, as scanned, BGR uint8; white where the
    scan does not reach. Where a row lies is as exact as the page's homography: 0.3 mm and better
    on most pages, so leave a margin."""
    to_image = np.array(registration.homography).reshape(3, 3) @ np.array(
        [[1 / px_per_mm, 0.0, rect.x_mm], [0.0, 1 / px_per_mm, rect.y_mm], [0.0, 0.0, 1.0]]
    )
    pixels = image.pixels
    if scale_at(to_image, (0.0, 0.0)) > HALVED_ABOVE:
        # Pixels of the picture over the middle of 2 x 2 of the scan.
        to_image = np.array([[0.5, 0.0, -0.25], [0.0, 0.5, -0.25], [0.0, 0.0, 1.0]]) @ to_image
        rows, columns = (slice(0, side // 2) for side in pixels.shape[:2])
        pixels = image.halved((rows, columns))
    picture = cv2.warpPerspective(
        pixels if pixels.ndim == 3 else cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR),
        to_image,
        (round(rect.w_mm * px_per_mm), round(rect.h_mm * px_per_mm)),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255, 255, 255),
    )
    return picture.astype(np.uint8, copy=False)


def _draw_choice(
    canvas: _Canvas, cells: dict[str, Rect], choice: ChoiceReading, page_width_mm: float
) -> None:
    sign, colour, _ = STATES[choice.state]
    if choice.state is MarkState.CLEAR and choice.value is not None:
        rect = cells[choice.value]
        canvas.box(rect.grown(-0.3), colour, 2)
        canvas.badge((rect.right_mm - 1.9, rect.y_mm + 1.9), sign, colour, 1.9)
        return
    for value, rect in cells.items():
        canvas.box(rect.grown(-0.3), colour, 5 if value == choice.proposal else 3, wash=50)
        canvas.badge((rect.right_mm - 2.2, rect.y_mm + 2.2), sign, colour, 2.6)
    last = max(cells.values(), key=lambda rect: rect.right_mm)
    canvas.badge((page_width_mm - 9.0, last.centre[1]), "!", colour, 4.2)


def _draw_number(canvas: _Canvas, tens: Rect, units: Rect, number: NumberReading) -> None:
    words = "–" if number.blank else "?" if number.written is None else str(number.written)
    colour = BLUE if number.written is not None else INK if number.blank else ORANGE
    for rect in (tens, units):
        canvas.box(rect.grown(-0.3), colour, 2 if colour != ORANGE else 4)
    canvas.badge((units.right_mm + 2.6, tens.y_mm + 2.4), words, colour, 2.6)


def _draw_signature(canvas: _Canvas, area: Rect, signature: SignatureReading) -> None:
    words, colour = {
        True: ("có chữ ký", GREEN),
        False: ("không có chữ ký", RED),
        None: ("chữ ký: không rõ", ORANGE),
    }[signature.present]
    canvas.box(area, colour, 2 if signature.present else 4)
    canvas.text((area.x_mm + 1.0, area.bottom_mm - 2.2), words, colour, 3.0)


def _draw_strip(canvas: _Canvas, page: PageLayout, reading: PageReading) -> None:
    top = page.height_mm
    canvas.box(Rect(0, top, page.width_mm, STRIP_MM), INK, 1)
    x = 8.0
    for sign, colour, meaning in STATES.values():
        canvas.badge((x, top + 4.0), sign, colour, 2.6)
        canvas.text((x + 3.2, top + 4.0), meaning, INK, 3.2)
        x += 11.0 + 1.75 * len(meaning)
    canvas.badge((x, top + 4.0), "!", RED, 2.6)
    canvas.text((x + 3.2, top + 4.0), "cần người xem", INK, 3.2)
    fit = reading.registration
    facts = (
        f"Lệch {fit.residual_mm:.2f} mm",
        f"đường kẻ {fit.lines}/{fit.lines_expected}",
        f"dấu góc {fit.fiducials}/{len(page.fiducials)}",
        f"xoay {fit.rotation_deg:.1f}°",
        f"tỷ lệ in {fit.scale:.1%}",
        f"{reading.dpi:.0f} điểm/inch, {'màu' if reading.colour else 'không màu'}",
    )
    line = f"{reading.code.text}    {' · '.join(facts)}".replace(".0%", "%")
    canvas.text((6.0, top + 10.0), _vietnamese_decimals(line, reading.code.text), INK, 2.4)
    words = "   ".join(f"{defect.code}: {defect.message}" for defect in reading.defects)
    if words:
        canvas.text((6.0, top + 16.0), words, RED, 2.5)


def _vietnamese_decimals(line: str, code: str) -> str:
    """Decimal commas, but not in the code."""
    return code + line.removeprefix(code).replace(".", ",")


def _font(size_mm: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for name in FONTS:
        try:
            return ImageFont.truetype(name, round(size_mm * PX_PER_MM))
        except OSError:
            continue
    return ImageFont.load_default(round(size_mm * PX_PER_MM))

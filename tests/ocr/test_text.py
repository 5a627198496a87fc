"""Tesseract reads a printed line; a picture without text and a missing language are no crash."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.draw import FONTS
from ocr.text import TextUnavailable, read_line


def line(words: str) -> np.ndarray:
    for name in FONTS:
        try:
            font = ImageFont.truetype(name, 40)
        except OSError:
            continue
        picture = Image.new("L", (1300, 80), 255)
        ImageDraw.Draw(picture).text((20, 15), words, font=font, fill=0)
        return np.asarray(picture, dtype=np.uint8)
    pytest.fail("no face with Vietnamese letters is installed")


def test_vietnamese_line() -> None:
    assert read_line(line("Trường Tiểu học Hoa Mẫu")) == "Trường Tiểu học Hoa Mẫu"


def test_colour_picture() -> None:
    picture = np.repeat(line("Phường Mẫu A")[..., None], 3, axis=2)
    assert read_line(picture) == "Phường Mẫu A"


def test_no_text() -> None:
    assert read_line(np.full((60, 400), 255, np.uint8)) == ""


def test_missing_language_is_said() -> None:
    with pytest.raises(TextUnavailable):
        read_line(line("a"), "khong_co")

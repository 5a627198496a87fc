"""Printed text by Tesseract: a last resort for what cannot be told otherwise, and only a proposal
for a person. Never on the plain path: a line costs some 130 ms."""

import numpy as np
import pytesseract

from ocr.images import Pixels

TIME_LIMIT_S = 10.0
"""A line takes 0.1-0.3 s; a picture full of noise may keep Tesseract busy for minutes."""

LANGUAGES = "vie+eng"

LEAST_CONTRAST = 40
"""Grey levels between the darkest and the brightest pixel of a picture with text; Tesseract finds
signs even on plain paper."""

SINGLE_LINE, ONE_BLOCK = 7, 6
"""Tesseract's page segmentation modes for a picture of one line and of a few."""


class TextUnavailable(Exception):
    """Tesseract is missing, lacks a language, failed or ran out of time."""


def read_line(image: Pixels, languages: str = LANGUAGES, signs: str = "") -> str:
    """The text of a picture of one printed line, uint8 (H, W) or (H, W, 3) BGR, dark on bright,
    about 8 px/mm or more; an empty text when there is none. Blanks at the ends are removed.

    ``languages`` are Tesseract's names joined by ``+``; only ``signs`` are read when given.
    Raises :class:`TextUnavailable`.
    """
    return _read(image, languages, SINGLE_LINE, signs)


def read_block(image: Pixels, languages: str = LANGUAGES) -> str:
    """The same for a few lines that stand together; they are joined by blanks."""
    return " ".join(_read(image, languages, ONE_BLOCK, "").split())


def _read(image: Pixels, languages: str, mode: int, signs: str) -> str:
    if np.ptp(image) < LEAST_CONTRAST:
        return ""
    rgb = image[..., ::-1] if image.ndim == 3 else image
    only = f" -c tessedit_char_whitelist={signs}" if signs else ""
    try:
        text = pytesseract.image_to_string(
            rgb, lang=languages, config=f"--psm {mode}{only}", timeout=TIME_LIMIT_S
        )
    except (pytesseract.TesseractError, pytesseract.TesseractNotFoundError, RuntimeError) as error:
        raise TextUnavailable(str(error)) from error
    return str(text).strip()

"""Printed pages filled in with pens and scanned: real print files in, pictures as a scanner makes
them out."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image

from ocr.layout import PageLayout
from samples.hands import Hand, draw_mark, new_hand, sign, write_number
from samples.ink import write
from samples.strokes import Stroke

DPI = 200


def hand(seed: int) -> Hand:
    """Somebody who writes X and leaves a total of nothing blank."""
    rng = np.random.default_rng(seed)
    while True:
        found = new_hand(rng, kinds=("x",))
        if (found.zero, found.lone_digit) == ("blank", "units"):
            return found


def scan(
    pdf: Path, number: int, page: PageLayout, target: Path, seed: int, ink: Mapping[str, object]
) -> None:
    """Fill page ``number`` (1-based) of a print file and save it as a scan.

    ``ink`` says what is written where, by the names of the layout: the value of a choice, the
    number of a total, or True for a signature; what is not named stays empty.
    """
    document = pypdfium2.PdfDocument(pdf)
    bitmap = document[number - 1].render(scale=DPI / 72, rev_byteorder=True)
    picture = np.ascontiguousarray(bitmap.to_numpy()[..., :3])
    document.close()
    rng, writer = np.random.default_rng(seed), hand(seed)
    strokes: list[Stroke] = []
    for choice in page.choices:
        if choice.name in ink:
            strokes += draw_mark(rng, writer, dict(choice.cells)[str(ink[choice.name])])
    for total in page.totals:
        written = ink.get(total.name)
        if isinstance(written, int):
            strokes += write_number(rng, writer, written, total.tens, total.units)
    for area in page.signatures:
        if ink.get(area.name):
            strokes += sign(rng, writer, area.rect)
    write(picture, strokes, DPI / 25.4, rng)
    target.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(target, quality=85, dpi=(DPI, DPI))

"""Simulate digit boxes and store the digits as the reader sees them.

python -m training.digit_data DIGITS.npz OUT.npz --source 0 --count 60000 --seed 1
"""

from pathlib import Path

import click
import cv2
import numpy as np
import numpy.typing as npt

from ocr.cells import CellImage
from ocr.digits import GARBAGE, glyphs_of
from training import strokes
from training.paper import CANVAS_PX_PER_MM, Scan, cut_out, scanned
from training.strokes import Canvas, Pen
from training.withdrawals import cancellation

AROUND_MM = 4.0
NO_DIGITS = (20, 22, 23)
"""Labels of bhmsds that are no digit: x, minus, w. A slash may be a 1 and is left out."""

Image = npt.NDArray[np.uint8]


def digit_box(
    rng: np.random.Generator, image: Image, over: Image | None, struck: bool
) -> CellImage:
    """A ruled box of two that holds the digit; ``over`` is written over it, or it is struck out."""
    scan = Scan.random(rng)
    pen = strokes.random_pen(rng)
    if pen.opacity < 0.3:
        pen = Pen(pen.width_mm, 0.3, pen.pressure, pen.skips)
    width, height = rng.uniform(5.0, 5.8), rng.uniform(8, 10)
    size_mm = (width * 2 + 2 * AROUND_MM, height + 2 * AROUND_MM)
    shape = (round(size_mm[1] * CANVAS_PX_PER_MM), round(size_mm[0] * CANVAS_PX_PER_MM))
    left = int(rng.integers(2))
    ink = np.zeros(shape, np.float32)
    middle = (AROUND_MM + width * (left + 0.5), AROUND_MM + height / 2)
    spot = (middle[0] + rng.normal(0, 0.3), middle[1] + rng.normal(0, 0.6))
    tall = min(rng.uniform(3.2, 8.0), _tallest(image, width * rng.uniform(0.45, 0.9)))
    for glyph in (image, over):
        if glyph is not None and glyph.any():
            _paste(rng, ink, glyph, spot, tall, pen)
    if struck:
        kind = str(rng.choice(["strike", "strikes", "blackened", "wave"]))
        over_it = cancellation(rng, kind, max(3.0, tall * 0.8), [])
        strokes.draw(ink, over_it, spot, pen, CANVAS_PX_PER_MM, rng)
    rules = _box_rules(shape, width, height, scan)
    pixels = scanned(rng, np.maximum(rules, ink), scan)
    corner = np.array([AROUND_MM + width * left, AROUND_MM]) + rng.uniform(-0.3, 0.3, 2)
    turn = float(np.radians(rng.normal(0, 0.15)))
    return cut_out(pixels, scan, corner, (width, height), turn, 2.0)


def _tallest(image: Image, width_mm: float) -> float:
    """Height at which the digit is ``width_mm`` wide."""
    columns = np.flatnonzero(image.max(axis=0) > 64)
    rows = np.flatnonzero(image.max(axis=1) > 64)
    return float(width_mm * (rows[-1] - rows[0] + 1) / (columns[-1] - columns[0] + 1))


def _box_rules(shape: tuple[int, int], width: float, height: float, scan: Scan) -> Canvas:
    rules: Canvas = np.zeros(shape, np.float32)
    thick = max(1, round(scan.rule_mm * CANVAS_PX_PER_MM))
    for index in range(2):
        corners = [(AROUND_MM + width * (index + far), AROUND_MM + height * far) for far in (0, 1)]
        ends = [[round(value * CANVAS_PX_PER_MM) for value in corner] for corner in corners]
        cv2.rectangle(rules, ends[0], ends[1], (scan.toner,), thick)
    return rules


def _paste(
    rng: np.random.Generator,
    ink: Canvas,
    image: Image,
    spot: tuple[float, float],
    tall: float,
    pen: Pen,
) -> None:
    """Write a 28 x 28 digit: slanted, narrowed, thinner or bolder than it came."""
    scale = tall / 20 * CANVAS_PX_PER_MM
    slant, narrow = rng.normal(0, 0.15), rng.uniform(0.75, 1.1)
    turn = float(np.radians(rng.normal(0, 4)))
    linear = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    linear = linear @ np.array([[narrow, slant], [0, 1.0]]) * scale
    shift = np.array(spot) * CANVAS_PX_PER_MM - linear @ np.array([13.5, 13.5])
    matrix = np.column_stack([linear, shift])
    pasted = cv2.warpAffine(image, matrix, ink.shape[::-1], flags=cv2.INTER_CUBIC)
    level = rng.uniform(0.25, 0.65)
    sharp = np.clip((pasted.astype(np.float32) / 255 - level) * 4 + 0.5, 0, 1)
    np.maximum(ink, sharp * pen.opacity, out=ink)


def crossed(rng: np.random.Generator, seven: Image) -> Image:
    """A 7 with a dash through its stem."""
    rows, columns = np.nonzero(seven > 128)
    y = rows.min() + (rows.max() - rows.min()) * rng.uniform(0.4, 0.65)
    stem = columns[np.abs(rows - y) < 2]
    x = float(stem.mean()) if len(stem) else 14.0
    half, tilt = rng.uniform(2.5, 5.5), rng.normal(0, 1)
    with_dash = seven.copy()
    ends = [(round((x + s * half) * 16), round((y - s * tilt) * 16)) for s in (-1, 1)]
    cv2.line(with_dash, ends[0], ends[1], (255,), int(rng.integers(1, 3)), cv2.LINE_AA, 4)
    return with_dash


@click.command(help=__doc__)
@click.argument("digits", type=click.Path(exists=True, path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--source", type=int, required=True, help="index into the file's sources")
@click.option("--count", default=60000)
@click.option("--garbage", default=0.08, help="share of what is no digit")
@click.option("--seed", default=1)
def main(digits: Path, out: Path, source: int, count: int, garbage: float, seed: int) -> None:
    """Simulate ``count`` boxes with digits of one source."""
    cv2.setNumThreads(1)
    rng = np.random.default_rng(seed)
    data = np.load(digits)
    mine = data["source"] == source
    images, labels = data["image"][mine], data["label"][mine]
    numerals = np.flatnonzero(labels < 10)
    others = np.flatnonzero(np.isin(labels, NO_DIGITS))
    glyphs, truths, writers = [], [], []
    for index in range(count):
        chosen = int(
            numerals[index % len(numerals)] if count >= len(numerals) else rng.choice(numerals)
        )
        image, truth, over, struck = images[chosen], int(labels[chosen]), None, False
        if truth == 7 and rng.random() < 0.25:
            image = crossed(rng, image)
        if rng.random() < garbage:
            truth = GARBAGE
            how = rng.random()
            if how < 0.4 and len(others):
                image = images[int(rng.choice(others))]
            elif how < 0.7:
                over = images[int(rng.choice(numerals))]
            else:
                struck = True
        [glyph] = glyphs_of([digit_box(rng, image, over, struck)])
        if glyph is not None and glyph.any():
            glyphs.append(np.round(glyph * 255).astype(np.uint8))
            truths.append(truth)
            writers.append(chosen)
    np.savez_compressed(
        out, glyphs=np.stack(glyphs), labels=np.array(truths, np.int64), index=np.array(writers)
    )
    click.echo(f"{len(glyphs)} of {count} boxes held a digit that was found")


if __name__ == "__main__":
    main()

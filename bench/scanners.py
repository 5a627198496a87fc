"""What other scanners, drivers and programs make of a page: dense pages of the bench, treated after
the scan in ways that nothing was fitted on, and read again::

    python -m bench.scanners [--pages 20]

Every page is read under all treatments, so the lines of the table differ by the treatment alone.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from bench.conditions import BY_NAME
from bench.corpus import FIRST_SEED, dense_scan, layouts, stored
from bench.judge import judge
from bench.runs import simulators
from bench.summary import figures
from ocr.images import decode
from ocr.page import read_page
from pipeline.scans.worker import settle
from samples.files import Picture

Image = npt.NDArray[np.uint8]
Treatment = Callable[[Image], Image]

TREATED = ("clean, 200 dpi colour", "clean, 300 dpi grey", "average, 200 dpi grey")
"""The settings whose pages are treated."""

QUALITY = 75
SECONDS_A_PAGE = 300.0


def _sharpened(page: Image) -> Image:
    """Unsharp masking, as drivers do by default, strong enough for white halos."""
    return _u8(cv2.addWeighted(page, 2.5, cv2.GaussianBlur(page, (0, 0), 1.2), -1.5, 0))


def _stretched(page: Image) -> Image:
    """Contrast to where paper and black are cut off."""
    return _levels(page, lambda share: 1.4 * share - 0.27)


def _darker(page: Image) -> Image:
    return _levels(page, lambda share: share**2)


def _brighter(page: Image) -> Image:
    return _levels(page, np.sqrt)


def _pale(page: Image) -> Image:
    """Toner saving, worn lamp: all ink at less than half its darkness."""
    return _levels(page, lambda share: 1 - 0.45 * (1 - share))


def _cream_paper(page: Image) -> Image:
    return _u8(_coloured(page) * np.array([0.78, 0.92, 0.97]))


def _grey_paper(page: Image) -> Image:
    return _levels(page, lambda share: 0.72 * share)


def _lit_from_one_side(page: Image) -> Image:
    light = np.linspace(1, 0.55, page.shape[1])
    return _u8(page * (light if page.ndim == 2 else light[:, None]))


def _grainy(page: Image) -> Image:
    return _u8(page + np.random.default_rng(14).normal(0, 14, page.shape))


def _moire(page: Image) -> Image:
    y, x = np.indices(page.shape[:2])
    waves = 8 * np.sin(0.9 * x + 0.05 * y) + 8 * np.sin(0.8 * y) - 8
    return _u8(page + (waves if page.ndim == 2 else waves[..., None]))


def _despeckled(page: Image) -> Image:
    return _u8(cv2.medianBlur(page, 3))


def _smeared(page: Image) -> Image:
    """The carriage moved while a line was taken."""
    return _u8(cv2.blur(page, (1, 5)))


def _wavy(page: Image) -> Image:
    """A feeder that runs unevenly and sways: up to 0.4 mm at 200 dpi."""
    y, x = np.indices(page.shape[:2], dtype=np.float32)
    down = 2 * np.pi * y / len(page)
    sway, pull = 2.5 * np.sin(7 * down), 3 * np.sin(4 * down)
    moved = (x + sway).astype(np.float32), (y + pull).astype(np.float32)
    return _u8(cv2.remap(page, *moved, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def _misaligned_channels(page: Image) -> Image:
    """Red a pixel below green, blue a pixel beside it."""
    blue, green, red = cv2.split(_coloured(page))
    return np.dstack([np.roll(blue, 1, axis=1), green, np.roll(red, 1, axis=0)])


def _highlighted(page: Image) -> Image:
    """Three lines of highlighters across half of the table."""
    page = _coloured(page)
    height, width = page.shape[:2]
    colours = ((60, 250, 255), (180, 110, 255), (120, 255, 130))
    for at, colour in zip((0.3, 0.5, 0.7), colours, strict=True):
        layer = np.full_like(page, 255)
        ends = (width // 4, round(at * height)), (round(0.95 * width), round(at * height) + 8)
        cv2.line(layer, *ends, colour, round(0.012 * height))
        page = _u8(cv2.multiply(page, layer, scale=1 / 255))
    return page


def _framed_in_black(page: Image) -> Image:
    black = (15, 15, 15)
    return _u8(cv2.copyMakeBorder(page, 20, 90, 45, 60, cv2.BORDER_CONSTANT, value=black))


def _stored_thrice(page: Image) -> Image:
    """JPEG of a JPEG of a JPEG, by programs that each save at their own quality."""
    for quality in (40, 70, 35):
        page = decode(_stored(page, 200, quality)).pixels
    return page


def _resized_roughly(page: Image) -> Image:
    return _u8(cv2.resize(page, None, fx=0.9, fy=0.9, interpolation=cv2.INTER_NEAREST))


def _at_120_of_200_dpi(page: Image) -> Image:
    return _u8(cv2.resize(page, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA))


def _enlarged_thrice(page: Image) -> Image:
    return _u8(cv2.resize(page, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC))


def _black_and_white(page: Image) -> Image:
    """By one threshold for the page, after Otsu (1979)."""
    return _u8(cv2.threshold(_grey(page), 0, 255, cv2.THRESH_OTSU)[1])


def _black_and_white_locally(page: Image) -> Image:
    mean, binary = cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY
    return _u8(cv2.adaptiveThreshold(_grey(page), 255, mean, binary, 31, 12))


def _dithered(page: Image) -> Image:
    """Black and white by the 4 x 4 thresholds of Bayer (1973), meant for photographs."""
    grey = _grey(page)
    order = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]])
    repeats = [-(-side // 4) for side in grey.shape]
    threshold = np.tile(order * 16 + 8, repeats)[: grey.shape[0], : grey.shape[1]]
    return _u8(255 * (grey > threshold))


def _as_scanned(page: Image) -> Image:
    return page


def _negative(page: Image) -> Image:
    """White on black: no page of ours."""
    return _u8(255 - page.astype(np.int64))


TREATMENTS: dict[str, Treatment] = {
    function.__name__.strip("_").replace("_", " "): function
    for function in (
        *(_as_scanned, _sharpened, _stretched, _darker, _brighter, _pale, _cream_paper),
        *(_grey_paper, _lit_from_one_side, _grainy, _moire, _despeckled, _smeared, _wavy),
        *(_misaligned_channels, _highlighted, _framed_in_black, _stored_thrice),
        *(_resized_roughly, _at_120_of_200_dpi, _enlarged_thrice),
        *(_black_and_white, _black_and_white_locally, _dithered, _negative),
    )
}


@dataclass(frozen=True, slots=True)
class Treated:
    """The page of this number of a setting, to be read under all treatments."""

    setting: str
    number: int


def measure(page: Treated) -> dict[str, Counter[str]]:
    """The counts of :mod:`bench.judge` by treatment."""
    settle()
    setting = BY_NAME[page.setting]
    made = dense_scan(setting, FIRST_SEED, page.number)
    pixels, found = decode(made.data).pixels, {}
    for name, treat in TREATMENTS.items():
        image = decode(_stored(treat(pixels), setting.condition.dpi, QUALITY))
        found[name] = judge(made, image, read_page(image, layouts()))[0]
    return found


def _stored(page: Image, dpi: int, quality: int) -> bytes:
    """As a file; of one bit where there is nothing between black and white."""
    bilevel = page.ndim == 2 and not np.any((page > 0) & (page < 255))
    rgb = page if page.ndim == 2 else np.ascontiguousarray(page[..., ::-1])
    return stored(Picture(rgb, dpi, quality, bilevel))


def main() -> None:
    """Read all pages and print the table as markdown."""
    parser = argparse.ArgumentParser(prog="python -m bench.scanners", description=__doc__)
    parser.add_argument("--pages", type=int, default=20, help="of each setting")
    pages = [
        Treated(name, number) for name in TREATED for number in range(parser.parse_args().pages)
    ]
    counts: dict[str, Counter[str]] = {name: Counter() for name in TREATMENTS}
    for outcome in simulators(SECONDS_A_PAGE).map(measure, pages):
        if outcome.result is None:
            raise RuntimeError(f"{outcome.item}: {outcome.failure}")
        for name, found in outcome.result.items():
            counts[name] += found
        sys.stderr.write(".")
    sys.stderr.write("\n")
    for line in _table(counts):
        sys.stdout.write(f"| {' | '.join(line)} |\n")


def _table(counts: dict[str, Counter[str]]) -> Iterator[tuple[str, ...]]:
    headings = ("treatment", "pages refused", "silent wrong rows", "plain rows flagged")
    yield (*headings, "spoilt rows not flagged")
    yield ("---",) * (len(headings) + 1)
    for name, found in counts.items():
        shown = figures(name, {"dense": found})
        refused = ", ".join(f"{count} {code}" for code, count in shown.rejected.items())
        rates = (shown.silent_wrong, shown.plain_flagged, shown.spoilt_passed)
        yield (name, refused or "0", *map(str, rates))


def _levels(page: Image, curve: Callable[[npt.NDArray[np.float64]], object]) -> Image:
    """Every brightness through a curve on 0..1."""
    return _u8(cv2.LUT(page, _u8(255 * np.asarray(curve(np.arange(256) / 255)))))


def _coloured(page: Image) -> Image:
    return page if page.ndim == 3 else _u8(cv2.cvtColor(page, cv2.COLOR_GRAY2BGR))


def _grey(page: Image) -> Image:
    return page if page.ndim == 2 else _u8(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY))


def _u8(values: npt.NDArray[np.generic]) -> Image:
    """Rounded down and held within 0..255."""
    return np.asarray(np.clip(values, 0, 255), np.uint8)


if __name__ == "__main__":
    main()

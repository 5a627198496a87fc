"""The page as a whole: its tone, and what is wrong with it as a picture."""

import statistics
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cells import CELL_PX_PER_MM, CellImage, Cut, PageTone
from ocr.images import A4_LONG_MM, PageImage, Pixels
from ocr.layout import PageLayout
from ocr.ranks import MAD, median
from ocr.reading import Defect

TONE_MARGIN_MM = 1.5
"""Paper around the corner marks and the code that is measured with them."""

LEAST_DPI = 120.0
"""Below this a page is read, but everything on it has to be looked at: a pen stroke of 0.3 mm has
1.4 px."""

REFUSED_DPI = 90.0
"""Below this a page is not read at all: a pen stroke has 1 px and printed lines half of one."""

LEAST_CONTRAST = 90.0
"""Grey levels between paper and printed black (as scanned) that a usable page has; office scans
have 150-230."""

MOST_BLUR_MM = 0.6
"""10-90 % rise of an edge above which pen strokes melt together; office scans have 0.1-0.25."""

MOST_NOISE = 20.0
"""Standard deviation of plain paper above which faint marks drown."""

BLANK_INK_SHARE = 3e-4
"""Share of dark pixels below which a page is blank: 19 mm2 of an A4 page, a short word by hand."""

INK_LEVEL = 0.7
"""Share of the paper's brightness below which a pixel is dark; print that shows through from the
other side is brighter."""

EDGE_MM = (1.0, 5.5)
"""Band along the edges of the picture, in mm from them, where nothing is printed: a streak of the
scanner shows there at both ends. The corner marks begin at 7 mm."""

STREAK_LEVELS = 12.0
"""Grey levels by which a streak is darker than what is beside it, in the mean of a band."""

STREAK_WIDTH_MM = 1.2
"""Widest streak; a corner mark that skew has moved into the band is wider."""

STREAK_SHARE = 0.9
"""Share of the picture's length over which the streak must be dark."""

SHEET_EDGE_MM = 4.0
"""A line this near to an edge of the picture is the shadow of the sheet's own edge, which lies
there at the least skew: 21 of 75 clean pages of another maker's simulation had one within 2.5 mm
and no streak. Nothing is read so far out."""

FOLD_MM = 25.0
"""A line across the page this near to the middle of its length is where it was folded."""


def tone_cut(page: PageLayout) -> Cut:
    """What :func:`measure_tone` looks at: the solid corner marks and, last, the code."""
    marks = [mark.rect for mark in page.fiducials if not mark.hollow]
    return Cut([*marks, page.code], TONE_MARGIN_MM)


def measure_tone(image: PageImage, cells: Sequence[CellImage]) -> PageTone:
    """The facts about the page that the reading of its cells needs, from its solid corner marks
    and, where they are gone, from the modules of its code, cut out as :func:`tone_cut` says."""
    *patches, code = [cell.grey for cell in cells]
    # A mark that is cut off, torn or stamped over is not black in its middle.
    middles = [median(patch[20:-20, 20:-20]) for patch in patches]
    # By counting: the code has 40,000 pixels.
    counts = cv2.calcHist([code], [0], None, [256], [0, 256])
    dark_code = float(np.searchsorted(counts.cumsum(), code.size // 10, side="right"))
    good = [k for k, middle in enumerate(middles) if middle <= dark_code + 40]
    # Of the paper on its four sides: a marker or a stain on one or two of them is no noise.
    beside = [code[:10], code[-10:], code[:, :10], code[:, -10:]]
    noise = statistics.median_low(MAD * median(np.abs(side - median(side))) for side in beside)
    sharp = [_rise_mm(patches[k]) for k in good] or [_rise_mm(code[:, : code.shape[1] // 3])]
    return PageTone(
        paper=median(image.paper),
        dark=statistics.median([middles[k] for k in good]) if good else dark_code,
        noise=noise,
        blur_mm=statistics.median(sharp),
        bilevel=image.is_bilevel,
        colour=image.is_colour,
    )


def _rise_mm(patch: Pixels) -> float:
    """The 10-90 % rise of the left edge of what is dark in the middle of a patch, in mm."""
    height, width = patch.shape
    rows = patch[height * 2 // 5 : height * 3 // 5, : width // 2]
    # Plain numbers from here on: there are some thirty of them.
    sums = cv2.reduce(rows, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S)[0]
    profile = (sums / len(rows)).tolist()
    bright, dark = sum(profile[:6]) / 6, min(profile)
    if bright - dark < 1:
        return float(width) / CELL_PX_PER_MM
    share = [(bright - level) / (bright - dark) for level in profile]
    places = []
    for level in (0.1, 0.9):
        after = next(k for k, reached in enumerate(share) if reached >= level)
        # As dark from the first pixel on, by a streak beside the mark: it rises before that.
        low, high = share[max(0, after - 1)], share[after]
        places.append(after - (high - level) / (high - low) if after else -1.0)
    return max(0.0, places[1] - places[0]) / CELL_PX_PER_MM


def is_blank(image: PageImage) -> bool:
    """Whether there is next to nothing on the page (specks of one pixel do not count)."""
    small = cv2.medianBlur(image.reduced, 3)
    paper = PageImage(image.reduced).paper
    level = cv2.resize(paper, (small.shape[1], small.shape[0]), interpolation=cv2.INTER_LINEAR)
    edge = max(small.shape) // 60
    dark = (small < INK_LEVEL * level.astype(np.float32))[edge:-edge, edge:-edge]
    return bool(np.median(paper) > 100 and dark.mean() < BLANK_INK_SHARE)


def find_defects(image: PageImage, tone: PageTone, dpi: float) -> tuple[Defect, ...]:
    """All that a person should know about the picture of a page that was registered.

    ``dpi`` is the true resolution, measured on the printed page.
    """
    return (*_poor(tone, dpi), *_streaks(image))


def _poor(tone: PageTone, dpi: float) -> list[Defect]:
    faults = []
    if dpi < LEAST_DPI:
        faults.append(f"độ phân giải chỉ {dpi:.0f} điểm/inch")
    if (255.0 - tone.dark) * tone.paper / 255.0 < LEAST_CONTRAST:
        faults.append("ảnh quá tối hoặc mực in quá nhạt")
    if tone.blur_mm > MOST_BLUR_MM:
        faults.append("ảnh bị nhòe")
    if tone.noise > MOST_NOISE:
        faults.append("ảnh nhiễu nhiều")
    if not faults:
        return []
    message = f"Ảnh kém: {', '.join(faults)}. Hãy kiểm tra kỹ hoặc quét lại ở 200–300 điểm/inch."
    return [Defect("poor_image", "page", message)]


def _streaks(image: PageImage) -> list[Defect]:
    """Thin dark lines that run through the whole picture, as dirt on the glass makes them."""
    found = []
    grey = image.grey
    px_per_mm = image.px_per_mm
    for axis, edge in ((0, "trái"), (1, "trên")):
        width = grey.shape[1 - axis]
        for column in _streak_columns(grey, axis, px_per_mm):
            if min(column, width - 1 - column) < SHEET_EDGE_MM * px_per_mm:
                continue
            off_middle_mm = abs(column / px_per_mm - A4_LONG_MM / 2)
            if off_middle_mm < FOLD_MM and width == max(grey.shape):
                continue
            message = (
                f"Có vệt máy quét chạy suốt trang, cách mép {edge} của ảnh {column / px_per_mm:.0f}"
                " mm. Hãy vệ sinh máy quét; quét lại trang nếu vệt đè lên ô đánh dấu."
            )
            side = "left" if axis == 0 else "top"
            found.append(Defect("streak", "page", message, side, column / px_per_mm))
    return found


def _streak_columns(grey: Pixels, axis: int, px_per_mm: float) -> list[int]:
    """The columns where streaks run from the first to the last row, one each; the rows where they
    run from the first to the last column for axis 1."""
    near, far = (round(mm * px_per_mm) for mm in EDGE_MM)
    upright = grey.swapaxes(0, axis)
    bands = (upright[near:far], upright[-far : -near or None])
    # Of bands turned back to how they lie in memory, and sums of whole numbers: 0.4 of the cost.
    sums = [
        cv2.reduce(band.swapaxes(0, axis), axis, cv2.REDUCE_SUM, dtype=cv2.CV_32S).ravel()
        for band in bands
    ]
    profiles = np.array(sums, np.float32) * np.float32(1 / (far - near))
    width = 2 * round(STREAK_WIDTH_MM * px_per_mm) + 1
    # A median is not above the maximum, which costs less: most pages end here.
    brightest = cv2.dilate(profiles, np.ones((1, width), np.uint8))
    if _at_both_ends(brightest - profiles, px_per_mm).max() < STREAK_LEVELS:
        return []
    levels = [
        cv2.medianBlur(np.clip(profile, 0, 255).astype(np.uint8)[None, :], min(width, 255))[0]
        for profile in profiles
    ]
    dips = _at_both_ends(np.array(levels, np.float32) - profiles, px_per_mm)
    columns = np.flatnonzero(dips >= STREAK_LEVELS)
    if not len(columns):
        return []
    groups = np.split(columns, np.flatnonzero(np.diff(columns) > px_per_mm) + 1)
    candidates = [int(group[dips[group].argmax()]) for group in groups]
    return [column for column in candidates if _runs_through(upright, column, px_per_mm)]


def _at_both_ends(dips: npt.NDArray[np.float32], px_per_mm: float) -> npt.NDArray[np.float32]:
    """What is left (W,) of dips (2, W) that both bands have; a slant by one streak's width between
    the two ends of the page is allowed for."""
    reach = np.ones((1, 2 * round(0.3 * px_per_mm) + 1), np.uint8)
    return np.asarray(cv2.dilate(dips, reach).min(axis=0), dtype=np.float32)


def _runs_through(pixels: Pixels, column: int, px_per_mm: float) -> bool:
    """Whether a column (or its next neighbours) is darker than what is 2 mm beside it on nearly
    all of its length, printing on either side not counted."""
    reach, away = max(1, round(0.3 * px_per_mm)), round(2.0 * px_per_mm)
    step = max(1, round(px_per_mm / 2))
    rows = pixels[::step].astype(np.int16)
    width = rows.shape[1]
    here = rows[:, max(0, column - reach) : column + reach + 1].min(axis=1)
    left, right = rows[:, max(0, column - away)], rows[:, min(width - 1, column + away)]
    darker = here < np.maximum(left, right) - STREAK_LEVELS / 2
    return bool(darker.mean() >= STREAK_SHARE)

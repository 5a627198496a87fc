"""Find the printed lines of a table near where they are expected, with sub-pixel precision.

Every edge of a ruled cell is one :class:`Edges` entry: a straight piece of line, upright or level.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Points, Rect
from ocr.images import Pixels

Floats = npt.NDArray[np.float64]

PageMap = Callable[[Points], Points]
"""Maps points (N, 2) of the page, mm, to the picture, px."""

STEP_MM = 0.125
"""Distance of samples across a line: one pixel at 200 dpi."""

ALONG = 16
"""Samples along a line, in :data:`CHUNKS` parts of which the brightest and darkest are left out:
a stroke that crosses or follows the line in one part does not move it."""

CHUNKS = 4

ALONG_SHARES = np.linspace(-1.0, 1.0, ALONG)
"""Where these samples are: shares of half the line, from its middle."""

PIECE_MM = 12.0
"""Longer lines are measured in two halves: paper is not straight over a tall row."""

TRIM_MM = 0.8
"""Ends of a line that are left out: other lines cross there."""

SIDE_MM = 0.5
"""A line is darker than what lies this far on both its sides; the edge of a filled cell is not."""

MIN_RESPONSE = 0.12
"""Least darkness of a line beside both its sides, as a share of the contrast of paper and black:
a 0.18 mm line (0.5 pt) scanned at 150 dpi with faded toner has 0.2-0.3."""

MAX_RIVAL = 0.7
"""Share of the response of the best place that the second best may have, else neither counts."""

DEFAULT_RULE_MM = 0.18
"""Thickness of a table's lines (0.5 pt) where the layout does not show it."""


@dataclass(frozen=True, eq=False)
class Edges:
    """Pieces of printed lines: (N, 2) centres in page mm, (N,) lengths in mm, and whether each is
    level (True: its y is measured) or upright (its x is)."""

    centre_mm: Points
    length_mm: Floats
    level: npt.NDArray[np.bool_]

    @cached_property
    def middle(self) -> tuple[float, float]:
        """The mean of the centres, (x, y) page mm."""
        return float(self.centre_mm[:, 0].mean()), float(self.centre_mm[:, 1].mean())

    def those(self, which: npt.NDArray[np.bool_]) -> "Edges":
        """Some of the lines, by (N,) whether."""
        return Edges(self.centre_mm[which], self.length_mm[which], self.level[which])


@lru_cache(maxsize=64)
def edges_of(cells: tuple[Rect, ...]) -> Edges:
    """The lines around ruled cells (given by their inner edges), each once."""
    outward = rule_thickness(cells) / 2
    pieces: dict[tuple[int, int, bool], tuple[float, float, float]] = {}
    for cell in cells:
        line = cell.grown(outward)
        x, y = cell.centre
        for centre_x, centre_y, length, is_level in (
            (x, line.y_mm, cell.w_mm, True),
            (x, line.bottom_mm, cell.w_mm, True),
            (line.x_mm, y, cell.h_mm, False),
            (line.right_mm, y, cell.h_mm, False),
        ):
            count = 2 if length > PIECE_MM else 1
            for k in range(count):
                off = length * ((k + 0.5) / count - 0.5)
                place = (centre_x + off, centre_y) if is_level else (centre_x, centre_y + off)
                # Cells side by side share a line: the same to half a millimetre.
                key = (round(place[0] * 2), round(place[1] * 2), is_level)
                pieces.setdefault(key, (*place, length / count))
    values = np.array(list(pieces.values()), dtype=np.float64).reshape(-1, 3)
    level = np.array([key[2] for key in pieces], dtype=np.bool_)
    return Edges(values[:, :2], values[:, 2], level)


def rule_thickness(cells: tuple[Rect, ...]) -> float:
    """How thick the lines between the cells are, mm: the usual gap between neighbours."""
    gaps = []
    by_row: dict[int, list[Rect]] = {}
    for cell in cells:
        by_row.setdefault(round(cell.y_mm * 2), []).append(cell)
    for row in by_row.values():
        row.sort(key=lambda cell: cell.x_mm)
        gaps += [b.x_mm - a.right_mm for a, b in pairwise(row)]
    near = [gap for gap in gaps if -0.05 <= gap < 1.0]
    return max(0.0, float(np.median(near))) if near else DEFAULT_RULE_MM


def find_shifts(
    grey: Pixels, to_image: PageMap, edges: Edges, reach_mm: float, contrast: float
) -> Floats:
    """How far each line is found from where the map puts it, (N,) page mm, downwards or to the
    right positive; NaN where no line is found within the reach.

    ``contrast`` is the difference of grey levels between the paper and printed black.
    """
    count = int(reach_mm / STEP_MM)
    across = STEP_MM * np.arange(-count, count + 1, dtype=np.float64)
    profiles = _profiles(grey, to_image, edges, across)
    return _peaks(profiles, across, MIN_RESPONSE * contrast)


def _profiles(grey: Pixels, to_image: PageMap, edges: Edges, across: Floats) -> Floats:
    """(S, N) mean brightness along each line at each distance across it, robust to strokes."""
    beside_mm, reach_mm = _places(edges)
    origin, right, below = to_image(beside_mm).reshape(3, -1, 2)
    step_x, step_y = right - origin, below - origin
    level = edges.level[:, None]
    along_px, across_px = np.where(level, step_x, step_y).T, np.where(level, step_y, step_x).T
    # A column a line: there are more lines than samples, and long rows cost least. (remap takes
    # pictures up to 32767 px a side.)
    flat = []
    for axis in (0, 1):
        start = origin[:, axis] + reach_mm * along_px[axis]
        aside = across[:, None] * across_px[axis]
        places = start.astype(np.float32)[:, None] + aside.astype(np.float32)
        flat.append(places.reshape(-1, len(origin)))
    samples = cv2.remap(
        grey, flat[0], flat[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=255
    ).reshape(CHUNKS, ALONG // CHUNKS, len(across), -1)
    chunks = samples.sum(axis=1, dtype=np.uint16)
    inner = chunks.sum(axis=0, dtype=np.uint16) - chunks.min(axis=0) - chunks.max(axis=0)
    return np.asarray(inner / (ALONG // CHUNKS * (CHUNKS - 2)), dtype=np.float64)


@lru_cache(maxsize=64)
def _places(edges: Edges) -> tuple[Floats, Floats]:
    """The middles of the lines, and what is 1 mm to the right of them and below, (3, N, 2) page mm;
    and how far along each line its samples are, (:data:`ALONG`, N) mm."""
    beside = edges.centre_mm + np.array([[[0.0, 0.0]], [[1.0, 0.0]], [[0.0, 1.0]]])
    return beside.reshape(-1, 2), ALONG_SHARES[:, None] * (edges.length_mm / 2 - TRIM_MM)


def _peaks(profiles: Floats, across: Floats, least: float) -> Floats:
    """Sub-pixel place (N,) of the one thin dark line in each profile, a column (S, N), NaN when
    there is none or another is nearly as good."""
    side = round(SIDE_MM / STEP_MM)
    beside = np.minimum(profiles[: -2 * side], profiles[2 * side :])
    response = beside - profiles[side:-side]
    columns = np.arange(profiles.shape[1])
    best = response.argmax(axis=0)
    height = response[best, columns]
    # Centre of gravity of the darkness within the line's own width.
    window = best + np.arange(2 * side + 1)[:, None]
    cut = profiles[window, columns]
    ink = np.maximum(cut.max(axis=0) - cut - 0.4 * height, 0.0)
    centre = (ink * across[window]).sum(axis=0) / np.maximum(ink.sum(axis=0), 1e-9)
    near = np.abs(np.arange(len(response))[:, None] - best) <= side
    response[near] = -np.inf
    rival = response.max(axis=0)
    found = (height >= least) & (rival <= MAX_RIVAL * height)
    return np.where(found, centre, np.nan)

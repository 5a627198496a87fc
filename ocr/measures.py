"""What stands in the cells of a page, each by itself: by the features of its strokes, by its
picture, by both together, and what else there is to know of its ink."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ocr.arms import arm_measures
from ocr.cells import INK_PX_PER_MM, CellImage, PageTone
from ocr.doubt import NOTHING, Probabilities, combined, softmax
from ocr.habit import TRAITS
from ocr.ink import InkStack, in_squares, ink_of, red_layer
from ocr.lines import is_streak
from ocr.networks import PICTURE, STROKES, answer
from ocr.ranks import medians
from ocr.strokes import (
    NAMES,
    border_crossings,
    darkness_inside,
    is_small_box,
    longest_pieces,
    own_ink,
    pictures,
    stroke_features,
)
from ocr.traces import (
    AROUND,
    odds_of_traces,
    pale_around,
    trace_areas,
    trace_odds,
    trace_windows,
)
from ocr.traces import NAMES as TRACES

CLEAN_MM2 = 0.25
"""Less ink than this (four pixels of 0.25 mm) and no trace: the cell is empty for both measures."""

CLEAN_TRACE = 6.0
"""Highest darkness averaged over 1 mm² (grey levels) of a cell without a trace; paper and its
noise stay below 4 on clean scans."""

TRACE_MM2 = 1.0
"""A cell that has so much more of a pale trace than half the cells of its page is looked at: the
rim of correction fluid about the smallest mark has twice as much."""

RED_MM2 = 1.0
"""Red ink in a cell from which on it may have been a mark: the smallest tick has 2 mm²."""

RED_LEFT = 0.5
OTHER_MM2 = 1.0
"""Where more than this share of the ink left without the red is red itself, only paler, and less
than so much of the strong ink is not, there is no seal over a mark, but strokes of a red pen of
which a photo has taken the colour here and there. One red tick in a red ring had been read so, of
38,117 rows of photos. On development pages (seed 930,000) marks under seals kept 1.4 mm² and more;
two dots had less."""

THROUGH = 3
"""Ink that crosses the rules so often runs through the cell (a seal in grey, a stroke down the
column); a mark that sticks out crosses them once or twice."""

AS_DARK = 0.5
"""Ink of less than this share of the cell's mean darkness does not count as crossing its rules:
print that shows through from the back crosses them everywhere."""

MOSTLY_INSIDE = 0.55
"""Share of a mark inside its rules below which it may be meant for the next row: one of 5 mm right
across a rule has 0.5, plain ones above 0.9. Three empty rows of 5,509 had been read by such marks.
Costs 1 plain row in 2,500."""

AREA = NAMES.index("ink area")
INSIDE = NAMES.index("share inside")
AT_RULES = NAMES.index("ink at the rules")
DARKNESS = NAMES.index("mean darkness")

PALE_AROUND = [TRAITS.index(name) for name in AROUND]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """What was measured of n cells: probabilities (n, 4) by strokes, by picture, by the two joint,
    and final, after the comparison with the rest of the page; ink (n,) as a share of the cell, its
    :data:`ocr.habit.TRAITS` (n, t) and pale traces (n, r): :func:`cell_traces` and the log odds of
    a trace by :func:`ocr.traces.odds_of_traces`; the probability (n,) that red ink, which
    the others leave out, is more than a seal, and whether (n,) the rest is red as well, how often
    (n,) ink crosses the rules, whether (n,) nothing but a streak or a ruled line runs through, and
    on black-and-white scans how long (n,) its longest piece is, mm, inf elsewhere.
    """

    strokes: Probabilities
    picture: Probabilities
    joint: Probabilities
    final: Probabilities
    ink: npt.NDArray[np.float64]
    traits: npt.NDArray[np.float64]
    traces: npt.NDArray[np.float64]
    red_mark: npt.NDArray[np.float64]
    red_rest: npt.NDArray[np.bool_]
    crossings: npt.NDArray[np.int64]
    streak: npt.NDArray[np.bool_]
    longest: npt.NDArray[np.float32]


def measure(cells: Sequence[CellImage], page: PageTone) -> Cells:
    """Both measures of every cell."""
    ink = ink_of(cells, page)
    measured = _measured(ink, page)
    red = np.flatnonzero(ink.red_mm2 > RED_MM2)
    if len(red) == 0:
        return measured
    layers = ink_of([red_layer(cells[index]) for index in red.tolist()], page)
    red_mark, red_rest = measured.red_mark.copy(), measured.red_rest.copy()
    red_mark[red] = _looks_marked(layers, page)
    red_rest[red] = _is_reddish(_those(ink, red), layers)
    return replace(measured, red_mark=red_mark, red_rest=red_rest)


def _measured(ink: InkStack, page: PageTone) -> Cells:
    """The measures of cells by their ink, which is not asked for what is red."""
    count = len(ink.top)
    nothing = np.tile(np.array([1.0, 0, 0, 0]), (count, 1))
    strokes, picture, joint = nothing.copy(), nothing.copy(), nothing.copy()
    area, traits = np.zeros(count), np.zeros((count, len(TRAITS)))
    crossings, streak = np.zeros(count, np.int64), np.zeros(count, np.bool_)
    longest = np.full(count, np.inf, np.float32)
    traces = cell_traces(ink)
    inked = inked_cells(ink, traces)
    if len(inked):
        few = _those(ink, inked)
        own = own_ink(few)
        features, shown = stroke_features(few, own, page), pictures(few, own)
        area[inked] = np.expm1(features[:, AREA].astype(np.float64))
        traits[inked] = cell_traits(features, shown)
        strokes[inked] = softmax(answer(STROKES, features))
        picture[inked] = softmax(answer(PICTURE, shown))
        joint[inked] = combined(strokes[inked], picture[inked])
        crossings[inked], streak[inked] = _crossings(few, features)
        if page.bilevel:
            longest[inked] = longest_pieces(own, len(inked))
    odds = odds_of_traces(
        traits[:, PALE_AROUND], lambda cells: trace_odds(trace_windows(ink, cells))
    )
    return Cells(
        strokes=strokes,
        picture=picture,
        joint=joint,
        final=joint,
        ink=area / _cell_mm2(ink),
        traits=traits,
        traces=np.column_stack([traces, odds]),
        red_mark=np.zeros(count),
        red_rest=np.zeros(count, np.bool_),
        crossings=crossings,
        streak=streak,
        longest=longest,
    )


def cell_traits(
    features: npt.NDArray[np.float32], shown: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """The :data:`ocr.habit.TRAITS` (n, t) of cells by their features and pictures."""
    dark = darkness_inside(shown)
    return np.hstack([features, arm_measures(dark), pale_around(dark)])


def cell_traces(ink: InkStack) -> npt.NDArray[np.float64]:
    """The pale traces (n, r) of cells: areas by :mod:`ocr.traces`, highest and mean darkness of
    their squares of 1 mm."""
    smooth = [ink.smooth.max(axis=(1, 2)).clip(0), ink.mean_smooth.clip(0)]
    return np.column_stack([trace_areas(ink), *np.log1p(smooth)]).astype(np.float64)


def inked_cells(ink: InkStack, traces: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """The cells with any ink, or the trace of some; the others are empty.

    A black speck of a tenth of a square mm beside plain ink is dirt, not the trace of an erased
    mark: what counts is the darkest square mm beside what its plain ink accounts for.
    """
    plain = np.rint(in_squares(ink.weak) * (255 / 16))
    trace = (ink.smooth - plain).max(axis=(1, 2))
    pixels = np.array([np.count_nonzero(ink.weak[k][ink.inside(k)]) for k in range(len(trace))])
    pale = np.expm1(traces[:, : len(TRACES)])
    paler = (pale - medians(pale) > TRACE_MM2).any(axis=1)
    return np.flatnonzero((pixels > CLEAN_MM2 * INK_PX_PER_MM**2) | (trace > CLEAN_TRACE) | paler)


def _those(ink: InkStack, which: npt.NDArray[np.int64]) -> InkStack:
    """Some cells of a stack as a stack."""
    return InkStack(*(getattr(ink, name)[which] for name in InkStack.__slots__))


def _crossings(
    ink: InkStack, features: npt.NDArray[np.float32]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """How often ink crosses the rules of cells that are no small boxes, (n,): :data:`THROUGH` where
    nothing but a streak runs through the cell, or a good part of the mark lies beyond the rules.
    And where (n,) it is such a streak."""
    found, streak = np.zeros(len(features), np.int64), np.zeros(len(features), np.bool_)
    bordering = np.flatnonzero((features[:, AT_RULES] > 0) & ~is_small_box(ink))
    level = features[bordering, DARKNESS] * 255 * AS_DARK
    found[bordering] = border_crossings(ink, bordering, level)
    beyond = bordering[features[bordering, INSIDE] < MOSTLY_INSIDE]
    found[beyond] = THROUGH
    for index in bordering[found[bordering] > 1].tolist():
        streak[index] = is_streak(ink.weak[index][ink.inside(index)])
    found[streak] = np.maximum(found[streak], THROUGH)
    return found, streak


def _looks_marked(red: InkStack, page: PageTone) -> npt.NDArray[np.float64]:
    """The probability (n,) that the red ink of cells is a mark: it looks like one, and does not run
    through the cell as the rings of a seal do."""
    looks = 1 - _measured(red, page).joint[:, NOTHING]
    every = np.arange(len(looks))
    few = border_crossings(red, every, np.zeros(len(looks), np.float32)) < 2
    return np.where(few, looks, 0.0)


def _is_reddish(ink: InkStack, red: InkStack) -> npt.NDArray[np.bool_]:
    """Whether (n,) the ink left of cells is red as well, as their red ink is, by
    :data:`RED_LEFT`."""
    found = []
    for index in range(len(ink.top)):
        inside = ink.inside(index)
        weak, strong, pale_red = (mask[index][inside] for mask in (ink.weak, ink.strong, red.weak))
        share = np.count_nonzero(weak & pale_red) / max(int(np.count_nonzero(weak)), 1)
        other_mm2 = int(np.count_nonzero(strong > pale_red)) / INK_PX_PER_MM**2
        found.append(share > RED_LEFT and other_mm2 < OTHER_MM2)
    return np.array(found)


def _cell_mm2(ink: InkStack) -> npt.NDArray[np.float64]:
    return np.asarray((ink.bottom - ink.top) * (ink.right - ink.left) / INK_PX_PER_MM**2)

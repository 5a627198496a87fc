"""Ink of cells against its plain definition, cell by cell."""

import cv2
import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.cells import INK_PX_PER_MM, CellImage, PageTone
from ocr.ink import PAPER_FLOOR, PAPER_OF_ROW, SHADE, WEAK_INK, in_squares, ink_of
from ocr.strokes import own_ink, stroke_features

TONE = PageTone(paper=250, dark=40, noise=0, blur_mm=0.2, bilevel=False, colour=False)
MARGIN_MM = 2.0


def cell(seed: int, size: tuple[int, int], strokes: int) -> CellImage:
    """A cell with rules around it and some straight strokes that may cross them."""
    rng = np.random.default_rng(seed)
    height, width = size
    grey = np.full((height, width), 250, np.uint8)
    edge = round(MARGIN_MM * INK_PX_PER_MM)
    for row in (edge, height - edge):
        grey[row, :] = 90
    for column in (edge, width - edge):
        grey[:, column] = 90
    for _ in range(strokes):
        ends = rng.integers(0, (width, height), (2, 2)).tolist()
        cv2.line(grey, ends[0], ends[1], (int(rng.integers(40, 200)),), int(rng.integers(1, 4)))
    return CellImage(grey, None, INK_PX_PER_MM, MARGIN_MM)


def shade_of_folds(
    paper: npt.NDArray[np.int64], coarse: npt.NDArray[np.int64], rows: int
) -> npt.NDArray[np.int64]:
    """By how much a fold shades each row of squares of a cell of so many rows."""
    margin = round(MARGIN_MM)
    inner = range(margin + 1, rows - margin - 1)
    columns = coarse.shape[1]
    bright = [sorted(row)[columns - 1 - int(columns * PAPER_OF_ROW)] for row in coarse.tolist()]
    gaps = {row: int(paper[row].max()) - bright[row] for row in inner}
    usual = sorted(gaps.values())[len(gaps) // 2]
    least, most = SHADE
    shade = np.zeros(len(coarse), np.int64)
    for row, gap in gaps.items():
        if least < gap - usual <= most:
            shade[row] = gap - usual
    return shade


def darkness_of(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Darkness below the local paper of a picture of whole mm, by the definition."""
    height, width = grey.shape
    squares = grey.reshape(height // 4, 4, width // 4, 4)
    coarse = np.rint(squares.mean(axis=(1, 3))).astype(np.int64)
    around = np.pad(coarse, 1, mode="edge")
    rows, columns = coarse.shape
    paper = np.max(
        [around[i : i + rows, j : j + columns] for i in range(3) for j in range(3)], axis=0
    )
    paper = np.maximum(paper, coarse[:-1].max() - PAPER_FLOOR)
    paper -= shade_of_folds(paper, coarse, height // 4 - 4)[:, None]
    return np.asarray(np.clip(paper.repeat(4, axis=0).repeat(4, axis=1) - grey, 0, 255))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(12, 24), st.integers(12, 24), st.integers(0, 6))
def test_ink_between_the_rules_is_what_is_darker_than_the_paper(
    seed: int, rows_mm: int, columns_mm: int, strokes: int
) -> None:
    drawn = cell(seed, (rows_mm * 4, columns_mm * 4), strokes)
    other = cell(seed + 1, ((rows_mm + 3) * 4, columns_mm * 4), 2)
    ink = ink_of([drawn, other], TONE)
    # As in the stack: white below, up to the tallest cell and one row of squares more.
    white = np.full((16, columns_mm * 4), 255, np.uint8)
    expected = darkness_of(np.vstack([drawn.grey, white]))
    inside = np.s_[ink.top[0] : ink.bottom[0], ink.left[0] : ink.right[0]]
    assert np.array_equal(ink.darkness[0][inside], expected[inside])
    assert np.array_equal(ink.weak[0][inside] > 0, expected[inside] > WEAK_INK)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 6))
def test_a_cell_has_the_same_ink_alone_and_among_others(seed: int, strokes: int) -> None:
    drawn = cell(seed, (72, 80), strokes)
    alone = ink_of([drawn], TONE)
    among = ink_of([cell(seed + 1, (72, 80), 6), drawn, cell(seed + 2, (72, 80), 6)], TONE)
    for name in ("darkness", "weak", "strong", "smooth"):
        assert np.array_equal(getattr(alone, name)[0], getattr(among, name)[1]), name
    features = [stroke_features(ink, own_ink(ink), TONE) for ink in (alone, among)]
    assert np.array_equal(features[0][0], features[1][1])


def test_rules_are_erased_and_a_stroke_across_them_stays_whole() -> None:
    plain, crossed = cell(0, (72, 80), 0), cell(0, (72, 80), 0)
    cv2.line(crossed.grey, (40, 2), (40, 69), (60,), 2)
    ink = ink_of([plain, crossed], TONE)
    inside = np.s_[ink.top[0] : ink.bottom[0], ink.left[0] : ink.right[0]]
    assert not ink.weak[0][inside].any()
    assert not ink.darkness[0][inside].any()
    # Beside the stroke nothing is left of the rules; the stroke runs on through both of them.
    stroke = ink.weak[1][2:70, 20:60]
    assert stroke[:, 17:24].any(axis=1).all()
    assert not np.delete(stroke, np.s_[17:24], axis=1).any()
    assert own_ink(ink).component.min() == own_ink(ink).component.max()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6))
def test_thick_ink_is_what_erosion_leaves(seed: int, strokes: int) -> None:
    ink = ink_of([cell(seed, (72, 80), strokes)], TONE)
    own = own_ink(ink)
    mask = np.zeros(ink.weak.shape, np.uint8)
    mask.ravel()[own.at] = 1
    features = stroke_features(ink, own, TONE)
    for column, rounds in ((7, 1), (8, 2)):
        kept = cv2.erode(mask[0], np.ones((3, 3), np.uint8), iterations=rounds).sum()
        assert features[0, column] == np.float32(kept / max(len(own.at), 1))


def test_the_shade_of_a_fold_is_paper_and_a_line_right_across_is_ink() -> None:
    rng = np.random.default_rng(3)
    size = (16 * 4, 20 * 4)
    plain = cell(1, size, 0)
    row = np.arange(size[0])[:, None]
    shade = 25 * np.exp(-np.abs(row - 28) / 12) * (row >= 28)
    folded = np.clip(plain.grey - shade + rng.normal(0, 1, size), 0, 255).astype(np.uint8)
    crossed = plain.grey.copy()
    cv2.line(crossed, (0, 30), (size[1], 33), (90,), 2)
    cells = [CellImage(grey, None, INK_PX_PER_MM, MARGIN_MM) for grey in (folded, crossed)]
    fold, line = (ink_of([each], TONE) for each in cells)
    assert fold.weak[0][fold.inside(0)].sum() < 10
    assert fold.smooth[0].max() < 8
    assert line.strong[0][line.inside(0)].sum() > 2 * 15 * 4


@given(st.integers(0, 1000), st.floats(0, 1))
def test_squares_are_counted_one_by_one(seed: int, share: float) -> None:
    mask = (np.random.default_rng(seed).random((3, 12, 8)) < share).astype(np.uint8)
    squares = mask.reshape(3, 3, 4, 2, 4).sum(axis=(2, 4))
    assert in_squares(mask).tolist() == squares.tolist()

"""Withdrawn marks can be seen, and stay about where the mark was."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.geometry import Rect
from samples.corrections import (
    WITHDRAWALS,
    Patch,
    fluid_over,
    withdraw,
    withdrawn_mark,
    write_layers,
)
from samples.hands import PENS, draw_mark, new_hand
from samples.ink import Image
from samples.strokes import Stroke

SEEDS = st.integers(0, 2**32 - 1)
CELL = Rect(6.0, 5.0, 16.7, 9.4)
PX = 12.0


def _blank() -> Image:
    """A page of 30 x 20 mm with a printed rule across it."""
    page = np.full((240, 360, 3), 255, dtype=np.uint8)
    page[118:122] = 20
    return page


@given(SEEDS, st.sampled_from(WITHDRAWALS), st.sampled_from(["x", "tick"]))
def test_withdrawing_stays_near_its_cell(seed: int, way: str, kind: str) -> None:
    rng = np.random.default_rng(seed)
    hand = new_hand(rng, kinds=(kind,))
    for layer in withdrawn_mark(rng, hand, CELL, way):
        points = layer.outline_mm if isinstance(layer, Patch) else layer.points_mm
        near = CELL.grown(5.0)
        assert (points >= [near.x_mm, near.y_mm]).all()
        assert (points <= [near.right_mm, near.bottom_mm]).all()


@settings(max_examples=25)
@given(SEEDS, st.sampled_from(WITHDRAWALS))
def test_withdrawing_changes_what_the_paper_shows(seed: int, way: str) -> None:
    rng = np.random.default_rng(seed)
    hand = new_hand(rng, kinds=("x",), pens=PENS[:1])
    marks = draw_mark(rng, hand, CELL)
    page = _blank()
    write_layers(page, marks, PX, rng)
    before = page.astype(int)
    write_layers(page, withdraw(rng, hand, CELL, marks, way), PX, rng)
    changed = np.abs(page.astype(int) - before).max(axis=2) > 4
    assert changed.sum() / PX**2 > 0.8  # mm²


@settings(max_examples=25)
@given(SEEDS)
def test_what_is_left_of_an_erased_mark_is_pale_but_there(seed: int) -> None:
    rng = np.random.default_rng(seed)
    page = np.full((240, 360, 3), 255, dtype=np.uint8)
    write_layers(page, withdrawn_mark(rng, new_hand(rng, kinds=("x",)), CELL, "erased"), PX, rng)
    assert 120 < page.min() < 250


@settings(max_examples=25)
@given(SEEDS)
def test_fluid_hides_most_of_the_mark_and_of_the_rule_below(seed: int) -> None:
    rng = np.random.default_rng(seed)
    marks = draw_mark(rng, new_hand(rng, kinds=("x",)), CELL)
    page = _blank()
    write_layers(page, marks, PX, rng)
    patch = fluid_over(rng, marks)
    write_layers(page, (patch,), PX, rng)
    column, row = np.rint(patch.outline_mm.mean(axis=0) * PX).astype(int)
    assert page[row - 12 : row + 12, column - 12 : column + 12].min() > 180
    assert page[119, 0].max() == 20  # what is not covered stays


def test_an_overwritten_mark_has_all_its_strokes() -> None:
    rng = np.random.default_rng(2)
    hand = new_hand(rng, kinds=("tick",))
    layers = withdrawn_mark(rng, hand, CELL, "overwritten")
    assert len(layers) >= 3
    assert all(isinstance(layer, Stroke) for layer in layers)


def test_an_unknown_way_is_refused() -> None:
    rng = np.random.default_rng(1)
    with pytest.raises(KeyError, match="burnt"):
        withdrawn_mark(rng, new_hand(rng), CELL, "burnt")

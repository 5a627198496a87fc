"""A cell beside the rest of its page."""

import json

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ocr.context import PageCells, compared, context_inputs, median_of_others
from ocr.doubt import NOTHING, RESIDUE
from ocr.habit import TRAITS, lone_marks
from ocr.networks import JOINT
from ocr.strokes import NAMES as FEATURES
from ocr.traces import MOST_ODDS

EMPTY = [1.0, 0.0, 0.0, 0.0]
MARK = [0.001, 0.967, 0.031, 0.001]
TRACES = 9

Floats = npt.NDArray[np.float64]

CROSS = {
    "ink area": np.log1p(4.6),
    "length": np.log1p(12.0),
    "width": 0.45,
    "density of the extent": 0.2,
    "share of thick ink": 0.1,
    "mean crossings of a row": 1.0,
    "mean crossings of a column": 1.0,
    "share of thicker ink": 0.0,
    "mean darkness": 0.5,
    "highest darkness": 0.85,
    "heaviest line": np.log1p(2.4),
    "heaviest line across it": np.log1p(2.3),
    "long axis": 0.9,
    "short axis": 0.8,
    "length of the heaviest line": 0.9,
    "width of the heaviest line": 0.62,
    "length of the line across it": 0.85,
    "width of the line across it": 0.62,
}


def page(rows: int) -> PageCells:
    """Choices of two cells, of which the first holds a cross that varies a little."""
    rng = np.random.default_rng(8)
    choices = [(f"I.{index}/self", 2) for index in range(rows)]
    joint = np.array([cell for _ in choices for cell in (MARK, EMPTY)])
    traits = np.zeros((len(joint), len(TRAITS)))
    cross = np.array([CROSS.get(name, 0.0) for name in TRAITS])
    traits[::2] = cross * rng.normal(1, 0.04, (rows, len(TRAITS)))
    traces = np.zeros((len(joint), TRACES))
    traces[:, -1] = -MOST_ODDS
    return PageCells(choices, lone_marks(choices, joint), (joint, joint, joint), traits, traces)


@given(arrays(np.float64, st.tuples(st.integers(2, 9), st.just(3)), elements=st.floats(-9, 9)))
def test_medians_are_of_the_others(values: Floats) -> None:
    found = median_of_others(values)
    for index in range(len(values)):
        assert found[index] == pytest.approx(np.median(np.delete(values, index, axis=0), axis=0))


def test_a_trace_counts_only_when_the_page_has_none_elsewhere() -> None:
    cells = page(10)
    for measure in cells.measures:
        measure[9] = [0.9, 0.0, 0.0, 0.1]
    cells.traces[9] = [*np.log1p([6.0, 6.0, 1.0, 0.0, 0.0, 0.0, 6.0, 1.0]), 1.0]
    alone = compared(cells)[9]
    cells.traces[1::2] = cells.traces[9]
    everywhere = compared(cells)[9]
    odds = [cell[RESIDUE] / (1 - cell[RESIDUE]) for cell in (alone, everywhere)]
    assert odds[0] > 5 * odds[1]


def test_the_weights_are_those_of_these_inputs() -> None:
    """OpenCV cuts or stretches inputs of another width without a word."""
    fitted = json.loads(JOINT.read_text(encoding="utf-8"))["inputs"]
    inputs = context_inputs(page(1))
    assert fitted == {"strokes": len(FEATURES), "context": inputs.shape[1]}


def test_empty_cells_stay_empty_and_few_marks_are_not_compared() -> None:
    cells = page(3)
    found = compared(cells)
    assert found[1::2].tolist() == [EMPTY] * 3
    flags = context_inputs(cells)[:, 8:10]
    assert flags[::2].tolist() == [[1.0, 0.0]] * 3
    assert flags[1::2].tolist() == [[0.0, 0.0]] * 3
    assert found[::2, NOTHING] == pytest.approx(0.0, abs=0.05)

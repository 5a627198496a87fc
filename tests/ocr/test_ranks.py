"""Values by their rank are those that numpy's slower functions find."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from ocr.ranks import at_share, median, medians, quantiles

shapes = array_shapes(max_dims=2, max_side=9)


@given(arrays(np.uint8, shapes))
def test_median_of_bytes_is_that_of_numpy(values: npt.NDArray[np.uint8]) -> None:
    assert median(values) == np.median(values)


@given(arrays(np.float64, shapes, elements=st.floats(-1e6, 1e6)))
def test_median_of_numbers_is_that_of_numpy(values: npt.NDArray[np.float64]) -> None:
    assert median(values) == np.median(values)


@given(arrays(np.float64, array_shapes(min_dims=2, max_dims=2), elements=st.floats(-1e6, 1e6)))
def test_medians_of_columns_are_those_of_numpy(values: npt.NDArray[np.float64]) -> None:
    assert medians(values).tolist() == np.median(values, axis=0).tolist()


@given(
    arrays(np.float64, array_shapes(min_dims=2, max_dims=2), elements=st.floats(-1e6, 1e6)),
    st.floats(0, 1),
)
def test_quantiles_of_columns_are_those_of_numpy(
    values: npt.NDArray[np.float64], share: float
) -> None:
    usual = np.quantile(values, share, axis=0)
    assert quantiles(values, share) == pytest.approx(usual, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 3), (0.8, 4), (1.0, 5)])
def test_a_share_of_the_values_lies_below(share: float, value: int) -> None:
    assert at_share(np.array([[5, 3, 1, 4, 2]], np.uint8), share) == value

"""Mishaps change a part of the page, the same for the same seed."""

import numpy as np
import pytest

from samples.ink import Image
from samples.mishaps import MISHAPS

PX = 4.0


def _page() -> Image:
    return np.full((round(297 * PX), round(210 * PX), 3), 245, dtype=np.uint8)


@pytest.mark.parametrize("name", sorted(MISHAPS))
def test_a_mishap_spoils_a_part_of_the_page(name: str) -> None:
    for seed in range(6):
        page, again = _page(), _page()
        MISHAPS[name](page, PX, np.random.default_rng(seed))
        MISHAPS[name](again, PX, np.random.default_rng(seed))
        assert np.array_equal(page, again)
        spoilt = (page != 245).any(axis=2).mean()
        assert 0.001 < spoilt < 0.2


def test_a_torn_corner_is_gone_from_its_corner() -> None:
    found = set()
    for seed in range(12):
        page = _page()
        MISHAPS["torn corner"](page, PX, np.random.default_rng(seed))
        corners = {"00": page[5, 5], "01": page[5, -6], "10": page[-6, 5], "11": page[-6, -6]}
        gone = [name for name, pixel in corners.items() if tuple(pixel) != (245, 245, 245)]
        assert len(gone) == 1
        found.update(gone)
    assert len(found) > 2

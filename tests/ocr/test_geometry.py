"""Homographies and rectangles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.geometry import (
    MM_PER_INCH,
    Homography,
    Points,
    Rect,
    fit_affine,
    fit_homography,
    px_per_mm,
    rotation_deg,
    transform,
)

PAGE: Points = np.array([[8.0, 8.0], [202.0, 8.0], [202.0, 289.0], [8.0, 289.0]])
MIDDLE = (105.0, 148.5)


def pose(
    dpi: float, angle_deg: float, shift_px: tuple[float, float], tilt: tuple[float, float]
) -> Homography:
    """A page lying at an angle about its middle, slightly in perspective (``tilt`` per mm)."""
    scale, angle = dpi / MM_PER_INCH, np.radians(angle_deg)
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    to_middle = np.array([[1, 0, -MIDDLE[0]], [0, 1, -MIDDLE[1]], [0, 0, 1.0]])
    turned = np.array([[cos, -sin, shift_px[0]], [sin, cos, shift_px[1]], [*tilt, 1.0]])
    homography = turned @ to_middle
    return np.asarray(homography / homography[2, 2], dtype=np.float64)


DPIS = st.floats(75, 600)
SHIFTS = st.tuples(st.floats(-3000, 3000), st.floats(-3000, 3000))
TILTS = st.tuples(st.floats(-5e-4, 5e-4), st.floats(-5e-4, 5e-4))
POSES = st.builds(pose, DPIS, st.floats(-180, 180), SHIFTS, TILTS)
RECTS = st.builds(
    Rect, st.floats(0, 200), st.floats(0, 280), st.floats(0.1, 100), st.floats(0.1, 100)
)


@given(POSES, st.integers(0, 20), st.integers(0, 2**32 - 1))
def test_a_pose_is_recovered_from_four_or_more_points(
    homography: Homography, more: int, seed: int
) -> None:
    extra = np.random.default_rng(seed).uniform((0, 0), (210, 297), (more, 2))
    points = np.vstack([PAGE, extra])
    fitted = fit_homography(points, transform(homography, points))
    grid = np.stack(np.meshgrid(np.linspace(0, 210, 8), np.linspace(0, 297, 8)), -1).reshape(-1, 2)
    np.testing.assert_allclose(transform(fitted, grid), transform(homography, grid), atol=1e-3)


@given(POSES, st.integers(0, 2**32 - 1))
def test_more_points_average_noise_out(homography: Homography, seed: int) -> None:
    noise = np.random.default_rng(seed)
    points = np.vstack([PAGE, noise.uniform((0, 0), (210, 297), (200, 2))])
    seen = transform(homography, points) + noise.normal(0, 0.3, points.shape)
    fitted = fit_homography(points, seen)
    error = np.abs(transform(fitted, PAGE) - transform(homography, PAGE)).max()
    assert error < 0.6  # a corner alone would be off by up to 0.3 x 3.5 px


@given(DPIS, st.floats(-180, 180), SHIFTS)
def test_an_affine_pose_is_recovered_from_three_points(
    dpi: float, angle_deg: float, shift_px: tuple[float, float]
) -> None:
    homography = pose(dpi, angle_deg, shift_px, (0.0, 0.0))
    fitted = fit_affine(PAGE[:3], transform(homography, PAGE[:3]))
    np.testing.assert_allclose(fitted, homography, atol=1e-6 * dpi)


@given(DPIS, st.floats(-179, 179), SHIFTS)
def test_scale_and_angle_are_those_of_the_pose(
    dpi: float, angle_deg: float, shift_px: tuple[float, float]
) -> None:
    homography = pose(dpi, angle_deg, shift_px, (0.0, 0.0))
    assert px_per_mm(homography, MIDDLE) == pytest.approx(dpi / MM_PER_INCH, rel=1e-6)
    assert rotation_deg(homography, MIDDLE) == pytest.approx(angle_deg, abs=1e-4)


@given(POSES)
def test_a_homography_and_its_inverse_are_the_identity(homography: Homography) -> None:
    back = transform(np.array(np.linalg.inv(homography)), transform(homography, PAGE))
    np.testing.assert_allclose(back, PAGE, atol=1e-6)


LINE = [[0.0, 0.0], [1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [5.0, 10.0]]


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_homography_needs_four_points(count: int) -> None:
    with pytest.raises(ValueError, match="4 points"):
        fit_homography(PAGE[:count], PAGE[:count])


def test_points_on_a_line_fit_nothing() -> None:
    with pytest.raises(ValueError, match="line"):
        fit_homography(LINE, LINE)
    with pytest.raises(ValueError, match="line"):
        fit_affine(LINE, LINE)
    with pytest.raises(ValueError, match="3 points"):
        fit_affine(PAGE[:2], PAGE[:2])


def test_four_points_of_which_three_are_on_a_line_fit_no_homography() -> None:
    corner = [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [0.0, 1.0]]
    with pytest.raises(ValueError, match="line"):
        fit_homography(corner, corner)
    with pytest.raises(ValueError, match="line"):
        fit_homography(corner, PAGE)
    with pytest.raises(ValueError, match="line"):
        fit_homography(PAGE, corner)


def test_one_point_transforms_as_one_row() -> None:
    assert transform(np.eye(3), (3.0, 4.0)).tolist() == [[3.0, 4.0]]


@given(RECTS)
def test_corners_centre_and_edges_agree(rect: Rect) -> None:
    corners = rect.corners
    assert corners[0].tolist() == [rect.x_mm, rect.y_mm]
    assert corners[2].tolist() == [rect.right_mm, rect.bottom_mm]
    np.testing.assert_allclose(corners.mean(axis=0), rect.centre)
    # clockwise on screen, where y points down
    edge, nxt = corners[1] - corners[0], corners[2] - corners[1]
    assert edge[0] * nxt[1] - edge[1] * nxt[0] > 0


@given(RECTS, st.floats(-0.04, 20))
def test_growing_keeps_the_centre_and_can_be_undone(rect: Rect, margin_mm: float) -> None:
    grown = rect.grown(margin_mm)
    assert grown.centre == pytest.approx(rect.centre)
    assert grown.w_mm == pytest.approx(rect.w_mm + 2 * margin_mm)
    back = grown.grown(-margin_mm)
    assert (back.x_mm, back.h_mm) == pytest.approx((rect.x_mm, rect.h_mm))

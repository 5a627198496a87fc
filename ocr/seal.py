"""Seals over a signature in scans without colour: the arcs of their rings."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cells import INK_PX_PER_MM

RADII_MM = np.arange(12.0, 22.0, 1.0)
"""Rings of round seals, the outer ones 15 to 20 mm, with room for ovals and stretched scans."""

BIN_MM = 1.5
"""Width of a bin in which the centre is voted for: strokes and their gradients are that unsure."""

ARC_MM = 10.0
"""Length of a ring that must lie in the area to be told from the loops of a hand."""

VOTED = 0.7
"""Votes for a centre, as a share of what the seen arc gives (both edges of its line, 4 px/mm),
from which on its ring is looked at closely."""

COVERED = 0.85
"""Share of the seen arc at which edges must lie that point to the centre. Of 300 areas with other
ink or none (grey scans of the samples' maker, seeds 940,000 on) one had more, of 67 sealed ones
without a signature all but two."""

CANDIDATES = 3
"""So many centres with the most votes are looked at closely."""

EVERY = 3
"""One edge pixel of so many votes; all are looked at afterwards. A ring has hundreds of them."""

NEAR_MM = 1.2
"""How far from the ring its edges may lie: half a step of the radii, half the line, a worn edge."""

POINTS_TO = 0.94
"""Cosine of the angle between an edge's gradient and the radius, at most 20 degrees."""

STEEP = 60.0
"""Least gradient (3 x 3 Sobel, grey levels) that votes."""

TURN = np.linspace(0, 2 * np.pi, 120, endpoint=False)
"""Angles at which is asked how much of a ring lies in the picture, and carries edges."""

DIRECTIONS = np.stack([np.sin(TURN), np.cos(TURN)])
"""(2, angles): y and x of the points of the unit circle there."""


def shows_seal(darkness: npt.NDArray[np.uint8]) -> bool:
    """Whether there is a large arc of a circle in a picture of ink.

    ``darkness`` is uint8 (h, w) at 4 px/mm, 0 = paper. Every edge votes, on both sides along its
    gradient, for the centres of the circles it may belong to (Hough transform of Kimme, Ballard and
    Sklansky, 1975); the votes are compared with the arc that would lie inside the picture.
    """
    across, down = (cv2.Sobel(darkness, cv2.CV_32F, dx, 1 - dx) for dx in (1, 0))
    steepness = cv2.magnitude(across, down)
    at = np.flatnonzero(steepness > STEEP)
    if len(at) < ARC_MM * INK_PX_PER_MM:
        return False
    gradient = np.stack([down.ravel()[at], across.ravel()[at]])
    direction = np.asarray(gradient / steepness.ravel()[at], np.float64)
    place = np.stack(np.divmod(at, darkness.shape[1])) / INK_PX_PER_MM
    height, width = (side / INK_PX_PER_MM for side in darkness.shape)
    return any(_rings(place, direction, (height, width)))


def _rings(
    place: npt.NDArray[np.float64],
    direction: npt.NDArray[np.float64],
    size_mm: tuple[float, float],
) -> Iterator[bool]:
    """Whether edges at ``place`` (2, n) mm lie on a circle of each of the radii that were voted
    for."""
    reach = float(RADII_MM[-1])
    shape = [int((side + 2 * reach) / BIN_MM) + 1 for side in size_mm]
    per_mm = 2 * INK_PX_PER_MM / EVERY
    least = VOTED * ARC_MM * per_mm
    all_votes = _votes(place[:, ::EVERY] + reach, direction[:, ::EVERY], shape)
    candidates = []
    for index, votes in enumerate(all_votes):
        best = np.flatnonzero(votes > least)
        most = best[np.argsort(-votes[best])][:CANDIDATES]
        candidates += [(index, at) for at in most.tolist()]
    if not candidates:
        return
    which, at = np.array(candidates).T
    centre = (np.stack(np.divmod(at, shape[1] - 1)) + 1) * BIN_MM - reach
    radius_mm = RADII_MM[which]
    ring_y, ring_x = centre[:, :, None] + radius_mm[:, None] * DIRECTIONS[:, None]
    seen = (ring_y > 0) & (ring_y < size_mm[0]) & (ring_x > 0) & (ring_x < size_mm[1])
    arc_mm = 2 * np.pi * radius_mm * seen.mean(axis=1)
    voted = (arc_mm >= ARC_MM) & (all_votes[which, at] > VOTED * arc_mm * per_mm)
    for k in np.flatnonzero(voted).tolist():
        covered = _covered(float(radius_mm[k]), centre[:, k : k + 1], place, direction)
        yield bool(covered[seen[k]].mean() > COVERED)


def _votes(
    voting: npt.NDArray[np.float64], direction: npt.NDArray[np.float64], shape: Sequence[int]
) -> npt.NDArray[np.int64]:
    """Votes (radii, places) for the centres of circles of all radii at once, by edges ``voting``
    (2, n) mm; the bins are ``shape``, and neighbours count together, so the places are one less a
    side."""
    towards = RADII_MM[:, None, None] * direction
    # No centre lies further out than the reach: no bin is below 0 or beyond the last.
    rows, columns = (
        (np.concatenate([voting + towards, voting - towards], axis=2) / BIN_MM)
        .astype(np.int64)
        .swapaxes(0, 1)
    )
    of_radius = np.arange(len(RADII_MM))[:, None] * shape[0]
    bins = ((of_radius + rows) * shape[1] + columns).ravel()
    votes = np.bincount(bins, minlength=len(RADII_MM) * shape[0] * shape[1])
    votes = votes.reshape(-1, *shape)
    # A centre at the edge of a bin would lose half of its votes to the next one.
    votes = votes[:, :-1] + votes[:, 1:]
    votes = votes[..., :-1] + votes[..., 1:]
    return votes.reshape(len(RADII_MM), -1)


def _covered(
    radius_mm: float,
    centre: npt.NDArray[np.float64],
    place: npt.NDArray[np.float64],
    direction: npt.NDArray[np.float64],
) -> npt.NDArray[np.bool_]:
    """At which of the angles :data:`TURN` the ring about ``centre`` (2, 1) mm carries edges."""
    away = place - centre
    distance = np.maximum(np.hypot(away[0], away[1]), BIN_MM)
    on_ring = np.abs(distance - radius_mm) < NEAR_MM
    on_ring &= np.abs((away * direction).sum(axis=0)) > POINTS_TO * distance
    angle = np.arctan2(away[0, on_ring], away[1, on_ring]) % (2 * np.pi)
    covered = np.zeros(len(TURN), np.bool_)
    covered[(angle / (2 * np.pi) * len(TURN)).astype(np.int64) % len(TURN)] = True
    return covered

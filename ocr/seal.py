"""Seals over a signature in scans without colour: the arcs of their rings."""

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cells import INK_PX_PER_MM
from ocr.ink import Ints

RADII_MM = np.arange(12.0, 22.0, 1.0)
"""Rings of round seals, the outer ones 15 to 20 mm, with room for ovals and stretched scans."""

RADII_PX = RADII_MM[:, None] * INK_PX_PER_MM
"""(radii, 1): the same in pixels."""

REACH_PX = int(RADII_PX[-1, 0])
"""How far from the picture a centre may lie."""

BIN_PX = 6
"""Width of a bin in which the centre is voted for, 1.5 mm: strokes and their gradients are that
unsure."""

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

NEAR_PX = 1.2 * INK_PX_PER_MM
"""How far from the ring its edges may lie, 1.2 mm: half a step of the radii, half the line, a worn
edge."""

POINTS_TO = 0.94
"""Cosine of the angle between an edge's gradient and the radius, at most 20 degrees."""

STEEP = 60.0
"""Least gradient (3 x 3 Sobel, grey levels) that votes."""

TURN = np.linspace(0, 2 * np.pi, 120, endpoint=False)
"""Angles at which is asked how much of a ring lies in the picture, and carries edges."""

DIRECTIONS = np.stack([np.sin(TURN), np.cos(TURN)])
"""(2, angles): y and x of the points of the unit circle there."""

RINGS = RADII_PX[:, :, None] * DIRECTIONS[:, None, None]
"""(2, radii, 1, angles): y and x of the points of all rings about their centres, px."""

Floats = npt.NDArray[np.float64]
Votes = npt.NDArray[np.int32]


def shows_seal(darkness: npt.NDArray[np.uint8]) -> bool:
    """Whether there is a large arc of a circle in a picture of ink.

    ``darkness`` is uint8 (h, w) at 4 px/mm, 0 = paper. Every edge votes, on both sides along its
    gradient, for the centres of the circles it may belong to (Hough transform of Kimme, Ballard and
    Sklansky, 1975); the votes are compared with the arc that would lie inside the picture.
    """
    across, down = (side.astype(np.float32) for side in cv2.spatialGradient(darkness))
    steepness = cv2.magnitude(across, down)
    at = np.flatnonzero(steepness > STEEP)
    if len(at) < ARC_MM * INK_PX_PER_MM:
        return False
    gradient = np.array([down.ravel()[at], across.ravel()[at]])
    direction = (gradient / steepness.ravel()[at]).astype(np.float64)
    row = at // darkness.shape[1]
    place = np.array([row, at - row * darkness.shape[1]])
    return any(_rings(place, direction, darkness.shape))


def _rings(place: Ints, direction: Floats, size: tuple[int, ...]) -> Iterator[bool]:
    """Whether edges at ``place`` (2, n) px, in a picture of this ``size``, lie on a circle about
    each of the centres that were voted for."""
    per_mm = 2 * INK_PX_PER_MM / EVERY
    rows, columns = ((side + 2 * REACH_PX) // BIN_PX + 1 for side in size)
    all_votes = _votes(place[:, ::EVERY], direction[:, ::EVERY], rows, columns)
    at, votes = _most(all_votes)
    if votes.max() <= VOTED * ARC_MM * per_mm:
        return
    # The middle of four bins.
    centre = (np.array(np.divmod(at, columns - 1)) + 1) * BIN_PX - REACH_PX
    ring_y, ring_x = centre[..., None] + RINGS
    seen = (ring_y > 0) & (ring_y < size[0]) & (ring_x > 0) & (ring_x < size[1])
    arc_mm = 2 * np.pi * RADII_MM[:, None] * seen.mean(axis=2)
    voted = (arc_mm >= ARC_MM) & (votes > VOTED * arc_mm * per_mm)
    for radius, k in np.argwhere(voted).tolist():
        about = place - centre[:, radius, k, None]
        covered = _covered(float(RADII_PX[radius, 0]), about, direction)
        yield bool(covered[seen[radius, k]].mean() > COVERED)


def _votes(voting: Ints, direction: Floats, rows: int, columns: int) -> Votes:
    """Votes (radii, places) for the centres of circles of all radii at once, by edges ``voting``
    (2, n) px. There are so many rows and columns of bins, and neighbours count together, so the
    places are one less a side."""
    towards = RADII_PX * direction[:, None]
    # No centre lies further out than the reach: no bin is below 0 or beyond the last.
    edge = voting[:, None] + float(REACH_PX)
    centre = np.concatenate([edge + towards, edge - towards], axis=2).astype(np.int32)
    row, column = centre // BIN_PX
    bins = row * columns + column
    bins += np.arange(len(RADII_PX), dtype=np.int32)[:, None] * (rows * columns)
    votes = np.bincount(bins.ravel(), minlength=len(RADII_PX) * rows * columns)
    in_bins = votes.reshape(-1, rows, columns).astype(np.int32)
    # A centre at the edge of a bin would lose half of its votes to the next one.
    in_rows = in_bins[:, :-1] + in_bins[:, 1:]
    return (in_rows[..., :-1] + in_rows[..., 1:]).reshape(len(RADII_PX), -1)


def _most(votes: Votes) -> tuple[Ints, Votes]:
    """The :data:`CANDIDATES` places with the most votes (radii, places) of each radius, and these
    votes, (radii, candidates) each; takes them out of ``votes``."""
    radii = np.arange(len(votes))
    places, most = [], []
    for _ in range(CANDIDATES):
        place = votes.argmax(axis=1)
        places.append(place)
        most.append(votes[radii, place])
        votes[radii, place] = 0
    return np.array(places).T, np.array(most).T


def _covered(radius_px: float, about: Ints, direction: Floats) -> npt.NDArray[np.bool_]:
    """At which of the angles :data:`TURN` a ring carries edges, which lie at ``about`` (2, n) px
    from its centre."""
    distance = np.hypot(about[0], about[1])
    near = np.flatnonzero(np.abs(distance - radius_px) < NEAR_PX)
    about = about[:, near]
    along = np.abs((about * direction[:, near]).sum(axis=0))
    y, x = about[:, along > POINTS_TO * distance[near]]
    angle = np.arctan2(y, x) % (2 * np.pi)
    covered = np.zeros(len(TURN), np.bool_)
    covered[(angle / (2 * np.pi) * len(TURN)).astype(np.int64) % len(TURN)] = True
    return covered

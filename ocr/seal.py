"""Seals over a signature: their ink apart from a pen's in colour, their rings where it is grey."""

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

PEN_SHARE = 0.6
"""Darkness in the red channel over that in the green one, around a pixel, from which on the ink is
a pen's: blue and black ink have 0.8 to 1.1, red ink 0.1 to 0.5."""

AROUND_PX = 5
"""Side of the square over which the channels are compared, 1.25 mm: scanners keep the colour at
half the resolution, so that the edges of thin red lines are nearly grey."""

PAPER_FLAW = 10
"""Darkness of a channel that is the paper's: its colour, noise and shades."""


def pen_ink(colour: npt.NDArray[np.uint8], factor: int) -> npt.NDArray[np.uint8]:
    """Where the ink around is not that of a red seal: uint8 (h, w), 1 = a pen's or none.

    ``colour`` is BGR (h * factor, w * factor, 3), the paper near 255.
    """
    size = colour.shape[1] // factor, colour.shape[0] // factor
    small = cv2.resize(colour, size, interpolation=cv2.INTER_AREA)
    dark = cv2.subtract(np.full_like(small, 255 - PAPER_FLAW), small)
    around = cv2.boxFilter(dark, cv2.CV_32F, (AROUND_PX, AROUND_PX))
    return np.asarray(around[..., 2] >= PEN_SHARE * around[..., 1]).view(np.uint8)


def shows_seal(darkness: npt.NDArray[np.uint8]) -> bool:
    """Whether there is a large arc of a circle in a picture of ink.

    ``darkness`` is uint8 (h, w) at 4 px/mm, 0 = paper. Every edge votes, on both sides along its
    gradient, for the centres of the circles it may belong to (Hough transform of Kimme, Ballard and
    Sklansky, 1975); the votes are compared with the arc that would lie inside the picture.
    """
    across, down = (cv2.Sobel(darkness, cv2.CV_32F, dx, 1 - dx) for dx in (1, 0))
    steepness = cv2.magnitude(across, down)
    rows, columns = np.nonzero(steepness > STEEP)
    if len(rows) < ARC_MM * INK_PX_PER_MM:
        return False
    gradient = np.stack([down[rows, columns], across[rows, columns]])
    direction = np.asarray(gradient / steepness[rows, columns], np.float64)
    place = np.stack([rows, columns]) / INK_PX_PER_MM
    height, width = (side / INK_PX_PER_MM for side in darkness.shape)
    return any(_ring_of(radius, place, direction, (height, width)) for radius in RADII_MM.tolist())


def _ring_of(
    radius_mm: float,
    place: npt.NDArray[np.float64],
    direction: npt.NDArray[np.float64],
    size_mm: tuple[float, float],
) -> bool:
    """Whether edges at ``place`` (2, n) mm lie on a circle of this radius."""
    reach = float(RADII_MM[-1])
    shape = [int((side + 2 * reach) / BIN_MM) + 1 for side in size_mm]
    voting, towards = place[:, ::EVERY] + reach, radius_mm * direction[:, ::EVERY]
    # No centre lies further out than the reach: no bin is below 0 or beyond the last.
    bins = (np.hstack([voting + towards, voting - towards]) / BIN_MM).astype(np.int64)
    counts = np.bincount(bins[0] * shape[1] + bins[1], minlength=shape[0] * shape[1])
    # A centre at the edge of a bin would lose half of its votes to the next one.
    votes = counts.reshape(shape)
    votes = votes[:-1] + votes[1:]
    votes = (votes[:, :-1] + votes[:, 1:]).ravel()
    per_mm = 2 * INK_PX_PER_MM / EVERY
    if votes.max() <= VOTED * ARC_MM * per_mm:
        return False
    best = np.flatnonzero(votes > VOTED * ARC_MM * per_mm)
    for at in best[np.argsort(-votes[best])][:CANDIDATES].tolist():
        y, x = ((part + 1) * BIN_MM - reach for part in divmod(at, shape[1] - 1))
        ring_y, ring_x = y + radius_mm * np.sin(TURN), x + radius_mm * np.cos(TURN)
        seen = (ring_y > 0) & (ring_y < size_mm[0]) & (ring_x > 0) & (ring_x < size_mm[1])
        arc_mm = 2 * np.pi * radius_mm * seen.mean()
        if arc_mm < ARC_MM or votes[at] <= VOTED * arc_mm * per_mm:
            continue
        if _covered(radius_mm, np.array([[y], [x]]), place, direction)[seen].mean() > COVERED:
            return True
    return False


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

"""Round seals in scans without colour, where their ink cannot be told from a pen's."""

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cells import INK_PX_PER_MM

RADII_MM = np.arange(12.0, 22.0, 1.0)
"""Rings of round seals, the outer ones 15 to 20 mm, with room for ovals and stretched scans."""

BIN_MM = 1.5
"""Width of a bin in which the centre is voted for: strokes and their gradients are that unsure."""

ARC_MM = 22.0
"""Length of a ring that must lie in the area to be told from the loops of a hand."""

COVERED = 0.6
"""Share of that arc which must carry edges that point to the centre. Of 60 simulated hands, 58
stayed below 0.5 and one above 0.6; drawn seals of two rings, cut by the area's edges, reached 0.95
and more."""

STEEP = 60.0
"""Least gradient (3 x 3 Sobel, grey levels) that votes."""

TURN = np.linspace(0, 2 * np.pi, 90, endpoint=False)
"""Angles at which is asked how much of a ring lies in the picture."""


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
    centres = np.hstack([place + radius_mm * direction, place - radius_mm * direction])
    # No centre lies further out than the reach: no bin is below 0 or beyond the last.
    bins = ((centres + reach) / BIN_MM).astype(np.int64)
    votes = np.bincount(bins[0] * shape[1] + bins[1], minlength=shape[0] * shape[1])
    if votes.max() <= COVERED * ARC_MM * 2 * INK_PX_PER_MM:
        return False
    for at in np.argpartition(votes, -3)[-3:].tolist():
        y, x = ((part + 0.5) * BIN_MM - reach for part in divmod(at, shape[1]))
        ring_y, ring_x = y + radius_mm * np.sin(TURN), x + radius_mm * np.cos(TURN)
        seen = (ring_y > 0) & (ring_y < size_mm[0]) & (ring_x > 0) & (ring_x < size_mm[1])
        arc_mm = 2 * np.pi * radius_mm * seen.mean()
        if arc_mm >= ARC_MM and votes[at] > COVERED * arc_mm * 2 * INK_PX_PER_MM:
            return True
    return False

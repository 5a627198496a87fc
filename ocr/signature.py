"""Whether a signature area carries ink: never whose."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ocr.cells import INK_PX_PER_MM, CellImage, PageTone
from ocr.ink import InkStack, ink_of
from ocr.lines import without_lines
from ocr.pieces import Floats, Pieces, pieces_of
from ocr.ranks import median
from ocr.reading import SignatureReading
from ocr.seal import shows_seal
from ocr.stains import pen_ink
from ocr.strokes import own_ink

LEAST_STROKE_MM = 4.0
"""Extent of a component from which on it is a stroke of a signature: specks are below 1 mm, and
two or three of them may touch."""

LEAST_INK_MM2 = 3.0
"""Ink of such components from which on there is a signature: the shortest initials have 5 mm² of
0.4 mm pen."""

NO_INK_MM2 = 1.0
"""Ink of such components up to which the area is empty; between the two it is open."""

STAIN_MM2 = 3.0
"""Ink of no pen's colour or width from which on the area is not called empty: beneath a seal, a
stain or a marker thin pens may be hidden, and a red pen looks like a seal. Paper without any has
less than 0.1 mm² of it."""

PIECE_MM = 1.5
"""Extent of the pieces that keep an area from being empty where a line was erased: it cuts what it
crosses."""

LEAST_LETTERS = 6
"""Pieces of the size of letters from which on they may be a stamp's: of 1,133 signed areas without
a stamp (samples' maker, seeds 950,000 and 960,000 on) one had as many, of 122 with a stamp alone
86; 113 have these or a frame."""

ROWS_APART_MM = 4.0
"""How far half as many of them lie from the middle of all at least: a stamp has rows of words, the
name that a person writes in letters below the signature is one row."""

LEAST_BESIDE_MM = 18.0
"""Extent of a stroke of a signature where there is a stamp too, whose words may run together: to
15 mm in those areas."""

SQUARE_BESIDE = 0.7
"""Squareness of a stroke below which it is not the stamp's frame, whatever runs into that."""

LEAST_DARKNESS = 33
"""Darkness (0..255) that a tenth of the ink of a pen exceeds: in 433 signed areas of the samples'
maker (seeds 940,000 on; pencil and dry pens on poor scans among them) that tenth had 42 or more,
print that showed through from the back 24."""

DARK_SHARE = 0.1
"""The share of ink that is meant there."""

BELIEVED_NOISE = 8.0
"""The highest noise of a page that is believed. It is measured around the code; stains on three of
its sides give up to 100, with which no signature would be seen. Poor scans have 6."""


def read_signature(name: str, area: CellImage, page: PageTone) -> SignatureReading:
    """Find pen strokes in the area; what has not the colour or the width of a pen's ink is left
    out.

    ``present`` is None when there is a little ink only, or ink only of straight upright or level
    lines (a fold, dirt of the scanner), of a ring (coffee), of a stamp, of a marker, or red (a seal
    without a signature, or a red pen), or when a scan without colour shows what may be a seal.
    """
    return read_signatures([(name, area)], page)[0]


def read_signatures(
    areas: Sequence[tuple[str, CellImage]], page: PageTone
) -> tuple[SignatureReading, ...]:
    """All signature areas of a page at once, by name."""
    if not areas:
        return ()
    page = replace(page, noise=min(page.noise, BELIEVED_NOISE))
    cells = [area for _, area in areas]
    ink = ink_of(cells, page)
    left = [_leave_strokes(ink, index, cell, page) for index, cell in enumerate(cells)]
    stained, is_cut = np.array(left).T
    own = own_ink(ink)
    strokes, others = _inked(pieces_of(ink, own), is_cut > 0)
    # Print that shows through from the back is nowhere as dark as the faintest pen.
    seen = ink.darkness.ravel()[own.at] >= LEAST_DARKNESS
    dark = np.bincount(own.cell, seen, len(areas))
    faint = dark < DARK_SHARE * np.bincount(own.cell, minlength=len(areas))
    # What is too faint counts as lines do: it keeps the area from being empty, and signs nothing.
    others += np.where(faint, strokes, 0)
    measured = np.stack([np.where(faint, 0, strokes), others, stained], axis=1)
    return tuple(
        _reading(name, ink, index, measured[index].tolist(), page)
        for index, (name, _) in enumerate(areas)
    )


def _leave_strokes(
    ink: InkStack, index: int, cell: CellImage, page: PageTone
) -> tuple[float, bool]:
    """Take what no pen drew out of the weak mask of an area: stains, lines right through. Gives how
    much ink of stains there was (mm²), pale or not, and whether there were lines."""
    factor = round(cell.px_per_mm / INK_PX_PER_MM)
    height, width = (side // factor for side in cell.grey.shape)
    weak, darkness = (plane[index, :height, :width] for plane in (ink.weak, ink.darkness))
    inside = ink.inside(index)
    stained = float(ink.red_mm2[index])
    if np.count_nonzero(weak[inside]) >= NO_INK_MM2 * INK_PX_PER_MM**2:
        has_colour, is_above = pen_ink(cell, page.noise)
        # What is paler than any pen neither hides one nor was written: the shade of a fold.
        seen = np.asarray(darkness >= LEAST_DARKNESS).view(np.uint8)
        left_out = weak & ~(has_colour & (is_above | ~seen))
        stained += np.count_nonzero(left_out[inside]) / INK_PX_PER_MM**2
        weak &= has_colour & is_above
    without = without_lines(weak)
    is_cut = without is not weak
    weak[:] = without
    return stained, is_cut


def _reading(
    name: str, ink: InkStack, index: int, measured: list[float], page: PageTone
) -> SignatureReading:
    """What the ink of one area says: mm² of strokes, of pieces that sign nothing, of stains."""
    top, bottom = int(ink.top[index]), int(ink.bottom[index])
    left, right = int(ink.left[index]), int(ink.right[index])
    strokes, others, stained = measured
    share = strokes * INK_PX_PER_MM**2 / max((bottom - top) * (right - left), 1)
    present: bool | None = strokes >= LEAST_INK_MM2
    if not present and (stained >= STAIN_MM2 or strokes + others > NO_INK_MM2):
        present = None
    if present and not page.colour:
        darkness = np.ascontiguousarray(ink.darkness[index, top:bottom, left:right])
        present = None if shows_seal(darkness) else present
    return SignatureReading(name, present, share)


def _inked(pieces: Pieces, is_cut: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Ink (mm²) of the pieces of each area (n,): of strokes that may sign, and of what is no speck
    either. ``is_cut`` (n,) says where lines were erased."""
    cell, count = pieces.cell, len(is_cut)
    frames = np.bincount(cell, pieces.are_frames, count)
    is_stamped = ((frames > 0) | [_has_print(pieces, area) for area in range(count)])[cell]
    least = np.where(is_stamped, LEAST_BESIDE_MM, LEAST_STROKE_MM)
    signs = (pieces.extent_mm >= least) & ~pieces.are_rules & ~pieces.are_bows
    signs &= ~is_stamped | (pieces.squareness < SQUARE_BESIDE)
    others = pieces.extent_mm >= np.where(is_cut[cell], PIECE_MM, LEAST_STROKE_MM)
    strokes, rest = (
        np.bincount(cell, np.where(chosen, pieces.area_mm2, 0), count).astype(np.float64)
        for chosen in (signs, others & ~signs)
    )
    return strokes, rest


def _has_print(pieces: Pieces, area: int) -> bool:
    """Whether there are rows of letters in an area."""
    y_mm = pieces.y_mm[pieces.are_letters & (pieces.cell == area)]
    if len(y_mm) < LEAST_LETTERS:
        return False
    apart = np.abs(y_mm - median(y_mm)) > ROWS_APART_MM
    return bool(2 * np.count_nonzero(apart) >= LEAST_LETTERS)

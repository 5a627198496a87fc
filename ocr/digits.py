"""Handwritten numbers in two digit boxes."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cells import INK_PX_PER_MM, CellImage, PageTone
from ocr.doubt import Probabilities, softmax
from ocr.ink import Bytes, InkStack, ink_of, without_red
from ocr.networks import DIGITS, answer
from ocr.ranks import at_share
from ocr.reading import NumberReading
from ocr.strokes import SPECK_PX

GARBAGE = 10
"""The class of what is no digit: a dash, a struck-out digit, two digits over one another."""

BLANK_MM2 = 0.35
"""Less ink than this in a box is dirt: the thinnest 1 (3 mm long, 0.2 mm wide) has 0.6 mm²."""

GLYPH_PX = 28
"""Side of the picture of a digit; the digit itself fills 20 pixels, as in MNIST, centred on its
centre of mass."""

BODY_PX = 20

STROKE_PX = 2.2
"""Thinner strokes are widened to this: the average stroke of MNIST, 2.2 pixels of 28."""

SURE_ABOVE = 0.98
"""A number is given out when its posterior probability (all numbers alike) exceeds this."""

SLIP = 1e-4
"""Least likelihood of any digit: networks are surer than hands are clear."""

AROUND = np.ones((3, 3), np.uint8)
"""A pixel and its eight neighbours."""

LEVELS = np.arange(256)
"""All grey levels: what is done to every one of them is done to pictures by a table."""

TONE = PageTone(paper=250, dark=40, noise=4, blur_mm=0.2, bilevel=False, colour=False)
"""Digits are dark strokes in small boxes: the page's own tone adds nothing to finding them."""

Glyph = npt.NDArray[np.float32]
"""(28, 28) float32, 0 paper .. 1 ink."""


def read_number(name: str, tens: CellImage, units: CellImage) -> NumberReading:
    """Read a number of 0 to 99.

    A number below 10 may stand in either box alone or after a 0. Empty boxes are ``blank``; when
    the ink is no digit or may be several, ``written`` is None and the likelihood says how much
    speaks for each number.
    """
    return read_numbers([(name, tens, units)])[0]


def read_numbers(
    numbers: Sequence[tuple[str, CellImage, CellImage]],
) -> tuple[NumberReading, ...]:
    """All numbers of a page at once, (name, tens, units) each: a third of the cost."""
    if not numbers:
        return ()
    glyphs = glyphs_of([box for _, tens, units in numbers for box in (tens, units)])
    held = [glyph for glyph in glyphs if glyph is not None]
    probabilities = iter(classify(np.stack(held)) if held else ())
    boxes = [np.zeros(0) if glyph is None else next(probabilities) for glyph in glyphs]
    return tuple(
        _reading(name, boxes[2 * k], boxes[2 * k + 1]) for k, (name, _, _) in enumerate(numbers)
    )


def _reading(
    name: str, tens: npt.NDArray[np.float64], units: npt.NDArray[np.float64]
) -> NumberReading:
    """The number from the probabilities (11,) of what its boxes hold, (0,) where one is empty."""
    held = [box for box in (tens, units) if len(box)]
    if not held:
        return NumberReading(name, None, blank=True, likelihood=())
    posterior = _posterior(tens, units)
    best = int(posterior.argmax())
    digits = 1 - max(box[GARBAGE] for box in held)
    sure = posterior[best] / posterior.sum() * digits > SURE_ABOVE
    likelihood = tuple((posterior / posterior[best]).tolist())
    return NumberReading(name, best if sure else None, blank=False, likelihood=likelihood)


def _posterior(
    tens: npt.NDArray[np.float64], units: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """(100,) weight of each number, from the probabilities (11,) of what the boxes hold.

    An empty box is (0,): the other one then holds a number below 10.
    """
    if len(tens) and len(units):
        return np.outer(_digit_weights(tens), _digit_weights(units)).ravel()
    numbers = np.full(100, SLIP * SLIP)
    numbers[:10] = _digit_weights(tens if len(tens) else units)
    return numbers


def _digit_weights(box: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(10,) weight of each digit: what is no digit may have been meant as any."""
    return np.asarray(box[:GARBAGE] + box[GARBAGE] / GARBAGE + SLIP, np.float64)


def classify(glyphs: npt.NDArray[np.float32]) -> Probabilities:
    """Calibrated probabilities of 0..9 and garbage: (n, 28, 28) -> (n, 11).

    An empty picture is garbage: ink that could not be told from what is around the box.
    """
    # Its logits carry the fitted temperature.
    probabilities = softmax(answer(DIGITS, glyphs[:, None]))
    probabilities[~glyphs.any(axis=(1, 2))] = np.eye(GARBAGE + 1)[GARBAGE]
    return probabilities


def glyphs_of(cells: list[CellImage]) -> list[Glyph | None]:
    """The digit of every box as the network wants it; None when a box is empty.

    All 0 when there is ink but most of it lies outside the box or under its rules, or when it is
    red: a seal, or a number by a red pen.
    """
    ink = ink_of(cells, TONE)
    masks = _digit_masks(ink)
    return [_glyph(ink, index, masks[index], cell) for index, cell in enumerate(cells)]


def _glyph(ink: InkStack, index: int, mask: Bytes, cell: CellImage) -> Glyph | None:
    least = BLANK_MM2 * INK_PX_PER_MM**2
    if cv2.countNonZero(mask) < least:
        weak = int(ink.weak[index][ink.inside(index)].sum())
        empty = weak < least and float(ink.red_mm2[index]) < BLANK_MM2
        return None if empty else np.zeros((GLYPH_PX, GLYPH_PX), np.float32)
    grey, _ = without_red(cell)
    height, width = grey.shape
    fine = cv2.resize(mask, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)[:height, :width]
    x, y, box_w, box_h = cv2.boundingRect(fine)
    body = slice(y, y + box_h), slice(x, x + box_w)
    fine = fine[body]
    paper = at_share(grey, 0.85)
    darker = (paper - LEVELS).clip(0, 255).astype(np.uint8)
    darkness = cv2.LUT(grey[body], darker) * cv2.dilate(fine, AROUND)
    full = at_share(darkness[fine > 0], 0.8)
    shares = (LEVELS / max(full, 1)).clip(0, 1).astype(np.float32)
    return _centred(_widened(cv2.LUT(darkness, shares).astype(np.float32, copy=False)))


def _digit_masks(ink: InkStack) -> Bytes:
    """The components that lie mostly inside their boxes, with what of them lies outside: a mask
    (n, h, w), 1 = ink."""
    count, height, width = ink.weak.shape
    components, labels = cv2.connectedComponents(ink.weak.reshape(-1, width), connectivity=8)
    at = np.flatnonzero(ink.weak.view(np.bool_))
    reach = np.bincount(labels.ravel()[at], minlength=components)
    of_cells = labels.reshape(count, height, width)
    inside = [of_cells[index][ink.inside(index)].ravel() for index in range(count)]
    within = np.bincount(np.concatenate(inside), minlength=components)
    own = (2 * within > reach) & (reach > SPECK_PX)
    own[0] = False
    masks: Bytes = own.view(np.uint8)[of_cells]
    return masks


def _widened(body: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The digit with strokes not thinner than :data:`STROKE_PX` of the picture to come."""
    firm = cv2.copyMakeBorder((body > 0.4).view(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    area = cv2.countNonZero(firm)
    edge = area - cv2.countNonZero(cv2.erode(firm, AROUND))
    width = 2 * area / max(edge, 1)
    missing = round(STROKE_PX / BODY_PX * max(body.shape) - width)
    if missing < 1:
        return body
    pad = missing // 2 + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (missing + 1, missing + 1))
    wide = cv2.copyMakeBorder(body, pad, pad, pad, pad, cv2.BORDER_CONSTANT)
    return cv2.dilate(wide, kernel).astype(np.float32, copy=False)


def _centred(body: npt.NDArray[np.float32]) -> Glyph:
    """Scale the longer side to 20 pixels and put the centre of mass into the middle of 28."""
    scale = BODY_PX / max(body.shape)
    moments = cv2.moments(body)
    x, y = moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]
    # Averaging over the source first: warpAffine alone would sample single pixels.
    blurred = cv2.GaussianBlur(body, (0, 0), max(0.3, 0.4 / scale))
    middle = (GLYPH_PX - 1) / 2
    matrix = np.array([[scale, 0, middle - x * scale], [0, scale, middle - y * scale]])
    glyph = cv2.warpAffine(blurred, matrix, (GLYPH_PX, GLYPH_PX), flags=cv2.INTER_LINEAR)
    return np.asarray(glyph / max(float(glyph.max()), 1e-6), dtype=np.float32)

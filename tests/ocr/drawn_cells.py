"""Cells drawn by the tests themselves: a ruled cell, its paper, and strokes in millimetres."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cells import CELL_PX_PER_MM, CellImage, PageTone

GREY_PAGE = PageTone(paper=248, dark=35, noise=2.0, blur_mm=0.2, bilevel=False, colour=False)
COLOUR_PAGE = PageTone(paper=248, dark=35, noise=2.0, blur_mm=0.2, bilevel=False, colour=True)
BILEVEL_PAGE = PageTone(paper=255, dark=0, noise=0.0, blur_mm=0.1, bilevel=True, colour=False)

BLUE = (150.0, 60.0, 30.0)
BLACK = (45.0, 40.0, 40.0)
PENCIL = (150.0, 150.0, 150.0)
RED = (60.0, 50.0, 215.0)

Picture = npt.NDArray[np.float64]

Line = Sequence[tuple[float, float]]
"""Points in mm from the inner top left corner of the cell."""

CENTRE = (8.0, 6.0)
SCALE = 3


def cross(x: float = 8.0, y: float = 6.0, half: float = 2.6) -> list[Line]:
    return [
        [(x - half, y - half), (x + 0.1, y - 0.1), (x + half, y + half * 0.9)],
        [(x + half * 0.9, y - half), (x, y + 0.2), (x - half, y + half)],
    ]


def tick(x: float = 8.0, y: float = 6.0, half: float = 3.0) -> list[Line]:
    low = (x - half * 0.3, y + half * 0.7)
    return [[(x - half, y), low, (x + half * 0.3, y - half * 0.3), (x + half, y - half)]]


def slash(x: float = 8.0, y: float = 6.0, half: float = 3.0) -> list[Line]:
    return [[(x + half * 0.6, y - half), (x, y + 0.2), (x - half * 0.6, y + half)]]


def ring(x: float = 8.0, y: float = 6.0, half: float = 2.6) -> list[Line]:
    turn = np.linspace(0.3, 0.3 + 2 * np.pi * 1.05, 40)
    return [[(x + half * float(np.cos(t)), y + half * 0.85 * float(np.sin(t))) for t in turn]]


def dash(x: float = 8.0, y: float = 6.0, half: float = 2.6) -> list[Line]:
    return [[(x - half, y + 0.2), (x, y), (x + half, y - 0.1)]]


def strikes(x: float = 8.0, y: float = 6.0, half: float = 3.4) -> list[Line]:
    rows = (-1.2, -0.4, 0.3, 1.1)
    return [[(x - half, y + d + 0.4), (x, y + d), (x + half, y + d - 0.3)] for d in rows]


def blackening(x: float = 8.0, y: float = 6.0, half: float = 3.2) -> list[Line]:
    across = np.linspace(-half, half, 26)
    return [[(x + float(d), y + half * (-1) ** i) for i, d in enumerate(across)]]


def cell(
    lines: Sequence[Line] = (),
    ink: tuple[float, float, float] = BLACK,
    pen_mm: float = 0.45,
    size_mm: tuple[float, float] = (16.0, 12.0),
    margin_mm: float = 2.0,
) -> CellImage:
    """A ruled cell in colour with these lines in it, 8 px/mm."""
    return shown(add_ink(paper(size_mm, margin_mm), lines, ink, pen_mm, margin_mm), margin_mm)


def paper(size_mm: tuple[float, float] = (16.0, 12.0), margin_mm: float = 2.0) -> Picture:
    """White paper with the rules around a cell, at three times the resolution of a cell."""
    scale = CELL_PX_PER_MM * SCALE
    width, height = (round((side + 2 * margin_mm) * scale) for side in size_mm)
    picture = np.full((height, width, 3), 252.0)
    edge, half = round(margin_mm * scale), round(0.08 * scale)
    for line in (edge, height - edge):
        picture[line - half * 2 : line] = 40.0
    for line in (edge, width - edge):
        picture[:, line - half * 2 : line] = 40.0
    return picture


def add_ink(
    picture: Picture,
    lines: Sequence[Line],
    ink: tuple[float, float, float] = BLACK,
    pen_mm: float = 0.45,
    margin_mm: float = 2.0,
) -> Picture:
    """Draw lines on paper: ink over ink multiplies."""
    scale = CELL_PX_PER_MM * SCALE
    mask = np.zeros(picture.shape[:2], np.uint8)
    for line in lines:
        points = np.round((np.array(line) + margin_mm) * scale * 16).astype(np.int32)
        cv2.polylines(
            mask,
            [points],
            isClosed=False,
            color=(255,),
            thickness=round(pen_mm * scale),
            lineType=cv2.LINE_AA,
            shift=4,
        )
    share = (mask / 255.0)[:, :, None]
    return np.asarray(picture * (1 - share + share * np.array(ink) / 255), np.float64)


def shown(picture: Picture, margin_mm: float = 2.0, noise: float = 1.5) -> CellImage:
    """The drawn picture as a scanner's cell in colour: averaged, a little blurred and noisy."""
    shape = picture.shape[1] // SCALE, picture.shape[0] // SCALE
    small = cv2.resize(cv2.GaussianBlur(picture, (0, 0), 2.0), shape, interpolation=cv2.INTER_AREA)
    small = small + np.random.default_rng(5).normal(0, noise, small.shape[:2])[:, :, None]
    colour = np.clip(small, 0, 255).astype(np.uint8)
    grey = np.asarray(cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    return CellImage(grey, colour, CELL_PX_PER_MM, margin_mm)


def grey(image: CellImage) -> CellImage:
    """The same cell from a grey scan."""
    return CellImage(image.grey, None, image.px_per_mm, image.margin_mm)


def bilevel(image: CellImage) -> CellImage:
    """The same cell from a scan in black and white."""
    pixels = np.where(image.grey < 140, 0, 255).astype(np.uint8)
    return CellImage(pixels, None, image.px_per_mm, image.margin_mm)

"""Simulated paper and scanner: ruling, dirt, what shows through, and the scanner's picture."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cells import CELL_PX_PER_MM, HALVED_ABOVE, CellImage
from training.strokes import Canvas

CANVAS_PX_PER_MM = 12.0
AROUND_MM = 5.0
"""How much of the neighbouring rows and columns is drawn around the two cells."""


@dataclass(frozen=True, slots=True)
class Scan:
    """How a row is printed and scanned; lengths in mm, levels 0..255; ``specks`` of a copier or of
    dust to expect about a row, ``waves`` how strong the pattern is that a camera sees in paper or a
    screen in print (0..1)."""

    dpi: float
    blur_mm: float
    noise: float
    jpeg: int
    toner: float
    rule_mm: float
    bilevel: bool
    shade: float
    dirty: bool
    specks: float = 0.0
    waves: float = 0.0

    @staticmethod
    def random(rng: np.random.Generator) -> "Scan":
        """Scanners and printers from good to poor; one in fifty is bilevel, one in three dirty, and
        three in ten are out of focus."""
        return Scan(
            dpi=float(rng.choice([150, 200, 300], p=[0.1, 0.5, 0.4])),
            blur_mm=float(
                rng.choice([rng.uniform(0.02, 0.11), rng.uniform(0.08, 0.15)], p=[0.7, 0.3])
            ),
            noise=float(rng.choice([rng.uniform(0.5, 4), rng.uniform(3, 9)], p=[0.75, 0.25])),
            jpeg=int(rng.integers(45, 96)),
            toner=float(rng.uniform(0.55, 0.97)),
            rule_mm=float(rng.uniform(0.15, 0.4)),
            bilevel=bool(rng.random() < 0.02),
            shade=float(rng.normal(0, 0.02)),
            dirty=bool(rng.random() < 0.33),
            specks=float(rng.choice([0.0, rng.uniform(0.2, 4.0)], p=[0.7, 0.3])),
            waves=float(rng.choice([0.0, rng.uniform(0.004, 0.03)], p=[0.9, 0.1])),
        )


def ruling(
    rng: np.random.Generator, shape: tuple[int, int], width: float, height: float, scan: Scan
) -> Canvas:
    """The table's ruling, and print in the column at its left."""
    rules: Canvas = np.zeros(shape, np.float32)
    thick = max(1, round(scan.rule_mm * CANVAS_PX_PER_MM))
    shade = scan.toner
    for x in (AROUND_MM, AROUND_MM + width, AROUND_MM + 2 * width):
        at = round(x * CANVAS_PX_PER_MM)
        cv2.line(rules, (at, 0), (at, shape[0]), (shade,), thick)
    for y in (AROUND_MM, AROUND_MM + height):
        at = round(y * CANVAS_PX_PER_MM)
        cv2.line(rules, (0, at), (shape[1], at), (shade,), thick)
    if rng.random() < 0.5:
        words = "Nội dung đánh giá chấp hành"
        for y in np.arange(3, shape[0] / CANVAS_PX_PER_MM, 4.5):
            start = int(rng.integers(-30, 10)), int(y * CANVAS_PX_PER_MM)
            cut = words[int(rng.integers(0, 8)) :]
            layer = np.zeros((shape[0], round((AROUND_MM - 0.6) * CANVAS_PX_PER_MM)), np.uint8)
            cv2.putText(layer, cut, start, cv2.FONT_HERSHEY_SIMPLEX, 0.9, (255,), 2, cv2.LINE_AA)
            column = rules[:, : layer.shape[1]]
            np.maximum(column, layer.astype(np.float32) / 255 * shade, out=column)
    if rng.random() < 0.3:  # worn toner leaves gaps in the ruling
        worn = cv2.resize(rng.random((8, 14)).astype(np.float32), shape[::-1])
        rules *= np.clip(worn * 2, 0.3, 1)
    if rng.random() < 0.15:  # a copy of a copy leaves them in pieces
        holes = rng.random([length // 4 + 1 for length in shape]) < rng.uniform(0.05, 0.35)
        rules *= 1 - cv2.resize(holes.astype(np.float32), shape[::-1])
    return rules


def dirt(rng: np.random.Generator, ink: Canvas) -> None:
    """Specks, a feeder streak, a crease, a grey seal's arc, the corner of a stamp."""
    height, width = ink.shape
    for _ in range(int(rng.poisson(0.8))):
        at = int(rng.integers(width)), int(rng.integers(height))
        shade = float(rng.uniform(0.1, 0.8))
        cv2.circle(ink, at, int(rng.integers(0, 4)), (shade,), -1)
    if rng.random() < 0.10:
        _streak(rng, ink if rng.random() < 0.8 else ink.T)
    if rng.random() < 0.15:
        _seal(rng, ink)
    elif rng.random() < 0.08:
        _stamp(rng, ink)
    np.clip(ink, 0, 0.985, out=ink)


def pepper(rng: np.random.Generator, ink: Canvas, specks: float) -> None:
    """So many black specks, on the average, of 0.15 to 0.7 mm, in place."""
    height, width = ink.shape
    for _ in range(int(rng.poisson(specks))):
        at = round(rng.uniform(0, width) * 16), round(rng.uniform(0, height) * 16)
        radius = float(np.clip(rng.lognormal(np.log(0.13), 0.35), 0.07, 0.35))
        shade = float(rng.uniform(0.5, 0.97))
        cv2.circle(ink, at, round(radius * CANVAS_PX_PER_MM * 16), (shade,), -1, cv2.LINE_AA, 4)


def _streak(rng: np.random.Generator, ink: Canvas) -> None:
    """A line from the first row to the last, a little askew, in place."""
    height, width = ink.shape
    layer = np.zeros(ink.shape, np.float32)
    x, lean = float(rng.uniform(0, width)), float(rng.normal(0, 0.015)) * height
    ends = (round((x - lean) * 16), 0), (round((x + lean) * 16), (height - 1) * 16)
    shade = float(rng.uniform(0.05, 0.6))
    cv2.line(layer, *ends, (shade,), int(rng.integers(1, 5)), cv2.LINE_AA, 4)
    if rng.random() < 0.3:  # dirt that comes and goes
        layer *= cv2.resize(rng.random((9, 1), np.float32), (width, height)) > 0.3
    ink += layer


@dataclass(frozen=True, slots=True)
class Back:
    """What the paper lets show of its other side: how dark black print shows (0..1), and how much
    of it is printed (the share of its lines)."""

    strength: float
    printed: float

    @staticmethod
    def random(rng: np.random.Generator) -> "Back":
        """From thick paper to thin, from a few words to a full page."""
        return Back(float(rng.uniform(0.01, 0.14)), float(rng.uniform(0.05, 0.95)))


def show_through(rng: np.random.Generator, ink: Canvas, back: Back) -> None:
    """The print of the other side, mirrored and blurred, and the shade of a fold."""
    height, width = ink.shape
    layer = np.zeros(ink.shape, np.uint8)
    scale, thick = float(rng.uniform(0.55, 1.1)), int(rng.integers(1, 4))
    letters = np.array(list("aàbcđeéghiklmnoôơpqrstuưvxyABCDGHKLNQT0123456789    "))
    if rng.random() < 0.2:  # a heading
        scale, thick = scale * 1.3, thick + 3
    step = int(rng.integers(38, 80))
    for y in range(int(rng.integers(0, step)), height, step):
        if rng.random() < back.printed:
            words = "".join(rng.choice(letters, int(rng.integers(3, 60))))
            start = int(rng.integers(-width // 2, width))
            cv2.putText(layer, words, (start, y), 0, scale, (255,), thick, cv2.LINE_AA)
    if rng.random() < 0.7 * back.printed:
        for x in rng.integers(0, width, 2).tolist():
            cv2.line(layer, (x, 0), (x, height), (255,), 4)
        y = int(rng.integers(0, height))
        cv2.line(layer, (0, y), (width, y), (255,), 4)
    if rng.random() < 0.1 * back.printed:
        _code(rng, layer)
    blurred = cv2.GaussianBlur(layer[:, ::-1], (0, 0), float(rng.uniform(0.8, 5)))
    ink += blurred.astype(np.float32) / 255 * back.strength
    if rng.random() < 0.1:
        middle, half = int(rng.integers(0, height)), int(rng.integers(3, 60))
        ink[max(0, middle - half) : middle + half] += float(rng.uniform(0.01, 0.08))
    np.clip(ink, 0, 0.985, out=ink)


def _code(rng: np.random.Generator, layer: npt.NDArray[np.uint8]) -> None:
    """A part of a two-dimensional code, in place."""
    height, width = layer.shape
    side = int(rng.integers(5, 9))
    modules = rng.integers(0, 2, (37, 37), np.uint8) * 255
    code = cv2.resize(modules, None, fx=side, fy=side, interpolation=cv2.INTER_NEAREST)
    x, y = (int(rng.integers(-len(code) // 2, most)) for most in (width, height))
    rows, columns = slice(max(y, 0), y + len(code)), slice(max(x, 0), x + len(code))
    part = layer[rows, columns]
    cut = code[max(-y, 0) :, max(-x, 0) :][: part.shape[0], : part.shape[1]]
    np.copyto(part, cut)


def _seal(rng: np.random.Generator, ink: Canvas) -> None:
    """A round seal somewhere over the row: rings, letters between them, a star."""
    height, width = ink.shape
    layer = np.zeros(ink.shape, np.uint8)
    x, y = (int(rng.integers(-150, side + 150)) for side in (width, height))
    outer = rng.uniform(15, 18.5)
    shade = float(rng.uniform(60, 200))
    for radius in (outer, outer - rng.uniform(0.8, 2), outer * rng.uniform(0.5, 0.7)):
        thick = int(rng.integers(3, 10))
        cv2.circle(layer, (x, y), round(radius * CANVAS_PX_PER_MM), (shade,), thick, cv2.LINE_AA)
    for angle in np.arange(0, 6.28, rng.uniform(0.15, 0.3)):
        at = [round(c + f(angle) * outer * 0.78 * 12) for c, f in ((x, np.cos), (y, np.sin))]
        letter = "ABCDEGHIKNOTU"[int(rng.integers(13))]
        cv2.putText(layer, letter, at, cv2.FONT_HERSHEY_SIMPLEX, 0.9, (shade,), 3, cv2.LINE_AA)
    points = [(x + r * np.cos(t), y + r * np.sin(t)) for t, r in _star(outer * 0.3 * 12)]
    cv2.fillPoly(layer, [np.round(points).astype(np.int32)], (shade,))
    uneven = cv2.resize(rng.random((6, 9)).astype(np.float32), ink.shape[::-1])
    ink += np.asarray(layer.astype(np.float32) / 255 * uneven * (1 - ink), np.float32)


def _stamp(rng: np.random.Generator, ink: Canvas) -> None:
    """A registry's stamp: a frame with lines of writing, askew, of which the row shows a part."""
    height, width = ink.shape
    size = (int(rng.integers(300, 700)), int(rng.integers(150, 350)))
    stamp = np.zeros(size[::-1], np.uint8)
    shade = float(rng.uniform(60, 200))
    thick = int(rng.integers(3, 9))
    cv2.rectangle(stamp, (8, 8), (size[0] - 9, size[1] - 9), (shade,), thick, cv2.LINE_AA)
    for y in range(60, size[1] - 20, 70):
        words = "CONG VAN DEN So: ........ Ngay: ...."[int(rng.integers(0, 12)) :]
        cv2.putText(stamp, words, (24, y), 0, 1.1, (shade,), 3, cv2.LINE_AA)
    corner = rng.uniform([-size[0], -size[1]], [width, height])
    matrix = cv2.getRotationMatrix2D((0, 0), float(rng.normal(0, 5)), 1.0)
    matrix[:, 2] = corner
    laid = cv2.warpAffine(stamp, matrix, (width, height)).astype(np.float32) / 255
    uneven = cv2.resize(rng.random((6, 9)).astype(np.float32), (width, height))
    ink += np.asarray(laid * (0.4 + 0.6 * uneven) * (1 - ink), np.float32)


def _star(radius_px: float) -> list[tuple[float, float]]:
    """Angle and radius of the corners of a five-pointed star."""
    return [(k * np.pi / 5 - np.pi / 2, radius_px * (1 if k % 2 == 0 else 0.4)) for k in range(10)]


def scanned(rng: np.random.Generator, opacity: Canvas, scan: Scan) -> npt.NDArray[np.uint8]:
    """The canvas as the scanner's grey picture at its own resolution."""
    if scan.blur_mm > 0:
        blurred = cv2.GaussianBlur(opacity, (0, 0), scan.blur_mm * CANVAS_PX_PER_MM)
        opacity = np.asarray(blurred, np.float32)
    scale = scan.dpi / 25.4 / CANVAS_PX_PER_MM
    light = cv2.resize(1 - opacity, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if scan.waves > 0:
        light = light * (1 - scan.waves * _waves(rng, light.shape, scan.dpi))
    gradient = 1 + np.linspace(-scan.shade, scan.shade, light.shape[1])[None, :]
    grain = rng.standard_normal(light.shape, dtype=np.float32) * scan.noise
    grey = light * 250 * gradient.astype(np.float32) + grain
    pixels = np.clip(grey, 0, 255).astype(np.uint8)
    if scan.bilevel:
        return np.where(pixels < 150, 0, 255).astype(np.uint8)
    _, code = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, scan.jpeg])
    return np.asarray(cv2.imdecode(code, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def _waves(rng: np.random.Generator, shape: tuple[int, int], dpi: float) -> Canvas:
    """Bright and dark bands of 0.7 to 5 mm in any direction, (H, W) float32, 0..1."""
    turn, period = rng.uniform(0, np.pi), rng.uniform(0.7, 5) * dpi / 25.4
    y, x = np.ogrid[: shape[0], : shape[1]]
    phase = 2 * np.pi * (x * np.cos(turn) + y * np.sin(turn)) / period + rng.uniform(0, 6.3)
    return np.asarray(0.5 + 0.5 * np.sin(phase), np.float32)


def cut_out(
    pixels: npt.NDArray[np.uint8],
    scan: Scan,
    corner_mm: npt.NDArray[np.float64],
    cell_mm: tuple[float, float],
    turn: float,
    margin_mm: float,
    px_per_mm: float = CELL_PX_PER_MM,
) -> CellImage:
    """A cell of the picture, its paper divided out, where registration puts its corner.

    As ``ocr.cells`` does it: from the picture at half its resolution where a pixel of the cell
    spans more than :data:`ocr.cells.HALVED_ABOVE` of the scan's.
    """
    scale = scan.dpi / 25.4
    if scale / px_per_mm > HALVED_ABOVE:
        halved = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        pixels, scale = halved.astype(np.uint8), scale / 2
    step = scale / px_per_mm
    first = (corner_mm - margin_mm) * scale + (step - 1) / 2
    cosine, sine = step * np.cos(turn), step * np.sin(turn)
    matrix = np.array([[cosine, -sine, first[0]], [sine, cosine, first[1]]])
    size = [round((side + 2 * margin_mm) * px_per_mm) for side in cell_mm]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    crop = cv2.warpAffine(pixels, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    white = np.clip(crop.astype(np.float32) * (253 / 250), 0, 255).astype(np.uint8)
    return CellImage(white, None, px_per_mm, margin_mm)

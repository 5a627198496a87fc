"""Simulated rows of a form as a scanner sees them: two ruled cells, their neighbours, and ink.

Gives :class:`Row` with what was written and the cells as the reader gets them.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cells import CELL_PX_PER_MM, CellImage, PageTone
from training import strokes
from training.strokes import Canvas, Pen

CANVAS_PX_PER_MM = 12.0
AROUND_MM = 5.0
"""How much of the neighbouring rows and columns is drawn around the two cells."""

THIN_PAPER = 0.4
"""Share of the rows on whose other side there is print that shows."""

NOTHING, PLAIN, CANCELLED, RESIDUE = range(4)
"""What a cell holds: nothing of its own (perhaps dirt or a neighbour's stroke), one plain mark, a
mark that was withdrawn by drawing over it, the trace of a mark that was erased or painted over."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Real strokes: (N, 28, 28) uint8, ink 255 on 0, mixed in beside the drawn ones."""

    images: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Hand:
    """Who marks a row: the pen, and real strokes that some marks are made of."""

    pen: Pen
    glyphs: Glyphs | None


@dataclass
class Row:
    """A simulated row: the two cells, what they hold, and how the page looked."""

    cells: list[CellImage] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    tone: PageTone = field(
        default_factory=lambda: PageTone(250, 40, 3, 0.1, bilevel=False, colour=False)
    )


@dataclass(frozen=True, slots=True)
class Scan:
    """How a row is printed and scanned; lengths in mm, levels 0..255."""

    dpi: float
    blur_mm: float
    noise: float
    jpeg: int
    toner: float
    rule_mm: float
    bilevel: bool
    shade: float
    dirty: bool

    @staticmethod
    def random(rng: np.random.Generator) -> "Scan":
        """Scanners and printers from good to poor; one in fifty is bilevel, one in three dirty."""
        return Scan(
            dpi=float(rng.choice([150, 200, 300], p=[0.1, 0.5, 0.4])),
            blur_mm=float(rng.uniform(0.02, 0.11)),
            noise=float(rng.choice([rng.uniform(0.5, 4), rng.uniform(3, 9)], p=[0.75, 0.25])),
            jpeg=int(rng.integers(45, 96)),
            toner=float(rng.uniform(0.55, 0.97)),
            rule_mm=float(rng.uniform(0.15, 0.4)),
            bilevel=bool(rng.random() < 0.02),
            shade=float(rng.normal(0, 0.02)),
            dirty=bool(rng.random() < 0.33),
        )


def row_of(
    rng: np.random.Generator, what: tuple[str, str], glyphs: Glyphs | None, margin_mm: float = 2.0
) -> Row:
    """A row whose cells hold ``what``: ``empty``, ``plain``, ``cancelled``, ``residue``."""
    scan = Scan.random(rng)
    pen = strokes.random_pen(rng)
    width, height = rng.uniform(14, 17), rng.uniform(8.5, 21)
    size_mm = (AROUND_MM * 2 + width * 2, AROUND_MM * 2 + height)
    shape = (round(size_mm[1] * CANVAS_PX_PER_MM), round(size_mm[0] * CANVAS_PX_PER_MM))
    ink: Canvas = np.zeros(shape, np.float32)
    rules = ruling(rng, shape, width, height, scan)
    row = Row()
    for index, content in enumerate(what):
        centre = (AROUND_MM + width * (index + 0.5), AROUND_MM + height / 2)
        hand = Hand(pen, glyphs)
        label, kind = _write(rng, ink, content, (*centre, width, height), hand)
        row.labels.append(label)
        row.kinds.append(kind)
    neighbours(rng, ink, (width, height), pen, scan.dirty)
    if scan.dirty:
        dirt(rng, ink)
    if rng.random() < THIN_PAPER:
        show_through(rng, ink)
    opacity = np.maximum(rules, ink) * 0.6 + (1 - (1 - rules) * (1 - ink)) * 0.4
    finish(rng, row, opacity, scan, (width, height), margin_mm)
    return row


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
    return rules


def _write(
    rng: np.random.Generator,
    ink: Canvas,
    content: str,
    cell: tuple[float, float, float, float],
    hand: Hand,
) -> tuple[int, str]:
    """Put the content of one cell (its centre and size, mm) on the canvas: (label, kind)."""
    if content == "empty":
        return NOTHING, "empty"
    x, y, _, height = cell
    pen, glyphs = hand.pen, hand.glyphs
    size = float(np.clip(rng.lognormal(np.log(6.5), 0.35), 2.5, min(13, height * 1.15)))
    spot = (
        x + float(np.clip(rng.normal(0, 1.8), -5, 5)),
        y + float(np.clip(rng.normal(0, height * 0.12), -height * 0.35, height * 0.35)),
    )
    layer: Canvas = np.zeros_like(ink)
    if glyphs is not None and rng.random() < 0.3:
        kind = "glyph"
        paste(rng, layer, glyphs, spot, size, pen)
    else:
        kind, marks = strokes.plain_mark(rng, size)
        strokes.draw(layer, marks, spot, pen, CANVAS_PX_PER_MM, rng)
    if content == "residue":
        kind = _erase(rng, layer, spot, size)
    elif content == "cancelled":
        if kind == "dot":
            size *= 0.4
        single = kind in ("slash", "dash", "dot")  # struck once, these would be a cross
        shares = [0.0, 0.3, 0.25, 0.3, 0.15, 0.0] if single else [0.14, 0.24, 0.2, 0.2, 0.12, 0.1]
        how = str(rng.choice(strokes.CANCELLED, p=shares))
        second = pen if rng.random() < 0.8 else strokes.random_pen(rng)
        over = strokes.cancellation(rng, how, max(size, 2.5))
        near = (spot[0] + rng.normal(0, 0.06 * size), spot[1] + rng.normal(0, 0.06 * size))
        strokes.draw(layer, over, near, second, CANVAS_PX_PER_MM, rng)
        kind = how
    np.copyto(ink, ink + layer * (0.985 - ink).clip(0))
    return {"plain": PLAIN, "cancelled": CANCELLED, "residue": RESIDUE}[content], kind


def paste(
    rng: np.random.Generator,
    layer: Canvas,
    glyphs: Glyphs,
    spot: tuple[float, float],
    size: float,
    pen: Pen,
) -> None:
    """A real stroke, or two of them crossing, as a mark."""
    count = 1 if rng.random() < 0.4 else 2
    base = rng.uniform(-0.4, 0.4)
    for index in range(count):
        image = glyphs.images[int(rng.integers(len(glyphs.images)))]
        angle = base + (index * rng.uniform(0.9, 2.0) if count == 2 else 0.0)
        scale = size / 20 * CANVAS_PX_PER_MM
        turn = cv2.getRotationMatrix2D((14, 14), float(np.degrees(angle)), scale)
        turn[:, 2] += np.array(spot) * CANVAS_PX_PER_MM - 14
        pasted = cv2.warpAffine(image, turn, layer.shape[::-1], flags=cv2.INTER_CUBIC)
        sharp = np.clip((pasted.astype(np.float32) / 255 - 0.25) * 2, 0, 1) * pen.opacity
        np.maximum(layer, sharp, out=layer)


def _erase(rng: np.random.Generator, layer: Canvas, spot: tuple[float, float], size: float) -> str:
    """Rub the mark out, or paint it over, leaving something; in place."""
    if rng.random() < 0.6:
        rubbed = cv2.GaussianBlur(layer, (0, 0), rng.uniform(0.5, 4))
        wiped = cv2.resize(rng.random((6, 10)).astype(np.float32), layer.shape[::-1])
        np.copyto(layer, rubbed * np.clip(wiped * rng.uniform(0.2, 0.7), 0.03, 1))
        return "erased"
    fluid = np.zeros_like(layer)
    middle = [round(value * CANVAS_PX_PER_MM) for value in spot]
    for _ in range(int(rng.integers(1, 4))):
        axes = [round(size * rng.uniform(0.3, 0.7) * CANVAS_PX_PER_MM) for _ in range(2)]
        moved = [int(value + rng.normal(0, size * 1.5)) for value in middle]
        cv2.ellipse(fluid, moved, axes, rng.uniform(0, 180), 0, 360, (1.0,), -1)
    edge = cv2.morphologyEx(fluid, cv2.MORPH_GRADIENT, np.ones((3, 3))) * rng.uniform(0, 0.2)
    np.copyto(layer, layer * (1 - fluid * rng.uniform(0.75, 1)) + edge)
    return "fluid"


def neighbours(
    rng: np.random.Generator,
    ink: Canvas,
    cell: tuple[float, float],
    pen: Pen,
    careless: bool,
) -> None:
    """Marks of the rows above and below and of the columns beside; careless ones spill in."""
    width, height = cell
    spots = [(i + 0.5, j) for i in (0, 1) for j in (-0.5, 1.5)] + [(-0.5, 0.5), (2.5, 0.5)]
    for i, j in spots:
        if rng.random() < 0.5:
            continue
        away = rng.uniform(2.5, 6) if careless else rng.uniform(5, 9)
        x = -away if i < 0 else 2 * width + away if i > 2 else width * i + rng.normal(0, 2)
        y = -away if j < 0 else height + away if j > 1 else height * j + rng.normal(0, 2)
        _, marks = strokes.plain_mark(rng, float(np.clip(rng.normal(7, 2), 3, 11)))
        strokes.draw(ink, marks, (AROUND_MM + x, AROUND_MM + y), pen, CANVAS_PX_PER_MM, rng)


def dirt(rng: np.random.Generator, ink: Canvas) -> None:
    """Specks, a feeder streak, a grey seal's arc."""
    height, width = ink.shape
    for _ in range(int(rng.poisson(0.8))):
        at = int(rng.integers(width)), int(rng.integers(height))
        shade = float(rng.uniform(0.1, 0.8))
        cv2.circle(ink, at, int(rng.integers(0, 4)), (shade,), -1)
    if rng.random() < 0.05:
        x = int(rng.integers(width))
        ink[:, x : x + int(rng.integers(1, 3))] += rng.uniform(0.05, 0.4)
    if rng.random() < 0.15:
        _seal(rng, ink)
    np.clip(ink, 0, 0.985, out=ink)


def show_through(rng: np.random.Generator, ink: Canvas) -> None:
    """The print of the other side, mirrored and blurred, and the shade of a fold."""
    height, width = ink.shape
    layer = np.zeros(ink.shape, np.uint8)
    scale, thick = float(rng.uniform(0.55, 1.1)), int(rng.integers(1, 4))
    letters = np.array(list("aàbcđeéghiklmnoôơpqrstuưvxyABCDGHKLNQT0123456789    "))
    step = int(rng.integers(38, 80))
    for y in range(int(rng.integers(0, step)), height, step):
        if rng.random() < 0.75:
            words = "".join(rng.choice(letters, 60))
            start = int(rng.integers(-60, width // 2))
            cv2.putText(layer, words, (start, y), 0, scale, (255,), thick, cv2.LINE_AA)
    if rng.random() < 0.5:
        for x in rng.integers(0, width, 2).tolist():
            cv2.line(layer, (x, 0), (x, height), (255,), 4)
        y = int(rng.integers(0, height))
        cv2.line(layer, (0, y), (width, y), (255,), 4)
    blurred = cv2.GaussianBlur(layer[:, ::-1], (0, 0), float(rng.uniform(0.8, 5)))
    ink += blurred.astype(np.float32) / 255 * float(rng.uniform(0.01, 0.14))
    if rng.random() < 0.25:
        middle, half = int(rng.integers(0, height)), int(rng.integers(3, 60))
        ink[max(0, middle - half) : middle + half] += float(rng.uniform(0.01, 0.08))
    np.clip(ink, 0, 0.985, out=ink)


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
    ink += layer.astype(np.float32) / 255 * uneven * (1 - ink)


def _star(radius_px: float) -> list[tuple[float, float]]:
    """Angle and radius of the corners of a five-pointed star."""
    return [(k * np.pi / 5 - np.pi / 2, radius_px * (1 if k % 2 == 0 else 0.4)) for k in range(10)]


def finish(
    rng: np.random.Generator,
    row: Row,
    opacity: Canvas,
    scan: Scan,
    cell_mm: tuple[float, float],
    margin_mm: float,
) -> None:
    """Scan the canvas and cut the two cells out of it with an error of registration."""
    pixels = scanned(rng, opacity, scan)
    error = rng.uniform(-0.3, 0.3, 2)
    turn = float(np.radians(rng.normal(0, 0.15)))
    for index in range(2):
        corner = np.array([AROUND_MM + cell_mm[0] * index, AROUND_MM]) + error
        row.cells.append(cut_out(pixels, scan, corner, cell_mm, turn, margin_mm))
    noise = scan.noise if not scan.bilevel else 0.0
    dark = 250 * (1 - scan.toner)
    row.tone = PageTone(250, dark, noise, 0.1 + 2 * scan.blur_mm, scan.bilevel, colour=False)


def scanned(rng: np.random.Generator, opacity: Canvas, scan: Scan) -> npt.NDArray[np.uint8]:
    """The canvas as the scanner's grey picture at its own resolution."""
    if scan.blur_mm > 0:
        opacity = cv2.GaussianBlur(opacity, (0, 0), scan.blur_mm * CANVAS_PX_PER_MM)
    scale = scan.dpi / 25.4 / CANVAS_PX_PER_MM
    light = cv2.resize(1 - opacity, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    gradient = 1 + np.linspace(-scan.shade, scan.shade, light.shape[1])[None, :]
    grain = rng.standard_normal(light.shape, dtype=np.float32) * scan.noise
    grey = light * 250 * gradient.astype(np.float32) + grain
    pixels = np.clip(grey, 0, 255).astype(np.uint8)
    if scan.bilevel:
        return np.where(pixels < 150, 0, 255).astype(np.uint8)
    _, code = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, scan.jpeg])
    return np.asarray(cv2.imdecode(code, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def cut_out(
    pixels: npt.NDArray[np.uint8],
    scan: Scan,
    corner_mm: npt.NDArray[np.float64],
    cell_mm: tuple[float, float],
    turn: float,
    margin_mm: float,
) -> CellImage:
    """A cell of the picture, its paper divided out, where registration puts its corner."""
    scale = scan.dpi / 25.4
    first = (corner_mm - margin_mm) * scale
    step = scale / CELL_PX_PER_MM
    cosine, sine = step * np.cos(turn), step * np.sin(turn)
    matrix = np.array([[cosine, -sine, first[0]], [sine, cosine, first[1]]])
    size = [round((side + 2 * margin_mm) * CELL_PX_PER_MM) for side in cell_mm]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    crop = cv2.warpAffine(pixels, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    white = np.clip(crop.astype(np.float32) * (253 / 250), 0, 255).astype(np.uint8)
    return CellImage(white, None, CELL_PX_PER_MM, margin_mm)

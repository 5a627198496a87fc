"""Pages of the real forms as they come out of the printer, and what a scanner may do to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import segno

from ocr.code import PageCode, signed
from ocr.geometry import MM_PER_INCH, Homography, Points, Rect, transform
from ocr.layout import Layout, PageLayout, load_layout

BUILT = Path(__file__).parents[2] / "templates" / "long_bien_2021" / "built"
KEY = b"key of the tests"
OVERSAMPLING = 2
"""pdfium puts lines on whole pixels: rendered larger and averaged they lie where they belong."""

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scan:
    """A picture of a page, and where the page truly is in it."""

    pixels: Pixels
    dpi: float
    page: PageLayout
    code: PageCode
    truth: Homography

    def place(self, points_mm: npt.ArrayLike) -> Points:
        """Where points of the page are in the picture, px."""
        return transform(self.truth, points_mm)


@cache
def layout(form: str) -> Layout:
    """The built layout of a form."""
    return load_layout(BUILT / f"{form}.layout.json")


def layouts() -> dict[tuple[str, str, str], Layout]:
    """The layouts of both forms by key."""
    return {layout(form).key: layout(form) for form in ("03A", "03B")}


@cache
def printed(form: str, number: int, dpi: int) -> Scan:
    """A printed page scanned without any fault. Do not write into its pixels."""
    shape = layout(form)
    page = shape.pages[number - 1]
    with pdfium.PdfDocument(BUILT / f"{form}.pdf") as document:
        scale = OVERSAMPLING * dpi / 72
        bitmap = document[number - 1].render(scale=scale, grayscale=True)
        large = bitmap.to_numpy().reshape(bitmap.height, bitmap.width, -1)[..., 0].copy()
    size = (round(page.width_mm * dpi / MM_PER_INCH), round(page.height_mm * dpi / MM_PER_INCH))
    wanted = (size[1] * OVERSAMPLING, size[0] * OVERSAMPLING)
    whole = np.full(wanted, 255, np.uint8)
    rows, columns = min(wanted[0], large.shape[0]), min(wanted[1], large.shape[1])
    whole[:rows, :columns] = large[:rows, :columns]
    code = signed(PageCode(shape.set_code, form, shape.version, "7K3QF9XM2A", number), KEY)
    draw_code(whole, code, page.code, OVERSAMPLING * dpi / MM_PER_INCH)
    pixels = cv2.resize(whole, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    k = dpi / MM_PER_INCH
    return Scan(pixels, dpi, page, code, np.array([[k, 0, -0.5], [0, k, -0.5], [0, 0, 1.0]]))


def draw_code(picture: Pixels, code: PageCode, rect: Rect, px_per_mm: float) -> None:
    """Draw a code at its printed place."""
    modules = np.array(list(segno.make(code.text, error="m", micro=False).matrix), dtype=bool)
    edges = np.arange(len(modules) + 1) / len(modules)
    columns = np.rint((rect.x_mm + rect.w_mm * edges) * px_per_mm).astype(int)
    rows = np.rint((rect.y_mm + rect.h_mm * edges) * px_per_mm).astype(int)
    for row, column in np.argwhere(modules):
        picture[rows[row] : rows[row + 1], columns[column] : columns[column + 1]] = 0


def warped(scan: Scan, move: Homography, size: tuple[int, int] | None = None) -> Scan:
    """The scan with a homography of image px applied; white comes in from outside."""
    height, width = scan.pixels.shape[:2]
    pixels = cv2.warpPerspective(
        scan.pixels,
        move,
        size or (width, height),
        flags=cv2.INTER_AREA,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255, 255, 255),
    ).astype(np.uint8, copy=False)
    return Scan(pixels, scan.dpi, scan.page, scan.code, move @ scan.truth)


def moved(
    scan: Scan, turn_deg: float, scale: float, shift_mm: tuple[float, float], tilt: float = 0.0
) -> Scan:
    """Skewed (clockwise), printed at another scale, shifted and slightly tilted (``tilt``: share by
    which the right edge is larger than the middle)."""
    height, width = scan.pixels.shape[:2]
    angle, k = np.radians(turn_deg), scan.dpi / MM_PER_INCH
    to_middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    turned = np.array(
        [
            [scale * np.cos(angle), -scale * np.sin(angle), shift_mm[0] * k],
            [scale * np.sin(angle), scale * np.cos(angle), shift_mm[1] * k],
            [-tilt / (width / 2), 0, 1],
        ]
    )
    return warped(scan, np.linalg.inv(to_middle) @ turned @ to_middle)


def quarter_turned(scan: Scan, turns: int) -> Scan:
    """Turned clockwise by quarters."""
    height, width = scan.pixels.shape[:2]
    move = {
        0: np.eye(3),
        1: np.array([[0, -1, height - 1], [1, 0, 0], [0, 0, 1.0]]),
        2: np.array([[-1, 0, width - 1], [0, -1, height - 1], [0, 0, 1.0]]),
        3: np.array([[0, 1, 0], [-1, 0, width - 1], [0, 0, 1.0]]),
    }[turns % 4]
    pixels = np.ascontiguousarray(np.rot90(scan.pixels, -turns))
    return Scan(pixels, scan.dpi, scan.page, scan.code, move @ scan.truth)


def through_lens(scan: Scan, lens: float) -> Scan:
    """As a camera sees it whose lens puts a point at the distance r from the middle (in halves of
    the diagonal) to r (1 + lens r²). The truth stays that of the straight picture."""
    height, width = scan.pixels.shape[:2]
    middle, half = np.array([(width - 1) / 2, (height - 1) / 2]), np.hypot(width, height) / 2
    seen = (np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1) - middle) / half
    straight = seen.copy()
    for _ in range(30):
        straight = seen / (1 + lens * (straight**2).sum(axis=-1, keepdims=True))
    x, y = (straight * half + middle).astype(np.float32).transpose(2, 0, 1)
    pixels = cv2.remap(scan.pixels, x, y, cv2.INTER_LINEAR, borderValue=(255,))
    return with_pixels(scan, pixels.astype(np.uint8))


def curled(scan: Scan, depth: float) -> Scan:
    """As a camera sees a sheet whose middle is nearer to it, by this share of its distance, than
    its upper and lower edges. The truth stays that of the flat picture."""
    height, width = scan.pixels.shape[:2]
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    seen = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1) - middle
    flat = seen.astype(np.float64)
    for _ in range(30):
        nearer = depth * np.cos(np.pi * flat[..., 1:] / height)
        flat = seen * (1 - nearer)
    x, y = (flat + middle).astype(np.float32).transpose(2, 0, 1)
    pixels = cv2.remap(scan.pixels, x, y, cv2.INTER_LINEAR, borderValue=(255,))
    return with_pixels(scan, pixels.astype(np.uint8))


def with_pixels(scan: Scan, pixels: Pixels) -> Scan:
    """The same place, other pixels."""
    return Scan(pixels, scan.dpi, scan.page, scan.code, scan.truth)


def crossed(scan: Scan, cells: Iterable[Rect]) -> Scan:
    """With a pen's X in each of these cells."""
    pixels = scan.pixels.copy()
    width = max(2, round(0.5 * scan.dpi / MM_PER_INCH))
    for cell in cells:
        x, y = cell.centre
        for sign in (1, -1):
            ends = [(x - 3, y - 2.6 * sign), (x + 3.2, y + 2.7 * sign)]
            (x0, y0), (x1, y1) = np.rint(scan.place(ends)).astype(int).tolist()
            cv2.line(pixels, (x0, y0), (x1, y1), (50,), width, cv2.LINE_AA)
    return with_pixels(scan, pixels)


def covered(scan: Scan, corner: str, level: int = 255) -> Scan:
    """With one corner mark hidden under a patch of 12 mm."""
    mark = next(mark for mark in scan.page.fiducials if mark.corner == corner)
    pixels = scan.pixels.copy()
    cv2.fillConvexPoly(
        pixels, np.rint(scan.place(mark.rect.grown(4).corners)).astype(np.int32), (level,)
    )
    return with_pixels(scan, pixels)


def folded(scan: Scan, corner: str, fold_mm: float) -> Scan:
    """A corner of the paper folded over, ``fold_mm`` along both of its edges."""
    page = scan.page
    x, to_x = (0.0, fold_mm) if "left" in corner else (page.width_mm, page.width_mm - fold_mm)
    y, to_y = (0.0, fold_mm) if "top" in corner else (page.height_mm, page.height_mm - fold_mm)
    outside = (2 * x - (x + to_x) / 2, 2 * y - (y + to_y) / 2)
    triangle = np.rint(scan.place([(to_x, y), (x, to_y), outside])).astype(np.int32)
    pixels = scan.pixels.copy()
    cv2.fillConvexPoly(pixels, triangle, (225,))
    cv2.line(pixels, triangle[0].tolist(), triangle[1].tolist(), (140,), 2)
    return with_pixels(scan, pixels)


def stamped(scan: Scan, corner: str) -> Scan:
    """The rings of a seal over a corner mark."""
    mark = next(mark for mark in scan.page.fiducials if mark.corner == corner)
    k = scan.dpi / MM_PER_INCH
    x, y = (scan.place([mark.rect.centre])[0] + (3 * k, 4 * k)).round().astype(int).tolist()
    pixels = scan.pixels.copy()
    for radius_mm in (17, 14, 4.5):
        cv2.circle(pixels, (x, y), round(radius_mm * k), (90,), round(0.8 * k))
    return with_pixels(scan, pixels)


def on_larger_glass(scan: Scan, margin_mm: float = 12.0) -> Scan:
    """The same on a scanner's glass that is larger all around."""
    height, width = scan.pixels.shape
    edge = round(margin_mm * scan.dpi / MM_PER_INCH)
    move = np.array([[1, 0, edge], [0, 1, edge], [0, 0, 1.0]])
    return warped(scan, move, (width + 2 * edge, height + 2 * edge))


def marked(scan: Scan, rng: np.random.Generator, heavy: bool = False) -> Scan:
    """With two strokes of a pen in many cells, over their edges too; some cells blackened when
    ``heavy``."""
    pixels = scan.pixels.copy()
    width = max(1, round(0.5 * scan.dpi / MM_PER_INCH))
    for choice in scan.page.choices:
        for _, rect in choice.cells:
            if heavy and rng.random() < 0.15:
                area = np.rint(scan.place(rect.grown(0.3).corners)).astype(np.int32)
                cv2.fillConvexPoly(pixels, area, (30,))
            elif rng.random() < 0.6:
                for _ in range(2):
                    ends = rng.uniform(-0.2, 1.2, (2, 2)) * (rect.w_mm, rect.h_mm)
                    places = scan.place(ends + np.array([rect.x_mm, rect.y_mm]))
                    (x0, y0), (x1, y1) = np.rint(places).astype(int).tolist()
                    cv2.line(pixels, (x0, y0), (x1, y1), (40,), width, cv2.LINE_AA)
    return with_pixels(scan, pixels)


def scanned(scan: Scan, rng: np.random.Generator, blur_px: float, noise: float) -> Scan:
    """Blurred, grey and noisy, as a scanner makes it."""
    soft = cv2.GaussianBlur(scan.pixels, (0, 0), blur_px).astype(np.float64)
    pixels = 30 + soft * 0.8 + rng.normal(0, noise, soft.shape)
    return with_pixels(scan, np.clip(pixels, 0, 255).astype(np.uint8))


def jpeg(scan: Scan, quality: int = 75) -> bytes:
    """The scan as a JPEG file."""
    _, data = cv2.imencode(".jpg", scan.pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()


def cell_corners(cells: tuple[Rect, ...]) -> Floats:
    """(4 N, 2) corners of cells in page mm."""
    return np.vstack([cell.corners for cell in cells])

"""From a written page to what the scanner or the phone delivers.

A page passes four stages, each of which is a function: the printer (:func:`print_page`), hands
(:mod:`samples.ink`), the desk (:func:`handle_page`: folds, holes, staples) and the scanner
(:func:`digitise`). How hard each is on the page is said by a :class:`Condition`; what happens to
one page is drawn from the generator.

Pages are (H, W, 3) uint8 RGB, 255 = white paper, origin top left.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from samples.ink import Image

MM_PER_INCH = 25.4
MASTER_DPI = 300
"""Resolution at which pages are printed and written on; scans are taken from this."""

_BLURRED_NOISE = 1.56
"""What white noise blurred by 0.5 px is multiplied with to have its deviation back."""

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Condition:
    """How a page is printed, kept and scanned. Pairs are the least and the most that is drawn.

    ``dpi`` and ``mode`` (``colour``, ``grey``, ``bilevel``) are the scanner's. ``skew_deg`` either
    way; ``scale`` printed and scanned size over true size; ``stretch`` extra scale along the feed;
    ``wave_mm`` how far the feeder sways; ``blur_mm`` deviation of the optics; ``noise`` and
    ``paper``, ``black`` in grey levels 0..255 (the paper's level may exceed 255: scanners clip it
    to white); ``fade`` 0..1 how much toner is missing at worst; ``jpeg`` quality. ``fold``,
    ``punch``, ``staple``, ``streak``, ``dirt`` are probabilities a page; ``show_through`` 0..1 how
    much of the other side shows. ``photo`` is a phone held above a desk: ``tilt`` is how far a
    corner moves, as a share of the page's width, ``shadow`` 0..1 how dark the darkest place is.
    """

    name: str
    dpi: int = 200
    mode: str = "grey"
    skew_deg: float = 0.4
    shift_mm: float = 1.0
    scale: Range = (0.997, 1.003)
    stretch: float = 0.001
    wave_mm: float = 0.05
    blur_mm: Range = (0.04, 0.07)
    noise: Range = (0.8, 1.8)
    paper: Range = (253, 264)
    black: Range = (15, 45)
    fade: Range = (0.0, 0.10)
    jpeg: tuple[int, int] = (65, 80)
    fold: float = 0.0
    punch: float = 0.0
    staple: float = 0.0
    streak: float = 0.0
    dirt: float = 0.1
    show_through: float = 0.0
    photo: bool = False
    tilt: float = 0.0
    shadow: float = 0.0


CLEAN = Condition("clean")
AVERAGE = Condition(
    "average",
    skew_deg=1.5,
    shift_mm=2.0,
    scale=(0.99, 1.01),
    stretch=0.004,
    wave_mm=0.15,
    blur_mm=(0.05, 0.09),
    noise=(1.5, 3.5),
    paper=(244, 258),
    black=(25, 60),
    fade=(0.0, 0.25),
    jpeg=(55, 70),
    fold=0.25,
    punch=0.3,
    staple=0.4,
    streak=0.08,
    dirt=0.4,
    show_through=0.06,
)
POOR = Condition(
    "poor",
    skew_deg=3.0,
    shift_mm=3.0,
    scale=(0.97, 1.02),
    stretch=0.01,
    wave_mm=0.30,
    blur_mm=(0.07, 0.12),
    noise=(3.0, 6.0),
    paper=(228, 250),
    black=(40, 85),
    fade=(0.2, 0.5),
    jpeg=(40, 50),
    fold=0.5,
    punch=0.3,
    staple=0.5,
    streak=0.3,
    dirt=0.7,
    show_through=0.12,
)
PHOTO = Condition(
    "photo",
    mode="colour",
    skew_deg=3.0,
    blur_mm=(0.06, 0.11),
    noise=(2.0, 4.5),
    paper=(215, 238),
    black=(35, 65),
    jpeg=(60, 75),
    wave_mm=0.25,
    photo=True,
    tilt=0.035,
    shadow=0.35,
)
BILEVEL = Condition("bilevel", mode="bilevel", noise=(2.0, 5.0), paper=(240, 255), dirt=0.6)
CONDITIONS = {c.name: c for c in (CLEAN, AVERAGE, POOR, PHOTO, BILEVEL)}


def print_page(page: Image, condition: Condition, rng: np.random.Generator) -> Image:
    """The page as a black laser printer delivers it: toner that is nowhere quite black, fades over
    parts of the page and frays at the edges."""
    toner = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    height, width = toner.shape
    worst = rng.uniform(*condition.fade)
    patchy = _slow_field(rng, height, width, cell_px=500)
    fine = rng.standard_normal((height // 2 + 1, width // 2 + 1), dtype=np.float32)
    frayed = cv2.GaussianBlur(toner, (0, 0), float(rng.uniform(0.4, 0.8)))
    speckle = 1 - 0.06 * (1 + 4 * worst) * np.abs(fine)
    density: npt.NDArray[np.float32] = np.empty((height, width), np.float32)
    cv2.resize(speckle, (width, height), dst=density, interpolation=cv2.INTER_NEAREST)
    density *= 0.95 - worst * patchy
    np.clip(density, 0, 1, out=density)
    density *= 255 - frayed
    printed = np.subtract(255, density, out=density)
    return _as_image(cv2.cvtColor(_as_image(np.rint(printed)), cv2.COLOR_GRAY2RGB))


def handle_page(
    page: Image, condition: Condition, rng: np.random.Generator, behind: Image | None = None
) -> Image:
    """What happens to a page in the office: holes, a staple, a fold, dirt; ``behind`` is what is
    printed on its back and may show through."""
    px = MASTER_DPI / MM_PER_INCH
    page = page.copy()
    height, width = page.shape[:2]
    if behind is not None and condition.show_through:
        back = cv2.cvtColor(behind, cv2.COLOR_RGB2GRAY)[:, ::-1]
        ghost = cv2.GaussianBlur(back, (0, 0), 4).astype(np.float32)
        faint = 1 - condition.show_through * (1 - ghost / 255)
        # Rounded as numpy would, at a tenth of the time.
        page = _as_image(cv2.multiply(page, cv2.merge([faint] * 3), dtype=cv2.CV_8U))
    if rng.random() < condition.fold:
        _fold(page, rng.uniform(0.42, 0.58) * height, rng)
    if rng.random() < condition.punch:
        for offset in (-40.0, 40.0):
            centre = (round(11 * px), round(height / 2 + offset * px))
            cv2.circle(page, centre, round(2.8 * px), (60, 60, 60), -1, cv2.LINE_AA)
            cv2.circle(page, centre, round(2.6 * px), (90, 90, 90), -1, cv2.LINE_AA)
    if rng.random() < condition.staple:
        start = np.array([rng.uniform(14, 20), rng.uniform(4.5, 6)]) * px
        end = start + np.array([11, rng.uniform(-1.5, 1.5)]) * px
        cv2.line(page, _px(start), _px(end), (105, 105, 110), 6, cv2.LINE_AA)
        cv2.line(page, _px(start), _px(end), (170, 170, 175), 2, cv2.LINE_AA)
    if rng.random() < condition.dirt:
        for _ in range(int(rng.integers(3, 25))):
            spot = rng.uniform([0, 0], [width, height])
            tone = int(rng.integers(60, 190))
            radius = int(rng.integers(1, 3))
            cv2.circle(page, _px(spot), radius, (tone, tone, tone), -1, cv2.LINE_AA)
    return page


def digitise(
    page: Image, condition: Condition, rng: np.random.Generator, quarter_turns: int = 0
) -> npt.NDArray[np.uint8]:
    """The scan: (H, W, 3) RGB for ``colour``, (H, W) for ``grey`` and ``bilevel`` (0 and 255).

    ``quarter_turns`` is how often the sheet was turned clockwise before it was fed (2 = upside
    down). A photo has the size of the page plus a margin of the desk.
    """
    colour = condition.mode == "colour"
    seen = page if colour else _as_image(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY))
    blur_px = rng.uniform(*condition.blur_mm) * MASTER_DPI / MM_PER_INCH
    aperture_px = 0.35 * MASTER_DPI / condition.dpi
    soft = _as_image(cv2.GaussianBlur(seen, (0, 0), max(blur_px, aperture_px)))
    bent = _photograph(soft, condition, rng) if condition.photo else _feed(soft, condition, rng)
    paper, black = rng.uniform(*condition.paper), rng.uniform(*condition.black)
    image = black + (paper - black) / 255 * bent.astype(np.float32)
    if colour:
        image *= np.array([1, rng.uniform(0.985, 1), rng.uniform(0.95, 1)], dtype=np.float32)
    if condition.photo:
        height, width = image.shape[:2]
        shade = 1 - condition.shadow * _slow_field(rng, height, width, cell_px=1400)
        image *= shade[..., None] if colour else shade
    if rng.random() < condition.streak:
        _streak(image, rng)
    noise = rng.standard_normal(image.shape, dtype=np.float32)
    strength = rng.uniform(*condition.noise) * _BLURRED_NOISE
    image += cv2.GaussianBlur(noise, (0, 0), 0.5) * np.float32(strength)
    scan = _as_image(np.rint(np.clip(image, 0, 255)))
    if condition.mode == "bilevel":
        limit = (paper + black) / 2 + rng.uniform(5, 25)
        scan = np.where(scan > limit, 255, 0).astype(np.uint8)
    return np.ascontiguousarray(np.rot90(scan, -quarter_turns))


def _feed(page: Image, condition: Condition, rng: np.random.Generator) -> Image:
    """The page moved, turned, scaled and swayed by a sheet feeder, on the scanner's white bed."""
    height, width = (round(size * condition.dpi / MASTER_DPI) for size in page.shape[:2])
    angle = np.radians(rng.uniform(-condition.skew_deg, condition.skew_deg))
    scale = rng.uniform(*condition.scale) * condition.dpi / MASTER_DPI
    stretch = 1 + rng.uniform(-condition.stretch, condition.stretch)
    shift = rng.uniform(-condition.shift_mm, condition.shift_mm, 2) * condition.dpi / MM_PER_INCH
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    forward = np.diag([1, stretch]) @ turn * scale
    centre_in = np.array([page.shape[1], page.shape[0]], dtype=np.float32) / 2
    centre_out = np.array([width, height]) / 2 + shift
    inverse = np.linalg.inv(forward)
    x = np.arange(width, dtype=np.float32)[None, :] - np.float32(centre_out[0])
    y = np.arange(height, dtype=np.float32)[:, None] - np.float32(centre_out[1])
    sway = rng.uniform(0.3, 1) * condition.wave_mm * MASTER_DPI / MM_PER_INCH
    down = np.arange(height, dtype=np.float32) / height
    phase, turns = rng.uniform(0, 2 * np.pi, 2), rng.uniform(0.7, 2.5, 2)
    sway_x, sway_y = (
        sway * np.sin(2 * np.pi * t * down + p) for t, p in zip(turns, phase, strict=True)
    )
    map_x = inverse[0, 0] * x + inverse[0, 1] * y + centre_in[0] + sway_x[:, None]
    map_y = inverse[1, 0] * x + inverse[1, 1] * y + centre_in[1] + sway_y[:, None]
    return _remap(page, map_x, map_y, 250)


def _photograph(page: Image, condition: Condition, rng: np.random.Generator) -> Image:
    """The page in perspective and slightly curled, on a dark desk, as a phone saves it."""
    px = condition.dpi / MM_PER_INCH
    page_mm = np.array(page.shape[1::-1]) * MM_PER_INCH / MASTER_DPI
    margin = 12.0
    width, height = (round((size + 2 * margin) * px) for size in page_mm)
    corners_in = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * np.array(page.shape[1::-1])
    corners_out = (np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * page_mm + margin) * px
    corners_out += rng.uniform(-1, 1, (4, 2)) * condition.tilt * page_mm[0] * px
    to_page = cv2.getPerspectiveTransform(
        corners_out.astype(np.float32), corners_in.astype(np.float32)
    )
    x = np.arange(width, dtype=np.float32)[None, :]
    y = np.arange(height, dtype=np.float32)[:, None]
    w = to_page[2, 0] * x + to_page[2, 1] * y + to_page[2, 2]
    map_x = (to_page[0, 0] * x + to_page[0, 1] * y + to_page[0, 2]) / w
    map_y = (to_page[1, 0] * x + to_page[1, 1] * y + to_page[1, 2]) / w
    curl = rng.uniform(-4, 4) * condition.wave_mm * MASTER_DPI / MM_PER_INCH
    map_y += curl * np.sin(np.pi * map_x / page.shape[1])
    return _remap(page, map_x, map_y, 70)


def _remap(
    page: Image, map_x: npt.NDArray[np.float32], map_y: npt.NDArray[np.float32], bed: int
) -> Image:
    moved = cv2.remap(
        page,
        map_x.astype(np.float32),
        map_y.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(bed, bed, bed),
    )
    return _as_image(moved)


def _fold(page: Image, y: float, rng: np.random.Generator) -> None:
    """A crease across the page: a thin line with worn toner and a shade beside it, in place."""
    slope = rng.uniform(-0.01, 0.01)
    columns = np.arange(page.shape[1])
    at = y + slope * columns
    # Beyond this band the crease and its shade are less than half a grey level.
    first = max(0, int(at.min()) - 20)
    last = min(page.shape[0], int(at.max()) + 200)
    band = page[first:last]
    distance = np.arange(first, last)[:, None] - at[None, :]
    crease = np.exp(-((distance / 1.6) ** 2))
    shade = np.exp(-np.abs(distance) / 40) * (distance > 0)
    lit = band + (235.0 - band) * (0.55 * crease)[..., None]
    band[:] = np.rint(lit * (1 - 0.10 * shade - 0.12 * crease)[..., None]).astype(np.uint8)


def _streak(image: npt.NDArray[np.float32], rng: np.random.Generator) -> None:
    """A line along the feed from dirt on the scanner's glass, in place."""
    x = int(rng.uniform(0.03, 0.97) * image.shape[1])
    strength = rng.uniform(0.35, 0.8)
    image[:, x : x + int(rng.integers(1, 3))] *= 1 - strength


def _slow_field(
    rng: np.random.Generator, height: int, width: int, cell_px: int
) -> npt.NDArray[np.float32]:
    """(H, W) values 0..1 that change over about ``cell_px``."""
    knots = rng.random((height // cell_px + 3, width // cell_px + 3), dtype=np.float32)
    return np.asarray(cv2.resize(knots, (width, height), interpolation=cv2.INTER_CUBIC).clip(0, 1))


def _as_image(values: npt.ArrayLike) -> Image:
    return np.asarray(values).astype(np.uint8)


def _px(point: npt.NDArray[np.float64]) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))

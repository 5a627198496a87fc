"""The round red seal of an (invented) unit, as a hand stamps it."""

import cv2
import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from pipeline.programs.fonts import font_folder
from samples.ink import Image, Mask, lay

RADIUS_MM = 17.5  # seals of agencies are about 35 mm across
RED = (0.80, 0.08, 0.14)
_FONT = "LiberationSans-Bold.ttf"
_LETTER_MM = 2.6


def stamp(
    page: Image,
    centre_mm: tuple[float, float],
    text: str,
    px_per_mm: float,
    rng: np.random.Generator,
) -> None:
    """Stamp the seal onto the page (RGB), in place: turned a little, unevenly inked."""
    mask = _seal_mask(text, px_per_mm, float(rng.uniform(-12, 12)), rng)
    half = mask.shape[0] // 2
    left, top = (round(value * px_per_mm) - half for value in centre_mm)
    lay(page, mask, left, top, RED)


def _seal_mask(text: str, px_per_mm: float, turn_deg: float, rng: np.random.Generator) -> Mask:
    """(H, W) opacity 0..1 of the seal in a square patch."""
    radius = RADIUS_MM * px_per_mm
    size = 2 * int(radius + 2 * px_per_mm)
    middle = size / 2
    mask = np.zeros((size, size), dtype=np.uint8)
    centre = (int(middle), int(middle))
    for share, width_mm in ((1.0, 0.8), (0.94, 0.25), (0.66, 0.3)):
        cv2.circle(
            mask,
            centre,
            round(radius * share),
            255,
            max(1, round(width_mm * px_per_mm)),
            cv2.LINE_AA,
        )
    angles = np.radians(np.arange(10) * 36 - 90)
    arms = np.where(np.arange(10) % 2, 0.16, 0.40) * radius
    star = np.column_stack([middle + arms * np.cos(angles), middle + arms * np.sin(angles)])
    cv2.fillPoly(mask, [np.rint(star).astype(np.int32)], 255, cv2.LINE_AA)
    ring = _text_on_ring(text, radius * 0.80, size, px_per_mm)
    mask = np.maximum(mask, ring)
    turn = cv2.getRotationMatrix2D((middle, middle), turn_deg, 1.0)
    turned = cv2.warpAffine(mask, turn, (size, size)).astype(np.float32) / 255
    knots = rng.uniform(0.35, 1.0, (5, 5)).astype(np.float32)
    inked = cv2.resize(knots, (size, size), interpolation=cv2.INTER_CUBIC).clip(0.2, 1)
    speckle = (rng.random((size, size)) > 0.12).astype(np.float32)
    worn = cv2.GaussianBlur(turned * inked * (0.55 + 0.45 * speckle), (0, 0), 0.6)
    return np.asarray(worn * 0.85, dtype=np.float32)


def _text_on_ring(text: str, radius: float, size: int, px_per_mm: float) -> Image:
    """(H, W) uint8: letters standing on a circle, evenly spread from the left over the top."""
    font = ImageFont.truetype(font_folder() / _FONT, round(_LETTER_MM * px_per_mm * 1.35))
    canvas = PillowImage.new("L", (size, size), 0)
    span = min(330.0, 11.0 * len(text))
    for index, letter in enumerate(text):
        angle = -span / 2 + span * (index + 0.5) / len(text)
        side = round(_LETTER_MM * px_per_mm * 3)
        tile = PillowImage.new("L", (side, side), 0)
        ImageDraw.Draw(tile).text((side / 2, side / 2), letter, fill=255, font=font, anchor="mm")
        turned = tile.rotate(-angle, resample=PillowImage.Resampling.BICUBIC)
        x = size / 2 + radius * np.sin(np.radians(angle)) - side / 2
        y = size / 2 - radius * np.cos(np.radians(angle)) - side / 2
        canvas.paste(255, (round(x), round(y)), turned)
    return np.asarray(canvas, dtype=np.uint8)

"""Scans as files: what scanners and phones write. The same pages give the same bytes."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pikepdf
from PIL import Image as PillowImage


@dataclass(frozen=True, slots=True)
class Picture:
    """A scanned page before it is stored. ``pixels`` (H, W, 3) RGB, or (H, W) grey or, when
    ``bilevel``, 0 and 255. ``quality`` is for JPEG."""

    pixels: npt.NDArray[np.uint8]
    dpi: int
    quality: int
    bilevel: bool = False


def write_files(stem: str, kind: str, pictures: Sequence[Picture]) -> dict[str, bytes]:
    """The files of a scan by name: one ``.pdf`` or ``.tif`` for all pages, or one ``.jpg`` or
    ``.png`` a page."""
    if kind == "pdf":
        return {f"{stem}.pdf": _pdf(pictures)}
    if kind == "tif":
        return {f"{stem}.tif": _tiff(pictures)}
    encode = {"jpg": _jpeg, "png": _png}[kind]
    return {
        f"{stem}-{number}.{kind}": encode(picture) for number, picture in enumerate(pictures, 1)
    }


def _jpeg(picture: Picture) -> bytes:
    """JPEG with the resolution in its header; colour is stored at half resolution."""
    target = io.BytesIO()
    _pillow(picture).save(
        target,
        "JPEG",
        quality=picture.quality,
        dpi=(picture.dpi, picture.dpi),
        subsampling="4:2:0" if picture.pixels.ndim == 3 else -1,
        optimize=True,
    )
    return target.getvalue()


def _png(picture: Picture) -> bytes:
    """PNG; grey in 16 levels, as scanners offer for small files."""
    target = io.BytesIO()
    image = _pillow(picture)
    if picture.pixels.ndim == 2 and not picture.bilevel:
        levels = np.rint(picture.pixels / 17).astype(np.uint8)
        image = PillowImage.fromarray(levels, "P")
        image.putpalette([level * 17 for level in range(16) for _ in range(3)])
        image.save(target, "PNG", dpi=(picture.dpi, picture.dpi), optimize=True, bits=4)
    else:
        image.save(target, "PNG", dpi=(picture.dpi, picture.dpi), optimize=True)
    return target.getvalue()


def _tiff(pictures: Sequence[Picture]) -> bytes:
    """A multi-page TIFF: fax group 4 when bilevel, else JPEG inside."""
    target = io.BytesIO()
    first, *others = [_pillow(picture) for picture in pictures]
    bilevel = pictures[0].bilevel
    options = {} if bilevel else {"quality": pictures[0].quality}
    first.save(
        target,
        "TIFF",
        save_all=True,
        append_images=others,
        compression="group4" if bilevel else "jpeg",
        dpi=(pictures[0].dpi, pictures[0].dpi),
        **options,
    )
    return target.getvalue()


def _pdf(pictures: Sequence[Picture]) -> bytes:
    """A PDF with one JPEG filling each page; a picture that comes twice is stored once."""
    with pikepdf.new() as pdf:
        stored: dict[bytes, pikepdf.Object] = {}
        for picture in pictures:
            data = _jpeg(picture)
            height, width = picture.pixels.shape[:2]
            if data not in stored:
                colour = pikepdf.Name.DeviceRGB if picture.pixels.ndim == 3 else None
                stored[data] = pikepdf.Stream(
                    pdf,
                    data,
                    Type=pikepdf.Name.XObject,
                    Subtype=pikepdf.Name.Image,
                    Width=width,
                    Height=height,
                    ColorSpace=colour or pikepdf.Name.DeviceGray,
                    BitsPerComponent=8,
                    Filter=pikepdf.Name.DCTDecode,
                )
            size = [Decimal(72 * side) / picture.dpi for side in (width, height)]
            x, y = (round(side, 2) for side in size)
            page = pdf.add_blank_page(page_size=(float(x), float(y)))
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=stored[data]))
            page.Contents = pikepdf.Stream(pdf, f"{x} 0 0 {y} 0 0 cm /Im0 Do".encode())
        target = io.BytesIO()
        pdf.save(target, deterministic_id=True)
        return target.getvalue()


def _pillow(picture: Picture) -> PillowImage.Image:
    image = PillowImage.fromarray(np.ascontiguousarray(picture.pixels))
    return image.convert("1", dither=PillowImage.Dither.NONE) if picture.bilevel else image

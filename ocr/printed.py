"""What is printed on a page about whose it is, for pages whose code cannot be read or is doubted.

The corner marks say where the page lies, its lines which page of which form it is, and Tesseract
reads the code, the name and the title that stand there as text. All of it is a proposal for a
person, never a fact. A page costs 0.5-1 s: never on the plain path.
"""

from collections.abc import Mapping

import cv2
import numpy as np

from ocr.cells import CellMap, extract, plain_map
from ocr.code import ALPHABET
from ocr.fiducials import find_poses_without_code
from ocr.geometry import Homography
from ocr.images import PageImage, Pixels
from ocr.layout import Layout, PageLayout
from ocr.reading import FormPage, PrintedText
from ocr.register import Registered, register_without_code
from ocr.text import TextUnavailable, read_block, read_line

LayoutKey = tuple[str, str, str]

CODE_FIELD = "footer/code"
NAME_FIELDS = ("person/name", "footer/name")
"""Where the name is printed, the largest letters first."""

OTHER_FIELDS = ("title", "person/post")
"""Printed areas of one or two lines that help to tell namesakes."""

FIELD_MARGIN_MM = 0.5

CODE_SCALES = (2.5, 1.5)
"""Magnifications at which the printed code is read, one after the other:
capitals of 8 pt have 15 px in a cut-out, Tesseract wants 20-40. On 29 stained pages of the samples'
maker each alone gives 17-18 codes without an error, and both err in different signs."""

TEXT_SCALE = 2.0

CODE_SIGNS = ALPHABET + "L."
"""What printed codes are made of; of the letters that the alphabet leaves out only those of sets'
short codes (LB21) may occur."""

BORDER_PX = 20
"""White around a line: Tesseract does not see letters at the edge of a picture."""

SURE_MARKS = 3
"""Corner marks from which on a page is taken for one of ours though no lines fit."""


def read_printed(image: PageImage, layouts: Mapping[LayoutKey, Layout]) -> PrintedText | None:
    """What the page says about itself without its code; None when it is none of ours."""
    located = _locate(image, layouts)
    if located is None:
        return None
    pages, page, cell_map = located
    return PrintedText(pages, read_texts(image, page, cell_map))


def read_texts(
    image: PageImage, page: PageLayout, cell_map: CellMap
) -> tuple[tuple[str, str], ...]:
    """The texts of the printed areas that tell whose page it is, by area, as Tesseract reads them;
    those that it cannot read are left out."""
    texts = []
    for field in (*NAME_FIELDS, *OTHER_FIELDS):
        text = _read_field(image, page, cell_map, field)
        if text:
            texts.append((field, text))
    return (*((CODE_FIELD, text) for text in _read_codes(image, page, cell_map)), *texts)


def read_names(
    image: PageImage, page: PageLayout, cell_map: CellMap
) -> tuple[tuple[str, str], ...]:
    """The same for the names alone."""
    texts = [(field, _read_field(image, page, cell_map, field)) for field in NAME_FIELDS]
    return tuple((field, text) for field, text in texts if text)


def _locate(
    image: PageImage, layouts: Mapping[LayoutKey, Layout]
) -> tuple[tuple[FormPage, ...], PageLayout, CellMap] | None:
    """Which pages this can be, by marks and lines; the best of them, and its map."""
    found: list[tuple[float, FormPage, PageLayout, CellMap]] = []
    marked: list[tuple[PageLayout, Homography]] = []
    for pages in _by_marks(layouts):
        poses = find_poses_without_code(image, pages[0][1])
        marked += [(pages[0][1], pose) for marks, pose in poses if marks >= SURE_MARKS]
        for _, pose in poses:
            for form_page, page in pages:
                fit = register_without_code(image, page, pose)
                if isinstance(fit, Registered):
                    residual_mm = fit.registration.residual_mm
                    found.append((residual_mm, form_page, page, fit.cell_map))
    # A page without lines fits wherever there are marks: it counts when none with lines does.
    ruled = [one for one in found if one[2].ruled_cells]
    chosen = sorted(ruled or found, key=lambda one: one[0])
    if chosen:
        _, _, page, cell_map = chosen[0]
        return tuple(dict.fromkeys(one[1] for one in chosen)), page, cell_map
    if marked:
        page, pose = marked[0]
        return (), page, plain_map(pose)
    return None


def _by_marks(
    layouts: Mapping[LayoutKey, Layout],
) -> list[list[tuple[FormPage, PageLayout]]]:
    """All pages in groups with the same corner marks: these are looked for once."""
    groups: dict[object, list[tuple[FormPage, PageLayout]]] = {}
    for layout in layouts.values():
        for page in layout.pages:
            key = (page.width_mm, page.height_mm, page.fiducials)
            groups.setdefault(key, []).append((FormPage(*layout.key, page.number), page))
    return list(groups.values())


def _read_codes(image: PageImage, page: PageLayout, cell_map: CellMap) -> list[str]:
    line = _cut(image, page, cell_map, CODE_FIELD)
    if line is None:
        return []
    texts: list[str] = []
    for scale in CODE_SCALES:
        try:
            text = read_line(_enlarged(line, scale), "eng", CODE_SIGNS)
        except TextUnavailable:
            continue
        texts += [text] if text else []
    return list(dict.fromkeys(texts))


def _read_field(image: PageImage, page: PageLayout, cell_map: CellMap, field: str) -> str:
    picture = _cut(image, page, cell_map, field)
    if picture is None:
        return ""
    read = read_line if field in NAME_FIELDS else read_block
    try:
        return read(_enlarged(picture, TEXT_SCALE), "vie")
    except TextUnavailable:
        return ""


def _cut(image: PageImage, page: PageLayout, cell_map: CellMap, field: str) -> Pixels | None:
    area = page.field(field)
    return None if area is None else extract(image, cell_map, area, FIELD_MARGIN_MM).grey


def _enlarged(picture: Pixels, scale: float) -> Pixels:
    large = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return np.pad(large.astype(np.uint8, copy=False), BORDER_PX, constant_values=255)

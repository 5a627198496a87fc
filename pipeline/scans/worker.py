"""The tasks that run in worker processes: a page of a file -> its reading, or the names on it.

Imports no database: a worker computes, the parent writes.
"""

import ctypes
import os
import sys
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import cv2
import numpy as np

from ocr.cells import plain_map
from ocr.code import PageCode
from ocr.layout import Layout, load_layout
from ocr.page import read_page, read_page_as
from ocr.printed import read_names
from ocr.reading import FormPage, PageReading, PrintedText, Reject
from pipeline.scans.intake import FileRefused, Source, page_image

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""Names of settings in glibc's malloc.h."""

KEPT_BYTES, LARGEST_KEPT_BYTES = 64 << 20, 32 << 20
"""So much freed memory a worker keeps, in blocks up to so large: glibc allows no more, and a colour
page of 300 dpi has 26 MB."""


@dataclass(frozen=True, slots=True)
class PageTask:
    """A page to read: ``number`` is 1-based; ``layouts`` the folder of ``*.layout.json``."""

    source: Source
    sha256: str
    number: int
    layouts: Path


@dataclass(frozen=True, slots=True)
class NamesTask:
    """A page that was read, to look at the names on it: its code, and the 9 numbers of the
    homography by which it was found."""

    page: PageTask
    code: PageCode
    homography: tuple[float, ...]


def read_scanned_page(task: PageTask) -> PageReading | Reject:
    """Take the page out of its file and read it."""
    settle()
    try:
        image = page_image(task.source, task.number)
    except FileRefused as refused:
        return Reject(refused.code, refused.message)
    return read_page(image, load_layouts(task.layouts))


def read_scanned_page_as(task: PageTask, code: PageCode) -> PageReading | Reject:
    """The same for a page of which a person said what it is."""
    settle()
    try:
        image = page_image(task.source, task.number)
    except FileRefused as refused:
        return Reject(refused.code, refused.message, code)
    return read_page_as(image, code, load_layouts(task.layouts))


def read_printed_names(task: NamesTask) -> PrintedText:
    """The names printed on a page that was read before."""
    settle()
    code = task.code
    layout = load_layouts(task.page.layouts)[code.set_code, code.form, code.version]
    page = layout.pages[code.page - 1]
    image = page_image(task.page.source, task.page.number)
    cell_map = plain_map(np.array(task.homography).reshape(3, 3))
    form_page = FormPage(code.set_code, code.form, code.version, code.page)
    return PrintedText((form_page,), read_names(image, page, cell_map))


@cache
def settle() -> None:
    """Set up this process for reading, once: one thread, since the pool is the parallelism; and
    freed memory kept, since every page takes as much again.

    glibc gives large blocks back to the system at once, and their pages are then made anew for the
    next scan: 4 of 31 ms of CPU a page in a worker that reads 200 dpi grey, at the same peak of
    memory (measured on 21/11/2026). Elsewhere the C library is left as it is.
    """
    cv2.setNumThreads(1)
    os.environ["OMP_THREAD_LIMIT"] = "1"  # Tesseract's
    if sys.platform == "linux":
        keep = getattr(ctypes.CDLL(None), "mallopt", None)
        if keep is not None:
            keep(M_TRIM_THRESHOLD, KEPT_BYTES)
            keep(M_MMAP_THRESHOLD, LARGEST_KEPT_BYTES)


def load_layouts(folder: Path) -> dict[tuple[str, str, str], Layout]:
    """All layouts of a folder, by (set code, form, version); read anew when one was added."""
    return _load_layouts(folder, folder.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _load_layouts(folder: Path, _changed_ns: int) -> dict[tuple[str, str, str], Layout]:
    layouts = (load_layout(path) for path in sorted(folder.glob("*.layout.json")))
    return {layout.key: layout for layout in layouts}

"""The one task that runs in worker processes: a page of a file -> its reading.

Imports no database: a worker computes, the parent writes.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2

from ocr.layout import Layout, load_layout
from ocr.page import read_page
from ocr.reading import PageReading, Reject
from pipeline.scans.intake import FileRefused, Source, page_image


@dataclass(frozen=True, slots=True)
class PageTask:
    """A page to read: ``number`` is 1-based; ``layouts`` the folder of ``*.layout.json``."""

    source: Source
    sha256: str
    number: int
    layouts: Path


def read_scanned_page(task: PageTask) -> PageReading | Reject:
    """Take the page out of its file and read it."""
    # One thread a worker: the pool is the parallelism.
    cv2.setNumThreads(1)
    try:
        image = page_image(task.source, task.number)
    except FileRefused as refused:
        return Reject(refused.code, refused.message)
    return read_page(image, load_layouts(task.layouts))


@lru_cache(maxsize=4)
def load_layouts(folder: Path) -> dict[tuple[str, str, str], Layout]:
    """All layouts of a folder, by (set code, form, version)."""
    layouts = (load_layout(path) for path in sorted(folder.glob("*.layout.json")))
    return {layout.key: layout for layout in layouts}

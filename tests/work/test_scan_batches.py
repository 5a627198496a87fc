"""Batches that were interrupted go on where they stopped, and what comes twice is read once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.batch import Inline
from pipeline.config import DEMO_KEY, Limits, create_workspace
from pipeline.scans.intake import FileRefused, Source, probe
from pipeline.store import models
from pipeline.store.connection import close_store
from pipeline.work import scans
from pipeline.work.office import Office, open_office
from pipeline.work.scans import FileState, IngestReport, ingest
from samples.make import FOLDER
from tests.work.interrupted import ingest_interrupted

SCAN = FOLDER / "th-giao-vien" / "scan-th-giao-vien.pdf"
PAGES = list(range(1, 9))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    create_workspace(tmp_path / "office", "long_bien_2021", key=DEMO_KEY)
    yield open_office(tmp_path / "office")
    close_store()


@pytest.fixture
def tray(tmp_path: Path) -> Path:
    """A folder with the same content under two names."""
    folder = tmp_path / "tray"
    folder.mkdir()
    for name in ("lô 1.pdf", "lô 1 (bản sao).pdf"):
        shutil.copy(SCAN, folder / name)
    return folder


def _ingest(office: Office, path: Path) -> IngestReport:
    return ingest(office, [path], Inline(), lambda _done, _total: None)


def _pages_read() -> list[int]:
    return sorted(models.PageOutcome.objects.values_list("number", flat=True))


def test_an_interrupted_file_goes_on_and_belongs_to_the_batch_that_ends_it(office: Office) -> None:
    ingest_interrupted(office, SCAN, after=4)
    begun = _pages_read()
    assert 0 < len(begun) < len(PAGES)
    first = models.Batch.objects.get()
    assert first.failure == "KeyboardInterrupt"

    report = _ingest(office, SCAN)
    assert [file.state for file in report.files] == [FileState.RESUMED]
    assert report.pages_read == len(PAGES) - len(begun)
    assert _pages_read() == PAGES
    assert report.batch != first.pk
    assert models.ScanFile.objects.get().batch_id == report.batch

    again = _ingest(office, SCAN)
    assert [file.state for file in again.files] == [FileState.KNOWN]
    assert again.pages_read == 0
    assert models.ScanFile.objects.get().batch_id == report.batch


def test_the_same_content_under_two_names_is_read_once(office: Office, tray: Path) -> None:
    report = _ingest(office, tray)
    assert sorted(file.state for file in report.files) == [FileState.KNOWN, FileState.NEW]
    assert report.pages_read == len(PAGES)
    assert _pages_read() == PAGES


def test_content_refused_under_its_first_name_is_read_under_the_second(
    office: Office, tray: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that the scanner goes on writing is refused; its copy is whole."""
    probed: list[Path] = []

    def first_refused(path: Path, limits: Limits) -> Source:
        probed.append(path)
        if len(probed) == 1:
            raise FileRefused("unreadable_file", "Tệp thay đổi trong lúc đọc.")
        return probe(path, limits)

    monkeypatch.setattr(scans, "probe", first_refused)
    report = _ingest(office, tray)
    assert [file.state for file in report.files] == [FileState.REFUSED, FileState.NEW]
    assert _pages_read() == PAGES

"""An office with its roster, print files and some scans, made once and copied for each test."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from pipeline.batch import Inline
from pipeline.config import DEMO_KEY, create_workspace
from pipeline.periods import Period
from pipeline.store.connection import close_store
from pipeline.work.office import open_office
from pipeline.work.printing import Selection, print_forms
from pipeline.work.scans import ingest
from pipeline.work.tables import import_people, import_ratings

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
PERIOD = Period(2026, quarter=4)


@pytest.fixture(scope="session")
def filled_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample office; of its scans a file of a school, and one of a ward with a page missing."""
    root = tmp_path_factory.mktemp("desk") / "office"
    create_workspace(root, "long_bien_2021", key=DEMO_KEY)
    office = open_office(root)
    import_people(office, [SAMPLES / "roster.xlsx"], date(2026, 12, 1), dry_run=False)
    import_ratings(office, [SAMPLES / "ratings.xlsx"], None, dry_run=False)
    for form in ("03A", "03B"):
        print_forms(office, form, PERIOD, Selection(), None)
    scans = [SAMPLES / "th-lanh-dao", SAMPLES / "pma-thieu-trang"]
    ingest(office, scans, Inline(), lambda _done, _total: None)
    close_store()
    return root


@pytest.fixture
def workspace(filled_workspace: Path, tmp_path: Path) -> Path:
    """A fresh copy, which the fixture ``site`` opens."""
    return Path(shutil.copytree(filled_workspace, tmp_path / "office"))

"""The files an office has made for a period: print files, notices and lists, the summary.

A file is named by an opaque id; whether somebody may have it follows from whose unit it is.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from django.utils import timezone

from pipeline.periods import Period
from pipeline.store import queries
from pipeline.work.office import Office

SUMMARY_FOLDER = "summary"
_ENDINGS = (".pdf", ".docx", ".xlsx")
_ID_BYTES = 12


class FileKind(StrEnum):
    """What a file is."""

    PRINT = "print"
    LIST = "list"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class OfficeFile:
    """A file of a period. ``unit_id`` is whose it is, None when it is of several units; ``form``
    is empty for the summary; ``folder`` is where it lies below ``out/<period>``."""

    file_id: str
    path: Path
    kind: FileKind
    form: str
    folder: str
    unit_id: str | None
    size: int
    made_at: datetime

    @property
    def ending(self) -> str:
        """What kind of file it is: ``PDF``, ``DOCX``, ``XLSX``."""
        return self.path.suffix[1:].upper()

    @property
    def name(self) -> str:
        """What it is called."""
        return self.path.name


def office_files(office: Office, period: Period, unit_id: str | None) -> tuple[OfficeFile, ...]:
    """The files of a period by form and name; those of one unit only when one is given."""
    found = (file for file in _files(office, period) if unit_id in {None, file.unit_id})
    return tuple(sorted(found, key=lambda file: (file.form, file.folder, file.name)))


def find_office_file(
    office: Office, period: Period, file_id: str, unit_id: str | None
) -> OfficeFile | None:
    """The file of this id, None when there is none or it is not of this unit."""
    return next((f for f in office_files(office, period, unit_id) if f.file_id == file_id), None)


def _files(office: Office, period: Period) -> Iterator[OfficeFile]:
    root = office.workspace.out / str(period)
    units = tuple(queries.load_roster().units)
    kinds = dict.fromkeys(office.form_set.paper_forms, FileKind.PRINT)
    kinds |= dict.fromkeys(office.form_set.list_forms, FileKind.LIST)
    kinds[SUMMARY_FOLDER] = FileKind.SUMMARY
    for top, kind in kinds.items():
        form = "" if kind is FileKind.SUMMARY else top
        owners = {f"{form}-{unit_id}-{period}": unit_id for unit_id in units}
        for path in (root / top).rglob("*"):
            if path.suffix not in _ENDINGS or path.name.startswith(".") or not path.is_file():
                continue
            status = path.stat()
            place = path.relative_to(office.workspace.out).as_posix()
            yield OfficeFile(
                file_id=_file_id(office, place),
                path=path,
                kind=kind,
                form=form,
                folder=path.parent.relative_to(root).as_posix(),
                unit_id=owners.get(path.stem),
                size=status.st_size,
                made_at=datetime.fromtimestamp(status.st_mtime, timezone.get_current_timezone()),
            )


def _file_id(office: Office, place: str) -> str:
    digest = hmac.digest(office.workspace.key, f"file|{place}".encode(), hashlib.sha256)
    return digest[:_ID_BYTES].hex()

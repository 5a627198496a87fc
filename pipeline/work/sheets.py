"""What the office has printed."""

from collections.abc import Iterable, Mapping

from pipeline.scans.sort import PrintedSheet
from pipeline.store import queries
from pipeline.store.queries import SheetRow


def printed_sheets() -> dict[str, PrintedSheet]:
    """All sheets this office has printed, by id."""
    return _by_id(queries.load_sheets())


def sheets_of(ids: Iterable[str]) -> dict[str, PrintedSheet]:
    """The printed sheets of these ids."""
    return _by_id(queries.load_sheets(ids=ids))


def _by_id(rows: Mapping[str, SheetRow]) -> dict[str, PrintedSheet]:
    return {
        row.sheet_id: PrintedSheet(
            row.sheet_id,
            row.person_id,
            row.set_code,
            row.form,
            row.version,
            row.period,
            row.pages,
        )
        for row in rows.values()
    }

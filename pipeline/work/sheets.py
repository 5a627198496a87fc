"""What the office has printed."""

from pipeline.scans.sort import PrintedSheet
from pipeline.store import queries


def printed_sheets() -> dict[str, PrintedSheet]:
    """All sheets this office has printed, by id."""
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
        for row in queries.load_sheets().values()
    }

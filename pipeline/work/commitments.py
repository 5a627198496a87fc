"""Commitments that come in by paper: a signed mẫu 01 registers that its person has committed."""

from collections.abc import Iterable

from pipeline.periods import Period
from pipeline.ratings import Commitment
from pipeline.scans.record import SheetRecord, SheetStatus
from pipeline.store import queries
from pipeline.work.office import Office
from pipeline.work.readings import load_readings


def register_commitments(office: Office, files: Iterable[str]) -> int:
    """Register the commitments whose signed sheets lie in these scan files (sha256); how many were
    not known before (R-000-07).

    The day of signing is handwritten and stays open until it is entered with the ratings; one that
    is known is kept. A sheet with anything to look at registers nothing. Done again it changes
    nothing.
    """
    form = office.form_set.commitment_form
    if form is None:
        return 0
    sheets = queries.load_sheets(ids=queries.sheets_in_files(files)).values()
    years = sorted({Period.parse(s.period) for s in sheets if s.form == form.form_id})
    return queries.add_commitments(
        [
            Commitment(record.person_id, year.year, "")
            for year in years
            for record in load_readings(office, year).records
            if record.form == form.form_id and _is_signed(record)
        ]
    )


def _is_signed(record: SheetRecord) -> bool:
    is_settled = record.status in (SheetStatus.CLEAN, SheetStatus.REVIEWED)
    return is_settled and all(signature.present for signature in record.signatures.values())

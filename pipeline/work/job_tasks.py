"""What each kind of job does, and how it says what it has done.

``request`` and ``report`` by kind:

scans    ``folder`` (of the upload)           ``files`` (see FileReport), ``pages_read``
print    ``form``, ``units`` (ids; [] = all)  ``files`` (names), ``sheets``, ``refused`` (person_id,
                                              reason)
publish  ``forms``                            ``lists`` (form, issuer, file, listed, waiting)
summary  nothing                              ``files`` (names)
"""

import os
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from pipeline.batch import Processes
from pipeline.periods import Period
from pipeline.work.jobs import JobKind, JobState, Progress, Work
from pipeline.work.office import Office
from pipeline.work.printing import Selection, print_forms
from pipeline.work.results import publish_lists
from pipeline.work.scans import SECONDS_A_PAGE, FileState, ingest
from pipeline.work.summary import write_summary
from pipeline.work.uploads import drop_uploaded, uploaded_files


def take_in_scans(office: Office, job: JobState, progress: Progress) -> dict[str, Any]:
    """Read the uploaded files; they are removed once all of it is in the ledger."""
    engine = Processes(os.cpu_count() or 1, SECONDS_A_PAGE)
    files = uploaded_files(office.workspace, job)
    report = ingest(office, files, engine, progress, job.batch_id)
    drop_uploaded(office.workspace, job)
    return {
        "files": [asdict(file) for file in report.files],
        "pages_read": report.pages_read,
        "refused": sum(file.state is FileState.REFUSED for file in report.files),
    }


def make_print_files(office: Office, job: JobState, progress: Progress) -> dict[str, Any]:
    """Print a form for some units or all."""
    selection = Selection(unit_ids=tuple(job.request["units"]))
    form_id, period = str(job.request["form"]), Period.parse(job.period)
    report = print_forms(office, form_id, period, selection, None, progress)
    return {
        "files": list(dict.fromkeys(place.file for place in report.sheets)),
        "sheets": len(report.sheets),
        "refused": [asdict(person) for person in report.refused],
    }


def make_lists(office: Office, job: JobState, _: Progress) -> dict[str, Any]:
    """Write notices and lists. Most of the time goes into one start of LibreOffice for all of them:
    there is no count to tell."""
    published = publish_lists(office, Period.parse(job.period), tuple(job.request["forms"]))
    return {
        "lists": [
            {
                "form": each.form_id,
                "issuer": each.issuer_id,
                "file": each.pdf.name,
                "listed": each.listed,
                "waiting": each.waiting,
            }
            for each in published
        ]
    }


def make_summary(office: Office, job: JobState, _: Progress) -> dict[str, Any]:
    """Write the summary for leadership."""
    written = write_summary(office, Period.parse(job.period), None, date.today())
    return {"files": [written.pdf.name, written.xlsx.name]}


TASKS: Mapping[JobKind, Work] = {
    JobKind.SCANS: take_in_scans,
    JobKind.PRINT: make_print_files,
    JobKind.PUBLISH: make_lists,
    JobKind.SUMMARY: make_summary,
}

"""The one tree of errors that stop a command, and the exit codes they end with.

A failed page or a refused person is not an error but data (see ``batch.Outcome``); an exception
here stops the command. Each message says what is wrong and what to do next, in Vietnamese, because
clerks read it; it names files, pages, rows and codes, never people.

    PhieuError                    1
    |-- BadInput                  3  a file, table or folder given by the user
    |   `-- BadTable              3  with one Complaint a fault
    |-- BadSet                    3  a folder of templates that contradicts itself
    |-- StaleBuild                3  a base PDF that no longer fits its template
    |-- Stale                     1  a decision on what has changed meanwhile
    |-- CampaignClosed            1  a change to a period that is closed
    |-- NotAllowed                1  an account without the role or the unit
    |-- MissingProgram            4  soffice, tesseract, a font, weights
    `-- ProgramFailed             1  a program that crashed, hung or lied
"""

from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ends (contract)."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    BAD_INPUT = 3
    MISSING_PROGRAM = 4
    NEEDS_PERSON = 5


class PhieuError(Exception):
    """Stops a command; ``str()`` is what the user reads."""

    exit_code = ExitCode.ERROR


class BadInput(PhieuError):
    """What the user gave cannot be used; nothing was stored."""

    exit_code = ExitCode.BAD_INPUT


@dataclass(frozen=True, slots=True)
class Complaint:
    """One fault in a table: where it is, what stands there and why it cannot be taken.

    ``row`` is the row number as the spreadsheet shows it (1-based, heading included); 0 means the
    sheet as a whole. ``column`` is the heading as it stands in the file.
    """

    file: str
    sheet: str
    row: int
    column: str
    value: str
    reason: str


class BadTable(BadInput):
    """Tables with faults; all of them at once."""

    def __init__(self, complaints: tuple[Complaint, ...]) -> None:
        self.complaints = complaints
        super().__init__(f"Có {len(complaints)} lỗi trong bảng dữ liệu; chưa lưu gì.")


class BadSet(PhieuError):
    """A set of forms (templates folder) is incomplete or contradicts itself."""

    exit_code = ExitCode.BAD_INPUT


class StaleBuild(PhieuError):
    """A built form does not fit its template any more."""

    exit_code = ExitCode.BAD_INPUT


class Stale(PhieuError):
    """What was to be decided is gone, has changed, or is being looked at by somebody else."""


class CampaignClosed(PhieuError):
    """A period that is closed is not changed; it must be opened again first."""


class NotAllowed(PhieuError):
    """The account lacks the role for this, or the thing belongs to another unit."""


class MissingProgram(PhieuError):
    """A program, font or file of the program that must be installed; the message says how."""

    exit_code = ExitCode.MISSING_PROGRAM


class ProgramFailed(PhieuError):
    """An outside program crashed, ran out of time or did not deliver."""

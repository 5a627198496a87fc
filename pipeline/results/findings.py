"""What is found about a person on the way to a verdict, and how much it weighs."""

from dataclasses import dataclass
from enum import IntEnum

from pipeline.periods import Period


class Kind(IntEnum):
    """What a finding does to the verdict; the smallest kind found decides its status."""

    OPEN = 1
    """The sheet cannot be evaluated until a person has looked: no result yet."""
    FAILED = 2
    """A condition does not hold, and data that are still to come cannot cure it."""
    PENDING = 3
    """Data of a condition are missing: what is there holds, so the result is provisional."""
    WARNING = 4
    """Something to know that changes no status."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a verdict, or one warning beside it.

    ``rule`` is the id of the set's condition it belongs to (``R-000-15``), empty when it belongs
    to none. ``code`` is for programs, ``message`` a Vietnamese sentence for the unit's own use: it
    names months, contents and ids, never a person's name. ``month``, ``about_person_id`` (a
    subordinate) and ``item`` (content id) say what it is about, None where that does not apply.
    """

    rule: str
    code: str
    message: str
    month: Period | None = None
    about_person_id: str | None = None
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason and its weight."""

    kind: Kind
    reason: Reason

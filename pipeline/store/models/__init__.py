"""The tables. What was read or decided is appended, never changed: see the triggers in the
migrations."""

from pipeline.store.models.accounts import Account, AuditEvent
from pipeline.store.models.jobs import Job
from pipeline.store.models.paper import Batch, FileReject, PageOutcome, ScanFile, Sheet
from pipeline.store.models.review import CampaignEvent, Decision, PageDecision, QueueItem
from pipeline.store.models.roster import (
    Achievement,
    AnnualRating,
    Commitment,
    MonthlyRating,
    Person,
    Unit,
)

__all__ = [
    "Account",
    "Achievement",
    "AnnualRating",
    "AuditEvent",
    "Batch",
    "CampaignEvent",
    "Commitment",
    "Decision",
    "FileReject",
    "Job",
    "MonthlyRating",
    "PageDecision",
    "PageOutcome",
    "Person",
    "QueueItem",
    "ScanFile",
    "Sheet",
    "Unit",
]

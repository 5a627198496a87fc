"""Whether anything has changed that results are computed from."""

from django.db.models import Max, Model

from pipeline.store import models


def fingerprint() -> tuple[int, ...]:
    """A number for each table that readings and verdicts rest on; another one after each change.

    They are append-only, but for the roster and ratings: importing these is logged in the same
    transaction.
    """
    imports = models.AuditEvent.objects.filter(action="imported").order_by("-id")
    last_import = imports.values_list("id", flat=True).first()
    return (
        *(_highest(table) for table in _APPENDED),
        models.Sheet.objects.count(),
        models.Commitment.objects.count(),
        last_import or 0,
    )


_APPENDED: tuple[type[Model], ...] = (
    models.PageOutcome,
    models.FileReject,
    models.Decision,
    models.PageDecision,
    models.CampaignEvent,
)


def _highest(table: type[Model]) -> int:
    highest = table._default_manager.aggregate(highest=Max("pk"))["highest"]
    return 0 if highest is None else int(highest)

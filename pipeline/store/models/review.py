"""What people decide about readings, and the queue in which they do.

Decisions are appended, never changed: see the triggers of the migrations. A queue item is derived
from readings and decisions and may be made anew at any time.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models

from pipeline.store.models.paper import PageOutcome, ScanFile, Sheet
from pipeline.store.models.roster import Unit


class Decision(models.Model):
    """What a person says stands at a place of a sheet, or the undoing of that (append-only).

    ``where`` is a flag's place; ``outcome`` the reading that was looked at; ``machine`` what the
    machine proposed or read there, ``old`` what counted before and ``value`` what counts from now,
    in the words of ``pipeline.scans.decide``; ``against`` the count or result that the marks gave
    when a total or result box was settled.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT)
    page = models.IntegerField()
    where = models.CharField(max_length=80)
    outcome = models.ForeignKey(PageOutcome, on_delete=models.PROTECT, null=True)
    machine = models.CharField(max_length=80, blank=True)
    old = models.CharField(max_length=80, blank=True)
    value = models.CharField(max_length=80, blank=True)
    against = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=500, blank=True)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True)
    sample = models.BooleanField(default=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Found by place."""

        indexes: ClassVar = [models.Index(fields=["sheet", "where"], name="decision_of_place")]


class PageDecision(models.Model):
    """What a person does with a scanned page (append-only): ``assign`` it to a sheet, ``discard``
    it with a reason, ``keep`` it before its twins, or ``undo``.

    ``outcome`` is the newest outcome there was then: of the page, for ``keep`` of it and its twins
    (one that comes later is asked about anew)."""

    file = models.ForeignKey(ScanFile, on_delete=models.PROTECT)
    number = models.IntegerField()
    action = models.CharField(max_length=10)
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, null=True)
    sheet_page = models.IntegerField(null=True)
    outcome = models.ForeignKey(PageOutcome, on_delete=models.PROTECT, null=True)
    reason = models.CharField(max_length=500, blank=True)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Found by page."""

        indexes: ClassVar = [models.Index(fields=["file", "number"], name="decision_of_page")]


class QueueItem(models.Model):
    """One thing that waits for a person: a page (``level`` 0), a sheet (1) or a place of it (2).

    ``key`` names it for good: ``page/<sha256>/<number>`` or ``<sheet>/<where>``; ``file`` and
    ``number`` are the scan to look at, ``page`` the page of the sheet. ``doubt`` is 0..1, 1 the
    most doubtful. ``version`` is a hash of what is shown and of the last decision: a decision on
    another one is stale. Sure readings that are looked at as a sample have ``sample`` set.
    ``state`` is ``open``, ``aside``, ``unclear`` or ``differ``; ``not_for`` has decided already and
    somebody else must.
    """

    key = models.CharField(max_length=160, unique=True)
    period = models.CharField(max_length=8, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True)
    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, null=True)
    file = models.ForeignKey(ScanFile, on_delete=models.CASCADE, null=True)
    number = models.IntegerField(null=True)
    page = models.IntegerField(null=True)
    where = models.CharField(max_length=80, blank=True)
    level = models.IntegerField()
    kind = models.CharField(max_length=10)
    code = models.CharField(max_length=30)
    message = models.TextField(blank=True)
    proposal = models.CharField(max_length=80, blank=True)
    doubt = models.FloatField()
    sample = models.BooleanField(default=False)
    state = models.CharField(max_length=10)
    version = models.IntegerField(default=1)
    not_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    leased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    leased_until = models.DateTimeField(null=True)

    class Meta:
        """In the order of work: pages before sheets before places, most doubtful first."""

        indexes: ClassVar = [
            models.Index(fields=["period", "state", "level", "-doubt", "id"], name="queue_order"),
        ]


class CampaignEvent(models.Model):
    """A campaign (a period of the set) was ``closed`` or ``reopened`` (append-only)."""

    period = models.CharField(max_length=8, db_index=True)
    event = models.CharField(max_length=10)
    reason = models.CharField(max_length=500, blank=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)

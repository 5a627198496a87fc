"""What runs in the background for somebody."""

from django.conf import settings
from django.db import models

from pipeline.store.models.paper import Batch
from pipeline.store.models.roster import Unit


class Job(models.Model):
    """A task of the office that runs in a process of its own: see ``pipeline.work.jobs``.

    ``request`` is what was asked for and ``report`` what came of it, as the kind of the job has
    them; ``failure`` is for whoever asked (Vietnamese), empty when all went well. ``unit`` is the
    unit its account was bound to, None for the whole office: who else may see it follows from that.
    """

    kind = models.CharField(max_length=10)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True)
    period = models.CharField(max_length=8, blank=True)
    batch = models.OneToOneField(Batch, on_delete=models.PROTECT, null=True)
    request = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    failure = models.TextField(blank=True)

"""Tables of paper: what was printed, what was scanned, what was read of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from pipeline.store.models.roster import Person


class Sheet(models.Model):
    """One printed copy of a form for one person and period."""

    sheet_id = models.CharField(primary_key=True, max_length=10)
    set_id = models.CharField(max_length=60)
    set_code = models.CharField(max_length=8)
    form = models.CharField(max_length=6)
    version = models.CharField(max_length=8)
    period = models.CharField(max_length=8, db_index=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    pages = models.IntegerField()
    printed_at = models.DateTimeField(auto_now_add=True)


class Batch(models.Model):
    """Scans that were taken in together: one command, or one upload. Its progress is updated while
    it runs; ``account`` is empty for a command."""

    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True)
    pages = models.IntegerField(default=0)
    pages_done = models.IntegerField(default=0)
    failure = models.TextField(blank=True)


class ScanFile(models.Model):
    """A file of a scanner that could be opened; its bytes lie in ``scans/`` by their hash.

    Append-only, but for its batch: one whose batch was interrupted is finished in another.
    """

    sha256 = models.CharField(primary_key=True, max_length=64)
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=10)
    pages = models.IntegerField()
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True)
    ingested_at = models.DateTimeField(auto_now_add=True)


class FileReject(models.Model):
    """A file that could not be opened (append-only)."""

    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=300)
    code = models.CharField(max_length=30)
    message = models.TextField()
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True)
    rejected_at = models.DateTimeField(auto_now_add=True)


class PageOutcome(models.Model):
    """What became of one page of a file: a reading, or a reject, or both when the reading is of a
    sheet this office did not print (append-only; the newest of a page counts).

    ``proposals`` are ids of sheets that a page without a readable code may belong to, likeliest
    first; ``read_as`` says that the identity was given by a person, not read."""

    file = models.ForeignKey(ScanFile, on_delete=models.PROTECT)
    number = models.IntegerField()
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, null=True)
    sheet_page = models.IntegerField(null=True)
    reading = models.JSONField(null=True)
    reject_code = models.CharField(max_length=30, blank=True)
    reject_message = models.TextField(blank=True)
    proposals = models.JSONField(default=list)
    read_as = models.BooleanField(default=False)
    read_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Found by file and page, and by sheet."""

        indexes: ClassVar = [models.Index(fields=["file", "number"], name="outcome_of_page")]

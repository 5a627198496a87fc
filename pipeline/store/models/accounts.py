"""Who may sign in, as what, and what they did."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models

from pipeline.store.models.roster import Unit


class Account(AbstractUser):
    """A user of the web application. Roles are Django's groups; without ``unit`` the account sees
    the whole office, with it that unit alone. A password that somebody else has set serves once:
    then ``must_change_password`` asks for one's own."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    must_change_password = models.BooleanField(default=False)


class AuditEvent(models.Model):
    """Something that was done in the application (append-only). ``subject`` is an opaque id, never
    a name."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True)
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=100, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        """Newest last."""

        ordering: ClassVar = ["id"]

"""The database: Django models, migrations, and queries that return plain dataclasses.

Importing this package makes Django ready, unless that is under way already or the environment names
other settings.
"""

import os

import django
from django.apps import apps

_SETTINGS = "pipeline.settings"

if (
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", _SETTINGS) == _SETTINGS
    and not apps.ready
    and not apps.loading
):
    django.setup()

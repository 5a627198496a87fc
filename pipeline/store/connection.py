"""Making Django ready, and pointing it at a workspace's database.

Importing this module sets Django up, so it must be imported before ``store.models``.
"""

import os
from pathlib import Path

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pipeline.store.settings")
if not apps.ready:
    django.setup()

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor


def open_store(path: Path) -> None:
    """Connect to this database file, made or brought up to date as needed."""
    close_store()
    connections.settings["default"]["NAME"] = str(path)
    executor = MigrationExecutor(connections["default"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def close_store() -> None:
    """Let go of the database file."""
    connections.close_all()
    if hasattr(connections._connections, "default"):  # type: ignore[attr-defined]
        del connections["default"]

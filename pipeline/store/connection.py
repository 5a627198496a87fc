"""Pointing Django at a workspace's database."""

from pathlib import Path

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

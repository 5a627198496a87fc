"""A workspace of an earlier version keeps what it holds, and its guard against changes."""

from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from pipeline.roles import Role
from pipeline.store.connection import close_store, open_store
from pipeline.store.models import PageOutcome

SHA256 = "a" * 64


def test_readings_of_an_earlier_version_are_kept_and_still_cannot_be_changed(
    tmp_path: Path,
) -> None:
    database = tmp_path / "phieu.sqlite3"
    open_store(database)
    MigrationExecutor(connection).migrate([("store", "0002_achievement")])
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO store_scanfile (sha256, name, kind, pages, ingested_at) "
            "VALUES (%s, 'lo-1.pdf', 'pdf', 1, '2026-10-01')",
            [SHA256],
        )
        cursor.execute(
            "INSERT INTO store_pageoutcome (file_id, number, reject_code, reject_message, read_at) "
            "VALUES (%s, 1, 'blank_page', 'Trang trắng.', '2026-10-01')",
            [SHA256],
        )
    close_store()

    open_store(database)
    outcome = PageOutcome.objects.get()
    assert (outcome.reject_code, outcome.proposals, outcome.read_as) == ("blank_page", [], False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM auth_group")
        assert {row[0] for row in cursor.fetchall()} == set(Role)
        for table in ("store_pageoutcome", "store_scanfile"):
            with pytest.raises(DatabaseError, match="append-only"):
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own tables
    close_store()

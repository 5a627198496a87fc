"""Django's settings: as few as a database without a web needs.

Only the type checker and ``makemigrations`` load this as a settings module; the program calls
:func:`pipeline.store.connection.open_store`, which uses the same values on the workspace's file.
"""

from typing import Any

USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
INSTALLED_APPS = ["pipeline.store"]


def database(path: str) -> dict[str, Any]:
    """SQLite for several commands at once: readers never wait (WAL), and a writer takes its lock
    at the start (deferred transactions: 368 of 600 "database is locked"; immediate: 0)."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


DATABASES = {"default": database(":memory:")}

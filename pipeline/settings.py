"""Django's settings, of the command and of the web application alike.

What is of one office — its database, its secret — is set when its workspace is opened:
:func:`pipeline.store.connection.open_store`.
"""

from typing import Any

USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "pipeline.store",
]
AUTH_USER_MODEL = "store.Account"


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

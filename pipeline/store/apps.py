"""The Django application of the store."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Tables are named ``store_*``."""

    name = "pipeline.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"

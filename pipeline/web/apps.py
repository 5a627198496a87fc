"""The Django application of the pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, static files and template filters."""

    name = "pipeline.web"
    label = "web"

    def ready(self) -> None:
        """Log who signs in and out."""
        from pipeline.web import events  # noqa: PLC0415 - needs the tables

        events.connect()

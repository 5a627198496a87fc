"""The Django application of the pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, static files and template filters."""

    name = "pipeline.web"
    label = "web"

"""The room as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class StateConfig(AppConfig):
    """The product's own state; its tables carry the product's name, because they may share a database."""

    name = "zusage.state"
    label = "zusage"
    verbose_name = "Zusage"
    default_auto_field = "django.db.models.BigAutoField"

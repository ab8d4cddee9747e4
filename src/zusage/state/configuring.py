"""Django's settings, made once per process, and one connection alias per state."""

from __future__ import annotations

import threading
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from .errors import StateNotInstalled

APP = "zusage.state"
_SAME = ("ENGINE", "NAME", "HOST", "PORT", "USER")
_once = threading.Lock()


def configure(spec: dict[str, Any]) -> str:
    """Set Django up, unless it is, and return the alias of the database that ``spec`` describes."""
    with _once:
        if not settings.configured:
            settings.configure(
                INSTALLED_APPS=[APP],
                DATABASES={DEFAULT_DB_ALIAS: spec},
                DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
                LOGGING_CONFIG=None,
                ROOT_URLCONF="zusage.office.urls",
                TIME_ZONE="UTC",
                USE_TZ=True,
            )
        if APP not in settings.INSTALLED_APPS:
            raise StateNotInstalled(app=APP)
        if not apps.ready:
            django.setup()
        return _alias(spec)


def _alias(spec: dict[str, Any]) -> str:
    for alias, known in connections.settings.items():
        if all((known.get(key) or "") == (spec.get(key) or "") for key in _SAME):
            known.update(spec)
            return str(alias)
    alias = f"state-{len(connections.settings)}"
    whole = connections.configure_settings({DEFAULT_DB_ALIAS: {}, alias: dict(spec)})
    connections.settings[alias] = whole[alias]
    return alias

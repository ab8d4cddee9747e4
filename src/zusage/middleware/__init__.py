"""Middleware for other people's web applications: what a visitor has allowed, and no cookie of what they have not.

``wsgi``, ``asgi`` and ``django`` do the same. They read the visitor's own cookie and the manifest, and look at no database: a choice that
the service has not acknowledged allows nothing.
"""

from __future__ import annotations

from .gate import Allowed, Gate

__all__ = ["Allowed", "Gate"]

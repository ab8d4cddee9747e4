"""Versions of the texts that consents are stamped with."""

CONSENT = "2026-11"

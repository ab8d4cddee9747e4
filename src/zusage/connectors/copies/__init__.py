"""Backups: which there are, and restoring one where nobody works with it."""

"""Brings the tables up to date: all pending migrations in one transaction, by one process at a time."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.core.management import call_command
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor

from .apps import StateConfig
from .errors import StateNewer


def migrate(alias: str, lock: AbstractContextManager[object], where: str) -> None:
    """Apply what is pending, under ``lock``; raises StateNewer for a state that a newer program has written.

    One transaction holds all of it, its own record included, so that a process killed on the way leaves what was before.
    """
    _refuse_newer(alias, where)
    if not pending(alias):
        return
    connection = connections[alias]
    with lock, connection.constraint_checks_disabled(), transaction.atomic(using=alias):
        call_command("migrate", database=alias, verbosity=0, interactive=False)


def pending(alias: str) -> bool:
    """Whether any migration is still to be applied."""
    executor = MigrationExecutor(connections[alias])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _refuse_newer(alias: str, where: str) -> None:
    loader = MigrationExecutor(connections[alias]).loader
    applied = {name for app, name in loader.applied_migrations or () if app == StateConfig.label}
    known = {name for app, name in loader.disk_migrations or () if app == StateConfig.label}
    if unknown := applied - known:
        raise StateNewer(where=where, unknown=", ".join(sorted(unknown)))

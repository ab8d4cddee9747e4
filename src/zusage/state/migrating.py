"""Brings the tables up to date: all pending migrations in one transaction, by one process at a time."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from django.db import connections, transaction

from .apps import StateConfig
from .errors import StateNewer

_NOTED = "django_migrations"


def migrate(alias: str, lock: AbstractContextManager[object], where: str) -> None:
    """Apply what is pending, under ``lock``; raises StateNewer for a state that a newer program has written.

    One transaction holds all of it, its own record included, so that a process killed on the way leaves what was before.
    """
    if unknown := _applied(alias) - _known():
        raise StateNewer(where=where, unknown=", ".join(sorted(unknown)))
    if not pending(alias):
        return
    from django.core.management import call_command

    connection = connections[alias]
    with lock, connection.constraint_checks_disabled(), transaction.atomic(using=alias):
        call_command("migrate", database=alias, verbosity=0, interactive=False)


def pending(alias: str) -> bool:
    """Whether any migration is still to be applied."""
    return bool(_known() - _applied(alias))


@cache
def _known() -> frozenset[str]:
    """This program's migrations by name. None is imported for it: whoever opens a state that is up to date would wait for that."""
    folder = import_module(f"{StateConfig.name}.migrations")
    return frozenset(found.name for found in iter_modules(folder.__path__) if not found.ispkg and found.name[0] not in "_~")


def _applied(alias: str) -> frozenset[str]:
    """What Django has noted in its own table, read without what it takes to apply more."""
    with connections[alias].cursor() as cursor:
        if _NOTED not in connections[alias].introspection.table_names(cursor):
            return frozenset()
        cursor.execute(f"SELECT name FROM {_NOTED} WHERE app = %s", [StateConfig.label])  # noqa: S608 - a name of ours
        return frozenset(name for (name,) in cursor.fetchall())

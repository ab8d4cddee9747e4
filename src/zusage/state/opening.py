"""Opens the state: settings, file, connection, tables, in this order. Django is imported on the way, not before."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .database import FILE, PATIENCE, database, named, without_secret
from .embedded import prepare
from .errors import StateBusy, StateUnreachable
from .locks import LockTaken, Taken, advisory_lock, file_lock
from .opened import State


def _now() -> datetime:
    return datetime.now(UTC)


def open_state(url: str | None, folder: Path, clock: Callable[[], datetime] = _now) -> State:
    """Open the state: embedded in ``folder``, or in the PostgreSQL database at ``url``; ``folder`` is then not used. ``clock`` says when things are noted.

    Brings its tables up to date and checks that it is whole first. Raises a ``StateError``.
    """
    from .configuring import configure

    spec = database(url, folder)
    folder = folder.resolve()
    if not url:
        prepare(folder / FILE)
    alias = configure(spec)
    _reach(alias, spec)
    _update(alias, spec, folder, embedded=not url)
    return State(alias, folder, embedded=not url, clock=clock)


def _reach(alias: str, spec: dict[str, Any]) -> None:
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError, connections

    try:
        connections[alias].ensure_connection()
    except (DatabaseError, ImproperlyConfigured) as error:
        raise StateUnreachable(where=named(spec), why=without_secret(str(error), spec)) from None


def _update(alias: str, spec: dict[str, Any], folder: Path, *, embedded: bool) -> None:
    from .migrating import migrate

    lock: AbstractContextManager[Taken]
    lock = file_lock(folder / "migrate.lock", PATIENCE) if embedded else advisory_lock(alias, "migrate", PATIENCE)
    try:
        migrate(alias, lock, named(spec))
    except LockTaken:
        raise StateBusy(where=named(spec), seconds=PATIENCE) from None

"""Opens the state: settings, file, connection, tables, in this order."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .database import FILE, PATIENCE, database, named, without_secret
from .errors import StateBusy, StateUnreachable

if TYPE_CHECKING:
    from .locks import Taken
    from .opened import State


def opened(url: str | None, folder: Path) -> State:
    """Open the state; see ``zusage.state.open_state``."""
    from .configuring import configure

    spec = database(url, folder)
    folder = folder.resolve()
    alias = configure(spec)
    if not url:
        from .embedded import prepare

        prepare(folder / FILE)
    _reach(alias, spec)
    _update(alias, spec, folder, embedded=not url)
    return state_class()(alias, folder, embedded=not url)


def state_class() -> type[State]:
    """The class of an opened state; needs Django to be set up."""
    from .opened import State

    return State


def _reach(alias: str, spec: dict[str, Any]) -> None:
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError, connections

    try:
        connections[alias].ensure_connection()
    except (DatabaseError, ImproperlyConfigured) as error:
        raise StateUnreachable(where=named(spec), why=without_secret(str(error), spec)) from None


def _update(alias: str, spec: dict[str, Any], folder: Path, *, embedded: bool) -> None:
    from .locks import LockTaken, advisory_lock, file_lock
    from .migrating import migrate

    lock: AbstractContextManager[Taken]
    lock = file_lock(folder / "migrate.lock", PATIENCE) if embedded else advisory_lock(alias, "migrate", PATIENCE)
    try:
        migrate(alias, lock, named(spec))
    except LockTaken:
        raise StateBusy(where=named(spec), seconds=PATIENCE) from None

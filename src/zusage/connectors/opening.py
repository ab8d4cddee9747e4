"""Opening a declared system: to look, to change, or as its application."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from zusage.promises.inventory import Inventory
from zusage.promises.manifest import System

from .port import CannotHandle, Sealer
from .sql.address import resolve
from .sql.application import SqlApplication
from .sql.dialects.port import Times
from .sql.reader import SqlReader
from .sql.sqlite_connection import as_application, changing, file_of, looking
from .sql.writer import SqlWriter


def open_reader(name: str, system: System) -> SqlReader:
    """Open to look. Raises SystemTrouble."""
    url = _url(name, system.url)
    return SqlReader(name, looking(name, url), str(file_of(name, url).resolve()), _times(system))


def open_writer(name: str, system: System, sealer: Sealer | None, pseudonym_key: Callable[[], bytes]) -> SqlWriter:
    """Open to change. Raises SystemTrouble."""
    url = _url(name, system.url)
    return SqlWriter(name, changing(name, url, pseudonym_key), _times(system), sealer)


def open_application(name: str, system: System, inventory: Inventory) -> SqlApplication:
    """Open as the application does. Raises SystemTrouble."""
    url = _url(name, system.application or "")
    return SqlApplication(name, as_application(name, url), inventory, _times(system))


def _times(system: System) -> Times:
    return Times(system.time_zone, system.epochs)


def _url(name: str, address: str) -> sa.URL:
    url = resolve(name, address)
    if url.get_backend_name() != "sqlite":
        raise CannotHandle(
            f"system {name!r} is a {url.get_backend_name()} database, which this version does not speak. "
            "It speaks SQLite (sqlite:///file); nothing was looked at or changed."
        )
    return url

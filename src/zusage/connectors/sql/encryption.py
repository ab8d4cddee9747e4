"""How our own connection to a database is encrypted, as the server itself says."""

from __future__ import annotations

import sqlalchemy as sa

from ..port import Encryption

#: the server's own view of this connection; see the manuals on pg_stat_ssl and on the status variable Ssl_cipher
_POSTGRESQL = "SELECT ssl, version, cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
_POSTGRESQL_ADDRESS = "SELECT inet_server_addr() IS NULL"
_MARIADB = "SHOW SESSION STATUS WHERE Variable_name IN ('Ssl_cipher', 'Ssl_version')"


def encryption(connection: sa.Connection) -> Encryption:
    """Ask the server; a file has no connection."""
    match connection.dialect.name:
        case "sqlite":
            return Encryption(encrypted=None, local=True, how="SQLite is a file on this machine")
        case "postgresql":
            return _postgresql(connection)
        case "mysql" | "mariadb":
            return _mariadb(connection)
        case other:
            return Encryption(encrypted=None, local=False, how=f"{other} is not asked for it")


def _postgresql(connection: sa.Connection) -> Encryption:
    if connection.execute(sa.text(_POSTGRESQL_ADDRESS)).scalar_one():
        return Encryption(encrypted=None, local=True, how="PostgreSQL is reached through a socket of this machine")
    row = connection.execute(sa.text(_POSTGRESQL)).one_or_none()
    if row is None:
        return Encryption(encrypted=None, local=False, how="PostgreSQL does not show this connection in pg_stat_ssl")
    how = f"PostgreSQL says {row.version} with {row.cipher}" if row.ssl else "PostgreSQL says that this connection is not"
    return Encryption(encrypted=bool(row.ssl), local=False, how=how)


def _mariadb(connection: sa.Connection) -> Encryption:
    said = {str(name): str(value) for name, value in connection.execute(sa.text(_MARIADB))}
    if "Ssl_cipher" not in said:
        return Encryption(encrypted=None, local=False, how="the server does not say Ssl_cipher")
    if said["Ssl_cipher"]:
        return Encryption(encrypted=True, local=False, how=f"the server says {said.get('Ssl_version')} with {said['Ssl_cipher']}")
    if connection.engine.url.query.get("unix_socket"):
        return Encryption(encrypted=None, local=True, how="the server is reached through a socket of this machine")
    return Encryption(encrypted=False, local=False, how="the server names no cipher for this connection")

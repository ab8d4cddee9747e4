"""A database of PostgreSQL with a role that looks and one that changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.integration.servers import Postgres


def looks_and_changes(
    postgres_server: Postgres, name: str, monkeypatch: pytest.MonkeyPatch, *statements: str
) -> Callable[[str], str]:
    """A database with a role that can only read, and its owner; returns what asks it."""
    url = postgres_server.database(name)
    postgres_server.role(f"{name}_reader")
    for statement in (*statements, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}_reader"):
        postgres_server.run(statement, name)
    monkeypatch.setenv("READER_URL", postgres_server.url(name, f"{name}_reader"))
    monkeypatch.setenv("WRITER_URL", url)
    return lambda statement: postgres_server.run(statement, name)

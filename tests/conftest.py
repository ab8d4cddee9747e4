"""Private servers, one of a kind for each worker, started when a test first asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.servers import MariaDB, Postgres, mariadb, postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[MariaDB]:
    with mariadb() as running:
        yield running

"""Private servers, and a command line that is warm: one of a kind for each worker, started when a test first asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.servers import MariaDB, Postgres, mariadb, postgres
from tests.warm import warm


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[MariaDB]:
    with mariadb() as running:
        yield running


@pytest.fixture(scope="session")
def warm_zusage() -> Iterator[Path]:
    """A folder for the front of ``PATH``; see `warm`."""
    with warm() as folder:
        yield folder

"""Private servers, one of a kind for each worker, started when a test first asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.servers import Postgres, postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running

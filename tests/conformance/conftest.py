"""A PostgreSQL database made by hand-written statements, for the tests of what is PostgreSQL's alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.integration.servers import Postgres

from zusage.promises.inventory import Inventory
from zusage.testing.postgres_bench import PostgresBed, PostgresBench


@pytest.fixture
def made(postgres_server: Postgres) -> Iterator[PostgresBench]:
    bench = PostgresBench(postgres_server.url())
    yield bench
    bench.close()


@pytest.fixture
def bed(made: PostgresBench) -> PostgresBed:
    return made.build(Inventory("shop", "postgresql", {}), {})

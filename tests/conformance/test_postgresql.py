"""PostgreSQL does what every connector must, and what is PostgreSQL's alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.integration.servers import Postgres

from zusage.testing.bench import Bench
from zusage.testing.conformance import Conformance
from zusage.testing.postgres_bench import PostgresBench


@pytest.fixture
def made(postgres_server: Postgres) -> Iterator[PostgresBench]:
    bench = PostgresBench(postgres_server.url())
    yield bench
    bench.close()


class TestPostgresql(Conformance):
    @pytest.fixture
    def bench(self, made: PostgresBench) -> Bench:
        return made

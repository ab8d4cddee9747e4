"""MariaDB does what every connector must, and what is MariaDB's alone."""

from collections.abc import Iterator

import pytest
from tests.integration.servers import MariaDB

from zusage.testing.bench import Bench
from zusage.testing.conformance import Conformance
from zusage.testing.mariadb_bench import MariaDbBench


@pytest.fixture
def bench(mariadb_server: MariaDB) -> Iterator[MariaDbBench]:
    bench = MariaDbBench(mariadb_server.url())
    yield bench
    bench.close()


class TestMariaDb(Conformance):
    @pytest.fixture
    def bench(self, mariadb_server: MariaDB) -> Iterator[Bench]:
        bench = MariaDbBench(mariadb_server.url())
        yield bench
        bench.close()

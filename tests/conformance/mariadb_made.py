"""A MariaDB database made by hand-written statements, for the tests of what is MariaDB's alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from tests.integration.servers import MariaDB

from zusage.connectors.port import Sealer, Writer
from zusage.promises.inventory import Inventory
from zusage.testing.mariadb_bench import MariaDbBed, MariaDbBench


class Made:
    """One database of a bench, built from nothing."""

    def __init__(self, bench: MariaDbBench, zone: str = "UTC", epochs: dict[str, str] | None = None) -> None:
        self.knows_uuids = bench.knows_uuids
        self.bed: MariaDbBed = bench.build(Inventory("shop", "mariadb", {}), {}, zone=zone, epochs=epochs)

    def by(self, *statements: str) -> MariaDbBed:
        """Carry out the statements and look at what is there now."""
        if not self.knows_uuids:
            statements = tuple(re.sub(r" UUID\b(?!\()", " CHAR(36)", statement) for statement in statements)
        self.bed.by(f"USE `{self.bed.name}`", *statements)
        self.bed.inventory = self.bed.reader().survey()
        return self.bed

    def writer(self, sealer: Sealer | None = None) -> Writer:
        return self.bed.writer(sealer or (lambda rows: None))


@pytest.fixture(scope="module")
def bench(mariadb_server: MariaDB) -> Iterator[MariaDbBench]:
    bench = MariaDbBench(mariadb_server.url())
    yield bench
    bench.close()


@pytest.fixture
def made(bench: MariaDbBench) -> Iterator[Made]:
    one = Made(bench)
    yield one
    one.bed.close()

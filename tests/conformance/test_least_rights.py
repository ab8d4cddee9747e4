"""What `zusage init --grant --for` lets the writer do is enough, whatever hangs together: each plan is carried out by a role that has no right but these."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from tests.integration.servers import MariaDB, Postgres

from zusage.bootstrap.granting import needs
from zusage.connectors.opening import role_statements
from zusage.enforcement.apply import StepResult
from zusage.testing.bench import Bench
from zusage.testing.conformance.circles import CircleTests, TreeTests
from zusage.testing.conformance.leaving import LeavingTests
from zusage.testing.conformance.shop import SYSTEM
from zusage.testing.conformance.way import Way
from zusage.testing.mariadb_bench import MariaDbBed, MariaDbBench
from zusage.testing.postgres_bench import PostgresBed, PostgresBench

_NUMBERS = count(1)
_SECRET = "least"


class Hanging(CircleTests, LeavingTests, TreeTests):
    """What needs rights on more than the row itself."""


def _statements(way: Way, address: str, reader: str, writer: str) -> list[str]:
    found = role_statements(SYSTEM, address, lambda there: needs(way.manifest, SYSTEM, there), reader, writer)
    return [statement.replace("…", _SECRET) for statement in found]


@pytest.fixture
def narrowed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Before a way is carried out the writer becomes a role with the rights that its manifest asks for; the statements that made them."""
    carry_out, said = Way.apply, list[str]()

    def apply(way: Way) -> tuple[StepResult, ...]:
        bed, number = way.bed, next(_NUMBERS)
        reader, writer = f"least_reader_{number}", f"least_writer_{number}"
        if isinstance(bed, MariaDbBed):
            statements = _statements(way, bed.administered(), reader, writer)
        else:
            assert isinstance(bed, PostgresBed)
            alter = f"ALTER ROLE {writer} PASSWORD '{_SECRET}'"
            statements = [*_statements(way, bed.address(), reader, writer), alter]
        bed.by(*statements)
        bed.write_as(writer, _SECRET)
        said.extend(statements)
        return carry_out(way)

    monkeypatch.setattr(Way, "apply", apply)
    return said


class TestLeastOnMariaDb(Hanging):
    @pytest.fixture
    def bench(self, mariadb_server: MariaDB, narrowed: list[str]) -> Iterator[Bench]:
        bench = MariaDbBench(mariadb_server.url())
        yield bench
        bench.close()
        assert not [one for one in narrowed if "UPDATE, DELETE ON" in one]
        for number in _made(narrowed):
            mariadb_server.run(f"DROP USER least_reader_{number}@'%', least_writer_{number}@'%'")


class TestLeastOnPostgresql(Hanging):
    @pytest.fixture
    def bench(self, postgres_server: Postgres, narrowed: list[str]) -> Iterator[Bench]:
        bench = PostgresBench(postgres_server.url())
        yield bench
        bench.close()


def _made(statements: list[str]) -> set[str]:
    words = " ".join(statements).replace("'", " ").replace("@", " ").split()
    return {word.removeprefix("least_writer_") for word in words if word.startswith("least_writer_")}

"""Whatever the condition and whatever the rows: PostgreSQL and the reference evaluator say the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.integration.servers import Postgres

from zusage.connectors.trouble import CannotHandle
from zusage.promises.condition import Condition
from zusage.testing.conformance.agreeing import agree
from zusage.testing.conformance.shop import inventory, link, table
from zusage.testing.postgres_bench import PostgresBed, PostgresBench
from zusage.testing.strategies import conditions

_TEXTS = st.sampled_from([None, "", "a", "A", "ä", "Ä", "a%", "_", "*", "[a]", "'", '"', "ß", " a ", "5", "psn1:" + "x" * 43])
_NUMBERS = st.sampled_from([None, 0, 1, -1, 5, 2.5])
_DAYS = st.sampled_from([None, date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(2024, 3, 31), date(2024, 10, 27)])
_SECONDS = st.sampled_from([-1, 0, 1, 1800, 3600, 5400, 7200, 86399])


def _at(day: date | None, seconds: int) -> datetime | None:
    return datetime(day.year, day.month, day.day) + timedelta(seconds=seconds) if day else None


def _things() -> st.SearchStrategy[list[dict[str, object]]]:
    times = st.one_of(st.builds(_at, _DAYS, _SECONDS), st.just("infinity"))
    days = st.one_of(_DAYS, st.just("-infinity"))
    row = st.fixed_dictionaries({"n": _NUMBERS, "s": _TEXTS, "b": st.sampled_from([None, True, False]), "d": days, "t": times})
    return st.lists(row, min_size=1, max_size=4).map(lambda rows: [{"id": n, **one} for n, one in enumerate(rows, 1)])


def _parts() -> st.SearchStrategy[list[dict[str, object]]]:
    row = st.fixed_dictionaries({"thing_id": st.sampled_from([None, 1]), "n": _NUMBERS, "s": _TEXTS})
    return st.lists(row, max_size=3).map(lambda rows: [{"id": n, **one} for n, one in enumerate(rows, 1)])


@pytest.fixture(scope="module", params=["UTC", "Europe/Berlin"])
def bed(postgres_server: Postgres, request: pytest.FixtureRequest) -> Iterator[PostgresBed]:
    bench = PostgresBench(postgres_server.url())
    world = inventory(
        table("thing", {"id": "integer", "n": "number", "s": "text", "b": "boolean", "d": "date", "t": "time"}),
        table("part", {"id": "integer", "thing_id": "integer", "n": "number", "s": "text"}, links=[link("thing_id", "thing")]),
    )
    bed = bench.build(world, {}, zone=request.param)
    yield bed
    bench.close()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(condition=conditions(), rows=_things(), belonging=_parts())
def test_postgresql_and_the_reference_agree_about_any_condition_on_any_rows(
    bed: PostgresBed, condition: Condition, rows: list[dict[str, object]], belonging: list[dict[str, object]]
) -> None:
    with bed.connected() as connection:
        connection.execute(b"DELETE FROM part")
        connection.execute(b"DELETE FROM thing")
    bed.fill({"thing": rows, "part": belonging})
    reader = bed.reader()
    try:
        agree(bed, reader, "thing", condition)
    except CannotHandle as refused:
        assume("coalesce" not in str(refused))  # of values of different kinds: PostgreSQL refuses it, and so do we
        raise
    finally:
        reader.close()

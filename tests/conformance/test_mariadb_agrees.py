"""Whatever the condition and whatever the rows: MariaDB and the reference evaluator say the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.examples import examples
from tests.integration.servers import MariaDB

from zusage.promises.condition import Condition
from zusage.testing.conformance.agreeing import agree
from zusage.testing.mariadb_bench import MariaDbBed, MariaDbBench
from zusage.testing.strategies import conditions, world

_LETTERS = st.sampled_from(
    ["", "a", "A", "a ", "ä", "Ä", "a%", "_", "\\", "*", "[a]", "'", '"', "ß", "SS", " a ", "5", "psn1:" + "x" * 43]
)
_NUMBERS = st.sampled_from([0, 1, -1, 5])
_DAYS = st.sampled_from([date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(2024, 3, 31), "0000-00-00", "2024-00-00"])
_TIMES = st.sampled_from(
    [datetime(2023, 12, 31, 23, 59, 59, 500000), datetime(2024, 1, 1), datetime(2024, 3, 31, 2, 30), datetime(2024, 10, 27, 2, 30),
     datetime(2024, 2, 29, 12), "0000-00-00 00:00:00", "2023-02-30 10:00:00"]
)  # fmt: skip


def _things() -> st.SearchStrategy[list[dict[str, object]]]:
    row = st.fixed_dictionaries(
        {
            "n": st.none() | _NUMBERS,
            "s": st.none() | _LETTERS,
            "b": st.none() | st.booleans(),
            "d": st.none() | _DAYS,
            "t": st.none() | _TIMES,
        }
    )
    return st.lists(row, min_size=1, max_size=4).map(lambda rows: [{"id": n, **one} for n, one in enumerate(rows, 1)])


def _parts() -> st.SearchStrategy[list[dict[str, object]]]:
    row = st.fixed_dictionaries(
        {"thing_id": st.sampled_from([None, 1, 2, 3]), "n": st.none() | _NUMBERS, "s": st.none() | _LETTERS}
    )
    return st.lists(row, max_size=3).map(lambda rows: [{"id": n, **one} for n, one in enumerate(rows, 1)])


@pytest.fixture(scope="module", params=["UTC", "Europe/Berlin"])
def bed(mariadb_server: MariaDB, request: pytest.FixtureRequest) -> Iterator[MariaDbBed]:
    bench = MariaDbBench(mariadb_server.url())
    made = bench.build(world(), {}, zone=request.param)
    made.by(f"USE `{made.name}`", "ALTER TABLE part DROP FOREIGN KEY part_ibfk_1")
    yield made
    bench.close()


@settings(
    max_examples=examples(90),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(condition=conditions(), rows=_things(), belonging=_parts())
def test_mariadb_and_the_reference_agree_about_any_condition_on_any_rows(
    bed: MariaDbBed, condition: Condition, rows: list[dict[str, object]], belonging: list[dict[str, object]]
) -> None:
    bed.by(f"USE `{bed.name}`", "DELETE FROM part", "DELETE FROM thing")
    for row in rows:
        bed.put("thing", row)
    for row in belonging:
        bed.put("part", row)
    assert all(not isinstance(row["n"], Decimal) for row in bed.rows("thing"))
    reader = bed.reader()
    try:
        agree(bed, reader, "thing", condition)
    finally:
        bed.close()

"""A walk whose rows an index alone has counted: it meets every row that matches, once, and none goes where more match than planned."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from mariadb_made import Made
from sqlalchemy.engine import Engine

from zusage.connectors.opening import open_writer
from zusage.connectors.port import Writer
from zusage.connectors.trouble import MoreThanPlanned
from zusage.planning.plan import ChangeColumns
from zusage.promises.condition import parse
from zusage.promises.manifest import System
from zusage.promises.promise import Change
from zusage.testing.conformance.shop import carry_out, step
from zusage.testing.mariadb_bench import MariaDbBench

There = tuple[Writer, Callable[[], list[int]]]
#: of 60 rows the days of half are over, and of these 5 have nothing left to lose
ROWS = [(n, n % 2, None if n % 12 == 1 else "Ada") for n in range(1, 61)]
OVER, LEFT = 30, 25
TABLE = (
    "CREATE TABLE t (id INTEGER PRIMARY KEY, days INTEGER, name VARCHAR(20), more VARCHAR(200))",
    f"INSERT INTO t (id, days, name) VALUES {', '.join(str(row).replace('None', 'NULL') for row in ROWS)}",
    "UPDATE t SET more = 'a row is not to fit into the leaf of an index'",
    "CREATE INDEX by_days ON t (days)",
)
FORGET = step(
    parse("days = 1 AND name IS NOT NULL"), of="t", parts=(), action=ChangeColumns((Change(column="name", how="clear"),))
)


@pytest.fixture(params=["sqlite", "mariadb"])
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[There]:
    """A writer, and what tells which rows have a name still."""
    if request.param == "mariadb":
        bench = MariaDbBench(request.getfixturevalue("mariadb_server").url())
        made = Made(bench)
        made.by(*TABLE)
        yield made.writer(), lambda: [row["id"] for row in made.bed.rows("t") if row["name"]]
        bench.close()
        return
    url = f"sqlite:///{tmp_path / 'shop.sqlite3'}"
    with closing(sqlite3.connect(tmp_path / "shop.sqlite3")) as connection, connection:
        connection.executescript(";".join(TABLE))
        opened = open_writer("shop", System(url=url), None, lambda: b"")
        yield opened, lambda: [row[0] for row in connection.execute("SELECT id FROM t WHERE name IS NOT NULL ORDER BY id")]
        opened.close()


@contextmanager
def counts() -> Iterator[list[str]]:
    """The statements that count, while it is open."""
    found: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        found.extend([statement] if re.match("SELECT.*count", statement, re.DOTALL) else [])

    sa.event.listen(Engine, "before_cursor_execute", note)
    yield found
    sa.event.remove(Engine, "before_cursor_execute", note)


def test_the_index_counts_more_than_match_and_where_the_plan_has_as_many_the_table_is_not_read_beforehand(there: There) -> None:
    writer, left = there
    with counts() as counted:
        assert sum(found := carry_out(writer, FORGET, limit=OVER, batch=10)) == LEFT
    assert (max(found) <= 10, left()) == (True, [n for n, over, name in ROWS if name and not over])
    assert ["name" in one for one in counted] == [False]


def test_where_the_plan_has_fewer_the_rows_themselves_are_counted(there: There) -> None:
    with counts() as counted:
        assert sum(carry_out(there[0], FORGET, limit=LEFT, batch=10)) == LEFT
    assert ["name" in one for one in counted] == [False, True]


def test_where_more_match_than_planned_none_of_them_goes(there: There) -> None:
    writer, left = there
    before = left()
    with pytest.raises(MoreThanPlanned):
        carry_out(writer, FORGET, limit=LEFT - 1, batch=10)
    assert left() == before

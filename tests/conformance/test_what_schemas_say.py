"""A plan is bound to what triggers, views and computed columns say, not to their names alone: each of them can alter what happens."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from mariadb_made import Made

from zusage.connectors.opening import open_reader, open_writer
from zusage.promises.inventory import TableInfo
from zusage.promises.manifest import System
from zusage.testing.mariadb_bench import MariaDbBench
from zusage.testing.postgres_bench import PostgresBed

#: carries statements out, and tells as what reader and writer know the schema
There = tuple[Callable[..., object], Callable[[], Sequence[str]], Callable[[], Mapping[str, TableInfo]]]
_TABLES = (
    "CREATE TABLE t (id INTEGER PRIMARY KEY, x VARCHAR(20))",
    "CREATE TABLE u (id INTEGER PRIMARY KEY, x VARCHAR(20), y VARCHAR(20) GENERATED ALWAYS AS ({}) STORED)",
)
_VIEW = "CREATE VIEW v AS SELECT id FROM t WHERE id > {}"
_BEGUN = {
    "sqlite": (
        _TABLES[0],
        _TABLES[1].format("upper(x)"),
        _VIEW.format(1),
        "CREATE TRIGGER pulled AFTER DELETE ON t BEGIN DELETE FROM u WHERE id = old.id; END",
    ),
    "postgresql": (
        _TABLES[0],
        _TABLES[1].format("upper(x)"),
        _VIEW.format(1),
        "CREATE MATERIALIZED VIEW m AS SELECT id FROM t WHERE id > 1",
        "CREATE FUNCTION pull() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM u WHERE id = old.id; RETURN OLD; END'",
        "CREATE TRIGGER pulled AFTER DELETE ON t FOR EACH ROW EXECUTE FUNCTION pull()",
        "CREATE FUNCTION deep() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'",
        "CREATE FUNCTION shallow() RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 1; END'",
        "CREATE TABLE w (id INTEGER, n INTEGER CHECK (n > shallow()), z INTEGER GENERATED ALWAYS AS (id + deep()) STORED)",
        "CREATE SCHEMA hidden",
        "CREATE VIEW hidden.inner_view AS SELECT id FROM t WHERE id > 5",
        "CREATE VIEW outer_view AS SELECT id FROM hidden.inner_view",
        "CREATE RULE kept AS ON DELETE TO u DO ALSO DELETE FROM t WHERE id = old.id",
    ),
    "mariadb": (
        _TABLES[0],
        _TABLES[1].format("upper(x)"),
        _VIEW.format(1),
        "CREATE TRIGGER pulled AFTER DELETE ON t FOR EACH ROW DELETE FROM u WHERE id = old.id",
        "CREATE PROCEDURE deep() DELETE FROM u",
        "CREATE TABLE w (id INTEGER PRIMARY KEY)",
        "CREATE TRIGGER calls AFTER DELETE ON w FOR EACH ROW CALL deep()",
    ),
}
_CHANGED = {
    "sqlite": {
        "what a trigger does": (
            "DROP TRIGGER pulled",
            "CREATE TRIGGER pulled AFTER DELETE ON t BEGIN DELETE FROM u; END",
        ),
        "when a trigger fires": (
            "DROP TRIGGER pulled",
            "CREATE TRIGGER pulled AFTER DELETE ON t WHEN old.id > 1 BEGIN DELETE FROM u WHERE id = old.id; END",
        ),
        "a view": ("DROP VIEW v", _VIEW.format(2)),
        "a computed column": ("DROP TABLE u", _TABLES[1].format("lower(x)")),
    },
    "postgresql": {
        "what a trigger does": (
            "CREATE OR REPLACE FUNCTION pull() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM u; RETURN OLD; END'",
        ),
        "when a trigger fires": (
            "DROP TRIGGER pulled ON t",
            "CREATE TRIGGER pulled AFTER DELETE ON t FOR EACH ROW WHEN (old.id > 1) EXECUTE FUNCTION pull()",
        ),
        "as whom a trigger works": ("ALTER FUNCTION pull() SECURITY DEFINER",),
        "a rule": ("CREATE OR REPLACE RULE kept AS ON DELETE TO u DO ALSO DELETE FROM t",),
        "a view": (_VIEW.format(2).replace("CREATE", "CREATE OR REPLACE"),),
        "a function that a computed column calls": (
            "CREATE OR REPLACE FUNCTION deep() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 2'",
        ),
        "a function that a check calls": (
            "CREATE OR REPLACE FUNCTION shallow() RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 2; END'",
        ),
        "a view behind a view": ("CREATE OR REPLACE VIEW hidden.inner_view AS SELECT id FROM t WHERE id > 6",),
        "a stored view": ("DROP MATERIALIZED VIEW m", "CREATE MATERIALIZED VIEW m AS SELECT id FROM t WHERE id > 2"),
        "a computed column": ("DROP TABLE u CASCADE", _TABLES[1].format("lower(x)"), _BEGUN["postgresql"][-1]),
    },
    "mariadb": {
        "what a trigger does": ("CREATE OR REPLACE TRIGGER pulled AFTER DELETE ON t FOR EACH ROW DELETE FROM u",),
        "when a trigger fires": (
            "CREATE OR REPLACE TRIGGER pulled BEFORE DELETE ON t FOR EACH ROW DELETE FROM u WHERE id = old.id",
        ),
        "a view": (_VIEW.format(2).replace("CREATE", "CREATE OR REPLACE"),),
        "a routine that a trigger calls": ("CREATE OR REPLACE PROCEDURE deep() DELETE FROM t",),
        "a computed column": ("ALTER TABLE u MODIFY y VARCHAR(20) GENERATED ALWAYS AS (lower(x)) STORED",),
    },
}


#: what is used whose calls are not known, by table and view
_UNREAD: dict[str, dict[str, tuple[str, ...]]] = {
    "sqlite": {},
    "postgresql": {"t": ("function pull",), "w": ("function deep", "function shallow")},
    "mariadb": dict.fromkeys(("t", "v", "w"), ("routines of other databases",)),
}


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, There]]:
    """The schema as it was begun, seen with the roles of reader and writer."""
    kind: str = request.param
    if kind == "sqlite":
        with closing(sqlite3.connect(tmp_path / "shop.sqlite3")) as connection:
            system = System(url=f"sqlite:///{tmp_path / 'shop.sqlite3'}")
            yield (
                kind,
                (
                    lambda *statements: connection.executescript(";".join(statements)),
                    lambda: [
                        open_reader("shop", system).survey().fingerprint(),
                        open_writer("shop", system, None, lambda: b"").survey().fingerprint(),
                    ],
                    lambda: open_reader("shop", system).survey().tables,
                ),
            )
        return
    if kind == "postgresql":
        bed: PostgresBed = request.getfixturevalue("bed")
        yield (
            kind,
            (
                bed.by,
                lambda: [bed.reader().survey().fingerprint(), bed.writer().survey().fingerprint()],
                lambda: bed.reader().survey().tables,
            ),
        )
        return
    bench = MariaDbBench(request.getfixturevalue("mariadb_server").url())
    made = Made(bench)
    yield (
        kind,
        (
            made.by,
            lambda: [made.bed.reader().survey().fingerprint(), made.writer().survey().fingerprint()],
            lambda: made.bed.reader().survey().tables,
        ),
    )
    bench.close()


def test_what_a_trigger_a_view_or_a_computed_column_says_is_part_of_the_schema(there: tuple[str, There]) -> None:
    kind, (run, known, tables) = there
    run(*_BEGUN[kind])
    before, same = known()
    assert before == same
    run("INSERT INTO t VALUES (1, 'a')", *(["REFRESH MATERIALIZED VIEW m"] if kind == "postgresql" else []))
    assert known() == [before, before], "rows are no part of it"
    unread, told = {name: one.unread for name, one in tables().items() if one.unread}, _UNREAD[kind]
    assert unread == told, "of what it is not known what it calls in turn is named"
    seen = [before]
    for what, statements in _CHANGED[kind].items():
        run(*statements)
        now, same = known()
        assert now not in seen, what
        assert now == same, what
        seen.append(now)

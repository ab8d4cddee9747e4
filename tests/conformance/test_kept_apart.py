"""What is said of a rule beside a unique index is what the database does with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mariadb_made import Made as MadeOfMariaDb
from tests.integration.servers import MariaDB, Postgres

from zusage.connectors.trouble import Interrupted
from zusage.planning.plan import ChangeColumns
from zusage.promises.checking.apart import After, Outcome
from zusage.promises.condition import ALWAYS
from zusage.promises.inventory import Inventory
from zusage.promises.promise import Change
from zusage.testing.conformance.shop import carry_out, step
from zusage.testing.mariadb_bench import MariaDbBench
from zusage.testing.postgres_bench import PostgresBench
from zusage.testing.sqlite_bench import SqliteBed

#: what is written into ``mail``: nothing, the same everywhere, something else in each row
WRITTEN = {"{}": Change(column="mail", how="clear"), "-": Change(column="mail", how="constant", value="-"),
           "x-*": Change(column="mail", how="unique", value="removed-*")}  # fmt: skip
ROWS = "INSERT INTO t (id, mail, house, room) VALUES " + ", ".join(
    f"({n}, 'A{n}@mail.example', {n % 3}, {n})" for n in range(1, 5)
)
ANY = (
    ("CREATE UNIQUE INDEX once ON t (mail)", "different alike different"),
    ("CREATE UNIQUE INDEX once ON t (house, mail)", "different unclear different"),
    ("CREATE UNIQUE INDEX once ON t (room, mail)", "different unclear different"),
)
EXPRESSIONS = (
    ("CREATE UNIQUE INDEX once ON t (lower(mail))", "different alike different"),
    ("CREATE UNIQUE INDEX once ON t (coalesce(mail, ''))", "alike alike different"),
    ("CREATE UNIQUE INDEX once ON t (mail) WHERE house > 0", "different unclear different"),
    ("CREATE UNIQUE INDEX once ON t (room) WHERE mail IS NULL", "unclear unclear unclear"),
    ("CREATE UNIQUE INDEX once ON t (lower(mail), room)", "different unclear different"),
    ("CREATE UNIQUE INDEX once ON t (length(mail), room)", "different unclear unclear"),
)
POSTGRESQL = (
    ('CREATE UNIQUE INDEX once ON t (md5(mail), "left"(mail, 3) COLLATE "C")', "different alike different"),
    ('CREATE UNIQUE INDEX once ON t ("left"(mail, 3), room)', "different unclear unclear"),
    ("CREATE UNIQUE INDEX once ON t (small)", "different alike different"),
    ("ALTER TABLE t ADD CONSTRAINT once UNIQUE (mail) DEFERRABLE INITIALLY DEFERRED", "different alike different"),
    ("ALTER TABLE t ADD CONSTRAINT once EXCLUDE (lower(mail) WITH =)", "different alike different"),
    ("ALTER TABLE t ADD CONSTRAINT once EXCLUDE (mail WITH =) WHERE (house > 0)", "different unclear different"),
    (
        "ALTER TABLE t ADD CONSTRAINT once EXCLUDE USING gist (int4range(100 * room, 100 * room + length(mail)) WITH &&)",
        "unclear unclear unclear",
    ),
    ('CREATE UNIQUE INDEX once ON t ("left"(mail, 8))', "different alike alike"),
    ('CREATE UNIQUE INDEX once ON t ("left"(mail, 12))', "different alike unclear"),
    ("CREATE UNIQUE INDEX once ON t (substr(mail, 1, 24))", "different alike different"),
    ("CREATE UNIQUE INDEX once ON t (substr(mail, 2, 24))", "different alike unclear"),
)
NEWER = (("CREATE UNIQUE INDEX once ON t (mail) NULLS NOT DISTINCT", "alike alike different"),)
MARIADB = (
    ("CREATE UNIQUE INDEX once ON t (mail(3))", "different alike alike"),
    ("CREATE UNIQUE INDEX once ON t (mail(23))", "different alike unclear"),
    ("CREATE UNIQUE INDEX once ON t (mail(24))", "different alike different"),
    ("CREATE UNIQUE INDEX once ON t (small)", "different alike different"),
)


def _agree(by: Callable[..., Any], cases: tuple[tuple[str, str], ...], columns: str) -> None:
    """For each index and each change, on a table of its own: what is said beforehand, and that the database does it."""
    tried = [(f"t{n}", each, *one) for n, each in enumerate(cases) for one in zip(WRITTEN.items(), each[1].split(), strict=True)]
    places = [f"{table}_{number}" for number, (table, *_) in enumerate(tried)]
    bed = by(
        *(
            statement.replace("once", f"once_{place}").replace(" t ", f" {place} ")
            for place, (_, (made, _), _, _) in zip(places, tried, strict=True)
            for statement in (f"CREATE TABLE t (id int PRIMARY KEY, {columns})", ROWS, made)
        )
    )
    writer = bed.writer()
    for place, (_, (made, _), (name, change), said) in zip(places, tried, strict=True):
        after = After(bed.inventory.tables[place], bed.inventory.dialect, {"mail": change})
        assert _said(after) == said, (made, name)
        try:
            carry_out(writer, step(ALWAYS, of=place, parts=(), action=ChangeColumns((change,))))
            refused = False
        except Interrupted as trouble:
            refused = not trouble.retryable
        assert said == "unclear" or refused == (said == "alike"), (made, name)
    writer.close()


def _said(after: After) -> Outcome:
    """The worst: an index of beginnings, and one in which missing values are alike, are told as columns as well."""
    found = {*map(after.group, after.table.unique), *map(after.distinct, after.table.distinct)}
    worst: tuple[Outcome, ...] = ("alike", "unclear", "different", "as before")
    return next(one for one in worst if one in found)


def test_of_sqlite(tmp_path: Path) -> None:
    bed = SqliteBed(tmp_path / "made.sqlite3", Inventory("shop", "sqlite", {}))
    bed.path.touch()

    def by(*statements: str) -> SqliteBed:
        with bed.connected() as connection:
            for statement in statements:
                connection.execute(statement)
        reader = bed.reader()
        bed.inventory = reader.survey()
        reader.close()
        return bed

    _agree(by, (*ANY, *EXPRESSIONS), "mail text, house int, room int")


def test_of_postgresql(postgres_server: Postgres) -> None:
    bench = PostgresBench(postgres_server.url())
    bed = bench.build(Inventory("shop", "postgresql", {}), {})
    newer = NEWER if int(postgres_server.run("SHOW server_version_num")) >= 150000 else ()
    small = "small text GENERATED ALWAYS AS (lower(mail)) STORED"
    _agree(bed.by, (*ANY, *EXPRESSIONS, *POSTGRESQL, *newer), f"mail text, house int, room int, {small}")
    bench.close()


@pytest.fixture
def made(mariadb_server: MariaDB) -> Iterator[MadeOfMariaDb]:
    bench = MariaDbBench(mariadb_server.url())
    yield MadeOfMariaDb(bench)
    bench.close()


def test_of_mariadb(made: MadeOfMariaDb) -> None:
    _agree(made.by, (*ANY, *MARIADB), "mail varchar(90), house int, room int, small varchar(90) AS (lower(mail)) VIRTUAL")


def test_what_a_domain_demands_is_seen_as_a_check_of_the_column(postgres_server: Postgres) -> None:
    bench = PostgresBench(postgres_server.url())
    bed = bench.build(Inventory("shop", "postgresql", {}), {})
    bed.by(
        "CREATE DOMAIN address AS text CHECK (VALUE LIKE '%VALUE@%')",
        "CREATE DOMAIN short AS address CHECK (length(VALUE) < 99)",
        'CREATE TABLE t (id int PRIMARY KEY, mail short, "E Mail" address)',
    )
    assert set(bed.inventory.tables["t"].checks) == {
        "(mail ~~ '%VALUE@%'::text)", "(length((mail)::text) < 99)", "(\"E Mail\" ~~ '%VALUE@%'::text)",
    }  # fmt: skip
    bench.close()

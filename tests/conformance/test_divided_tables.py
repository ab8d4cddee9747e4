"""By what a table is divided into partitions is known, where a value may find none of them."""

from __future__ import annotations

from mariadb_made import Made
from tests.integration.servers import MariaDB

from zusage.testing.mariadb_bench import MariaDbBench
from zusage.testing.postgres_bench import PostgresBed


def test_the_columns_by_which_postgresql_divides_a_table_are_known(bed: PostgresBed) -> None:
    bed.by(
        "CREATE TABLE ranged (id int, \"on\" date, name text) PARTITION BY RANGE (\"on\")",
        "CREATE TABLE ranged_1 PARTITION OF ranged FOR VALUES FROM ('2020-01-01') TO ('2030-01-01') PARTITION BY LIST (lower(name))",
        "CREATE TABLE ranged_1_a PARTITION OF ranged_1 FOR VALUES IN ('a')",
        "CREATE TABLE whole (id int, kind text) PARTITION BY LIST (kind)",
        "CREATE TABLE whole_a PARTITION OF whole FOR VALUES IN ('a')",
        "CREATE TABLE whole_rest PARTITION OF whole DEFAULT",
        "CREATE TABLE hashed (id int) PARTITION BY HASH (id)",
        "CREATE TABLE plain (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2) STORED)",
    )  # fmt: skip
    found = {name: one.divided_by for name, one in bed.reader().survey().tables.items() if one.divided_by}
    assert found == {"ranged": ("on",), "ranged_1": ("name",)}


def test_the_columns_by_which_mariadb_divides_a_table_are_known(mariadb_server: MariaDB) -> None:
    bench = MariaDbBench(mariadb_server.url())
    try:
        tables = Made(bench).by(
            "CREATE TABLE ranged (id INT, `o``n` DATE) PARTITION BY RANGE (TO_DAYS(`o``n`)) (PARTITION a VALUES LESS THAN (740000))",
            "CREATE TABLE several (a INT, b INT) PARTITION BY RANGE COLUMNS (a, b) (PARTITION a VALUES LESS THAN (1, 2))",
            "CREATE TABLE listed (kind INT) PARTITION BY LIST (kind) (PARTITION a VALUES IN (1, 2))",
            "CREATE TABLE whole (kind INT) PARTITION BY LIST COLUMNS (kind) (PARTITION a VALUES IN (1), PARTITION b DEFAULT)",
            "CREATE TABLE rest (kind INT) PARTITION BY LIST (kind) (PARTITION a VALUES IN (1, 2), PARTITION `b% d` DEFAULT)",
            "CREATE TABLE nought (kind INT) PARTITION BY LIST (kind) (PARTITION a VALUES IN (0) COMMENT 'PARTITION `a` DEFAULT')",
            "CREATE TABLE upward (kind INT) PARTITION BY RANGE (kind) (PARTITION a VALUES LESS THAN (1), PARTITION b VALUES LESS THAN MAXVALUE)",
            "CREATE TABLE hashed (id INT) PARTITION BY HASH (id) PARTITIONS 2",
            "CREATE TABLE plain (id INT PRIMARY KEY)",
        ).reader().survey().tables  # fmt: skip
    finally:
        bench.close()
    found = {name: one.divided_by for name, one in tables.items() if one.divided_by}
    assert found == {"ranged": ("o`n",), "several": ("a", "b"), "listed": ("kind",), "nought": ("kind",)}

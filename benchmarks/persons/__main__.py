"""Everything of one person, and of 1,000 at once, over 40 tables, beside a set of statements that is written by hand.

python -m benchmarks.persons [--on KIND]… [--people N] [--repeat N]
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from benchmarks.databases.places import Server, server
from zusage.bootstrap import Product, opened
from zusage.bootstrap.rights.persons import Search

KINDS = ("sqlite", "postgresql")
#: tables that refer to the person, and tables that refer to one of those
NEAR, DEEP = 29, 10
HEAD = """
zusage: 1
controller: {name: Bench GmbH, address: "Weg 1, 12345 Musterstadt", email: b@bench.example, land: NW, officer: {email: o@bench.example}}
systems: {bench: {url: "${BENCH_URL}"}}
people: {customer: {record: bench.customer}}
classes: {contact: {de: Kontaktdaten, en: contact data}}
activities:
  all:
    title: {de: Alles, en: Everything}
    purpose: {de: Führung des Kontos, en: keeping the account}
    legal_basis: art-6-1-b
    data:
      bench.customer: {classes: {contact: [a, b, c, d]}}
"""


def main() -> None:
    """Measure each kind of database that was named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", action="append", choices=KINDS)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=15, help="how often each is measured, in turns; the median counts")
    asked = parser.parse_args()
    print(f"{asked.people:,} people, {1 + NEAR + DEEP} tables, {asked.people * (1 + 2 * (NEAR + DEEP)):,} rows")
    for kind in asked.on or KINDS:
        with tempfile.TemporaryDirectory(prefix="zusage-bench-") as name, server(kind, Path(name)) as there:
            fill(there, asked.people)
            path = Path(name) / "zusage.yaml"
            path.write_text(HEAD + "".join(_declared()))
            os.environ["BENCH_URL"] = there.addresses.reader
            engine = there.engine(there.addresses.owner)
            with opened(path) as product, engine.connect() as connection:
                measure(kind, product, connection, _turns(asked.people, 1, asked.repeat), 1.2)
                measure(kind, product, connection, _turns(asked.people, min(1000, asked.people), asked.repeat), 1.5)
            engine.dispose()


def measure(kind: str, product: Product, connection: sa.Connection, turns: Sequence[Sequence[int]], limit: float) -> None:
    """By hand and by the product, in turns, each turn about other people; both must find as many rows.

    Nobody asks about the same people again and again. Were it so here, the driver of PostgreSQL would after five turns have what is
    written by hand prepared with these people's keys in it, and from then on measure what no other request gets.
    """
    search = Search(product, "customer")

    def hand(statements: Sequence[sa.TextClause]) -> int:
        return sum(len(connection.execute(statement).all()) for statement in statements)

    def ours(keys: Sequence[int]) -> int:
        found = search.gather([str(key) for key in keys]).people
        return sum(len(held.rows) for rows in found.values() for held in rows)

    written = [(by_hand(kind, keys, one=len(keys) == 1), keys) for keys in turns]
    assert hand(written[0][0]) == ours(turns[0]) > 0
    seconds = [(_seconds(partial(hand, statements)), _seconds(partial(ours, keys))) for statements, keys in written]
    manual, made = (statistics.median(column) for column in zip(*seconds, strict=True))
    people = len(turns[0])
    words = f"{people:,} {'person' if people == 1 else 'people'}"
    print(
        f"{kind:11} {words:13} by hand {manual * 1000:8.1f} ms   ours {made * 1000:8.1f} ms   {made / manual:5.2f} (wanted {limit})",
        flush=True,
    )


def _turns(people: int, some: int, repeat: int) -> list[range]:
    """Other people each time, as far as there are others."""
    starts = (1 + (some * turn + 7) % (people - some + 1) for turn in range(repeat))
    return [range(start, start + some) for start in starts]


def by_hand(kind: str, keys: Sequence[int], *, one: bool) -> list[sa.TextClause]:
    """One person: one statement over all tables. Many: a statement a table, with the person whose the row is."""
    keys_of = f"= {keys[0]}" if one else f"IN ({', '.join(map(str, keys))})"
    parts = [f"SELECT id, a, b, c, d FROM customer WHERE id {keys_of}"]
    parts += [f"SELECT customer_id, a, b, c, d FROM near{n} WHERE customer_id {keys_of}" for n in range(NEAR)]
    parts += [
        f"SELECT near{n}.customer_id, deep{n}.a, deep{n}.b, deep{n}.c, deep{n}.d FROM deep{n} "
        f"JOIN near{n} ON near{n}.id = deep{n}.near_id WHERE near{n}.customer_id {keys_of}"
        for n in range(DEEP)
    ]
    return [sa.text(" UNION ALL ".join(parts))] if one else [sa.text(part) for part in parts]


def fill(there: Server, people: int) -> None:
    """Two rows of each person in each table."""
    engine = there.engine(there.empty().owner)
    values = "a TEXT, b TEXT, c TEXT, d TEXT"
    series = "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {rows}) "
    some = "'value a', 'another value', 'one more', 'and the last'"
    with engine.begin() as connection:
        run = connection.exec_driver_sql
        run(f"CREATE TABLE customer (id INTEGER PRIMARY KEY, {values})")
        run(f"INSERT INTO customer {series.format(rows=people)} SELECT n, {some} FROM s")
        for name, of, key, wide in [
            *((f"near{n}", "customer", "customer_id", people) for n in range(NEAR)),
            *((f"deep{n}", f"near{n}", "near_id", 2 * people) for n in range(DEEP)),
        ]:
            run(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, {key} INTEGER REFERENCES {of} (id), {values})")
            run(f"INSERT INTO {name} {series.format(rows=2 * people)} SELECT n, 1 + n % {wide}, {some} FROM s")
            run(f"CREATE INDEX {name}_of ON {name} ({key})")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    there.let_read()
    engine.dispose()


def _declared() -> list[str]:
    near = [f"      bench.near{n}: {{of: customer via customer_id, classes: {{contact: [a, b, c, d]}}}}\n" for n in range(NEAR)]
    deep = [
        f"      bench.deep{n}: {{part_of: bench.near{n} via near_id, classes: {{contact: [a, b, c, d]}}}}\n" for n in range(DEEP)
    ]
    return near + deep


def _seconds(of: Callable[[], object]) -> float:
    start = time.perf_counter()
    of()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()

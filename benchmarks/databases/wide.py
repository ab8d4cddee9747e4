"""A wide schema: 300 tables, 300 promises. What ``survey``, ``plan`` and ``verify`` take beside the sum of their queries.

python -m benchmarks.databases.wide [--on KIND]… [--tables N] [--rows N]
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from zusage.bootstrap import opened
from zusage.connectors.opening import open_reader
from zusage.promises.manifest import System

from .places import server
from .world import WORDS

HEAD = """
zusage: 1
controller: {name: Bench GmbH, address: "Weg 1, 12345 Musterstadt", email: b@bench.example, land: NW, officer: {email: o@bench.example}}
notice: {version: 2026-01-31, automated_decisions: none}
systems: {wide: {url: "${BENCH_URL}", writer: "${BENCH_WRITER_URL}"}}
classes: {contact: {de: Kontaktdaten, en: contact data}}
guard: {share: 1}
activities:
"""
ACTIVITY = """\
  part-{n}:
    title: {{de: Teil {n}, en: Part {n}}}
    purpose: {{de: Führung des Kontos, en: keeping the account}}
    legal_basis: art-6-1-b
    data: {{wide.t{n}: {{classes: {{contact: [{columns}, ended_at]}}}}}}
    keep: [{{name: ended, at_most: P3Y, from: ended_at}}]
"""
COLUMNS = [f"c{n}" for n in range(15)]
#: a statement and its values
Asked = tuple[str, Any]


def main() -> None:
    """Measure each kind of database that was named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", action="append", choices=tuple(WORDS))
    parser.add_argument("--tables", type=int, default=300)
    parser.add_argument("--rows", type=int, default=2000, help="in each table")
    asked = parser.parse_args()
    for kind in asked.on or WORDS:
        with tempfile.TemporaryDirectory(prefix="zusage-bench-") as name, server(kind, Path(name)) as there:
            with there.engine(there.empty().owner).begin() as connection:
                for statement in _statements(kind, asked.tables, asked.rows):
                    connection.exec_driver_sql(statement)
            there.let_read()
            os.environ["BENCH_URL"], os.environ["BENCH_WRITER_URL"] = there.addresses.reader, there.addresses.writer
            path = Path(name) / "zusage.yaml"
            parts = (ACTIVITY.format(n=n, columns=", ".join(COLUMNS)) for n in range(asked.tables))
            path.write_text(HEAD + "".join(parts))
            measure(kind, path)


def measure(kind: str, path: Path) -> None:
    """Survey, plan and verify, each in a product opened anew; what is imported the first time is imported before."""
    with opened(path) as product:
        product.make_plan()
    with opened(path) as product, queries() as asked:
        _say(kind, "survey", lambda: product.inventories, asked)
        _say(kind, "plan", product.make_plan, asked)
        _say(kind, "verify", product.verify, asked)


@contextmanager
def queries() -> Iterator[list[Asked]]:
    """Every statement that is sent to the system, with its values."""
    asked: list[Asked] = []

    def before(_: object, __: object, statement: str, parameters: object, *___: object) -> None:
        asked.append((statement, parameters))

    sa.event.listen(Engine, "before_cursor_execute", before)
    try:
        yield asked
    finally:
        sa.event.remove(Engine, "before_cursor_execute", before)


def _limit(asked: list[Asked]) -> float:
    """Seconds for the same statements and nothing else: one after the other on one connection of the driver's, in one transaction."""
    if os.environ["BENCH_URL"].startswith("sqlite:"):  # whose Reader is not let at what tells the schema once it is open
        asked = [one for one in asked if not one[0].startswith("CREATE")]  # the probe that nothing can be written
        with closing(sqlite3.connect(os.environ["BENCH_URL"].removeprefix("sqlite:///"))) as connection, connection:
            return _replayed(connection.cursor(), asked)
    reader = open_reader("wide", System.model_validate({"url": os.environ["BENCH_URL"]}))
    try:
        with reader.snapshot():
            return _replayed(reader._connection.connection.cursor(), asked)
    finally:
        reader.close()


def _replayed(cursor: Any, asked: list[Asked]) -> float:
    start = time.perf_counter()
    for statement, parameters in asked:
        cursor.execute(statement, parameters)
        cursor.fetchall()
    return time.perf_counter() - start


def _say(kind: str, what: str, act: Callable[[], object], asked: list[Asked]) -> None:
    asked.clear()
    start = time.perf_counter()
    act()
    seconds = time.perf_counter() - start
    done = [one for one in asked if not one[0].startswith(("BEGIN", "START"))]  # all of them in one transaction
    limit = min(_limit(done) for _ in range(2))
    print(f"{kind:11} {what:8} {seconds:7.2f} s  {len(done):5} queries {limit:7.2f} s  {seconds / limit:5.2f}", flush=True)


def _statements(kind: str, tables: int, rows: int) -> Iterator[str]:
    words = WORDS[kind]
    text = ", ".join(f"{column} VARCHAR(40)" for column in COLUMNS)
    filled = ", ".join(words.text.format(prefix="value ", n="n") for _ in COLUMNS)
    numbers = words.numbers.format(rows=rows)
    for n in range(tables):
        yield f"CREATE TABLE t{n} (id INTEGER NOT NULL PRIMARY KEY, {text}, ended_at {words.time}){words.engine}"
        yield f"INSERT INTO t{n} SELECT n, {filled}, {words.ago.format(n='n % 2000')} FROM {numbers}"


if __name__ == "__main__":
    main()

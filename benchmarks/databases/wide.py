"""A wide schema: 300 tables, 300 promises. What ``survey``, ``plan`` and ``verify`` take beside the sum of their queries.

python -m benchmarks.databases.wide [--on KIND]… [--tables N] [--rows N]
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from zusage.bootstrap import opened

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
    with opened(path) as product, queries() as spent:
        _say(kind, "survey", lambda: product.inventories, spent)
        _say(kind, "plan", product.make_plan, spent)
        _say(kind, "verify", product.verify, spent)


@contextmanager
def queries() -> Iterator[list[float]]:
    """The seconds that every statement takes, from sending it to having its rows."""
    spent: list[float] = []
    started: list[float] = []

    def before(*_: object) -> None:
        started.append(time.perf_counter())

    def after(*_: object) -> None:
        spent.append(time.perf_counter() - started.pop())

    sa.event.listen(Engine, "before_cursor_execute", before)
    sa.event.listen(Engine, "after_cursor_execute", after)
    try:
        yield spent
    finally:
        sa.event.remove(Engine, "before_cursor_execute", before)
        sa.event.remove(Engine, "after_cursor_execute", after)


def _say(kind: str, what: str, act: Callable[[], object], spent: list[float]) -> None:
    spent.clear()
    start = time.perf_counter()
    act()
    seconds = time.perf_counter() - start
    print(
        f"{kind:11} {what:8} {seconds:7.2f} s  {len(spent):5} queries {sum(spent):7.2f} s  {seconds / sum(spent):5.2f}",
        flush=True,
    )


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

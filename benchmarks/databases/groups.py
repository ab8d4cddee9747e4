"""Groups over joined tables: people of a region who are alike in what they can do, looked at and parted, beside the same by hand.

python -m benchmarks.databases.groups [--on KIND]… [--people N]
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa

from zusage.bootstrap import opened

from .places import server
from .world import WORDS

MANIFEST = """
zusage: 1
controller: {name: Bench GmbH, address: "Weg 1, 12345 Musterstadt", email: b@bench.example, land: NW, officer: {email: o@bench.example}}
notice: {version: 2026-01-31, automated_decisions: none}
systems: {pool: {url: "${BENCH_URL}", writer: "${BENCH_WRITER_URL}"}}
classes: {contact: {de: Kontaktdaten, en: contact data}}
guard: {share: 1}
activities:
  experts:
    title: {de: Fachleute, en: Experts}
    purpose: {de: Vermittlung, en: placement}
    legal_basis: art-6-1-b
    data:
      pool.person: {classes: {contact: [name, region]}, structure: [ended_at]}
      pool.skill: {part_of: pool.person via person_id, classes: {contact: [called]}}
    keep:
      - name: counted
        data: pool.person
        at_most: P3Y
        from: ended_at
        then:
          anonymise: {name: {}}
          aggregate: {columns: [region], at_least: 5, joined: [{rows: pool.skill via person_id, columns: [called]}]}
"""
#: how each kind of database strings the values of a group together
_TOGETHER = {
    "sqlite": "group_concat(called, '|')",
    "postgresql": "string_agg(called, '|' ORDER BY called)",
    "mariadb": "GROUP_CONCAT(called ORDER BY called SEPARATOR '|')",
}


def main() -> None:
    """Measure each kind of database that was named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", action="append", choices=tuple(WORDS))
    parser.add_argument("--people", type=int, default=100_000)
    asked = parser.parse_args()
    for kind in asked.on or WORDS:
        with tempfile.TemporaryDirectory(prefix="zusage-bench-") as name, server(kind, Path(name)) as there:
            engine = there.engine(there.empty().owner)
            with engine.begin() as connection:
                for statement in _statements(kind, asked.people):
                    connection.exec_driver_sql(statement).close()
            there.let_read()
            os.environ["BENCH_URL"], os.environ["BENCH_WRITER_URL"] = there.addresses.reader, there.addresses.writer
            path = Path(name) / "zusage.yaml"
            path.write_text(MANIFEST)
            measure(kind, path, engine)


def measure(kind: str, path: Path, engine: sa.Engine) -> None:
    """Plan, verify and apply; by hand the same groups are counted, and parted in a transaction that is undone, each before."""
    with engine.connect() as connection:
        connection.exec_driver_sql(_small(kind)).all()  # read once, so that it is warm
        by_hand = _took(lambda: connection.exec_driver_sql(_small(kind)).all())
        (groups, people), rows = connection.exec_driver_sql(_small(kind)).one(), 0
        connection.rollback()
        start = time.perf_counter()
        rows = connection.exec_driver_sql(_part(kind)).rowcount
        parted = time.perf_counter() - start
        connection.rollback()
    print(f"{kind}: by hand {groups} small groups of {people} people, {rows} rows to part")
    with opened(path) as product:
        product.make_plan()
    with opened(path) as product:
        _say(kind, "verify", _took(product.verify), by_hand)
    with opened(path) as product:
        start = time.perf_counter()
        plan = product.make_plan()
        planned = time.perf_counter() - start
        _say(kind, "plan", planned, by_hand)
        product.save_plan(plan, path.with_suffix(".json"))
        start = time.perf_counter()
        results = product.apply_plan(path.with_suffix(".json"), lambda _: None)
        _say(kind, "apply", time.perf_counter() - start, parted)
    if stopped := [result.stopped for result in results if result.stopped]:
        raise SystemExit(stopped[0])
    with engine.connect() as connection:
        left = connection.exec_driver_sql(_small(kind)).one()
    print(f"{kind}: {sum(result.rows for result in results)} rows changed; small groups left, by hand: {left[0]}")


def _took(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _say(kind: str, what: str, took: float, by_hand: float) -> None:
    print(f"{kind:>10} {what:<6} {took:7.2f} s, by hand {by_hand:6.2f} s: {took / by_hand:5.2f}", flush=True)


def _alike(kind: str) -> str:
    """Each person with how many are alike: of one region, with the same skills."""
    said = f"(SELECT person_id, {_TOGETHER[kind]} AS says FROM skill WHERE person_id IS NOT NULL GROUP BY person_id)"
    alike = "count(*) OVER (PARTITION BY p.region, s.says) AS alike"
    return f"SELECT p.id, p.region, s.says, {alike} FROM person p LEFT JOIN {said} s ON s.person_id = p.id"


def _small(kind: str) -> str:
    groups = f"SELECT region, says, count(*) AS people FROM ({_alike(kind)}) g WHERE alike < 5 GROUP BY region, says"
    return f"SELECT count(*), sum(people) FROM ({groups}) small"


def _part(kind: str) -> str:
    return f"UPDATE skill SET person_id = NULL WHERE person_id IN (SELECT id FROM ({_alike(kind)}) g WHERE alike < 5)"


def _statements(kind: str, people: int) -> Iterator[str]:
    """People of twenty regions, each with none to three skills of a few: most are alike to many, some to few."""
    words = WORDS[kind]
    numbers = words.numbers.format(rows=people)
    yield f"CREATE TABLE person (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(40), region VARCHAR(20), ended_at {words.time}){words.engine}"
    yield f"CREATE TABLE skill (id INTEGER NOT NULL PRIMARY KEY, person_id INTEGER REFERENCES person (id), called VARCHAR(40)){words.engine}"
    yield "CREATE INDEX skill_person ON skill (person_id)"
    region = words.text.format(prefix="region ", n="(n % 20)")
    yield f"INSERT INTO person SELECT n, NULL, {region}, {words.ago.format(n='2000')} FROM {numbers}"
    for turn, (step, of) in enumerate(((1, 5), (3, 7), (5, 13))):
        called = words.text.format(prefix=f"skill {turn} ", n=f"((n % 10007) * (n % 9973) % 10009 * {step} % {of})")
        yield f"INSERT INTO skill SELECT n + {turn * people}, n, {called} FROM {numbers} WHERE n % 4 > {turn}"
    yield "ANALYZE TABLE person, skill" if kind == "mariadb" else "ANALYZE"


if __name__ == "__main__":
    main()

"""Whose a row is can lie in a JSON document, and so can several people: found, answered, corrected and erased in each of the databases."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.integration.servers import MariaDB, Postgres
from zusage.bootstrap import opened
from zusage.bootstrap.rights.answering import Asked, access, find, portability
from zusage.bootstrap.rights.correcting import Wish as Correct
from zusage.bootstrap.rights.correcting import correct
from zusage.bootstrap.rights.persons import Search
from zusage.planning.holding import HoldUnfit, Person
from zusage.promises.checking import against
from zusage.promises.finding import ManifestError
from zusage.promises.inventory import Inventory
from zusage.rights.person import SeveralFound
from zusage.rights.rectification import NotCorrectable
from zusage.sealing import SigningKey
from zusage.testing.mariadb_bench import MariaDbBench
from zusage.testing.postgres_bench import PASSWORD, READER, WRITER, PostgresBed, PostgresBench

from .documents_of_people import erase, on_sqlite, signed

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
MANIFEST = """\
zusage: 1
controller: {name: Example GmbH, email: privacy@example.org, land: BE}
systems: {shop: {url: "${READER_URL}", writer: "${WRITER_URL}"}}
classes: {one: {de: Angaben, en: details}}
guard: {share: 1.0, approvers: [KEY]}
people:
  customer: {record: shop.customer, key: id, known_by: ["shop.event.payload->customer->email", "shop.visit.payload->contact->email"]}
activities:
  orders:
    title: {de: Bestellung, en: Orders}
    purpose: {de: Bestellung, en: orders}
    legal_basis: art-6-1-b
    data:
      shop.customer: {classes: {one: [name, since]}}
      shop.event:
        of: "customer via payload->customer->id"
        classes: {one: [payload, at]}
        others: ["payload->referee"]
        inferred: ["payload->score"]
        mentions: ["payload->note"]
      shop.trace: {part_of: shop.event via event_id, classes: {one: [words]}}
      shop.visit: {classes: {one: [payload, at]}}
    keep:
      - {name: events, data: shop.event, at_most: P9Y, from: at}
      - {name: visits, data: shop.visit, at_most: P9Y, from: at}
      - {name: customers, data: shop.customer, at_most: P9Y, from: since}
  sent:
    title: {de: Gesendet, en: Sent}
    purpose: {de: Gesendet, en: sent}
    legal_basis: art-6-1-b
    data: {shop.transfer: {of: "customer via payload->sender->id", classes: {one: [payload, at]}, shared: [at, "payload->sender"]}}
    keep: [{name: senders, at_most: P9Y, from: at, then: {anonymise: {payload: {json: [sender]}}, stays: {at: {de: x, en: x}}}}]
  got:
    title: {de: Empfangen, en: Received}
    purpose: {de: Empfangen, en: received}
    legal_basis: art-6-1-b
    data: {shop.transfer: {of: "customer via payload->reader->id", classes: {one: [payload, at]}, shared: [at, "payload->reader"]}}
    keep: [{name: readers, at_most: P9Y, from: at, then: {anonymise: {payload: {json: [reader]}}, stays: {at: {de: x, en: x}}}}]
"""
TABLES = (
    "CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR(80), since TIME_TYPE)",
    "CREATE TABLE event (id INTEGER PRIMARY KEY, payload JSON_TYPE, at TIME_TYPE)",
    "CREATE TABLE trace (id INTEGER PRIMARY KEY, event_id INTEGER REFERENCES event (id), words VARCHAR(80))",
    "CREATE TABLE transfer (id INTEGER PRIMARY KEY, payload JSON_TYPE, at TIME_TYPE)",
    "CREATE TABLE visit (id INTEGER PRIMARY KEY, payload JSON_TYPE, at TIME_TYPE)",
)


def _event(n: int) -> dict[str, Any]:
    """The key is a number in one and a text in the next; Zoë's spelling needs an escape."""
    whose = {"id": n if n % 2 else str(n), "email": f"some{n}@mail.example", "name": f"Zoë of {n}"}
    return {"customer": whose, "count": n, "note": f"note of {n}", "referee": {"name": f"referee of {n}"}, "score": 7}


def _statements(time: str, document: str) -> list[str]:
    made = [statement.replace("TIME_TYPE", time).replace("JSON_TYPE", document) for statement in TABLES]
    for n in range(1, 5):
        m = n % 4 + 1
        transfer = {"sender": {"id": n, "text": f"sent by {n}"}, "reader": {"id": m, "text": f"read by {m}"}}
        visit = {"contact": {"email": f"SOME{n}@mail.example"}, "page": f"page of {n}"}
        at = "2026-01-01 10:00:00"
        made.append(f"INSERT INTO customer VALUES ({n}, 'name of {n}', '2025-01-01 10:00:00')")
        made += [
            f"INSERT INTO {table} VALUES ({n}, '{json.dumps(content)}', '{at}')"
            for table, content in (("event", _event(n)), ("transfer", transfer), ("visit", visit))
        ]
        made.append(f"INSERT INTO trace VALUES ({n}, {n}, 'trace of {n}')")
    odd: list[object] = [{"customer": 3}, {"customer": {"id": {"id": 3}}}, {"customer": {"id": True}}, [3], "3", 3, None]
    made += [f"INSERT INTO event VALUES ({90 + n}, '{json.dumps(one)}', '2026-01-01 10:00:00')" for n, one in enumerate(odd)]
    return made


def _documents(rows: list[dict[str, Any]]) -> dict[int, Any]:
    """Those that can be read."""
    readable = [row for row in rows if row["id"] < 97]
    return {row["id"]: json.loads(row["payload"]) if isinstance(row["payload"], str) else row["payload"] for row in readable}


def _whole_way(rows: Callable[[str], list[dict[str, Any]]], folder: Path) -> None:
    key = signed(MANIFEST, folder)
    events, transfers = _documents(rows("event")), _documents(rows("transfer"))
    with opened(folder / "zusage.yaml", clock=lambda: NOW) as product:
        product.refuse_findings()
        three = Asked(people="customer", given="3")
        found = find(product, three)
        assert dict(found.rows) == {"shop.customer": 1, "shop.event": 1, "shop.trace": 1, "shop.transfer": 2}
        assert (found.candidates, found.withheld) == ((("shop.visit.payload->contact->email", 1),), ("shop.event.payload->note",))
        _told(access(product, three, "en", paper=False).files["access.json"], score=True)
        _told("".join(map(str, portability(product, three, "en").files.values())), score=False)
        named = frozenset({"shop.visit.payload->contact->email", "shop.event.payload->note"})
        more = str(access(product, Asked(people="customer", given="3", include=named), "en", paper=False).files["access.json"])
        assert "page of 3" in more
        assert "note of 3" in more
        assert dict(find(product, Asked(people="customer", given="SOME3@mail.example", by_address=True)).rows) == dict(found.rows)
        many = Search(product, "customer").gather(["1", "2", "3"]).people
        alone = {key: Search(product, "customer").gather([key]).people[key] for key in many}
        for number, held in many.items():
            assert {one.content.place.table: len(one.rows) for one in held} == {
                one.content.place.table: len(one.rows) for one in alone[number]
            }
        _corrected(product)
        corrected = _documents(rows("event"))
        assert corrected == {**events, 3: {**events[3], "customer": {**events[3]["customer"], "name": "Zoë O'Three"}, "count": 5}}
        erase(product, key, folder / "erasure.json", Person(people="customer", key="3"))
    assert _documents(rows("event")) == {number: one for number, one in events.items() if number != 3}
    assert sorted(row["id"] for row in rows("trace")) == [1, 2, 4]
    left = _documents(rows("transfer"))
    assert {number: sorted(one) for number, one in left.items()} == {
        1: ["reader", "sender"],
        2: ["sender"],
        3: ["reader"],
        4: ["reader", "sender"],
    }
    assert all(part == transfers[number][name] for number, one in left.items() for name, part in one.items())
    assert len(_documents(rows("visit"))) == 4  # an address alone erases nothing


def _told(text: str | bytes, *, score: bool) -> None:
    """Their own part, and of nobody else any."""
    assert all(words in str(text) for words in ("of 3", "sent by 3", "read by 3"))
    assert ("score" in str(text)) is score
    others = [f"{words} {n}" for words in ("of", "sent by", "read by") for n in (1, 2, 4)]
    assert not [words for words in (*others, "referee", "note of", "page of") if words in str(text)]


def _corrected(product: Any) -> None:
    def one(column: str, value: str) -> None:
        correct(
            product, Correct(person=Person(people="customer", key="3"), table="shop.event", column=column, value=value, by="c")
        )

    one("payload->customer->name", "Zoë O'Three")
    one("payload->count", "5")
    with pytest.raises(NotCorrectable, match="part of the document"):
        one("payload->referee->name", "x")
    with pytest.raises(Exception, match="nothing that can be corrected lies at"):
        one("payload->customer->nowhere", "x")


def test_on_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = on_sqlite(tmp_path, monkeypatch, _statements("DATETIME", "TEXT"))
    with closing(sqlite3.connect(tmp_path / "shop.sqlite3")) as database, database:
        for table in ("event", "transfer", "visit"):  # what is no JSON is nobody's and stops no statement
            database.execute(
                f"INSERT INTO {table} VALUES (97, '{{\"customer\": {{\"id\": 3', '2026-01-01'), (98, x'7b7d', '2026-01-01')"
            )
    _whole_way(rows, tmp_path)


@pytest.fixture
def postgres(postgres_server: Postgres) -> Iterator[PostgresBed]:
    bench = PostgresBench(postgres_server.url())
    bed = bench.build(Inventory("shop", "postgresql", {}), {})
    assert isinstance(bed, PostgresBed)
    yield bed
    bench.close()


@pytest.mark.parametrize("document", ["json", "text"])
def test_on_postgresql_only_what_every_statement_can_look_into_is_followed(
    postgres: PostgresBed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, document: str
) -> None:
    """One document with a letter that jsonb does not take would stop the search for everybody."""
    postgres.by(*_statements("timestamptz", document))
    monkeypatch.setenv("READER_URL", postgres.address(READER, PASSWORD))
    monkeypatch.setenv("WRITER_URL", postgres.address(WRITER, PASSWORD))
    (tmp_path / "zusage.yaml").write_text(MANIFEST.replace("KEY", "x"), encoding="utf-8")
    with opened(tmp_path / "zusage.yaml") as product:
        found = {one.code for one in against(product.loaded, product.inventories)}
    assert "path-not-followed" in found


def test_on_postgresql(postgres: PostgresBed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    postgres.by(*_statements("timestamptz", "jsonb"))
    monkeypatch.setenv("READER_URL", postgres.address(READER, PASSWORD))
    monkeypatch.setenv("WRITER_URL", postgres.address(WRITER, PASSWORD))
    _whole_way(lambda table: [dict(row) for row in postgres.rows(table)], tmp_path)


def test_on_mariadb(mariadb_server: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = MariaDbBench(mariadb_server.url())
    bed = bench.build(Inventory("shop", "mariadb", {}), {})
    escaped = [one.replace("\\u", "\\\\u") for one in _statements("DATETIME", "JSON")]
    bed.by(f"USE `{bed.name}`", *escaped)
    monkeypatch.setenv("READER_URL", bed.address("reader"))
    monkeypatch.setenv("WRITER_URL", bed.address("writer"))
    _whole_way(lambda table: [dict(row) for row in bed.rows(table)], tmp_path)
    bench.close()


def test_an_address_that_two_documents_have_leads_to_neither(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_sqlite(tmp_path, monkeypatch, _statements("DATETIME", "TEXT"))
    with closing(sqlite3.connect(tmp_path / "shop.sqlite3")) as database, database:
        database.execute("UPDATE event SET payload = json_set(payload, '$.customer.email', 'some4@mail.example') WHERE id = 2")
    key = SigningKey.generate(tmp_path / "second.key", "second-person")
    (tmp_path / "zusage.yaml").write_text(MANIFEST.replace("KEY", f'"{key.verifier.encode()}"'), encoding="utf-8")
    with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
        with pytest.raises(SeveralFound):
            find(product, Asked(people="customer", given="some4@mail.example", by_address=True))
        asked = Asked(people="customer", given="4", include=frozenset({"shop.visit.payload->contact->email"}))
        found = find(product, asked)
        assert (found.ambiguous, "shop.visit" in dict(found.rows)) == ((("shop.visit.payload->contact->email", 1),), False)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("part_of: shop.event via event_id", 'part_of: "shop.event via words->event"'),
        ("anonymise: {payload: {json: [sender]}}", 'anonymise: {"payload->sender": {}}'),
        ("classes: {one: [payload, at]}\n        others", 'classes: {one: ["payload->customer", payload, at]}\n        others'),
        ("payload->customer->id", "id->customer->id"),
    ],
)
def test_a_path_is_refused_where_none_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str) -> None:
    on_sqlite(tmp_path, monkeypatch, _statements("DATETIME", "TEXT"))
    assert old in MANIFEST
    (tmp_path / "zusage.yaml").write_text(MANIFEST.replace("[KEY]", "[]").replace(old, new), encoding="utf-8")
    with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product, pytest.raises((ManifestError, HoldUnfit)):
        product.refuse_findings()

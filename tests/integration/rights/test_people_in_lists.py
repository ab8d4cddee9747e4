"""A list in a document has an item of each of several people: each finds, corrects and erases the own items, in each of the databases."""

from __future__ import annotations

import json
import sqlite3
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.integration.killing_calls import killed_at_line
from tests.integration.servers import MariaDB, Postgres
from zusage.bootstrap import Product, opened
from zusage.bootstrap.rights.answering import Asked, access, find
from zusage.bootstrap.rights.correcting import Wish as Correct
from zusage.bootstrap.rights.correcting import correct
from zusage.bootstrap.rights.erasing import Wish, answer, plan
from zusage.bootstrap.rights.persons import Search
from zusage.bootstrap.rights.restricting import Wish as Restrict
from zusage.bootstrap.rights.restricting import restrict
from zusage.planning.holding import HoldUnfit, Person
from zusage.promises.checking import against, check
from zusage.rights.rectification import NotCorrectable
from zusage.sealing import SigningKey

from .documents_of_people import Rows, erase, on_mariadb, on_postgresql, on_sqlite, signed

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
MANIFEST = """\
zusage: 1
controller: {name: Example GmbH, email: privacy@example.org, land: BE}
systems: {shop: {url: "${READER_URL}", writer: "${WRITER_URL}"}}
classes: {one: {de: Angaben, en: details}}
guard: {share: 1.0, approvers: [KEY]}
people:
  customer: {record: shop.customer, key: id}
activities:
  meetings:
    title: {de: Treffen, en: Meetings}
    purpose: {de: Treffen, en: meetings}
    legal_basis: art-6-1-b
    data:
      shop.customer: {classes: {one: [name, since]}}
      shop.meeting:
        of: "customer via payload->people->guests[]->who->id"
        classes: {one: [payload, at]}
        shared: [at, "payload->people->guests", "payload->title"]
    keep:
      - {name: meetings, data: shop.meeting, at_most: P9Y, from: at}
      - {name: customers, data: shop.customer, at_most: P9Y, from: since}
"""
TABLES = (
    "CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR(80), since TIME_TYPE)",
    "CREATE TABLE meeting (id INTEGER PRIMARY KEY, payload JSON_TYPE, at TIME_TYPE)",
)


def _guest(n: int, **more: Any) -> dict[str, Any]:
    """The key is a number in one and a text in the next."""
    return {"who": {"id": n if n % 2 else str(n)}, "says": f"words of {n}, \u00fc \"x\" 'y'", "share": 1.25, **more}


def _documents() -> dict[int, Any]:
    def among(*guests: object) -> dict[str, Any]:
        return {"people": {"guests": list(guests), "host": "the host"}, "title": "a title", "count": 12345678901}

    return {
        1: among(_guest(1), _guest(2), _guest(3)),
        2: among(_guest(3, first=True), _guest(4), _guest(3, nothing=None)),  # twice
        3: among(_guest(3)),  # nobody else
        4: among(_guest(1), _guest(13), {"who": {"id": {"id": 3}}}, 3, "3", None, True, [_guest(3)], {"id": 3}),  # none of 3
        5: {"people": {"guests": _guest(3)}},  # no list
        6: {"people": [_guest(3)]},
        7: [3],
        8: among(),
    }


def _statements(time: str, document: str) -> list[str]:
    made = [statement.replace("TIME_TYPE", time).replace("JSON_TYPE", document) for statement in TABLES]
    at = "2026-01-01 10:00:00"
    made += [f"INSERT INTO customer VALUES ({n}, 'name of {n}', '2025-01-01 10:00:00')" for n in range(1, 5)]
    for n, content in _documents().items():
        text = json.dumps(content, ensure_ascii=False).replace("'", "''")
        made.append(f"INSERT INTO meeting VALUES ({n}, '{text}', '{at}')")
    return [*made, f"INSERT INTO meeting VALUES (9, NULL, '{at}')"]


def _read(rows: list[dict[str, Any]]) -> dict[int, Any]:
    readable = [row for row in rows if row["id"] < 9]
    return {row["id"]: json.loads(row["payload"]) if isinstance(row["payload"], str) else row["payload"] for row in readable}


def _whole_way(rows: Rows, folder: Path) -> None:
    key = signed(MANIFEST, folder)
    before = _read(rows("meeting"))
    assert before == _documents()
    three = Person(people="customer", key="3")
    with opened(folder / "zusage.yaml", clock=lambda: NOW) as product:
        product.refuse_findings()
        assert dict(find(product, Asked(people="customer", given="3")).rows) == {"shop.customer": 1, "shop.meeting": 3}
        copy = str(access(product, Asked(people="customer", given="3"), "en", paper=False).files["access.json"])
        assert copy.count("words of 3") == 4
        assert "a title" in copy
        assert not [words for words in ("words of 1", "words of 2", "words of 4", "the host", "12345678901") if words in copy]
        many = Search(product, "customer").gather(["1", "2", "3"]).people
        assert {number: sum(len(one.rows) for one in held) for number, held in many.items()} == {"1": 3, "2": 2, "3": 4}
        _corrected(product, three)
        corrected = _read(rows("meeting"))
        before[1]["people"]["guests"][2]["says"] = "Zo\u00eb O'Three"
        assert corrected == before
        erase(product, key, folder / "erasure.json", three)
        assert '"3"' not in (folder / "erasure.json").read_text(encoding="utf-8")
        assert dict(find(product, Asked(people="customer", given="1")).rows) == {"shop.customer": 1, "shop.meeting": 2}
    left = {number: before[number] for number in before}
    left[1]["people"]["guests"].pop(2)
    left[2]["people"]["guests"] = [_guest(4)]
    left[3]["people"]["guests"] = []
    assert _read(rows("meeting")) == left
    assert len(rows("meeting")) == 9


def _corrected(product: Any, person: Person) -> None:
    def one(column: str, value: str, row: str) -> None:
        wish = Correct(person=person, table="shop.meeting", column=column, value=value, by="c", row=f"id = {row}")
        correct(product, wish)

    one("payload->people->guests[]->says", "Zo\u00eb O'Three", "1")
    with pytest.raises(Exception, match="several items"):
        one("payload->people->guests[]->says", "x", "2")
    for other in ("payload->people->host", "payload->people->guests", "payload->people->guests[]->who->id"):
        with pytest.raises(NotCorrectable, match="part of the document"):
            one(other, "x", "1")


def _sqlite(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Rows:
    rows = on_sqlite(folder, monkeypatch, _statements("DATETIME", "TEXT"))
    return lambda table: [row for row in rows(table) if row["id"] < 90]


def test_on_sqlite_each_has_the_own_items_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = _sqlite(tmp_path, monkeypatch)
    with closing(sqlite3.connect(tmp_path / "shop.sqlite3")) as database, database:  # what is no JSON stops no statement
        database.execute(
            "INSERT INTO meeting VALUES (97, '{\"people\": {\"guests\": [3', '2026-01-01'), (98, x'7b7d', '2026-01-01')"
        )
    _whole_way(rows, tmp_path)


def test_nobody_is_restricted_together_with_the_items_of_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = _sqlite(tmp_path, monkeypatch)
    (tmp_path / "zusage.yaml").write_text(MANIFEST.replace("[KEY]", "[]"), encoding="utf-8")
    before, three = rows("meeting"), Person(people="customer", key="3")
    with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
        with pytest.raises(HoldUnfit, match="items of several people"):
            restrict(product, Restrict(person=three, ground="a", by="clerk"))
        assert (rows("meeting"), len(rows("customer"))) == (before, 4)
        assert not product.state.restrictions.all()
        shown = restrict(product, Restrict(person=three, ground="a", by="clerk", tables=frozenset({"shop.customer"})))
        assert shown.restriction.ground == "a"
    assert (rows("meeting"), len(rows("customer"))) == (before, 3)


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_every_line_each_item_goes_once_and_the_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    rows = _sqlite(tmp_path, monkeypatch)
    key = signed(MANIFEST, tmp_path)
    path = tmp_path / "erasure.json"
    with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
        wish = Wish(people=[Person(people="customer", key="3")], ground="b", by="clerk", needed={})
        product.save_plan(plan(product, wish).plan, path)
        product.approve_plan(path, key)
        product.state.close()

    def again() -> AbstractContextManager[Product]:
        return opened(tmp_path / "zusage.yaml", clock=lambda: NOW)

    assert (
        sum(killed_at_line(again, path, line, after=after) for line in (2, 3, 2, 4, 3)) >= 3
    )  # each takes up what the one before left
    with again() as product:
        product.apply_plan(path, lambda _: None)
        assert answer(product, path).complete
    left = _documents()
    left[1]["people"]["guests"].pop(2)
    left[2]["people"]["guests"], left[3]["people"]["guests"] = [_guest(4)], []
    assert _read(rows("meeting")) == left


def test_on_postgresql_each_has_the_own_items_and_no_other(
    postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with on_postgresql(postgres_server, monkeypatch, _statements("timestamptz", "jsonb")) as bed:
        _whole_way(lambda table: [dict(row) for row in bed.rows(table)], tmp_path)


def test_on_mariadb_each_has_the_own_items_and_no_other(
    mariadb_server: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = (one.replace("\\", "\\\\") for one in _statements("DATETIME", "JSON"))
    with on_mariadb(mariadb_server, monkeypatch, statements) as bed:
        _whole_way(lambda table: [dict(row) for row in bed.rows(table)], tmp_path)
        long = json.dumps({"people": {"guests": [_guest(n, more="x" * 40) for n in (*range(100, 15_000), 4)]}})
        bed.by(
            f"USE `{bed.name}`",
            "INSERT INTO meeting VALUES (90, '{}', '2026-01-01')".format(long.replace("\\", "\\\\").replace("'", "''")),
        )
        with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:  # longer than what GROUP_CONCAT gives by itself
            key = SigningKey.load(tmp_path / "second.key")
            erase(product, key, tmp_path / "second.json", Person(people="customer", key="4"))
        (left,) = (json.loads(row["payload"])["people"]["guests"] for row in bed.rows("meeting") if row["id"] == 90)
        assert left == json.loads(long)["people"]["guests"][:-1]


def test_several_people_go_from_one_list_with_one_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = _sqlite(tmp_path, monkeypatch)
    key = signed(MANIFEST, tmp_path)
    with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
        erase(product, key, tmp_path / "many.json", *(Person(people="customer", key=n) for n in ("1", "2", "4")))
    left = _documents()
    left[1]["people"]["guests"] = [_guest(3)]
    left[2]["people"]["guests"].pop(1)
    left[4]["people"]["guests"].pop(0)
    assert _read(rows("meeting")) == left


def test_an_item_that_comes_again_is_seen_and_nobody_is_found_by_half_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer counts what the living list holds, so that an item which somebody slips in turns it incomplete."""
    rows = _sqlite(tmp_path, monkeypatch)
    _whole_way(rows, tmp_path)
    with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
        assert answer(product, tmp_path / "erasure.json").complete
        with closing(sqlite3.connect(tmp_path / "shop.sqlite3")) as database, database:
            database.execute(
                "UPDATE meeting SET payload = json_insert(payload, '$.people.guests[#]', json(?)) WHERE id = 8",
                [json.dumps(_guest(3))],
            )
        assert dict(answer(product, tmp_path / "erasure.json").left) == {"shop.meeting": 1}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("at_most: P9Y, from: at}", "at_least: P1Y, at_most: P9Y, from: at}", "items-with-row"),
        ("at_most: P9Y, from: at}", "at_most: P9Y, from: at, purpose_ends: {from: at, after: P1Y}}", "items-with-row"),
        ("key: id}", 'key: id, known_by: ["shop.meeting.payload->people->host"]}', "items-with-row"),
        ('"payload->people->guests"', '"payload->people->guests[]"', "path-not-followed"),
        ("guests[]->who->id", "guests[]->a[]->b[]->c[]->id", "unknown-column"),
        ("guests[]->who->id", "guests'x->all[]->id", "unknown-column"),
    ],
)
def test_what_would_move_the_items_of_others_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, code: str
) -> None:
    _sqlite(tmp_path, monkeypatch)
    assert old in MANIFEST
    (tmp_path / "zusage.yaml").write_text(MANIFEST.replace("[KEY]", "[]").replace(old, new), encoding="utf-8")
    with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
        found = {one.code for one in (*check(product.loaded, NOW.date()), *against(product.loaded, product.inventories))}
    assert code in found, found

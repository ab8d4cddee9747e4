"""Lists that are the document, lists in lists, and arrays: each person finds, is told and erases the own items alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.integration.servers import MariaDB, Postgres
from zusage.bootstrap import Product, opened
from zusage.bootstrap.rights.answering import Asked, access, find
from zusage.bootstrap.rights.correcting import Wish as Correct
from zusage.bootstrap.rights.correcting import correct
from zusage.bootstrap.rights.erasing import Wish, answer, plan
from zusage.bootstrap.rights.persons import Search
from zusage.planning.holding import Person
from zusage.promises.checking import against, check
from zusage.promises.inventory import Inventory
from zusage.rights.person import NobodyFound
from zusage.rights.rectification import NotCorrectable
from zusage.sealing import SigningKey
from zusage.testing.postgres_bench import PASSWORD, READER, WRITER, PostgresBed, PostgresBench

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
      shop.customer: {classes: {one: [name]}}
      shop.hall: {of: "customer via plan->rooms[]->seats[]->who", classes: {one: [plan]}}
      shop.rota: {of: "customer via turns[]->id", classes: {one: [turns]}}
      shop.team: {of: "customer via members[]", classes: {one: [members]}, structure: [title]}
    keep:
      - {name: customers, data: shop.customer, at_most: P9Y, from: since}
      - {name: halls, data: shop.hall, at_most: P9Y, from: since}
      - {name: rotas, data: shop.rota, at_most: P9Y, from: since}
      - {name: teams, data: shop.team, at_most: P9Y, from: since}
"""
#: table → its column with the list, and what it holds in each row
CONTENT: dict[str, tuple[str, list[Any]]] = {
    "hall": (
        "plan",
        [
            {
                "rooms": [
                    {"called": "blue", "seats": [{"who": 1, "says": "one"}, {"who": 3, "says": "three"}]},
                    {"called": "red", "seats": [{"who": "2", "says": "two"}]},
                ]
            },
            {"rooms": [{"called": "green", "seats": [{"who": "3", "says": "third"}]}, {"seats": 3}]},
            {"rooms": [{"called": "grey", "seats": [{"who": 13, "says": "far"}]}]},
        ],
    ),
    "rota": ("turns", [[{"id": 3, "at": "noon"}, {"id": 2, "at": "dusk"}], [{"id": "33", "at": "dawn"}], {"id": 3}, []]),
    "team": ("members", [[1, 3, 2], [3], [13, 1], []]),
}
LEFT: dict[str, list[Any]] = {
    "hall": [
        {
            "rooms": [
                {"called": "blue", "seats": [{"who": 1, "says": "one"}]},
                {"called": "red", "seats": [{"who": "2", "says": "two"}]},
            ]
        },
        {"rooms": [{"called": "green", "seats": []}, {"seats": 3}]},
        CONTENT["hall"][1][2],
    ],
    "rota": [[{"id": 2, "at": "dusk"}], *CONTENT["rota"][1][1:]],
    "team": [[1, 2], [], [13, 1], []],
}


def _statements(time: str, document: str, array: str = "") -> list[str]:
    made = [
        f"CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR(80), since {time})",
        f"CREATE TABLE hall (id INTEGER PRIMARY KEY, plan {document}, since {time})",
        f"CREATE TABLE rota (id INTEGER PRIMARY KEY, turns {document}, since {time})",
        f"CREATE TABLE team (id INTEGER PRIMARY KEY, title VARCHAR(80), members {array or document}, since {time})",
    ]
    at = "2026-01-01 10:00:00"
    made += [f"INSERT INTO customer VALUES ({n}, 'name of {n}', '{at}')" for n in (1, 2, 3, 13)]
    for table, (_, documents) in CONTENT.items():
        for n, one in enumerate(documents, 1):
            text = str(one).replace("[", "{").replace("]", "}") if table == "team" and array else json.dumps(one)
            title = "'title', " if table == "team" else ""
            made.append(f"INSERT INTO {table} VALUES ({n}, {title}'{text}', '{at}')")
    return made


def _lists(rows: Rows, table: str) -> list[Any]:
    values = [row[CONTENT[table][0]] for row in sorted(rows(table), key=lambda row: int(row["id"]))]
    return [json.loads(value) if isinstance(value, str) else value for value in values]


def _whole_way(rows: Rows, folder: Path) -> None:
    key = signed(MANIFEST, folder)
    assert {table: _lists(rows, table) for table in CONTENT} == {table: lists for table, (_, lists) in CONTENT.items()}
    three = Person(people="customer", key="3")
    with opened(folder / "zusage.yaml", clock=lambda: NOW) as product:
        product.refuse_findings()
        theirs = {"shop.customer": 1, "shop.hall": 2, "shop.rota": 1, "shop.team": 2}
        assert dict(find(product, Asked(people="customer", given="3")).rows) == theirs
        copy = json.loads(str(access(product, Asked(people="customer", given="3"), "en", paper=False).files["access.json"]))
        told = json.dumps(copy)
        assert [word for word in ("three", "third", "noon") if word not in told] == []
        assert [word for word in ("one\\", "two", "dusk", "dawn", "far", "blue", "red", "grey", "[1", "13") if word in told] == []
        many = Search(product, "customer").gather(["1", "2", "3"]).people
        assert {number: sum(len(one.rows) for one in held) for number, held in many.items()} == {"1": 4, "2": 4, "3": 6}
        _corrected(product, rows, three)
        erase(product, key, folder / "erasure.json", three)
        assert {table: _lists(rows, table) for table in CONTENT} == LEFT
        assert [row["id"] for row in rows("customer")] == [1, 2, 13]
        with pytest.raises(NobodyFound):
            find(product, Asked(people="customer", given="3"))
        assert dict(find(product, Asked(people="customer", given="1")).rows) == {
            "shop.customer": 1,
            "shop.hall": 1,
            "shop.team": 2,
        }


def _corrected(product: Product, rows: Rows, person: Person) -> None:
    def one(table: str, column: str, value: str, row: int) -> None:
        correct(product, Correct(person=person, table=table, column=column, value=value, by="c", row=f"id = {row}"))

    one("shop.hall", "plan->rooms[]->seats[]->says", "drei", 1)
    one("shop.rota", "turns[]->at", "midnight", 1)
    halls, rotas = _lists(rows, "hall"), _lists(rows, "rota")
    assert halls[0]["rooms"][0]["seats"] == [{"who": 1, "says": "one"}, {"who": 3, "says": "drei"}]
    assert halls[0]["rooms"][1] == CONTENT["hall"][1][0]["rooms"][1]
    assert rotas[0] == [{"id": 3, "at": "midnight"}, {"id": 2, "at": "dusk"}]
    for table, column in (("shop.team", "members[]"), ("shop.rota", "turns[]->id"), ("shop.hall", "plan->rooms[]->seats[]->who")):
        with pytest.raises(NotCorrectable, match="part of the document"):
            one(table, column, "4", 1)


def test_on_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _whole_way(on_sqlite(tmp_path, monkeypatch, _statements("DATETIME", "TEXT")), tmp_path)


def test_on_mariadb(mariadb_server: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with on_mariadb(mariadb_server, monkeypatch, _statements("DATETIME", "JSON")) as bed:
        _whole_way(lambda table: [dict(row) for row in bed.rows(table)], tmp_path)


@pytest.mark.parametrize("array", ["integer[]", "text[]", "smallint[]"])
def test_on_postgresql_with_arrays(
    postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, array: str
) -> None:
    with on_postgresql(postgres_server, monkeypatch, _statements("timestamptz", "jsonb", array)) as bed:

        def rows(table: str) -> list[dict[str, Any]]:
            found = [dict(row) for row in bed.rows(table)]
            return [{**row, "members": list(map(int, row["members"]))} for row in found] if table == "team" else found

        _whole_way(rows, tmp_path)


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("numeric[]", "path-not-followed"),
        ("jsonb[]", "path-not-followed"),
        ("text", "path-not-followed"),
        ("json", "path-not-followed"),
    ],
)
def test_what_is_no_list_of_keys_is_refused(
    postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, declared: str, code: str
) -> None:
    made = (one for one in _statements("timestamptz", "jsonb", declared) if one.startswith("CREATE"))
    (tmp_path / "zusage.yaml").write_text(MANIFEST.replace("[KEY]", "[]"), encoding="utf-8")
    with (
        on_postgresql(postgres_server, monkeypatch, made),
        opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product,
    ):
        found = [one.code for one in (*check(product.loaded, NOW.date()), *against(product.loaded, product.inventories))]
    assert code in found, found


def test_of_an_array_with_more_dimensions_nothing_goes_and_the_step_is_stopped(
    postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = PostgresBench(postgres_server.url())
    bed = bench.build(Inventory("shop", "postgresql", {}), {})
    assert isinstance(bed, PostgresBed)
    bed.by(
        *_statements("timestamptz", "jsonb", "integer[]"), "INSERT INTO team VALUES (9, 'title', '{{1,3},{2,2}}', '2026-01-01')"
    )
    monkeypatch.setenv("READER_URL", bed.address(READER, PASSWORD))
    monkeypatch.setenv("WRITER_URL", bed.address(WRITER, PASSWORD))
    key = SigningKey.generate(tmp_path / "second.key", "second-person")
    (tmp_path / "zusage.yaml").write_text(MANIFEST.replace("KEY", f'"{key.verifier.encode()}"'), encoding="utf-8")
    with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
        wish = Wish(people=(Person(people="customer", key="3"),), ground="b", by="clerk", needed={})
        product.save_plan(plan(product, wish).plan, tmp_path / "erasure.json")
        product.approve_plan(tmp_path / "erasure.json", key)
        stopped = [one.stopped for one in product.apply_plan(tmp_path / "erasure.json", lambda _: None) if one.stopped]
        assert len(stopped) == 1, stopped
        assert "team" in stopped[0]
        assert not answer(product, tmp_path / "erasure.json").complete
    assert [row["members"] for row in bed.rows("team") if row["id"] == 9] == [[[1, 3], [2, 2]]]
    bench.close()

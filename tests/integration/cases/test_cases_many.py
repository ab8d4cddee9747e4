"""The register of cases with ten thousand in it: whose request it is is found by a keyed code, and no other case is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from tests.integration.small_world import SmallWorld
from zusage.bootstrap import opened
from zusage.bootstrap.cases.requests import all_standing, happen, receive
from zusage.bootstrap.cases.tending import tend
from zusage.rights.case import Event
from zusage.state import open_state
from zusage.state.errors import CaseTorn
from zusage.state.opened import State

AT = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
MANY = 10_000


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    made = open_state(None, tmp_path)
    yield made
    made.close()


def _open(state: State, person: str | None) -> str:
    return state.cases.open("erasure", Event(kind="received", at=AT, by="clerk-1"), {"person": person, "words": "please"}).id


def _change(state: State, statement: str) -> int:
    with closing(sqlite3.connect(state.folder / "state.sqlite3")) as database, database:
        return database.execute(statement).rowcount


def _about(state: State, *people: str) -> list[str]:
    return [case.id for case, _ in state.cases.about("erasure", people)]


def test_among_ten_thousand_cases_only_those_of_a_person_are_opened(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other = _open(state, "customer=7"), _open(state, "customer=8")
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY})"
    columns = "right, received_at, content, content_digest, events, head, whose"
    copies = f"INSERT INTO zusage_case (id, {columns}) {numbers} SELECT i, {columns} FROM n, zusage_case c WHERE c.id = 2"
    assert _change(state, copies) == MANY - 2
    again = _open(state, "customer=007")
    opened: list[str] = []
    real = state.cases._texts.open

    def counted(about: str, stored: str) -> str | None:
        opened.append(about)
        return real(about, stored)

    monkeypatch.setattr(state.cases._texts, "open", counted)
    assert _about(state, "customer=7") == [mine, again]
    assert set(opened) == {"case 1", f"case {MANY + 1}"}
    with pytest.raises(CaseTorn):
        _about(state, "customer=8")  # the copies are not what was sealed there
    assert other == "C-0002"
    opened.clear()
    _change(state, "UPDATE zusage_case SET closed_at = received_at WHERE id > 1")
    assert [case.id for case in state.cases.all(ended=False)] == [mine]  # the copies have ended, and are not even read
    with pytest.raises(CaseTorn):
        state.cases.all()


def test_nobody_is_taken_for_nobody_else_and_nothing_in_the_table_says_who_it_is(state: State) -> None:
    cases = [_open(state, person) for person in (None, "customer=0", "customer=00", "contact=0", "customer=x07")]
    assert _about(state, "customer=000") == cases[1:3]
    assert _about(state, "customer=x7") == []
    assert _about(state, "contact=0", "customer=x07") == [cases[3], cases[4]]
    with closing(sqlite3.connect(state.folder / "state.sqlite3")) as database:
        codes = [code for (code,) in database.execute("SELECT whose FROM zusage_case ORDER BY id")]
    assert len(set(codes)) == 4
    assert all(len(code) == len(codes[0]) >= 32 for code in codes)


def test_a_case_that_was_made_hard_to_find_by_hand_is_not_whole(state: State) -> None:
    for person in ("customer=7", "customer=8"):
        _open(state, person)
    assert [filed.case is not None for filed in state.cases.filed()] == [True, True]
    _change(state, "UPDATE zusage_case SET whose = (SELECT whose FROM zusage_case WHERE id = 2) WHERE id = 1")
    assert [filed.case is not None for filed in state.cases.filed()] == [False, True]
    with pytest.raises(CaseTorn):
        state.cases.content("C-0001")


def test_a_case_in_which_something_else_was_written_is_not_whole_and_stops_no_other(state: State) -> None:
    other = [_open(state, person) for person in ("customer=7", "customer=8")][1]
    _change(state, "UPDATE zusage_case SET content = 'no document' WHERE id = 1")
    assert [filed.case is not None for filed in state.cases.filed()] == [False, True]
    for look in (lambda: _about(state, "customer=7"), lambda: state.cases.content("C-0001")):
        with pytest.raises(CaseTorn):
            look()
    assert _about(state, "customer=8") == [other]


def test_what_an_older_program_opened_is_found_before_and_after_it_is_indexed(state: State) -> None:
    case = _open(state, "customer=7")
    _open(state, "customer=8")
    _change(state, "UPDATE zusage_case SET whose = ''")
    assert _about(state, "customer=7") == [case]
    assert state.cases.index() == 2
    assert state.cases.index() == 0
    assert _about(state, "customer=7") == [case]


def test_a_case_that_is_emptied_is_known_by_no_code_any_more(state: State) -> None:
    case = _open(state, "customer=7")
    state.cases.add(case, Event(kind="withdrawn", at=AT, by="clerk-1"), "", lambda found: found)
    assert state.cases.erase(AT.replace(year=2030), AT) == 1
    with closing(sqlite3.connect(state.folder / "state.sqlite3")) as database:
        assert database.execute("SELECT whose, content FROM zusage_case").fetchall() == [("", None)]
    assert _about(state, "customer=7") == []
    assert state.cases.index() == 0


def test_one_look_opens_every_case_once_whatever_is_promised_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = "CREATE TABLE customer (id INTEGER PRIMARY KEY, since DATETIME)"
    world = SmallWorld.make(tmp_path, table, {"customers": "    data: {shop.customer: {classes: {one: [since]}}}\n"})
    world.rewrite("controller: {name: Example GmbH}", "controller: {name: Example GmbH}\nrequests: {kept: P1Y}")
    with opened(world.folder / "zusage.yaml") as product:
        receive(product, "human-decision", "clerk-1", {"words": "please"})
        real, read = product.state.cases.filed, []

        def filed() -> Iterator[object]:
            read.append(True)
            return real()

        monkeypatch.setattr(product.state.cases, "filed", filed)
        found = {one.promise.id: one.judgement.verdict.value for one in product.verify()}
        assert len([name for name in found if name.startswith("requests/")]) > 2
        assert len(read) == 1
        product.verify()
        assert len(read) == 2  # another look sees what is there then


def test_a_sweep_a_list_and_a_look_ask_the_register_as_often_for_many_cases_as_for_few(tmp_path: Path) -> None:
    table = "CREATE TABLE customer (id INTEGER PRIMARY KEY, since DATETIME)"
    world = SmallWorld.make(tmp_path, table, {"customers": "    data: {shop.customer: {classes: {one: [since]}}}\n"})
    requests = 'requests: {kept: P1Y, mail: {server: "smtp://127.0.0.1:9", sender: a@example.org}, reminders: {to: [b@example.org], before: [P60D]}}'
    world.rewrite("controller: {name: Example GmbH}", f"controller: {{name: Example GmbH}}\n{requests}")
    asked: list[str] = []

    def counted(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        asked.append(sql)
        return execute(sql, *more)

    def often() -> list[int]:
        numbers = []
        for act in (lambda: tend(product), lambda: all_standing(product), lambda: product.verify()):
            asked.clear()
            with connections[product.state.alias].execute_wrapper(counted):
                act()
            numbers.append(len(asked))
        return numbers

    def reminded(number: int) -> None:
        for _ in range(number):
            one = happen(product, receive(product, "access", "clerk", {"words": "x"}).case.id, "acknowledged", "clerk")
            mails = product.state.case_mails
            mails.sent(mails.begin(one.case.id, f"P60D before {one.due}", AT), AT)

    with opened(world.folder / "zusage.yaml") as product:
        reminded(2)
        few = often()
        reminded(10)
        assert often() == few
        assert min(few) > 1
        assert len(all_standing(product)) == 12

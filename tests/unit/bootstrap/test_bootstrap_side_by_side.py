"""Two looks at once say what one look after the other says."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zusage.bootstrap import opened
from zusage.bootstrap.looking import side_by_side
from zusage.connectors import opening
from zusage.connectors.sql.reader import SqlReader
from zusage.connectors.trouble import Unreachable

HEAD = """
zusage: 1
controller: {name: Test GmbH}
systems: {shop: {url: "sqlite:///shop.db"}}
classes: {contact: {de: Kontaktdaten, en: contact data}}
guard: {share: 1}
activities:
"""
ACTIVITY = """\
  part-{n}:
    title: {{de: Teil {n}, en: Part {n}}}
    purpose: {{de: Führung des Kontos, en: keeping the account}}
    legal_basis: art-6-1-b
    data: {{shop.t{n}: {{classes: {{contact: [mail, ended_at]}}}}}}
    keep: [{{name: ended, at_most: P3Y, from: ended_at}}]
"""
TABLES = side_by_side.ENOUGH + 5


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As many tables as promises; in every fourth nobody is due."""
    monkeypatch.chdir(tmp_path)
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        for n in range(TABLES):
            connection.execute(f"CREATE TABLE t{n} (id INTEGER PRIMARY KEY, mail TEXT, ended_at TEXT)")
            rows = [(f"a{i}@b.example", "2015-05-05 12:00:00" if i < n % 4 else "2099-01-01 12:00:00") for i in range(5)]
            connection.executemany(f"INSERT INTO t{n} (mail, ended_at) VALUES (?, ?)", rows)
    path = tmp_path / "zusage.yaml"
    path.write_text(HEAD + "".join(ACTIVITY.format(n=n) for n in range(TABLES)))
    return path


def test_verdicts_and_plans_are_those_of_one_look_after_the_other(manifest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(manifest) as product:
        plan, verdicts = product.make_plan(), [(one.promise.id, one.judgement) for one in product.verify()]
    monkeypatch.setattr(side_by_side, "ENOUGH", 1000)
    with opened(manifest) as product:
        assert [(one.promise.id, one.judgement) for one in product.verify()] == verdicts
        assert product.make_plan().steps == plan.steps
    assert sorted(step.rows for step in plan.steps) == sorted(n % 4 for n in range(TABLES) if n % 4)
    assert {"broken", "kept"} <= {judgement.verdict.value for _, judgement in verdicts}


def test_where_no_second_connection_is_let_in_the_first_one_answers_all(manifest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise Unreachable("shop", "the server has too many connections")

    with opened(manifest) as product:
        verdicts = [(one.promise.id, one.judgement) for one in product.verify()]
        monkeypatch.setattr(opening, "open_reader", refuse)
        assert [(one.promise.id, one.judgement) for one in product.verify()] == verdicts
        assert product.make_plan().steps


def test_answers_come_in_the_order_of_the_questions_from_two_threads() -> None:
    def ask(n: int) -> Callable[[str], tuple[int, str, str]]:
        return lambda view: (n, view, threading.current_thread().name)

    found = list(side_by_side.in_turn([ask(n) for n in range(6)], "first", "other"))
    assert [(n, view) for n, view, _ in found] == [(n, ("first", "other")[n % 2]) for n in range(6)]
    assert len({name for _, _, name in found}) == 2


def test_what_goes_wrong_in_the_other_thread_is_told_when_its_turn_comes() -> None:
    def fail(view: str) -> str:
        if view == "other":
            raise Unreachable("shop", "the connection is lost")
        return view

    answers = side_by_side.in_turn([fail, fail], "first", "other")
    assert next(answers) == "first"
    with pytest.raises(Unreachable, match="the connection is lost"):
        next(answers)


def test_whoever_stops_half_way_lets_the_other_question_end_before_its_connection_is_closed(
    manifest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    weigh, close = SqlReader.weigh, SqlReader.close

    def slowly(reader: SqlReader, *given: Any) -> Any:
        if threading.current_thread() is threading.main_thread():
            return weigh(reader, *given)
        time.sleep(0.05)
        found = weigh(reader, *given)
        done.append("answered")
        return found

    def closed(reader: SqlReader) -> None:
        done.append("closed")
        close(reader)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(SqlReader, "weigh", slowly)
    before = set(threading.enumerate())  # those of servers that other tests of this process keep running
    with opened(manifest) as product:
        assert product.inventories
        monkeypatch.setattr(SqlReader, "close", closed)
        monkeypatch.setattr("zusage.planning.count._Question.answered", stop)
        with pytest.raises(KeyboardInterrupt):
            product.make_plan()
        assert done[-1] == "closed"
        assert "answered" not in done[done.index("closed") :]
        assert set(threading.enumerate()) <= before


def test_a_table_with_several_rules_is_counted_once(manifest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = manifest.read_text().split("  part-3:")
    several = [f'{{name: n{n}, at_most: P3Y, from: ended_at, only: "id = {n}"}}' for n in (1, 2)]
    head, _, _ = first.rpartition("keep: ")
    manifest.write_text(f"{head}keep: [{', '.join(several)}]\n  part-3:{second}")
    counted: list[str] = []
    count = SqlReader.count
    monkeypatch.setattr(SqlReader, "count", lambda reader, one: counted.append(one.table) or count(reader, one))
    with opened(manifest) as product:
        assert sum(step.table == "t2" for step in product.make_plan().steps) > 1
    assert 1 <= counted.count("t2") <= 2, "once for each of the two connections"

"""Zusage erases two of the pool's people on demand; everybody else's rows stay as they are."""

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from expert_pool.generate import generate
from expert_pool.mails import Post, compose
from zusage.bootstrap import opened
from zusage.bootstrap.rights.erasing import Wish, answer, plan
from zusage.planning.holding import Person
from zusage.sealing import SigningKey

POOL = Path(__file__).parents[3] / "examples" / "expert_pool"
ERASED = (2, 11)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pool")
    address = f"sqlite:///{folder}/pool.db"
    generate(address, folder / "pool", people=60, now=datetime(2026, 6, 1, 9, 0))
    key = SigningKey.generate(folder / "second.key", "second-person")
    text = (POOL / "zusage.yaml").read_text()
    named = f'guard:\n  approvers: ["{key.verifier.encode()}"]\n  share: 0.2'
    (folder / "zusage.yaml").write_text(text.replace("guard:\n  share: 0.2", named))
    (folder / "standing.yaml").write_text((POOL / "standing.yaml").read_text())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POOL_DATABASE_URL", address)
        patch.setenv("POOL_FOLDER", str(folder / "pool"))
        patch.setenv("POOL_APPLICATION_URL", address)
        yield folder, key


def _rows(folder):
    """Every row of every table, by table and column names."""
    found = {}
    with closing(sqlite3.connect(folder / "pool.db")) as database:
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            cursor = database.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            found[table] = [dict(zip(names, row, strict=True)) for row in cursor]
    return found


def _others(rows):
    """Rows that say that they are somebody else's."""
    return {
        table: sorted(repr(row) for row in found if row["person_id"] not in (*ERASED, None))
        for table, found in rows.items()
        if found and "person_id" in found[0]
    }


def _erase(folder, key, number):
    file = folder / f"{number}.json"
    with opened(folder / "zusage.yaml") as product:
        wish = Wish(people=[Person(people="person", key=str(number))], ground="b", by="clerk", needed={})
        product.save_plan(plan(product, wish).plan, file)
        product.approve_plan(file, key)
        assert not [result.stopped for result in product.apply_plan(file, lambda _: None) if result.stopped]
        return answer(product, file)


def _queue(folder, *numbers):
    """A mail to each that has not gone out yet; returns the files in which they lie."""
    engine = create_engine(f"sqlite:///{folder}/pool.db")
    post = Post(engine, folder / "pool" / "spool", None)
    with engine.begin() as connection:
        names = [post.queue(connection, compose(f"person.{n}@example.org", "x", f"To {n}"), "note", n) for n in numbers]
    return [post.spool / f"{name}.eml" for name in names]


def _told(found):
    told = Counter()
    for one in found.done:
        if one.how == "erased" and one.rows:
            told.update({one.table: one.rows, **dict(one.with_them)})
    return {table.removeprefix("pool."): rows for table, rows in told.items() if table not in ("pool.message", "pool.comment")}


def test_two_people_are_erased_and_nobody_else_notices(place):
    folder, key = place
    *theirs, somebody_elses = _queue(folder, *ERASED, 12)
    assert all(file.exists() for file in theirs)
    before = _rows(folder)
    assert {row["id"] for row in before["person"]} >= set(ERASED)
    assert [row for row in before["message"] if row["person_id"] in ERASED]  # presence before absence
    now = before
    for number in ERASED:
        found = _erase(folder, key, number)
        assert found.complete, found.left
        earlier, now = now, _rows(folder)
        went = {table: len(rows) - len(now[table]) for table, rows in earlier.items() if len(rows) > len(now[table])}
        went.pop("receipt", None)  # waits in the vault
        assert _told(found) == went  # each row once, whichever step took it
    after = _rows(folder)
    assert {row["id"] for row in before["person"]} - {row["id"] for row in after["person"]} == set(ERASED)
    assert _others(after) == _others(before)
    left = {table for table, found in after.items() for row in found if row.get("person_id") in ERASED}
    assert left == set()
    assert not [file for file in theirs if file.exists()]  # a mail that had not gone out goes with the row that names it
    assert somebody_elses.exists()
    assert len(after["message"]) == len(before["message"])  # a message has two ends: its row stays

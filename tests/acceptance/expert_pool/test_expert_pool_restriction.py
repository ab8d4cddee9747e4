"""Zusage restricts one of the pool's people: nothing of theirs is in reach, nobody else notices, and all comes back as it was."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from expert_pool.generate import generate
from zusage.bootstrap import opened
from zusage.bootstrap.rights.restricted import show
from zusage.bootstrap.rights.restricting import OthersAnswer, Wish, lift, restrict
from zusage.planning.holding import Person

POOL = Path(__file__).parents[3] / "examples" / "expert_pool"
ASKED = 2


@pytest.fixture
def folder(tmp_path, monkeypatch):
    address = f"sqlite:///{tmp_path}/pool.db"
    generate(address, tmp_path / "pool", people=60, now=datetime(2026, 6, 1, 9, 0))
    for name in ("zusage.yaml", "standing.yaml"):
        (tmp_path / name).write_text((POOL / name).read_text())
    monkeypatch.setenv("POOL_DATABASE_URL", address)
    monkeypatch.setenv("POOL_APPLICATION_URL", address)
    return tmp_path


def _rows(folder):
    """Every row of every table with the type of each value."""
    with closing(sqlite3.connect(folder / "pool.db")) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(map(repr, database.execute(f'SELECT * FROM "{name}"'))) for name in names}


def test_one_person_is_out_of_reach_and_comes_back_as_they_were(folder):
    before = _rows(folder)
    with opened(folder / "zusage.yaml") as product:
        found = restrict(product, Wish(person=Person(people="person", key=str(ASKED)), ground="a", by="clerk"))
        assert found.shown
    during = _rows(folder)
    assert all(set(during[name]) <= set(before[name]) for name in before)  # nobody else's row is another one
    gone = sum(len(before[name]) - len(during[name]) for name in before)
    assert gone == found.hidden > 3
    with opened(folder / "zusage.yaml") as product:
        product.state.restrictions.told("R-0001", "clerk", "letter", datetime.now(UTC))
        lift(product, "R-0001", "clerk")
        assert show(product, "R-0001").restriction.lifted_at
    assert _rows(folder) == before


def test_whose_comment_others_answered_is_refused_with_the_reason_before_anything_moves(folder):
    with closing(sqlite3.connect(folder / "pool.db")) as database, database:
        number, written = database.execute("SELECT person_id, id FROM comment WHERE person_id NOT NULL LIMIT 1").fetchone()
        database.execute(
            "INSERT INTO comment (training_id, person_id, answers, text, at) SELECT training_id, "
            "(SELECT id FROM person WHERE id <> person_id LIMIT 1), id, 'Danke', at FROM comment WHERE id = ?",
            (written,),
        )
    before = _rows(folder)
    with opened(folder / "zusage.yaml") as product, pytest.raises(OthersAnswer, match=r"of comment .* such as an answer"):
        restrict(product, Wish(person=Person(people="person", key=str(number)), ground="a", by="clerk"))
    assert _rows(folder) == before

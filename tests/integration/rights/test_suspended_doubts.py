"""A suspension of one person holds exactly their rows: none that is nobody's, and one that may be theirs only where nobody can tell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.integration.small_world import NOW, SmallWorld
from zusage.bootstrap import opened
from zusage.bootstrap.holding import Wish, place
from zusage.bootstrap.rights.restricting import Wish as Restricted
from zusage.bootstrap.rights.restricting import restrict
from zusage.cli.plan import command
from zusage.planning.holding import Person

TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, since DATE);
CREATE TABLE note (id INTEGER PRIMARY KEY, customer_id INTEGER, text TEXT, at DATETIME);
CREATE TABLE remark (id INTEGER PRIMARY KEY, subject_type TEXT, subject_id INTEGER, text TEXT, at DATETIME);
CREATE TABLE line (id INTEGER PRIMARY KEY, note_id INTEGER, text TEXT);
INSERT INTO customer VALUES (1, 'a', '2025-01-01'), (2, 'b', '2025-01-01');
INSERT INTO note VALUES (10, 1, 'x', '2024-01-01'), (11, NULL, 'x', '2024-01-01'), (12, 2, 'x', '2024-01-01');
INSERT INTO line VALUES (100, 10, 'x'), (101, 11, 'x');
INSERT INTO remark VALUES (20, 'customer', 1, 'x', '2024-01-01'), (21, 'customer', NULL, 'x', '2024-01-01'),
  (22, NULL, 1, 'x', '2024-01-01'), (23, NULL, 2, 'x', '2024-01-01'), (24, 'shop', 1, 'x', '2024-01-01');
"""
NOTES = """\
    data:
      shop.customer: {classes: {one: [name, since]}}
      shop.note: {of: customer via customer_id, classes: {one: [text, at]}}
      shop.line: {part_of: shop.note via note_id, classes: {one: [text]}}
    keep:
      - {name: year, data: shop.note, at_most: P1Y, from: at}
      - {name: customers, data: shop.customer, at_most: P9Y, from: since}
"""
REMARKS = """\
    data:
      shop.remark: {about: "shop.customer via subject_id where subject_type = 'customer'", classes: {two: [text, at]}}
    keep: [{name: year, at_most: P1Y, from: at}]
"""
PEOPLE = "people: {customer: {record: shop.customer, key: id}}\nactivities:\n"


@pytest.fixture
def world(tmp_path: Path) -> SmallWorld:
    made = SmallWorld.make(tmp_path, TABLES, {"notes": NOTES, "remarks": REMARKS})
    made.rewrite("activities:\n", PEOPLE)
    return made


def hold(world: SmallWorld, key: str) -> dict[str, int]:
    """What is held of one person, and of how many rows of which tables nobody can tell."""
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as product:
        wish = Wish(person=Person(people="customer", key=key), reason="claim", review_on=date(2027, 1, 1), by="legal")
        return {one.table: one.rows for one in place(product, wish).doubts}


def left(world: SmallWorld, table: str) -> set[int]:
    return {id for (id,) in world.sql(f"SELECT id FROM {table}")}


def test_rows_that_are_nobodys_go_although_a_person_is_held(world: SmallWorld) -> None:
    hold(world, "1")
    world.do()
    assert left(world, "note") == {10}
    assert left(world, "line") == {100}
    assert world.verdicts()["notes/year/at-most"] == "kept"


def test_a_row_that_may_be_theirs_stays_and_nothing_else_that_lacks_a_value(world: SmallWorld) -> None:
    assert hold(world, "1") == {"shop.remark": 1}
    world.do()
    assert left(world, "remark") == {20, 22}
    assert world.verdicts()["remarks/year/at-most"] == "kept"


def test_the_plan_says_of_how_many_rows_nobody_can_tell(world: SmallWorld) -> None:
    where = [str(world.folder / "zusage.yaml"), "-o", str(world.folder / "plan.json")]
    assert "may be meant" not in CliRunner().invoke(command, where, standalone_mode=False).output
    hold(world, "1")
    assert "S-0001 may be meant to hold 1 row of shop.remark" in CliRunner().invoke(command, where, standalone_mode=False).output


def test_a_hold_on_nobodys_row_would_be_seen_by_the_prover(world: SmallWorld) -> None:
    """The prover asks by the same words, so that a row which stays without a reason is overdue."""
    hold(world, "1")
    assert world.verdicts()["notes/year/at-most"] == "broken"
    world.do()
    world.sql("INSERT INTO note VALUES (13, NULL, 'x', '2024-01-01')")
    assert world.verdicts()["notes/year/at-most"] == "broken"


def test_a_restriction_moves_and_holds_only_rows_of_that_person(world: SmallWorld) -> None:
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as product:
        restrict(product, Restricted(person=Person(people="customer", key="1"), ground="a", by="clerk"))
    assert left(world, "note") == {11, 12}
    world.do()
    assert left(world, "note") == set()
    assert left(world, "remark") == {22}


def test_a_condition_by_hand_holds_what_may_fulfil_it_and_that_is_said(world: SmallWorld) -> None:
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as product:
        wish = Wish(rows=[("shop.note", "customer_id = 2")], reason="claim", review_on=date(2027, 1, 1), by="legal")
        assert [(one.table, one.rows) for one in place(product, wish).doubts] == [("shop.note", 1)]
    world.do()
    assert left(world, "note") == {11, 12}


def test_a_condition_that_compares_a_text_with_a_number_is_said_to_hold_what_it_may_mean(world: SmallWorld) -> None:
    """Nobody can tell of any row whether it is meant, though each has a value."""
    world.sql("CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
    world.sql("INSERT INTO word VALUES (1, 'x'), (2, 'y')")
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as product:
        for text, wanted in (("text = 'x'", []), ("text = 'x' OR text = 2", [("shop.word", 1)])):
            wish = Wish(rows=[("shop.word", text)], reason="claim", review_on=date(2027, 1, 1), by="legal")
            assert [(one.table, one.rows) for one in place(product, wish).doubts] == wanted

"""Rows that must stay although much speaks for their going."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from tests.integration.small_world import NOW, SmallWorld
from zusage.bootstrap import opened
from zusage.enforcement.refusal import PlanStale

SHARED = """
CREATE TABLE orders (id INTEGER PRIMARY KEY, at DATETIME, name TEXT);
CREATE TABLE invoice (id INTEGER PRIMARY KEY, at DATETIME, name TEXT);
CREATE TABLE line (id INTEGER PRIMARY KEY, order_id INTEGER, invoice_id INTEGER, what TEXT);
INSERT INTO orders VALUES (1, '2020-01-01 10:00:00', 'a'), (2, '2020-01-01 10:00:00', 'b');
INSERT INTO invoice VALUES (1, '2025-01-01 10:00:00', 'a'), (2, '2015-01-01 10:00:00', 'b');
INSERT INTO line VALUES (1, 1, 1, 'x'), (2, 2, 2, 'y');
"""
ORDERS = """
    data:
      shop.orders: {classes: {one: [name, at]}}
      shop.line: {part_of: "shop.orders via order_id", classes: {two: [what]}}
    keep: [{name: k, at_most: P3Y, from: at}]
"""
INVOICES = """
    data:
      shop.invoice: {classes: {one: [name, at]}}
      shop.line: {part_of: "shop.invoice via invoice_id", classes: {two: [what]}}
    keep: [{name: k, at_least: P8Y, at_most: P20Y, from: at}]
"""


def test_what_belongs_to_two_rows_stays_while_one_of_them_must_be_kept(tmp_path: Path) -> None:
    world = SmallWorld.make(tmp_path, SHARED, {"orders": ORDERS, "invoices": INVOICES.replace("P20Y", "P8Y")})
    world.do()
    assert world.sql("SELECT id FROM line") == [(1,)]
    assert world.sql("SELECT id FROM orders") == [(1,)]


def test_what_belongs_to_two_rows_stays_while_one_of_them_is_suspended(tmp_path: Path) -> None:
    world = SmallWorld.make(tmp_path, SHARED, {"orders": ORDERS, "invoices": INVOICES.replace("P20Y", "P8Y")})
    world.sql("UPDATE invoice SET at = '2010-01-01 10:00:00'")
    with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
        product.state.suspensions.place([("shop.invoice", "id = 1")], "claim", date(2027, 1, 1), "legal")
    world.do()
    assert world.sql("SELECT id FROM line") == [(1,)]
    assert world.sql("SELECT id FROM orders") == [(1,)]
    assert world.verdicts()["orders/k/at-most"] == "kept"


def test_a_suspension_placed_after_the_plan_holds_what_belongs_to_two_rows(tmp_path: Path) -> None:
    world = SmallWorld.make(tmp_path, SHARED, {"orders": ORDERS, "invoices": INVOICES.replace("P20Y", "P8Y")})
    world.sql("UPDATE invoice SET at = '2010-01-01 10:00:00'")
    world.sql("INSERT INTO line (id) VALUES (3), (4), (5), (6)")  # both steps count the others
    world.plan()
    with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
        product.state.suspensions.place([("shop.invoice", "id = 1")], "claim", date(2027, 1, 1), "legal")
    world.apply()
    assert world.sql("SELECT id FROM line WHERE id < 3") == [(1,)]


PART = """
CREATE TABLE orders (id INTEGER PRIMARY KEY, at DATETIME, name TEXT);
CREATE TABLE line (id INTEGER PRIMARY KEY, order_id KIND, what TEXT, at DATETIME);
INSERT INTO orders VALUES (1, '2020-01-01 10:00:00', 'a');
INSERT INTO line VALUES (1, 1, 'x', '2025-01-01 10:00:00');
"""


@pytest.mark.parametrize("then", ["delete", "{anonymise: {what: {}}}"])
def test_a_minimum_on_a_part_holds_the_row_to_which_it_belongs(tmp_path: Path, then: str) -> None:
    keep = f"      - {{name: m, data: shop.line, at_least: P8Y, at_most: P8Y, from: at, then: {then}}}\n"
    orders = ORDERS.replace("[what]", "[what, at]").replace("[{name: k, at_most: P3Y, from: at}]", "")
    orders += "      - {name: k, at_most: P3Y, from: at}\n" + keep
    world = SmallWorld.make(tmp_path, PART.replace("KIND", "INTEGER"), {"orders": orders})
    world.do()
    assert world.sql("SELECT id, what FROM line") == [(1, "x")]
    assert world.sql("SELECT id FROM orders") == [(1,)]


def test_rows_linked_by_a_text_and_a_number_are_refused_rather_than_deleted_unseen(tmp_path: Path) -> None:
    keep = "      - {name: m, data: shop.line, at_least: P8Y, at_most: P8Y, from: at}\n"
    orders = ORDERS.replace("[what]", "[what, at]").replace("[{name: k, at_most: P3Y, from: at}]", "")
    orders += "      - {name: k, at_most: P3Y, from: at}\n" + keep
    world = SmallWorld.make(tmp_path, PART.replace("KIND", "TEXT"), {"orders": orders})
    assert "unlike-keys" in world.refused()
    assert "another kind of value" in world.do()[0].stopped
    assert world.sql("SELECT id FROM line") == [(1,)]


def test_a_column_of_two_purposes_is_changed_when_the_later_of_them_ends(tmp_path: Path) -> None:
    tables = """
    CREATE TABLE orders (id INTEGER PRIMARY KEY, at DATETIME, name TEXT);
    INSERT INTO orders VALUES (1, '2024-01-01 10:00:00', 'original'), (2, '2014-01-01 10:00:00', 'old');
    """
    data = "    data: {shop.orders: {classes: {one: [name]}, structure: [at]}}\n"
    keep = "    keep: [{{name: k, {}, from: at, then: {{anonymise: {{name: {{constant: '-'}}}}}}}}]\n"
    activities = {"a": data + keep.format("at_most: P1Y"), "b": data + keep.format("at_least: P8Y, at_most: P10Y")}
    world = SmallWorld.make(tmp_path, tables, activities)
    world.do()
    assert world.sql("SELECT name FROM orders ORDER BY id") == [("original",), ("-",)]
    assert world.verdicts()["a/k/at-most"] == world.verdicts()["b/k/at-most"] == "kept"


CASCADE = """
CREATE TABLE orders (id INTEGER PRIMARY KEY, at DATETIME, name TEXT);
CREATE TABLE {0} (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders(id) ON DELETE CASCADE, at DATETIME, what TEXT);
INSERT INTO orders VALUES (1, '2020-01-01 10:00:00', 'a');
INSERT INTO {0} VALUES (1, 1, '2026-01-01 10:00:00', 'needed');
"""


def test_a_table_whose_name_begins_like_ours_is_seen_and_loses_nothing(tmp_path: Path) -> None:
    data = "    data: {shop.orders: {classes: {one: [name, at]}}}\n    keep: [{name: k, at_most: P1Y, from: at}]\n"
    world = SmallWorld.make(tmp_path, CASCADE.format("zusage_letter"), {"orders": data})
    assert "zusage_letter" in world.do()[0].stopped
    assert world.sql("SELECT what FROM zusage_letter") == [("needed",)]
    assert world.verdicts()["accounted/shop"] == "broken"


def test_blocking_waits_for_what_refers_to_the_row(tmp_path: Path) -> None:
    rest = """
    data: {shop.orders: {classes: {one: [name, at]}}, shop.payment: {classes: {two: [what, at]}}}
    keep:
      - {name: k, data: shop.orders, at_most: P8Y, from: at, purpose_ends: {from: at, after: P1Y}, waits_for: ["shop.payment via order_id"]}
      - {name: m, data: shop.payment, at_least: P8Y, at_most: P8Y, from: at}
"""
    world = SmallWorld.make(tmp_path, CASCADE.format("payment"), {"orders": rest})
    assert world.do() == ()
    assert world.sql("SELECT what FROM payment") == [("needed",)]


def test_nothing_is_blocked_that_another_minimum_keeps_longer_than_the_vault(tmp_path: Path) -> None:
    tables = """
    CREATE TABLE orders (id INTEGER PRIMARY KEY, at DATETIME, closed DATETIME, name TEXT);
    INSERT INTO orders VALUES (1, '2020-01-01 10:00:00', '2025-01-01 10:00:00', 'a');
    """
    rest = """
    data: {shop.orders: {classes: {one: [name]}, structure: [at, closed]}}
    keep:
      - {name: k, at_most: P8Y, from: at, purpose_ends: {from: at, after: P1Y}}
      - {name: m, at_least: P8Y, from: closed}
"""
    world = SmallWorld.make(tmp_path, tables, {"orders": rest})
    world.verdicts()
    assert world.do() == ()
    later = NOW.replace(year=2029)
    assert world.do(later) == ()
    assert world.verdicts(later)["orders/m/at-least"] == "kept"


@pytest.mark.parametrize(
    "changed",
    [
        "DROP TRIGGER t; CREATE TRIGGER t AFTER DELETE ON orders BEGIN DELETE FROM letter; END",
        "DROP VIEW late; CREATE VIEW late AS SELECT id FROM orders WHERE id > 2",
    ],
)
def test_a_plan_is_refused_once_a_trigger_or_a_view_says_something_else(tmp_path: Path, changed: str) -> None:
    tables = """
    CREATE TABLE orders (id INTEGER PRIMARY KEY, at DATETIME, name TEXT);
    CREATE TABLE letter (id INTEGER PRIMARY KEY, at DATETIME);
    CREATE VIEW late AS SELECT id FROM orders WHERE id > 1;
    CREATE TRIGGER t AFTER DELETE ON orders BEGIN DELETE FROM letter WHERE id = -1; END;
    INSERT INTO orders VALUES (1, '2020-01-01 10:00:00', 'a'), (2, '2020-01-01 10:00:00', 'b');
    INSERT INTO letter VALUES (1, '2026-01-01 10:00:00');
    """
    rest = """
    data: {shop.orders: {classes: {one: [name, at]}}, shop.letter: {classes: {two: [at]}}}
    keep: [{name: k, data: shop.orders, at_most: P1Y, from: at, unless: EXISTS (SELECT 1 FROM late WHERE id = orders.id)}]
"""
    world = SmallWorld.make(tmp_path, tables, {"orders": rest})
    world.rewrite("application:", "triggers: {t: it deletes nothing that is there}, application:")
    assert [step.rows for step in world.plan().steps] == [1]
    with closing(sqlite3.connect(tmp_path / "shop.sqlite3")) as database:
        database.executescript(changed)
    with pytest.raises(PlanStale, match="schema"):
        world.apply()
    assert world.sql("SELECT id FROM orders UNION ALL SELECT id FROM letter") == [(1,), (2,), (1,)]


def test_more_rows_than_planned_stop_a_step_before_its_first_batch(tmp_path: Path) -> None:
    tables = """
    CREATE TABLE orders (id INTEGER PRIMARY KEY, at DATETIME, name TEXT);
    INSERT INTO orders VALUES (1, '2026-01-01 10:00:00', 'a'), (2, '2020-01-01 10:00:00', 'b');
    """
    data = "    data: {shop.orders: {classes: {one: [name, at]}}}\n    keep: [{name: k, at_most: P1Y, from: at}]\n"
    world = SmallWorld.make(tmp_path, tables, {"orders": data}, batch=1)
    world.plan()
    world.sql("UPDATE orders SET at = '2020-01-01 10:00:00'")
    assert "more than the 1 rows" in world.apply()[0].stopped
    assert world.sql("SELECT id FROM orders") == [(1,), (2,)]

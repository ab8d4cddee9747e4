"""Erasure on demand: one person's rows go, everybody else's stay as they are, and no key of anybody is in a plan."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from contextlib import AbstractContextManager, closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.integration.killing_calls import killed_at_line
from zusage.bootstrap import Product, opened
from zusage.bootstrap.holding import Wish as Hold
from zusage.bootstrap.holding import place
from zusage.bootstrap.people import code_of
from zusage.bootstrap.rights.demands import DemandUnknown, close
from zusage.bootstrap.rights.erasing import Wish, answer, plan
from zusage.cli import cli
from zusage.enforcement.apply import StepResult
from zusage.enforcement.refusal import NeedsApproval
from zusage.planning.holding import HoldUnfit, Person
from zusage.planning.plan import DeleteBlocked, Plan
from zusage.sealing import SigningKey

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, since DATETIME);
CREATE TABLE purchase (id INTEGER PRIMARY KEY, number TEXT UNIQUE, customer_id INTEGER REFERENCES customer (id), at DATETIME, open BOOLEAN);
CREATE TABLE line (id INTEGER PRIMARY KEY, purchase_id INTEGER REFERENCES purchase (id), words TEXT);
CREATE TABLE invoice (id INTEGER PRIMARY KEY, number TEXT, recipient TEXT, issued_on DATE);
CREATE TABLE remark (id INTEGER PRIMARY KEY, customer_id INTEGER, text TEXT, at DATETIME);
CREATE TABLE stray (id INTEGER PRIMARY KEY, text TEXT, at DATETIME);
"""
MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
systems: {shop: {url: "sqlite:///FOLDER/shop.sqlite3", application: "sqlite:///FOLDER/shop.sqlite3"}}
classes: {one: {de: eins, en: one}}
guard: {share: 1.0, approvers: [KEY]}
people: {customer: {record: shop.customer, key: id, title: {de: Kundinnen, en: customers}}}
activities:
  orders:
    title: {de: Bestellung, en: Orders}
    purpose: {de: Bestellung, en: orders}
    legal_basis: art-6-1-b
    data:
      shop.customer: {classes: {one: [name, since]}}
      shop.purchase: {of: customer via customer_id, classes: {one: [number, at]}, structure: [open]}
      shop.line: {part_of: shop.purchase via purchase_id, classes: {one: [words]}}
    keep:
      - {name: customers, data: shop.customer, at_most: P9Y, from: since, waits_for: [shop.purchase via customer_id]}
      - {name: purchases, data: shop.purchase, at_most: P9Y, from: at, unless: open, unless_says: {de: offen, en: open}}
  remarks:
    title: {de: Vermerke, en: Remarks}
    purpose: {de: Vermerke, en: remarks}
    legal_basis: art-6-1-f
    legitimate_interest: {de: X, en: X}
    data: {shop.remark: {of: customer via customer_id, classes: {one: [customer_id, text, at]}}}
    keep: [{name: remarks, at_most: P9Y, from: at, then: {anonymise: {customer_id: {}, text: {constant: "-"}}}}]
  strays:
    title: {de: Verstreutes, en: Strays}
    purpose: {de: Verstreutes, en: strays}
    legal_basis: art-6-1-b
    data: {shop.stray: {classes: {one: [text, at]}}}
    keep: [{name: strays, at_most: P9Y, from: at}]
  vouchers:
    title: {de: Rechnungen, en: Invoices}
    purpose: {de: Rechnungen, en: invoices}
    legal_basis: art-6-1-c
    data: {shop.invoice: {about: shop.purchase(number) via number, classes: {one: [number, recipient, issued_on]}}}
    keep: [{name: tax, at_least: P8Y, at_most: P8Y, from: end_of_year(issued_on), duty: ao-147-vouchers}]
"""


class Shop:
    """Ten customers with two purchases each."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, SigningKey.generate(folder / "second.key", "second-person")
        text = MANIFEST.replace("FOLDER", str(folder)).replace("KEY", f'"{self.key.verifier.encode()}"')
        (folder / "zusage.yaml").write_text(text)
        with closing(sqlite3.connect(folder / "shop.sqlite3")) as database, database:
            database.executescript(TABLES)
            for n in range(1, 11):
                database.execute("INSERT INTO customer VALUES (?, ?, '2025-01-01 10:00:00')", (n, f"name of {n}"))
                database.execute("INSERT INTO remark VALUES (?, ?, ?, '2026-01-01 10:00:00')", (n, n, f"remark on {n}"))
                for p in (2 * n, 2 * n + 1):
                    database.execute("INSERT INTO purchase VALUES (?, ?, ?, '2026-01-01 10:00:00', FALSE)", (p, f"N{p}", n))
                    database.execute("INSERT INTO line (purchase_id, words) VALUES (?, 'words')", (p,))
                    database.execute("INSERT INTO invoice VALUES (?, ?, ?, '2026-01-01')", (p, f"N{p}", f"name of {n}"))

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.folder / "shop.sqlite3")) as database, database:
            return database.execute(statement).fetchall()

    def rows(self) -> dict[str, set[tuple[object, ...]]]:
        return {name: set(self.sql(f"SELECT * FROM {name}")) for name in ("customer", "purchase", "line", "invoice", "remark")}

    def opened(self) -> AbstractContextManager[Product]:
        return opened(self.folder / "zusage.yaml", clock=lambda: NOW)

    def plan(self, key: str = "3", **needed: str) -> Plan:
        with self.opened() as product:
            made = plan(product, Wish(people=[Person(people="customer", key=key)], ground="b", by="clerk", needed=needed)).plan
            product.save_plan(made, self.folder / "erasure.json")
            product.approve_plan(self.folder / "erasure.json", self.key)
        return made

    def apply(self) -> tuple[StepResult, ...]:
        with self.opened() as product:
            return product.apply_plan(self.folder / "erasure.json", lambda _: None)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_one_person_is_erased_and_every_row_of_the_others_stays_as_it_is(shop: Shop) -> None:
    before = shop.rows()
    assert len(before["line"]) == 20
    assert (3, "name of 3", "2025-01-01 10:00:00") in before["customer"]
    made = shop.plan()
    assert shop.rows() == before
    assert not any(result.stopped for result in shop.apply())
    after = shop.rows()
    gone = {name: before[name] - after[name] for name in before}
    assert {name: len(rows) for name, rows in gone.items()} == {
        "customer": 1,
        "purchase": 2,
        "line": 2,
        "invoice": 2,
        "remark": 1,
    }
    assert {name: after[name] - before[name] for name in before} == {
        "customer": set(), "purchase": set(), "line": set(), "invoice": set(), "remark": {(3, None, "-", "2026-01-01 10:00:00")},
    }  # fmt: skip
    assert {row[2] for row in gone["invoice"]} == {"name of 3"}
    assert len(made.steps) == 4


def test_the_answer_says_what_a_duty_keeps_and_until_when(shop: Shop) -> None:
    shop.plan()
    shop.apply()
    with shop.opened() as product:
        found = answer(product, shop.folder / "erasure.json")
    assert found.complete
    assert [(kept.rule, kept.rows, kept.until) for kept in found.kept] == [("vouchers/tax", 2, date(2035, 1, 1))]
    assert {(one.table, one.how, one.rows) for one in found.done} == {
        ("shop.invoice", "blocked", 2),
        ("shop.purchase", "erased", 2),
        ("shop.customer", "erased", 1),
        ("shop.remark", "anonymised", 1),
    }


def test_the_person_is_told_in_their_language_what_went_what_stays_why_and_until_when(shop: Shop) -> None:
    shop.plan()
    manifest, runner = str(shop.folder / "zusage.yaml"), CliRunner()

    def letter(language: str) -> str:
        words = ["erasure", "answer", manifest, str(shop.folder / "erasure.json"), "--letter", language]
        return runner.invoke(cli, words, catch_exceptions=False).output

    assert "Noch nicht gelöscht: 8 Einträge." in letter("de")
    shop.apply()
    german, english = letter("de"), letter("en")
    assert "„Bestellung“: 5 Einträge gelöscht." in german
    assert "„Vermerke“: 1 Eintrag so verändert" in german
    assert "„Rechnungen“: 2 Einträge gesperrt bis spätestens 31. Dezember 2034." in german
    assert "§ 147" in german
    assert "beschweren" in german
    assert "“Invoices”: 2 entries blocked until 31 December 2034 at the latest" in english
    assert "kept only to meet the statutory retention duty" in english
    assert "Noch nicht" not in german
    assert "name of 3" not in german + english


def test_neither_plan_nor_journal_holds_the_key_and_the_file_that_does_is_ours_alone(shop: Shop) -> None:
    shop.sql("UPDATE customer SET id = 987654321 WHERE id = 3")
    shop.sql("UPDATE purchase SET customer_id = 987654321 WHERE customer_id = 3")
    shop.plan("987654321")
    shop.apply()
    files = [path for path in shop.folder.rglob("*") if path.is_file() and path.name != "shop.sqlite3"]
    holding = [path for path in files if b"987654321" in path.read_bytes()]
    assert [path.parent.name for path in holding] == ["erasures"]
    assert stat.S_IMODE(holding[0].stat().st_mode) == 0o600
    with shop.opened() as product:
        assert close(product, shop.folder / "erasure.json") == 1
        with pytest.raises(DemandUnknown):
            answer(product, shop.folder / "erasure.json")
    assert not [path for path in files if path.exists() and b"987654321" in path.read_bytes()]


def test_a_demand_that_was_exchanged_or_closed_stops_the_plan_before_anything_changes(shop: Shop) -> None:
    shop.plan()
    before = shop.rows()
    (file,) = (shop.folder / ".zusage" / "erasures").glob("*.json")
    file.write_text(json.dumps(json.loads(file.read_text()) | {"keys": ["4"]}))
    with pytest.raises(DemandUnknown):
        shop.apply()
    file.unlink()
    with pytest.raises(DemandUnknown):
        shop.apply()
    assert shop.rows() == before


def test_nothing_is_erased_without_a_second_person(shop: Shop) -> None:
    before = shop.rows()
    with shop.opened() as product:
        made = plan(product, Wish(people=[Person(people="customer", key="3")], ground="a", by="clerk", needed={})).plan
        product.save_plan(made, shop.folder / "erasure.json")
        with pytest.raises(NeedsApproval):
            product.apply_plan(shop.folder / "erasure.json", lambda _: None)
    assert shop.rows() == before


def test_a_suspension_wins_over_a_demand_also_when_it_comes_after_the_plan(shop: Shop) -> None:
    shop.plan()
    with shop.opened() as product:
        hold = Hold(rows=[("shop.purchase", "number = 'N6'")], reason="claim", review_on=date(2027, 1, 1), by="legal")
        place(product, hold)
    shop.apply()
    assert shop.sql("SELECT number FROM purchase WHERE customer_id = 3") == [("N6",)]
    assert shop.sql("SELECT count(*) FROM customer WHERE id = 3") == [(1,)]
    with shop.opened() as product:
        found = answer(product, shop.folder / "erasure.json")
    assert not found.complete
    assert dict(found.left)["shop.purchase"] == 1
    assert [one.with_them for one in found.done if not one.rows]  # and nothing is told to have gone with what stayed
    assert not [one.with_them for one in found.done if not one.rows and one.with_them]


def test_an_exception_of_the_manifest_holds_against_a_demand(shop: Shop) -> None:
    shop.sql("UPDATE purchase SET open = TRUE WHERE number = 'N7'")
    shop.plan()
    shop.apply()
    assert shop.sql("SELECT number FROM purchase WHERE customer_id = 3") == [("N7",)]


def test_what_a_human_decided_to_be_needed_stays(shop: Shop) -> None:
    shop.plan(orders="section 15(4) AGG")
    shop.apply()
    assert shop.sql("SELECT count(*) FROM purchase WHERE customer_id = 3") == [(2,)]
    assert shop.sql("SELECT count(*) FROM remark WHERE customer_id = 3") == [(0,)]
    with shop.opened() as product, pytest.raises(HoldUnfit, match="activity"):
        plan(product, Wish(people=[Person(people="customer", key="3")], ground="a", by="clerk", needed={"order": "x"}))


def test_what_came_after_the_plan_is_not_erased_unseen(shop: Shop) -> None:
    shop.plan()
    shop.sql("INSERT INTO purchase VALUES (99, 'N99', 3, '2026-05-31 10:00:00', FALSE)")
    assert any("more than" in result.stopped for result in shop.apply())
    assert shop.sql("SELECT count(*) FROM purchase WHERE customer_id = 3") == [(3,)]


def test_nobody_and_a_key_of_another_kind_are_told_apart_without_repeating_them(shop: Shop) -> None:
    assert shop.plan("4711").steps == ()
    with pytest.raises(HoldUnfit) as caught:
        shop.plan("Geheim")
    assert "Geheim" not in str(caught.value)


def test_the_command_plans_names_what_it_cannot_see_and_answers(shop: Shop) -> None:
    manifest, out = str(shop.folder / "zusage.yaml"), str(shop.folder / "e.json")
    runner = CliRunner()
    planned = runner.invoke(
        cli, ["erasure", "plan", manifest, "customer=3", "--ground", "b", "--by", "clerk", "-o", out], catch_exceptions=False
    )
    assert "shop.stray" in planned.output
    assert "second person" in planned.output
    assert runner.invoke(cli, ["approve", manifest, out, "--key", str(shop.folder / "second.key")]).exit_code == 0
    before = runner.invoke(cli, ["erasure", "answer", manifest, out])
    assert "still there" in before.output
    assert runner.invoke(cli, ["apply", manifest, out]).exit_code == 0
    after = runner.invoke(cli, ["erasure", "answer", manifest, out, "--close"])
    assert "blocked for vouchers/tax: 2 until 2035-01-01" in after.output
    assert "forgotten" in after.output
    assert not os.listdir(shop.folder / ".zusage" / "erasures")


@pytest.mark.parametrize("after", [False, True])
def test_killed_again_and_again_an_erasure_ends_as_if_nobody_had_killed_it(tmp_path: Path, *, after: bool) -> None:
    shop, other = (Shop(tmp_path / name) for name in ("killed", "whole") if not (tmp_path / name).mkdir())
    shop.plan()
    other.plan()
    other.apply()
    deaths = 0
    for line in (2, 3, 4, 3, 5, 2, 4):  # each time one more piece is done, until it ends by itself
        deaths += killed_at_line(shop.opened, shop.folder / "erasure.json", line, after=after)
    shop.apply()
    assert deaths >= 4
    assert shop.rows() == other.rows()
    with shop.opened() as one, other.opened() as two:
        assert answer(one, shop.folder / "erasure.json").kept == answer(two, other.folder / "erasure.json").kept


def test_what_a_rule_blocked_earlier_is_known_as_theirs_and_stays_for_its_duty(shop: Shop) -> None:
    path = shop.folder / "zusage.yaml"
    ends = "duty: ao-147-vouchers, purpose_ends: {from: end_of_year(issued_on), after: P1Y}}"
    path.write_text(path.read_text().replace("duty: ao-147-vouchers}", ends))
    shop.sql("UPDATE invoice SET issued_on = '2022-03-01'")
    with shop.opened() as product:
        product.save_plan(product.make_plan(), shop.folder / "plan.json")
        product.approve_plan(shop.folder / "plan.json", shop.key)
        assert not any(result.stopped for result in product.apply_plan(shop.folder / "plan.json", lambda _: None))
    assert shop.sql("SELECT count(*) FROM invoice") == [(0,)]  # although its table does not say whose they are
    shop.plan()
    shop.apply()
    with shop.opened() as product:
        found = answer(product, shop.folder / "erasure.json")
    assert [(kept.rule, kept.rows, kept.until) for kept in found.kept] == [("vouchers/tax", 2, date(2031, 1, 1))]
    assert found.complete


@pytest.mark.parametrize("duty", ["", ", at_least: P2Y"])
def test_what_a_rule_blocked_earlier_goes_on_demand_where_no_minimum_keeps_it(shop: Shop, duty: str) -> None:
    path = shop.folder / "zusage.yaml"
    ended = f"remarks, at_most: P9Y{duty}, from: at, purpose_ends: {{from: at, after: P1M}}}}]"
    path.write_text(
        path.read_text().replace(
            'remarks, at_most: P9Y, from: at, then: {anonymise: {customer_id: {}, text: {constant: "-"}}}}]', ended
        )
    )
    with shop.opened() as product:
        product.save_plan(product.make_plan(), shop.folder / "plan.json")
        product.approve_plan(shop.folder / "plan.json", shop.key)
        assert not any(result.stopped for result in product.apply_plan(shop.folder / "plan.json", lambda _: None))
        code = code_of(product, Person(people="customer", key="3"))
        assert ("remarks/remarks", 1) in [(rule, rows) for rule, rows, _ in product.blocked().until(code)]
    assert shop.sql("SELECT count(*) FROM remark") == [(0,)]
    shop.plan()
    shop.apply()
    with shop.opened() as product:
        found = answer(product, shop.folder / "erasure.json")
        left = {rule for rule, _, _ in product.blocked().until(code)}
        others = product.blocked().until(code_of(product, Person(people="customer", key="4")))
    assert left == ({"vouchers/tax", "remarks/remarks"} if duty else {"vouchers/tax"})
    assert {kept.rule for kept in found.kept} == left
    assert [(rule, rows) for rule, rows, _ in others] == [("remarks/remarks", 1)]
    assert [one.rows for one in found.done if one.table == "shop.remark"] == ([] if duty else [1])
    with shop.opened() as product:  # carried out once: nothing more of theirs goes with the same plan
        assert product.apply_plan(shop.folder / "erasure.json", lambda _: None) == ()


def test_a_suspension_holds_what_a_rule_blocked_earlier_too(shop: Shop) -> None:
    path = shop.folder / "zusage.yaml"
    ended = "remarks, at_most: P9Y, from: at, purpose_ends: {from: at, after: P1M}}]"
    path.write_text(
        path.read_text().replace(
            'remarks, at_most: P9Y, from: at, then: {anonymise: {customer_id: {}, text: {constant: "-"}}}}]', ended
        )
    )
    with shop.opened() as product:
        product.save_plan(product.make_plan(), shop.folder / "plan.json")
        product.approve_plan(shop.folder / "plan.json", shop.key)
        product.apply_plan(shop.folder / "plan.json", lambda _: None)
    made = shop.plan()
    assert [step.table for step in made.steps if isinstance(step.action, DeleteBlocked)] == ["remark"]
    person = Person(people="customer", key="3")
    with shop.opened() as product:
        place(product, Hold(person=person, reason="claim", review_on=date(2027, 1, 1), by="legal"))
    shop.apply()
    with shop.opened() as product:
        assert ("remarks/remarks", 1) in [(rule, rows) for rule, rows, _ in product.blocked().until(code_of(product, person))]
    assert not [step for step in shop.plan().steps if isinstance(step.action, DeleteBlocked)]


def test_what_a_plan_leaves_is_said_with_it(shop: Shop) -> None:
    shop.sql("UPDATE purchase SET open = TRUE WHERE id = 6")
    with shop.opened() as product:
        planned = plan(product, Wish(people=[Person(people="customer", key="3")], ground="b", by="clerk", needed={}))
    assert {step.table for step in planned.plan.steps} >= {"purchase", "remark"}
    assert planned.stays == {"shop.customer": 1, "shop.purchase": 1, "shop.line": 1}


def test_what_waits_under_a_rule_that_the_manifest_has_no_more_must_be_gone_on_its_day(shop: Shop) -> None:
    def seen(year: int) -> tuple[str, str]:
        with opened(shop.folder / "zusage.yaml", clock=lambda: NOW.replace(year=year)) as product:
            found = {one.promise.id: one.judgement for one in product.verify()}["accounted/shop"]
        return found.verdict.value, found.reason

    shop.plan()
    shop.apply()
    before = seen(2026)
    text = (shop.folder / "zusage.yaml").read_text()
    (shop.folder / "zusage.yaml").write_text(text.replace("{name: tax,", "{name: other,"))
    assert seen(2030) == before
    waits = "invoice (blocked under vouchers/tax, past its day)"
    assert waits not in before[1]
    assert waits in seen(2036)[1]
    assert seen(2036)[0] == "broken"
    with opened(shop.folder / "zusage.yaml", clock=lambda: NOW.replace(year=2036)) as product:
        product.state.suspensions.place([("shop.invoice", "TRUE")], "a claim", date(2037, 1, 1), "legal")
    assert seen(2036) == before
    with opened(shop.folder / "zusage.yaml", clock=lambda: NOW.replace(year=2036, month=7)) as product:
        product.state.suspensions.lift("S-0001", "legal", "settled")
        product.save_plan(product.make_plan(), shop.folder / "late.json")
        product.approve_plan(shop.folder / "late.json", shop.key)
        assert not [one.stopped for one in product.apply_plan(shop.folder / "late.json", lambda _: None) if one.stopped]
    assert seen(2037) == before

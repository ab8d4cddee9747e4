"""Withdrawal: the consent ends everywhere at once, what rests on it alone goes by a plan, what rests on something else stays."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.integration.small_world import SmallWorld
from zusage.bootstrap import opened
from zusage.bootstrap.consents import desk, taking
from zusage.bootstrap.rights.ending import Wish
from zusage.bootstrap.rights.withdrawing import Effect, withdraw
from zusage.cli import cli
from zusage.connectors.port import Visibility
from zusage.connectors.sql.reader import SqlReader
from zusage.planning.holding import Person
from zusage.rights.withdrawal import NothingToWithdraw
from zusage.sealing import SigningKey

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT, since DATETIME);
INSERT INTO customer VALUES (1, 'one@example.org', '2025-01-01 10:00:00'), (2, 'two@example.org', '2025-01-01 10:00:00');
CREATE TABLE consent (id INTEGER PRIMARY KEY, customer_id INTEGER, purpose TEXT, given_at DATETIME, withdrawn_at DATETIME);
INSERT INTO consent VALUES (1, 1, 'alerts', '2026-01-01 10:00:00', NULL), (2, 1, 'photos', '2026-01-01 10:00:00', NULL),
  (3, 2, 'alerts', '2026-01-01 10:00:00', NULL);
CREATE TABLE alert (id INTEGER PRIMARY KEY, customer_id INTEGER, words TEXT, at DATETIME);
INSERT INTO alert VALUES (1, 1, 'x', '2026-01-01 10:00:00'), (2, 2, 'y', '2026-01-01 10:00:00');
CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer_id INTEGER, what TEXT, at DATETIME);
INSERT INTO purchase VALUES (1, 1, 'x', '2026-01-01 10:00:00'), (2, 2, 'y', '2026-01-01 10:00:00');
CREATE TABLE invoice (id INTEGER PRIMARY KEY, customer_id INTEGER, number TEXT, issued_on DATE);
INSERT INTO invoice VALUES (1, 1, 'N1', '2026-01-01'), (2, 2, 'N2', '2026-01-01');
"""
ORDERS = """    data:
      shop.customer: {classes: {one: [email, since]}}
      shop.purchase: {of: customer via customer_id, classes: {one: [what, at, customer_id]}}
    keep: [{name: c, data: shop.customer, at_most: P9Y, from: since}, {name: p, data: shop.purchase, at_most: P9Y, from: at}]
"""
ALERTS = """    consent:
      withdraw: {de: jederzeit, en: at any time}
      text_version: "1"
      records: [{data: shop.consent, only: "purpose = 'alerts' AND withdrawn_at IS NULL", given: given_at, then: {set: {withdrawn_at: now}}}]
    data:
      shop.alert: {of: customer via customer_id, classes: {one: [words, at, customer_id]}}
      shop.purchase: {of: customer via customer_id, classes: {one: [what, at, customer_id]}}
    keep: [{name: alerts, data: shop.alert, at_most: P9Y, from: at}, {name: bought, data: shop.purchase, at_most: P9Y, from: at}]
"""
PROOF = """    data: {shop.consent: {of: customer via customer_id, classes: {one: [purpose, given_at, withdrawn_at, customer_id]}}}
    keep: [{name: proofs, at_most: P9Y, from: given_at}]
"""
VOUCHERS = """    data: {shop.invoice: {of: customer via customer_id, classes: {one: [number, issued_on, customer_id]}}}
    keep: [{name: tax, at_least: P8Y, at_most: P8Y, from: end_of_year(issued_on), duty: ao-147-vouchers}]
"""


@pytest.fixture
def world(tmp_path: Path) -> SmallWorld:
    activities = {"orders": ORDERS, "alerts": ALERTS, "proof": PROOF, "vouchers": VOUCHERS}
    made = SmallWorld.make(tmp_path, TABLES, activities)
    key = SigningKey.generate(tmp_path / "second.key", "second-person")
    made.rewrite("guard: {share: 1.0,", f'guard: {{share: 1.0, approvers: ["{key.verifier.encode()}"],')
    people = "people: {customer: {record: shop.customer, key: id, known_by: [shop.customer.email], title: {de: X, en: X}}}\n"
    made.rewrite("activities:", people + "activities:")
    for name, basis in (("alerts", "art-6-1-a"), ("proof", "art-6-1-c"), ("vouchers", "art-6-1-c")):
        head = f"  {name}:\n    title: {{de: X, en: X}}\n    purpose: {{de: X, en: X}}\n    legal_basis: "
        made.rewrite(head + "art-6-1-b", head.replace("{de: X, en: X}", f"{{de: {name}, en: {name}}}", 1) + basis)
    return made


def run(world: SmallWorld, *words: str) -> Result:
    name, *rest = words
    found = [str(world.folder / "zusage.yaml"), *rest]
    return CliRunner().invoke(cli, ["withdrawal", name, *found], catch_exceptions=False, standalone_mode=False)


def withdrawn(world: SmallWorld, now: datetime = NOW, **who: object) -> Effect:
    with opened(world.folder / "zusage.yaml", clock=lambda: now) as product:
        found = withdraw(product, Wish(activity="alerts", by="clerk", **who or {"person": Person.parse("customer=1")}))  # type: ignore[arg-type]
        if found.plan:
            product.save_plan(found.plan, world.folder / "withdrawal.json")
        return found


def test_the_consent_ends_at_once_and_what_rests_on_it_alone_goes_by_an_approved_plan(world: SmallWorld) -> None:
    found = withdrawn(world)
    assert (dict(found.rows), found.left) == ({"shop.consent": 1}, ())
    ended = world.sql("SELECT id, withdrawn_at FROM consent")
    assert ended == [(1, "2026-06-01 09:00:00"), (2, None), (3, None)]
    assert found.plan is not None
    assert [(step.table, step.rows) for step in found.plan.steps] == [("alert", 1)]  # no invoice is blocked for it, no order goes
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as product:
        path = world.folder / "withdrawal.json"
        product.approve_plan(path, SigningKey.load(world.folder / "second.key"))
        assert not [one for one in product.apply_plan(path, lambda _: None) if one.stopped]
    assert world.sql("SELECT id FROM alert") == [(2,)]
    for table in ("customer", "purchase", "invoice"):
        assert world.sql(f"SELECT count(*) FROM {table}") == [(2,)]
    words = run(world, "letter", "alerts", "--person", "customer=1", "--plan", str(path)).output
    assert "1 Eintrag gelöscht" in words
    assert "Art. 6 Abs. 1 Buchst. b DSGVO" in words
    assert "Art. 6 Abs. 1 Buchst. c DSGVO" in words
    assert "Aufsichtsbehörde" in words


def test_before_anything_is_erased_the_letter_says_so_in_both_languages(world: SmallWorld) -> None:
    withdrawn(world)
    german = run(world, "letter", "alerts", "--person", "customer=1").output
    english = run(world, "letter", "alerts", "--person", "customer=1", "--language", "en").output
    assert "gesondert" in german
    assert "separately" in english
    assert "one@example.org" not in german + english


def test_a_consent_that_stands_again_breaks_the_promise_and_a_new_one_does_not(world: SmallWorld) -> None:
    assert world.verdicts()["withdrawals/alerts"] == "undecided"  # nobody has withdrawn anything
    withdrawn(world)
    before = world.verdicts()
    assert before["withdrawals/alerts"] == "kept"
    world.sql("UPDATE consent SET withdrawn_at = NULL WHERE id = 1")  # as a copy from before would do
    assert world.verdicts() == {**before, "withdrawals/alerts": "broken"}
    world.sql("UPDATE consent SET given_at = '2026-06-01 12:00:00' WHERE id = 1")
    assert world.verdicts() == before
    world.sql("UPDATE consent SET given_at = NULL WHERE id = 1")
    assert world.verdicts()["withdrawals/alerts"] == "undecided"  # nobody can tell which it is


def test_it_is_withdrawn_in_our_own_records_too(world: SmallWorld) -> None:
    text = (world.folder / "zusage.yaml").read_text()
    (world.folder / "zusage.yaml").write_text(text + 'consents: {sites: ["https://shop.example"]}\n')
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as product, taking(product) as took:
        shown = took.desk.text_of("de").digest
        subject = took.desk.person("mail", "one@example.org")
        took.grouped.record(took.desk.draft(subject, shown, "de", "", "form", {"alerts": "given"})).result()
    assert len(withdrawn(world).receipts) == 1
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as product:
        found = {one.purpose: one.stand.value for one in desk(product).standing(subject)}
    assert found["alerts"] == "withdrawn"
    assert withdrawn(world).receipts == ()  # once is enough


def test_what_rests_on_something_else_cannot_be_withdrawn(world: SmallWorld) -> None:
    with pytest.raises(NothingToWithdraw, match="art-6-1-b"):
        run(world, "place", "orders", "--person", "customer=1", "--by", "clerk")
    with pytest.raises(NothingToWithdraw, match="no activity"):
        run(world, "place", "other", "--person", "customer=1", "--by", "clerk")


def test_no_key_and_no_address_is_in_the_register_or_the_plan(world: SmallWorld) -> None:
    world.sql("INSERT INTO customer VALUES (987654321, 'marker@example.org', '2025-01-01 10:00:00')")
    world.sql("INSERT INTO alert VALUES (9, 987654321, 'x', '2026-01-01 10:00:00')")
    withdrawn(world, person=Person.parse("customer=987654321"))
    assert "987654321" not in (world.folder / "withdrawal.json").read_text()
    state = (world.folder / ".zusage" / "state.sqlite3").read_bytes()
    assert b"987654321" not in state
    assert b"marker@example.org" not in state


def test_the_commands_say_what_they_did(world: SmallWorld) -> None:
    out = run(world, "place", "alerts", "--person", "customer=1", "--by", "clerk", "-o", str(world.folder / "w.json"))
    assert (out.return_value, "W-0001" in out.output, "second person" in out.output) == (0, True, True)
    assert "alerts" in run(world, "list").output


def test_a_consent_that_stands_again_after_an_import_is_ended_again_and_a_new_one_is_not(world: SmallWorld) -> None:
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as product:
        withdraw(product, Wish(activity="alerts", by="clerk", person=Person(people="customer", key="1")))
    world.sql("UPDATE consent SET withdrawn_at = NULL WHERE id = 1")  # an import of yesterday's file
    world.sql("INSERT INTO consent VALUES (4, 1, 'alerts', '2026-07-01 10:00:00', NULL)")  # they came back on their own
    assert world.verdicts(NOW)["withdrawals/alerts"] == "broken"
    assert "1 row of shop.consent ended again" in run(world, "enforce", "alerts").output
    assert "nothing stood again" in run(world, "enforce", "alerts").output
    assert {row[0] for row in world.sql("SELECT id FROM consent WHERE withdrawn_at IS NULL")} == {2, 3, 4}
    assert world.verdicts(NOW)["withdrawals/alerts"] == "kept"
    with pytest.raises(NothingToWithdraw):
        run(world, "enforce", "orders")


def test_a_consent_that_was_given_with_an_order_is_found_through_it_again_too(
    world: SmallWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sql(
        "CREATE TABLE given (id INTEGER PRIMARY KEY, purchase_id INTEGER REFERENCES purchase (id), at DATETIME, until DATETIME)"
    )
    world.sql("INSERT INTO given VALUES (1, 1, '2026-01-01 10:00:00', NULL), (2, 2, '2026-01-01 10:00:00', NULL)")
    old = ALERTS.partition("records: ")[2].partition("\n")[0]
    world.rewrite(old, '[{data: shop.given, only: "until IS NULL", given: at, then: {set: {until: now}}}]')
    world.rewrite(
        "    keep: [{name: c,",
        "      shop.given: {part_of: shop.purchase via purchase_id, classes: {one: [at, until]}}\n    keep: [{name: c,",
    )
    assert dict(withdrawn(world).rows) == {"shop.given": 1}
    assert world.sql("SELECT id FROM given WHERE until IS NULL") == [(2,)]
    world.verdicts()  # the first look cannot tell whether anything went too early
    before = world.verdicts()
    assert before["withdrawals/alerts"] == "kept"
    with monkeypatch.context() as policy:
        policy.setattr(
            SqlReader, "visibility", lambda _, table: Visibility(shown=table != "purchase", how="a policy may hide rows")
        )
        assert world.verdicts()["withdrawals/alerts"] == "undecided"
    world.sql("UPDATE given SET until = NULL")
    assert world.verdicts() == {**before, "withdrawals/alerts": "broken"}
    assert "1 row of shop.given ended again" in run(world, "enforce", "alerts").output
    assert world.verdicts() == before
    assert world.sql("SELECT id FROM given WHERE until IS NULL") == [(2,)]
    world.sql("UPDATE given SET purchase_id = 9 WHERE id = 2")
    assert world.verdicts()["withdrawals/alerts"] == "undecided"  # it leads to nobody


def test_where_nothing_says_what_to_end_the_command_says_that_it_ended_nothing(world: SmallWorld) -> None:
    place = ("place", "alerts", "--person", "customer=1", "--by", "clerk", "--out", str(world.folder / "withdrawal.json"))
    assert "nothing was ended" not in run(world, *place).output
    world.rewrite(f"      records: {ALERTS.partition('records: ')[2].partition(chr(10))[0]}\n", "")
    assert "nothing was ended" in run(world, *place).output


def test_the_letter_speaks_also_of_columns_that_still_have_to_go_from_rows_that_stay(world: SmallWorld) -> None:
    world.sql("DELETE FROM alert")
    world.sql("ALTER TABLE purchase ADD COLUMN told_at TEXT")
    world.sql("UPDATE purchase SET told_at = 'one@example.org'")
    old = ALERTS.partition("keep: ")[2].partition("\n")[0]
    world.rewrite(
        "shop.purchase: {of: customer via customer_id, classes: {one: [what, at, customer_id]}}\n    keep: " + old,
        "shop.purchase: {of: customer via customer_id, classes: {one: [told_at]}}\n    keep: [{name: bought, data: shop.purchase, "
        "at_most: P9Y, from: at, then: {anonymise: {told_at: {}}}}]",
    )
    found = withdrawn(world)
    assert found.plan is not None
    assert "gesondert" in run(world, "letter", "alerts", "--person", "customer=1").output
    assert "gesondert" not in run(world, "letter", "alerts", "--person", "customer=9").output


def test_what_stays_by_another_consent_is_said_only_where_that_stands_and_holds_anything(world: SmallWorld) -> None:
    """Whoever is told that they consented to something else as well must have."""

    def told() -> str:
        return str(run(world, "letter", "alerts", "--person", "customer=1").output)

    photos = ALERTS.replace("'alerts'", "'photos'").split("    data:")[0]
    photos += "    data: {shop.alert: {of: customer via customer_id, classes: {one: [picture]}}}\n"
    photos += "    keep: [{name: photos, at_most: P9Y, from: at}]\n"
    head = "  photos:\n    title: {de: Fotos, en: Photos}\n    purpose: {de: X, en: X}\n    legal_basis: art-6-1-a\n"
    world.rewrite("activities:", f"activities:\n{head}{photos}")
    world.sql("ALTER TABLE alert ADD COLUMN picture TEXT")
    withdrawn(world)
    assert "Fotos" not in told()  # nothing of theirs is held for it
    world.sql("UPDATE alert SET picture = 'a picture'")
    assert "„Fotos“: 1 Eintrag; das speichern wir weiter, weil Sie auch in diesen Zweck eingewilligt" in told()
    world.sql("UPDATE consent SET withdrawn_at = '2026-02-01 10:00:00' WHERE purpose = 'photos'")
    assert "Fotos" not in told()

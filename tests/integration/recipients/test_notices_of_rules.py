"""Recipients are told of what a rule takes: of the rows that went, and of no other."""

from __future__ import annotations

import json
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.forked import killed
from tests.integration.killing_calls import die_at
from zusage.bootstrap.holding import Wish, place
from zusage.bootstrap.people import code_of
from zusage.bootstrap.rights.restricting import Wish as Restrict
from zusage.bootstrap.rights.restricting import restrict
from zusage.bootstrap.telling import remembering
from zusage.bootstrap.telling.ledger import disclosed
from zusage.bootstrap.telling.rule_rows import opened, sealed, unsealed
from zusage.bootstrap.telling.sending import send
from zusage.bootstrap.vaults import vault_of
from zusage.connectors.sql.writer import SqlWriter
from zusage.planning.holding import Person
from zusage.planning.plan import Plan

from .told_world import Told


def of_rules(told: Told) -> Told:
    """Customers 1 and 2 are due, and the carrier and the counter are told of rules."""
    told.rewrite("names: {name: shop.customer.name}}", "names: {name: shop.customer.name}, rules: told}")
    told.rewrite("otherwise: dsr@counter.example}", "otherwise: dsr@counter.example, rules: told}")
    told.sql("UPDATE customer SET since = '2010-01-01 10:00:00' WHERE id < 3")
    return told


@pytest.fixture
def told(told: Told) -> Told:
    return of_rules(told)


def sweep(told: Told) -> Path:
    path = told.folder / "plan.json"
    with told.opened() as product:
        product.save_plan(product.make_plan(), path)
        product.approve_plan(path, told.key)
    told.apply(path)
    return path


def notices(told: Told) -> list[tuple[str, dict[str, Any]]]:
    """Each recipient with what its notice says of whom."""
    with told.opened() as product:
        state, vault = product.state.notices, vault_of(product)
        found = []
        for one in state.all():
            sealed = state.sealed(one.id)
            assert sealed is not None
            found.append((one.recipient, json.loads(vault.unseal_note(f"notice {one.key}", sealed))["identities"]))
        assert all(one.settled for one in state.all())
        assert not list(product.state.rule_notices.waiting())
    return sorted(found, key=str)


def test_whoever_received_data_of_rows_that_a_rule_took_is_told_by_what_it_knows_them(told: Told) -> None:
    sweep(told)
    assert told.sql("SELECT id FROM customer ORDER BY id") == [(3,), (4,), (5,)]
    assert notices(told) == [("carrier", {"name": ["name of 1"]}), ("carrier", {"name": ["name of 2"]})]


def test_a_list_that_is_lost_is_missed_as_long_as_it_would_be_on_record(either: Told) -> None:
    sweep(of_rules(either))
    either.send()
    assert either.verdict() == "kept"
    with either.opened() as product:
        from zusage.state.models import NoticeRow, OccasionRow

        lost = OccasionRow.objects.using(product.state.alias).order_by("id")[0]
        NoticeRow.objects.using(product.state.alias).filter(occasion=lost).delete()
        lost.delete(using=product.state.alias)
        assert product.state.rule_notices.lost() == ((either.now, 1),)
    assert either.verdict() == "undecided"
    either.later(days=3 * 366 + 1)
    assert either.send().forgotten == 1
    with either.opened() as product:
        assert product.state.rule_notices.lost() == ()


def test_a_list_that_is_forgotten_is_not_missed_while_others_of_its_batch_are_open(either: Told) -> None:
    from zusage.state.notices import Draft

    with either.opened() as product:
        state, about = product.state, f"rule {'3fa9' * 16}/1"
        state.rule_notices.prepare(about, either.now, {"one": b"", "other": b""})
        drafts = {code: [Draft(recipient="carrier", key=code, upto="", sealed=b"")] for code in ("one", "other")}
        state.rule_notices.settle(about, either.now, drafts)
        told, open_ = state.notices.all()
        state.notices.receive(told.id, "status 204", either.now)
        assert state.notices.erase(either.now + timedelta(days=1)) == 1
        assert state.rule_notices.lost() == ()
        state.notices.receive(open_.id, "status 204", either.now)
        assert state.notices.erase(either.now + timedelta(days=1)) == 1
        assert state.rule_notices.lost() == ()


def test_nothing_is_told_where_the_manifest_does_not_say_so(told: Told) -> None:
    told.rewrite("rules: told}\n  printer", "rules: {excuse: disproportionate, because: {de: X, en: X}}}\n  printer")
    sweep(told)
    assert len(told.sql("SELECT id FROM customer")) == 3
    assert notices(told) == []


def test_what_a_suspension_keeps_is_told_to_nobody(told: Told) -> None:
    path = told.folder / "plan.json"
    with told.opened() as product:
        product.save_plan(product.make_plan(), path)
        product.approve_plan(path, told.key)
        who = Person(people="customer", key="1")
        place(product, Wish(person=who, reason="dispute", review_on=date(2027, 1, 1), by="clerk"))
    told.apply(path)
    assert notices(told) == [("carrier", {"name": ["name of 2"]})]


def test_a_recipient_of_everybodys_data_and_one_of_the_ledger_are_told_too(told: Told) -> None:
    told.rewrite("{email: shop.customer.email}, language: en}", "{email: shop.customer.email}, everybody: true, rules: told}")
    with told.opened() as product:
        disclosed(product, Person(people="customer", key="2"), "counter", ["id"])
    told.later(hours=1)
    sweep(told)
    assert notices(told) == [
        ("carrier", {"name": ["name of 1"]}),
        ("carrier", {"name": ["name of 2"]}),
        ("counter", {"controller_customer_id": ["2"]}),
        ("printer", {"email": ["mail1@example.net"]}),
        ("printer", {"email": ["mail2@example.net"]}),
    ]


def test_lines_that_an_earlier_step_takes_are_remembered(told: Told) -> None:
    """The lines of who received something have a shorter period of their own, and go before the customers do."""
    told.rewrite(
        "keep: [{name: customers", "keep: [{name: lines, data: shop.disclosure, at_most: P1M, from: sent_at}, {name: customers"
    )
    path = sweep(told)
    plan = Plan.from_json(path.read_text(encoding="utf-8"))
    assert [step.table for step in plan.steps] == ["disclosure", "customer"]
    assert told.sql("SELECT count(*) FROM disclosure") == [(0,)]
    assert notices(told) == [("carrier", {"name": ["name of 1"]}), ("carrier", {"name": ["name of 2"]})]


def test_names_that_an_earlier_step_takes_from_rows_that_wait_for_it_are_remembered(told: Told) -> None:
    told.rewrite("names: {name: shop.customer.name}", "names: {review: shop.review.text}")
    told.rewrite("shop.review: {part_of: shop.customer via customer_id", "shop.review: {of: customer via customer_id")
    told.rewrite(
        "from: since}", "from: since, waits_for: [shop.review via customer_id]}, {data: shop.review, at_most: P3Y, from: at}"
    )
    told.sql("INSERT INTO review VALUES (1, 1, 'good', FALSE, '2010-01-01 10:00:00')")
    sweep(told)
    assert told.sql("SELECT id FROM customer WHERE id < 3") == []
    assert notices(told) == [("carrier", {"review": ["good"]}), ("carrier", {"review": []})]


def test_values_taken_out_of_rows_are_told_to_whoever_received_these(told: Told) -> None:
    """The printer received the address alone."""
    told.rewrite("{email: shop.customer.email}, language: en}", "{email: shop.customer.email}, rules: told}")
    told.rewrite("from: since}]", "from: since, then: {anonymise: {name: {}}, stays: {at: {de: x, en: x}}}}]")
    sweep(told)
    assert told.sql("SELECT id FROM customer WHERE name IS NULL") == [(1,), (2,)]
    assert notices(told) == [("carrier", {"name": ["name of 1"]}), ("carrier", {"name": ["name of 2"]})]


def test_what_was_blocked_is_told_when_it_goes_from_the_vault(told: Told) -> None:
    told.sql("ALTER TABLE customer ADD COLUMN left DATETIME")
    told.sql("UPDATE customer SET left = '2026-01-01 10:00:00' WHERE id = 4")
    told.rewrite("[name, email, since]", "[name, email, since, left]")
    told.rewrite("at_most: P9Y, from: since}", "at_most: P9Y, from: since, purpose_ends: {from: left, after: P1D}}")
    told.sql("UPDATE customer SET since = '2020-01-01 10:00:00' WHERE id < 3")
    sweep(told)
    assert told.sql("SELECT id FROM customer ORDER BY id") == [(1,), (2,), (3,), (5,)]
    assert notices(told) == []
    told.now = told.now.replace(year=2035)
    told.sql("UPDATE customer SET since = '2034-01-01 10:00:00'")
    sweep(told)
    assert notices(told) == [("carrier", {"name": ["name of 4"]})]


def test_what_a_rule_took_does_not_count_as_an_erasure_that_covers_the_rest(told: Told) -> None:
    """It was some of their rows; of what is left a demand tells the same recipient."""
    told.rewrite("from: since}]", "from: since, then: {anonymise: {name: {}}, stays: {at: {de: x, en: x}}}}]")
    sweep(told)
    with told.opened() as product:
        code = code_of(product, Person(people="customer", key="2"))
        assert [one.recipient for one in product.state.notices.all(code)] == ["carrier"]
        assert product.state.notices.earlier(code) == {}


def test_no_more_than_a_portion_of_what_is_remembered_is_in_memory(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three customers of five go, and two are looked for at once."""
    told.sql("UPDATE customer SET since = '2010-01-01 10:00:00' WHERE id = 4")
    told.rewrite(
        "keep: [{name: customers", "keep: [{name: lines, data: shop.disclosure, at_most: P1M, from: sent_at}, {name: customers"
    )
    monkeypatch.setattr(remembering, "_LISTED", 2)
    monkeypatch.setattr(remembering, "_SOME", 2)
    monkeypatch.setattr("zusage.bootstrap.telling.of_rules._LIST", 2)
    portions, asked, lists = list[int](), list[int](), list[int]()
    monkeypatch.setattr(remembering, "sealed", lambda *of: portions.append(len(of[2])) or sealed(*of))
    monkeypatch.setattr(remembering, "unsealed", lambda *of: asked.append(len(of[2])) or unsealed(*of))
    monkeypatch.setattr("zusage.bootstrap.telling.of_rules.sealed", lambda *of: lists.append(len(of[2])) or sealed(*of))
    sweep(told)
    assert portions == lists == [2, 1]
    assert sum(asked) == 3
    assert notices(told) == [("carrier", {"name": [f"name of {n}"]}) for n in (1, 2, 4)]
    with told.opened() as product:
        assert not list(product.state.remembered.plans())


#: every moment in ``make thorough``
MOMENTS = range(1, 29, 1 if os.environ.get("ZUSAGE_MOMENTS") == "all" else 4)


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment_it_ends_in_the_same_notices(told: Told, moment: int) -> None:
    path = told.folder / "plan.json"
    told.rewrite("guard: {", "guard: {batch: 1, ")
    told.rewrite(
        "keep: [{name: customers", "keep: [{name: lines, data: shop.disclosure, at_most: P1M, from: sent_at}, {name: customers"
    )
    with told.opened() as product:
        product.save_plan(product.make_plan(), path)
        product.approve_plan(path, told.key)

    def work() -> None:
        from zusage.state.journal import DjangoJournal
        from zusage.state.remembered import Remembered
        from zusage.state.rule_notices import RuleNotices

        remembering._LISTED = remembering._SOME = 1
        calls = [
            (Remembered, "begin"),
            (Remembered, "add"),
            (Remembered, "end"),
            (RuleNotices, "prepare"),
            (RuleNotices, "settle"),
        ]
        die_at(moment, [*calls, (SqlWriter, "_act"), (DjangoJournal, "end_step"), (Remembered, "drop")])
        told.apply(path)

    if killed(work):
        with told.opened() as product:
            product.apply_plan(path, lambda _: None)
    assert told.sql("SELECT id FROM customer ORDER BY id") == [(3,), (4,), (5,)]
    assert notices(told) == [("carrier", {"name": ["name of 1"]}), ("carrier", {"name": ["name of 2"]})]


def test_rows_with_a_key_of_several_columns_are_stopped_in_the_plan(told: Told) -> None:
    told.sql("DROP TABLE disclosure")
    told.sql("CREATE TABLE sale (year INTEGER, number INTEGER, at DATETIME, PRIMARY KEY (year, number))")
    told.sql("CREATE TABLE disclosure (id INTEGER PRIMARY KEY, year INTEGER, number INTEGER, recipient TEXT)")
    told.sql("INSERT INTO sale VALUES (2010, 1, '2010-01-01 10:00:00')")
    told.sql("INSERT INTO disclosure VALUES (1, 2010, 1, 'paketblitz')")
    told.rewrite(
        "customer via customer_id\n        classes: {trail: [recipient, fields, sent_at]}",
        "sale(year, number) via (year, number)\n        classes: {trail: [recipient]}",
    )
    told.rewrite("{recipient: recipient, at: sent_at, what: fields}", "{recipient: recipient}")
    told.rewrite("      shop.review:", "      shop.sale: {classes: {trail: [at]}}\n      shop.review:")
    told.rewrite("from: since}]", "from: since}, {name: sales, data: shop.sale, at_most: P9Y, from: at}]")
    with told.opened() as product:
        stopped = [step for step in product.make_plan().steps if step.stopped]
    assert [step.table for step in stopped] == ["sale"]
    assert "by several columns" in stopped[0].refused[0]


def interrupted(told: Told) -> None:
    """A sweep is killed when it is written down of whom rows go, and before any has gone."""
    path = told.folder / "plan.json"
    with told.opened() as product:
        product.save_plan(product.make_plan(), path)
        product.approve_plan(path, told.key)

    def work() -> None:
        die_at(1, [(SqlWriter, "_act")])
        told.apply(path)

    assert killed(work)
    with told.opened() as product:
        assert len(list(product.state.rule_notices.waiting())) == 1
    assert len(told.sql("SELECT id FROM customer")) == 5


def said_erased(told: Told) -> list[tuple[str, str]]:
    """Who was told of an erasure of whom, in clear text."""
    with told.opened() as product:
        send(product)
        assert not list(product.state.rule_notices.waiting())
    bodies = [one.content for one in told.http.to("/carrier")]
    rule = [one["identities"] for body in bodies if body["type"] == "people.erased" for one in body["data"]["people"]]
    alone = [body["data"]["identities"] for body in bodies if body["type"] == "person.erased"]
    erased = [("rule", one["value"]) for some in rule for one in some]
    return sorted([*erased, *(("demand", one["value"]) for some in alone for one in some)])


def test_rows_that_are_restricted_after_a_sweep_was_killed_are_told_to_nobody_as_erased(told: Told) -> None:
    """They have left their table, and are there still."""
    interrupted(told)
    with told.opened() as product:
        restrict(product, Restrict(person=Person(people="customer", key="1"), ground="a", by="clerk"))
    assert told.sql("SELECT id FROM customer ORDER BY id") == [(2,), (3,), (4,), (5,)]
    assert said_erased(told) == []
    told.sql("UPDATE customer SET since = '2010-01-01 10:00:00' WHERE id = 3")
    sweep(told)
    assert said_erased(told) == [("rule", "name of 2"), ("rule", "name of 3")]


def test_what_is_erased_on_demand_after_a_sweep_was_killed_is_told_once(told: Told) -> None:
    interrupted(told)
    told.erase("1")
    assert said_erased(told) == [("demand", "name of 1")]


def test_a_batch_of_a_system_that_the_manifest_has_no_longer_stays_open_and_stops_nothing_else(told: Told) -> None:
    interrupted(told)
    with told.opened() as product:
        (batch,) = list(product.state.rule_notices.waiting())
        rows = {code: [row | {"table": "left.customer"} for row in some] for code, some in opened(product, batch).items()}
        product.state.rule_notices.prepare(batch.about, batch.at, sealed(product, batch.about, rows))  # type: ignore[arg-type]
    sweep(told)
    with told.opened() as product:
        swept = send(product)
        assert [one.about for one in product.state.rule_notices.waiting()] == [batch.about]
    assert "cannot be looked at" in swept.unsettled[0]
    assert sum(one.told for one in swept.groups) == 2

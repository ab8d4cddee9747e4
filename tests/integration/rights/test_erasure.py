"""Erasure on demand: one person's rows go, everybody else's stay as they are, and no key of anybody is in a plan."""

from __future__ import annotations

import json
import os
import stat
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.integration.killing_calls import killed_at_line
from tests.integration.rights.erasing_shop import Shop, shop
from zusage.bootstrap.holding import Wish as Hold
from zusage.bootstrap.holding import place
from zusage.bootstrap.rights.demands import DemandUnknown, close
from zusage.bootstrap.rights.erasing import Wish, answer, plan
from zusage.cli import cli
from zusage.enforcement.refusal import NeedsApproval
from zusage.planning.holding import HoldUnfit, Person

__all__ = ["shop"]


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
    assert "blocked for vouchers/tax: 2 until 2034-12-31 at the latest" in after.output
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


def test_what_a_plan_leaves_is_said_with_it(shop: Shop) -> None:
    shop.sql("UPDATE purchase SET open = TRUE WHERE id = 6")
    with shop.opened() as product:
        planned = plan(product, Wish(people=[Person(people="customer", key="3")], ground="b", by="clerk", needed={}))
    assert {step.table for step in planned.plan.steps} >= {"purchase", "remark"}
    assert planned.stays == {"shop.customer": 1, "shop.purchase": 1, "shop.line": 1}

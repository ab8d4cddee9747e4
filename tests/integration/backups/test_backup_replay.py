"""What was erased stays erased: rows go, a real backup brings them back, and they go again; whoever registered since is left alone."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.integration.forked import killed
from tests.integration.rights.erasing_shop import NOW
from tests.integration.rights.test_objection import objection, world
from tests.integration.rights.test_withdrawal import world as consents
from tests.integration.small_world import SmallWorld
from zusage.bootstrap import Product, opened
from zusage.bootstrap.backups import replaying
from zusage.bootstrap.backups.replaying import Found, replay
from zusage.bootstrap.cases.requests import receive
from zusage.bootstrap.holding import Wish as Hold
from zusage.bootstrap.holding import place as hold
from zusage.bootstrap.rights.correcting import Wish as Correct
from zusage.bootstrap.rights.correcting import correct
from zusage.bootstrap.rights.ending import Wish as Withdrawal
from zusage.bootstrap.rights.restricted import show
from zusage.bootstrap.rights.restricting import Wish as Restrict
from zusage.bootstrap.rights.restricting import lift, restrict
from zusage.bootstrap.rights.withdrawing import withdraw
from zusage.cli import cli
from zusage.connectors.port import Writer
from zusage.enforcement.apply import StepResult
from zusage.planning.holding import Person
from zusage.testing.crashing import CrashingJournal
from zusage.testing.liars import IdleWriter

from .backed_world import BACKUPS, Backed, shop

__all__ = ["consents", "shop", "world"]


def test_who_was_erased_goes_again_after_a_restore_and_nobody_else_does(shop: Backed) -> None:
    before = shop.rows()
    shop.erase()
    gone = shop.rows()
    assert gone != before
    assert shop.verdicts()["backups/nightly/erased-stay-erased"] == "kept"
    shop.restore()
    assert shop.rows() == before
    assert shop.verdicts()["backups/nightly/erased-stay-erased"] == "broken"
    done = shop.replay()
    assert done.complete
    assert done.found.rows > 0
    assert shop.rows() == gone
    assert shop.verdicts()["backups/nightly/erased-stay-erased"] == "kept"
    assert shop.replay().found.rows == 0


def test_rows_that_wait_in_the_vault_and_are_back_count_once_and_are_said_to_be_back(shop: Backed) -> None:
    def seen() -> tuple[tuple[str, str], tuple[str, str]]:
        with shop.opened() as product:
            found = {one.promise.id: (one.judgement.verdict.value, one.judgement.reason) for one in product.verify()}
        return found["vouchers/tax/at-least"], found["backups/nightly/erased-stay-erased"]

    shop.erase()
    assert shop.sql("SELECT count(*) FROM invoice") == [(18,)]
    assert seen()[1] == ("kept", "none of 6 rows that were erased or blocked is back; 54 rows of 4 tables compared")
    shop.restore()
    whole = ("kept", "all 20 rows under the minimum are there")
    assert seen() == (
        whole,
        ("broken", "6 rows that had been erased or blocked are back; `zusage backup replay` takes them away again"),
    )
    shop.sql("DELETE FROM line WHERE purchase_id IN (6, 7)")
    for table, column in (("remark", "id"), ("purchase", "customer_id"), ("customer", "id")):
        shop.sql(f"DELETE FROM {table} WHERE {column} = 3")
    assert seen() == (
        whole,
        ("broken", "2 rows that had been erased or blocked are back; `zusage backup replay` takes them away again"),
    )
    shop.replay()
    assert seen()[0] == whole
    assert seen()[1][0] == "kept"
    shop.sql("DELETE FROM invoice WHERE id = 8")  # the saboteur
    assert seen()[0] == ("broken", "rows that must still be kept are gone: 1 from 2026")


def test_whoever_registers_again_under_the_same_key_is_left_alone(shop: Backed) -> None:
    shop.erase()
    shop.sql("INSERT INTO customer VALUES (3, 'somebody new', '2026-06-02 10:00:00')")
    assert shop.verdicts()["backups/nightly/erased-stay-erased"] == "kept"
    shop.restore()
    shop.sql("UPDATE customer SET name = 'somebody new', since = '2026-06-02 10:00:00' WHERE id = 3")
    done = shop.replay()
    assert not any(result.stopped for result in done.results)
    assert shop.sql("SELECT name FROM customer WHERE id = 3") == [("somebody new",)]
    assert shop.sql("SELECT * FROM purchase WHERE customer_id = 3") == []


def test_where_a_day_alone_says_when_somebody_came_whoever_comes_on_the_day_of_the_erasure_is_not_taken_for_them(
    shop: Backed,
) -> None:
    shop.sql("UPDATE customer SET since = '2026-05-31' WHERE id = 3")
    shop.back_up()
    shop.erase()
    gone = shop.rows()
    shop.restore()
    assert shop.replay().complete  # they came the day before
    assert shop.rows() == gone
    shop.sql("UPDATE customer SET since = '2026-06-01' WHERE id = 4")
    shop.back_up()
    shop.erase("4")
    shop.sql("INSERT INTO customer VALUES (4, 'somebody new', '2026-06-01')")
    assert shop.verdicts()["backups/nightly/erased-stay-erased"] == "undecided"
    done = shop.replay()
    assert (done.found.doubtful, done.complete) == (1, False)
    assert shop.sql("SELECT name FROM customer WHERE id = 4") == [("somebody new",)]
    assert shop.drill().drill.doubtful == 0  # in a copy from before the erasure there is nobody newer


def test_a_replay_whose_step_found_none_of_the_rows_that_are_back_is_not_complete(shop: Backed) -> None:
    shop.sql("UPDATE customer SET since = '2099-01-01 10:00:00' WHERE id = 3")  # the step asks for what came before it went
    shop.back_up()
    shop.erase()
    shop.restore()
    words = ["backup", "replay", str(shop.folder / "zusage.yaml"), "--nothing-newer"]
    told = CliRunner().invoke(cli, words, standalone_mode=False)
    assert "shop.customer: 1 row that had been erased or changed and that no suspension holds: still there" in told.output
    assert told.return_value == 2
    done = shop.replay()
    assert (done.complete, dict(done.remaining)) == (False, {"shop.customer": 1})
    assert shop.sql("SELECT id FROM purchase WHERE customer_id = 3") == []  # what was found went
    assert shop.drill().judgement.verdict == "broken"
    shop.sql("DELETE FROM customer WHERE id = 3")
    assert shop.replay().complete


def test_a_replay_takes_no_word_of_a_writer_that_changes_nothing(shop: Backed, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.erase()
    shop.restore()
    honest = replaying.carry_out

    def idle(product: Product, found: Found, writers: Mapping[str, Writer], **how: bool) -> tuple[StepResult, ...]:
        return honest(product, found, {name: IdleWriter(one) for name, one in writers.items()}, **how)

    with monkeypatch.context() as patch:
        patch.setattr(replaying, "carry_out", idle)
        done = shop.replay()
    assert (done.complete, sum(done.remaining.values())) == (False, done.found.rows)
    with opened(shop.folder / "zusage.yaml", clock=lambda: NOW + timedelta(minutes=1)) as product:
        assert replay(product).complete


def test_what_a_suspension_holds_stays_though_it_was_erased_before(shop: Backed) -> None:
    shop.erase()
    shop.restore()
    with shop.opened() as product:
        product.state.suspensions.place([("shop.remark", "id = 3")], "a case", date(2026, 12, 1), "office")
    assert shop.replay().complete
    assert shop.sql("SELECT text FROM remark WHERE id = 3") == [("remark on 3",)]
    assert shop.sql("SELECT * FROM purchase WHERE customer_id = 3") == []


def test_a_corrected_value_is_corrected_again_and_a_newer_one_is_left(shop: Backed) -> None:
    for key, value in (("4", "Right Name"), ("5", "Other Name"), ("6", "Third Name")):
        with shop.opened() as product:
            person = Person(people="customer", key=key)
            correct(product, Correct(person=person, table="shop.customer", column="name", value=value, by="clerk"))
    shop.restore()
    shop.sql("UPDATE customer SET name = 'newer' WHERE id = 5")
    shop.sql("UPDATE customer SET since = '2026-06-02 10:00:00' WHERE id = 6")  # another one has the key now
    done = shop.replay()
    assert done.complete
    assert next((one.what, one.done, one.left) for one in done.again) == ("corrections", 1, 2)
    assert shop.sql("SELECT name FROM customer WHERE id IN (4, 5, 6)") == [("Right Name",), ("newer",), ("name of 6",)]
    assert "Right Name" not in str(done)
    assert {one.done for one in shop.replay().again} == {0}


def test_whose_data_are_restricted_is_out_of_reach_again_and_comes_back_as_they_were_then(shop: Backed) -> None:
    shop.sql("UPDATE remark SET text = 'written since' WHERE id = 3")
    then = shop.rows()
    with shop.opened() as product:
        assert restrict(product, Restrict(person=Person(people="customer", key="3"), ground="c", by="clerk")).shown
    hidden = shop.rows()
    shop.restore()
    with shop.opened() as product:
        assert show(product, "R-0001").broken
    done = shop.replay()
    assert done.complete, done.again
    assert [(one.what, one.done) for one in done.again][1] == ("restrictions", 1)
    assert shop.rows() == hidden
    with shop.opened() as product:
        product.state.restrictions.told("R-0001", "clerk", "letter", NOW)
        lift(product, "R-0001", "clerk")
    assert shop.rows() == then
    shop.replay()
    assert shop.rows() == then


def test_killed_in_the_middle_a_replay_ends_as_if_nobody_had_killed_it(shop: Backed) -> None:
    shop.erase()
    gone = shop.rows()
    shop.restore()

    def begin() -> None:
        with shop.opened() as product:
            product.state.journal = CrashingJournal(product.state.journal, 4, after=True)  # type: ignore[assignment]
            replay(product)

    assert killed(begin)
    assert shop.rows() != gone
    assert shop.replay().complete
    assert shop.rows() == gone


def test_whoever_objected_is_taken_out_again_after_a_restore(world: SmallWorld) -> None:
    text = (world.folder / "zusage.yaml").read_text()
    backups = BACKUPS.replace("FOLDER", str(world.folder)).partition("    born:")[0]
    (world.folder / "zusage.yaml").write_text(text + backups)
    (world.folder / "backups").mkdir()
    copy = world.folder / "backups" / "1.sqlite3"
    shutil.copyfile(world.folder / "shop.sqlite3", copy)
    objection(world, "letter", person="customer=1")
    shutil.copyfile(copy, world.folder / "shop.sqlite3")
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as product:
        done = replay(product)
    assert done.complete
    assert [one.done for one in done.again if one.what == "objections"] == [2]
    assert world.sql("SELECT id FROM subscriber") == [(11,)]


def test_a_consent_that_was_withdrawn_ends_again_and_one_that_was_given_since_stands(consents: SmallWorld) -> None:
    text = (consents.folder / "zusage.yaml").read_text()
    backups = BACKUPS.replace("FOLDER", str(consents.folder)).partition("    born:")[0]
    (consents.folder / "zusage.yaml").write_text(text + backups)
    (consents.folder / "backups").mkdir()
    copy = consents.folder / "backups" / "shop-2026-05-31.sqlite3"
    shutil.copyfile(consents.folder / "shop.sqlite3", copy)
    with opened(consents.folder / "zusage.yaml", clock=lambda: NOW) as product:
        withdraw(product, Withdrawal(activity="alerts", by="clerk", person=Person(people="customer", key="1")))
    assert consents.sql("SELECT id FROM consent WHERE purpose = 'alerts' AND withdrawn_at IS NULL") == [(3,)]
    shutil.copyfile(copy, consents.folder / "shop.sqlite3")
    consents.sql("INSERT INTO consent VALUES (9, 1, 'alerts', '2026-06-02 10:00:00', NULL)")
    with opened(consents.folder / "zusage.yaml", clock=lambda: NOW + timedelta(days=2)) as product:
        done = replay(product)
    assert done.complete
    assert [one.done for one in done.again if one.what == "withdrawals"] == [1]
    assert consents.sql("SELECT id FROM consent WHERE purpose = 'alerts' AND withdrawn_at IS NULL") == [(3,), (9,)]


def test_keys_of_several_columns_are_known_again_and_a_table_without_a_key_is_said_to_be_none(tmp_path: Path) -> None:
    tables = """
    CREATE TABLE visit (place TEXT, number INTEGER, at DATETIME, PRIMARY KEY (place, number));
    INSERT INTO visit SELECT 'a', value, '2020-01-01 10:00:00' FROM generate_series(1, 500);
    INSERT INTO visit VALUES ('b', 1, '2026-05-01 10:00:00'), (X'00ff', 2, '2020-01-01 10:00:00');
    CREATE TABLE loose (words TEXT, at DATETIME);
    INSERT INTO loose VALUES ('x', '2020-01-01 10:00:00');
    """
    tables = tables.replace("generate_series(1, 500)", "(WITH RECURSIVE c(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM c WHERE value < 500) SELECT value FROM c)")  # fmt: skip
    rules = {
        "visits": "    data: {shop.visit: {classes: {one: [place, number, at]}}}\n    keep: [{at_most: P1Y, from: at}]\n",
        "loose": "    data: {shop.loose: {classes: {one: [words, at]}}}\n    keep: [{at_most: P1Y, from: at}]\n",
    }
    shop = SmallWorld.make(tmp_path, tables, rules, batch=100)
    text = (tmp_path / "zusage.yaml").read_text()
    (tmp_path / "zusage.yaml").write_text(text + BACKUPS.replace("FOLDER", str(tmp_path)).partition("    born:")[0])
    (tmp_path / "backups").mkdir()
    copy = tmp_path / "backups" / "shop-2026-05-31.sqlite3"
    shutil.copyfile(tmp_path / "shop.sqlite3", copy)
    assert not [one for one in shop.do() if one.stopped]
    left = shop.sql("SELECT * FROM visit")
    shutil.copyfile(copy, tmp_path / "shop.sqlite3")
    shop.sql("UPDATE visit SET at = '2026-05-30 10:00:00' WHERE number = 7")  # another visit has the number now
    with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
        done = replay(product)
        assert {one.promise.id: one.judgement for one in product.verify()}[
            "backups/nightly/erased-stay-erased"
        ].verdict == "broken"
        shop.sql("DELETE FROM visit WHERE typeof(place) = 'blob'")
        seen = {one.promise.id: one.judgement for one in product.verify()}
    assert (done.found.rows, done.found.doubtful, done.complete) == (499, 1, False)
    assert set(shop.sql("SELECT * FROM visit")) == {*left, ("a", 7, "2026-05-30 10:00:00")}
    stays = seen["backups/nightly/erased-stay-erased"]
    assert stays.verdict.value == "undecided"
    assert "shop.loose" in stays.reason


@pytest.mark.parametrize("kind", ["a person", "a case"])
def test_a_hold_on_a_person_or_their_case_wins_over_a_replay_and_a_drill(shop: Backed, kind: str) -> None:
    shop.erase("3")
    shop.erase("4")
    with shop.opened() as product:
        case = receive(product, "access", "clerk", {"person": "customer=3"}).case.id if kind == "a case" else None
        person = Person(people="customer", key="3") if kind == "a person" else None
        wish = Hold(person=person, case=case, reason="claim 7", review_on=date(2027, 1, 1), by="legal", ahead=True)
        id = hold(product, wish).suspension.id
    assert shop.drill().drill.held > 0
    shop.restore()
    before = shop.rows()
    assert shop.replay().complete
    after = shop.rows()
    assert {row for row in before["purchase"] if row[2] == 3} <= after["purchase"]
    assert {row for row in before["remark"] if row[1] == 3} <= after["remark"]
    assert 3 in {row[0] for row in after["customer"]}
    assert 4 not in {row[0] for row in after["customer"]}
    assert 4 not in {row[2] for row in after["purchase"]}
    with shop.opened() as product:
        product.state.suspensions.lift(id, "legal", "settled")
    shop.replay()
    assert 3 not in {row[0] for row in shop.rows()["customer"]}


@pytest.mark.parametrize("held", ["shop.purchase: TRUE", "shop.customer: id = 3", "shop.line: purchase_id = 6"])
def test_a_hold_wins_over_a_replay_and_a_drill_and_stops_neither(shop: Backed, held: str) -> None:
    table, where = held.split(": ")
    shop.erase("3")
    shop.erase("4")
    with shop.opened() as product:
        product.state.suspensions.place([(table, where)], "an audit", date(2026, 12, 1), "office")
    assert shop.drill().drill.held > 0
    shop.restore()
    before = shop.rows()
    done = shop.replay()
    assert done.complete
    after, table = shop.rows(), table.partition(".")[2]
    held_rows = {row for row in before[table] if where == "TRUE" or row[0] == 3 or row[1] == 6}
    assert held_rows <= after[table]
    assert after["remark"] != before["remark"]  # what nothing holds goes again
    assert {row[0] for row in after["customer"]} >= ({3, 4} if where == "TRUE" else {3})
    if where != "TRUE":
        assert 4 not in {row[0] for row in after["customer"]}
    assert set(shop.verdicts().values()) == {"kept"}
    shop.restore()  # the saboteur: what nothing holds is back
    found = shop.verdicts()
    assert found["backups/nightly/erased-stay-erased"] == "broken"


def test_a_register_that_is_older_than_the_last_look_is_not_taken_for_whole(shop: Backed) -> None:
    shop.erase("3")
    shop.verdicts()
    with shop.opened() as product:
        older = max(one.id for one in product.state.erasures.batches(["shop"]))
    shop.erase("4")
    shop.verdicts()
    shop.restore()
    assert (shop.replay().lost, shop.replay().complete) == (0, True)
    with shop.opened() as product:  # what an older copy of the state would not have
        gone = product.state.erasures._rows().filter(pk__gt=older).delete()[0]
    assert gone > 0
    shop.restore()
    done = shop.replay()
    assert done.lost == 6  # with the two invoices that wait in the vault
    assert not done.complete
    assert shop.sql("SELECT count(*) FROM customer WHERE id = 4") == [(1,)]

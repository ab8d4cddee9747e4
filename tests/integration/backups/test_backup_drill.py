"""What was erased stays erased: rows go, a real backup brings them back, and they go again; whoever registered since is left alone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.integration.rights.test_erasure import NOW, Shop
from tests.integration.rights.test_objection import objection, world
from tests.integration.rights.test_withdrawal import world as consents
from tests.integration.small_world import SmallWorld
from zusage.bootstrap import opened
from zusage.bootstrap.backups import drilling
from zusage.bootstrap.backups.drilling import Held, drill
from zusage.bootstrap.backups.replaying import Replayed, replay
from zusage.bootstrap.register.copies import forget
from zusage.bootstrap.register.registering import RegisterKeyGone, register_of
from zusage.bootstrap.rights.correcting import Wish as Correct
from zusage.bootstrap.rights.correcting import correct
from zusage.bootstrap.rights.correcting import forget as forget_corrections
from zusage.bootstrap.rights.ending import Wish as Withdrawal
from zusage.bootstrap.rights.restricted import show
from zusage.bootstrap.rights.restricting import Wish as Restrict
from zusage.bootstrap.rights.restricting import lift, restrict
from zusage.bootstrap.rights.withdrawing import withdraw
from zusage.cli import cli
from zusage.connectors.sql.reader import SqlReader
from zusage.planning.holding import Person
from zusage.planning.plan import Selection
from zusage.sealing.erased import WIDTH, row_code
from zusage.testing.crashing import CrashingJournal, CrashingRegister

__all__ = ["consents", "world"]

BACKUPS = """
backups:
  nightly:
    of: [shop]
    every: P1D
    kept: P30D
    kind: sqlite-file
    path: "FOLDER/backups/*.sqlite3"
    drill: P1M
    born: {shop.purchase: at, shop.remark: at, shop.stray: at}
"""


class Backed(Shop):
    """A shop with a backup of last night."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        path = folder / "zusage.yaml"
        path.write_text(path.read_text() + BACKUPS.replace("FOLDER", str(folder)))
        (folder / "backups").mkdir()
        self.back_up()

    @property
    def copy(self) -> Path:
        return self.folder / "backups" / "shop-2026-05-31.sqlite3"

    def back_up(self) -> None:
        with closing(sqlite3.connect(self.folder / "shop.sqlite3")) as one, closing(sqlite3.connect(self.copy)) as other:
            one.backup(other)
        night = datetime(2026, 5, 31, 23, 0, tzinfo=UTC).timestamp()
        os.utime(self.copy, (night, night))

    def restore(self) -> None:
        shutil.copyfile(self.copy, self.folder / "shop.sqlite3")

    def erase(self, key: str = "3") -> None:
        self.plan(key)
        assert not [result.stopped for result in self.apply() if result.stopped]

    def replay(self) -> Replayed:
        with self.opened() as product:
            return replay(product)

    def drill(self) -> Held:
        with self.opened() as product:
            return drill(product, "nightly")

    def verdicts(self) -> dict[str, str]:
        with self.opened() as product:
            return {one.promise.id: one.judgement.verdict.value for one in product.verify() if "backups" in one.promise.id}


@pytest.fixture
def shop(tmp_path: Path) -> Backed:
    return Backed(tmp_path)


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


def test_a_drill_shows_that_the_erased_are_in_the_backup_and_go_from_it_again(shop: Backed) -> None:
    assert shop.verdicts()["backups/nightly/drilled"] == "undecided"
    shop.erase()
    live, copy = shop.rows(), shop.copy.read_bytes()
    held = shop.drill()
    assert held.judgement.verdict.value == "kept", held.judgement.reason
    assert held.drill.back > 0
    assert held.drill.left == 0
    assert held.drill.rows > held.drill.back
    assert shop.rows() == live
    assert shop.copy.read_bytes() == copy
    assert shop.verdicts()["backups/nightly/drilled"] == "kept"
    with opened(shop.folder / "zusage.yaml", clock=lambda: NOW + timedelta(days=40)) as product:
        later = {one.promise.id: one.judgement for one in product.verify()}
    assert later["backups/nightly/drilled"].verdict.value == "broken"


def test_a_drill_without_anything_erased_takes_a_row_for_erased_and_sees_it_go(shop: Backed) -> None:
    held = shop.drill()
    assert held.judgement.verdict.value == "kept", held.judgement.reason
    assert (held.drill.back, held.drill.planted, held.drill.planted_left) == (0, 1, 0)


def test_a_damaged_and_an_incomplete_backup_fail_the_drill(shop: Backed) -> None:
    with closing(sqlite3.connect(shop.copy)) as database, database:
        database.execute("DELETE FROM purchase WHERE id > 4")
        database.execute("DROP TABLE remark")
    held = shop.drill()
    assert held.judgement.verdict.value == "broken"
    assert held.drill.missing == ("shop.remark",)
    assert held.drill.short == ("shop.purchase",)
    content = bytearray(shop.copy.read_bytes())
    content[4096:8192] = os.urandom(4096)
    shop.copy.write_bytes(content)
    held = shop.drill()
    assert not held.drill.readable
    assert held.judgement.verdict.value == "broken"
    assert shop.verdicts()["backups/nightly/drilled"] == "broken"


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


def test_a_backup_of_another_database_of_the_same_form_fails_the_drill(shop: Backed) -> None:
    with closing(sqlite3.connect(shop.copy)) as database, database:
        database.execute("UPDATE customer SET since = '2025-01-01 10:00:01'")
    held = shop.drill()
    assert held.judgement.verdict.value == "broken"
    assert held.drill.strange == ("shop.customer",)


def test_the_register_holds_codes_alone_and_its_key_is_never_made_anew(shop: Backed) -> None:
    shop.erase()
    with shop.opened() as product:
        batches = list(product.state.erasures.batches(["shop"]))
        assert {batch.table for batch in batches} == {"shop.customer", "shop.purchase", "shop.invoice", "shop.remark"}
        assert all(batch.gone and {len(code) for code in batch.codes} == {WIDTH} for batch in batches)
        assert not any("name of 3" in batch.action or "customer:3" in batch.action for batch in batches)
    key = shop.folder / ".zusage" / "register.key"
    assert key.stat().st_mode & 0o077 == 0
    key.unlink()
    with pytest.raises(RegisterKeyGone):
        shop.replay()
    assert not key.exists()


def test_without_a_backup_that_says_where_it_is_nothing_is_taken_down(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.plan("3")
    shop.apply()
    with shop.opened() as product:
        assert not product.state.erasures.any()
    assert not (tmp_path / ".zusage" / "register.key").exists()


def test_what_never_went_is_taken_off_the_register_and_what_went_unsettled_stays(shop: Backed) -> None:
    with shop.opened() as product, product.changing():
        register = register_of(product)
        assert register
        row = register.found
        codes = [row_code(register.key, "shop.customer", (n, "2025-01-01 10:00:00")) for n in (3, 4)]
        assert len(list(row(product.readers["shop"], "shop.customer", ("id", "since"), codes))) == 2  # type: ignore[arg-type]
        product.state.erasures.note("shop.customer", "orders/customers/at-most", "deleted", NOW, ("id", "since"), b"".join(codes))
    shop.sql("DELETE FROM customer WHERE id = 4")
    with shop.opened() as product, product.changing():
        (left,) = product.state.erasures.batches(["shop"])
    assert left.gone
    assert left.codes == {codes[1]}


def test_after_a_restore_nothing_unsettled_is_taken_off_the_register(shop: Backed) -> None:
    shop.erase()
    gone = shop.rows()
    with shop.opened() as product:
        connection = sqlite3.connect(product.folder / "state.sqlite3")
        with closing(connection), connection:
            connection.execute("UPDATE zusage_erasure SET gone = 0 WHERE \"table\" = 'shop.purchase'")
            connection.execute("INSERT INTO zusage_erasure SELECT NULL, \"table\", promise, action, at, 1, codes, columns FROM zusage_erasure"
                               " WHERE \"table\" = 'shop.purchase' LIMIT 1")  # fmt: skip
    shop.restore()
    assert shop.replay().complete
    assert shop.rows() == gone


def test_what_a_suspension_holds_stays_though_it_was_erased_before(shop: Backed) -> None:
    shop.erase()
    shop.restore()
    with shop.opened() as product:
        product.state.suspensions.place([("shop.remark", "id = 3")], "a case", date(2026, 12, 1), "office")
    shop.replay()
    assert shop.sql("SELECT text FROM remark WHERE id = 3") == [("remark on 3",)]
    assert shop.sql("SELECT * FROM purchase WHERE customer_id = 3") == []


def test_entries_live_as_long_as_the_oldest_backup(shop: Backed) -> None:
    shop.erase()

    def entries(days: int) -> bool:
        with opened(shop.folder / "zusage.yaml", clock=lambda: NOW + timedelta(days=days)) as product:
            forget(product)
            return product.state.erasures.any()

    assert entries(29)
    assert entries(60)  # the old backup is there still, whatever was promised
    assert shop.verdicts()["backups/nightly/kept"] == "kept"
    with opened(shop.folder / "zusage.yaml", clock=lambda: NOW + timedelta(days=60)) as product:
        later = {one.promise.id: one.judgement.verdict.value for one in product.verify()}
    assert later["backups/nightly/kept"] == "broken"
    assert later["backups/nightly/made"] == "broken"
    shop.copy.unlink()
    assert entries(60)  # none is there: nobody knows
    new = shop.folder / "backups" / "shop-2026-07-29.sqlite3"
    shutil.copyfile(shop.folder / "shop.sqlite3", new)
    at = (NOW + timedelta(days=58)).timestamp()
    os.utime(new, (at, at))
    assert entries(29)
    assert not entries(60)


def test_the_commands_say_what_came_of_it(shop: Backed) -> None:
    shop.erase()

    def run(*words: str) -> Result:
        at = str(shop.folder / "zusage.yaml")
        return CliRunner().invoke(cli, ["backup", words[0], at, *words[1:]], catch_exceptions=False, standalone_mode=False)

    assert "nightly      1  2026-05-31" in run("list").output
    result = run("drill")
    assert result.return_value == 0
    assert "erased rows that it brought back are gone again" in result.output
    shop.restore()
    result = run("replay")
    assert result.return_value == 0
    assert "again" in result.output
    assert "name of 3" not in result.output
    (told,) = json.loads(run("drill", "--json").output)
    assert told["verdict"] == "kept"


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


def test_a_note_of_a_correction_is_kept_as_long_as_a_backup_would_undo_it(shop: Backed) -> None:
    with shop.opened() as product:
        person = Person(people="customer", key="4")
        correct(product, Correct(person=person, table="shop.customer", column="name", value="Right Name", by="clerk"))
        assert forget_corrections(product, datetime.now(UTC) + timedelta(days=9)) == 0
        shop.copy.unlink()
        shutil.copyfile(shop.folder / "shop.sqlite3", shop.folder / "backups" / "new.sqlite3")
        late = (datetime.now(UTC) + timedelta(days=90)).timestamp()
        os.utime(shop.folder / "backups" / "new.sqlite3", (late, late))
        product.clock = lambda: datetime.now(UTC) + timedelta(days=90)
        assert forget_corrections(product, datetime.now(UTC) + timedelta(days=9)) == 1


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


def _killed(shop: Backed, call: int, *, after: bool) -> bool:
    """Apply in a child that kills itself at a call of the register; whether it did."""
    child = os.fork()
    if not child:
        with shop.opened() as product:
            product.state.erasures = CrashingRegister(product.state.erasures, call, after=after)  # type: ignore[assignment]
            product.apply_plan(shop.folder / "erasure.json", lambda _: None)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -9


def _unregistered(shop: Backed, before: dict[str, set[tuple[object, ...]]]) -> list[tuple[str, object]]:
    """Rows that are gone or changed and not on the register."""
    born = {"customer": 2, "purchase": 3, "invoice": 3, "remark": 3}
    with shop.opened() as product:
        register = register_of(product)
        assert register
        known = {(batch.table, code) for batch in product.state.erasures.batches(["shop"]) for code in batch.codes}
        gone = [(table, row) for table in born for row in before[table] - shop.rows()[table]]
        coded = [(f"shop.{table}", row_code(register.key, f"shop.{table}", (row[0], row[born[table]]))) for table, row in gone]
        product.state.close()
    return [one for one in coded if one not in known]


@pytest.mark.parametrize("after", [False, True])
def test_killed_anywhere_around_the_register_nothing_that_went_is_missing_from_it(shop: Backed, *, after: bool) -> None:
    before, deaths = shop.rows(), 0
    shop.plan("3")
    for call in (1, 2, 2, 2, 4, 3):
        deaths += _killed(shop, call, after=after)
        assert _unregistered(shop, before) == []
    shop.apply()
    gone = shop.rows()
    assert deaths >= 3
    assert _unregistered(shop, before) == []
    with shop.opened() as product, product.changing():
        assert not product.state.erasures.unsettled()
    shop.restore()
    assert shop.replay().complete
    assert shop.rows() == gone


def test_killed_in_the_middle_a_replay_ends_as_if_nobody_had_killed_it(shop: Backed) -> None:
    shop.erase()
    gone = shop.rows()
    shop.restore()
    child = os.fork()
    if not child:
        with shop.opened() as product:
            product.state.journal = CrashingJournal(product.state.journal, 4, after=True)  # type: ignore[assignment]
            replay(product)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -9
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


LOGS = """
zusage: 1
controller: {name: Example GmbH}
systems: {weblogs: {kind: access-log, path: "FOLDER/logs/access.log*"}}
classes: {one: {de: eins, en: one}}
activities:
  access:
    title: {de: X, en: X}
    purpose: {de: X, en: X}
    legal_basis: art-6-1-f
    legitimate_interest: {de: X, en: X}
    data: {weblogs.line: {classes: {one: [ip_address, time, request]}}}
    keep: [{name: lines, at_most: P14D, from: time}]
backups:
  logs: {of: [weblogs], every: P1D, kept: P7D, kind: folder, path: "FOLDER/backups/*", drill: P1M}
"""


@pytest.mark.parametrize("form", ["folder", "archive"])
def test_a_drill_with_a_copy_of_logs_shows_that_old_lines_go_from_it(tmp_path: Path, form: str) -> None:
    (tmp_path / "zusage.yaml").write_text(LOGS.replace("FOLDER", str(tmp_path)))
    logs, kept = tmp_path / "logs", tmp_path / "backups" / "1"
    logs.mkdir()
    for name, day in (("access.log", "30/May/2026"), ("access.log.1", "10/May/2026"), ("other.log", "01/Jan/2020")):
        (logs / name).write_text(f'203.0.113.0 - - [{day}:10:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-"\n')
    shutil.copytree(logs, kept)
    if form == "archive":
        shutil.make_archive(str(kept), "gztar", kept)
        shutil.rmtree(kept)
    with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
        held = drill(product, "logs")
    assert held.judgement.verdict.value == "kept", held.judgement.reason
    assert (held.drill.rows, held.drill.back, held.drill.left) == (2, 1, 0)
    assert (logs / "access.log.1").read_text()
    assert not list(tmp_path.glob(".zusage/drill.home"))


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


def test_files_that_came_back_go_again_with_their_rows_and_a_drill_touches_none(shop: Backed) -> None:
    path, folder = shop.folder / "zusage.yaml", shop.folder / "people"
    path.write_text(
        path.read_text().replace(
            "classes: {one: [name, since]}", f'classes: {{one: [name, since]}}, files: ["{folder}/{{id}}.jpg"]'
        )
    )
    folder.mkdir()
    everybody = {folder / f"{n}.jpg" for n in range(1, 11)}
    for file in everybody:
        file.write_text("a face")
    assert shop.drill().drill.planted == 1
    assert set(folder.iterdir()) == everybody
    shop.erase()
    assert set(folder.iterdir()) == everybody - {folder / "3.jpg"}
    assert shop.drill().drill.back > 0
    shop.restore()
    (folder / "3.jpg").write_text("a face")  # a copy of the files was restored as well
    assert shop.replay().complete
    assert set(folder.iterdir()) == everybody - {folder / "3.jpg"}


def test_what_a_drill_that_was_killed_has_restored_is_cleared_up_by_the_next(
    shop: Backed, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = os.fork()
    if not child:
        monkeypatch.setattr(drilling._Copied, "look", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        shop.drill()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -9
    left = Path((shop.folder / ".zusage" / "drill.home").read_text())
    assert list(left.rglob("restored.sqlite3"))
    assert left.stat().st_mode & 0o077 == 0
    assert shop.drill().judgement.verdict.value == "kept"
    assert not left.exists()


def test_where_the_two_roles_are_told_other_values_nothing_goes_that_would_not_be_known_again(
    shop: Backed, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.plan("3")
    before, rows = shop.rows(), SqlReader.rows

    def otherwise(self: SqlReader, selection: Selection, columns: Sequence[str]) -> Iterator[tuple[object, ...]]:
        found = rows(self, selection, columns)
        return ((*row[:-1], f"{row[-1]}+00:00") for row in found) if columns[-1] == "at" else found

    monkeypatch.setattr(SqlReader, "rows", otherwise)
    stopped = [result.stopped for result in shop.apply() if result.stopped]
    assert "another code" in stopped[0]
    assert shop.rows()["purchase"] == before["purchase"]


def test_what_no_backup_can_have_any_more_goes_from_the_register_with_the_next_change(shop: Backed) -> None:
    shop.erase()
    shop.copy.unlink()
    new = shop.folder / "backups" / "new.sqlite3"
    shutil.copyfile(shop.folder / "shop.sqlite3", new)
    at = (NOW + timedelta(days=58)).timestamp()
    os.utime(new, (at, at))
    with opened(shop.folder / "zusage.yaml", clock=lambda: NOW + timedelta(days=60)) as product:
        assert product.state.erasures.any()
        with product.changing():
            assert not product.state.erasures.any()

"""Restriction: one person's rows are out of the application's reach, nothing deletes them, and they come back as they were."""

from __future__ import annotations

import json
import sqlite3
import stat
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.integration.forked import killed
from tests.integration.killing_calls import die_at
from zusage.bootstrap import opened
from zusage.bootstrap.granting import needs
from zusage.bootstrap.rights.restricted import show
from zusage.bootstrap.rights.restricting import OthersRefer, Wish, letter, lift, restrict
from zusage.bootstrap.rights.using import close, close_due, open_rows
from zusage.cli import cli
from zusage.connectors.sql.databases.mariadb_roles import roles
from zusage.connectors.sql.returning import SqlReturner
from zusage.connectors.trouble import CannotHandle
from zusage.planning.holding import HoldUnfit, Person
from zusage.rights.restriction import Ground, NotInstead, Shown, UseRefused
from zusage.state.errors import NotTold, RestrictedOtherwise, UnknownRestriction, UnknownUse
from zusage.vault import VaultWriter

from .erasing_shop import NOW, Shop

TABLES = ("customer", "purchase", "line", "invoice", "remark", "stray")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def _place(shop: Shop, key: str = "3", ground: Ground = "a") -> Shown:
    with shop.opened() as product:
        return restrict(product, Wish(person=Person(people="customer", key=key), ground=ground, by="clerk"))


def _lift(shop: Shop, id: str = "R-0001") -> None:
    with shop.opened() as product:
        product.state.restrictions.told(id, "clerk", "letter", NOW)
        lift(product, id, "clerk")


def _typed(shop: Shop) -> dict[str, list[tuple[object, ...]]]:
    """Every row with the type in which each value is stored."""
    found = {}
    for name in TABLES:
        columns = [str(row[1]) for row in shop.sql(f"PRAGMA table_info({name})")]
        shown = ", ".join(f"{column}, typeof({column}), hex({column})" for column in columns)
        found[name] = shop.sql(f"SELECT {shown} FROM {name} ORDER BY 1")
    return found


def test_restricted_rows_are_out_of_reach_and_come_back_to_the_last_byte(shop: Shop) -> None:
    shop.sql("UPDATE customer SET name = x'00ff41' WHERE id = 3")
    shop.sql("UPDATE remark SET text = 1.10 WHERE id = 3")
    before, rows = _typed(shop), shop.rows()
    found = _place(shop)
    assert (found.hidden, found.shown, found.broken) == (8, True, False)
    after = shop.rows()
    gone = {name: len(rows[name] - after[name]) for name in rows}
    assert gone == {"customer": 1, "purchase": 2, "line": 2, "invoice": 2, "remark": 1}
    assert all(after[name] <= rows[name] for name in rows)
    _lift(shop)
    assert _typed(shop) == before
    with shop.opened() as product:
        assert not VaultWriter(product.folder).ids_of_person(found.restriction.code)
        assert not product.state.suspensions.current()


def test_it_is_not_lifted_before_the_person_was_told(shop: Shop) -> None:
    before = shop.rows()
    _place(shop)
    with shop.opened() as product, pytest.raises(NotTold):
        lift(product, "R-0001", "clerk")
    with shop.opened() as product:
        words = " ".join(letter(product, "R-0001", "de", before_lifting=True))
    assert "Diese Einschränkung heben wir nach dieser Mitteilung auf (Art. 18 Abs. 3 DSGVO)." in words
    assert shop.rows() != before
    _lift(shop)
    assert shop.rows() == before
    with shop.opened() as product, pytest.raises(UnknownRestriction):
        lift(product, "R-0002", "clerk")


def test_a_restriction_stops_an_erasure_until_it_is_lifted(shop: Shop) -> None:
    _place(shop, ground="c")
    assert shop.plan().steps == ()
    _lift(shop)
    assert len(shop.plan().steps) == 4


def test_a_row_that_the_restriction_does_not_hide_breaks_it(shop: Shop) -> None:
    assert _place(shop).shown
    shop.sql("INSERT INTO remark VALUES (99, 3, 'put back by somebody', '2026-05-01 10:00:00')")
    with shop.opened() as product:
        found = show(product, "R-0001")
    assert (found.broken, found.shown) == (True, False)
    assert {one.table: one.readable for one in found.reached if one.readable} == {"shop.remark": 1}
    assert _place(shop).shown


def test_what_was_blocked_before_stays_blocked_when_the_restriction_ends(shop: Shop) -> None:
    shop.plan()
    shop.apply()
    shop.sql("INSERT INTO customer VALUES (3, 'registered again', '2026-05-01 10:00:00')")
    before = shop.rows()
    found = _place(shop)
    assert found.hidden == 1  # the new record; the invoices in the vault are blocked for the duty, not by this
    _lift(shop)
    assert shop.rows() == before
    with shop.opened() as product:
        assert len(VaultWriter(product.folder).ids_of_person(found.restriction.code)) == 2


def test_the_minimum_of_a_restricted_invoice_is_still_shown_to_be_kept(shop: Shop) -> None:
    manifest = str(shop.folder / "zusage.yaml")

    def minimum() -> str:
        output = CliRunner().invoke(cli, ["verify", manifest]).output
        return next(line for line in output.splitlines() if "vouchers/tax/at-least" in line)

    minimum()
    assert "kept" in minimum()
    _place(shop)
    assert "kept" in minimum()


def test_a_row_put_back_turns_exactly_the_promise_of_restrictions_red(shop: Shop) -> None:
    file = shop.folder / "zusage.yaml"
    file.write_text(file.read_text() + "requests: {restricted: true}\n")

    def verdicts() -> dict[str, str]:
        with shop.opened() as product:
            return {outcome.promise.id: outcome.judgement.verdict.value for outcome in product.verify()}

    assert verdicts()["requests/restricted"] == "undecided"  # nothing is restricted, so nothing is shown
    _place(shop)
    before = verdicts()
    assert before["requests/restricted"] == "kept"
    shop.sql("INSERT INTO remark VALUES (99, 3, 'put back', '2026-05-01 10:00:00')")
    assert verdicts() == {**before, "requests/restricted": "broken"}
    shop.sql("DELETE FROM remark WHERE id = 99")
    with closing(sqlite3.connect(shop.folder / ".zusage" / "vault.sqlite3")) as vault, vault:
        vault.execute("DELETE FROM entry")  # what was hidden is lost
    assert verdicts()["requests/restricted"] == "undecided"


def test_rows_of_others_that_refer_to_the_persons_stop_it_before_anything_moves(shop: Shop) -> None:
    shop.sql("CREATE TABLE praise (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer (id))")
    shop.sql("INSERT INTO praise VALUES (1, 3)")
    before = shop.rows()
    with pytest.raises(OthersRefer, match="1 rows of praise"):
        _place(shop)
    assert shop.rows() == before
    assert _place(shop, "4").shown


def test_somebody_unknown_or_restricted_on_another_ground_is_refused(shop: Shop) -> None:
    with pytest.raises(HoldUnfit):
        _place(shop, "12345678")
    _place(shop)
    with pytest.raises(RestrictedOtherwise):
        _place(shop, ground="b")


def test_a_key_that_was_given_anew_is_not_overwritten(shop: Shop) -> None:
    _place(shop)
    shop.sql("INSERT INTO customer VALUES (3, 'somebody else', '2026-05-01 10:00:00')")
    with pytest.raises(CannotHandle, match="brought back"):
        _lift(shop)
    assert shop.sql("SELECT name FROM customer WHERE id = 3") == [("somebody else",)]
    assert not shop.sql("SELECT * FROM purchase WHERE customer_id = 3")
    shop.sql("DELETE FROM customer WHERE id = 3")
    _lift(shop)
    assert shop.sql("SELECT name FROM customer WHERE id = 3") == [("name of 3",)]


def _killed(shop: Shop, kind: type, method: str, call: int, *, lifting: bool) -> bool:
    """Place or lift in a child that is killed after a call of a method; whether it came so far."""

    def work() -> None:
        die_at(2 * call, [(kind, method)])
        (_lift if lifting else _place)(shop)

    return killed(work)


def test_killed_between_any_two_moves_it_ends_as_if_nobody_had_killed_it(shop: Shop) -> None:
    before, deaths = _typed(shop), 0
    for method in ("seal", "settle"):
        for call in (1, 1, 2):
            deaths += _killed(shop, VaultWriter, method, call, lifting=False)
    if _left(shop):
        assert _place(shop).shown
    with shop.opened() as product:
        assert show(product, "R-0001").hidden == 8
    for kind, method in ((SqlReturner, "put_back"), (VaultWriter, "remove")):
        deaths += _killed(shop, kind, method, 1, lifting=True)
    _lift(shop)
    assert deaths >= 5
    assert _typed(shop) == before


def _left(shop: Shop) -> Sequence[object]:
    return shop.sql("SELECT 1 FROM customer WHERE id = 3")


def test_no_key_of_a_person_is_in_the_register_of_restrictions(shop: Shop) -> None:
    with closing(sqlite3.connect(shop.folder / "shop.sqlite3")) as database, database:
        database.execute("INSERT INTO customer VALUES (987654321, 'x', '2026-01-01 10:00:00')")
    _place(shop, "987654321")
    with closing(sqlite3.connect(shop.folder / ".zusage" / "state.sqlite3")) as state:
        register = str(state.execute("SELECT * FROM zusage_restriction").fetchall())
        holds = str(state.execute("SELECT * FROM zusage_hold").fetchall())
    assert "987654321" in holds  # as for every suspension: it could not hold the rows otherwise
    assert "987654321" not in register


def test_the_commands_place_show_tell_and_lift(shop: Shop) -> None:
    manifest, runner = str(shop.folder / "zusage.yaml"), CliRunner()

    def run(*words: str) -> tuple[int, str]:
        result = runner.invoke(
            cli, ["restriction", words[0], manifest, *words[1:]], catch_exceptions=False, standalone_mode=False
        )
        return result.return_value, result.output

    assert run("list") == (0, "nothing is restricted\n")
    code, output = run("place", "customer=3", "--ground", "a", "--by", "clerk")
    assert (code, "hides 8 rows" in output) == (0, True)
    shop.sql("INSERT INTO remark VALUES (99, 3, 'x', '2026-05-01 10:00:00')")
    assert run("show", "R-0001")[0] == 1
    shop.sql("DELETE FROM remark WHERE id = 99")
    assert run("show", "R-0001")[0] == 0
    run("told", "R-0001", "--by", "clerk", "--how", "letter")
    assert "as they were" in run("lift", "R-0001", "--by", "clerk")[1]
    assert "lifted" in run("list")[1]
    code, output = run("show", "R-0001")
    assert (code, "place" in output) == (0, False)  # rows that are back must not be taken for rows that escaped


def _use(shop: Shop, second: str = "boss", reasons: str = "court", hours: int = 8) -> Path:
    with shop.opened() as product:
        return open_rows(
            product, "R-0001", "legal-claims", by="clerk", second=second, reasons=reasons, time=timedelta(hours=hours)
        )[1]


def test_a_use_that_the_law_permits_opens_the_rows_for_a_while_and_closes_again(shop: Shop) -> None:
    file = shop.folder / "zusage.yaml"
    file.write_text(file.read_text() + "requests: {restricted: true}\n")
    _place(shop)
    before = shop.rows()
    for wrong in ({"second": "clerk"}, {"second": "Clerk "}, {"second": ""}, {"reasons": " "}, {"hours": 400}):
        with pytest.raises(UseRefused):
            _use(shop, **wrong)  # type: ignore[arg-type]
    path = _use(shop)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    opened_rows = json.loads(path.read_text())["rows"]
    assert {name: len(rows) for name, rows in opened_rows.items()} == {
        "shop.customer": 1, "shop.purchase": 2, "shop.line": 2, "shop.invoice": 2, "shop.remark": 1,
    }  # fmt: skip
    assert shop.rows() == before  # the application has nothing of it

    def verdict(later: timedelta = timedelta()) -> str:
        with opened(file, clock=lambda: NOW + later) as product:
            return next(o.judgement.verdict.value for o in product.verify() if o.promise.id == "requests/restricted")

    assert verdict() == "kept"
    assert verdict(timedelta(hours=9)) == "broken"  # it lies open although its time is over
    with opened(file, clock=lambda: NOW + timedelta(hours=9)) as product:
        assert (close_due(product), close_due(product)) == (1, 0)
    assert not path.exists()
    assert verdict(timedelta(hours=9)) == "kept"
    path.write_text("left behind")
    assert verdict(timedelta(hours=9)) == "broken"  # nobody noted it as open
    with shop.opened() as product:
        close(product, "U-0001")
        assert [one.use for one in product.state.restricted_uses.all()] == ["legal-claims"]
        with pytest.raises(UnknownUse):
            close(product, "U-0009")
    _lift(shop)
    with pytest.raises(UseRefused, match="lifted"):
        _use(shop)


def test_only_some_tables_are_restricted_where_others_refer_to_the_rest(shop: Shop) -> None:
    shop.sql("CREATE TABLE praise (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer (id))")
    shop.sql("INSERT INTO praise VALUES (1, 3)")
    manifest = str(shop.folder / "zusage.yaml")
    words = ["restriction", "place", manifest, "customer=3", "--ground", "a", "--by", "clerk", "--table", "shop.remark"]
    result = CliRunner().invoke(cli, words, catch_exceptions=False, standalone_mode=False)
    assert (result.return_value, "hides 1 row" in result.output) == (0, True)
    assert not shop.sql("SELECT 1 FROM remark WHERE customer_id = 3")


def test_the_writer_may_bring_rows_back_only_where_the_manifest_restricts(shop: Shop) -> None:
    file = shop.folder / "zusage.yaml"

    def statements() -> list[str]:
        with shop.opened() as product:
            wanted = needs(product.loaded.manifest, "shop", product.inventories["shop"])
            return [s for s in roles("shop", needs=wanted, tables=product.inventories["shop"].tables) if "GRANT INSERT" in s]

    assert statements() == []
    file.write_text(file.read_text() + "requests: {restricted: true}\n")
    assert len(statements()) == 5
    assert "GRANT INSERT ON `shop`.`invoice` TO 'zusage_writer'@'%'" in statements()


def test_a_restriction_takes_the_place_of_an_erasure_only_as_the_law_allows_and_the_letter_says_why(shop: Shop) -> None:
    manifest, before = str(shop.folder / "zusage.yaml"), shop.rows()

    def run(*words: str) -> str:
        given = ["restriction", words[0], manifest, *words[1:]]
        return CliRunner().invoke(cli, given, catch_exceptions=False, standalone_mode=False).output

    def place(paragraph: str, *more: str) -> str:
        return run("place", "customer=3", "--ground", "b", "--by", "clerk", "--instead", paragraph, *more)

    why = ("--second", "boss", "--reasons", "Vertrag bis 2028")
    for paragraph, more in (
        ("1", ("--demanded", "d", *why)),  # unlawful processing is never kept so
        ("3", ("--demanded", "b", *why)),
        ("2", ("--second", "clerk", "--reasons", "x")),
        ("3", ("--second", "boss")),
    ):
        with pytest.raises(NotInstead):
            place(paragraph, *more)
    assert shop.rows() == before
    assert "hides 8 rows" in place("3", *why)
    german, english = (run("letter", "R-0001", "--language", language) for language in ("de", "en"))
    assert "§ 35 Abs. 3 BDSG" in german
    assert "Vertrag bis 2028" in german
    assert "section 35(3) BDSG" in english
    assert shop.plan().steps == ()  # an erasure waits for it

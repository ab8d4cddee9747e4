"""The register of erasures holds all that went, codes alone, and as long as a backup can bring it back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.integration.forked import killed
from tests.integration.rights.erasing_shop import NOW, Shop
from zusage.bootstrap import Product, opened
from zusage.bootstrap.register.copies import forget
from zusage.bootstrap.register.registering import RegisterKeyGone, register_of
from zusage.bootstrap.rights.correcting import Wish as Correct
from zusage.bootstrap.rights.correcting import correct
from zusage.bootstrap.rights.correction_notes import forget as forget_corrections
from zusage.bootstrap.rights.correction_notes import made
from zusage.connectors.sql.reader import SqlReader
from zusage.planning.holding import Person
from zusage.planning.plan import Selection
from zusage.sealing.erased import WIDTH, row_code
from zusage.testing.crashing import CrashingRegister

from .backed_world import Backed, shop

__all__ = ["shop"]


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


def test_a_note_of_a_correction_is_kept_as_long_as_a_backup_would_undo_it(shop: Backed) -> None:
    with shop.opened() as product:
        person = Person(people="customer", key="4")
        correct(product, Correct(person=person, table="shop.customer", column="name", value="Right Name", by="clerk"))
        assert forget_corrections(product, datetime.now(UTC) + timedelta(days=9)) == 0
        _only_newer_backups(shop, product)
        assert forget_corrections(product, datetime.now(UTC) + timedelta(days=9)) == 1


def _only_newer_backups(shop: Backed, product: Product) -> None:
    """Three months later no backup is there that could undo anything."""
    shop.copy.unlink()
    shutil.copyfile(shop.folder / "shop.sqlite3", shop.folder / "backups" / "new.sqlite3")
    late = (datetime.now(UTC) + timedelta(days=90)).timestamp()
    os.utime(shop.folder / "backups" / "new.sqlite3", (late, late))
    product.clock = lambda: datetime.now(UTC) + timedelta(days=90)


def test_of_notes_on_a_table_of_which_rows_are_held_those_stay_that_are_about_them(shop: Backed) -> None:
    later = datetime.now(UTC) + timedelta(days=9)
    with shop.opened() as product:
        for key in "456":
            person = Person(people="customer", key=key)
            correct(product, Correct(person=person, table="shop.customer", column="name", value="Right Name", by="clerk"))
        _only_newer_backups(shop, product)
        product.state.suspensions.place([("shop.customer", "id = 4")], "claim 7", date(2027, 1, 1), "legal")
        shop.sql("DELETE FROM customer WHERE id = 6")  # whether it was meant cannot be asked any more
        assert forget_corrections(product, later) == 1
        assert [one.person.key for one in made(product) if not isinstance(one, str)] == ["4", "6"]
        product.state.suspensions.lift("S-0001", "legal", "settled")
        assert forget_corrections(product, later) == 2


def _killed(shop: Backed, call: int, *, after: bool) -> bool:
    """Apply in a child that is killed at a call of the register; whether it came so far."""

    def apply() -> None:
        with shop.opened() as product:
            product.state.erasures = CrashingRegister(product.state.erasures, call, after=after)  # type: ignore[assignment]
            product.apply_plan(shop.folder / "erasure.json", lambda _: None)

    return killed(apply)


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


def test_where_the_two_roles_are_told_other_values_nothing_goes_that_would_not_be_known_again(
    shop: Backed, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.plan("3")
    before, rows = shop.rows(), SqlReader.rows

    def otherwise(
        self: SqlReader, selection: Selection, columns: Sequence[str], most: int | None = None
    ) -> Iterator[tuple[object, ...]]:
        found = rows(self, selection, columns, most)
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


def test_a_promise_is_explained_where_there_is_a_register(shop: Backed) -> None:
    ask = [sys.executable, "-m", "zusage", "explain", str(shop.folder / "zusage.yaml"), "orders/customers/at-most"]
    # in a process of its own, in which nothing was opened before
    told = subprocess.run(ask, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")
    assert "customer" in told.stdout

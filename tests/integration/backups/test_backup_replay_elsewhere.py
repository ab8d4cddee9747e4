"""A replay in a database that is not the restored one is refused, and one that knows nothing does not say that all is well."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from tests.integration.rights.erasing_shop import NOW
from zusage.bootstrap import opened
from zusage.bootstrap.backups.replaying import replay
from zusage.bootstrap.register.landmarks import NoSuchSystem, NotTheRestored
from zusage.bootstrap.register.registering import RegisterKeyGone
from zusage.bootstrap.rights.restricting import Wish, restrict
from zusage.cli import cli
from zusage.planning.holding import Person

from .backed_world import Backed, shop

__all__ = ["shop"]


def _run(shop: Backed, *words: str) -> Result:
    at = str(shop.folder / "zusage.yaml")
    return CliRunner().invoke(cli, ["backup", "replay", at, *words], standalone_mode=False)


def _another(shop: Backed) -> None:
    """A database of the same form with the same keys, in which other people are."""
    shop.restore()
    shop.sql("UPDATE customer SET since = '2025-01-01 10:00:01', name = 'somebody else ' || id")
    for table in ("purchase", "remark"):
        shop.sql(f"UPDATE {table} SET at = '2026-01-01 10:00:01'")


def test_in_another_database_of_the_same_form_nothing_is_erased_or_hidden(shop: Backed) -> None:
    shop.erase("4")
    gone = shop.rows()
    with shop.opened() as product:
        assert restrict(product, Wish(person=Person(people="customer", key="3"), ground="c", by="clerk")).shown
    hidden = shop.rows()
    assert hidden != gone
    _another(shop)
    others = shop.rows()
    with pytest.raises(NotTheRestored, match=r"does not look like the one that was restored.*--restored shop"):
        shop.replay()
    with pytest.raises(NotTheRestored):  # what was asked first has noted nothing of it
        shop.replay()
    assert shop.rows() == others
    shop.restore()
    assert shop.replay().complete
    assert shop.rows() == hidden


def test_whoever_means_another_database_says_so_and_is_not_asked_again(shop: Backed) -> None:
    shop.erase()
    _another(shop)
    refused = _run(shop)
    assert isinstance(refused.exception, NotTheRestored) or refused.return_value == 2
    with pytest.raises(NoSuchSystem, match="There are: shop"), shop.opened() as product:
        replay(product, ["ship"])
    told = _run(shop, "--restored", "shop")  # its last entry is half a year old
    assert (told.return_value, "if zusage ran in that time, state and folder are an old copy" in told.output) == (2, True)
    assert _run(shop, "--restored", "shop", "--nothing-newer").return_value == 0
    assert shop.sql("SELECT count(*) FROM customer WHERE id = 3") == [(1,)]  # nobody who was erased
    assert shop.replay().complete


def test_where_rules_took_most_of_the_noted_rows_the_database_is_still_the_same(shop: Backed) -> None:
    shop.sql("UPDATE purchase SET at = '2010-01-01 10:00:00' WHERE id < 20")
    shop.sql("UPDATE customer SET since = '2010-01-01 10:00:00' WHERE id < 9")
    shop.sql("UPDATE remark SET at = '2010-01-01 10:00:00'")
    shop.back_up()
    with shop.opened() as product:
        product.save_plan(product.make_plan(), shop.folder / "plan.json")
        product.approve_plan(shop.folder / "plan.json", shop.key)
        assert not [one.stopped for one in product.apply_plan(shop.folder / "plan.json", lambda _: None) if one.stopped]
    assert shop.sql("SELECT count(*) FROM purchase") == [(2,)]
    assert shop.replay().found.rows == 0
    shop.restore()
    assert shop.replay().complete


def test_a_drill_that_passes_makes_a_database_known_whose_rows_the_application_took(shop: Backed) -> None:
    shop.erase()
    shop.sql("DELETE FROM purchase WHERE id > 5")
    shop.sql("DELETE FROM remark WHERE id > 2")
    shop.sql("DELETE FROM customer WHERE id > 2")
    with pytest.raises(NotTheRestored):
        shop.replay()
    shop.back_up()
    assert shop.drill().judgement.verdict.value == "kept"
    shop.restore()
    assert shop.replay().complete


def test_a_state_that_was_lost_does_not_say_that_nothing_was_to_be_done(shop: Backed) -> None:
    shop.erase()
    shop.restore()
    back, new = shop.rows(), shop.folder / "new"
    with opened(shop.folder / "zusage.yaml", new, clock=lambda: NOW) as product:
        with pytest.raises(NotTheRestored, match=r"the state or the folder of zusage is lost.*Restore the newest state"):
            replay(product)
        done = replay(product, ["shop"])
        assert (done.blank, done.complete, shop.rows()) == (True, False, back)
        seen = {one.promise.id: one.judgement.verdict.value for one in product.verify()}
    assert seen["backups/nightly/erased-stay-erased"] == "undecided"
    told = _run(shop, "--folder", str(new))  # it knows the database by now, and nobody who was erased
    assert told.return_value == 2
    assert "nothing shows who had been erased" in told.output
    assert shop.replay().complete  # with what was restored of the state


def test_without_the_key_of_the_register_nothing_is_replayed(shop: Backed) -> None:
    shop.erase()
    (shop.folder / ".zusage" / "register.key").unlink()
    shop.restore()
    with pytest.raises(RegisterKeyGone, match="Restore the key"):
        shop.replay()

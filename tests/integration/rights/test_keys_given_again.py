"""A key that the database gives again while a plan of an erasure waits, or is carried out: whoever has it then is never erased for it."""

from __future__ import annotations

import shutil

import pytest

from tests.integration.killing_calls import killed_at_line
from zusage.bootstrap.rights.erasing import answer
from zusage.bootstrap.rights.same_person import SomebodyElse
from zusage.cli import cli
from zusage.cli.failing import reported

from .erasing_shop import Shop, shop

__all__ = ["shop"]
BORN = "2026-05-30 10:00:00"


def _leave(shop: Shop) -> None:
    """The service itself deletes the customer, with what refers to them."""
    shop.sql("DELETE FROM line WHERE purchase_id IN (SELECT id FROM purchase WHERE customer_id = 3)")
    for table in ("purchase WHERE customer_id", "remark WHERE customer_id", "customer WHERE id"):
        shop.sql(f"DELETE FROM {table} = 3")


def _come(shop: Shop, born: str = BORN) -> dict[str, list[tuple[object, ...]]]:
    """Somebody else registers, is given the key, and has what a plan for the first would take."""
    shop.sql(f"INSERT INTO customer VALUES (3, 'somebody else', '{born}')")
    shop.sql(f"INSERT INTO purchase (number, customer_id, at, open) VALUES ('NEW', 3, '{BORN}', FALSE)")
    shop.sql(f"INSERT INTO remark VALUES (99, 3, 'on somebody else', '{BORN}')")
    return _theirs(shop)


def _theirs(shop: Shop) -> dict[str, list[tuple[object, ...]]]:
    wheres = {"customer": "id = 3", "purchase": "number = 'NEW'", "remark": "id = 99"}
    return {table: shop.sql(f"SELECT * FROM {table} WHERE {where}") for table, where in wheres.items()}


@pytest.mark.parametrize("born", ["DATETIME", "DATE", "nothing"])
def test_whoever_has_the_key_of_a_plan_by_now_is_left_alone(shop: Shop, born: str) -> None:
    if born != "DATETIME":  # only a day says when the record came to be, or nothing does
        shop.sql("UPDATE customer SET since = '2025-01-01'")
    if born == "nothing":
        shop.sql("ALTER TABLE customer RENAME COLUMN since TO seen")
        manifest = shop.folder / "zusage.yaml"
        manifest.write_text(manifest.read_text().replace("[name, since]", "[name, seen]").replace("from: since", "from: seen"))
    assert sum(step.rows for step in shop.plan().steps) == 6
    _leave(shop)
    before = _come(shop, "2025-01-01" if born != "DATETIME" else BORN)
    with pytest.raises(SomebodyElse, match="may be another person's by now") as refused:
        shop.apply()
    assert "shop.customer" in str(refused.value)
    assert "make a new plan" in str(refused.value)
    assert "name of 3" not in str(refused.value)
    assert "somebody else'" not in str(refused.value)
    assert _theirs(shop) == before
    shop.sql("DELETE FROM customer WHERE id = 3")
    shop.sql("DELETE FROM purchase WHERE number = 'NEW'")
    shop.apply()  # and nobody is there any more
    assert shop.sql("SELECT count(*) FROM customer") == [(9,)]


def test_the_same_person_may_do_what_they_like_in_the_meantime(shop: Shop) -> None:
    shop.plan()
    shop.sql("UPDATE customer SET name = 'new name' WHERE id = 3")
    assert [(one.step.table, one.rows, one.stopped) for one in shop.apply()][1:3] == [("purchase", 2, ""), ("customer", 1, "")]


def test_nobody_is_erased_for_a_record_that_was_not_there_when_it_was_planned(shop: Shop) -> None:
    shop.sql("DELETE FROM customer WHERE id = 3")
    shop.plan()
    shop.sql("DELETE FROM purchase WHERE customer_id = 3")
    before = _come(shop)
    with pytest.raises(SomebodyElse):
        shop.apply()
    assert _theirs(shop) == before


def test_whoever_is_given_the_key_after_a_kill_is_left_alone_when_the_plan_is_taken_up_again(
    shop: Shop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shop.plan()
    copy, line = shutil.copytree(shop.folder, tmp_path_factory.mktemp("copy") / "of"), 1
    while killed_at_line(shop.opened, shop.folder / "erasure.json", line, after=True):
        if not shop.sql("SELECT id FROM customer WHERE id = 3"):  # the record is gone, and a step is left
            break
        shutil.rmtree(shop.folder)
        shutil.copytree(copy, shop.folder)
        line += 1
    before = _come(shop)
    with pytest.raises(SomebodyElse):
        shop.apply()
    assert _theirs(shop) == before
    assert shop.sql("SELECT text FROM remark WHERE id = 3") == [("remark on 3",)]  # nobody can tell whose it is
    with shop.opened() as product:
        assert product.state.journal.unfinished() == ()
        with pytest.raises(SomebodyElse):  # nor is anybody told of what is somebody else's
            answer(product, shop.folder / "erasure.json")
    files = [str(shop.folder / "zusage.yaml"), str(shop.folder / "erasure.json")]
    assert reported(cli, ["erasure", "answer", *files]) == 3
    assert reported(cli, ["erasure", "answer", *files, "--close"]) == 2
    assert not list((shop.folder / ".zusage" / "erasures").iterdir())
    assert _theirs(shop) == before

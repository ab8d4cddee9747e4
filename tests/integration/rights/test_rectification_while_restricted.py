"""A value that is contested is corrected while its row is out of reach (Art. 16, 18(1)(a) GDPR): it comes back right, and all else as it was."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.forked import die, killed
from zusage.bootstrap.rights import correcting
from zusage.bootstrap.rights.answering import Asked, access, portability
from zusage.bootstrap.rights.correcting import Wish, correct
from zusage.bootstrap.rights.persons import key_of
from zusage.bootstrap.rights.restricting import Wish as Restricting
from zusage.bootstrap.rights.restricting import lift, restrict
from zusage.connectors.trouble import NotTaken
from zusage.planning.holding import Person
from zusage.rights.person import NobodyFound

from .erasing_shop import NOW, Shop

PERSON = Person(people="customer", key="3")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    one = Shop(tmp_path)
    with closing(sqlite3.connect(tmp_path / "shop.sqlite3")) as database, database:
        database.execute("CREATE UNIQUE INDEX one_of_each ON customer (name)")
    with one.opened() as product:
        assert restrict(product, Restricting(person=PERSON, ground="a", by="clerk")).shown
    return one


def _correct(shop: Shop, table: str, column: str, value: str, row: str | None = None) -> str:
    with shop.opened() as product:
        return correct(product, Wish(person=PERSON, table=table, column=column, value=value, by="clerk", row=row))


def _lift(shop: Shop) -> None:
    with shop.opened() as product:
        product.state.restrictions.told("R-0001", "clerk", "letter", NOW)
        lift(product, "R-0001", "clerk")


def test_what_is_corrected_comes_back_right_and_everything_else_as_it_was(
    shop: Shop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = Shop(tmp_path_factory.mktemp("before")).rows()
    hidden = shop.rows()
    assert _correct(shop, "shop.customer", "name", "Right Name") == "RC-0001"
    assert _correct(shop, "shop.purchase", "number", "N6-B", row="id = 6") == "RC-0002"
    assert shop.rows() == hidden  # nothing of it came into the application's reach
    with shop.opened() as product:
        copy = str(access(product, Asked(people="customer", given="3"), "en", paper=False).files["access.json"])
    assert "Right Name" in copy
    assert '"name": "name of 3"' not in copy  # the invoice of its day names them as it did
    _lift(shop)
    after = shop.rows()
    assert {name: len(after[name] ^ before[name]) for name in before if after[name] != before[name]} == {
        "customer": 2,
        "purchase": 2,
    }
    assert (3, "Right Name", "2025-01-01 10:00:00") in after["customer"]


def test_the_systems_own_constraints_judge_a_value_that_is_hidden(shop: Shop) -> None:
    hidden = shop.rows()
    with pytest.raises(NotTaken, match="constraints forbid"):
        _correct(shop, "shop.customer", "name", "name of 4")
    assert shop.rows() == hidden
    assert not list((shop.folder / ".zusage").glob("rectifications/*"))
    _lift(shop)
    assert (3, "name of 3", "2025-01-01 10:00:00") in shop.rows()["customer"]


def test_killed_before_it_is_sealed_it_is_as_if_it_had_not_begun(shop: Shop) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(correcting, "replace_in", die)
        assert killed(lambda: _correct(shop, "shop.customer", "name", "Right Name"))
    _correct(shop, "shop.customer", "name", "Right Name")
    _lift(shop)
    assert (3, "Right Name", "2025-01-01 10:00:00") in shop.rows()["customer"]


def test_somebody_whose_data_are_restricted_takes_them_elsewhere_all_the_same(shop: Shop) -> None:
    with shop.opened() as product:
        files = portability(product, Asked(people="customer", given="3"), "en").files
    assert "name of 3" in str(files["data/shop-customer.csv"])
    people = "people: {customer: {record: shop.customer, key: id"
    manifest = shop.folder / "zusage.yaml"
    text = manifest.read_text()
    assert people in text
    manifest.write_text(text.replace(people, people + ", known_by: [shop.customer.name]"))
    with shop.opened() as product:
        assert key_of(product, "customer", "Name of 3") == "3"
        with pytest.raises(NobodyFound):
            key_of(product, "customer", "name of nobody")
    _lift(shop)
    with shop.opened() as product:
        assert set(portability(product, Asked(people="customer", given="3"), "en").files) == set(files)

"""Keys of bytes, such as BINARY(16): nobody is found by what a human can write, and each demand says so instead of finding nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.integration.small_world import NOW, SmallWorld
from zusage.bootstrap import opened
from zusage.bootstrap.holding import Wish as Hold
from zusage.bootstrap.holding import place
from zusage.bootstrap.rights.answering import Asked, access, find
from zusage.bootstrap.rights.erasing import Wish as Erase
from zusage.bootstrap.rights.erasing import plan
from zusage.bootstrap.rights.restricting import Wish as Restrict
from zusage.bootstrap.rights.restricting import restrict
from zusage.planning.holding import HoldUnfit, Person
from zusage.planning.places import PersonUnfit

_KEY = "0a1b2c3d4e5f40718293a4b5c6d7e8f9"
_SAID = r"shop\.customer\.id holds bytes"
_ORDERS = """
    data:
      shop.customer: {classes: {one: [email, since]}}
      shop.trace: {of: "customer via old->id", classes: {two: [old, at]}}
    keep:
      - {name: customers, data: shop.customer, at_most: P9Y, from: since}
      - {name: traces, data: shop.trace, at_most: P9Y, from: at}
"""


@pytest.mark.parametrize(("kind", "key"), [("TEXT", f"'{_KEY}'"), ("BLOB", f"x'{_KEY}'")])
def test_whoever_has_a_key_of_bytes_is_not_looked_for_by_half(tmp_path: Path, kind: str, key: str) -> None:
    tables = f"""
        CREATE TABLE customer (id {kind} PRIMARY KEY, email TEXT, since DATETIME);
        CREATE TABLE trace (id INTEGER PRIMARY KEY, old JSON, at DATETIME);
        INSERT INTO customer VALUES ({key}, 'person@example.org', '2025-01-01 10:00:00');
        INSERT INTO trace VALUES (1, json_object('id', '{_KEY}'), '2025-01-01 10:00:00');
    """
    small = SmallWorld.make(tmp_path, tables, {"orders": _ORDERS})
    small.rewrite("activities:\n", "people: {customer: {record: shop.customer, known_by: [shop.customer.email]}}\nactivities:\n")
    person = Person(people="customer", key=_KEY)
    with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
        by_key, by_address = (
            Asked(people="customer", given=_KEY),
            Asked(people="customer", given="person@example.org", by_address=True),
        )
        if kind == "TEXT":
            for asked in (by_key, by_address):
                assert dict(find(product, asked).rows) == {"shop.customer": 1, "shop.trace": 1}
            return
        for asked in (by_key, by_address):
            with pytest.raises(PersonUnfit, match=_SAID):
                find(product, asked)
            with pytest.raises(PersonUnfit, match=_SAID):
                access(product, asked, "de", paper=False)
        with pytest.raises(HoldUnfit, match=_SAID):
            place(product, Hold(person=person, reason="claim", review_on=date(2099, 1, 1), by="legal"))
        with pytest.raises(HoldUnfit, match=_SAID):
            plan(product, Erase(people=(person,), ground="b", by="clerk", needed={}))
        with pytest.raises(HoldUnfit, match=_SAID):
            restrict(product, Restrict(person=person, ground="a", by="clerk"))
    assert small.refused() == {"keys-of-bytes"}

"""A UUID has one spelling where a column holds UUIDs, however it is given; of a text each letter counts, and that is said of nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.integration.databases.looked_at import looks_and_changes
from tests.integration.servers import Postgres
from tests.integration.small_world import SmallWorld
from zusage.bootstrap import Product, opened
from zusage.bootstrap.holding import Wish as Hold
from zusage.bootstrap.holding import place
from zusage.bootstrap.people import code_of, spelt
from zusage.bootstrap.rights.answering import Asked, access
from zusage.bootstrap.rights.erasing import Wish, plan
from zusage.bootstrap.rights.nothing_held import Shown, SomethingHeld, search
from zusage.planning.holding import Person
from zusage.planning.places import PersonUnfit
from zusage.rights.person import NobodyFound

_NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
_KEY = "0b5c7a52-7c1e-4e0e-9d0c-3a5d0c1f2e3d"
_WAYS = (_KEY, _KEY.upper(), f"{{{_KEY}}}", f"urn:uuid:{_KEY}", _KEY.replace("-", ""), f"{{{_KEY.upper()}}}")
_MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
systems: {shop: {url: "${READER_URL}", writer: "${WRITER_URL}"}}
classes: {contact: {de: Kontaktdaten, en: contact data}}
guard: {share: 1.0}
people: {guest: {record: shop.guest, key: id, title: {de: Gäste, en: guests}}}
activities:
  visits:
    title: {de: Besuche, en: Visits}
    purpose: {de: X, en: X}
    legal_basis: art-6-1-b
    data:
      shop.guest: {classes: {contact: [name]}}
      shop.visit: {of: guest via guest_id, classes: {contact: [words]}}
    keep: [{data: shop.visit, at_most: P3Y, from: day}]
"""


def _person(key: str) -> Person:
    return Person(people="guest", key=key)


def _copy(product: Product, people: str, key: str) -> str:
    return str(access(product, Asked(people=people, given=key), "en", paper=False).files)


def test_where_keys_are_uuids_they_are_found_in_whatever_spelling(
    postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks_and_changes(
        postgres_server, "keys_as_uuids", monkeypatch,
        "CREATE TABLE guest (id uuid PRIMARY KEY, name text)",
        "CREATE TABLE visit (n int PRIMARY KEY, guest_id uuid REFERENCES guest, words text, day date)",
        f"INSERT INTO guest VALUES ('{_KEY}', 'Marker Otter'), ('{_KEY[:-1]}0', 'somebody else')",
        f"INSERT INTO visit VALUES (1, '{_KEY}', 'said', '2026-01-01'), (2, '{_KEY[:-1]}0', 'other', '2026-01-01')",
    )  # fmt: skip
    (tmp_path / "zusage.yaml").write_text(_MANIFEST, encoding="utf-8")
    with opened(tmp_path / "zusage.yaml", clock=lambda: _NOW) as product:
        codes = {code_of(product, spelt(product, _person(key))) for key in _WAYS}
        assert len(codes) == 1
        for key in _WAYS:
            assert "Marker Otter" in _copy(product, "guest", key), key
            made = plan(product, Wish(people=[_person(key)], ground="b", by="clerk", needed={})).plan
            assert sum(step.rows for step in made.steps) == 1, key
        with pytest.raises(NobodyFound) as nobody:
            _copy(product, "guest", "no-uuid")
        assert "holds texts" not in str(nobody.value)
        place(product, Hold(person=_person(_WAYS[1]), reason="claim", review_on=date(2027, 1, 1), by="legal"))
        held = plan(product, Wish(people=[_person(_WAYS[2])], ground="b", by="clerk", needed={})).plan
        assert sum(step.rows for step in held.steps) == 0


def test_where_keys_are_texts_nothing_is_guessed_and_nobody_is_said_to_be_known(tmp_path: Path) -> None:
    tables = f"""
    CREATE TABLE customer (id TEXT PRIMARY KEY, name TEXT);
    INSERT INTO customer VALUES ('{_KEY}', 'Marker Otter');
    """
    rules = {"orders": "    data: {shop.customer: {classes: {one: [name]}}}\n"}
    world = SmallWorld.make(tmp_path, tables, rules)
    file = world.folder / "zusage.yaml"
    file.write_text(file.read_text() + "people: {customer: {record: shop.customer, key: id, title: {de: K, en: C}}}\n")
    with opened(file, clock=lambda: _NOW) as product:
        told = set()
        for key in (_KEY.upper(), f"{{{_KEY[:-1]}0}}"):  # the one is known in another spelling, the other is not
            with pytest.raises(NobodyFound, match=r"shop\.customer\.id holds texts, in which capitals") as caught:
                _copy(product, "customer", key)
            told.add(str(caught.value))
        assert len(told) == 1
        with pytest.raises(NobodyFound) as plain:
            _copy(product, "customer", f"{_KEY[:-1]}0")
        assert "holds texts" not in str(plain.value)
        assert "Marker Otter" in _copy(product, "customer", _KEY)
        for key in (_KEY.upper(), f"{_KEY[:-1]}0".upper()):
            with pytest.raises(PersonUnfit, match="nobody can say that nothing is held"):
                search(product, Shown(person=Person(people="customer", key=key)))
        with pytest.raises(SomethingHeld):
            search(product, Shown(person=Person(people="customer", key=_KEY)))
        assert search(product, Shown(person=Person(people="customer", key=f"{_KEY[:-1]}0"))).tables

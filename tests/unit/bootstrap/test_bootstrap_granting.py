"""What the two roles must be able to do, and no more."""

from __future__ import annotations

from pathlib import Path

from zusage.bootstrap.granting import needs
from zusage.connectors.sql.databases.port import Needs
from zusage.promises.inventory import ColumnInfo, ForeignKey, Inventory, TableInfo
from zusage.promises.loading import load

_MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
systems: {shop: {url: "${DB}"}}
classes: {one: {de: eins, en: one}}
activities:
  people:
    title: {de: X, en: X}
    purpose: {de: X, en: X}
    legal_basis: art-6-1-b
    data:
      shop.person: {classes: {one: [name, at]}}
      shop.card: {part_of: shop.person via person_id, classes: {one: [words]}}
    keep:
      - {name: used, data: shop.person, only: at IS NOT NULL, at_most: P1Y, from: at, then: delete}
      - {name: never, data: shop.person, only: at IS NULL, at_most: P1Y, from: at, then: delete, elsewhere: [{rows: shop.post via author, become: {author: {}}}]}
  letters:
    title: {de: X, en: X}
    purpose: {de: X, en: X}
    legal_basis: art-6-1-b
    data:
      shop.letter: {classes: {one: [words, at, sender]}}
    keep: [{at_most: P1Y, from: at, then: delete}]
"""


def _table(name: str, columns: str, *keys: ForeignKey) -> TableInfo:
    infos = (
        ColumnInfo(one, "date" if one == "at" else "integer" if "id" in one else "text", one != "id") for one in columns.split()
    )
    return TableInfo(name, tuple(infos), ("id",), keys)


def _needed(folder: Path, more: str = "", *keys: ForeignKey) -> Needs:
    (folder / "zusage.yaml").write_text(_MANIFEST + more, encoding="utf-8")
    tables = (
        _table("person", "id name at card_id", *keys),
        _table("card", "id person_id words", ForeignKey(("person_id",), "person", ("id",))),
        _table("post", "id author"),
        _table("letter", "id words at sender"),
    )
    there = Inventory("shop", "postgresql", {one.name: one for one in tables})
    return needs(load(folder / "zusage.yaml").manifest, "shop", there)


def test_nobody_may_change_what_no_step_changes(tmp_path: Path) -> None:
    found = _needed(tmp_path)
    assert found.reads == {"person", "card", "post", "letter"}
    assert found.deletes == {"person", "card", "letter"}
    assert found.changes == {"post": {"author"}}, (
        "two rules that hold the same empty nothing, and no circle needs a link let go of"
    )


def test_links_in_a_circle_are_let_go_of_and_columns_that_one_purpose_alone_holds_are_emptied(tmp_path: Path) -> None:
    more = """
  archive:
    title: {de: X, en: X}
    purpose: {de: X, en: X}
    legal_basis: art-6-1-b
    data:
      shop.letter: {classes: {one: [words, at]}}
    keep: [{at_most: P3Y, from: at, then: delete}]
"""
    circle = ForeignKey(("card_id",), "card", ("id",))
    assert _needed(tmp_path, more, circle).changes == {"post": {"author"}, "letter": {"sender"}, "person": {"card_id"}}

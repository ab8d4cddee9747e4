"""Whose rows a rule is about, so that what was blocked of a person can still be found."""

from __future__ import annotations

from pathlib import Path

from zusage.promises.derive import rules_of
from zusage.promises.loading import load

MANIFEST = """\
zusage: 1
controller: {name: Beispiel GmbH}
systems: {shop: {url: "sqlite:///shop.sqlite3"}}
people: {customer: {record: shop.customer, key: number}}
classes: {data: {de: Daten, en: data}}
activities:
  all:
    title: {de: Alles, en: All}
    purpose: {de: Alles, en: All}
    legal_basis: art-6-1-b
    data:
      shop.customer: {classes: {data: [name]}}
      shop.purchase: {of: customer via buyer, classes: {data: [what]}}
      shop.visit: {classes: {data: [browser]}}
    keep:
      - {name: record, data: shop.customer, at_most: P1Y, from: left_at}
      - {name: theirs, data: shop.purchase, at_most: P1Y, from: bought_at}
      - {name: nobodys, data: shop.visit, at_most: P1Y, from: seen_at}
"""


def test_a_record_is_its_own_persons_and_other_rows_are_whose_the_manifest_says(tmp_path: Path) -> None:
    (tmp_path / "zusage.yaml").write_text(MANIFEST)
    people = {rule.id: rule.person for rule in rules_of(load(tmp_path / "zusage.yaml").manifest)}
    assert people == {"all/record": ("customer", "number"), "all/theirs": ("customer", "buyer"), "all/nobodys": None}

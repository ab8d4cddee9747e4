"""Of which rules somebody must be told, whose the rows are, and which steps can have taken them: by the manifest alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from zusage.evidence.sorting import Outlook
from zusage.evidence.witness.watched import Watched, Way, takers, takes, watched, ways
from zusage.promises.condition import ALWAYS
from zusage.promises.derive import rules_of
from zusage.promises.loading import load
from zusage.promises.manifest import Manifest
from zusage.promises.promise import Rule

TEXT = """
zusage: 1
controller: {name: Example GmbH}
systems:
  shop: {url: "sqlite:///shop.sqlite3"}
  weblogs: {kind: access-log, path: "/var/log/x*", format: json, time: ts}
classes: {all: {de: Alles, en: everything}}
people: {customer: {record: shop.customer, key: id}}
telling: {within: P14D}
recipients:
  carrier: {title: {de: Bote, en: Carrier}, role: controller, notices: {by: webhook, to: "https://a.example", rules: told}}
  host: {title: {de: Host, en: Host}, role: controller, notices: {by: webhook, to: "https://b.example", everybody: true, rules: told}}
  silent: {title: {de: Still, en: Silent}, role: controller, notices: {by: webhook, to: "https://c.example", everybody: true}}
activities:
  orders:
    title: {de: Bestellung, en: Orders}
    purpose: {de: Bestellung, en: orders}
    legal_basis: art-6-1-b
    recipients: [carrier, host, silent]
    data:
      shop.customer: {classes: {all: [name]}, structure: [left]}
      shop.basket: {part_of: shop.customer via customer_id, classes: {all: [what]}, structure: [at]}
      shop.item: {part_of: shop.basket via basket_id, classes: {all: [note]}, structure: [at]}
      shop.disclosure: {part_of: shop.item via item_id, classes: {all: [recipient]}, discloses: {recipient: recipient}}
    keep:
      - {name: gone, data: shop.customer, at_most: P3Y, from: left}
      - {name: baskets, data: shop.basket, at_most: P1Y, from: at}
      - {name: notes, data: shop.item, at_most: P1Y, from: at, then: {anonymise: {note: {}}}}
      - {name: masked, data: shop.item, at_most: P1M, from: at, then: {pseudonymise: [note]}}
  visits:
    title: {de: Besuche, en: Visits}
    purpose: {de: Betrieb, en: operation}
    legal_basis: art-6-1-f
    data:
      weblogs.line: {classes: {all: [ip_address, ts]}}
      shop.basket: {classes: {all: [what]}}
    protect: [{name: short, data: weblogs.line, truncate: ip_address, before: storage}]
    keep:
      - {name: lines, data: weblogs.line, at_most: P14D, from: ts}
      - {name: looked, data: shop.basket, at_most: P1Y, from: at, only: what IS NULL}
statistics:
  sold: {says: {de: Zahlen, en: Figures}, table: shop.figure, columns: [month], at_least: 3, counts: people}
"""


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    path = tmp_path_factory.mktemp("manifest") / "zusage.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return load(path).manifest


def _rule(manifest: Manifest, name: str) -> Rule:
    return next(one for one in rules_of(manifest) if one.id == name)


def _watched(manifest: Manifest) -> dict[str, Watched]:
    return {one.rule.id: one for one in watched(manifest, rules_of(manifest))}


def test_rules_that_end_rows_are_watched_for_whoever_is_told_of_rules(manifest: Manifest) -> None:
    found = _watched(manifest)
    assert set(found) == {"orders/gone", "orders/baskets", "orders/notes"}  # no pseudonyms, no logs, and nothing that nobody had
    assert set(found["orders/gone"].receives) == {"carrier", "host"}
    assert found["orders/gone"].receives["host"] == ALWAYS
    assert found["orders/gone"].receives["carrier"] != ALWAYS


def test_a_change_is_watched_for_those_alone_who_have_the_data_of_everybody(manifest: Manifest) -> None:
    found = _watched(manifest)["orders/notes"]
    assert (set(found.receives), found.everybody) == ({"host"}, {"host"})


def test_who_has_the_data_of_everybody_is_certain_only_where_every_rule_that_can_take_the_row_is_of_such_an_activity(
    manifest: Manifest,
) -> None:
    found = _watched(manifest)
    assert {one.id for one in takers(rules_of(manifest), found["orders/baskets"].rule)} == {
        "orders/gone",
        "orders/baskets",
        "visits/looked",
    }
    assert found["orders/baskets"].receives["host"] != ALWAYS  # where a row names it
    assert found["orders/baskets"].everybody == {"host"}  # of what this very rule took


def test_whose_a_row_is_follows_from_single_columns(manifest: Manifest) -> None:
    assert ways(manifest, _rule(manifest, "orders/gone")) == (Way("customer", "id"),)
    assert ways(manifest, _rule(manifest, "orders/baskets")) == (Way("customer", "customer_id"),)
    above = (("basket", "id", "customer_id"),)
    assert ways(manifest, _rule(manifest, "orders/notes")) == (Way("customer", "basket_id", above),)


@pytest.mark.parametrize(
    ("promise", "expected"),
    [
        ("orders/baskets/at-most", True),
        ("orders/gone/at-most", True),  # with the customer
        ("visits/looked/at-most", True),
        ("orders/notes/at-most", False),
        ("visits/lines/at-most", False),
        ("blocked/shop", True),
        ("blocked/other", False),
        ("statistics/sold", False),
        ("visits/short", False),
        ("orders/what-it-was-called-before/at-most", True),
    ],
)
def test_a_step_can_have_taken_a_row_unless_it_is_known_that_it_cannot(manifest: Manifest, promise: str, expected: bool) -> None:
    outlook = Outlook(manifest=manifest, rules=rules_of(manifest), suspensions=(), as_of=datetime(2026, 6, 1, tzinfo=UTC))
    assert takes(outlook, promise, _rule(manifest, "orders/baskets")) is expected

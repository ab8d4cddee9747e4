"""What refers to a row, and stays when it goes, is named in the notice and where the promise is explained."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from zusage.documents import sentence
from zusage.documents.catalogue import Language
from zusage.documents.explaining import explain
from zusage.planning.clock import Clock
from zusage.promises.derive import promises_of
from zusage.promises.loading import load
from zusage.promises.manifest import Manifest
from zusage.promises.promise import AnyPromise

from .conftest import FILE, Changed

PROMISE = "orders/abandoned/at-most"
BECOME = [
    {"rows": "shop.rating via order_id", "become": {"order_id": {}, "author": {"constant": "former customer"}}},
    {"rows": "shop.claim via order_id", "become": {"order_id": {}}},
]
SAID: dict[Language, str] = {
    "de": "Einträge unter „Bewertungen“ und „claim“, die darauf verweisen, bleiben bestehen; "
    "was dort auf diese Angaben hinweist, leeren oder ersetzen wir zugleich.",
    "en": "Entries in “Ratings” and “claim” that refer to these data remain; "
    "at the same time, we empty or replace what points to these data there.",
}


def _with(values: dict[str, Any]) -> None:
    values["activities"]["orders"]["keep"][1]["elsewhere"] = BECOME


def _promise(manifest: Manifest, name: str = PROMISE) -> AnyPromise:
    return next(one for one in promises_of(manifest) if one.id == name)


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_sentence_names_the_tables_whose_rows_stay_and_are_changed(
    changed: Changed, manifest: Manifest, language: Language
) -> None:
    with_it, before = changed(_with), sentence(_promise(manifest), manifest, language)
    assert sentence(_promise(with_it), with_it, language) == f"{before} {SAID[language]}"
    assert SAID[language] not in before


def test_a_table_with_a_title_is_named_by_it(changed: Changed) -> None:
    def titled(values: dict[str, Any]) -> None:
        _with(values)
        values["titles"] = {"shop.rating": {"de": "Bewertungen", "en": "ratings"}}

    with_it = changed(titled)
    assert "Einträge unter „Bewertungen“ und „claim“" in sentence(_promise(with_it), with_it, "de")


@pytest.mark.parametrize(("language", "label"), [("de", "Mitgeändert"), ("en", "Changed with it")])
def test_the_explanation_names_their_columns(tmp_path: Path, language: Language, label: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    old = """unless: "total > 1000"}"""
    assert old in text
    new = """unless: "total > 1000", elsewhere: [{rows: shop.rating via order_id, become: {order_id: {}, author: {}}}]}"""
    (tmp_path / "notice.yaml").write_text(text.replace(old, new), encoding="utf-8")
    clock = Clock(datetime(2026, 3, 1, tzinfo=UTC), "Europe/Berlin")
    said = {}
    for path in (FILE, tmp_path / "notice.yaml"):
        loaded = load(path)
        points = explain(loaded, _promise(loaded.manifest), language, clock)
        said[path] = [(point.label, point.text) for point in points if point.key == "elsewhere"]
    assert said == {FILE: [], tmp_path / "notice.yaml": [(label, "shop.rating: order_id, author")]}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Danach bleibt nur stehen, was niemanden mehr erkennen lässt: „email“ (nur der Anbieter); ein Strichcode."),
        ("en", "Afterwards only what can identify nobody remains: “email” (the provider alone); a bar code."),
    ],
)
def test_the_sentence_says_what_stays_in_an_anonymous_row(
    changed: Changed, manifest: Manifest, language: Language, said: str
) -> None:
    reasons = {
        "email": {"de": "nur der Anbieter", "en": "the provider alone"},
        "/srv/orders/{id}.png": {"de": "ein Strichcode", "en": "a bar code"},
    }

    def stays(values: dict[str, Any]) -> None:
        values["activities"]["orders"]["keep"][1]["then"] = {"anonymise": {"street": {}}, "stays": reasons}

    with_it = changed(stays)
    assert sentence(_promise(with_it), with_it, language).endswith(said)
    assert said not in sentence(_promise(manifest), manifest, language)

"""On which days periods end for rows of somebody, by own eyes: also where the key of a row is no number and no text."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.integration.databases.looked_at import looks_and_changes
from tests.integration.servers import Postgres
from zusage.bootstrap import opened
from zusage.evidence.answers import own_last_days, own_rows

_MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
time_zone: Europe/Berlin
systems: {shop: {url: "${READER_URL}", time_zone: UTC}}
classes: {contact: {de: Kontaktdaten, en: contact data}}
people: {guest: {record: shop.guest, key: id, known_by: [shop.guest.email], title: {de: Gäste, en: guests}}}
activities:
  visits:
    title: {de: Besuche, en: Visits}
    purpose: {de: X, en: X}
    legal_basis: art-6-1-b
    data:
      shop.guest: {classes: {contact: [email]}}
      shop.visit: {of: guest via guest_id, classes: {contact: [words]}}
    keep: [{name: said, data: shop.visit, at_most: P3Y, from: at, only: words IS NOT NULL}]
"""


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("numeric(6,2)", ("1.50", "2.50", "3.50")),
        ("date", ("2026-01-01", "2026-01-02", "2026-01-03")),
        ("timestamptz", ("2026-01-01 10:00+02", "2026-01-02 10:00+02", "2026-01-03 10:00+02")),
        ("bytea", ("one", "two", "three")),
    ],
)
def test_rows_under_a_rule_are_found_by_their_keys_as_the_database_holds_them(
    postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, keys: tuple[str, ...]
) -> None:
    one, two, three = keys
    looks_and_changes(
        postgres_server,
        "last_days_" + kind.partition("(")[0],
        monkeypatch,
        "CREATE TABLE guest (id int PRIMARY KEY, email text)",
        f"CREATE TABLE visit (n {kind} PRIMARY KEY, guest_id int REFERENCES guest, words text, at timestamptz)",
        "INSERT INTO guest VALUES (1, 'otter@example.org'), (2, 'other@example.org')",
        f"INSERT INTO visit VALUES ('{one}', 1, 'said', '2026-01-31 23:30+00'), ('{two}', 1, NULL, '2026-05-01 10:00+00')",
        f"INSERT INTO visit VALUES ('{three}', 2, 'said', '2026-03-01 10:00+00')",
    )
    (tmp_path / "zusage.yaml").write_text(_MANIFEST, encoding="utf-8")
    with opened(tmp_path / "zusage.yaml") as product:
        manifest = product.loaded.manifest
        own = own_rows(manifest, "guest", "otter@example.org", product.reader)
        assert len(own["shop.visit"]) == 2
        end = date(2029, 2, 1)  # of the first alone, by the day where the controller is
        assert own_last_days(manifest, own, product.reader) == {"visits/said": (end, end)}

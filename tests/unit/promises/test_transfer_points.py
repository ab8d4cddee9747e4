"""Where packages can be sent stands in the manifest, whole and without a secret; a mistake says what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from zusage.promises.finding import ManifestError
from zusage.promises.loading import load

MANIFEST = """zusage: 1
controller: {name: Example GmbH}
systems: {shop: {url: "sqlite:///shop.db"}}
classes: {one: {de: eins, en: one}}
people: {member: {record: shop.member, key: id, known_by: [shop.member.email], title: {de: X, en: X}}}
recipients:
  pool: {title: {de: X, en: X}, role: ROLE, country: DE, TRANSFER}
  carrier: {title: {de: Y, en: Y}, role: controller, country: DE}
activities:
  one: {title: {de: X, en: X}, purpose: {de: X, en: X}, legal_basis: art-6-1-b, recipients: [carrier], data: {shop.member: {classes: {one: [email]}}}}
canary:
  url: "http://127.0.0.1:1"
  outside: none
  join: [{post: /join, fill: {email: "{email}"}}]
  transfers: [{asks: member, to: TO, arrived: taken}]
  erase: [{post: /leave}]
"""
GOOD = 'transfer: {to: "https://pool.example/take", token: "${POOL_TOKEN}"}'


def _load(folder: Path, transfer: str = GOOD, role: str = "controller", to: str = "pool") -> Path:
    path = folder / "zusage.yaml"
    path.write_text(MANIFEST.replace("TRANSFER", transfer).replace("ROLE", role).replace("to: TO", f"to: {to}"))
    return path


def test_an_end_point_is_read_with_its_certificate_and_attempts(tmp_path: Path) -> None:
    given = (
        load(_load(tmp_path, 'transfer: {to: "${POOL}", authority: pool.pem, attempts: 3}')).manifest.recipients["pool"].transfer
    )
    assert given is not None
    assert (given.to, given.authority, given.token, given.attempts) == ("${POOL}", "pool.pem", None, 3)
    told = load(_load(tmp_path)).manifest.recipients["pool"].transfer
    assert told is not None
    assert told.attempts == 8


@pytest.mark.parametrize(
    ("transfer", "role", "to", "said"),
    [
        ('transfer: {to: "http://pool.example/take"}', "controller", "pool", "over https alone"),
        (
            'transfer: {to: "https://pool.example", token: secret-77}',
            "controller",
            "pool",
            "a secret does not stand in a manifest",
        ),
        (GOOD, "processor, contract: 2024-01-01", "pool", "another controller"),
        (GOOD, "controller", "carrier", "'carrier' is no recipient that takes packages"),
        ('transfer: {to: "${POOL}", attempts: 0}', "controller", "pool", "attempts"),
    ],
)
def test_an_end_point_that_nothing_can_be_sent_to_is_refused_at_its_place(
    tmp_path: Path, transfer: str, role: str, to: str, said: str
) -> None:
    with pytest.raises(ManifestError) as caught:
        load(_load(tmp_path, transfer, role, to))
    assert any(said in str(finding) for finding in caught.value.findings), caught.value
    assert "secret-77" not in str(caught.value)

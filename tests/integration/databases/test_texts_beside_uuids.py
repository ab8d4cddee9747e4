"""What refers by a type and a key as text goes with rows of PostgreSQL whose keys are UUIDs, and nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.integration.databases.looked_at import looks_and_changes
from tests.integration.servers import Postgres
from zusage.bootstrap import opened

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
_MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
systems:
  shop: {url: "${READER_URL}", writer: "${WRITER_URL}"}
classes: {contact: {de: Kontaktdaten, en: contact data}}
guard: {share: 1.0}
activities:
  visits:
    title: {de: Besuche, en: Visits}
    purpose: {de: X, en: X}
    legal_basis: art-6-1-b
    data:
      shop.visit: {classes: {contact: [name, ended_on]}}
      shop.note: {part_of: shop.visit via subject where kind = 'Visit', classes: {contact: [words]}}
    keep: [{name: ended, data: shop.visit, at_most: P3Y, from: ended_on}]
"""


def test_notes_go_with_the_rows_that_they_name(
    postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = looks_and_changes(
        postgres_server, "texts_beside_uuids", monkeypatch,
        "CREATE TABLE visit (id uuid PRIMARY KEY, name text, ended_on date NOT NULL)",
        "CREATE TABLE note (n int PRIMARY KEY, kind text, subject text, words text)",
        "INSERT INTO visit SELECT md5(n::text)::uuid, 'somebody', date '2020-01-01' + 366 * n FROM generate_series(1, 5) n",
        "INSERT INTO note SELECT n, 'Visit', md5(n::text)::uuid::text, 'said' FROM generate_series(1, 5) n",
        "INSERT INTO note VALUES (6, 'Fax', md5('1')::uuid::text, 'said'), (7, 'Visit', 'nobody', 'said')",
    )  # fmt: skip
    (tmp_path / "zusage.yaml").write_text(_MANIFEST, encoding="utf-8")
    with opened(tmp_path / "zusage.yaml", clock=lambda: NOW) as product:
        planned = product.make_plan()
        product.save_plan(planned, tmp_path / "plan.json")
        (step,) = planned.steps
        assert (step.rows, step.part_rows) == (3, (("note", 3),))
        (result,) = product.apply_plan(tmp_path / "plan.json", lambda _: None)
    assert (result.rows, result.stopped) == (3, "")
    left = asked("SELECT string_agg(n::text, ' ' ORDER BY n) FROM note")
    assert left.strip() == "4 5 6 7"
    assert asked("SELECT count(*) FROM visit").strip() == "2"

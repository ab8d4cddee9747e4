"""A step that goes on for long and loses its connection now and then is carried out to its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.integration.servers import Postgres
from zusage.bootstrap import opened
from zusage.enforcement.apply import Progress
from zusage.promises.inventory import Inventory
from zusage.sealing import SigningKey
from zusage.testing.postgres_bench import PASSWORD, READER, WRITER, PostgresBed, PostgresBench

_NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
#: more often than a step is tried where nothing goes on
_CUTS = 8
_MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
systems: {shop: {url: "${READER_URL}", writer: "${WRITER_URL}"}}
classes: {one: {de: eins, en: one}}
guard: {share: 1.0, batch: 100, approvers: [KEY]}
activities:
  visits:
    title: {de: X, en: X}
    purpose: {de: X, en: X}
    legal_basis: art-6-1-b
    data: {shop.visit: {classes: {one: [id, at]}}}
    keep: [{name: visits, at_most: P1Y, from: at}]
"""


@pytest.fixture
def bed(postgres_server: Postgres) -> Iterator[PostgresBed]:
    bench = PostgresBench(postgres_server.url())
    made = bench.build(Inventory("shop", "postgresql", {}), {})
    assert isinstance(made, PostgresBed)
    made.by(
        "CREATE TABLE visit (id integer PRIMARY KEY, at timestamp NOT NULL, words text DEFAULT repeat('x', 700))",
        "INSERT INTO visit SELECT n, timestamp '2020-01-01' FROM generate_series(1, 1500) n",
        "INSERT INTO visit VALUES (9999, '2026-05-01')",
        f'GRANT SELECT ON visit TO "{READER}"',
        f'GRANT SELECT, UPDATE, DELETE ON visit TO "{WRITER}"',
    )
    yield made
    bench.close()


def test_a_connection_that_is_cut_again_and_again_between_batches_stops_no_step(
    bed: PostgresBed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, role in (("READER", READER), ("WRITER", WRITER)):
        monkeypatch.setenv(f"{name}_URL", bed.address(role, PASSWORD))
    key = SigningKey.generate(tmp_path / "second.key", "second-person")
    (tmp_path / "zusage.yaml").write_text(_MANIFEST.replace("KEY", f'"{key.verifier.encode()}"'))
    seen: list[int] = []

    def cut(progress: Progress) -> None:
        seen.append(progress.done)
        if len(seen) <= _CUTS:
            who = f"usename = '{WRITER}' AND datname = '{bed.name}'"
            with bed.connected() as other:
                other.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {who}".encode())

    with opened(tmp_path / "zusage.yaml", clock=lambda: _NOW) as product:
        product.save_plan(product.make_plan(), tmp_path / "plan.json")
        product.approve_plan(tmp_path / "plan.json", key)
        results = product.apply_plan(tmp_path / "plan.json", cut)
    assert [(one.rows, one.stopped) for one in results] == [(1500, "")]
    assert len(seen) > _CUTS
    assert seen == sorted(set(seen))  # each time something had gone on
    assert len(bed.rows("visit")) == 1

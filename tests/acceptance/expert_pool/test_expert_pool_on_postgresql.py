"""The pool on the server that its tests run on: one plan by roles with the least rights leads to promises that are kept."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from tests.integration.receivers import mail_server

from zusage.bootstrap import opened
from zusage.bootstrap.asking import attest
from zusage.bootstrap.backups.drilling import drill
from zusage.bootstrap.granting import READER, WRITER, role_statements
from zusage.bootstrap.warning import send
from zusage.evidence.verdict import judge
from zusage.promises.derive import promises_of

EXAMPLE = Path(__file__).parents[3] / "examples" / "expert_pool"
SECRET = "least-rights"
PLAIN = "    url: ${POOL_DATABASE_URL}\n"


@pytest.fixture(scope="module")
def pool(postgres_server, tmp_path_factory):
    """A generated pool, the two roles that the product asks for, and the manifest with their addresses."""
    from expert_pool.generate import generate

    folder = tmp_path_factory.mktemp("pool_on_postgresql")
    owner = postgres_server.database("expert_pool_kept")
    generate(owner, folder / "files", people=60, years=8, seed=7)
    text = (EXAMPLE / "zusage.yaml").read_text(encoding="utf-8")
    assert text.count(PLAIN) == text.count("share: 0.2") == 1
    text = text.replace(PLAIN, "    url: ${POOL_READER_URL}\n    writer: ${POOL_WRITER_URL}\n").replace(
        "share: 0.2", "share: 1.0"
    )
    (folder / "zusage.yaml").write_text(text, encoding="utf-8")
    shutil.copy(EXAMPLE / "standing.yaml", folder)
    with pytest.MonkeyPatch.context() as patch:
        for name, role in (("READER", READER), ("WRITER", WRITER)):
            patch.setenv(f"POOL_{name}_URL", postgres_server.url("expert_pool_kept", role, SECRET))
        patch.setenv("POOL_APPLICATION_URL", owner)
        patch.setenv("POOL_FOLDER", str(folder / "files"))
        patch.setenv("POOL_BACKUPS", str(folder / "backups"))
        (folder / "backups").mkdir()
        dump = ["pg_dump", "-d", owner, "-Fc", "-f", str(folder / "backups" / f"pool-{date.today()}.dump")]
        subprocess.run(dump, check=True)
        with psycopg.connect(owner, autocommit=True) as connection:
            for statement in role_statements(owner, folder / "zusage.yaml", "pool"):
                connection.execute(statement)
            for role in (READER, WRITER):
                connection.execute(f"ALTER ROLE {role} PASSWORD '{SECRET}'")
        with mail_server() as (address, _):
            patch.setenv("POOL_MAIL_SERVER", address)
            yield folder, owner


def test_one_plan_leads_from_broken_to_kept_and_a_saboteur_is_seen(pool):
    folder, owner = pool
    for days in (31, 0):
        then = datetime.now(UTC) - timedelta(days=days)
        with opened(folder / "zusage.yaml", folder / "own", clock=lambda then=then: then) as product:
            assert not send(product).down
    with opened(folder / "zusage.yaml", folder / "own") as product:
        plan = product.make_plan()
        assert {"profiles/inactive/at-most", "claims/rejected/at-most", "messages/old-messages/at-most"} <= {
            s.promise for s in plan.steps
        }
        product.save_plan(plan, folder / "plan.json")
        assert not [one for one in product.apply_plan(folder / "plan.json", lambda _: None) if one.stopped]
        promises = promises_of(product.loaded.manifest)
        for promise in promises:
            if promise.id.startswith("attested/"):
                attest(product, promise.id, "somebody of the role", None)
        assert drill(product, "nightly").drill.back > 50
        found = {outcome.promise.id: outcome.judgement.verdict.value for outcome in product.verify()}
        other = {name: word for name, word in found.items() if word != "kept"}
        silent = {
            name
            for name in other
            if name.startswith(
                ("objections/", "withdrawals/", "recipients-told", "requests/", "profiles/successful/warned", "files/pool.outbox")
            )
        }  # nobody said anything, no member was silent for so long, and no mail waits
        assert other.keys() - silent <= {"receipts/tax/at-least"}  # never looked at before
        assert {other[name] for name in silent} <= {"undecided"}
        with psycopg.connect(owner) as connection:
            connection.execute("UPDATE referee SET added_at = '2015-01-01' WHERE id = (SELECT min(id) FROM referee)")
            connection.execute(
                "INSERT INTO statistic (month, measure, category, number, closed_on) VALUES ('2026-01', 'm', 'Kim', 1, '2026-02-01')"
            )
        eyes = product.eyes()
        broken = {"every-row/figures-are-coarse", "profiles/referees/at-most"}
        assert {judge(eyes.look(one).observation).verdict.value for one in promises if one.id in broken} == {"broken"}

"""A synthetic person asks for their rights on the page of requests beside the pool, over HTTP, and is answered there."""

import shutil
from pathlib import Path

import pytest
from expert_pool_trial import EXAMPLE, Trial, judged, short
from tests.integration.listening import serving
from tests.integration.receivers import mail_server

from zusage.bootstrap import opened
from zusage.bootstrap.canary.desk import Desk
from zusage.bootstrap.canary.flight import fly
from zusage.office.cases.serving import service
from zusage.office.door.tending import tending
from zusage.sealing import SigningKey
from zusage.testing.ports import free_port

ASKS = [{"asks": "person", "language": "de"}]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A pool, the page of requests, and a mail server that files what is mailed from there; returns the manifest and the second person's key."""
    for name in ("mailbox", "manifest"):
        (tmp_path / name).mkdir()
    trial, port = Trial(tmp_path, f"sqlite:///{tmp_path}/pool.db"), free_port()
    with mail_server(tmp_path / "mailbox") as (server, _):
        database = dict.fromkeys(("POOL_DATABASE_URL", "POOL_APPLICATION_URL"), f"sqlite:///{tmp_path}/pool.db")
        door = {
            "POOL_MAIL_SERVER": server,
            "POOL_DOOR": f"http://127.0.0.1:{port}/rights",
            "POOL_DOOR_MAIL": f"{tmp_path}/mailbox",
        }
        for name, value in (trial.environment | database | door | {"POOL_DATABASE_FILE": f"{tmp_path}/pool.db"}).items():
            monkeypatch.setenv(name, value)
        key = SigningKey.generate(tmp_path / "second.key", "second-person")
        folder = tmp_path / "manifest"
        short(folder, access=ASKS, portability=ASKS, erase=ASKS)
        made = Path(shutil.copy(EXAMPLE / "canary-at-the-door.yaml", folder))
        text = (EXAMPLE / "zusage.yaml").read_text()
        (folder / "zusage.yaml").write_text(
            text.replace("guard:\n  share: 0.2", f'guard:\n  approvers: ["{key.verifier.encode()}"]\n  share: 0.2')
        )
        with (
            opened(made, tmp_path / "zusage") as product,
            tending(product) as tender,
            serving(service(product, tender.wake), port),
        ):
            yield trial, made, key
            product.state.close()
    trial.close()


def test_a_person_asks_for_copy_package_and_erasure_on_the_page_and_fetches_each_answer_there(place, tmp_path, monkeypatch):
    for name in ("access", "portability"):
        monkeypatch.setattr(Desk, name, None)  # nothing is handed over past the page
    trial, manifest, key = place
    rows = trial.rows()
    with opened(manifest, tmp_path / "zusage") as product:
        run = fly(product, key=key)
        cases = [(case.right, case.state) for case in product.state.cases.all()]
        product.state.close()
    assert {**judged(run, "broken"), **judged(run, "undecided")}.keys() == {"canary/used"}  # the short trial uses little
    assert cases == [(right, "closed") for right in ("access", "portability", "erasure")]
    assert "profiles/inactive (last day)" in run.flight.parts["copy/period"].wanted  # of whoever never applied successfully
    after = trial.rows()
    assert {name for name, before in rows.items() if before - after[name]} == set()

"""Recipients are found and told on PostgreSQL, where restricted rows stay and hide, and on MariaDB, where they wait in the vault."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.integration.receivers import Receiver, http_receiver, mail_server
from tests.integration.servers import MariaDB, Postgres
from zusage.bootstrap import opened
from zusage.bootstrap.rights.correcting import Wish as Correction
from zusage.bootstrap.rights.correcting import correct
from zusage.bootstrap.rights.erasing import Wish, plan
from zusage.bootstrap.rights.restricting import Wish as Restriction
from zusage.bootstrap.rights.restricting import lift, prepare, restrict
from zusage.bootstrap.telling.sending import send
from zusage.promises.inventory import Inventory
from zusage.sealing import SigningKey
from zusage.testing.mariadb_bench import MariaDbBench
from zusage.testing.postgres_bench import APPLICATION, PASSWORD, READER, WRITER, PostgresBench

from .told_world import MANIFEST, NOW, TABLES, THREE

Place = tuple[Sequence[str], Callable[[Sequence[str]], None]]


def _statements(time: str) -> list[str]:
    made = TABLES.replace("DATETIME", time).replace("TEXT", "VARCHAR(80)").strip().rstrip(";").split(";\n")
    for n in (3, 4):
        made.append(f"INSERT INTO customer VALUES ({n}, 'name of {n}', 'mail{n}@example.net', '2025-01-01 10:00:00')")
        made.append(f"INSERT INTO disclosure VALUES ({n}, {n}, 'paketblitz', 'name,street', '2026-03-01 10:00:00')")
    return made


@pytest.fixture(params=["postgresql", "mariadb"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """Addresses of reader, writer and application, and a way to run statements as the owner."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres_server")
        bench = PostgresBench(server.url())
        bed = bench.build(Inventory("shop", "postgresql", {}), {})
        bed.by(*_statements("timestamp"))
        yield [bed.address(role, PASSWORD) for role in (READER, WRITER, APPLICATION)], lambda found: bed.by(*found)
        bench.close()
        for role in (READER, WRITER):
            server.run(f"ALTER ROLE {role} NOBYPASSRLS")
        return
    maria: MariaDB = request.getfixturevalue("mariadb_server")
    other = MariaDbBench(maria.url())
    made = other.build(Inventory("shop", "mariadb", {}), {})
    made.by(f"USE `{made.name}`", *_statements("DATETIME"))
    maria.run("GRANT INSERT ON `zb%`.* TO bench_writer@'%'")
    yield [made.address(role) for role in ("reader", "writer", "application")], lambda found: made.by(*found)
    other.close()


def test_each_event_reaches_the_recipient_that_the_table_names(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses, by = place
    for name, address in zip(("READER", "WRITER", "APPLICATION"), addresses, strict=True):
        monkeypatch.setenv(f"{name}_URL", address)
    file, key = "sqlite:///FOLDER/shop.sqlite3", SigningKey.generate(tmp_path / "second.key", "second-person")
    text = MANIFEST.replace(f'url: "{file}"', 'url: "${READER_URL}", writer: "${WRITER_URL}"').replace(file, "${APPLICATION_URL}")
    with http_receiver() as http, mail_server() as (server, _):
        text = text.replace("KEY", f'"{key.verifier.encode()}"').replace("MAIL", server).replace("HTTP", http.url)
        (tmp_path / "zusage.yaml").write_text(text)
        _do_everything(tmp_path, key, by, http)


def _do_everything(folder: Path, key: SigningKey, by: Callable[[Sequence[str]], None], http: Receiver) -> None:
    with opened(folder / "zusage.yaml", clock=lambda: NOW) as product:
        by(prepare(product))
    with opened(folder / "zusage.yaml", clock=lambda: NOW) as product:
        correct(product, Correction(person=THREE, table="shop.customer", column="name", value="Right Name", by="clerk"))
        send(product)
        restrict(product, Restriction(person=THREE, ground="a", by="clerk"))
        product.state.restrictions.told("R-0001", "clerk", "letter", NOW)
        lift(product, "R-0001", "clerk")
        send(product)
    with opened(folder / "zusage.yaml", clock=lambda: NOW) as product:  # a policy is part of the schema that a plan is for
        made = plan(product, Wish(people=(THREE,), ground="b", by="clerk", needed={})).plan
        product.save_plan(made, folder / "erasure.json")
        product.approve_plan(folder / "erasure.json", key)
        assert not [one.stopped for one in product.apply_plan(folder / "erasure.json", lambda _: None) if one.stopped]
        send(product)
        assert {one.state for one in product.state.notices.all()} == {"told"}
    sent = [one.content for one in http.to("/carrier")]
    assert [one["type"] for one in sent] == ["person.corrected", "person.restricted", "person.lifted", "person.erased"]
    assert sent[0]["data"]["corrected"] == {"what": "name", "before": "name of 3", "after": "Right Name"}
    assert {one["data"]["identities"][0]["value"] for one in sent[1:]} == {"Right Name"}

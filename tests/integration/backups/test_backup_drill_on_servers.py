"""Erased stays erased on servers: real dumps, restored into private servers of the product's own, and for real."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from tests.integration.rights.erasing_shop import MANIFEST, NOW
from tests.integration.rights.test_restriction_on_servers import NAMES, _rows, _tables
from tests.integration.servers import MariaDB, Postgres
from zusage.bootstrap import Product, opened
from zusage.bootstrap.backups.drilling import drill
from zusage.bootstrap.backups.replaying import replay
from zusage.bootstrap.register.landmarks import NotTheRestored
from zusage.bootstrap.rights.erasing import Wish, plan
from zusage.connectors.copies.port import RestorerMissing
from zusage.planning.holding import Person
from zusage.promises.inventory import Inventory
from zusage.sealing import SigningKey
from zusage.testing.mariadb_bench import MariaDbBed, MariaDbBench
from zusage.testing.postgres_bench import APPLICATION, PASSWORD, READER, WRITER, PostgresBed, PostgresBench

BACKUPS = """
backups:
  nightly:
    of: [shop]
    kind: KIND
    path: "FOLDER/backups/*"
    drill: P1M
    born: {shop.purchase: at, shop.remark: at, shop.stray: at}
"""


def _made(folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str, *addresses: str) -> None:
    for name, address in zip(("READER", "WRITER"), addresses, strict=True):
        monkeypatch.setenv(f"{name}_URL", address)
    both = 'url: "sqlite:///FOLDER/shop.sqlite3", application: "sqlite:///FOLDER/shop.sqlite3"'
    text = MANIFEST.replace(both, 'url: "${READER_URL}", writer: "${WRITER_URL}"')
    key = SigningKey.generate(folder / "second.key", "second-person")
    text = text.replace("KEY", f'"{key.verifier.encode()}"')
    (folder / "zusage.yaml").write_text(text + BACKUPS.replace("KIND", kind).replace("FOLDER", str(folder)))
    (folder / "backups").mkdir()


def _opened(folder: Path) -> AbstractContextManager[Product]:
    return opened(folder / "zusage.yaml", clock=lambda: NOW)


def _erase(folder: Path) -> None:
    path = folder / "erasure.json"
    with _opened(folder) as product:
        made = plan(product, Wish(people=(Person(people="customer", key="3"),), ground="b", by="clerk", needed={})).plan
        product.save_plan(made, path)
        product.approve_plan(path, SigningKey.load(folder / "second.key"))
        assert not [one.stopped for one in product.apply_plan(path, lambda _: None) if one.stopped]


def _aged(file: Path) -> None:
    night = datetime(2026, 5, 31, 23, 0, tzinfo=UTC).timestamp()
    os.utime(file, (night, night))


def _stays(folder: Path) -> str:
    with _opened(folder) as product:
        found = {one.promise.id: one.judgement.verdict.value for one in product.verify()}
    return found["backups/nightly/erased-stay-erased"]


def _knows_what_it_does_not_know(folder: Path) -> None:
    """After a restore: with an older register, and with none, a replay does not say that all is done."""
    with opened(folder / "zusage.yaml", folder / "none", clock=lambda: NOW) as product:
        with pytest.raises(NotTheRestored, match="the state or the folder of zusage is lost"):
            replay(product)
        done = replay(product, ["shop"])
        assert (done.found.entries, done.blank, done.complete) == (0, True, False)
    shutil.copytree(folder / ".zusage", folder / "older")
    with opened(folder / "zusage.yaml", folder / "older", clock=lambda: NOW) as product:
        assert product.state.erasures._rows().filter(table="shop.customer").delete()[0] > 0
        done = replay(product)
        assert (done.lost, done.complete) == (1, False)


@pytest.fixture
def postgres(postgres_server: Postgres) -> Iterator[PostgresBed]:
    bench = PostgresBench(postgres_server.url())
    bed = bench.build(Inventory("shop", "postgresql", {}), {})
    assert isinstance(bed, PostgresBed)
    bed.by(*_tables("timestamp"), *(row.replace("\\\\", "\\") for row in _rows()))
    yield bed
    bench.close()


def test_on_postgresql_the_erased_go_again_from_a_dump_of_every_form_and_after_a_restore(
    postgres: PostgresBed, postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _made(tmp_path, monkeypatch, "pg-dump", *(postgres.address(role, PASSWORD) for role in (READER, WRITER)))
    before = {name: postgres.rows(name) for name in NAMES}
    postgres.by(f"CREATE POLICY of_a_role ON remark TO {APPLICATION} USING (true)")  # whom a dump names and does not have
    dump = [postgres_server.binaries / "pg_dump", "-d", postgres.address()]
    custom, plain = tmp_path / "backups" / "1.dump", tmp_path / "backups" / "2.sql"
    subprocess.run([*dump, "-Fc", "-f", custom], check=True)
    subprocess.run([*dump, "--clean", "--if-exists", "-f", plain], check=True)
    _aged(custom)
    _aged(plain)
    _erase(tmp_path)
    gone = {name: postgres.rows(name) for name in NAMES}
    assert gone != before
    for file in (custom, plain):
        with _opened(tmp_path) as product:
            held = drill(product, "nightly", file)
        assert held.judgement.verdict.value == "kept", held.judgement.reason
        assert held.drill.back >= 4
    assert {name: postgres.rows(name) for name in NAMES} == gone
    assert _stays(tmp_path) == "kept"
    subprocess.run([postgres_server.binaries / "psql", "-Xq", "-d", postgres.address(), "-f", plain], check=True)
    assert {name: postgres.rows(name) for name in NAMES} == before
    assert _stays(tmp_path) == "broken"
    _knows_what_it_does_not_know(tmp_path)
    with _opened(tmp_path) as product:
        assert replay(product).complete
    assert {name: postgres.rows(name) for name in NAMES} == gone
    assert _stays(tmp_path) == "kept"


def test_a_dump_of_postgresql_that_was_cut_fails_the_drill(
    postgres: PostgresBed, postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _made(tmp_path, monkeypatch, "pg-dump", *(postgres.address(role, PASSWORD) for role in (READER, WRITER)))
    file = tmp_path / "backups" / "1.dump"
    subprocess.run([postgres_server.binaries / "pg_dump", "-d", postgres.address(), "-Fc", "-f", file], check=True)
    whole = file.read_bytes()
    file.write_bytes(whole[:-200])
    with _opened(tmp_path) as product:
        held = drill(product, "nightly")
        assert held.judgement.verdict.value == "broken"
        assert not held.drill.readable
        file.write_bytes(whole[:6] + b"\x63" + whole[7:])  # a form of archive that no version has yet
        with pytest.raises(RestorerMissing, match=r"a PostgreSQL newer than version \d+, which wrote it, is not installed"):
            drill(product, "nightly")


@pytest.fixture
def maria(mariadb_server: MariaDB) -> Iterator[MariaDbBed]:
    bench = MariaDbBench(mariadb_server.url())
    bed = bench.build(Inventory("shop", "mariadb", {}), {})
    bed.by(f"USE `{bed.name}`", *_tables("DATETIME(3)"), *(row.replace("\\", "\\\\") for row in _rows()))
    yield bed
    bench.close()


@contextmanager
def _temporary_table_of_a_living_server() -> Iterator[Path]:
    """Where MariaDB keeps them unless it is told otherwise; every server that starts there deletes all of that name."""
    path = Path("/tmp") / f"#sql-temptable-{uuid4().hex}-1-1.MAI"
    path.touch()
    try:
        if os.geteuid() == 0:
            shutil.chown(path, "mysql")
        yield path
    finally:
        path.unlink(missing_ok=True)


def test_on_mariadb_the_erased_go_again_from_a_dump_and_after_a_restore(
    maria: MariaDbBed, mariadb_server: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _made(tmp_path, monkeypatch, "mariadb-dump", *(maria.address(role) for role in ("reader", "writer")))
    before = {name: maria.rows(name) for name in NAMES}
    file = tmp_path / "backups" / "1.sql"
    reach = [f"--port={mariadb_server.port}", "--host=127.0.0.1", "--user=root", "--password=correct-horse-battery"]
    subprocess.run(["mariadb-dump", "--no-defaults", *reach, f"--result-file={file}", maria.name], check=True)
    _aged(file)
    _erase(tmp_path)
    gone = {name: maria.rows(name) for name in NAMES}
    assert gone != before
    with _opened(tmp_path) as product, _temporary_table_of_a_living_server() as temporary:
        held = drill(product, "nightly")
        assert temporary.exists(), "the drill's server has cleared what another one keeps"
    assert held.judgement.verdict.value == "kept", held.judgement.reason
    assert held.drill.back >= 4
    assert _stays(tmp_path) == "kept"
    with file.open("rb") as source:
        subprocess.run(["mariadb", "--no-defaults", *reach, maria.name], stdin=source, check=True)
    assert {name: maria.rows(name) for name in NAMES} == before
    assert _stays(tmp_path) == "broken"
    _knows_what_it_does_not_know(tmp_path)
    with _opened(tmp_path) as product:
        assert replay(product).complete
    assert {name: maria.rows(name) for name in NAMES} == gone
    assert _stays(tmp_path) == "kept"
    file.write_bytes(file.read_bytes()[:-500])
    with _opened(tmp_path) as product:
        assert not drill(product, "nightly").drill.readable

"""On servers too every table is read to the last byte, whatever the type of a column, with a role that can only look."""

from __future__ import annotations

import gzip
import json
import subprocess
from contextlib import closing
from pathlib import Path

from tests.integration.servers import PASSWORD, MariaDB, Postgres
from zusage.connectors.opening import open_reader
from zusage.evidence.residue import Needles, Residue, Seeded, scan_cells, scan_files, scan_tables
from zusage.promises.manifest import System

VALUE = "Kanarienvögel-Xq73Zt"
NEEDLES = Needles.of([Seeded("name", VALUE)])
PACKED = gzip.compress(VALUE.encode()).hex()


def found_in(url: str) -> Residue:
    with closing(open_reader("shop", System(url=url))) as reader:
        return scan_tables(reader, NEEDLES)


def beside_in(url: str) -> tuple[set[str], tuple[str, ...]]:
    with closing(open_reader("shop", System(url=url))) as reader:
        found = scan_cells("shop", reader.beside(), NEEDLES)
    return {trace.place for trace in found.traces}, found.unread


def places(found: Residue) -> set[str]:
    return {trace.place.removesuffix("!") for trace in found.traces}


def test_json_arrays_bytes_other_schemas_and_materialised_views_on_postgresql(postgres_server: Postgres) -> None:
    url, doc = postgres_server.database("residue"), json.dumps({"by": [{"name": VALUE}]})
    for statement in (
        "CREATE TABLE clean (id int, what text)",
        "CREATE SCHEMA attic",
        "CREATE TABLE attic.forgotten (js json, jb jsonb, ar text[], raw bytea, wide text, none int)",
        f"INSERT INTO attic.forgotten VALUES ('{doc}', '{doc}', ARRAY['x', '{VALUE}'], '\\x{PACKED}', '{VALUE.upper()}', 1)",
        f"CREATE MATERIALIZED VIEW copy AS SELECT 'by {VALUE}'::text AS said",
        "DROP ROLE IF EXISTS residue_looker",
        f"CREATE ROLE residue_looker LOGIN PASSWORD '{PASSWORD}'",
        "GRANT USAGE ON SCHEMA attic TO residue_looker",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public, attic TO residue_looker",
        "REVOKE TEMPORARY ON DATABASE residue FROM PUBLIC",
    ):
        postgres_server.run(statement, "residue")
    found = found_in(url.replace("postgres:", "residue_looker:", 1))
    assert places(found) == {*(f"attic.forgotten.{name}" for name in ("js", "jb", "ar", "raw", "wide")), "copy.said"}
    assert (found.unread, VALUE in repr(found)) == ((), False)


def test_what_postgresql_holds_beside_rows_is_read_and_a_large_object_that_may_not_be_is_said(postgres_server: Postgres) -> None:
    url = postgres_server.database("residue_beside")
    for statement in (
        "DROP ROLE IF EXISTS residue_beside",
        f"CREATE ROLE residue_beside LOGIN PASSWORD '{PASSWORD}'",
        "REVOKE TEMPORARY ON DATABASE residue_beside FROM PUBLIC",
        f"CREATE TABLE one (what text DEFAULT 'by {VALUE}')",
        f"COMMENT ON TABLE one IS 'of {VALUE}'",
        f'CREATE VIEW "{VALUE}" AS SELECT 1 AS one',
        f"SELECT lo_from_bytea(70000, '\\x{VALUE.encode().hex()}')",
    ):
        postgres_server.run(statement, "residue_beside")
    looker = url.replace("postgres:", "residue_beside:", 1)
    found, unread = beside_in(looker)
    assert (found, len(unread)) == ({"names", "comments", "defaults"}, 1)
    postgres_server.run("GRANT SELECT ON LARGE OBJECT 70000 TO residue_beside", "residue_beside")
    assert beside_in(looker) == ({"names", "comments", "defaults", "large object 70000"}, ())


def test_dumps_of_postgresql_in_its_own_form_are_read_and_a_cut_one_is_said(postgres_server: Postgres, tmp_path: Path) -> None:
    url, dump = postgres_server.database("residue_dump"), tmp_path / "night.dump"
    postgres_server.run(f"CREATE TABLE kept (raw bytea); INSERT INTO kept VALUES ('\\x{VALUE.encode().hex()}')", "residue_dump")
    subprocess.run([postgres_server.binaries / "pg_dump", "-Fc", "-d", url, "-f", dump], check=True)
    assert VALUE.encode().hex().encode() not in dump.read_bytes()
    found = scan_files("backups", [dump], NEEDLES)
    assert ({trace.kind for trace in found.traces}, found.unread) == ({"name"}, ())
    dump.write_bytes(dump.read_bytes()[:-60])
    assert len(scan_files("backups", [dump], NEEDLES).unread) == 1


def test_a_table_that_the_role_may_not_read_or_whose_rows_are_hidden_is_said(postgres_server: Postgres) -> None:
    url = postgres_server.database("residue_hidden")
    for statement in (
        "CREATE TABLE closed (what text)",
        "CREATE TABLE veiled (what text)",
        "ALTER TABLE veiled ENABLE ROW LEVEL SECURITY",
        "DROP ROLE IF EXISTS residue_veiled",
        f"CREATE ROLE residue_veiled LOGIN PASSWORD '{PASSWORD}'",
        "GRANT SELECT ON veiled TO residue_veiled",
        "REVOKE TEMPORARY ON DATABASE residue_hidden FROM PUBLIC",
    ):
        postgres_server.run(statement, "residue_hidden")
    found = found_in(url.replace("postgres:", "residue_veiled:", 1))
    assert {name for name in ("closed", "veiled") if any(name in reason for reason in found.unread)} == {"closed", "veiled"}


def test_json_and_bytes_on_mariadb_and_a_table_that_keeps_its_history_is_said(mariadb_server: MariaDB) -> None:
    mariadb_server.database("residue")
    mariadb_server.run("DROP USER IF EXISTS residue_looker@127.0.0.1")
    mariadb_server.role("residue_looker")
    mariadb_server.run(
        "CREATE TABLE forgotten (js json, raw blob, wide text CHARACTER SET latin1, none int)",
        f"INSERT INTO forgotten VALUES ('{json.dumps([VALUE])}', x'{PACKED}', '{VALUE.upper()}', 1)".replace("\\", "\\\\"),
        f"CREATE TABLE told (what text) COMMENT 'of {VALUE}'",
        "CREATE TABLE versions (what text) WITH SYSTEM VERSIONING",
        "GRANT SELECT ON residue.* TO residue_looker@127.0.0.1",
        database="residue",
    )
    found = found_in(mariadb_server.url("residue", "residue_looker"))
    assert places(found) == {f"forgotten.{name}" for name in ("js", "raw", "wide")}
    assert len(found.unread) == 1
    assert "versions" in found.unread[0]
    assert beside_in(mariadb_server.url("residue", "residue_looker")) == ({"comments"}, ())

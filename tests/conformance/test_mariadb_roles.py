"""A reading role of MariaDB that could change anything is refused, however it came by the right."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.integration.servers import PASSWORD, MariaDB

from zusage.connectors.opening import open_reader, open_writer
from zusage.connectors.sql.databases.mariadb_connection import _refuse_others
from zusage.connectors.sql.databases.mariadb_grants import grants, parse, reads_whole, writing
from zusage.connectors.trouble import CannotHandle, CanWrite, Unreachable
from zusage.promises.manifest import System

WRITING = (
    "GRANT INSERT ON rights.t TO {who}",
    "GRANT UPDATE (x) ON rights.t TO {who}",
    "GRANT DELETE ON rights.* TO {who}",
    "GRANT ALL ON *.* TO {who}",
    "GRANT SUPER ON *.* TO {who}",
    "GRANT FILE ON *.* TO {who}",
    "GRANT CREATE USER ON *.* TO {who}",
    "GRANT READ_ONLY ADMIN ON *.* TO {who}",
    "GRANT TRIGGER ON rights.t TO {who}",
    "GRANT CREATE TEMPORARY TABLES ON rights.* TO {who}",
    "GRANT LOCK TABLES ON rights.* TO {who}",
    "GRANT EXECUTE ON PROCEDURE rights.wipe TO {who}",
    "GRANT EXECUTE ON rights.* TO {who}",
    "GRANT SELECT ON rights.t TO {who} WITH GRANT OPTION",
    "GRANT hands TO {who}",
    "GRANT INSERT ON elsewhere.* TO {who}",
    "GRANT DELETE ON rights.t TO PUBLIC",
)
HARMLESS = (
    "GRANT SELECT ON *.* TO {who}",
    "GRANT SELECT (x), SELECT (id) ON rights.t TO {who}",
    "GRANT SHOW VIEW ON rights.* TO {who}",
    "GRANT PROCESS, SHOW DATABASES, REPLICATION CLIENT ON *.* TO {who}",
    "GRANT eyes TO {who}",
)


@pytest.fixture
def server(mariadb_server: MariaDB) -> Iterator[MariaDB]:
    mariadb_server.database("rights")
    mariadb_server.run(
        "CREATE TABLE rights.t (id INT PRIMARY KEY, x INT)",
        "CREATE PROCEDURE rights.wipe() DELETE FROM rights.t",
        "CREATE OR REPLACE ROLE fingers",
        "CREATE OR REPLACE ROLE hands",
        "CREATE OR REPLACE ROLE eyes",
        "GRANT DELETE ON rights.t TO fingers",
        "GRANT fingers TO hands",
        "GRANT SELECT ON rights.* TO eyes",
        "CREATE OR REPLACE USER looks@'%' IDENTIFIED BY 'look'",
        "GRANT SELECT ON rights.* TO looks@'%'",
    )
    yield mariadb_server
    mariadb_server.run("REVOKE DELETE ON rights.t FROM PUBLIC" if _public(mariadb_server) else "SELECT 1")
    mariadb_server.run("DROP USER looks@'%'", "DROP ROLE hands", "DROP ROLE fingers", "DROP ROLE eyes", "DROP DATABASE rights")


def _public(server: MariaDB) -> bool:
    return _knows_public(server) and any("DELETE" in row[0] for row in server.run("SHOW GRANTS FOR PUBLIC"))


def _knows_public(server: MariaDB) -> bool:
    """Rights can be given to everybody from version 10.11 on."""
    ((version,),) = server.run("SELECT VERSION()")
    return tuple(map(int, str(version).split("-")[0].split(".")[:2])) >= (10, 11)


def _open(server: MariaDB) -> None:
    open_reader("shop", System.model_validate({"url": server.url("rights", "looks", "look")})).close()


def test_a_role_that_could_change_anything_is_refused_and_the_right_is_named(server: MariaDB) -> None:
    _open(server)
    for statement in WRITING if _knows_public(server) else WRITING[:-1]:
        server.run(statement.format(who="looks@'%'"))
        with pytest.raises(CanWrite, match="do more than look") as caught:
            _open(server)
        assert " on " in str(caught.value), statement
        server.run("REVOKE ALL, GRANT OPTION FROM looks@'%'", "GRANT SELECT ON rights.* TO looks@'%'")
        if "PUBLIC" in statement:
            server.run("REVOKE DELETE ON rights.t FROM PUBLIC")
        _open(server)


def test_a_role_with_rights_to_look_alone_is_taken(server: MariaDB) -> None:
    for statement in HARMLESS:
        server.run(statement.format(who="looks@'%'"))
        _open(server)


def test_lines_of_show_grants_are_read_whatever_stands_in_their_names() -> None:
    odd = "GRANT SELECT (`a)b`, `c,d`), UPDATE (`UPDATE ON x`) ON `sh``op`.`t ON x` TO `r`@`%`"
    (one,) = parse(odd)
    assert (one.rights, one.columns, one.schema, one.object) == (frozenset(), {"SELECT", "UPDATE"}, "sh`op", "t ON x")
    assert list(writing([one])) == ["UPDATE on sh`op.t ON x"]
    assert list(parse("GRANT `hands` TO `looks`@`%`")) == []
    pattern = list(parse(r"GRANT SELECT ON `a\_b%`.* TO `r`@`%`"))
    assert reads_whole(pattern, "a_bc", "t")
    assert not reads_whole(pattern, "aXbc", "t")
    assert not reads_whole(list(parse("GRANT SELECT ON `a_b`.`t` TO `r`@`%`")), "a_b", "u")


def test_every_right_of_the_server_is_either_known_to_be_harmless_or_refused(server: MariaDB) -> None:
    known = {str(row[0]).upper() for row in server.run("SHOW PRIVILEGES")}
    refused = {right for right in known if list(writing(list(parse(f"GRANT {right} ON *.* TO `r`@`%`"))))}
    assert {"INSERT", "UPDATE", "DELETE", "SUPER", "FILE", "TRIGGER", "EXECUTE"} <= refused
    assert known - refused == {
        "SELECT", "USAGE", "PROCESS", "SHOW DATABASES", "SHOW VIEW", "SHOW CREATE ROUTINE", "BINLOG MONITOR", "SLAVE MONITOR",
        "REPLICA MONITOR", "REPLICATION CLIENT",
    } & known  # fmt: skip


def test_other_servers_and_old_versions_are_refused_by_name() -> None:
    for version in ("8.0.36", "5.5.5-10.3.39-MariaDB", "10.5.23-MariaDB-log", "8.0.11-TiDB-v7.5.0"):
        with pytest.raises(CannotHandle, match=r"MariaDB 10\.6"):
            _refuse_others("shop", version)
    for version in ("10.6.0-MariaDB", "5.5.5-10.11.6-MariaDB-0+deb12u1", "11.4.2-MariaDB"):
        _refuse_others("shop", version)


def test_what_cannot_be_reached_says_why_without_the_password(server: MariaDB) -> None:
    wrong = {
        server.url("rights", "looks", "not the password"): "user or password",
        server.url("nowhere", "root", PASSWORD): "no such database",
        f"mariadb://looks:look@127.0.0.1:{server.port}/": "names no database",
        "mariadb://looks:look@127.0.0.1:9/rights": "does not answer",
    }
    for address, why in wrong.items():
        for opens in (
            lambda a=address: open_reader("shop", System.model_validate({"url": a})),
            lambda a=address: open_writer("shop", System.model_validate({"url": a}), None, lambda: b""),
        ):
            with pytest.raises(Unreachable, match=why) as caught:
                opens()
            assert "look" not in str(caught.value).replace("looked", "")
            assert PASSWORD not in str(caught.value)


def test_the_grants_of_a_role_are_those_of_its_roles_too(server: MariaDB) -> None:
    import sqlalchemy as sa

    server.run("GRANT hands TO looks@'%'")
    engine = sa.create_engine(server.url("rights", "looks", "look").replace("mariadb:", "mariadb+pymysql:"))
    with engine.connect() as connection:
        assert "DELETE on rights.t" in list(writing(grants(connection)))
    engine.dispose()

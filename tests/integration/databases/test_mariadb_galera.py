"""Nodes of a real Galera cluster: a plan that was made at one is carried out at another, and at no copy of a node."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

import pymysql
import pytest

from tests.integration.servers import PASSWORD, MariaDB, free_port, mariadb
from zusage.connectors.opening import why_apart
from zusage.connectors.sql.databases import mariadb_kin
from zusage.promises.manifest import System


def _node(others: str = "") -> tuple[str, tuple[str, ...]]:
    """The address at which a node is met by others, and its options."""
    ports = [free_port() for _ in range(3)]
    at = f"127.0.0.1:{ports[0]}"
    return at, (
        "--wsrep-on=ON", "--wsrep-provider=/usr/lib/galera/libgalera_smm.so", f"--wsrep-cluster-address=gcomm://{others}",
        "--binlog-format=ROW", "--innodb-autoinc-lock-mode=2", "--wsrep-node-address=127.0.0.1", "--wsrep-sst-method=rsync",
        f"--wsrep-sst-receive-address=127.0.0.1:{ports[1]}",
        f"--wsrep-provider-options=base_port={ports[0]};gmcast.listen_addr=tcp://{at};ist.recv_addr=127.0.0.1:{ports[2]};gcache.size=4M",
    )  # fmt: skip


def _until_it_takes_part(node: MariaDB) -> None:
    for _ in range(600):
        try:
            if node.run("SHOW STATUS LIKE 'wsrep_ready'") == [("wsrep_ready", "ON")]:
                return
        except pymysql.err.Error:
            pass
        time.sleep(0.1)
    raise AssertionError("the node does not join")


@pytest.fixture(scope="module")
def nodes() -> Iterator[tuple[MariaDB, MariaDB]]:
    met, first = _node()
    with mariadb(*first) as one, mariadb(*_node(met)[1]) as other:
        _until_it_takes_part(other)
        one.database("shop")
        one.run("CREATE TABLE letter (id INT PRIMARY KEY)", database="shop")
        yield one, other


def test_two_nodes_of_a_cluster_are_one_database_and_a_node_and_another_server_are_not(
    nodes: tuple[MariaDB, MariaDB], mariadb_server: MariaDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (node.url("shop") for node in nodes)
    assert why_apart("shop", System(url=one, writer=other)) == ""
    assert why_apart("shop", System(url=other, writer=one)) == ""
    mariadb_server.database("shop")
    elsewhere = mariadb_server.url("shop")
    assert "takes no part" in why_apart("shop", System(url=elsewhere, writer=one))
    assert "keeps no log" in why_apart("shop", System(url=one, writer=elsewhere))
    monkeypatch.setattr(mariadb_kin, "_PATIENCE_SECONDS", 0.3)
    with closing(pymysql.connect(host="127.0.0.1", port=nodes[1].port, user="root", password=PASSWORD)) as held:
        held.cursor().execute("FLUSH TABLES WITH READ LOCK")
        nodes[0].run("INSERT INTO shop.letter VALUES (1)")
        assert "does not catch up" in why_apart("shop", System(url=other, writer=one))
    assert why_apart("shop", System(url=other, writer=one)) == ""
    with mariadb(*_node()[1]) as another:
        another.database("shop")
        assert "nodes of two Galera clusters" in why_apart("shop", System(url=another.url("shop"), writer=one))

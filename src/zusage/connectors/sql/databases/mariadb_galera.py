"""Whether two connections to MariaDB lead to nodes of one Galera cluster that has one state."""

from __future__ import annotations

import time

import sqlalchemy as sa

_BETWEEN_SECONDS = 0.1


def nodes_apart(looking: sa.Connection, changing: sa.Connection, patience: float) -> str | None:
    """Why it is not shown that both are nodes of one cluster; empty where it is, None where the one that changes is no node.

    1.  Both take part in a cluster that may commit, and it has the same state's name, the same number of nodes, which is not one,
        and has come together as often.
    2.  The one that looks comes to have applied the last change that the other had seen before, within ``patience`` seconds, and none
        that the other does not have: a copy of the files of one node has the name, too, but goes its own way.
    """
    there = _status(changing)
    if not there.get("wsrep_cluster_state_uuid") or there.get("wsrep_connected") != "ON":
        return None
    here = _status(looking)
    if any(one.get("wsrep_ready") != "ON" or one.get("wsrep_cluster_status") != "Primary" for one in (here, there)):
        return "writer leads to a node of a Galera cluster, and it or the server of url takes no part in one that may commit"
    alike = ("wsrep_cluster_state_uuid", "wsrep_cluster_conf_id", "wsrep_cluster_size")
    if any(here[name] != there[name] for name in alike) or here["wsrep_cluster_size"] == "1":
        return "url and writer lead to nodes of two Galera clusters"
    begun, end = _committed(there), time.monotonic() + patience
    while _committed(here := _status(looking)) < begun:
        if time.monotonic() > end:
            return f"url leads to a node of the Galera cluster that does not catch up with that of writer within {patience:.0f} seconds"
        time.sleep(_BETWEEN_SECONDS)
    ahead = _committed(here) > _committed(_status(changing))
    return "url leads to a node of another Galera cluster than that of writer, with the same beginning" if ahead else ""


def _status(connection: sa.Connection) -> dict[str, str]:
    """What a node says of itself and its cluster; every account may ask."""
    with connection.begin():
        found = connection.exec_driver_sql("SHOW GLOBAL STATUS LIKE 'wsrep\\_%%'")
        return {str(name): str(value) for name, value in found}


def _committed(status: dict[str, str]) -> int:
    return int(status["wsrep_last_committed"])

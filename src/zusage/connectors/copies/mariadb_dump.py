"""A dump that mariadb-dump has written."""

from __future__ import annotations

import secrets
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..sql.databases.mariadb_roles import roles
from .port import BackupUnreadable, Restored
from .private import give, program, run, running, user_for
from .unpacking import unpack

_PACKAGE = "mariadb-server"
_END = b"-- Dump completed"
_OURS = "'information_schema', 'mysql', 'performance_schema', 'sys', 'zusage'"
_THERE = f"""SELECT TABLE_SCHEMA FROM information_schema.TABLES WHERE TABLE_SCHEMA NOT IN ({_OURS})
GROUP BY TABLE_SCHEMA ORDER BY COUNT(*) DESC, TABLE_SCHEMA"""  # noqa: S608 - names of our own


@contextmanager
def mariadb_dump(copy: Path, home: Path) -> Iterator[Restored]:
    """Start a private server on a socket in a folder of our own, and restore into it."""
    user = user_for("mysql")
    give(home, user)
    source = unpack(copy, home / "dump.sql")
    _refuse_cut(source)
    if user:
        shutil.chown(source, user)
    data, at = home / "data", home / "socket"
    apart = f"--tmpdir={home}"  # a server that starts clears its folder of temporary tables: /tmp is the living server's as well
    install = ["--no-defaults", f"--datadir={data}", apart, "--skip-test-db", "--auth-root-authentication-method=normal"]
    run([program("mariadb-install-db", _PACKAGE), *install], user, "the private server for it could not be made")
    options = [
        "--no-defaults", f"--datadir={data}", apart, f"--socket={at}", f"--pid-file={home}/pid", "--skip-networking",
        "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=128M", "--performance-schema=OFF", "--skip-log-bin",
    ]  # fmt: skip
    with running([program("mariadbd", _PACKAGE), *options], user, signal.SIGTERM, lambda: _answers(at)):
        client = [program("mariadb", "mariadb-client"), "--no-defaults", f"--socket={at}", "--user=root", "--batch", "-N"]
        run([*client, "-e", "CREATE DATABASE restored CHARACTER SET utf8mb4"], None, "the private server takes no database")
        run([*client, "restored"], None, "MariaDB does not take it", source)
        name = (run([*client, "-e", _THERE], None, "MariaDB does not say what is in it").split() or ["restored"])[0]
        secret = secrets.token_hex(16)
        for statement in roles(name, reader="drill_reader", writer="drill_writer", host="localhost"):
            run([*client, "-e", statement.replace("…", secret)], None, "nobody can be let in to look at it")
        where = f"localhost/{name}?unix_socket={at}"
        yield Restored(url=f"mariadb://drill_reader:{secret}@{where}", writer=f"mariadb://drill_writer:{secret}@{where}")


def _refuse_cut(source: Path) -> None:
    """A dump says at its end that it is whole, unless it was made without comments."""
    with source.open("rb") as file:
        head = file.read(4096)
        file.seek(max(0, source.stat().st_size - 4096))
        if b"dump" in head.lower() and _END not in file.read():
            raise BackupUnreadable("it ends before it is whole")


def _answers(at: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return at.exists() and probe.connect_ex(str(at)) == 0

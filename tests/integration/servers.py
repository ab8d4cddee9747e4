"""Private servers for tests: own data directory, own port, gone afterwards. Nothing installed is touched."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from zusage.testing.ports import free_port
from zusage.testing.postgres_bench import quickly_shown

PASSWORD = "correct-horse-battery"
#: folders in which the programs of servers are looked for before the installed ones, as in ``PATH``; see docs/howto/run-the-tests-on-other-servers.md
_CHOSEN = "ZUSAGE_SERVERS"
_INSTALLED = Path("/usr/lib/postgresql")


class ServerMissing(Exception):
    """A server that the tests need is not installed; ``make test`` installs it."""


@dataclass(frozen=True)
class Postgres:
    """A running private PostgreSQL; every role's password is ``PASSWORD``."""

    port: int
    data: Path
    binaries: Path
    #: further options of the server
    options: tuple[str, ...] = ()

    def url(self, database: str = "postgres", user: str = "postgres", password: str = PASSWORD) -> str:
        """Where a database is, as a URL."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def database(self, name: str) -> str:
        """Make an empty database in place of any of that name, and return its URL."""
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.run(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def role(self, name: str) -> None:
        """Make a role that may log in and nothing else; one of that name is left as it is: what it might do went with its database."""
        made = f"CREATE ROLE \"{name}\" LOGIN PASSWORD '{quickly_shown(PASSWORD)}'"
        self.run(f"DO $$ BEGIN {made}; EXCEPTION WHEN duplicate_object THEN NULL; END $$")

    def run(self, sql: str, database: str = "postgres") -> str:
        """Run one statement as superuser and return what it prints, bare."""
        command = [self.binaries / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", self.url(database), "-c", sql]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    @contextmanager
    def replicated(self) -> Iterator[Postgres]:
        """A streaming replica, to which every commit here is on disk before it is acknowledged."""
        home = Path(tempfile.mkdtemp(prefix="zusage-replica-"))
        if os.geteuid() == 0:
            shutil.chown(home, "postgres")
        replica = Postgres(free_port(), home / "data", self.binaries, self.options)
        copied = ["-D", replica.data, "-R", "-X", "stream", "-c", "fast", "--no-sync", "-d", self.url()]
        try:
            _as_server(self.binaries / "pg_basebackup", *copied)
            for lock in replica.data.glob(".s.PGSQL.*.lock"):  # the primary's, by which its address would seem to be taken
                lock.unlink()
            replica.start()
            self.run("ALTER SYSTEM SET synchronous_standby_names = '*'")
            self.run("SELECT pg_reload_conf()")
            yield replica
        finally:
            with suppress(RuntimeError):
                replica.stop()
            shutil.rmtree(home, ignore_errors=True)

    def promote(self) -> None:
        """A replica goes its own way and takes changes."""
        _as_server(self.binaries / "pg_ctl", "-D", self.data, "-w", "promote")

    def take_over(self, primary: Postgres) -> Postgres:
        """A replica becomes the server at the address of the one that was lost."""
        self.promote()
        self.run("ALTER SYSTEM RESET synchronous_standby_names")
        self.stop()
        there = replace(self, port=primary.port)
        there.start()
        return there

    def stop(self) -> None:
        """Stop the server at once."""
        _as_server(self.binaries / "pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def kill(self) -> None:
        """SIGKILL every process of the server, as when the machine goes down."""
        parent = int((self.data / "postmaster.pid").read_text().split()[0])
        children = [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/stat") if _parent(path) == parent]
        for process in (parent, *children):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while any(_parent(Path(f"/proc/{process}/stat")) for process in (parent, *children)):
            time.sleep(0.02)
        for lock in (self.data / "postmaster.pid", *self.data.glob(".s.PGSQL.*.lock")):
            lock.unlink()  # where nobody fetches the dead, their numbers seem to be taken

    def start(self) -> None:
        """Start the server and wait until it answers. Without fsync: the machine itself is not switched off in tests.

        Without compiling of statements either, which takes longer than the few rows here.
        """
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.data} -c fsync=off -c jit=off"
        options = " ".join((options, *self.options))
        _as_server(self.binaries / "pg_ctl", "-D", self.data, "-l", self.data / "log", "-o", options, "-w", "start")


@dataclass(frozen=True)
class MariaDB:
    """A running private MariaDB; every account's password is ``PASSWORD``, and ``root`` may do everything."""

    port: int
    home: Path
    process: list[subprocess.Popen[bytes]]

    @property
    def pid(self) -> int:
        """The server's process."""
        return self.process[0].pid

    def url(self, database: str = "", user: str = "root", password: str = PASSWORD) -> str:
        """Where a database is, as a URL."""
        return f"mariadb://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def database(self, name: str, options: str = "CHARACTER SET utf8mb4") -> str:
        """Make an empty database in place of any of that name, and return its URL."""
        self.run(f"DROP DATABASE IF EXISTS `{name}`", f"CREATE DATABASE `{name}` {options}")
        return self.url(name)

    def run(self, *statements: str, database: str = "", user: str = "root") -> list[tuple[Any, ...]]:
        """Run statements as root, and return the rows of the last one."""
        import pymysql

        at = {"host": "127.0.0.1", "port": self.port, "user": user, "password": PASSWORD, "database": database or None}
        with closing(pymysql.connect(**at, autocommit=True, charset="utf8mb4")) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    def role(self, name: str) -> None:
        """Make an account that may log in and nothing else."""
        self.run(f"CREATE OR REPLACE USER `{name}`@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'")

    def start(self, *options: str) -> None:
        """Start the server and wait until it answers. Without fsync: the machine itself is not switched off in tests."""
        words = [
            *_maria("mariadbd"), "--no-defaults", f"--datadir={self.home}/data", f"--tmpdir={self.home}/temporary", f"--socket={self.home}/socket",
            f"--port={self.port}", "--bind-address=127.0.0.1", f"--pid-file={self.home}/pid", f"--log-error={self.home}/log",
            "--innodb-flush-log-at-trx-commit=2", "--innodb-buffer-pool-size=96M", "--innodb-log-file-size=64M", "--skip-name-resolve",
            "--performance-schema=OFF",
        "--innodb-flush-method=nosync",
        "--sync-frm=0", *options,
        ]  # fmt: skip
        if os.geteuid() == 0:
            words.append("--user=mysql")
        self.process[:] = [
            subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        ]
        _until_it_answers(self)

    def follow(self, primary: MariaDB) -> None:
        """Become a replica of a server that has logged everything from its beginning on."""
        there = f"MASTER_HOST='127.0.0.1', MASTER_PORT={primary.port}, MASTER_USER='root', MASTER_PASSWORD='{PASSWORD}'"
        self.run("STOP SLAVE", "RESET MASTER", "SET GLOBAL gtid_slave_pos = ''")
        self.run(f"CHANGE MASTER TO {there}, MASTER_USE_GTID = slave_pos", "START SLAVE")

    def take_over(self, primary: MariaDB, *options: str) -> MariaDB:
        """A replica carries out all that it has received, and becomes the server at the address of the one that was lost."""
        self.run("STOP SLAVE IO_THREAD")
        ((*status,),) = self.run("SHOW SLAVE STATUS")
        received = status[status.index("Slave_Pos") + 1]
        assert self.run(f"SELECT MASTER_GTID_WAIT('{received}', 60)") == [(0,)]
        self.run("STOP SLAVE", "RESET SLAVE ALL")
        self.stop()
        there = replace(self, port=primary.port)
        there.start(*options)
        return there

    def kill(self) -> None:
        """SIGKILL the server."""
        self.process[0].kill()
        self.process[0].wait()

    def stop(self) -> None:
        """Stop the server."""
        self.process[0].terminate()
        self.process[0].wait(60)


def _until_it_answers(server: MariaDB) -> None:
    for _ in range(600):
        if server.process[0].poll() is not None:
            raise RuntimeError(f"mariadbd ended: {(server.home / 'log').read_text()[-2000:]}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", server.port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("mariadbd does not answer")


@contextmanager
def mariadb(*options: str) -> Iterator[MariaDB]:
    """Start a private MariaDB, and take it away afterwards."""
    home = Path(tempfile.mkdtemp(prefix="zusage-maria-"))
    server = MariaDB(free_port(), home, [])
    try:
        secret = home / "init.sql"
        secret.write_text(
            f"CREATE OR REPLACE USER root@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\nGRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n"
        )
        as_server = ["--user=mysql"] if os.geteuid() == 0 else []
        (home / "temporary").mkdir()
        if as_server:
            home.chmod(0o755)
            shutil.chown(home, "mysql")
            shutil.chown(home / "temporary", "mysql")
        install = [
            *_maria("mariadb-install-db"),
            "--no-defaults",
            f"--datadir={home}/data",
            f"--tmpdir={home}/temporary",  # a server that starts deletes the temporary tables of all others in the same folder
            "--skip-test-db",
            "--auth-root-authentication-method=normal",
        ]
        done = subprocess.run([*install, *as_server], check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"mariadb-install-db failed: {done.stdout}{done.stderr}")
        server.start(f"--init-file={secret}", *options)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _maria(name: str) -> list[str]:
    found = shutil.which(name, path=f"{os.environ.get(_CHOSEN, '')}:{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise ServerMissing("MariaDB is not installed; `make test` installs it")
    return [found]


@contextmanager
def postgres(*options: str) -> Iterator[Postgres]:
    """Start a private PostgreSQL, and take it away afterwards."""
    binaries = _binaries()
    home = Path(tempfile.mkdtemp(prefix="zusage-pg-"))
    server = Postgres(free_port(), home / "data", binaries, options)
    try:
        secret = home / "password"
        secret.write_text(PASSWORD)  # initdb before PostgreSQL 14 reads 99 characters of it: fewer than it is stored in
        if os.geteuid() == 0:
            shutil.chown(home, "postgres")
            shutil.chown(secret, "postgres")
        options = ["-A", "scram-sha-256", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        _as_server(binaries / "initdb", "-D", server.data, "--pwfile", secret, *options)
        server.start()
        server.run(f"ALTER ROLE postgres PASSWORD '{quickly_shown(PASSWORD)}'")
        if int((server.data / "PG_VERSION").read_text()) < 15:
            server.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC", "template1")  # as it is from PostgreSQL 15 on
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _parent(stat: Path) -> int:
    """The parent of a process; 0 where it has gone meanwhile, or is one that nobody has fetched yet."""
    try:
        words = stat.read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return 0 if words[0] == "Z" else int(words[1])


def _binaries() -> Path:
    chosen = shutil.which("pg_ctl", path=os.environ.get(_CHOSEN, ""))
    if chosen:
        return Path(chosen).parent
    found = sorted(_INSTALLED.glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    beside = shutil.which("pg_ctl")
    if not found and not beside:
        raise ServerMissing("PostgreSQL is not installed; `make test` installs it")
    return found[-1].parent if found else Path(str(beside)).parent


def _as_server(*command: object) -> None:
    """Run as the server's user: PostgreSQL refuses root."""
    line = shlex.join(str(word) for word in command)
    words = ["su", "postgres", "-c", line] if os.geteuid() == 0 else ["sh", "-c", line]
    done = subprocess.run(words, check=False, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout}{done.stderr}")

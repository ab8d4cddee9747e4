"""Private servers for tests: own data directory, own port, gone afterwards. Nothing installed is touched."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "correct-horse-battery"
_INSTALLED = Path("/usr/lib/postgresql")


class ServerMissing(Exception):
    """A server that the tests need is not installed; ``make test`` installs it."""


@dataclass(frozen=True)
class Postgres:
    """A running private PostgreSQL; every role's password is ``PASSWORD``."""

    port: int
    data: Path
    binaries: Path

    def url(self, database: str = "postgres", user: str = "postgres", password: str = PASSWORD) -> str:
        """Where a database is, as a URL."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def database(self, name: str) -> str:
        """Make an empty database in place of any of that name, and return its URL."""
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.run(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def role(self, name: str) -> None:
        """Make a role that may log in and nothing else."""
        self.run(f"CREATE ROLE \"{name}\" LOGIN PASSWORD '{PASSWORD}'")

    def run(self, sql: str, database: str = "postgres") -> str:
        """Run one statement as superuser and return what it prints, bare."""
        command = [self.binaries / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", self.url(database), "-c", sql]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def stop(self) -> None:
        """Stop the server at once."""
        _as_server(self.binaries / "pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def start(self) -> None:
        """Start the server and wait until it answers. Without fsync: the machine itself is not switched off in tests."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.data} -c fsync=off"
        _as_server(self.binaries / "pg_ctl", "-D", self.data, "-l", self.data / "log", "-o", options, "-w", "start")


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Start a private PostgreSQL, and take it away afterwards."""
    binaries = _binaries()
    home = Path(tempfile.mkdtemp(prefix="zusage-pg-"))
    server = Postgres(free_port(), home / "data", binaries)
    try:
        secret = home / "password"
        secret.write_text(PASSWORD)
        if os.geteuid() == 0:
            shutil.chown(home, "postgres")
            shutil.chown(secret, "postgres")
        options = ["-A", "scram-sha-256", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        _as_server(binaries / "initdb", "-D", server.data, "--pwfile", secret, *options)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _binaries() -> Path:
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

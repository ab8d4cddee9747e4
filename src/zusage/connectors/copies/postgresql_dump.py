"""A dump of PostgreSQL: custom, tar, folder or plain SQL."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .port import BackupUnreadable, Restored, RestorerMissing
from .private import give, program, run, running, user_for
from .unpacking import unpack

_PACKAGE = "postgresql"
_INSTALLED = Path("/usr/lib/postgresql")
#: from which version on which form of archive is read
_ARCHIVES = ((17, (1, 16)), (16, (1, 15)), (0, (1, 14)))
_READER = "zusage_drill_reader"
#: what a plain dump says of roles that are not here
_ROLES = re.compile(rb'^(?:ALTER .* OWNER TO|GRANT .* TO|REVOKE .* FROM|CREATE POLICY .* TO) ("[^"]+"|\w+)', re.M)
_POLICY = re.compile(r"\d+; \d+ \d+ (?:POLICY|ROW SECURITY) ")
_RIGHTS = f"""
CREATE ROLE {_READER} LOGIN BYPASSRLS;
DO $$ DECLARE s text; BEGIN
  FOR s IN SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM PUBLIC', s);
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM PUBLIC', s);
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', s);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO {_READER}', s);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO {_READER}', s);
    EXECUTE format('GRANT SELECT ON ALL SEQUENCES IN SCHEMA %I TO {_READER}', s);
  END LOOP;
END $$;
ANALYZE;
"""  # noqa: S608 - a name of our own


@contextmanager
def postgresql_dump(copy: Path, home: Path) -> Iterator[Restored]:
    """Start a private server on a socket that only its user and we can reach, and restore into it."""
    binaries, user = _binaries(), user_for("postgres")
    data = home / "data"
    give(home, user)
    source = _source(copy, home, user)
    words = ["-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    run([binaries / "initdb", *words], user, "the private server for it could not be made")
    options = [
        f"unix_socket_directories={home}",
        "listen_addresses=",
        "fsync=off",
        "jit=off",
        "autovacuum=off",
        "logging_collector=off",
    ]
    server = [binaries / "postgres", "-D", data, *(word for option in options for word in ("-c", option))]

    def answers() -> bool:
        asked = [str(binaries / "pg_isready"), "-q", "-h", str(home)]
        return subprocess.run(asked, check=False, capture_output=True).returncode == 0  # noqa: S603 - a program of the server's own

    with running(server, user, signal.SIGQUIT, answers):
        _restore(binaries, source, home, user)
        at = f"/restored?host={home}"
        yield Restored(url=f"postgresql://{_READER}@{at}", writer=f"postgresql://postgres@{at}")


def _restore(binaries: Path, source: Path, home: Path, user: str | None) -> None:
    reach = ["-h", home, "-U", "postgres"]
    psql = [binaries / "psql", *reach, "-Xq", "-v", "ON_ERROR_STOP=1", "-d"]
    run([binaries / "createdb", *reach, "restored"], user, "the private server for it takes no database")
    if _plain(source):
        for role in sorted(set(_ROLES.findall(source.read_bytes())) - {b"postgres", b"PUBLIC"}):
            run([*psql, "postgres", "-c", f"CREATE ROLE {role.decode()}"], user, "a role that it names cannot be made")
        run([*psql, "restored", "-1", "-f", source], user, "PostgreSQL does not take it as SQL")
    else:
        _refuse_newer(binaries, source)
        words = [
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "-1",
            "-d",
            "restored",
            "-L",
            _listed(binaries, source, home),
        ]
        run([binaries / "pg_restore", *reach, *words, source], user, "pg_restore does not take it")
    rights = home / "rights.sql"
    rights.write_text(_RIGHTS)
    rights.chmod(0o644)
    run([*psql, "restored", "-f", rights], user, "nobody can be let in to look at it")


def _listed(binaries: Path, source: Path, home: Path) -> Path:
    """What of it is restored: all but row policies, for the roles that they name are not in it, and nobody is to be kept from a row here."""
    lines = run([binaries / "pg_restore", "--list", source], None, "pg_restore does not take it").splitlines()
    kept = home / "contents"
    kept.write_text("".join(f"{line}\n" for line in lines if not _POLICY.match(line)))
    kept.chmod(0o644)
    return kept


def _refuse_newer(binaries: Path, source: Path) -> None:
    """What only a newer PostgreSQL can read is not unreadable: it was not looked at. A tar tells its version where it is not asked."""
    file = source / "toc.dat" if source.is_dir() else source
    head = b""
    if file.is_file():
        with file.open("rb") as opened:
            head = opened.read(7)
    written = (head[5], head[6]) if head[:5] == b"PGDMP" and len(head) == 7 else (0, 0)
    found = re.search(
        r"(\d+)", run([binaries / "pg_restore", "--version"], None, "pg_restore does not say its version").split(")")[-1]
    )
    here = int(found[1]) if found else 0
    known = next(form for version, form in _ARCHIVES if here >= version)
    if written > known:
        raise RestorerMissing(f"a PostgreSQL newer than version {here}, which wrote it,", "a newer postgresql")


def _source(copy: Path, home: Path, user: str | None) -> Path:
    """The dump where the server's user can read it."""
    if copy.is_dir():
        try:
            there = Path(shutil.copytree(copy, home / "dump"))
        except (OSError, shutil.Error):
            raise BackupUnreadable("a file of it cannot be read") from None
        files = [there, *there.rglob("*")]
    else:
        there = unpack(copy, home / "dump")
        files = [there]
    if user:
        for file in files:
            shutil.chown(file, user)
    return there


def _plain(source: Path) -> bool:
    if source.is_dir() or tarfile.is_tarfile(source):
        return False
    with source.open("rb") as file:
        return file.read(5) != b"PGDMP"


def _binaries() -> Path:
    found = sorted(_INSTALLED.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    try:
        return Path(program("initdb", _PACKAGE)).parent
    except RestorerMissing:
        raise RestorerMissing("PostgreSQL", _PACKAGE) from None

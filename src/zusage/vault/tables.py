"""The vault's tables, and how its file is opened.

Kept with a rollback journal: a reader then needs to write nothing at all, not even a shared-memory file, and no ciphertext
that was deleted waits in a write-ahead log. ``synchronous=EXTRA`` makes a commit outlast a power cut in this mode, for the row
in the system is deleted next. ``secure_delete`` overwrites what is deleted. Blocks that the file system has let go of are not
in our reach; whoever fears for them encrypts the disk.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

from .errors import VaultDamaged, VaultInterrupted, VaultUnusable

APPLICATION = 0x5A755662
PATIENCE = 30
SCHEMA = """
CREATE TABLE vault (
  key_check TEXT NOT NULL
) STRICT;
CREATE TABLE entry (
  id TEXT NOT NULL PRIMARY KEY,  -- keyed digest of system, table and primary key
  system TEXT NOT NULL,
  "table" TEXT NOT NULL,
  rule TEXT NOT NULL,
  started_on TEXT NOT NULL,      -- YYYY-MM-DD
  delete_from TEXT NOT NULL,     -- YYYY-MM-DD, the first day on which it must be gone
  parts TEXT NOT NULL,           -- JSON: table → rows
  person_digest TEXT,            -- keyed digest of the person
  sealed_at TEXT NOT NULL,
  payload BLOB NOT NULL          -- version, nonce, ciphertext with tag
) STRICT;
CREATE TABLE pending (  -- sealed, but not yet known to be gone from their system
  id TEXT NOT NULL PRIMARY KEY
) STRICT;
CREATE INDEX entry_table ON entry (system, "table");
CREATE INDEX entry_due ON entry (system, delete_from);
CREATE INDEX entry_rule ON entry (rule, delete_from);
"""
_SCHEMA_OF = "SELECT type, name, sql FROM sqlite_master ORDER BY name"
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})


def create(file: Path, key_check: str) -> None:
    """Make an empty vault in an empty file."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute(f"PRAGMA application_id={APPLICATION}")
        database.executescript(f"BEGIN; {SCHEMA} COMMIT;")
        database.execute("INSERT INTO vault (key_check) VALUES (?)", (key_check,))


def connect(file: Path, mode: str) -> sqlite3.Connection:
    """Open the vault with SQLite's ``mode`` ``rw`` or ``ro``, and make sure that it is one."""
    database = sqlite3.connect(f"{file.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=PATIENCE)
    try:
        _recognise(database, file)
        database.execute("PRAGMA synchronous=EXTRA")
        database.execute("PRAGMA secure_delete=ON")
        database.execute("PRAGMA temp_store=MEMORY")
    except BaseException:
        database.close()
        raise
    return database


@contextmanager
def explained(file: Path) -> Iterator[None]:
    """Let errors of SQLite and of the file system say what they mean for the vault."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0)
        if code & 0xFF in _DAMAGE or code == sqlite3.SQLITE_IOERR_SHORT_READ:
            raise VaultDamaged(path=file, why=error) from None
        if code == sqlite3.SQLITE_READONLY_ROLLBACK:
            raise VaultInterrupted(path=file) from None
        raise VaultUnusable(path=file, why=error) from None
    except OSError as error:
        raise VaultUnusable(path=file, why=error.strerror) from None


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All of the block or nothing, on disk when it ends."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise


def _recognise(database: sqlite3.Connection, file: Path) -> None:
    if database.execute("PRAGMA application_id").fetchone() != (APPLICATION,):
        raise VaultDamaged(path=file, why="it is empty or belongs to another program")
    with closing(sqlite3.connect(":memory:")) as model:
        model.executescript(SCHEMA)
        if database.execute(_SCHEMA_OF).fetchall() != model.execute(_SCHEMA_OF).fetchall():
            raise VaultDamaged(path=file, why="its tables are not those of a vault of this version")


#: an entry must be gone: by the rule's limit where there is one, otherwise by the day that was noted
IS_DUE = (
    "CASE WHEN entry.rule IN (SELECT key FROM json_each(:limits)) "
    "THEN entry.started_on < (SELECT value FROM json_each(:limits) WHERE key = entry.rule) "
    "ELSE entry.delete_from <= :before END"
)

#: a suspension holds an entry: by the person's digest, by its table as system.table, or by a table of which rows lie within it
IS_HELD = """(
  coalesce(entry.person_digest, '') IN (SELECT value FROM json_each(:held))
  OR entry.system || '.' || entry."table" IN (SELECT value FROM json_each(:held))
  OR EXISTS (
    SELECT 1 FROM json_each(entry.parts) AS part
    WHERE part.value > 0 AND entry.system || '.' || part.key IN (SELECT value FROM json_each(:held))))"""


def held_values(held: frozenset[str]) -> dict[str, str]:
    """The value that ``IS_HELD`` asks for."""
    return {"held": json.dumps(sorted(held))}


def due_values(before: date, limits: Mapping[str, date] | None) -> dict[str, str]:
    """The values that ``IS_DUE`` asks for."""
    return {"before": before.isoformat(), "limits": json.dumps({rule: day.isoformat() for rule, day in (limits or {}).items()})}

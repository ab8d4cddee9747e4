"""Seals, opens, and deletes on the last day. Holds the key."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from pathlib import Path

from . import codec, keys, sealing
from .errors import EntryTampered, EntryUnknown, NoVault, WrongKey
from .files import KEY, VAULT, place, refuse_open
from .keys import Keys
from .tables import IS_DUE, IS_HELD, connect, create, due_values, explained, held_values, transaction
from .values import Document, Label, Value

_COLUMNS = tuple(field.name for field in fields(Label))
_NAMES = ", ".join(f'"{name}"' for name in _COLUMNS)
_SEAL = f"""
INSERT OR REPLACE INTO entry ({_NAMES}, payload)
VALUES ({", ".join(f":{name}" for name in _COLUMNS)}, :payload)
"""  # noqa: S608
_ONE = f"SELECT {_NAMES}, payload FROM entry WHERE id = ?"  # noqa: S608
_REMOVE = "DELETE FROM entry WHERE id = ?"
_SETTLED = "SELECT count(*) FROM entry WHERE id = ? AND id NOT IN (SELECT id FROM pending)"
_EXPECT = "INSERT OR IGNORE INTO pending (id) VALUES (?)"
_SETTLE = "DELETE FROM pending WHERE id = ?"
_PENDING = "SELECT id FROM pending WHERE id IN (SELECT id FROM entry WHERE system = ?) ORDER BY id"
_DELETE_DUE = f"""
DELETE FROM entry WHERE id IN (
  SELECT id FROM entry
  WHERE system = :system AND {IS_DUE} AND NOT {IS_HELD}
  ORDER BY delete_from, id LIMIT :batch)
"""  # noqa: S608
_IDS_DUE = f"""
SELECT id FROM entry WHERE id > :after AND system = :system AND {IS_DUE} AND NOT {IS_HELD} ORDER BY id LIMIT :most
"""  # noqa: S608
_AMONG = "SELECT id FROM entry WHERE id IN (SELECT value FROM json_each(?))"
_OF_PEOPLE = "SELECT person_digest, id FROM entry WHERE person_digest IN (SELECT value FROM json_each(?))"
_UNDER = f"""
SELECT id FROM entry WHERE system = :system AND rule = :rule AND person_digest IN (SELECT value FROM json_each(:people))
  AND NOT {IS_HELD}
"""  # noqa: S608


class VaultWriter:
    """The doer's side of a vault. Folder, key and vault are made when they are first needed.

    Sealing and removing may be repeated: the vault is afterwards as after the first time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / VAULT
        self._held: Keys | None = None

    def seal(self, documents: Sequence[Document]) -> tuple[str, ...]:
        """Seal documents, all or none, on disk when it returns; returns their ids.

        They are pending until ``settle`` says that they are gone from their system. A pending document that is sealed again
        is replaced. A settled one never is: what comes with its key then is another row, to which the system gave the key anew.
        """
        if not documents:
            return ()
        for document in documents:
            self._entry(document, self._id(document, 0))  # what cannot be sealed is found before anything is
        if not self._file.exists():
            with explained(self._file):
                place(self._file, lambda new: create(new, self._keys.check))
        ids = []
        with self._opened() as database, transaction(database):
            for document in documents:
                number = 0
                while database.execute(_SETTLED, (self._id(document, number),)).fetchone() != (0,):
                    number += 1
                ids.append(self._id(document, number))
                database.execute(_SEAL, self._entry(document, ids[-1]))
                database.execute(_EXPECT, (ids[-1],))
        return tuple(ids)

    def replace(self, id: str, document: Document) -> None:
        """Seal an entry anew, with what was corrected in it; raises EntryUnknown. It is pending, or not, as before."""
        entry = self._entry(document, id)
        with self._opened() as database, transaction(database):
            if not database.execute(_ONE, (id,)).fetchone():
                raise EntryUnknown(path=self._file, id=id)
            database.execute(_SEAL, entry)

    def settle(self, ids: Iterable[str]) -> None:
        """These are gone from their system, so that the vault has the only copy."""
        with self._opened() as database, transaction(database):
            database.executemany(_SETTLE, [(id,) for id in ids])

    def pending(self, system: str) -> tuple[str, ...]:
        """The ids of what was sealed and may still be in the system; none where there is no vault."""
        if not self._file.exists():
            return ()
        with self._opened() as database:
            return tuple(id for (id,) in database.execute(_PENDING, (system,)))

    def unseal(self, id: str) -> Document:
        """Give back what was sealed; raises EntryUnknown, or EntryTampered where anything about it was changed."""
        with self._opened() as database:
            found = database.execute(_ONE, (id,)).fetchone()
        if not found:
            raise EntryUnknown(path=self._file, id=id)
        label = Label(**dict(zip(_COLUMNS, found[:-1], strict=True)))
        content = sealing.unseal(self._keys.sealing, label, found[-1])
        if content is None:
            raise EntryTampered(path=self._file, id=id)
        return _document(label, content)

    def remove(self, ids: Iterable[str]) -> int:
        """Delete entries, all or none; returns how many were there."""
        if not self._file.exists():
            return 0
        gone = [(id,) for id in ids]
        with self._opened() as database, transaction(database):
            database.executemany(_SETTLE, gone)
            return database.executemany(_REMOVE, gone).rowcount

    def delete_due(
        self,
        before: date,
        system: str,
        held: frozenset[str],
        limit: int,
        batch: int,
        limits: Mapping[str, date] | None = None,
    ) -> Iterator[int]:
        """Delete what must be gone on the day ``before``, at most ``limit`` entries, and yield after each committed batch.

        That is every entry of the system that started before the day which ``limits`` gives its rule or, where its rule is not
        among them, whose ``delete_from`` has come; oldest first, without those of people, by digest, or with rows of tables, as
        system.table, that a suspension holds.
        """
        left = limit if self._file.exists() else 0
        values = {"system": system, **due_values(before, limits), **held_values(held)}
        while left > 0:
            with self._opened() as database, transaction(database):
                gone = database.execute(_DELETE_DUE, {**values, "batch": min(batch, left)}).rowcount
            if not gone:
                return
            left -= gone
            yield gone

    def ids_of(self, system: str, table: str) -> frozenset[str]:
        """The ids of every entry of a table; none where there is no vault."""
        if not self._file.exists():
            return frozenset()
        with self._opened() as database:
            found = database.execute('SELECT id FROM entry WHERE system = ? AND "table" = ?', (system, table))
            return frozenset(id for (id,) in found)

    def ids_of_person(self, digest: str) -> frozenset[str]:
        """The ids of every entry of a person; none where there is no vault."""
        if not self._file.exists():
            return frozenset()
        with self._opened() as database:
            return frozenset(id for (id,) in database.execute("SELECT id FROM entry WHERE person_digest = ?", (digest,)))

    def ids_of_people(self, digests: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """The ids of every entry of some people, by digest, where there are any: one statement, however many they are."""
        found: dict[str, set[str]] = {}
        if self._file.exists():
            with self._opened() as database:
                for digest, id in database.execute(_OF_PEOPLE, (json.dumps(list(digests)),)):
                    found.setdefault(digest, set()).add(id)
        return {digest: frozenset(ids) for digest, ids in found.items()}

    def ids_under(self, system: str, rule: str, people: frozenset[str], held: frozenset[str] = frozenset()) -> frozenset[str]:
        """The ids of what a rule has blocked of some people, by digest, but for what is held; none where there is no vault."""
        if not self._file.exists():
            return frozenset()
        with self._opened() as database:
            asked = {"system": system, "rule": rule, "people": json.dumps(sorted(people)), **held_values(held)}
            found = database.execute(_UNDER, asked)
            return frozenset(id for (id,) in found)

    def ids_due(
        self, before: date, system: str, held: frozenset[str], limits: Mapping[str, date] | None = None, most: int = 1_000
    ) -> Iterator[tuple[str, ...]]:
        """The ids of what ``delete_due`` would delete, at most so many at once; none where there is no vault."""
        asked = {"system": system, "most": most, **due_values(before, limits), **held_values(held)}
        after = "" if self._file.exists() else None
        while after is not None:
            with self._opened() as database:
                found = tuple(id for (id,) in database.execute(_IDS_DUE, {**asked, "after": after}))
            if found:
                yield found
            after = found[-1] if len(found) == most else None

    def among(self, ids: Iterable[str]) -> frozenset[str]:
        """Those of some ids of which there is an entry; none where there is no vault."""
        if not self._file.exists():
            return frozenset()
        with self._opened() as database:
            return frozenset(id for (id,) in database.execute(_AMONG, (json.dumps(list(ids)),)))

    def id_of(self, system: str, table: str, key: tuple[Value, ...]) -> str:
        """The id that a row has, or would have."""
        return self._keys.entry(system, table, key)

    def seal_note(self, about: str, content: bytes) -> bytes:
        """A note sealed with the vault's key; it is kept by whoever asked."""
        return sealing.seal_note(self._keys.sealing, about, content)

    def unseal_note(self, about: str, payload: bytes) -> bytes:
        """Give back what was sealed; raises EntryTampered."""
        content = sealing.unseal_note(self._keys.sealing, about, payload)
        if content is None:
            raise EntryTampered(path=self._file, id=about)
        return content

    def person_digest(self, system_people_key: str) -> str:
        """What a person is called in the vault and in suspensions; the same person must be named the same way each time."""
        return self._keys.person(system_people_key)

    @property
    def _keys(self) -> Keys:
        if not self._held:
            self._held = keys.load(self._folder)
        return self._held

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        if not self._file.exists():
            raise NoVault(folder=self._folder)
        refuse_open(self._file)
        with explained(self._file), closing(connect(self._file, "rw")) as database:
            if database.execute("SELECT key_check FROM vault").fetchall() != [(self._keys.check,)]:
                raise WrongKey(path=self._file, key=self._folder / KEY)
            yield database

    def _id(self, document: Document, number: int) -> str:
        """``number`` tells rows apart to which the system gave the same key, one after the other."""
        return self._keys.entry(document.system, document.table, (*document.key, *([number] if number else [])))

    def _entry(self, document: Document, id: str) -> dict[str, str | bytes | None]:
        parts = {table: len(rows) for table, rows in document.parts}
        label = Label(
            id=id,
            system=document.system,
            table=document.table,
            rule=document.rule,
            started_on=document.started_on.isoformat(),
            delete_from=document.delete_from.isoformat(),
            parts=json.dumps(parts, sort_keys=True),
            person_digest=document.person_digest,
            sealed_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        return {**asdict(label), "payload": sealing.seal(self._keys.sealing, label, codec.to_bytes(document))}


def _document(label: Label, content: bytes) -> Document:
    key, row, parts = codec.from_bytes(content)
    return Document(
        system=label.system,
        table=label.table,
        key=key,
        rule=label.rule,
        started_on=date.fromisoformat(label.started_on),
        delete_from=date.fromisoformat(label.delete_from),
        row=row,
        parts=parts,
        person_digest=label.person_digest,
    )

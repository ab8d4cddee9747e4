"""Looks into the vault without its key and without being able to change it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from .errors import NoVault
from .files import VAULT
from .looking import unsealed
from .tables import IS_DUE, IS_HELD, connect, due_values, explained, held_values

_FUNCTIONS = frozenset({"coalesce", "count", "json_each", "max", "substr", "random"})
_CENSUS = "SELECT substr(started_on, 1, 4), count(*) FROM entry WHERE rule = ? GROUP BY 1 ORDER BY 1"
_TOTAL = "SELECT count(*) FROM entry WHERE rule = ?"
_OVERDUE = "SELECT count(*) FROM entry WHERE rule = :rule AND delete_from <= :day"
_BEGUN = "SELECT count(*) FROM entry WHERE rule = :rule AND started_on < :day"
_DUE = f"SELECT count(*) FROM entry WHERE system = :system AND {IS_DUE} AND NOT {IS_HELD}"  # noqa: S608
_ALL = "SELECT count(*) FROM entry WHERE system = ?"
_SAMPLE = "SELECT payload FROM entry WHERE id IN (SELECT id FROM entry WHERE rule = ? ORDER BY random() LIMIT ?)"
_OF_PERSON = "SELECT count(*) FROM entry WHERE person_digest = ?"
_UNTIL = f"""
SELECT rule, count(*), max(delete_from) FROM entry WHERE person_digest = :digest AND NOT {IS_HELD} GROUP BY 1 ORDER BY 1
"""  # noqa: S608
_BEGAN = "SELECT rule, max(started_on) FROM entry WHERE person_digest = ? GROUP BY 1"
_STRANGE = f"""
SELECT DISTINCT "table", rule FROM entry WHERE system = :system AND rule NOT IN (SELECT value FROM json_each(:rules))
AND delete_from <= :day AND NOT {IS_HELD} ORDER BY 1, 2
"""  # noqa: S608
_HOLDING = """
SELECT DISTINCT "table" = :table, CASE WHEN "table" = :table THEN id ELSE person_digest END
FROM entry WHERE system = :system AND ("table" = :table OR EXISTS (
  SELECT 1 FROM json_each(entry.parts) AS part WHERE part.key = :table AND part.value > 0))
"""
_PENDING = "SELECT count(*) FROM pending"
_TABLES = """
SELECT system, "table" FROM entry
UNION SELECT system, part.key FROM entry, json_each(entry.parts) AS part WHERE part.value > 0 ORDER BY 1, 2
"""


class Counts(NamedTuple):
    """Entries of a rule."""

    total: int
    #: of these, those that must be gone today
    overdue: int


class VaultReader:
    """The prover's side of a vault. Raises NoVault where there is none: what cannot be looked at is not absent.

    The file is opened read-only, and SQLite refuses every statement but reading the entries.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / VAULT
        if not self._file.exists():
            raise NoVault(folder=folder)
        with explained(self._file):
            self._database = _read_only(self._file)

    def census(self, rule_id: str) -> Mapping[int, int]:
        """Entries of a rule by the year in which their period began."""
        return {int(year): entries for year, entries in self._ask(_CENSUS, rule_id)}

    def counts(self, rule_id: str, today: date, started_before: date | None = None) -> Counts:
        """Entries of a rule, and those that must be gone today; held ones are among both.

        With ``started_before`` those must be gone that started earlier, whatever day was noted when they were sealed.
        """
        ((total,),) = self._ask(_TOTAL, rule_id)
        return Counts(total, self._overdue(rule_id, today, started_before))

    def held(self, rule_id: str, today: date, held: frozenset[str], started_before: date | None = None) -> int:
        """Of the entries that must be gone today, those that a suspension holds, by the person's digest or by a table, as system.table."""
        return self._overdue(rule_id, today, started_before, held)

    def _overdue(self, rule_id: str, today: date, started_before: date | None, held: frozenset[str] | None = None) -> int:
        """With ``held`` those of them that are."""
        which = _BEGUN if started_before else _OVERDUE
        asked = {"rule": rule_id, "day": (started_before or today).isoformat()}
        ((entries,),) = (
            self._ask(which, asked) if held is None else self._ask(f"{which} AND {IS_HELD}", asked | held_values(held))
        )
        return int(entries)

    def sample_is_sealed(self, rule_id: str, n: int) -> int | None:
        """Of up to ``n`` entries of a rule picked at random, how many do not look sealed; None where there is none to look at."""
        payloads = [payload for (payload,) in self._ask(_SAMPLE, rule_id, n)]
        return unsealed(payloads) if payloads else None

    def due(self, system: str, before: date, held: frozenset[str], limits: Mapping[str, date] | None = None) -> tuple[int, int]:
        """Entries of a system that must be gone on a day and that nothing holds, and all its entries.

        ``limits`` says by rule which entries must be gone: those that started earlier. The day that was noted when an entry
        was sealed counts for rules that are not among them.
        """
        ((due,),) = self._ask(_DUE, {"system": system, **due_values(before, limits), **held_values(held)})
        ((total,),) = self._ask(_ALL, system)
        return int(due), int(total)

    def of_person(self, digest: str) -> int:
        """Entries of a person, by digest."""
        ((entries,),) = self._ask(_OF_PERSON, digest)
        return int(entries)

    def until(self, digest: str, held: frozenset[str] = frozenset()) -> tuple[tuple[str, int, date], ...]:
        """Of a person, by digest: each rule, its entries, and the last of the days from which on they may no longer be kept.

        Nothing that a suspension holds, by the person's digest or by a table, as system.table.
        """
        found = self._ask(_UNTIL, {"digest": digest, **held_values(held)})
        return tuple((rule, int(rows), date.fromisoformat(last)) for rule, rows, last in found)

    def began(self, digest: str) -> Mapping[str, date]:
        """Of a person, by digest: each rule, and the last day on which a period of theirs began."""
        return {rule: date.fromisoformat(last) for rule, last in self._ask(_BEGAN, digest)}

    def strange(self, system: str, rules: Collection[str], today: date, held: frozenset[str]) -> tuple[tuple[str, str], ...]:
        """Each table and rule of entries of a system that must be gone today by the day that was noted, of rules other than these.

        Nothing that a suspension holds, by the person's digest or by a table, as system.table.
        """
        values = {"system": system, "rules": json.dumps(sorted(rules)), "day": today.isoformat(), **held_values(held)}
        return tuple((table, rule) for table, rule in self._ask(_STRANGE, values))

    def tables(self) -> tuple[tuple[str, str], ...]:
        """Each system and table of which the vault holds rows, by themselves or within what they belong to."""
        return tuple((system, table) for system, table in self._ask(_TABLES))

    def holding(self, system: str, table: str) -> tuple[frozenset[str], frozenset[str | None]]:
        """The ids of entries of a table; and the digests of people in whose other entries rows of it lie, None for nobody that is known."""
        found = self._ask(_HOLDING, {"system": system, "table": table})
        return frozenset(id for own, id in found if own), frozenset(person for own, person in found if not own)

    def pending(self) -> int:
        """Entries of which it is not known whether their rows are gone from their system, because a run was interrupted."""
        ((entries,),) = self._ask(_PENDING)
        return int(entries)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def __enter__(self) -> VaultReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _ask(self, sql: str, *values: str | int | Mapping[str, str]) -> list[Any]:
        """With values in the order of the question marks, or one mapping of names."""
        named = values[0] if values and isinstance(values[0], Mapping) else values
        with explained(self._file):
            return self._database.execute(sql, named).fetchall()


def _read_only(file: Path) -> sqlite3.Connection:
    database = connect(file, "ro")
    database.execute("PRAGMA query_only=ON")
    database.execute("SELECT 1 FROM json_each('[]')")  # it is set up when it is first used, which would look like a change
    database.set_authorizer(_only_reading)
    return database


def _only_reading(action: int, subject: str | None, detail: str | None, schema: str | None, trigger: str | None) -> int:
    """SQLite asks this about everything that a statement would do."""
    reads = action == sqlite3.SQLITE_READ and subject in ("entry", "pending", "json_each")
    calls = action == sqlite3.SQLITE_FUNCTION and detail in _FUNCTIONS
    return sqlite3.SQLITE_OK if action == sqlite3.SQLITE_SELECT or reads or calls else sqlite3.SQLITE_DENY

"""Looks into the vault without its key and without being able to change it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from .errors import NoVault
from .files import VAULT
from .looking import unsealed
from .tables import connect, explained

_FUNCTIONS = frozenset({"count", "max", "substr", "random"})
_CENSUS = "SELECT substr(started_on, 1, 4), count(*) FROM entry WHERE rule = ? GROUP BY 1 ORDER BY 1"
_TOTAL = "SELECT count(*) FROM entry WHERE rule = ?"
_WHOSE = "SELECT person_digest, system || '.' || \"table\", count(*) FROM entry"  # whom and which table a suspension may hold
_OVERDUE = f"{_WHOSE} WHERE rule = ? AND delete_from <= ? GROUP BY 1, 2"
_BEGUN = f"{_WHOSE} WHERE rule = ? AND started_on < ? GROUP BY 1, 2"
_BEGUN_IN = f"{_WHOSE} WHERE system = ? AND rule = ? AND started_on < ? GROUP BY 1, 2"
_NOTED = f"{_WHOSE} WHERE system = ? AND delete_from <= ? AND rule = ? GROUP BY 1, 2"
_RULES = "SELECT DISTINCT rule FROM entry WHERE system = ?"
_ALL = "SELECT count(*) FROM entry WHERE system = ?"
_SAMPLE = "SELECT payload FROM entry WHERE id IN (SELECT id FROM entry WHERE rule = ? ORDER BY random() LIMIT ?)"
_OF_PERSON = "SELECT count(*) FROM entry WHERE person_digest = ?"
_UNTIL = """
SELECT rule, system || '.' || "table", count(*), max(delete_from) FROM entry WHERE person_digest = ? GROUP BY 1, 2 ORDER BY 1, 2
"""
_PENDING = "SELECT count(*) FROM pending"
_TABLES = 'SELECT DISTINCT system, "table" FROM entry ORDER BY 1, 2'


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
        return Counts(total, sum(entries for *_, entries in self._overdue(rule_id, today, started_before)))

    def held(self, rule_id: str, today: date, held: frozenset[str], started_before: date | None = None) -> int:
        """Of the entries that must be gone today, those that a suspension holds, by the person's digest or as system.table."""
        return sum(entries for *names, entries in self._overdue(rule_id, today, started_before) if not held.isdisjoint(names))

    def _overdue(self, rule_id: str, today: date, started_before: date | None) -> list[Any]:
        return self._ask(_BEGUN if started_before else _OVERDUE, rule_id, (started_before or today).isoformat())

    def sample_is_sealed(self, rule_id: str, n: int) -> int | None:
        """Of up to ``n`` entries of a rule picked at random, how many do not look sealed; None where there is none to look at."""
        payloads = [payload for (payload,) in self._ask(_SAMPLE, rule_id, n)]
        return unsealed(payloads) if payloads else None

    def due(self, system: str, before: date, held: frozenset[str], limits: Mapping[str, date] | None = None) -> tuple[int, int]:
        """Entries of a system that must be gone on a day and that nothing holds, and all its entries.

        ``limits`` says by rule which entries must be gone: those that started earlier. The day that was noted when an entry
        was sealed counts for rules that are not among them.
        """
        known = limits or {}
        overdue = [found for rule, day in known.items() for found in self._ask(_BEGUN_IN, system, rule, day.isoformat())]
        others = [rule for (rule,) in self._ask(_RULES, system) if rule not in known]
        overdue += [found for rule in others for found in self._ask(_NOTED, system, before.isoformat(), rule)]
        ((total,),) = self._ask(_ALL, system)
        return sum(entries for *names, entries in overdue if held.isdisjoint(names)), int(str(total))

    def of_person(self, digest: str) -> int:
        """Entries of a person, by digest."""
        ((entries,),) = self._ask(_OF_PERSON, digest)
        return int(entries)

    def until(self, digest: str, without: frozenset[str] = frozenset()) -> tuple[tuple[str, int, date], ...]:
        """Of a person, by digest: each rule, its entries, and the last of the days from which on they may no longer be kept.

        Nothing of the tables, as system.table, that are to be left out.
        """
        rules: dict[str, tuple[int, date]] = {}
        for rule, table, rows, day in self._ask(_UNTIL, digest):
            if table not in without:
                before, last = rules.get(rule, (0, date.min))
                rules[rule] = before + int(rows), max(last, date.fromisoformat(day))
        return tuple((rule, rows, last) for rule, (rows, last) in rules.items())

    def tables(self) -> tuple[tuple[str, str], ...]:
        """Each system and table of which the vault holds rows."""
        return tuple((system, table) for system, table in self._ask(_TABLES))

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

    def _ask(self, sql: str, *values: str | int) -> list[Any]:
        with explained(self._file):
            return self._database.execute(sql, values).fetchall()


def _read_only(file: Path) -> sqlite3.Connection:
    database = connect(file, "ro")
    database.execute("PRAGMA query_only=ON")
    database.set_authorizer(_only_reading)
    return database


def _only_reading(action: int, subject: str | None, detail: str | None, schema: str | None, trigger: str | None) -> int:
    """SQLite asks this about everything that a statement would do."""
    reads = action == sqlite3.SQLITE_READ and subject in ("entry", "pending")
    calls = action == sqlite3.SQLITE_FUNCTION and detail in _FUNCTIONS
    return sqlite3.SQLITE_OK if action == sqlite3.SQLITE_SELECT or reads or calls else sqlite3.SQLITE_DENY

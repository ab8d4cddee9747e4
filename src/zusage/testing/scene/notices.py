"""Hands on the register of notices: who is on a list, who was told, and when."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from zusage.state.database import FILE as STATE

from . import Scene


def into(statement: str) -> Callable[[Scene], None]:
    """A statement on the notices, which must find something to break."""

    def act(scene: Scene) -> None:
        with scene.connected(scene.own / STATE) as state:
            if state.execute(statement).rowcount == 0:
                raise AssertionError("the saboteur found no notice to break")

    return act


def lose_lists(scene: Scene) -> None:
    """Of what a rule took nobody wrote down who is to be told."""
    into("DELETE FROM zusage_notice WHERE occasion_id IN (SELECT id FROM zusage_occasion WHERE about LIKE 'rule %')")(scene)
    into("DELETE FROM zusage_occasion WHERE about LIKE 'rule %'")(scene)


def take_off_the_list(scene: Scene) -> None:
    """One recipient of what a rule took was never on the list, and the list is whole without it."""
    with scene.connected(scene.own / STATE) as state:
        number, listed = state.execute("SELECT id, recipients FROM zusage_occasion WHERE recipients LIKE '%post%'").fetchone()
        state.execute("DELETE FROM zusage_notice WHERE recipient = 'post'")
        _write_list(state, number, [name for name in json.loads(listed) if name != "post"])


def _write_list(state: sqlite3.Connection, occasion: int, names: Sequence[str]) -> None:
    """As the register would have written it."""
    row = state.execute("SELECT kind, about, code, at FROM zusage_occasion WHERE id = ?", (occasion,)).fetchone()
    at = datetime.fromisoformat(row[3]).replace(tzinfo=UTC).isoformat()
    digest = hashlib.sha256(json.dumps(["zusage occasion 1", *row[:3], at, json.dumps(names)]).encode()).hexdigest()
    state.execute("UPDATE zusage_occasion SET recipients = ?, digest = ? WHERE id = ?", (json.dumps(names), digest, occasion))


def forget_somebody(scene: Scene) -> None:
    """Of two letters that a rule took, one has no list."""
    with scene.connected(scene.own / STATE) as state:
        (number,) = state.execute("SELECT id FROM zusage_occasion WHERE recipients LIKE '%post%'").fetchone()
        state.execute("DELETE FROM zusage_notice WHERE occasion_id = ?", (number,))
        state.execute("DELETE FROM zusage_occasion WHERE id = ?", (number,))

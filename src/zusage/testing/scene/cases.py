"""Hands that tamper with what is on record of requests: C-0002 was refused and answered in time long ago, C-0003 is open."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

from zusage.rights.case import Event, Kind
from zusage.state.database import FILE as STATE

from . import NOW, Scene


def unanswered(scene: Scene) -> None:
    """C-0002 as if nobody had decided or answered it: neither on record nor in the log, which is written anew with its key."""
    from zusage.evidence.seal import EvidenceLog
    from zusage.sealing import SigningKey

    _take_out(scene, 2)
    folder = scene.own / "evidence" / "0001"
    log = EvidenceLog.open(folder)
    origin, entries = log.checkpoint().origin, [entry for entry in log.entries() if not _says(entry, "C-0002", 3)]
    shutil.rmtree(folder)
    EvidenceLog.create(folder, origin, SigningKey.load(scene.own / "log.key").named(origin)).append(entries)


def _says(entry: bytes, case: str, from_step: int) -> bool:
    content = json.loads(entry)
    return bool(content.get("case") == case and content["step"] >= from_step)


def take_out(scene: Scene) -> None:
    """The last step of C-0002 is gone, and the step before is the last one now."""
    _take_out(scene, 4)


def _take_out(scene: Scene, left: int) -> None:
    with scene.connected(scene.own / STATE) as state:
        _changed(state.execute("DELETE FROM zusage_case_event WHERE case_id = 2 AND number > ?", (left,)))
        _rechain(state)
        if left < 3:
            state.execute("UPDATE zusage_case SET closed_at = NULL WHERE id = 2")


def rewrite(scene: Scene, kind: Kind = "answered", days: int = 720) -> None:
    """The decision or the answer of C-0002 says something else, and every digest of the case is made to fit."""
    number = 4 if kind == "answered" else 3
    with scene.connected(scene.own / STATE) as state:
        text = (NOW - timedelta(days=days)).replace(tzinfo=None).isoformat(" ")
        _changed(
            state.execute("UPDATE zusage_case_event SET kind = ?, at = ? WHERE case_id = 2 AND number = ?", (kind, text, number))
        )
        _rechain(state)


def throw_away(scene: Scene) -> None:
    """C-0002 is on record no more."""
    with scene.connected(scene.own / STATE) as state:
        _changed(state.execute("DELETE FROM zusage_case_event WHERE case_id = 2"))
        _changed(state.execute("DELETE FROM zusage_case WHERE id = 2"))


def put_in(scene: Scene) -> None:
    """Somebody notes today that a case was acknowledged three weeks ago."""
    from zusage.state import open_state

    state = open_state(None, scene.own)
    state.cases.add("C-0003", Event(kind="acknowledged", at=NOW - timedelta(days=21), by="office"), "", lambda case: case)
    state.close()


def claim_a_seal(scene: Scene) -> None:
    """A step stands there that no log has, and says that it is sealed."""
    from zusage.state import open_state

    state = open_state(None, scene.own)
    state.cases.add("C-0003", Event(kind="acknowledged", at=NOW, by="office"), "", lambda case: case)
    state.close()
    with scene.connected(scene.own / STATE) as connection:
        _changed(connection.execute("UPDATE zusage_case_event SET sealed = 1 WHERE sealed = 0"))


def _changed(done: sqlite3.Cursor) -> None:
    if done.rowcount == 0:
        raise AssertionError("the saboteur found nothing to break")


def _rechain(state: sqlite3.Connection) -> None:
    """Every digest of C-0002, computed anew as the product does."""
    right, content = state.execute('SELECT "right", content_digest FROM zusage_case WHERE id = 2').fetchone()
    digest, count = _sha(["zusage case 1", 2, right, content]), 0
    fields = "number, kind, at, by, detail, words_digest, role"
    for row in state.execute(f"SELECT {fields} FROM zusage_case_event WHERE case_id = 2 ORDER BY number").fetchall():  # noqa: S608
        number, kind, at, by, detail, words, role = row
        when = datetime.fromisoformat(at).replace(tzinfo=UTC).isoformat(timespec="microseconds")
        said: list[Any] = [digest, number, kind, when, by, detail, words]
        digest, count = _sha([*said, role] if role else said), count + 1
        state.execute("UPDATE zusage_case_event SET digest = ? WHERE case_id = 2 AND number = ?", (digest, number))
    state.execute("UPDATE zusage_case SET head = ?, events = ? WHERE id = 2", (digest, count))


def _sha(said: list[Any]) -> str:
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
